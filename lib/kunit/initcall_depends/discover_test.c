// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of what finds missing dependencies: kernel/initcall_depends/discover.c
 *
 * On the fake bus, see fake_bus.h. What is printed is compared with a string that has
 * for each deferred device its letter, and what has become of it:
 *
 *   uS   bound because of module S, which should be declared
 *   d    bound because of what is declared
 *   t    bound when the driver core had ceased to wait
 *   =    bound because of nothing else
 *   f    its probe failed
 *   x    it was removed
 *   !    still deferred
 *   hS   not deferred, though S, which firmware says it needs, was bound later
 *
 * Which thread comes first is decided by completions, never by time. A notifier of the
 * bus knows when a probe begins, when a device is bound, and when it is not.
 */

#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/async.h>
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/string.h>

#include "../../../kernel/initcall_depends/discover.h"
#include "../../../kernel/initcall_depends/optional.h"
#include "fake_bus.h"

/* Nothing takes so long, unless a test has failed. */
#define LONG	(10 * HZ)

/* Called with the letter of a device, in the thread that probes it */
typedef void (*hook_fn)(char letter);

static struct {
	char found[MAX_LOG];
	char line[512];
	char sum[128];
	u32 nr_foreign;
	hook_fn begins;
	hook_fn is_bound;
	hook_fn is_not_bound;
	struct completion bound;
	int before_failure;
	int nr_failures;
} seen;

static bool __init discovers(void)
{
	return true;
}

static void __init note_found(char letter, const char *what)
{
	static const char * const words[] __initconst = {
		"u was deferred, bound after ", "d was deferred: declared",
		"t was deferred: timed out", "= was deferred: own", "f was deferred: failed",
		"x was deferred: gone", "! is deferred: ", "h did not wait for ",
	};
	const char *name = strstr(what, "initcall_depends(\"");
	const char *hint = strstr(what, "perhaps add=");
	char text[16] = { letter };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (strstarts(what, words[i] + 2))
			text[1] = words[i][0];
	if (name)
		strscpy(text + 2, strchr(name, '"') + 1, sizeof(text) - 2);
	if (hint)
		strscpy(text + 2, strchr(hint, ':') + 1, sizeof(text) - 2);
	*strchrnul(text, '"') = '\0';
	strlcat(seen.found, text, sizeof(seen.found));
}

/* Real devices may be deferred as well; they do not matter here. */
static void __init note_line(const char *line)
{
	const char *what = strstr(line, ") ");

	if (!what) {
		strscpy(seen.sum, line);
	} else if (strncmp(line + 1, ".0: ", 4)) {
		seen.nr_foreign++;
	} else {
		strscpy(seen.line, line);
		note_found(line[0], what + 2);
	}
}

static initcall_print_fn usual_print __initdata;

static int notice(struct notifier_block *block, unsigned long action, void *data)
{
	hook_fn hook = action == BUS_NOTIFY_BIND_DRIVER ? seen.begins :
		       action == BUS_NOTIFY_BOUND_DRIVER ? seen.is_bound :
		       action == BUS_NOTIFY_DRIVER_NOT_BOUND ? seen.is_not_bound : NULL;

	if (hook)
		hook(dev_name(data)[0]);
	return NOTIFY_DONE;
}

static struct notifier_block notifier = { .notifier_call = notice };

static int __init discover_init(struct kunit *test)
{
	int err = fake_bus_init(test);

	memset(&seen, 0, sizeof(seen));
	init_completion(&seen.bound);
	kunit_activate_static_stub(test, initcall_discovers, discovers);
	usual_print = initcall_discover_print;
	initcall_discover_print = note_line;
	return err ?: bus_register_notifier(fake_of('A')->driver.bus, &notifier);
}

static void __init discover_exit(struct kunit *test)
{
	char letter;

	for (letter = 'A'; letter <= 'Z'; letter++)
		complete_all(&fake_of(letter)->go);
	bus_unregister_notifier(fake_of('A')->driver.bus, &notifier);
	fake_bus_exit(test);
	initcall_discover_print = usual_print;
}

/* Once more in the same test */
static void __init again(struct kunit *test)
{
	discover_exit(test);
	KUNIT_ASSERT_EQ(test, 0, discover_init(test));
}

/* After the last initcall, what initcall_depends_finish() does */
static void __init finish(void)
{
	struct initcall_plan *plan = &fake_bus.plan;

	if (plan->next != plan->graph.order[plan->graph.nr_nodes - 1])
		return;
	if (!plan->released)
		initcall_hold_drain();
	initcall_discover_finish(plan);
}

static void __init expect_found(struct kunit *test, const char *calls, const char *edges,
				const char *found)
{
	fake_bus.after = fake_bus.after ?: finish;
	fake_run(calls, edges);
	KUNIT_EXPECT_STREQ_MSG(test, seen.found, found, "%s with %s: %s", calls, edges,
			       fake_bus.log);
}

static void __init discover_undeclared(struct kunit *test)
{
	fake_of('C')->needs = "S";
	expect_found(test, "XCYS L", "", "CuS");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "xXc?C?CyY?CsSClL");
}

static void __init discover_sum(struct kunit *test)
{
	fake_of('C')->needs = "S";
	fake_of('D')->needs = "N";
	expect_found(test, "CDS", "", "CuSD!");
	KUNIT_EXPECT_TRUE(test, seen.nr_foreign ||
			  strstarts(seen.sum, "devices deferred: 2, 1 undeclared, 0 declared, "));
	KUNIT_EXPECT_TRUE(test, seen.nr_foreign || strstr(seen.sum, ", 0 failed, 1 unended"));
}

static void __init discover_names(struct kunit *test)
{
	static const char rest[] __initconst =
		" (a-a/s): drivers/c-c/c-c: initcall_depends(\"a-a/s\")";
	static const char name[] __initconst __aligned(INITCALL_STRING_ALIGN) = "s";
	struct initcall_graph *graph = &fake_bus.plan.graph;
	struct initcall_module *modules = fake_bus.modules;
	u16 meant = INITCALL_AMBIGUOUS;

	/* '-' and '_' are the same in a name, but not in a path; S is ambiguous */
	modules['C' - 'A' + 1].path = "drivers/c-c/c-c";
	modules['C' - 'A' + 1].name = "c_c";
	modules['S' - 'A' + 1].path = "a-a/s";
	modules['S' - 'A' + 1].name = name;
	graph->strings = name;
	graph->meant = &meant;
	graph->nr_places = 1;
	fake_of('C')->needs = "S";
	expect_found(test, "CS", "", "Cua-a/s");
	KUNIT_EXPECT_TRUE(test, strstarts(seen.line, "C.0: C (c_c) was deferred, bound after "));
	KUNIT_EXPECT_NOT_NULL(test, strstr(seen.line, rest));
}

static void __init discover_nothing(struct kunit *test)
{
	fake_of('C')->needs = "S";
	expect_found(test, "SC", "", "");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "sScC");
}

static void link_c_to_s(void)
{
	WARN_ON(!device_link_add(fake_of('C')->dev, fake_of('S')->dev, DL_FLAG_STATELESS));
}

static void __init discover_swallowed(struct kunit *test)
{
	/* the error is final, or none: C has not waited for S */
	fake_of('X')->hook = link_c_to_s;
	fake_of('C')->needs = "S";
	fake_of('C')->final = true;
	expect_found(test, "XCS", "", "ChS");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "xXc!CsS");
	again(test);
	fake_of('X')->hook = link_c_to_s;
	expect_found(test, "XCS", "", "ChS");
	/* it is deferred, or held, or needs no hint */
	again(test);
	fake_of('X')->hook = link_c_to_s;
	fake_of('C')->needs = "S";
	expect_found(test, "XCS", "", "CuS");
	again(test);
	fake_of('X')->hook = link_c_to_s;
	expect_found(test, "XCS", "CS", "");
	again(test);
	fake_of('X')->hook = link_c_to_s;
	expect_found(test, "XSC", "", "");
}

static void __init discover_held(struct kunit *test)
{
	/* S is at a later level, and P needs it for itself: nothing is probed in vain */
	fake_of('C')->needs = "S";
	fake_of('D')->needs = "S";
	expect_found(test, "CDP S", "CS DP PS", "");
	KUNIT_EXPECT_EQ(test, fake_of('C')->probes, 1);
	KUNIT_EXPECT_EQ(test, fake_of('D')->probes, 1);
}

/* From now on, the initcalls of S add T. */
static void __init add_t(void)
{
	fake_of('S')->adds_early = fake_of('C')->probes ? "T" : NULL;
	finish();
}

static void __init discover_declared(struct kunit *test)
{
	/* S is bound, but does something more later on, without which there is no T */
	fake_of('C')->needs = "T";
	fake_of('T')->absent = true;
	fake_bus.after = add_t;
	expect_found(test, "TSC S", "CS", "Cd");
	again(test);
	/* the same, and C needs S by way of P */
	fake_of('C')->needs = "T";
	fake_of('T')->absent = true;
	fake_bus.after = add_t;
	expect_found(test, "TSPC S", "CP PS", "Cd");
	again(test);
	/* X makes the device of S, so that C, too, would not have been too early after X */
	fake_of('C')->needs = "S";
	fake_of('S')->absent = true;
	fake_of('X')->adds_early = "S";
	expect_found(test, "SCX", "CS", "CuX");
}

static void __init discover_chain(struct kunit *test)
{
	fake_of('A')->needs = "B";
	fake_of('B')->needs = "C";
	expect_found(test, "ABC", "", "BuCAuB");
}

static void __init discover_between(struct kunit *test)
{
	/* A is bound before C is tried again: the two cannot be distinguished; B waits for S */
	fake_of('C')->needs = "A";
	fake_of('A')->needs = "S";
	fake_of('B')->needs = "S";
	expect_found(test, "CABS", "", "AuSCuSBuS");
}

static void __init discover_children(struct kunit *test)
{
	/* P adds K and is deferred all the same, for want of S */
	fake_of('K')->absent = true;
	fake_of('P')->adds = "K";
	fake_of('P')->needs = "S";
	expect_found(test, "KPXS", "", "PuS");
}

static void __init bind_n(char letter)
{
	fake_of('N')->bound = true;
}

static void __init discover_own(struct kunit *test)
{
	/* what C waits for is no device */
	fake_of('C')->needs = "N";
	seen.is_not_bound = bind_n;
	expect_found(test, "XC", "", "C=");
	again(test);
	/* nor is it the child that it has bound itself */
	fake_of('K')->absent = true;
	fake_of('C')->adds = "K";
	fake_of('C')->needs = "N";
	seen.is_not_bound = bind_n;
	expect_found(test, "KC", "", "C=");
}

static void __init release_s(char letter)
{
	complete_all(&fake_of('S')->go);
}

static void __init discover_async(struct kunit *test)
{
	/* S comes first, but is not bound when C is probed */
	fake_of('C')->needs = "S";
	fake_of('S')->stuck = true;
	seen.is_not_bound = release_s;
	fake_make_async("S");
	expect_found(test, "SC", "", "CuS");
	KUNIT_EXPECT_TRUE(test, fake_of('C')->bound);
}

static void __init note_s(char letter)
{
	if (letter == 'S')
		complete_all(&seen.bound);
}

static void __init let_s_go_first(char letter)
{
	if (letter == 'X')
		wait_for_completion_timeout(&seen.bound, LONG);
}

static void __init discover_async_unrelated(struct kunit *test)
{
	/* S comes first and is bound during X; C is not waited for, U is deferred anyway */
	fake_of('U')->needs = "N";
	fake_of('C')->needs = "S";
	fake_of('S')->stuck = true;
	fake_of('X')->releases = "S";
	seen.is_bound = note_s;
	seen.begins = let_s_go_first;
	fake_make_async("S");
	expect_found(test, "USCXY", "", "CuSU!");
}

static void __init synchronize(char letter)
{
	if (letter == 'W' || letter == 'X')
		async_synchronize_full();
}

static void __init discover_async_result(struct kunit *test)
{
	/* R is a result of P, and not what C has been waiting for; R is retried before C */
	fake_of('C')->needs = "P";
	fake_of('R')->needs = "P";
	fake_of('R')->stuck = true;
	fake_of('X')->releases = "R";
	seen.begins = synchronize;
	fake_make_async("R");
	expect_found(test, "CRXYP", "", "RuPCuP");
	again(test);
	/* nor is what X itself starts asynchronously, bound before X is */
	fake_of('C')->needs = "X";
	fake_of('R')->absent = true;
	fake_of('X')->adds_early = "R";
	seen.begins = synchronize;
	fake_make_async("R");
	expect_found(test, "RCX", "", "CuX");
}

static void __init hold_c_back(char letter)
{
	if (letter != 'C')
		return;
	complete_all(&fake_of('S')->go);
	wait_for_completion(&fake_of('C')->go);
}

static void __init release_c(void)
{
	struct initcall_plan *plan = &fake_bus.plan;

	if (plan->next == plan->graph.order[plan->graph.nr_nodes - 1])
		complete_all(&fake_of('C')->go);
	finish();
}

static void __init discover_async_consumer(struct kunit *test)
{
	/* S is bound after C has looked for it, but C is deferred only when X is probed */
	fake_of('C')->needs = "S";
	fake_of('S')->stuck = true;
	fake_of('X')->releases = "C";
	seen.is_not_bound = hold_c_back;
	seen.begins = synchronize;
	fake_make_async("C");
	expect_found(test, "CSXY", "", "CuS");
	again(test);
	/* the same after the last initcall */
	fake_of('C')->needs = "S";
	fake_of('S')->stuck = true;
	seen.is_not_bound = hold_c_back;
	fake_bus.after = release_c;
	fake_make_async("C");
	expect_found(test, "CS", "", "CuS");
}

static void __init get_stuck_after_s(char letter)
{
	if (letter == 'S')
		fake_of('C')->stuck = true;
}

static void __init discover_async_retry(struct kunit *test)
{
	/* Y makes the device of S, so that C is retried, but C is bound only during X */
	fake_of('C')->needs = "S";
	fake_of('S')->absent = true;
	fake_of('Y')->adds_early = "S";
	fake_of('X')->releases = "C";
	seen.is_bound = get_stuck_after_s;
	seen.begins = synchronize;
	fake_make_async("C");
	expect_found(test, "SCWYX", "CS", "CuY");
	KUNIT_EXPECT_EQ(test, fake_of('C')->probes, 3);
}

static void __init discover_later_level(struct kunit *test)
{
	fake_of('C')->needs = "S";
	fake_of('L')->needs = "C";
	expect_found(test, "CX S L", "", "CuS");
	again(test);
	/* what is bound late is found as well */
	fake_of('C')->needs = "S";
	expect_found(test, "CX  ST", "", "CuS");
}

static void __init discover_unended(struct kunit *test)
{
	fake_of('C')->needs = "N";
	expect_found(test, "CX L", "", "C!");
	KUNIT_EXPECT_EQ(test, fake_of('C')->probes, 4);
}

static void __init discover_failed(struct kunit *test)
{
	/* that is no success of X */
	fake_of('C')->needs = "S";
	fake_of('C')->error = -EIO;
	expect_found(test, "CSX", "", "Cf");
	KUNIT_EXPECT_EQ(test, fake_of('C')->probes, 3);
}

static void __init remove_c(void)
{
	struct fake *fake = fake_of('C');

	if (fake->dev)
		device_unregister(fake->dev);
	fake->dev = NULL;
	finish();
}

static void __init discover_gone(struct kunit *test)
{
	fake_of('C')->needs = "N";
	fake_bus.after = remove_c;
	expect_found(test, "CX", "", "Cx");
}

static void __init match_c(char letter)
{
	if (letter == 'S')
		fake_of('C')->unmatched = 0;
}

static void __init discover_unmatched(struct kunit *test)
{
	/* C appears after its driver, and is deferred without a probe until S is there */
	fake_of('C')->absent = true;
	fake_of('C')->unmatched = 1000;
	fake_of('A')->adds_early = "C";
	seen.is_bound = match_c;
	expect_found(test, "CAXS", "", "CuS");
	KUNIT_EXPECT_EQ(test, fake_of('C')->probes, 1);
	KUNIT_EXPECT_TRUE(test, strstarts(seen.line, "C.0: C (C) was deferred, "));
	again(test);
	/* no driver has deferred it if none has ever probed it */
	fake_of('C')->unmatched = 1000;
	expect_found(test, "CX", "", "C!");
	KUNIT_EXPECT_TRUE(test, strstarts(seen.line, "C.0: unknown (unknown) is deferred"));
}

static void __init discover_timed_out(struct kunit *test)
{
	fake_bus.modules['S' - 'A' + 1].path = "drivers/base/dd";
	fake_of('C')->needs = "S";
	expect_found(test, "CS", "", "Ct");
}

static void __init discover_endless(struct kunit *test)
{
	/* what C binds itself does not help it */
	fake_of('C')->rebinds = 'S';
	fake_of('C')->needs = "Q";
	expect_found(test, "SCXY", "", "C!");
	KUNIT_EXPECT_EQ(test, fake_of('C')->probes, 4);
	again(test);
	/* but what D binds helps C, and the other way round */
	fake_of('C')->rebinds = 'S';
	fake_of('C')->needs = "Q";
	fake_of('D')->rebinds = 'T';
	fake_of('D')->needs = "Q";
	expect_found(test, "STCDXY", "", "C!D!");
	KUNIT_EXPECT_LT(test, fake_of('C')->probes, 2000);
	KUNIT_EXPECT_TRUE(test, fake_of('Y')->bound);
}

static void __init get_stuck(char letter)
{
	fake_of('C')->stuck = true;
}

static void __init discover_stuck(struct kunit *test)
{
	/* once C is retried, it is stuck: that costs the time of all waits, and no more */
	fake_bus.plan.patience = HZ / 10;
	fake_of('C')->needs = "N";
	seen.begins = synchronize;
	seen.is_not_bound = get_stuck;
	fake_make_async("C");
	expect_found(test, "CXY L", "", "C!");
	KUNIT_EXPECT_EQ(test, fake_bus.plan.patience, 0);
	KUNIT_EXPECT_TRUE(test, fake_of('L')->bound);
}

static void * __init failing_alloc(size_t size)
{
	if (seen.before_failure-- > 0)
		return kzalloc(size, GFP_KERNEL);
	seen.nr_failures++;
	return NULL;
}

static void __init discover_no_memory(struct kunit *test)
{
	int i;

	for (i = 0; i < 3; i++) {
		again(test);
		fake_of('C')->needs = "S";
		fake_of('D')->needs = "S";
		seen.before_failure = i;
		kunit_activate_static_stub(test, initcall_alloc, failing_alloc);
		expect_found(test, "CDS", "", i == 0 ? "" : i == 1 ? "CuS" : "CuSDuS");
		kunit_deactivate_static_stub(test, initcall_alloc);
		KUNIT_EXPECT_EQ(test, !seen.nr_failures, i == 2);
		KUNIT_EXPECT_TRUE(test, fake_of('S')->bound);
	}
}

static struct kunit_case __refdata discover_cases[] = {
	KUNIT_CASE(discover_undeclared),
	KUNIT_CASE(discover_sum),
	KUNIT_CASE(discover_names),
	KUNIT_CASE(discover_nothing),
	KUNIT_CASE(discover_held),
	KUNIT_CASE(discover_declared),
	KUNIT_CASE(discover_chain),
	KUNIT_CASE(discover_between),
	KUNIT_CASE(discover_children),
	KUNIT_CASE(discover_own),
	KUNIT_CASE(discover_async),
	KUNIT_CASE(discover_async_unrelated),
	KUNIT_CASE(discover_async_result),
	KUNIT_CASE(discover_async_consumer),
	KUNIT_CASE(discover_async_retry),
	KUNIT_CASE(discover_later_level),
	KUNIT_CASE(discover_unended),
	KUNIT_CASE(discover_failed),
	KUNIT_CASE(discover_gone),
	KUNIT_CASE(discover_unmatched),
	KUNIT_CASE(discover_swallowed),
	KUNIT_CASE(discover_timed_out),
	KUNIT_CASE(discover_endless),
	KUNIT_CASE(discover_stuck),
	KUNIT_CASE(discover_no_memory),
	{}
};

static struct kunit_suite __refdata discover_suite = {
	.name = "initcall_depends_discover",
	.init = discover_init,
	.exit = discover_exit,
	.test_cases = discover_cases,
};

kunit_test_init_section_suite(discover_suite);
