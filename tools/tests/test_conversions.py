# SPDX-License-Identifier: GPL-2.0
"""Drivers that declare something compile, and what they name exists.

All sets of the overlay are looked at, in a tree of their own. Drivers for other machines than
the rigs' are compiled only. A name with a typing error would be one that is not configured,
and so would have no effect and say nothing.
"""

import contextlib
import os
import re

from initcall.files import data, read
from initcall.kernel.tree import ARM64, CROSS, WIDE_CONFIG
from initcall.overlay.rules import declared, set_names
from initcall.process import Failure
from tests.test_names import INITCALL, listed

FRAGMENT = data('conversions.config')


def all_declared():
    """{kernel file: names of what it declares}, of the overlay with all of its sets."""
    return declared(set_names())


def with_all_sets(tree):
    """A copy of the work tree with all sets in it."""
    other = tree.copied('src-sets')
    other.install('--sets', ','.join(set_names()))
    return other


def exists(name, modules, tree):
    """Is there such a module, with an initcall in one of its files?"""
    named = [module for module in modules if name.replace('-', '_') == module.name
             or name == module.path]
    files = [os.path.join(tree.source, path + '.c') for module in named for path in module.objects]
    return any(INITCALL.search(read(path)) for path in files if os.path.exists(path))


def object_of(tree, path):
    return os.path.join(tree.output('conversions'), path.removesuffix('.c') + '.o')


def compile_all(tree):
    for path in all_declared():     # so that none is up to date and silent
        with contextlib.suppress(FileNotFoundError):
            os.unlink(object_of(tree, path))
    tree.configure('conversions', [*WIDE_CONFIG, FRAGMENT], ARM64)
    tree.make('compiling all conversions', 'conversions', [
        *CROSS, 'W=1', *(path[:-1] + 'o' for path in all_declared() if tree.has(path))])


def conversion(tree, path, names, modules):
    """One file, and the names in it."""
    text = read(tree.source, path)
    lost = [name for name in names if f'initcall_depends("{name}");' not in text]
    yield not lost, f'conversions: {path} has its lines', f'not in it: {", ".join(lost)}'
    built = object_of(tree, path)
    yield os.path.exists(built), f'conversions: {path} is compiled', built
    missing = [name for name in names if not exists(name, modules, tree)]
    yield not missing, f'conversions: {path}: {", ".join(names)}', \
        f'no such module: {", ".join(missing)}'
    bad = re.findall(rf'^.*{re.escape(path)}:\d+.*(?:warning|error):.*$',
                     tree.log_of('conversions'), re.M)
    yield not bad, f'conversions: {path}: no warning, W=1', '\n'.join(bad)


def check_conversions(tree):
    tree = with_all_sets(tree)
    try:
        compile_all(tree)
    except Failure as failure:
        yield False, 'conversions: compile', str(failure)
        return
    modules = listed(tree.source)
    for path, names in all_declared().items():
        if tree.has(path):
            yield from conversion(tree, path, names, modules)
