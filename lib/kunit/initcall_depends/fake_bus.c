// SPDX-License-Identifier: GPL-2.0
/*
 * A bus with real devices and drivers, see fake_bus.h
 */

#include <kunit/test-bug.h>
#include <linux/delay.h>
#include <linux/device/probe_work.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "fake_bus.h"
#include "../../../drivers/base/base.h"

struct fake_bus fake_bus;

struct fake *fake_of(char letter)
{
	return &fake_bus.fakes[letter - 'A'];
}

static void log_event(const char *prefix, char letter)
{
	char text[] = { *prefix ?: letter, *prefix ? letter : '\0', '\0' };

	guard(spinlock)(&fake_bus.lock);
	if (strlen(fake_bus.log) + sizeof(text) <= sizeof(fake_bus.log))
		strcat(fake_bus.log, text);
}

static void remove_device(struct fake *fake)
{
	struct device *dev = fake->dev;

	fake->dev = NULL;
	device_unregister(dev);
}

static int fake_match(struct device *dev, const struct device_driver *drv)
{
	struct fake *fake = fake_of(dev_name(dev)[0]);

	if (dev_name(dev)[0] != drv->name[0])
		return 0;
	if (fake->match_ms)
		msleep(fake->match_ms);
	if (fake->unmatched) {
		fake->unmatched--;
		return -EPROBE_DEFER;
	}
	if (fake->dies && fake->dev) {
		remove_device(fake);
		remove_device(fake_of(fake->parent));
	}
	return 1;
}

static const struct bus_type fake_bus_type;

static void fake_release(struct device *dev)
{
	kfree(dev);
}

void fake_add_device(char letter)
{
	struct fake *fake = fake_of(letter);
	struct device *dev;

	if (fake->dev)
		return;
	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev)
		return;
	dev->bus = &fake_bus_type;
	dev->release = fake_release;
	dev->init_name = fake->dev_name;
	dev->parent = fake->parent ? fake_of(fake->parent)->dev : NULL;
	fake->dev = dev;
	if (device_register(dev)) {
		put_device(dev);
		fake->dev = NULL;
	}
}

static void add_devices(const char *letters)
{
	for (; letters && *letters; letters++)
		fake_add_device(*letters);
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

static void take_time(struct fake *fake)
{
	if (fake->stuck)
		wait_for_completion(&fake->go);
	if (fake->ms)
		msleep(fake->ms);
	add_devices(fake->adds);
}

static void fake_work(struct work_struct *work)
{
	struct fake *fake = container_of(work, struct fake, work);

	take_time(fake);
	log_event("+", fake->name[0]);
	WRITE_ONCE(fake->bound, true);
	device_probe_work_end(fake->dev);
}

void fake_leave_work(char letter)
{
	struct fake *fake = fake_of(letter);

	device_probe_work_begin(fake->dev);
	schedule_work(&fake->work);
}

static int fake_probe(struct device *dev)
{
	char letter = dev_name(dev)[0];
	struct fake *fake = fake_of(letter);
	int err = fake->error;

	complete_all(&fake->begun);
	if (dev->driver == fake->second) {
		wait_for_completion_timeout(&fake->go, msecs_to_jiffies(fake->second_ms));
		return fake->second_result;
	}
	if (fake->hook)
		fake->hook();
	fake->probes++;
	fake->async_probes += current != fake_bus.thread;
	if (!fake->leaves_work)
		take_time(fake);
	if (fake->rebinds)
		rebind(fake_of(fake->rebinds));
	if (is_missing(fake->needs))
		err = fake->final ? -ENODEV : -EPROBE_DEFER;
	log_event(err == -EPROBE_DEFER ? "?" : err ? "!" : "", letter);
	if (fake->leaves_work && !err)
		fake_leave_work(letter);
	else
		WRITE_ONCE(fake->bound, !err);
	return err;
}

static const struct bus_type fake_bus_type = {
	.name = "initcall_depends_test",
	.match = fake_match,
	.probe = fake_probe,
};

void fake_make_async(const char *letters)
{
	for (; *letters; letters++) {
		fake_of(*letters)->driver.probe_type = PROBE_PREFER_ASYNCHRONOUS;
		fake_of(*letters)->ms = 20;
	}
}

/* Register a second driver, asynchronous if nothing else is said, which rejects the device. */
void fake_add_second(struct device_driver *driver, char letter)
{
	*driver = (struct device_driver) {
		.name = letter == 'C' ? "C-second" : "S-second",
		.bus = &fake_bus_type,
		.probe_type = fake_of(letter)->second_is_sync ? PROBE_FORCE_SYNCHRONOUS :
							       PROBE_PREFER_ASYNCHRONOUS,
	};
	fake_of(letter)->second = driver;
	WARN_ON(driver_register(driver));
}

u32 fake_count_bound(void)
{
	u32 i, count = 0;

	for (i = 0; i < NR_FAKES; i++)
		count += READ_ONCE(fake_bus.fakes[i].bound);
	return count;
}

static int __init fake_initcall(void)
{
	char letter = fake_bus.now;
	struct fake *fake = fake_of(letter);
	const char *other;

	log_event("", letter - 'A' + 'a');
	for (other = fake->meets; other && *other; other++)
		wait_for_completion(&fake_of(*other)->begun);
	for (other = fake->releases; other && *other; other++)
		complete_all(&fake_of(*other)->go);
	add_devices(fake->adds_early);
	if (fake->without_driver) {
		fake->bound = !fake->error;
		return fake->error;
	}
	return driver_register(&fake->driver);
}

/* A test comes after a boot, whose numbers of modules were others. */
static void __init forget(struct device *dev)
{
	*initcall_device(dev) = (struct initcall_device) { };
}

int __init fake_bus_init(struct kunit *test)
{
	struct fake *fake;
	u32 i;

	memset(&fake_bus, 0, sizeof(fake_bus));
	spin_lock_init(&fake_bus.lock);
	fake_bus.thread = current;
	for (i = 0; i < NR_FAKES; i++) {
		fake = &fake_bus.fakes[i];
		fake->name[0] = 'A' + i;
		snprintf(fake->dev_name, sizeof(fake->dev_name), "%c.0", 'A' + i);
		fake->second_result = -ENODEV;
		fake->driver.name = fake->name;
		fake->driver.bus = &fake_bus_type;
		fake->driver.probe_type = PROBE_FORCE_SYNCHRONOUS;
		init_completion(&fake->go);
		init_completion(&fake->begun);
		INIT_WORK(&fake->work, fake_work);
		fake_bus.modules[i + 1].path = fake->name;
		fake_bus.modules[i + 1].name = fake->name;
	}
	driver_deferred_probe_enable = false;
	mutex_lock(driver_deferred_probe_mutex());
	driver_deferred_probe_walk(forget);
	mutex_unlock(driver_deferred_probe_mutex());
	return bus_register(&fake_bus_type);
}

/* Whatever has failed: no probe may wait for ever, and nothing may stay registered. */
void __init fake_bus_exit(struct kunit *test)
{
	int i;

	/* A test that was skipped has not begun. */
	if (!fake_bus.thread)
		return;
	initcall_probe_follow(NULL);
	for (i = 0; i < NR_FAKES; i++)
		complete_all(&fake_bus.fakes[i].go);
	wait_for_device_probe();
	for (i = 0; i < NR_FAKES; i++)
		flush_work(&fake_bus.fakes[i].work);
	for (i = 0; i < NR_FAKES; i++) {
		if (fake_bus.fakes[i].driver.p)
			driver_unregister(&fake_bus.fakes[i].driver);
		if (fake_bus.fakes[i].second)
			driver_unregister(fake_bus.fakes[i].second);
	}
	for (i = NR_FAKES; i-- > 0; )
		if (fake_bus.fakes[i].dev)
			device_unregister(fake_bus.fakes[i].dev);
	bus_unregister(&fake_bus_type);
	fake_bus.thread = NULL;
	driver_deferred_probe_enable = true;
	driver_deferred_probe_trigger();
	wait_for_device_probe();
}

/* A blank leads from subsys to device and to late, a bar to the _sync half. */
static void __init read_calls(struct initcall_graph *graph, const char *calls)
{
	static const u8 levels[] __initconst = { INITCALL_SUBSYS, INITCALL_DEVICE, INITCALL_LATE };
	struct initcall_node node = { .before = INITCALL_NONE, .level = INITCALL_SUBSYS };
	u32 level = 0;

	for (; *calls; calls++) {
		if (*calls == ' ') {
			node.level = levels[++level];
			continue;
		}
		if (*calls == '|') {
			node.level++;
			continue;
		}
		node.module = *calls - 'A' + 1;
		fake_bus.nodes[graph->nr_nodes++] = node;
		graph->modules[node.module].calls_left += node.level < INITCALL_LATE;
	}
}

void __init fake_make_plan(const char *calls, const char *edges)
{
	struct initcall_graph *graph = &fake_bus.plan.graph;
	struct initcall_edge *edge;

	graph->nodes = fake_bus.nodes;
	graph->modules = fake_bus.modules;
	graph->edges = fake_bus.edges;
	graph->order = fake_bus.order;
	graph->sorted = fake_bus.sorted;
	graph->search = fake_bus.search;
	graph->needs = fake_bus.needs;
	graph->needed = fake_bus.needed;
	graph->nr_modules = NR_FAKES + 1;
	read_calls(graph, calls);
	for (; *edges; edges += edges[2] ? 3 : 2) {
		edge = &fake_bus.edges[graph->nr_edges++];
		edge->consumer = edges[0] - 'A' + 1;
		edge->prerequisite = edges[1] - 'A' + 1;
		edge->consumer_name = fake_of(edges[0])->name;
		edge->prerequisite_name = fake_of(edges[1])->name;
	}
	initcall_order(graph);
}

/* Run initcalls: "CS XY" with "CS": at subsys C and S, at device X and Y, C needs S. */
void __init fake_run(const char *calls, const char *edges)
{
	struct initcall_plan *plan = &fake_bus.plan;
	u32 i, node;

	fake_make_plan(calls, edges);
	for (i = 0; i < NR_FAKES; i++)
		if (strchr(calls, 'A' + i) && !fake_bus.fakes[i].absent)
			fake_add_device('A' + i);
	initcall_hold_start(plan);
	for (i = 0; i < plan->graph.nr_nodes; i++) {
		node = plan->graph.order[i];
		fake_bus.now = 'A' + plan->graph.nodes[node].module - 1;
		initcall_run(node, fake_initcall);
		if (fake_bus.after)
			fake_bus.after();
	}
	if (!plan->released)
		initcall_hold_drain();
	initcall_probe_follow(NULL);
}

void __init fake_expect(struct kunit *test, const char *calls, const char *edges, const char *log)
{
	fake_run(calls, edges);
	wait_for_device_probe();
	KUNIT_EXPECT_STREQ_MSG(test, fake_bus.log, log, "%s with %s", calls, edges);
}
