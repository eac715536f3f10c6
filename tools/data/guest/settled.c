// SPDX-License-Identifier: GPL-2.0
/*
 * In the guest: probe a slow device once more, and see what devices_settled and
 * driver_bound in debugfs say meanwhile. It prints lines "RIG: settled_<what>=<result>".
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
static int read_file(int fd, const char *wanted)
{
	char text[64];
	ssize_t len = read(fd, text, sizeof(text));

	if (len < 0)
		return errno == EAGAIN ? 0 : -1;
	return len == (ssize_t)strlen(wanted) && !memcmp(text, wanted, len) ? 1 : -1;
}

static int ask(const char *driver, int flags)
{
	int fd = open(DEBUGFS "/driver_bound", O_RDWR | flags);

	if (fd < 0 || write(fd, driver, strlen(driver)) != (ssize_t)strlen(driver)) {
		printf("RIG: settled_failed=%s: %s\n", driver, strerror(errno));
		exit(EXIT_FAILURE);
	}
	return fd;
}

/* What a write of a bad name is refused with. */
static int refusal(int fd, const char *name)
{
	return write(fd, name, strlen(name)) < 0 ? errno : 0;
}

static void ask_badly(void)
{
	int fd = open(DEBUGFS "/driver_bound", O_RDWR);

	say("unasked", read_file(fd, "") < 0 ? errno : 0);
	say("no_colon", refusal(fd, DEVICE));
	say("no_bus", refusal(fd, "no-bus:" DEVICE));
	say("first", refusal(fd, "platform:no-driver\n"));
	say("second", refusal(fd, "platform:" DEVICE));
	say("no_driver", poll_file(fd, 0));
	close(fd);
}

static void look(const char *what, int fd, const char *wanted)
{
	long start = now();
	char name[32];

	snprintf(name, sizeof(name), "%s_early", what);
	say(name, poll_file(fd, 0));
	say(name, read_file(fd, wanted));
	say(what, poll_file(fd, END));
	say(what, read_file(fd, wanted));
	snprintf(name, sizeof(name), "%s_ms", what);
	say(name, now() - start);
	close(fd);
}

/* Blocks, unless it is so already. */
static void look_again(const char *what, int fd, const char *wanted)
{
	long start = now();
	char name[32];

	say(what, read_file(fd, wanted));
	snprintf(name, sizeof(name), "%s_ms", what);
	say(name, now() - start);
	close(fd);
}

static void probe(void)
{
	fflush(stdout);
	if (fork())
		return;
	write_to(BUS "drivers_probe");
	exit(EXIT_SUCCESS);
}

int main(void)
{
	mount("debugfs", DEBUGFS, "debugfs", 0, NULL);
	write_to(BUS "drivers/" DEVICE "/unbind");
	probe();
	usleep(BEGIN * 1000);
	look("all", open(DEBUGFS "/devices_settled", O_RDONLY | O_NONBLOCK), "settled\n");
	wait(NULL);
	look_again("all", open(DEBUGFS "/devices_settled", O_RDONLY), "settled\n");

	write_to(BUS "drivers/" DEVICE "/unbind");
	ask_badly();
	probe();
	look("one", ask("platform:" DEVICE, O_NONBLOCK), "bound\n");
	wait(NULL);
	look_again("one", ask("platform:" DEVICE "\n", 0), "bound\n");

	/* A read that blocks while nothing is bound. */
	write_to(BUS "drivers/" DEVICE "/unbind");
	probe();
	look_again("blocked", ask("platform:" DEVICE, 0), "bound\n");
	wait(NULL);
	return EXIT_SUCCESS;
}
