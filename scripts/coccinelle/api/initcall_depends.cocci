// SPDX-License-Identifier: GPL-2.0-only
/// Declare with initcall_depends() which driver has to come first
///
//# A driver's probe calls what another driver exports, and is deferred for as
//# long as that driver is not bound. Which driver that is depends on files
//# other than the one that is looked at, so it is found out beforehand, with
//# initcall_cocci.py, and read from a table. A line of it has, with
//# tabs in between: file and line, the function that is called there, or given
//# to a driver as its probe, the shape of the dependency, what to declare, file
//# and line that it waits for, how sure it is that each device does, and on what
//# that depends. The table is initcall_depends.table on top of the source tree,
//# or what SPFLAGS="-D table=FILE" says. A line that no longer fits is passed
//# over. A patch has what is sure.
//
// Confidence: High
// Options: --no-includes
// Keywords: deferred probing, initcall

virtual patch
virtual context
virtual org
virtual report

@initialize:python@
@@
import importlib.util, os, sys

top = os.environ.get('srctree', '.')
sys.dont_write_bytecode = True
scripts = os.environ.get('INITCALL_SCRIPTS', os.path.join(top, 'scripts'))
spec = importlib.util.spec_from_file_location('initcall_edit',
                                              os.path.join(scripts, 'initcall_edit.py'))
initcall_edit = importlib.util.module_from_spec(spec)
spec.loader.exec_module(initcall_edit)

path = os.path.join(top, 'initcall_depends.table')
known, loaded = {}, []

def relative(path):
    return os.path.relpath(path, top)

def load():
    loaded.append(path)
    for words in initcall_edit.table_rows(path, 9):
        known.setdefault(tuple(words[:3]), []).append(words[3:])

def is_known(function):
    return any(function == key[2] for key in known)

def entries(place, function):
    return known.get((relative(place.file), place.line, function), [])

def messages(place, function):
    for shape, prerequisite, *words in entries(place, function):
        yield initcall_edit.message(prerequisite, function, shape, *words)

@initialize:python@
given << virtual.table;
@@
path = given

// Without a table, or with one that is empty, no file is searched.

@script:python table@
@@
if not loaded:
    load()
if not known:
    cocci.include_match(False)

@call depends on table@
identifier f : script:python() { is_known(f) };
expression E;
position p;
@@
(
f@p
|
E->f@p
|
E.f@p
)

@script:python wanted@
f << call.f;
p << call.p;
@@
if not entries(p[0], f):
    cocci.include_match(False)

@depends on context && wanted@
identifier call.f;
expression E;
position call.p;
@@
(
* f@p
|
* E->f@p
|
* E.f@p
)

@script:python depends on report && wanted@
f << call.f;
p << call.p;
@@
for message in messages(p[0], f):
    coccilib.report.print_report(p[0], message)

@script:python depends on org && wanted@
f << call.f;
p << call.p;
@@
for message in messages(p[0], f):
    coccilib.org.print_todo(p[0], message)

// Coccinelle has no way to say where among the others an #include belongs, so
// the lines are written here.

@script:python depends on patch && wanted@
f << call.f;
p << call.p;
@@
initcall_edit.plan(relative(p[0].file), [entry[1] for entry in entries(p[0], f)
                                         if entry[4] in initcall_edit.WRITTEN])

@finalize:python depends on patch@
@@
initcall_edit.print_diffs(top)
