// SPDX-License-Identifier: GPL-2.0-only
/// Collect what tells which driver another one waits for by -EPROBE_DEFER
///
//# This is the first pass of initcall_depends.cocci: it tells, in lines with
//# tabs in between, what each function of a file returns, when, and whom it
//# has called for it. Nothing is decided here, since a driver and what it
//# waits for are in different files.
//
// Confidence: High
// Comments: Everything is matched function by function; whoever reads the
//	     lines follows calls between functions, files and modules.
// Options: --no-includes
// Keywords: deferred probing, initcall

virtual facts
virtual report
virtual org

@initialize:python depends on facts || report || org@
@@
import re

# What changes a variable whose address it is given.
SETTER = re.compile('add|insert|store|alloc|assign|set|complete|enable|xchg|replace|init|inc|get')
functions, files = set(), []

def begin(file):
    if files != [file]:
        files[:] = [file]
        functions.clear()

def is_variable(name):
    return name.isidentifier() and not name.isupper() and name not in functions | {'true', 'false'}

def fact(kind, place, *words):
    cells = [kind, place.file, place.line, place.current_element, *words]
    print('\t'.join(' '.join(str(cell).split()) for cell in cells))

// ---------------------------------------------------------------------------
// Who is there: functions, what is exported, variables of the file.

@private@
identifier f;
position p;
@@
static f@p(...) { ... }

@script:python@
f << private.f;
p << private.p;
@@
begin(p[0].file)
functions.add(f)
fact('static', p[0], f)

@public@
identifier f;
position p != private.p;
@@
f@p(...) { ... }

@script:python@
f << public.f;
p << public.p;
@@
begin(p[0].file)
functions.add(f)
fact('function', p[0], f)

@exported@
declarer name EXPORT_SYMBOL;
declarer name EXPORT_SYMBOL_GPL;
declarer name EXPORT_SYMBOL_NS;
declarer name EXPORT_SYMBOL_NS_GPL;
declarer name EXPORT_SYMBOL_FOR_MODULES;
identifier f;
position p;
@@
(
EXPORT_SYMBOL(f@p);
|
EXPORT_SYMBOL_GPL(f@p);
|
EXPORT_SYMBOL_NS(f@p, ...);
|
EXPORT_SYMBOL_NS_GPL(f@p, ...);
|
EXPORT_SYMBOL_FOR_MODULES(f@p, ...);
)

@script:python@
f << exported.f;
p << exported.p;
@@
fact('export', p[0], f)

@started@
declarer name early_initcall, pure_initcall, core_initcall, core_initcall_sync;
declarer name postcore_initcall, postcore_initcall_sync, arch_initcall, arch_initcall_sync;
declarer name subsys_initcall, subsys_initcall_sync, fs_initcall, fs_initcall_sync;
declarer name rootfs_initcall, device_initcall, device_initcall_sync;
declarer name late_initcall, late_initcall_sync, module_init;
identifier f;
position p;
@@
(
\(early_initcall\|pure_initcall\|core_initcall\|core_initcall_sync\)(f@p);
|
\(postcore_initcall\|postcore_initcall_sync\|arch_initcall\|arch_initcall_sync\)(f@p);
|
\(subsys_initcall\|subsys_initcall_sync\|fs_initcall\|fs_initcall_sync\)(f@p);
|
\(rootfs_initcall\|device_initcall\|device_initcall_sync\)(f@p);
|
\(late_initcall\|late_initcall_sync\|module_init\)(f@p);
)

@script:python@
f << started.f;
p << started.p;
@@
fact('started', p[0], f)

@preset@
type T;
identifier V;
position p;
@@
T V@p = \(INIT_ERR_PTR(-EPROBE_DEFER)\|ERR_PTR(-EPROBE_DEFER)\|-EPROBE_DEFER\);

@script:python@
V << preset.V;
p << preset.p;
@@
fact('preset', p[0], V)

@preset_used@
identifier preset.V;
position p;
@@
V@p

@script:python@
V << preset.V;
p << preset_used.p;
@@
fact('use', p[0], V)

// ---------------------------------------------------------------------------
// Where -EPROBE_DEFER comes from, and on what condition. A comparison with it
// only chooses what to do, often whether to log.

@compared@
expression E;
position q;
@@
(
E == -EPROBE_DEFER@q
|
E != -EPROBE_DEFER@q
)

@defers@
position q != compared.q;
@@
EPROBE_DEFER@q

@script:python@
q << defers.q;
@@
fact('defers', q[0])

@tested disable neg_if@
expression E, F;
statement S;
position p, q != compared.q;
@@
(
if (E@p) return \(-EPROBE_DEFER@q\|ERR_PTR(-EPROBE_DEFER@q)\|F(..., -EPROBE_DEFER@q, ...)\);
|
if (E@p) F = \(-EPROBE_DEFER@q\|ERR_PTR(-EPROBE_DEFER@q)\);
|
if (E@p) { <+... -EPROBE_DEFER@q ...+> }
|
if (E@p) { <+... -EPROBE_DEFER@q ...+> } else S
|
if (E@p) S else return \(-EPROBE_DEFER@q\|ERR_PTR(-EPROBE_DEFER@q)\|F(..., -EPROBE_DEFER@q, ...)\);
|
if (E@p) S else { <+... -EPROBE_DEFER@q ...+> }
)

@script:python@
E << tested.E;
p << tested.p;
q << tested.q;
@@
fact('tested', p[0], q[0].line, E)

@chosen disable neg_if_exp@
expression E, F;
position p, q;
@@
(
E@p ? -EPROBE_DEFER@q : F
|
E@p ? F : -EPROBE_DEFER@q
|
E@p ? F : ERR_PTR(-EPROBE_DEFER@q)
|
E@p ? ERR_PTR(-EPROBE_DEFER@q) : F
)

@script:python@
E << chosen.E;
p << chosen.p;
q << chosen.q;
@@
fact('tested', p[0], q[0].line, E)

@beforehand exists@
expression E, r;
position p, q;
identifier l;
@@
r = \(-EPROBE_DEFER@q\|ERR_PTR(-EPROBE_DEFER@q)\)
... when != r = ...
(
if (E@p) goto l;
|
if (E@p) return r;
|
if (E@p) { ... goto l; }
)

@script:python@
E << beforehand.E;
p << beforehand.p;
q << beforehand.q;
@@
fact('tested', p[0], q[0].line, E)

@afterwards@
expression E;
statement S;
position p, q;
@@
if (E@p) S
return \(-EPROBE_DEFER@q\|ERR_PTR(-EPROBE_DEFER@q)\);

@script:python@
E << afterwards.E;
p << afterwards.p;
q << afterwards.q;
@@
fact('tested', p[0], q[0].line, E)

// ---------------------------------------------------------------------------
// Who calls whom, and whose error is returned.

// A third of all calls is of these, which lead nowhere, and each line costs time.
// Names, since versions of spatch do not agree on alternatives in regular expressions.

@called@
identifier f != {
dev_err, dev_warn, dev_info, dev_dbg, dev_name, dev_err_probe, pr_err, pr_warn, pr_info, pr_debug,
netdev_err, netdev_priv, seq_printf, seq_puts, sprintf, snprintf, strcmp, strscpy, memset, memcpy,
ARRAY_SIZE, BIT, BIT_ULL, GENMASK, GENMASK_ULL, FIELD_PREP, FIELD_GET, DIV_ROUND_UP, IS_ENABLED, WARN_ON,
IS_ERR, IS_ERR_OR_NULL, PTR_ERR, ERR_PTR, likely, unlikely, min, max, min_t, container_of,
kfree, kzalloc_obj, devm_kzalloc, devm_kcalloc, put_device, of_node_put, platform_set_drvdata,
mutex_init, mutex_lock, mutex_unlock, spin_lock_init, spin_lock, spin_unlock,
spin_lock_irqsave, spin_unlock_irqrestore, spin_lock_irq, spin_unlock_irq, guard,
list_add_tail, list_del, list_empty, INIT_LIST_HEAD, INIT_WORK, test_bit, set_bit, clear_bit,
readb, writeb, readl, writel, readl_relaxed, writel_relaxed, regmap_read, regmap_write, regmap_update_bits,
udelay, msleep, usleep_range, msecs_to_jiffies, cpu_to_le32, le32_to_cpu, le16_to_cpu,
clk_prepare_enable, clk_disable_unprepare, clk_get_rate, of_property_read_u32, of_property_read_bool,
pm_runtime_enable, pm_runtime_disable, pm_runtime_put, pm_runtime_get_sync
};
position p;
@@
f@p(...)

@script:python@
f << called.f;
p << called.p;
@@
fact('call', p[0], f)

@through@
expression E;
identifier m;
position p;
@@
(
E->m@p(...)
|
E.m@p(...)
)

@script:python@
m << through.m;
p << through.p;
@@
fact('call', p[0], '-> ' + m)

@kept@
expression f, x;
position p;
@@
x = f@p(...)

@script:python@
f << kept.f;
x << kept.x;
p << kept.p;
@@
fact('kept', p[0], f, x)

@directly@
expression f;
position p;
@@
(
return f@p(...);
|
return \(PTR_ERR_OR_ZERO\|ERR_CAST\)(f@p(...));
|
return dev_err_probe(..., f@p(...), ...);
)

@script:python@
f << directly.f;
p << directly.p;
@@
fact('returned', p[0], f)

@returned exists@
expression E, F, f, x, r;
position p;
@@
x = f@p(...)
... when != x = ...
(
return \(x\|PTR_ERR(x)\|PTR_ERR_OR_ZERO(x)\|ERR_CAST(x)\|ERR_PTR(x)\);
|
return \(dev_err_probe\|dev_err_ptr_probe\|dev_err_cast_probe\)(..., \(x\|PTR_ERR(x)\), ...);
|
return E ? \(PTR_ERR(x)\|x\) : F;
|
return E ? F : \(PTR_ERR(x)\|x\);
|
return ERR_PTR(dev_err_probe(..., \(x\|PTR_ERR(x)\), ...));
|
r = \(x\|PTR_ERR(x)\|dev_err_probe(..., \(x\|PTR_ERR(x)\), ...)\)
... when != r = ...
return \(r\|ERR_PTR(r)\);
)

@script:python@
f << returned.f;
p << returned.p;
@@
fact('returned', p[0], f)

// ---------------------------------------------------------------------------
// Which variables of the file are used and set, and by whom.

@cleared@
global idexpression V;
identifier m;
position p;
@@
\(V@p\|V@p.m\|V@p->m\) = \(NULL\|0\|ERR_PTR(...)\)

@written@
global idexpression V;
identifier m;
position p != cleared.p;
expression E;
@@
(
\(V@p\|V@p.m\|V@p->m\|V@p[...]\|V@p[...].m\) = E
|
V@p++
|
V@p |= E
|
\(WRITE_ONCE\|rcu_assign_pointer\)(\(V@p\|V@p.m\|V@p->m\|V@p[...]\), E)
)

@script:python state@
V << written.V;
p << written.p;
W;
@@
coccinelle.W = V if is_variable(V) else 'no_variable'
if is_variable(V):
    fact('set', p[0], V)

@used@
identifier state.W;
position p;
@@
W@p

@script:python@
W << state.W;
p << used.p;
@@
fact('use', p[0], W)

@passed@
global idexpression V;
identifier f, m;
position p;
@@
f(..., \(&V@p\|&V@p.m\|&V@p->m\|&V@p[...]\), ...)

@script:python passed_state@
f << passed.f;
V << passed.V;
p << passed.p;
W;
@@
changed = is_variable(V) and SETTER.search(f)
coccinelle.W = V if changed else 'no_variable'
if changed:
    fact('set', p[0], V)

@passed_used@
identifier passed_state.W;
position p;
@@
W@p

@script:python@
W << passed_state.W;
p << passed_used.p;
@@
fact('use', p[0], W)

// ---------------------------------------------------------------------------
// Functions that a member of a structure is told to call. What tables of constants say is
// read from their text: matching a long initializer in all ways takes minutes.

@filled@
expression E;
identifier m;
global idexpression f;
position p;
@@
(
E->m = f@p
|
E.m = f@p
)

@script:python@
m << filled.m;
f << filled.f;
p << filled.p;
@@
if f.isidentifier() and not f.isupper() and f not in ('true', 'false'):
    fact('slot', p[0], m, f)
