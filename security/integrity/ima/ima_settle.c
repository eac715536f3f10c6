// SPDX-License-Identifier: GPL-2.0
/*
 * What tpm_settle() lets escape.
 *
 * Without it, deferred devices are probed after IMA has started. With it, they are probed
 * before: firmware, modules and usermode helpers that their probes ask for are read while
 * there is no policy. Count these reads, and say what they were.
 */

#include <linux/fs.h>
#include <linux/printk.h>
#include <linux/spinlock.h>
#include <linux/string_choices.h>

#include "ima.h"

/* Not __initdata: init does not wait for all threads that may be in here when it ends. */
static DEFINE_SPINLOCK(settle_lock);
static unsigned int nr_reads, nr_named;
static char names[240];

/* Name as many of the first reads as there is room for. */
static void add_read(const char *name, const char *what)
{
	static size_t used;
	size_t left = sizeof(names) - used;
	int len;

	lockdep_assert_held(&settle_lock);
	if (nr_reads++ != nr_named)
		return;
	len = snprintf(names + used, left, "%s%s%s(%s)", used ? ", " : "", name,
		       *name ? " " : "", what);
	if (len < left) {
		used += len;
		nr_named++;
	} else {
		names[used] = '\0';
	}
}

/**
 * __ima_settle_file() - count a file that is not measured, as there is no policy yet
 * @file: the file
 * @func: the hook; FILE_CHECK, MMAP_CHECK and CREDS_CHECK do not count: what the kernel reads
 *	or executes comes through another hook, too, and a usermode helper does the rest
 *
 * Context: may be called by several threads at once.
 */
void __ima_settle_file(struct file *file, enum ima_hooks func)
{
	char buffer[128];
	char *path;

	if (!S_ISREG(file_inode(file)->i_mode))
		return;
	switch (func) {
	case BPRM_CHECK:
	case FIRMWARE_CHECK:
	case MODULE_CHECK:
	case KEXEC_KERNEL_CHECK:
	case KEXEC_INITRAMFS_CHECK:
	case POLICY_CHECK:
		break;
	default:
		return;
	}
	path = file_path(file, buffer, sizeof(buffer));

	guard(spinlock)(&settle_lock);
	add_read(IS_ERR(path) ? "" : path, func_tokens[func]);
}

/**
 * __ima_settle_data() - count what was loaded without a file, such as by init_module()
 * @id: what it is
 *
 * Context: may be called by several threads at once.
 */
void __ima_settle_data(enum kernel_load_data_id id)
{
	if (ima_policy_flag)
		return;

	guard(spinlock)(&settle_lock);
	add_read("", kernel_load_data_id_str(id));
}

/**
 * ima_settle_report() - print what has escaped until now
 *
 * Prints nothing if no policy has been loaded: then nothing would have been measured.
 * Called once, so what a thread reads at this very moment may not be in there.
 */
void __init ima_settle_report(void)
{
	guard(spinlock)(&settle_lock);
	if (nr_reads && ima_policy_flag)
		pr_warn("%u read%s escaped the policy while probing settled: %s%s\n",
			nr_reads, str_plural(nr_reads), names, nr_named < nr_reads ? ", ..." : "");
}
