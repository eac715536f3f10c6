// SPDX-License-Identifier: GPL-2.0
/*
 * In the guest: probe a slow device once more, and see what devices_settled in debugfs and
 * the attribute "bound" of its driver say meanwhile. It prints lines
 * "RIG: settled_<what>=<result>".
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

/* The events, 0 if there are none. */
static int poll_file(int fd, short events, int timeout)
{
	struct pollfd file = { .fd = fd, .events = events };

	return poll(&file, 1, timeout) < 0 ? -1 : file.revents;
}

/* 0 for nothing yet, 1 for what it says in the end, 2 for the end, -1 for anything else. */
static int read_settled(int fd)
{
	char text[64];
	ssize_t len = read(fd, text, sizeof(text));

	if (len < 0)
		return errno == EAGAIN ? 0 : -1;
	if (!len)
		return 2;
	return len == strlen("settled\n") && !memcmp(text, "settled\n", len) ? 1 : -1;
}

/* As for any attribute that wakes poll(): it has to be read again from its beginning. */
static int read_bound(int fd)
{
	char text[16] = "";

	return pread(fd, text, sizeof(text) - 1, 0) < 0 ? -1 : atoi(text);
}

static void probe(void)
{
	fflush(stdout);
	if (fork())
		return;
	write_to(BUS "drivers_probe");
	exit(EXIT_SUCCESS);
}

static void look_at_all(int flags)
{
	int fd = open(DEBUGFS "/devices_settled", O_RDONLY | flags);
	long start = now();

	if (flags) {
		say("poll_early", poll_file(fd, POLLIN, 0));
		say("read_early", read_settled(fd));
		say("poll", poll_file(fd, POLLIN, END));
	}
	say("read", read_settled(fd));
	say("ms", now() - start);
	say("end", read_settled(fd));
	close(fd);
}

/* poll() wakes when the device is bound, and when it is not any more. */
static void look_at_one(void)
{
	int fd = open(BUS "drivers/" DEVICE "/bound", O_RDONLY);
	long start;

	say("bound", read_bound(fd));
	say("bound_poll", poll_file(fd, POLLPRI, 0));
	write_to(BUS "drivers/" DEVICE "/unbind");
	say("bound_poll", poll_file(fd, POLLPRI, END));
	say("bound", read_bound(fd));
	start = now();
	probe();
	say("bound_poll", poll_file(fd, POLLPRI, END));
	say("bound", read_bound(fd));
	say("bound_ms", now() - start);
	close(fd);
	wait(NULL);
}

int main(void)
{
	mount("debugfs", DEBUGFS, "debugfs", 0, NULL);
	write_to(BUS "drivers/" DEVICE "/unbind");
	probe();
	usleep(BEGIN * 1000);
	look_at_all(O_NONBLOCK);
	wait(NULL);
	look_at_all(0);
	look_at_one();
	return EXIT_SUCCESS;
}
