// SPDX-License-Identifier: GPL-2.0
/*
 * How this boot went, for debugfs, and for tests which ask whether a driver was
 * bound before another one was probed, see include/kunit/initcall_depends.h.
 *
 * Notes are taken while initcalls run. After the last one, while names and
 * functions are still in memory, the files are written. Only their text stays, and
 * four numbers for each module.
 */

#define pr_fmt(fmt) "initcall_depends: " fmt

#include <kunit/initcall_history.h>
#include <linux/debugfs.h>
#include <linux/dcache.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/printk.h>
#include <linux/sched/clock.h>
#include <linux/seq_buf.h>
#include <linux/string.h>

#include "optional.h"
#include "words.h"

/*
 * The place of what happened while held devices were drained; the wait before that
 * counts with the last initcall.
 */
#define DRAIN	INITCALL_NONE

/**
 * struct held_device - a device that was held for a prerequisite
 * @next: next one that was held for a driver of the same module
 * @dev: the device, which may be gone
 * @prerequisite: number of the module for which it was held
 * @times: how often the driver core was about to probe it
 * @began: when it was held first, as the log has it, in ns
 * @usecs: for how long, when a driver of the consumer probed it
 * @since: the initcall that was called last when it was held first, or DRAIN
 * @until: the same when a driver of the consumer probed it
 * @probed: that has happened
 * @name: of the device
 */
struct held_device {
	struct held_device *next;
	const struct device *dev;
	u32 prerequisite;
	u32 times;
	u64 began;
	u32 usecs;
	u32 since;
	u32 until;
	bool probed;
	char name[];
};

/**
 * struct module_notes - what a module has been through
 * @history: what tests can ask for
 * @calls_left: number of its initcalls that have not returned
 * @nr_drivers: number of drivers that it has registered
 * @nr_started: number of scheduled probes that its initcalls or probes have started
 * @failed: the first of its initcalls that returned an error
 * @err: that error, 0 if there was none
 * @held: devices that were held for it, in the order in which that began
 * @last: the last one of these
 */
struct module_notes {
	struct initcall_history history;
	u32 calls_left;
	u32 nr_drivers;
	u32 nr_started;
	u32 failed;
	int err;
	struct held_device *held;
	struct held_device *last;
};

/**
 * struct initcall_notes - what has happened, protected by driver_deferred_probe_mutex()
 * @now: number of events so far, which serves as a time
 * @nr_lost: number of times that there was no memory for a held device
 * @began: when the initcall that runs was called
 * @usecs: by initcall: how long it took
 * @modules: by number of the module
 */
struct initcall_notes {
	u32 now;
	u32 nr_lost;
	ktime_t began;
	u32 *usecs;
	struct module_notes modules[];
};

/**
 * struct kept_module - a module, as long as the kernel runs
 * @path: its path
 * @history: what it has been through
 */
struct kept_module {
	const char *path;
	struct initcall_history history;
};

typedef void (*write_fn)(const struct initcall_plan *plan, struct seq_buf *text);

struct view {
	const char *name;
	write_fn write;
	struct debugfs_blob_wrapper *text;
};

static struct kept_module *kept;
static u32 nr_kept;

/**
 * initcall_history_start() - take notes
 * @plan: the plan, complete
 *
 * Context: __init, may sleep.
 */
void __init initcall_history_start(struct initcall_plan *plan)
{
	const struct initcall_graph *graph = &plan->graph;
	struct initcall_notes *notes;
	u32 i;

	notes = initcall_alloc(size_add(struct_size(notes, modules, graph->nr_modules),
					size_mul(graph->nr_nodes, sizeof(*notes->usecs))));
	if (!notes) {
		pr_err("out of memory, debugfs shows nothing\n");
		return;
	}
	notes->usecs = (void *)(notes->modules + graph->nr_modules);
	for (i = 0; i < graph->nr_nodes; i++)
		notes->modules[graph->nodes[i].module].calls_left++;
	plan->notes = notes;
}

/**
 * initcall_history_free() - forget all notes
 * @plan: the plan
 *
 * Context: __init, may sleep.
 */
void __init initcall_history_free(struct initcall_plan *plan)
{
	struct held_device *held, *next;
	u32 i;

	if (!plan->notes)
		return;
	for (i = 0; i < plan->graph.nr_modules; i++) {
		for (held = plan->notes->modules[i].held; held; held = next) {
			next = held->next;
			kvfree(held);
		}
	}
	kvfree(plan->notes);
	plan->notes = NULL;
}

static u32 __init place_of(const struct initcall_plan *plan)
{
	bool late = plan->graph.nodes[plan->next].level >= INITCALL_LATE;

	return (plan->released || plan->round) && !late ? DRAIN : plan->next;
}

/*
 * A module is done when its last initcall has returned, and the probes that it has
 * started are over for the first time. A device that comes later does not count.
 */
static void __init note_done(struct initcall_notes *notes, struct module_notes *module)
{
	if (!module->calls_left && !module->nr_started && !module->history.done)
		module->history.done = notes->now;
}

/**
 * initcall_history_begin() - an initcall is about to be called
 * @plan: the plan; the initcall is @next in it
 *
 * Context: __init, may sleep.
 */
void __init initcall_history_begin(const struct initcall_plan *plan)
{
	struct initcall_notes *notes = plan->notes;
	struct module_notes *module;

	if (!notes)
		return;
	module = &notes->modules[plan->graph.nodes[plan->next].module];
	mutex_lock(driver_deferred_probe_mutex());
	notes->now++;
	if (!module->history.called)
		module->history.called = notes->now;
	mutex_unlock(driver_deferred_probe_mutex());
	notes->began = ktime_get();
}

/**
 * initcall_history_end() - an initcall has returned
 * @plan: the plan; the initcall is @next in it
 * @err: what it has returned
 *
 * Context: __init, may sleep.
 */
void __init initcall_history_end(const struct initcall_plan *plan, int err)
{
	struct initcall_notes *notes = plan->notes;
	struct module_notes *module;

	if (!notes)
		return;
	notes->usecs[plan->next] = ktime_us_delta(ktime_get(), notes->began);
	module = &notes->modules[plan->graph.nodes[plan->next].module];
	mutex_lock(driver_deferred_probe_mutex());
	notes->now++;
	if (err < 0 && !module->err) {
		module->err = err;
		module->failed = plan->next;
	}
	if (module->calls_left)
		module->calls_left--;
	note_done(notes, module);
	mutex_unlock(driver_deferred_probe_mutex());
}

static void __init add_held(struct initcall_notes *notes, struct module_notes *module,
			    const struct device *dev, u32 place)
{
	size_t size = strlen(dev_name(dev)) + 1;
	struct held_device *held = initcall_alloc(sizeof(*held) + size);

	if (!held) {
		notes->nr_lost++;
		return;
	}
	held->dev = dev;
	held->prerequisite = initcall_device(dev)->held_for;
	held->times = 1;
	held->began = local_clock();
	held->since = place;
	memcpy(held->name, dev_name(dev), size);
	if (module->last)
		module->last->next = held;
	else
		module->held = held;
	module->last = held;
}

/* A device that is gone may have had the same address. */
static bool __init is_being_held(const struct held_device *held, const struct device *dev)
{
	return held->dev == dev && !held->probed && !strcmp(held->name, dev_name(dev));
}

static void __init note_held(struct initcall_notes *notes, struct module_notes *module,
			     const struct device *dev, u32 place)
{
	u32 prerequisite = initcall_device(dev)->held_for;
	struct held_device *held;

	for (held = module->held; held; held = held->next) {
		if (held->prerequisite == prerequisite && is_being_held(held, dev)) {
			held->times++;
			return;
		}
	}
	add_held(notes, module, dev, place);
}

static void __init note_probed(struct initcall_notes *notes, struct module_notes *module,
			       const struct device *dev, u32 place)
{
	struct held_device *held;

	if (!module->history.probed)
		module->history.probed = notes->now;
	for (held = module->held; held; held = held->next) {
		if (!is_being_held(held, dev))
			continue;
		held->usecs = div_u64(local_clock() - held->began, NSEC_PER_USEC);
		held->until = place;
		held->probed = true;
	}
}

static void __init note_scheduled(struct initcall_notes *notes,
				  const struct initcall_device *device)
{
	if (device->nr_scheduled == 1)
		notes->modules[device->by].nr_started++;
}

static void __init note_unscheduled(struct initcall_notes *notes,
				    const struct initcall_device *device)
{
	struct module_notes *module = &notes->modules[device->by];

	if (device->nr_scheduled || !module->nr_started)
		return;
	module->nr_started--;
	note_done(notes, module);
}

/**
 * initcall_history_probe() - something has happened to a driver or a device
 * @plan: the plan, which knows of it already
 * @what: enum initcall_event
 * @dev: the device, if there is one
 * @drv: the driver, if there is one
 *
 * Context: __init, may sleep; the caller holds driver_deferred_probe_mutex().
 */
void __init initcall_history_probe(const struct initcall_plan *plan, enum initcall_event what,
				   struct device *dev, const struct device_driver *drv)
{
	struct initcall_notes *notes = plan->notes;
	struct module_notes *module;

	if (!notes)
		return;
	notes->now++;
	if (what == INITCALL_DRIVER_ADDED)
		notes->modules[initcall_driver(drv)->module].nr_drivers++;
	if (what == INITCALL_PROBE_SCHEDULED)
		note_scheduled(notes, initcall_device(dev));
	if (what == INITCALL_PROBE_UNSCHEDULED)
		note_unscheduled(notes, initcall_device(dev));
	if (what != INITCALL_PROBE_BEGIN && what != INITCALL_DEVICE_BOUND)
		return;
	module = &notes->modules[initcall_driver(drv)->module];
	if (what == INITCALL_DEVICE_BOUND)
		module->history.bound = module->history.bound ?: notes->now;
	else if (!initcall_device(dev)->probing)
		note_held(notes, module, dev, place_of(plan));
	else
		note_probed(notes, module, dev, place_of(plan));
}

/* What a declaration would have to call a module: its name, or its path if others share it. */
static const char * __init name_of(const struct initcall_plan *plan, u32 module)
{
	const struct initcall_module *it = &plan->graph.modules[module];

	if (!module)
		return "-";
	return initcall_names_find(&plan->graph, it->name) == module ? kbasename(it->path) :
									it->path;
}

static bool __init is_known(u32 module)
{
	return module && module != INITCALL_AMBIGUOUS;
}

static const char * __init consumer_of(const struct initcall_plan *plan,
				       const struct initcall_edge *edge)
{
	if (is_known(edge->consumer))
		return name_of(plan, edge->consumer);
	return kbasename(edge->consumer_name);
}

static const char * __init prerequisite_of(const struct initcall_plan *plan,
					   const struct initcall_edge *edge)
{
	if (is_known(edge->prerequisite))
		return name_of(plan, edge->prerequisite);
	return edge->prerequisite_name;
}

static void __init write_column(struct seq_buf *text, const char *name)
{
	seq_buf_printf(text, "%-24s ", name);
}

static void __init write_order(const struct initcall_plan *plan, struct seq_buf *text)
{
	const struct initcall_node *node;
	u32 i, id;

	seq_buf_printf(text, "%5s %5s %-13s %-24s %-32s %9s moved\n", "#link", "run", "level",
		       "module", "initcall", "usecs");
	for (i = 0; i < plan->graph.nr_nodes; i++) {
		id = plan->graph.order[i];
		node = &plan->graph.nodes[id];
		seq_buf_printf(text, "%5u %5u %-13s ", plan->link ? plan->link[id] : id, i,
			       initcall_level_words[node->level]);
		write_column(text, name_of(plan, node->module));
		seq_buf_printf(text, "%-32ps %9u", initcall_function(plan, id),
			       plan->notes->usecs[id]);
		if (node->before != INITCALL_NONE)
			seq_buf_printf(text, " pulled forward before %ps",
				       initcall_function(plan, node->before));
		seq_buf_putc(text, '\n');
	}
}

static void __init write_outcome(const struct initcall_plan *plan, struct seq_buf *text, u32 id)
{
	const struct module_notes *module = &plan->notes->modules[id];

	seq_buf_puts(text, ", prerequisite ");
	if (module->history.bound)
		seq_buf_puts(text, "bound");
	else if (module->err)
		seq_buf_printf(text, "failed: %ps returned %pe",
			       initcall_function(plan, module->failed), ERR_PTR(module->err));
	else if (!plan->notes->modules[id].nr_drivers)
		seq_buf_puts(text, "has no driver");
	else
		seq_buf_puts(text, "not bound");
}

static void __init write_held_by(const struct initcall_plan *plan, struct seq_buf *text,
				 const struct initcall_edge *edge)
{
	const struct held_device *held = plan->notes->modules[edge->consumer].held;
	const char *what = ", held";

	for (; held; held = held->next) {
		if (held->prerequisite != edge->prerequisite)
			continue;
		seq_buf_printf(text, "%s %s", what, held->name);
		what = "";
	}
}

static void __init write_edges(const struct initcall_plan *plan, struct seq_buf *text)
{
	const struct initcall_edge *edge;
	u32 i;

	seq_buf_printf(text, "%-24s %-24s state\n", "#consumer", "prerequisite");
	for (i = 0; i < plan->graph.nr_edges; i++) {
		edge = &plan->graph.edges[i];
		write_column(text, consumer_of(plan, edge));
		write_column(text, prerequisite_of(plan, edge));
		seq_buf_puts(text, initcall_state_words[edge->state]);
		if (is_known(edge->prerequisite))
			write_outcome(plan, text, edge->prerequisite);
		if (edge->state == INITCALL_EDGE_ACTIVE)
			write_held_by(plan, text, edge);
		seq_buf_putc(text, '\n');
	}
}

static void __init write_place(const struct initcall_plan *plan, struct seq_buf *text, u32 place)
{
	if (place == DRAIN)
		seq_buf_puts(text, "(drain)");
	else
		seq_buf_printf(text, "%ps", initcall_function(plan, place));
}

static void __init write_held_device(const struct initcall_plan *plan, struct seq_buf *text,
				     u32 module, const struct held_device *held)
{
	write_column(text, held->name);
	write_column(text, name_of(plan, module));
	write_column(text, name_of(plan, held->prerequisite));
	seq_buf_printf(text, "%5u ", held->times);
	if (held->probed)
		seq_buf_printf(text, "%9u ", held->usecs);
	else
		seq_buf_printf(text, "%9s ", "-");
	write_place(plan, text, held->since);
	seq_buf_putc(text, ' ');
	if (held->probed)
		write_place(plan, text, held->until);
	else
		seq_buf_putc(text, '-');
	seq_buf_putc(text, '\n');
}

static void __init write_held(const struct initcall_plan *plan, struct seq_buf *text)
{
	const struct held_device *held;
	u32 id;

	seq_buf_printf(text, "%-24s %-24s %-24s %5s %9s since until\n", "#device", "module",
		       "prerequisite", "times", "usecs");
	for (id = 1; id < plan->graph.nr_modules; id++)
		for (held = plan->notes->modules[id].held; held; held = held->next)
			write_held_device(plan, text, id, held);
	if (plan->notes->nr_lost)
		seq_buf_printf(text, "#out of memory %u times\n", plan->notes->nr_lost);
}

static const char * __init dot_style(const struct initcall_edge *edge)
{
	if (edge->state == INITCALL_EDGE_CYCLE)
		return ", color=red, fontcolor=red";
	if (edge->state != INITCALL_EDGE_ACTIVE)
		return ", color=gray, fontcolor=gray, style=dashed";
	return "";
}

/* A name may come from the command line, and have quotes in it. */
static void __init write_dot(const struct initcall_plan *plan, struct seq_buf *text)
{
	const char *consumer, *prerequisite;
	const struct initcall_edge *edge;
	u32 i;

	seq_buf_puts(text, "digraph initcall_depends {\n\trankdir=LR;\n\tnode [shape=box];\n");
	for (i = 0; i < plan->graph.nr_edges; i++) {
		edge = &plan->graph.edges[i];
		consumer = consumer_of(plan, edge);
		prerequisite = prerequisite_of(plan, edge);
		seq_buf_printf(text, "\t\"%*pEc\" -> \"%*pEc\" [label=\"%s\"%s];\n",
			       (int)strlen(consumer), consumer,
			       (int)strlen(prerequisite), prerequisite,
			       initcall_state_words[edge->state], dot_style(edge));
	}
	seq_buf_puts(text, "}\n");
}

/* How long a text is going to be is known when it has been written. */
static int __init write_text(const struct initcall_plan *plan, const struct view *view)
{
	struct seq_buf text;
	size_t size;
	char *data;

	for (size = SZ_4K; ; size *= 2) {
		data = initcall_alloc(size);
		if (!data)
			return -ENOMEM;
		seq_buf_init(&text, data, size);
		view->write(plan, &text);
		if (!seq_buf_has_overflowed(&text))
			break;
		kvfree(data);
	}
	view->text->size = seq_buf_used(&text);
	view->text->data = initcall_alloc(view->text->size);
	if (view->text->data)
		memcpy(view->text->data, data, view->text->size);
	kvfree(data);
	return view->text->data ? 0 : -ENOMEM;
}

static int __init create_files(const struct initcall_plan *plan)
{
	static struct debugfs_blob_wrapper order, edges, held, graph;
	static const struct view views[] __initconst = {
		{ "order", write_order, &order },
		{ "edges", write_edges, &edges },
		{ "held", write_held, &held },
		{ "graph.dot", write_dot, &graph },
	};
	struct dentry *dir = debugfs_create_dir("initcall_depends", NULL);
	int i, err;

	for (i = 0; i < ARRAY_SIZE(views) && !IS_ERR(dir); i++) {
		err = write_text(plan, &views[i]);
		if (err)
			return err;
		debugfs_create_blob(views[i].name, 0444, dir, views[i].text);
	}
	return 0;
}

/* Paths are init memory, so they are copied. */
static int __init keep_modules(const struct initcall_plan *plan)
{
	const struct initcall_module *modules = plan->graph.modules;
	u32 i, count = plan->graph.nr_modules - 1;
	struct kept_module *memory;
	size_t len, size = 0;
	char *paths;

	for (i = 1; i <= count; i++)
		size += strlen(modules[i].path) + 1;
	memory = initcall_alloc(size_add(size, size_mul(count, sizeof(*memory))));
	if (!memory)
		return -ENOMEM;
	paths = (char *)(memory + count);
	for (i = 1; i <= count; i++) {
		len = strlen(modules[i].path) + 1;
		memory[nr_kept++] = (struct kept_module) {
			.path = memcpy(paths, modules[i].path, len),
			.history = plan->notes->modules[i].history,
		};
		paths += len;
	}
	kept = memory;
	return 0;
}

/**
 * initcall_history_finish() - show how the boot went
 * @plan: the plan, after the last initcall; nothing is noted any more
 *
 * Context: __init, may sleep.
 */
void __init initcall_history_finish(const struct initcall_plan *plan)
{
	int err;

	if (!plan->notes)
		return;
	err = keep_modules(plan);
	if (create_files(plan) || err)
		pr_err("out of memory, debugfs does not show all\n");
}

/**
 * initcall_history_find() - what a module has been through during boot
 * @module: its name, or its path as in KBUILD_MODFILE; '-' and '_' are the same in
 *	a name
 * @history: receives it
 *
 * Context: any.
 * Return: 0; -EOPNOTSUPP if nothing is known, because the kernel has been built
 * without CONFIG_INITCALL_DEPENDS_DEBUGFS or booted with initcall_depends=off;
 * -ENOENT if no built-in module with an initcall has that name, -ENOTUNIQ if
 * several have.
 */
int initcall_history_find(const char *module, struct initcall_history *history)
{
	const struct kept_module *found = NULL;
	u32 i;

	if (!kept)
		return -EOPNOTSUPP;
	for (i = 0; i < nr_kept; i++) {
		if (!initcall_names_match(kept[i].path, module))
			continue;
		if (found)
			return -ENOTUNIQ;
		found = &kept[i];
	}
	if (!found)
		return -ENOENT;
	*history = found->history;
	return 0;
}
EXPORT_SYMBOL_GPL(initcall_history_find);
