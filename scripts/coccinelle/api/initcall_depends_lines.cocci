// SPDX-License-Identifier: GPL-2.0-only
/// Write initcall_depends() lines that a boot has shown to be missing
///
//# A kernel booted with initcall_depends=discover names a file and what to declare
//# there. These pairs are read from a table, one on each line, with a tab in between. The
//# table is initcall_depends.lines on top of the source tree, or what
//# SPFLAGS="-D lines=FILE" says; without one there is nothing to do. A line that is
//# there already is not written again.
//
// Confidence: High
// Options: --no-includes
// Keywords: deferred probing, initcall

virtual patch
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

path = os.path.join(top, 'initcall_depends.lines')
wanted, told, loaded = {}, set(), []

def relative(path):
    return os.path.relpath(path, top)

def load():
    loaded.append(path)
    for file, prerequisite in initcall_edit.table_rows(path, 2) if os.path.exists(path) else []:
        wanted.setdefault(file, []).append(prerequisite)

def prerequisites(place):
    """What to declare in a file, the first time that it is asked for."""
    file = relative(place.file)
    if file in told:
        return []
    told.add(file)
    return wanted.get(file, [])

@initialize:python@
given << virtual.lines;
@@
path = given

@script:python table@
@@
if not loaded:
    load()
if not wanted:
    cocci.include_match(False)

@any_function depends on table@
identifier f;
position p;
@@
f@p(...) { ... }

@script:python depends on report@
p << any_function.p;
@@
for name in prerequisites(p[0]):
    coccilib.report.print_report(p[0], f'{relative(p[0].file)} needs initcall_depends("{name}")')

@script:python depends on patch@
p << any_function.p;
@@
initcall_edit.plan(relative(p[0].file), prerequisites(p[0]))

@finalize:python depends on patch@
@@
initcall_edit.print_diffs(top)
