// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of what becomes of probes: kernel/initcall_depends/probes.c, discover.c
 *
 * A fake bus with real devices and drivers. A module is a letter, and so is its
 * driver and its device. A test writes down initcalls and dependencies as in
 * order_test.c, says how the probes of some behave, runs the initcalls, and
 * compares what has happened with a string, in which
 *
 *   a    the initcall of module A was called, which registers its driver
 *   A    its device was bound
 *   ?A   its probe was deferred
 *   !A   its probe failed
 */

#include <kunit/static_stub.h>
#include <kunit/test-bug.h>
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/initcall_probe.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "../../../kernel/initcall_depends/internal.h"

#define NR_MODULES	26
#define MAX_NODES	32
#define MAX_LOG		256
#define SLOW		60	/* ms; longer than anything else takes */

/**
 * struct fake - a module with an initcall, a driver and a device
 * @driver: its driver
 * @dev: its device
 * @needs: probe is deferred until the devices of these modules are bound
 * @adds: devices that the probe adds
 * @adds_early: devices that the initcall adds
 * @hasty: probe looks for them at its beginning, not at its end
 * @absent: the device is not there from the start, somebody adds it
 * @without_driver: the initcall registers no driver, but returns @error
 * @error: what probe returns in the end
 * @ms: how long probe takes
 * @defers: how often it is deferred for no reason
 * @stuck: probe waits for this
 * @begins: probe completes this at its beginning
 * @releases: the initcall completes this
 * @bound: the device is bound
 * @tasks: number of probes that another thread than that of the test has done
 * @probes: number of all probes
 * @rebinds: another module, whose device probe unbinds and binds again
 * @name: of the driver
 * @dev_name: of the device
 */
struct fake {
	struct device_driver driver;
	struct device *dev;
	const char *needs;
	const char *adds;
	const char *adds_early;
	bool hasty;
	bool absent;
	bool without_driver;
	int error;
	unsigned int ms;
	unsigned int defers;
	struct completion *stuck;
	struct completion *begins;
	struct completion *releases;
	bool bound;
	int tasks;
	int probes;
	char rebinds;
	char name[2];
	char dev_name[4];
};

struct fakes {
	struct fake fakes[NR_MODULES];
	struct initcall_plan plan;
	struct initcall_node nodes[MAX_NODES];
	struct initcall_edge edges[MAX_NODES];
	struct initcall_declaration declarations[MAX_NODES];
	struct initcall_module_state states[NR_MODULES];
	struct initcall_module modules[NR_MODULES];
	u32 buckets[NR_MODULES];
	u32 order[MAX_NODES];
	u8 moves[MAX_NODES];
	u32 usecs[MAX_NODES];
	struct task_struct *thread;
	bool eager;
	char settler;
	char now;
	spinlock_t lock;	/* protects log */
	char log[MAX_LOG];
};

static struct fakes all_fakes;
static struct fakes *const fakes = &all_fakes;

static struct fake *fake_of(char letter)
{
	return &fakes->fakes[letter - 'A'];
}

static void log_event(const char *prefix, char letter)
{
	char text[] = { *prefix ?: letter, *prefix ? letter : '\0', '\0' };

	guard(spinlock)(&fakes->lock);
	if (strlen(fakes->log) + sizeof(text) <= sizeof(fakes->log))
		strcat(fakes->log, text);
}

static int fake_match(struct device *dev, const struct device_driver *drv)
{
	return dev_name(dev)[0] == drv->name[0];
}

static const struct bus_type fake_bus;

static void fake_release(struct device *dev)
{
	kfree(dev);
}

static void add_device(char letter)
{
	struct fake *fake = fake_of(letter);
	struct device *dev;

	if (fake->dev)
		return;
	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev)
		return;
	dev->bus = &fake_bus;
	dev->release = fake_release;
	dev->init_name = fake->dev_name;
	fake->dev = dev;
	if (device_register(dev)) {
		put_device(dev);
		fake->dev = NULL;
	}
}

static void add_devices(const char *letters)
{
	for (; letters && *letters; letters++)
		add_device(*letters);
}

static void rebind(struct fake *fake)
{
	device_release_driver(fake->dev);
	KUNIT_EXPECT_EQ(kunit_get_current_test(), 1, device_attach(fake->dev));
}

static bool is_missing(const char *needed)
{
	for (; needed && *needed; needed++)
		if (!READ_ONCE(fake_of(*needed)->bound))
			return true;
	return false;
}

static int fake_probe(struct device *dev)
{
	char letter = dev_name(dev)[0];
	struct fake *fake = fake_of(letter);
	bool missing = fake->hasty && is_missing(fake->needs);

	if (fake->begins)
		complete_all(fake->begins);
	fake->probes++;
	fake->tasks += current != fakes->thread;
	if (fake->stuck)
		wait_for_completion(fake->stuck);
	msleep(fake->ms);
	add_devices(fake->adds);
	if (fake->rebinds)
		rebind(fake_of(fake->rebinds));
	missing = fake->hasty ? missing : is_missing(fake->needs);
	if (missing || fake->defers) {
		fake->defers -= !missing;
		log_event("?", letter);
		return -EPROBE_DEFER;
	}
	log_event(fake->error ? "!" : "", letter);
	WRITE_ONCE(fake->bound, !fake->error);
	return fake->error;
}

static const struct bus_type fake_bus = {
	.name = "initcall_depends_test",
	.match = fake_match,
	.probe = fake_probe,
};

/* The initcall of whoever's turn it is. */
static int __init fake_initcall(void)
{
	char letter = fakes->now;
	struct fake *fake = fake_of(letter);

	log_event("", letter - 'A' + 'a');
	fake->driver.name = fake->name;
	fake->driver.bus = &fake_bus;
	if (fake->releases)
		complete_all(fake->releases);
	add_devices(fake->adds_early);
	if (fake->without_driver) {
		fake->bound = !fake->error;
		return fake->error;
	}
	return driver_register(&fake->driver);
}

/* What deferred_probe_initcall() does. */
static int __init settler_initcall(void)
{
	initcall_deferred_hold(false);
	return 0;
}

static int __init fakes_init(struct kunit *test)
{
	u32 i;

	memset(fakes, 0, sizeof(*fakes));
	spin_lock_init(&fakes->lock);
	fakes->thread = current;
	fakes->plan.names.modules = fakes->modules;
	fakes->plan.names.buckets = fakes->buckets;
	fakes->plan.names.nr_buckets = NR_MODULES;
	memset(fakes->buckets, 0xff, sizeof(fakes->buckets));
	for (i = 0; i < NR_MODULES; i++) {
		fakes->fakes[i].name[0] = 'A' + i;
		snprintf(fakes->fakes[i].dev_name, 4, "%c.0", 'A' + i);
		initcall_names_add(&fakes->plan.names, fakes->fakes[i].name, 0);
	}
	initcall_deferred_hold(true);
	return bus_register(&fake_bus);
}

static void __init fakes_exit(struct kunit *test)
{
	int i;

	initcall_probes_stop(&fakes->plan);	/* if an assertion has ended the test */
	initcall_discover_free(&fakes->plan);
	wait_for_device_probe();
	for (i = 0; i < NR_MODULES; i++)
		if (fakes->fakes[i].driver.p)
			driver_unregister(&fakes->fakes[i].driver);
	for (i = 0; i < NR_MODULES; i++)
		if (fakes->fakes[i].dev)
			device_unregister(fakes->fakes[i].dev);
	bus_unregister(&fake_bus);
	initcall_deferred_hold(false);
}

static void __init read_calls(const char *calls)
{
	struct initcall_node node = { .level = INITCALL_LEVEL_SUBSYS };

	for (; *calls; calls++) {
		if (*calls == ' ') {
			/* skip fs and rootfs: blanks lead to device and to late */
			node.level += node.level == INITCALL_LEVEL_SUBSYS ? 3 : 1;
			node.sync = false;
		} else if (*calls == '|') {
			node.sync = true;
		} else {
			node.module = *calls - 'A';
			fakes->nodes[fakes->plan.graph.nr_nodes++] = node;
		}
	}
}

static void __init make_plan(const char *calls, const char *edges)
{
	struct initcall_plan *plan = &fakes->plan;
	struct initcall_graph *graph = &plan->graph;
	void *scratch;

	plan->nodes = fakes->nodes;
	plan->declarations = fakes->declarations;
	plan->states = fakes->states;
	plan->order = fakes->order;
	plan->moves = fakes->moves;
	plan->usecs = fakes->usecs;
	plan->patience = plan->patience ?: 30 * HZ;
	graph->nodes = plan->nodes;
	graph->edges = fakes->edges;
	graph->nr_modules = NR_MODULES;
	read_calls(calls);
	for (; *edges; edges += edges[2] ? 3 : 2) {
		plan->declarations[graph->nr_edges] = (struct initcall_declaration) {
			.consumer = fake_of(edges[0])->name,
			.prerequisite = fake_of(edges[1])->name,
		};
		graph->edges[graph->nr_edges++] = (struct initcall_edge) {
			.consumer = edges[0] - 'A',
			.prerequisite = edges[1] - 'A',
			.state = INITCALL_EDGE_ORDERED,
		};
	}
	scratch = kvzalloc(initcall_order_scratch(graph), GFP_KERNEL);
	initcall_order(graph, scratch, plan->order);
	kvfree(scratch);
}

static bool __init is_any(struct device *dev, const char *reason)
{
	return true;
}

static u32 count_bound(void)
{
	u32 i, count = 0;

	for (i = 0; i < NR_MODULES; i++)
		count += READ_ONCE(fakes->fakes[i].bound);
	return count;
}

/* What has been proposed instead of declarations: all, as long as any of them is bound. */
static void __init retry_all(void)
{
	u32 before;

	do {
		before = count_bound();
		initcall_deferred_retry(is_any);
	} while (count_bound() != before);
}

/* Z stands for drivers/base/dd. */
static void __init run_calls(struct kunit *test, const char *calls, const char *edges)
{
	struct initcall_plan *plan = &fakes->plan;
	u32 i;

	make_plan(calls, edges);
	for (i = 0; i < NR_MODULES; i++)
		if (strchr(calls, 'A' + i) && !fakes->fakes[i].absent && i != 'Z' - 'A')
			add_device('A' + i);
	initcall_probes_start(plan);
	plan->settler = (fakes->settler ?: 'Z') - 'A';
	for (i = 0; i < plan->graph.nr_nodes; i++) {
		fakes->now = 'A' + plan->nodes[plan->order[i]].module;
		initcall_run(plan, i, fakes->now == 'Z' ? settler_initcall : fake_initcall);
		if (fakes->eager)
			retry_all();
	}
	initcall_probes_stop(plan);
}

static void __init expect_log(struct kunit *test, const char *calls, const char *edges,
			      const char *wanted)
{
	run_calls(test, calls, edges);
	wait_for_device_probe();
	KUNIT_EXPECT_STREQ_MSG(test, fakes->log, wanted, "%s with %s", calls, edges);
}

static void __init make_async(const char *letters, unsigned int ms)
{
	for (; *letters; letters++) {
		fake_of(*letters)->driver.probe_type = PROBE_PREFER_ASYNCHRONOUS;
		fake_of(*letters)->ms = ms;
	}
}

static void __init probes_sync(struct kunit *test)
{
	fake_of('C')->needs = "S";
	expect_log(test, "CS", "CS", "sScC");
	KUNIT_EXPECT_EQ(test, fake_of('C')->tasks, 0);
}

static void __init probes_undeclared(struct kunit *test)
{
	/* left to the deferred probe work, which has not run yet */
	fake_of('C')->needs = "S";
	expect_log(test, "CSXY", "XY", "c?CsSyYxX");
}

static void __init probes_async(struct kunit *test)
{
	fake_of('C')->needs = "S";
	make_async("S", SLOW);
	expect_log(test, "CS", "CS", "sScC");
	KUNIT_EXPECT_EQ(test, fake_of('S')->tasks, 1);
}

static void __init probes_async_unrelated(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(stuck);

	/* nobody waits for X */
	fake_of('C')->needs = "S";
	fake_of('X')->stuck = &stuck;
	make_async("S", SLOW);
	make_async("X", 0);
	run_calls(test, "XCSY", "CS");
	KUNIT_EXPECT_STREQ(test, fakes->log, "xsScCyY");
	complete_all(&stuck);
	wait_for_device_probe();
	KUNIT_EXPECT_STREQ(test, fakes->log, "xsScCyYX");
}

static void __init probes_async_chain(struct kunit *test)
{
	fake_of('C')->needs = "P";
	fake_of('P')->needs = "S";
	make_async("PS", SLOW);
	expect_log(test, "CPS", "CP PS", "sSpPcC");
}

static void __init probes_async_indirect(struct kunit *test)
{
	/* P has no device; that of S is added by X when P is done, and C waits through P */
	fake_of('P')->absent = true;
	fake_of('S')->absent = true;
	fake_of('X')->absent = true;
	fake_of('X')->adds_early = "S";
	fake_of('C')->needs = "S";
	make_async("S", SLOW);
	expect_log(test, "PSXC", "CP PS", "spxScC");
}

static void __init probes_async_diamond(struct kunit *test)
{
	fake_of('A')->needs = "BC";
	fake_of('B')->needs = "D";
	fake_of('C')->needs = "D";
	make_async("D", SLOW);
	make_async("B", SLOW);
	make_async("C", 3 * SLOW);
	expect_log(test, "ABCD", "AB AC BD CD", "dDbcBCaA");
}

/* The log begins with @first, and @bound was bound before @call. */
static void expect_between(struct kunit *test, const char *first, char bound, char call)
{
	KUNIT_EXPECT_EQ_MSG(test, 0, strncmp(fakes->log, first, strlen(first)), "%s", fakes->log);
	KUNIT_EXPECT_TRUE_MSG(test, strrchr(fakes->log, bound) < strchr(fakes->log, call), "%s",
			      fakes->log);
	KUNIT_EXPECT_TRUE(test, fake_of(bound)->bound);
}

static void __init probes_async_consumer(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(stuck);

	/* is not waited for before the first late_initcall */
	fake_of('C')->needs = "S";
	fake_of('C')->stuck = &stuck;
	fake_of('X')->releases = &stuck;
	make_async("C", SLOW);
	run_calls(test, " CSX L", "CS");
	expect_between(test, "sScx", 'C', 'l');
}

static void __init probes_started_by(struct kunit *test)
{
	/* S adds the device of X, whose driver is nobody's prerequisite */
	fake_of('S')->adds = "X";
	fake_of('X')->absent = true;
	fake_of('C')->needs = "X";
	make_async("S", SLOW);
	make_async("X", SLOW);
	expect_log(test, "XCS", "CS", "xsSXcC");
}

static void __init probes_other_level(struct kunit *test)
{
	/* as i2c_imx at subsys and clk_imx8mp at device */
	fake_of('C')->needs = "S";
	expect_log(test, "C XSY", "CS", "c?CxXsSCyY");
	KUNIT_EXPECT_EQ(test, fakes->edges[0].state, INITCALL_EDGE_RETRY);
	KUNIT_EXPECT_EQ(test, fake_of('C')->tasks, 0);
}

static void __init probes_inverted(struct kunit *test)
{
	/* A has a driver that can be retried, B has none, and C failed before it had one */
	fake_of('B')->without_driver = true;
	fake_of('C')->without_driver = true;
	fake_of('C')->error = -ENOMEM;
	expect_log(test, "ABC S", "AS BS CS", "aAbcsS");
	initcall_report_end(&fakes->plan, false);
	KUNIT_EXPECT_EQ(test, fakes->edges[0].state, INITCALL_EDGE_RETRY);
	KUNIT_EXPECT_EQ(test, fakes->edges[1].state, INITCALL_EDGE_INVERTED);
	KUNIT_EXPECT_EQ(test, fakes->edges[2].state, INITCALL_EDGE_RETRY);
}

static void __init probes_deferring(struct kunit *test)
{
	/* as ffa_module under pKVM: S itself waits for T, of a later level */
	fake_of('C')->needs = "S";
	fake_of('S')->needs = "T";
	expect_log(test, "CS TX", "CS ST", "s?Sc?CtTSCxX");
	KUNIT_EXPECT_EQ(test, fake_of('C')->tasks, 0);
}

static void __init probes_deferring_async(struct kunit *test)
{
	/* all are asynchronous, and nobody may look before they are done */
	fake_of('C')->needs = "S";
	fake_of('S')->needs = "T";
	make_async("CST", SLOW);
	run_calls(test, "CS T L", "CS ST");
	KUNIT_EXPECT_STREQ_MSG(test, strchr(fakes->log, 'l') - 2, "SClL", "%s", fakes->log);
}

static void __init probes_bound_meanwhile(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(begun);

	/* S is bound while C is being probed, which is deferred for want of S */
	fake_of('C')->needs = "S";
	fake_of('C')->hasty = true;
	fake_of('C')->begins = &begun;
	fake_of('S')->stuck = &begun;
	make_async("C", SLOW);
	run_calls(test, "C S L", "CS");
	expect_between(test, "csS", 'C', 'l');
	KUNIT_EXPECT_EQ(test, fake_of('C')->probes, 2);
}

static void __init probes_started_in_sync(struct kunit *test)
{
	/* B, on nobody's behalf, adds S, whose probe adds X, which is asynchronous */
	fake_of('B')->adds = "S";
	fake_of('S')->adds = "X";
	fake_of('S')->absent = true;
	fake_of('X')->absent = true;
	fake_of('C')->needs = "X";
	make_async("X", SLOW);
	expect_log(test, "XSBC", "CS", "xsbSBXcC");
}

static void __init probes_without_driver(struct kunit *test)
{
	/* S offers something without a driver, at a later level than C */
	fake_of('C')->needs = "S";
	fake_of('S')->absent = true;
	fake_of('S')->without_driver = true;
	expect_log(test, "C SX", "CS", "c?CsCxX");
}

static void __init probes_one_initcall(struct kunit *test)
{
	/* a bus driver that adds the consumer first, then the prerequisite */
	fake_of('B')->adds = "CS";
	fake_of('C')->absent = true;
	fake_of('S')->absent = true;
	fake_of('C')->needs = "S";
	expect_log(test, "CSBX", "CS", "scb?CSBCxX");
}

static void __init probes_appears_later(struct kunit *test)
{
	/* the device of S is added by X, which nobody depends on */
	fake_of('X')->adds = "S";
	fake_of('S')->absent = true;
	fake_of('C')->needs = "S";
	expect_log(test, "CS XY", "CS", "sc?CxSXCyY");
}

static void __init probes_appears_async(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(stuck);

	/* by an asynchronous probe: all that can be done is wait before late_initcall */
	fake_of('X')->adds = "S";
	fake_of('S')->absent = true;
	fake_of('C')->needs = "S";
	fake_of('X')->stuck = &stuck;
	fake_of('Y')->releases = &stuck;
	make_async("X", SLOW);
	run_calls(test, "CS XY L", "CS");
	expect_between(test, "sc?Cxy", 'C', 'l');
}

static void __init probes_failing(struct kunit *test)
{
	fake_of('S')->error = -ENODEV;
	fake_of('C')->needs = "T";
	expect_log(test, "CST", "CS CT", "s!StTcC");
}

static void __init probes_failing_async(struct kunit *test)
{
	fake_of('S')->error = -EIO;
	make_async("S", SLOW);
	expect_log(test, "CS", "CS", "s!ScC");
}

static void __init probes_absent(struct kunit *test)
{
	fake_of('S')->absent = true;
	expect_log(test, "CS", "CS CT", "scC");
	KUNIT_EXPECT_EQ(test, fakes->edges[1].state, INITCALL_EDGE_ABSENT);
}

static void __init probes_chain_of_retries(struct kunit *test)
{
	/* each binding lets the next one be retried, in one gap */
	fake_of('A')->needs = "B";
	fake_of('B')->needs = "C";
	fake_of('C')->needs = "D";
	fake_of('D')->needs = "E";
	expect_log(test, "ABCD EX", "AB BC CD DE", "d?Dc?Cb?Ba?AeEDCBAxX");
}

static void __init probes_stuck(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(stuck);
	unsigned long start = jiffies;

	/* two consumers, but only one of them waits, and not for ever */
	make_async("S", 0);
	fake_of('S')->stuck = &stuck;
	fakes->plan.patience = msecs_to_jiffies(SLOW);
	run_calls(test, "CDS", "CS DS");
	KUNIT_EXPECT_STREQ(test, fakes->log, "scCdD");
	KUNIT_EXPECT_GE(test, jiffies - start, msecs_to_jiffies(SLOW));
	KUNIT_EXPECT_EQ(test, fakes->plan.nr_given_up, 1);
	complete_all(&stuck);
	wait_for_device_probe();
	KUNIT_EXPECT_STREQ(test, fakes->log, "scCdDS");
}

static void __init probes_endless(struct kunit *test)
{
	/* C is deferred for ever, but each of its probes binds S once more */
	fake_of('C')->rebinds = 'S';
	fake_of('C')->needs = "Q";
	run_calls(test, "CSX", "CS");
	KUNIT_EXPECT_GT(test, fake_of('C')->probes, 100);
	KUNIT_EXPECT_LT(test, fake_of('C')->probes, 10000);
	KUNIT_EXPECT_TRUE(test, fake_of('X')->bound);
}

static void __init probes_settled(struct kunit *test)
{
	/* an asynchronous supplier that binds behind the first pass, and what follows */
	fake_of('C')->needs = "P";
	fake_of('P')->needs = "S";
	fake_of('S')->needs = "T";
	make_async("CPST", SLOW);
	run_calls(test, " CPST ZL", "LZ");
	KUNIT_EXPECT_TRUE(test, fake_of('C')->bound);
	KUNIT_EXPECT_STREQ_MSG(test, strrchr(fakes->log, 'C'), "ClL", "%s", fakes->log);
}

static void __init probes_settled_stuck(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(stuck);

	make_async("X", 0);
	fake_of('X')->stuck = &stuck;
	fakes->plan.patience = msecs_to_jiffies(SLOW);
	run_calls(test, " X ZLM", "LZ MZ");
	KUNIT_EXPECT_STREQ(test, fakes->log, "xlLmM");
	KUNIT_EXPECT_EQ(test, fakes->plan.nr_given_up, 1);
	complete_all(&stuck);
	wait_for_device_probe();
}

static void __init probes_not_settled(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(stuck);

	/* who does not ask for it does not wait, be it a consumer of somebody else */
	fake_of('X')->stuck = &stuck;
	fake_of('L')->releases = &stuck;
	make_async("X", SLOW);
	run_calls(test, " XY ZLM", "MZ LY");
	expect_between(test, "xyYl", 'X', 'm');
}

/* A chain that is linked in the wrong order: what it costs with and without declarations. */
static int __init probes_of_chain(struct kunit *test, int length, bool eager)
{
	char calls[NR_MODULES + 1] = "", edges[3 * NR_MODULES + 1] = "";
	static char needs[NR_MODULES][2];
	int i, probes = 0;

	fakes_exit(test);
	KUNIT_ASSERT_EQ(test, 0, fakes_init(test));
	fakes->eager = eager;
	for (i = 0; i < length; i++) {
		calls[i] = 'A' + i;
		if (i == length - 1)
			break;
		needs[i][0] = 'B' + i;
		fakes->fakes[i].needs = needs[i];
		if (!eager)
			sprintf(edges + strlen(edges), "%s%c%c", i ? " " : "", 'A' + i, 'B' + i);
	}
	run_calls(test, calls, edges);
	KUNIT_EXPECT_EQ(test, count_bound(), length);
	for (i = 0; i < length; i++)
		probes += fakes->fakes[i].probes;
	return probes;
}

static void __init probes_cost(struct kunit *test)
{
	static const int lengths[] __initconst = { 3, 6, 12, 24 };
	int i, declared, eager;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		declared = probes_of_chain(test, lengths[i], false);
		eager = probes_of_chain(test, lengths[i], true);
		kunit_info(test, "chain of %d: %d probes if declared, %d with a retry of all after each initcall\n",
			   lengths[i], declared, eager);
		KUNIT_EXPECT_EQ(test, declared, lengths[i]);
		KUNIT_EXPECT_GT(test, eager, lengths[i]);
	}
}

static int before_failure;

static void *failing_alloc(size_t count, size_t size)
{
	return before_failure-- ? kvcalloc(count, size, GFP_KERNEL) : NULL;
}

/* Whichever allocation fails, the boot goes on, and deferred probing is what it ever was. */
static void __init probes_no_memory(struct kunit *test)
{
	int i, rounds;

	for (i = 0; i < 8; i++) {
		fakes_exit(test);
		KUNIT_ASSERT_EQ(test, 0, fakes_init(test));
		fake_of('C')->needs = "S";
		fake_of('S')->needs = "T";
		make_async("ST", SLOW / 4);
		before_failure = i;
		kunit_activate_static_stub(test, initcall_alloc, failing_alloc);
		run_calls(test, "CS T", "CS ST");
		kunit_deactivate_static_stub(test, initcall_alloc);
		KUNIT_EXPECT_EQ(test, fakes->plan.forgetful, before_failure < 0);
		initcall_deferred_hold(false);
		for (rounds = 0; count_bound() < 3 && rounds < 100; rounds++)
			msleep(SLOW);
		KUNIT_EXPECT_EQ_MSG(test, count_bound(), 3, "%d: %s", i, fakes->log);
	}
}

/*
 * @wanted: for each device that was deferred its letter, 'u' for undeclared and
 * 'd' for declared or 't' for timed out with the letter of what has ended that,
 * or '=' for own, '!' for unended, 'f' for failed, 'x' for gone
 */
static void __init expect_discovered(struct kunit *test, const char *calls, const char *edges,
				     const char *wanted)
{
	static const char words[] = {
		[INITCALL_UNENDED] = '!', [INITCALL_GONE] = 'x', [INITCALL_TIMED_OUT] = 't',
		[INITCALL_OWN] = '=', [INITCALL_DECLARED] = 'd', [INITCALL_UNDECLARED] = 'u',
		[INITCALL_FAILED] = 'f',
	};
	const struct initcall_discovery *found;
	char got[MAX_LOG] = "", *at = got;

	if (!IS_ENABLED(CONFIG_INITCALL_DEPENDS_DISCOVER))
		kunit_skip(test, "CONFIG_INITCALL_DEPENDS_DISCOVER is off");
	fakes->plan.discover = true;
	run_calls(test, calls, edges);
	list_for_each_entry(found, &fakes->plan.discoveries, list) {
		*at++ = found->device[0];
		*at++ = words[found->what];
		if (found->prerequisite != INITCALL_NONE)
			*at++ = 'A' + found->prerequisite;
		KUNIT_EXPECT_EQ(test, found->module, found->device[0] - 'A');
		KUNIT_EXPECT_STREQ(test, found->driver, fake_of(found->device[0])->name);
		KUNIT_EXPECT_GT(test, found->nr_deferrals, 0);
	}
	KUNIT_EXPECT_STREQ_MSG(test, got, wanted, "%s with %s: %s", calls, edges, fakes->log);
}

static void __init discover_undeclared(struct kunit *test)
{
	const struct initcall_discovery *found;

	fake_of('C')->needs = "S";
	expect_discovered(test, "XCYS L", "", "CuS");
	KUNIT_EXPECT_STREQ(test, fakes->log, "xXc?C?CyY?CsSClL");
	found = list_first_entry(&fakes->plan.discoveries, struct initcall_discovery, list);
	KUNIT_EXPECT_EQ(test, found->registrar, 1);
	KUNIT_EXPECT_EQ(test, found->initcall, 3);
}

static void __init discover_nothing(struct kunit *test)
{
	fake_of('C')->needs = "S";
	expect_discovered(test, "SC", "", "");
	KUNIT_EXPECT_STREQ(test, fakes->log, "sScC");
}

static void __init discover_ordered(struct kunit *test)
{
	fake_of('C')->needs = "S";
	expect_discovered(test, "CS", "CS", "");
	KUNIT_EXPECT_STREQ(test, fakes->log, "sScC");
}

static void __init discover_declared(struct kunit *test)
{
	/* S is at a later level, and P needs it for itself */
	fake_of('C')->needs = "S";
	fake_of('D')->needs = "S";
	expect_discovered(test, "CDP S", "CS DP PS", "CdSDdS");
}

static void __init discover_chain(struct kunit *test)
{
	fake_of('A')->needs = "B";
	fake_of('B')->needs = "C";
	expect_discovered(test, "ABC", "", "AuBBuC");
}

static void __init discover_between(struct kunit *test)
{
	/* A is bound before C is tried again, so that it cannot be told from S; B waits for S */
	fake_of('C')->needs = "A";
	fake_of('A')->needs = "S";
	fake_of('B')->needs = "S";
	expect_discovered(test, "CABS", "", "CuSAuSBuS");
	KUNIT_EXPECT_STREQ(test, strchr(fakes->log, 's'), "sSACB");
}

static void __init discover_children(struct kunit *test)
{
	/* P adds K and is deferred all the same, for want of S */
	fake_of('K')->absent = true;
	fake_of('P')->adds = "K";
	fake_of('P')->needs = "S";
	expect_discovered(test, "KPXS", "", "PuS");
}

static void __init discover_async_unrelated(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(stuck);

	/* S comes first and takes its time, U is deferred anyway, and C is not waited for */
	fake_of('U')->needs = "N";
	fake_of('C')->needs = "S";
	fake_of('S')->stuck = &stuck;
	fake_of('X')->releases = &stuck;
	fake_of('X')->ms = SLOW;
	make_async("S", 0);
	expect_discovered(test, "USCXY", "", "U!CuS");
}

static void __init discover_async_result(struct kunit *test)
{
	/* R is a result of P, and not what C has been waiting for; Y lets R be retried first */
	fake_of('C')->needs = "P";
	fake_of('R')->needs = "P";
	fake_of('X')->ms = SLOW;
	make_async("R", 0);
	expect_discovered(test, "CRXYP", "", "CuPRuP");
	KUNIT_EXPECT_STREQ(test, strchr(fakes->log, 'p'), "pPRC");
}

static void __init discover_later_level(struct kunit *test)
{
	fake_of('C')->needs = "S";
	expect_discovered(test, "CX S L", "", "CuS");
	KUNIT_EXPECT_TRUE(test, strchr(fakes->log, 'C') < strchr(fakes->log, 'l'));
}

static void __init discover_unended(struct kunit *test)
{
	fake_of('C')->needs = "N";
	expect_discovered(test, "CX L", "", "C!");
	KUNIT_EXPECT_EQ(test, fake_of('C')->probes, 4);
}

static void __init discover_failed(struct kunit *test)
{
	/* that is no success of X */
	fake_of('C')->needs = "S";
	fake_of('C')->error = -EIO;
	expect_discovered(test, "CSX", "", "Cf");
	KUNIT_EXPECT_EQ(test, fake_of('C')->probes, 3);
}

static void __init discover_own(struct kunit *test)
{
	/* whatever C was waiting for, it was nobody's device */
	fake_of('C')->defers = 1;
	expect_discovered(test, "XC", "", "C=");
}

static void __init discover_async(struct kunit *test)
{
	/* S comes first, but is not done when C is probed */
	fake_of('C')->needs = "S";
	make_async("S", SLOW);
	expect_discovered(test, "SC", "", "CuS");
}

static void __init discover_async_consumer(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(begun);
	DECLARE_COMPLETION_ONSTACK(go);

	/* C looks for S before that is there, and is deferred when X is being probed */
	fake_of('C')->needs = "S";
	fake_of('C')->hasty = true;
	fake_of('C')->begins = &begun;
	fake_of('S')->stuck = &begun;
	fake_of('C')->stuck = &go;
	fake_of('X')->releases = &go;
	fake_of('X')->ms = SLOW;
	make_async("C", 0);
	expect_discovered(test, "CSXY", "", "CuS");
}

static void __init discover_timed_out(struct kunit *test)
{
	/* S stands for drivers/base/dd */
	fakes->settler = 'S';
	fake_of('C')->needs = "S";
	expect_discovered(test, "CS", "", "CtS");
}

static void __init discover_endless(struct kunit *test)
{
	/* as in probes_endless: what C binds itself does not help it */
	fake_of('C')->rebinds = 'S';
	fake_of('C')->needs = "Q";
	expect_discovered(test, "SCXY", "", "C!");
	KUNIT_EXPECT_EQ(test, fake_of('C')->probes, 4);
	/* but what D binds helps C, and the other way round */
	fakes_exit(test);
	KUNIT_ASSERT_EQ(test, 0, fakes_init(test));
	fake_of('C')->rebinds = 'S';
	fake_of('C')->needs = "Q";
	fake_of('D')->rebinds = 'T';
	fake_of('D')->needs = "Q";
	expect_discovered(test, "STCDXY", "", "C!D!");
	KUNIT_EXPECT_TRUE(test, fakes->plan.discover_given_up);
	KUNIT_EXPECT_LT(test, fake_of('C')->probes, 2000);
	KUNIT_EXPECT_TRUE(test, fake_of('Y')->bound);
}

static void __init discover_no_memory(struct kunit *test)
{
	int i;

	for (i = 0; i < 8; i++) {
		fakes_exit(test);
		KUNIT_ASSERT_EQ(test, 0, fakes_init(test));
		fake_of('C')->needs = "S";
		fakes->plan.discover = IS_ENABLED(CONFIG_INITCALL_DEPENDS_DISCOVER);
		before_failure = i;
		kunit_activate_static_stub(test, initcall_alloc, failing_alloc);
		run_calls(test, "CS", "");
		kunit_deactivate_static_stub(test, initcall_alloc);
		/* who is not followed is not retried */
		KUNIT_EXPECT_TRUE_MSG(test, !strcmp(fakes->log, "c?C?CsSC") ||
				      !strcmp(fakes->log, "c?CsS"), "%d: %s", i, fakes->log);
		KUNIT_EXPECT_EQ(test, fakes->plan.discover && before_failure >= 0,
				!strcmp(fakes->log, "c?C?CsSC") && before_failure >= 0);
	}
}

static struct kunit_case __refdata probes_cases[] = {
	KUNIT_CASE(probes_sync),
	KUNIT_CASE(probes_undeclared),
	KUNIT_CASE(probes_async),
	KUNIT_CASE(probes_async_unrelated),
	KUNIT_CASE(probes_async_chain),
	KUNIT_CASE(probes_async_indirect),
	KUNIT_CASE(probes_async_diamond),
	KUNIT_CASE(probes_async_consumer),
	KUNIT_CASE(probes_started_by),
	KUNIT_CASE(probes_other_level),
	KUNIT_CASE(probes_inverted),
	KUNIT_CASE(probes_deferring),
	KUNIT_CASE(probes_deferring_async),
	KUNIT_CASE(probes_bound_meanwhile),
	KUNIT_CASE(probes_started_in_sync),
	KUNIT_CASE(probes_without_driver),
	KUNIT_CASE(probes_one_initcall),
	KUNIT_CASE(probes_appears_later),
	KUNIT_CASE(probes_appears_async),
	KUNIT_CASE(probes_failing),
	KUNIT_CASE(probes_failing_async),
	KUNIT_CASE(probes_absent),
	KUNIT_CASE(probes_chain_of_retries),
	KUNIT_CASE(probes_stuck),
	KUNIT_CASE(probes_endless),
	KUNIT_CASE(probes_settled),
	KUNIT_CASE(probes_settled_stuck),
	KUNIT_CASE(probes_not_settled),
	KUNIT_CASE(probes_cost),
	KUNIT_CASE(probes_no_memory),
	KUNIT_CASE(discover_undeclared),
	KUNIT_CASE(discover_nothing),
	KUNIT_CASE(discover_ordered),
	KUNIT_CASE(discover_declared),
	KUNIT_CASE(discover_chain),
	KUNIT_CASE(discover_between),
	KUNIT_CASE(discover_children),
	KUNIT_CASE(discover_async_unrelated),
	KUNIT_CASE(discover_async_result),
	KUNIT_CASE(discover_later_level),
	KUNIT_CASE(discover_unended),
	KUNIT_CASE(discover_failed),
	KUNIT_CASE(discover_own),
	KUNIT_CASE(discover_async),
	KUNIT_CASE(discover_async_consumer),
	KUNIT_CASE(discover_timed_out),
	KUNIT_CASE(discover_endless),
	KUNIT_CASE(discover_no_memory),
	{}
};

static struct kunit_suite __refdata probes_suite = {
	.name = "initcall_depends_probes",
	.init = fakes_init,
	.exit = fakes_exit,
	.test_cases = probes_cases,
};

kunit_test_init_section_suite(probes_suite);
