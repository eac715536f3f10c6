# SPDX-License-Identifier: GPL-2.0
"""A whole make coccicheck with our semantic patches among others, and swallowed -EPROBE_DEFER."""

import os
import re
import shutil

import pytest

from initcall import spatch
from initcall.files import SCRIPTS, data, read
from initcall.process import ask

OURS = ('initcall_depends', 'initcall_depends_lines', 'initcall_depends_softdep',
        'probe_defer_swallowed')
# Two of the kernel's, linked before and after ours; each finds something.
OTHERS = ('api/err_cast', 'misc/semicolon')
MODES = ('report', 'context', 'org', 'patch')
FOUND = ('void other(void) { void *p = ERR_PTR(PTR_ERR(q)); if (p) { };\n}\n'
         'MODULE_SOFTDEP("pre: supplier");\n')
# Of a call that is not there, with all columns.
ROW = 'drivers/none.c\t1\tget\terror\tsupplier\tdrivers/supplier.c\t2\tcertain\t\n'
BROKEN = re.compile('coccicheck failed|EXN:|Traceback')
SWALLOWED = os.path.join(SCRIPTS, 'coccinelle', 'api', 'probe_defer_swallowed.cocci')
FIXTURE = data('cocci-swallowed', 'swallowed.c')
# Drivers of which people have reported that the MAC address is another one in every boot
REPORTED = ('allwinner/sun4i-emac.c', 'lantiq_xrx200.c')


@pytest.fixture
def small_tree(tree, tmp_path):
    """A kernel with coccicheck, few semantic patches and one folder of sources."""
    for name in (*(f'api/{name}' for name in OURS), *OTHERS):
        path = tmp_path / 'scripts' / 'coccinelle' / f'{name}.cocci'
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(os.path.join(tree.source, 'scripts', 'coccinelle', f'{name}.cocci'), path)
    shutil.copy(os.path.join(tree.source, 'scripts', 'coccicheck'), tmp_path / 'scripts')
    (tmp_path / 'drivers').mkdir()
    shutil.copy(FIXTURE, tmp_path / 'drivers')
    (tmp_path / 'drivers' / 'other.c').write_text(FOUND)
    return tmp_path


def coccicheck(top, mode, table=None, name='table'):
    """All of them, as make coccicheck does it."""
    more = {'SPFLAGS': f'-D {name}={table}'} if table else {}
    return ask(['bash', 'scripts/coccicheck'], cwd=top, env={
        **os.environ, 'srctree': '.', 'srcroot': 'drivers', 'LINUXINCLUDE': '', 'MODE': mode,
        'J': '1', 'KBUILD_EXTMOD': '', 'INITCALL_SCRIPTS': SCRIPTS, **more})


def went_well(run):
    return run.returncode == 0 and not BROKEN.search(run.stdout)


def findings(said, ours):
    """Lines that are about files, of ours or of the other semantic patches."""
    wanted = [line for line in said.splitlines() if re.match(r'[-+* ]|\./|drivers/', line)]
    return [line for line in wanted if ('EPROBE_DEFER' in line) == ours]


def check_coccicheck_modes(small_tree):
    """Ours do not stop it, and what the others find is the same."""
    table = small_tree / 'table'
    table.write_text(ROW)
    done = {(mode, words): coccicheck(small_tree, mode, words) for mode in MODES
            for words in (None, table)}
    for name in OURS:
        os.unlink(small_tree / 'scripts' / 'coccinelle' / 'api' / f'{name}.cocci')
    for mode in MODES:
        alone = coccicheck(small_tree, mode)
        others = findings(alone.stdout, False)
        for words in (None, table):
            run = done[mode, words]
            yield went_well(run) and others \
                and set(others) <= set(findings(run.stdout, False)), \
                f'coccicheck, {mode}, {"with" if words else "without"} a table: ours do not ' \
                'stop it, and the others find the same', run.stdout + alone.stdout


def check_coccicheck_table(small_tree):
    """A table that is not its own is none, and is said where it is."""
    table = small_tree / 'table'
    table.write_text(ROW + 'drivers/swallowed.c\tsupplier\n')
    for name, columns, line in (('table', 9, 2), ('lines', 2, 1), ('modules', 2, 1)):
        run = coccicheck(small_tree, 'report', table, name)
        yield went_well(run) and re.search(
            rf'table:{line}: error: \d columns, where {columns} are needed', run.stdout), \
            f'coccicheck: {name}=<file> with other columns is an error', run.stdout


def check_coccicheck_lines(small_tree):
    """Each reads the table that is its own."""
    table = small_tree / 'table'
    table.write_text('drivers/other.c\tsupplier\n')
    run = coccicheck(small_tree, 'patch', table, 'lines')
    yield went_well(run) and run.stdout.count('+initcall_depends("supplier");') == 1, \
        'coccicheck: lines=<file> has what to declare', run.stdout


def bad_calls():
    """Lines of the fixture that are to be found: those of getters in functions bad_*()."""
    inside = ''
    for number, line in enumerate(read(FIXTURE).splitlines(), 1):
        function = re.match(r'static \w+ (\w+)\(', line)
        inside = function.group(1) if function else inside
        if inside.startswith('bad_') and re.search(r'_get\w*\((?:dev|dev->of_node), ', line):
            yield number


def check_swallowed():
    """Each way to swallow the error is found, in three modes, and nothing else."""
    wanted = set(bad_calls())
    for mode, pattern in (('report', r'^\S+:(\d+):\d+-\d+: -EPROBE_DEFER of \w+\(\) is treated '),
                          ('org', r'::linb=(\d+)::.*\[-EPROBE_DEFER of ')):
        run = spatch.run('--no-show-diff', '-D', mode, '--cocci-file', SWALLOWED, FIXTURE)
        found = [int(line) for line in re.findall(pattern, run.stdout, re.M)]
        yield run.returncode == 0 and set(found) == wanted and len(found) == len(wanted) == 7, \
            f'swallowed, {mode}: each call is found once, and nothing else', run.stdout + run.stderr
    run = spatch.run('-D', 'context', '--cocci-file', SWALLOWED, FIXTURE)
    marked = re.findall(r'^-(?!--).*$', run.stdout, re.M)
    yield len(marked) == len(wanted), 'swallowed, context: the same', run.stdout
    yield 'virtual patch' not in read(SWALLOWED), 'swallowed: there is no patch mode', SWALLOWED


def check_swallowed_reported(tree):
    for name in REPORTED:
        path = os.path.join(tree.source, 'drivers/net/ethernet', name)
        run = spatch.run('--no-show-diff', '-D', 'report', '--cocci-file', SWALLOWED, path)
        yield ': -EPROBE_DEFER of of_get_ethdev_address() is treated ' in run.stdout, \
            f'swallowed: the MAC address of {name} is found', run.stdout + run.stderr
