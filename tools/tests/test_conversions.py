# SPDX-License-Identifier: GPL-2.0
"""Drivers that declare something compile, and what they name exists.

All sets of the overlay are looked at, in a tree of their own. Drivers for other machines than
the rigs' are compiled only. A name with a typing error would be one that is not configured,
and so would have no effect and say nothing.
"""

import contextlib
import glob
import os
import re

from initcall.files import data, read
from initcall.kernel.tree import ARM64, BOARDS_CONFIG, CROSS
from initcall.overlay.rules import declared, set_names
from initcall.process import Failure, ask

FRAGMENT = data('conversions.config')
# Folders of the drivers that declare something and of those that are declared.
FOLDERS = ('drivers/char/tpm/', 'drivers/clk/', 'drivers/dma/', 'drivers/firmware/',
           'drivers/gpio/', 'drivers/i2c/', 'drivers/interconnect/', 'drivers/mailbox/',
           'drivers/pinctrl/', 'drivers/pmdomain/', 'drivers/regulator/', 'drivers/reset/',
           'drivers/soc/qcom/', 'drivers/spi/', 'drivers/tee/', 'net/netlink/', 'net/socket.o')


def all_declared():
    """{kernel file: names of what it declares}, of the overlay with all of its sets."""
    return declared(set_names())


def with_all_sets(tree):
    """A copy of the work tree with all sets in it."""
    other = tree.copied('src-sets')
    other.install('--sets', ','.join(set_names()))
    return other


def modules_in(folder):
    """Names of the modules that have an initcall in what has been built there."""
    objects = glob.glob(os.path.join(folder, '**', '*.o'), recursive=True)
    run = ask(['xargs', '-0', 'aarch64-linux-gnu-nm', '--quiet'], input='\0'.join(objects),
              apart=True)
    return set(re.findall(r' __initcall__kmod_(\w+?)__\d', run.stdout))


def exists(name, known, tree):
    """Is there such a module, or the source of such a path?"""
    if '/' in name:
        return os.path.exists(os.path.join(tree.source, name + '.c'))
    return name.replace('-', '_') in known


def object_of(tree, path):
    return os.path.join(tree.output('conversions'), path.removesuffix('.c') + '.o')


def compile_all(tree):
    for path in all_declared():     # so that none is up to date and silent
        with contextlib.suppress(FileNotFoundError):
            os.unlink(object_of(tree, path))
    tree.configure('conversions', [*BOARDS_CONFIG, FRAGMENT], ARM64)
    tree.make('compiling all conversions', 'conversions', [*CROSS, 'W=1', *FOLDERS])


def conversion(tree, path, names, known):
    """One file, and the names in it."""
    text = read(tree.source, path)
    lost = [name for name in names if f'initcall_depends("{name}");' not in text]
    yield not lost, f'conversions: {path} has its lines', f'not in it: {", ".join(lost)}'
    built = object_of(tree, path)
    yield os.path.exists(built), f'conversions: {path} is compiled', built
    missing = [name for name in names if not exists(name, known, tree)]
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
    known = modules_in(tree.output('conversions'))
    for path, names in all_declared().items():
        if tree.has(path):
            yield from conversion(tree, path, names, known)
