// SPDX-License-Identifier: GPL-2.0
/*
 * In the guest: probe a slow device once more, and see what devices_settled in debugfs
 * says meanwhile. It prints lines "RIG: settled_<what>=<result>".
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEBUGFS "/sys/kernel/debug"
#define BUS "/sys/bus/platform/"
#define DEVICE "settle-test-slow"
/* In ms: for the probe to begin, and for it to end. */
#define BEGIN 500
#define END 60000

static void write_to(const char *path)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, DEVICE, strlen(DEVICE)) < 0) {
		printf("RIG: settled_failed=%s: %s\n", path, strerror(errno));
		exit(EXIT_FAILURE);
	}
	close(fd);
}

static long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void say(const char *what, int result)
{
	printf("RIG: settled_%s=%d\n", what, result);
}

static int poll_file(int fd, int timeout)
{
	struct pollfd file = { .fd = fd, .events = POLLIN };

	return poll(&file, 1, timeout) == 1 && file.revents & POLLIN;
}

/* 0 for nothing yet, 1 for what it says in the end, -1 for anything else. */
static int read_file(int fd)
{
	char text[64];
	ssize_t len = read(fd, text, sizeof(text));

	if (len < 0)
		return errno == EAGAIN ? 0 : -1;
	return len == strlen("settled\n") && !memcmp(text, "settled\n", len) ? 1 : -1;
}

static void look(int flags)
{
	int fd = open(DEBUGFS "/devices_settled", O_RDONLY | flags);
	long start = now();

	if (flags) {
		say("poll_early", poll_file(fd, 0));
		say("read_early", read_file(fd));
		say("poll", poll_file(fd, END));
	}
	say("read", read_file(fd));
	say("ms", now() - start);
	close(fd);
}

int main(void)
{
	mount("debugfs", DEBUGFS, "debugfs", 0, NULL);
	write_to(BUS "drivers/" DEVICE "/unbind");
	fflush(stdout);
	if (!fork()) {
		write_to(BUS "drivers_probe");
		return EXIT_SUCCESS;
	}
	usleep(BEGIN * 1000);
	look(O_NONBLOCK);
	wait(NULL);
	look(0);
	return EXIT_SUCCESS;
}
