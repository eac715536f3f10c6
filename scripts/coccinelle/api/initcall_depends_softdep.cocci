// SPDX-License-Identifier: GPL-2.0-only
/// Say with initcall_depends() what MODULE_SOFTDEP("pre: ...") says to modprobe only
///
//# MODULE_SOFTDEP() has no effect on drivers that are built in.
//# initcall_depends() means the same in a module, and orders initcalls if both
//# are built in. A line of which all names can be declared is replaced; another
//# one stays as it is, and what can be declared of it is declared, too.
//#
//# Which names are those of modules is read from a table, a line for each with
//# a tab in between: the name, and what to declare, or, after a '!', why not.
//# It is initcall_modules.table on top of the source tree, or what
//# SPFLAGS="-D modules=FILE" says.
//
// Confidence: High
// Options: --no-includes
// Keywords: MODULE_SOFTDEP, initcall

virtual patch
virtual context
virtual org
virtual report

@initialize:python@
@@
import importlib.util, os, re, sys

top = os.environ.get('srctree', '.')
sys.dont_write_bytecode = True
scripts = os.environ.get('INITCALL_SCRIPTS', os.path.join(top, 'scripts'))
spec = importlib.util.spec_from_file_location('initcall_edit',
                                              os.path.join(scripts, 'initcall_edit.py'))
initcall_edit = importlib.util.module_from_spec(spec)
spec.loader.exec_module(initcall_edit)

path = os.path.join(top, 'initcall_modules.table')
known, loaded = {}, []

def load():
    loaded.append(path)
    known.update(initcall_edit.table_rows(path, 2))

def decisions(expression):
    """(name, what to declare or None, why not) for each word of MODULE_SOFTDEP()."""
    if not loaded:
        load()
    yield from initcall_edit.softdep_words(expression, known)

def messages(expression):
    for word, declared, reason in decisions(expression):
        yield f'initcall_depends("{declared}") for {word}' if declared else f'{word} is left: {reason}'

@initialize:python@
given << virtual.modules;
@@
path = given

@softdep@
declarer name MODULE_SOFTDEP;
expression E;
position p;
@@
MODULE_SOFTDEP(E@p);

@depends on context@
declarer name MODULE_SOFTDEP;
expression softdep.E;
@@
* MODULE_SOFTDEP(E);

@script:python depends on report@
E << softdep.E;
p << softdep.p;
@@
for message in messages(E):
    coccilib.report.print_report(p[0], message)

@script:python depends on org@
E << softdep.E;
p << softdep.p;
@@
for message in messages(E):
    coccilib.org.print_todo(p[0], message)

@script:python depends on patch@
E << softdep.E;
p << softdep.p;
@@
names = [declared for _, declared, _ in decisions(E) if declared]
initcall_edit.plan(os.path.relpath(p[0].file, top), names)

@finalize:python depends on patch@
@@
initcall_edit.print_diffs(top, initcall_edit.convert_softdeps)
