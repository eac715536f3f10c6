# SPDX-License-Identifier: GPL-2.0
"""The whole tree converted by "make cocci", and the modules that it is about."""

import collections
import os
import sys

from initcall import cocci
from initcall.files import SCRIPTS, log_path, read
from initcall.kernel import debian
from initcall.process import ask, run

ARCHITECTURE = 'arm64'
NAMES = [sys.executable, os.path.join(SCRIPTS, 'initcall_names.py'), '--objects']

# Paths of modules, in the order in which they are linked, and pairs of a consumer's path and what
# it declares.
Converted = collections.namedtuple('Converted', 'paths declared')


def built_by_debian():
    """Files of all modules of Debian's kernel, in the order in which its Makefiles name them."""
    order = read(debian.kernel_modules(ARCHITECTURE), 'modules.order')
    return [path.removeprefix('kernel/').removesuffix('.ko') for path in order.split()]


def modules_of(listed):
    """({path of a module: its sources}, {file: modules that it is linked into}) of a list."""
    paths, found = {}, collections.defaultdict(list)
    for line in listed.splitlines():
        _, path, *_, objects = line.split('\t')
        paths[path] = objects.split()
        for name in paths[path]:
            found[name + '.c'].append(path)
    return paths, found


def path_of(file, paths):
    """KBUILD_MODFILE of a module, which leaves out a folder that the Makefile names."""
    above = os.path.join(os.path.dirname(os.path.dirname(file)), os.path.basename(file))
    return file if file in paths else above


def all_of(files, listed, table, built):
    """Modules, with those that declare something in this table, and those that they need.

    Those that a folder with a kernel has been built from are there, with what they declare.
    """
    paths, known = modules_of(listed)
    every, declared = {path_of(file, paths): None for file in files}, {}
    for line in table.splitlines():
        consumer, _, _, _, name, provider, *_ = line.split('\t')
        every.update(dict.fromkeys([*known[consumer], *known[provider]]))
        declared.update(dict.fromkeys((path, name) for path in known[consumer]))
    there = {path for path in every if any(os.path.exists(os.path.join(built, name + '.o'))
                                           for name in paths.get(path, ()))}
    return Converted([path for path in every if path not in there],
                     [pair for pair in declared if pair[0] not in there])


def convert(tree):
    """Write into the source all that is found; a table of it."""
    table = os.path.join(tree.top, 'bench-converted')
    run('converting the whole tree', cocci.command(
        '--all', '--mode', 'apply', '--table', table, '--', tree.source), log_path('bench-convert'))
    return read(table)


def modules_for(tree, table, built):
    """What a kernel needs more to be Debian's, with all that is in a table declared."""
    listed = ask([*NAMES, tree.source], right=True).stdout
    return all_of(built_by_debian(), listed, table, built)
