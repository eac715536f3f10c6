// SPDX-License-Identifier: GPL-2.0-only
/// Collect from what it can be seen which driver another one waits for by -EPROBE_DEFER
///
//# This is the first pass of initcall_depends.cocci: it prints, in lines with
//# tabs in between, what each function of a file returns, when, and which
//# calls it returns the error of. Nothing is decided here, since a driver and
//# what it waits for are in different files. What can be read word by word,
//# such as calls, scripts/initcall_deferrals/source.py adds: each rule costs
//# time on each file.
//
// Confidence: High
// Comments: Everything is matched function by function; the reader of the lines
//	     follows calls between functions, files and modules.
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
// The functions of the file.

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
// Which calls the error is returned of.

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
// Where variables of the file are set.

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

@script:python@
V << written.V;
p << written.p;
@@
if is_variable(V):
    fact('set', p[0], V)

@passed@
global idexpression V;
identifier f, m;
position p;
@@
f(..., \(&V@p\|&V@p.m\|&V@p->m\|&V@p[...]\), ...)

@script:python@
f << passed.f;
V << passed.V;
p << passed.p;
@@
if is_variable(V) and SETTER.search(f):
    fact('set', p[0], V)
