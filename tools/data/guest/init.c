// SPDX-License-Identifier: GPL-2.0
/*
 * First process of the rigs' guests: load the modules that are asked for, print what
 * IMA has measured and what the TPM holds, in lines "RIG: name=value" on the console,
 * run programs that are asked for, and power off, or reboot where that is all a board
 * can do.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define IMA "/sys/kernel/security/ima/"
#define DRIVERS "/sys/bus/*/drivers/"
#define DEBUGFS "/sys/kernel/debug/initcall_depends/"
#define KUNIT "/sys/kernel/debug/kunit/"
#define IGNORE_LOGLEVEL "/sys/module/printk/parameters/ignore_loglevel"
#define KMEMLEAK "/sys/kernel/debug/kmemleak"
/* Younger objects are not taken for leaks: MSECS_MIN_AGE in mm/kmemleak.c, and a bit. */
#define KMEMLEAK_MIN_AGE 6
#define SYSLOG_ACTION_CONSOLE_LEVEL 8
/* In units of 10 ms */
#define CONSOLE_PATIENCE 3000

static size_t slurp(const char *path, unsigned char *buffer, size_t size)
{
	size_t total = 0;
	ssize_t got;
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		return 0;
	while (total < size && (got = read(fd, buffer + total, size - total)) > 0)
		total += got;
	close(fd);
	return total;
}

static void print_first_line(const char *name, const char *path)
{
	static char text[4096];
	size_t len = slurp(path, (unsigned char *)text, sizeof(text) - 1);

	text[len] = '\0';
	text[strcspn(text, "\n")] = '\0';
	printf("RIG: %s=%s\n", name, text);
}

static void print_hex(const char *name, const char *path)
{
	static unsigned char data[65536];
	size_t i, len = slurp(path, data, sizeof(data));

	printf("RIG: %s=", name);
	for (i = 0; i < len; i++)
		printf("%02x", data[i]);
	printf("\n");
}

/*
 * The devices that a driver is bound to are links in its folder, beside "module". @label is
 * that of the line, with the separator.
 */
static void print_devices(const char *label, const char *driver)
{
	struct dirent *entry;
	DIR *dir = opendir(driver);

	while (dir && (entry = readdir(dir)))
		if (entry->d_type == DT_LNK && strcmp(entry->d_name, "module"))
			printf("RIG: %s%s\n", label, entry->d_name);
	if (dir)
		closedir(dir);
}

/* "ffa_module:arm-ffa": a module and its driver, on whatever bus. */
static void print_module_driver(const char *name)
{
	int len = strcspn(name, ":");
	char pattern[256], module[64], label[128];
	glob_t found;
	size_t i;

	snprintf(module, sizeof(module), "%.*s", len, name);
	snprintf(pattern, sizeof(pattern), DRIVERS "%s", name + len + 1);
	snprintf(label, sizeof(label), "device_of_%s=", module);
	if (glob(pattern, 0, NULL, &found))
		return;
	for (i = 0; i < found.gl_pathc; i++) {
		printf("RIG: driver_of_%s=%s\n", module, name + len + 1);
		print_devices(label, found.gl_pathv[i]);
	}
	globfree(&found);
}

/* "i2c/tpm_tis_i2c": bus and name, for drivers that do not say which module they are of. */
static void print_driver(const char *name)
{
	const char *slash = strchr(name, '/');
	char path[256], label[256];

	if (!slash)
		return;
	snprintf(path, sizeof(path), "/sys/bus/%.*s/drivers%s", (int)(slash - name), name, slash);
	snprintf(label, sizeof(label), "device_of_%s=", slash + 1);
	print_devices(label, path);
}

/* "rig_bound=1": all devices that are bound, as "bus/driver device". */
static void print_bound(void)
{
	char label[256];
	glob_t found;
	size_t i;

	if (glob(DRIVERS "*", 0, NULL, &found))
		return;
	for (i = 0; i < found.gl_pathc; i++) {
		snprintf(label, sizeof(label), "bound=%s ", found.gl_pathv[i] + strlen("/sys/bus/"));
		print_devices(label, found.gl_pathv[i]);
	}
	globfree(&found);
}

/* "rig_drivers=a,b" on the command line of the kernel is in our environment. */
static void for_each_name(char *names, void (*print)(const char *name))
{
	char *name;

	while (names && (name = strsep(&names, ",")))
		print(name);
}

static void print_pcrs(void)
{
	char name[32], path[64];
	int pcr;

	for (pcr = 0; pcr <= 10; pcr++) {
		snprintf(name, sizeof(name), "pcr%d", pcr);
		snprintf(path, sizeof(path), "/sys/class/tpm/tpm0/pcr-sha256/%d", pcr);
		print_first_line(name, path);
	}
}

/* A whole file, each line after a name. */
static void print_lines(const char *name, const char *path)
{
	static char text[1 << 20];
	size_t len = slurp(path, (unsigned char *)text, sizeof(text) - 1);
	char *rest = text, *line;

	text[len] = '\0';
	while ((line = strsep(&rest, "\n")))
		if (*line)
			printf("RIG: %s=%s\n", name, line);
}

/* What the kernel shows of the order of its initcalls, if it does. */
static void print_introspection(void)
{
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL);
	print_lines("order", DEBUGFS "order");
	print_lines("edges", DEBUGFS "edges");
	print_lines("held", DEBUGFS "held");
	print_lines("dot", DEBUGFS "graph.dot");
	print_lines("discovered", DEBUGFS "discovered");
	print_lines("trace", "/sys/kernel/tracing/trace");
}

/*
 * What KUnit has kept of a suite, as the log of a kernel that has printk has it: there
 * the two first lines are once for all suites, and results have a number.
 */
static void print_suite(const char *path, int number)
{
	static char text[1 << 20];
	size_t len = slurp(path, (unsigned char *)text, sizeof(text) - 1);
	char *rest = text, *line;
	int before;

	text[len] = '\0';
	while ((line = strsep(&rest, "\n"))) {
		before = strncmp(line, "not ", 4) ? 0 : 4;
		if (!strncmp(line + before, "ok 1 ", 5))
			printf("%.*sok %d %s\n", before, line, number, line + before + 5);
		else if (*line && strncmp(line, "KTAP ", 5) && strncmp(line, "1..", 3))
			printf("%s\n", line);
	}
}

static void print_suites(void)
{
	glob_t found;
	size_t i;

	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	if (glob(KUNIT "*/results", 0, NULL, &found))
		return;
	printf("KTAP version 1\n1..%zu\n", found.gl_pathc);
	for (i = 0; i < found.gl_pathc; i++)
		print_suite(found.gl_pathv[i], i + 1);
	globfree(&found);
}

static int run(const char *path, const char *argument)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		execl(path, path, argument, NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void load_module(const char *name)
{
	printf("\nRIG: modprobe_%s=%d\n", name, run("/sbin/modprobe", name));
}

/* What it prints is on the console between these lines. */
static void run_program(const char *path)
{
	printf("RIG: running=%s\n", path);
	printf("RIG: returned=%d\n", run(path, NULL));
}

/* The newest comes first there. */
static void print_modules(void)
{
	FILE *file = fopen("/proc/modules", "r");
	char line[1024];

	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, " ")] = '\0';
		printf("RIG: newest_module=%s\n", line);
	}
	if (file)
		fclose(file);
}

static int scan_leaks(void)
{
	int fd = open(KMEMLEAK, O_WRONLY);
	int err;

	if (fd < 0)
		return -1;
	err = write(fd, "scan", 4) == 4 ? 0 : -1;
	close(fd);
	return err;
}

/* A leak is what the first scan has found and the second has found unchanged. */
static void print_leaks(void)
{
	if (access(KMEMLEAK, W_OK))
		return;
	sleep(KMEMLEAK_MIN_AGE);
	if (scan_leaks() || sleep(1) || scan_leaks()) {
		printf("RIG: kmemleak_failed=1\n");
		return;
	}
	print_lines("kmemleak", KMEMLEAK);
	printf("RIG: kmemleak_scanned=1\n");
}

/* Is this the thread that prints what the kernel has logged, and is it at work? */
static bool is_printing(const char *pid)
{
	char path[300], text[512];
	size_t len;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	len = slurp(path, (unsigned char *)text, sizeof(text) - 1);
	text[len] = '\0';
	return strstr(text, " (pr/") && strstr(text, ") R ");
}

static bool any_is_printing(void)
{
	struct dirent *entry;
	DIR *dir = opendir("/proc");
	bool found = false;

	while (dir && !found && (entry = readdir(dir)))
		found = isdigit((unsigned char)*entry->d_name) && is_printing(entry->d_name);
	if (dir)
		closedir(dir);
	return found;
}

/* What is not on the console when it falls silent would be lost. */
static void wait_for_console(void)
{
	int idle = 0, i;

	for (i = 0; i < CONSOLE_PATIENCE && idle < 3; i++) {
		idle = any_is_printing() ? 0 : idle + 1;
		usleep(10000);
	}
}

/*
 * From here on the console is ours, so that no line of the kernel gets into one of
 * ours; unless "rig_loud=1" says that what the kernel reports must not be missed.
 */
static void silence(void)
{
	int fd = open(IGNORE_LOGLEVEL, O_WRONLY);

	if (fd < 0 || write(fd, "N", 1) != 1)
		printf("\nRIG: console_shared=1\n");
	close(fd);
	klogctl(SYSLOG_ACTION_CONSOLE_LEVEL, NULL, 1);
}

/* "-- hang" on the command line is for the rig to test what it prints for a hang. */
int main(int argc, char **argv)
{
	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("securityfs", "/sys/kernel/security", "securityfs", 0, NULL);
	if (argc > 1 && !strcmp(argv[1], "hang"))
		pause();
	for_each_name(getenv("rig_modprobe"), load_module);
	wait_for_console();
	if (!getenv("rig_loud"))
		silence();

	printf("\nRIG: begin=1\n");
	if (getenv("rig_kunit"))
		print_suites();
	print_first_line("version", "/proc/version");
	print_modules();
	for_each_name(getenv("rig_modules"), print_module_driver);
	for_each_name(getenv("rig_drivers"), print_driver);
	if (getenv("rig_bound"))
		print_bound();
	print_first_line("first_entry", IMA "ascii_runtime_measurements");
	print_hex("measurements", IMA "binary_runtime_measurements");
	print_pcrs();
	if (!getenv("rig_brief"))
		print_introspection();
	for_each_name(getenv("rig_run"), run_program);
	print_leaks();
	print_lines("lockdep", "/proc/lockdep_stats");
	printf("RIG: end=1\n");
	fflush(stdout);
	sync();
	reboot(getenv("rig_reboot") ? RB_AUTOBOOT : RB_POWER_OFF);
	return EXIT_FAILURE;
}
