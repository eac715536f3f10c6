# SPDX-License-Identifier: GPL-2.0
"""initcall_depends() lines in source files: those that the overlay has, and writing new ones."""

import os
import re
import tempfile

from initcall import spatch
from initcall.files import SCRIPTS
from initcall.overlay import rules
from initcall.process import Failure, ask

RULES = os.path.join(SCRIPTS, 'coccinelle', 'api', 'initcall_depends_lines.cocci')
# Modules whose name is not that of the file with the declaration.
NAMES = {'drivers/firmware/arm_ffa/driver.c': 'ffa_module'}


def edges_of(declared):
    return [(NAMES.get(file, os.path.basename(file)[:-len('.c')].replace('-', '_')), prerequisite)
            for file, names in declared.items() for prerequisite in names]


def written():
    """(consumer, prerequisite) of each line that the overlay adds to a driver."""
    return edges_of(rules.declared())


def written_by(name):
    """The same, of one of its optional sets alone."""
    every = written()
    return [edge for edge in edges_of(rules.declared((name,))) if edge not in every]


def script(name, *words):
    """What one of the kernel's scripts prints."""
    return ask([os.path.join(SCRIPTS, name), *words], right=True).stdout


def sources_of(tree, paths):
    """{path of a module: its file that is best to declare something in}"""
    said = script('initcall_names.py', tree, '--place', *paths) if paths else ''
    return dict(line.split('\t') for line in said.splitlines())


def source_of(tree, path):
    return sources_of(tree, [path])[path]


def check_tree(tree, files):
    if not os.path.exists(os.path.join(tree, 'Kbuild')):
        raise Failure(f'{tree}: error: not a complete Linux kernel source tree: it has no Kbuild')
    for file in files:
        if not os.path.exists(os.path.join(tree, file)):
            raise Failure(f'{os.path.join(tree, file)}: error: no such file; '
                          'is this the tree that the kernel was built from?')


def written_table(wanted):
    """@wanted, pairs of file and prerequisite, as semantic patches read it."""
    table = tempfile.NamedTemporaryFile('w', suffix='.table')
    table.writelines(f'{file}\t{prerequisite}\n' for file, prerequisite in wanted)
    table.flush()
    return table


def diff(tree, wanted):
    """One patch that writes @wanted into @tree; by spatch."""
    files = sorted({file for file, _ in wanted})
    check_tree(tree, files)
    with written_table(wanted) as table:
        return spatch.diff(tree, RULES, f'lines={table.name}', files)


def missing(tree, wanted):
    with written_table(wanted) as table:
        said = script('initcall_edit.py', tree, table.name)
    return [line.split('\t') for line in said.splitlines()]


def write(tree, wanted):
    """All of it or nothing."""
    patch = diff(tree, wanted) if wanted else ''
    for more in (['--dry-run'], []) if patch else ():
        ask(['patch', '-p1', '--silent', '--forward', '-d', tree, *more], input=patch, right=True)
    for file, prerequisite in missing(tree, wanted):
        raise Failure(f'{os.path.join(tree, file)}: error: no place found for '
                      f'initcall_depends("{prerequisite}")')
    if not patch:
        print(f'\n{tree}: there is nothing to write')
        return
    count = len(re.findall(r'^\+initcall_depends\(', patch, re.M))
    print(f'\n{tree}: {count} lines written into {len(re.findall("^--- ", patch, re.M))} files')
