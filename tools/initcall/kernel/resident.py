# SPDX-License-Identifier: GPL-2.0
"""What of the framework is still in memory after boot."""

import collections
import os
import re

from initcall.kernel.stock import StockTree
from initcall.kernel.tree import ARM64, CONFIG, CROSS, fragment_without
from initcall.process import ask

CORE = 'kernel/initcall_depends'
HOOKED = ('drivers/base/dd.o', 'drivers/base/bus.o', 'init/main.o')
OURS = 'drivers/base/initcall_depends.o'
TESTS = ['KUNIT', 'SAMPLE', 'SETTLE_TEST']
OPTIONAL = [*TESTS, 'DRIVER_BOUND']
# What the driver core may have more of for good, in bytes of code.
MAX_TEXT = 700

# Bytes by kind: of the core, by object, and what each object of the kernel's own has more of.
Resident = collections.namedtuple('Resident', 'core grown')


def stays(path):
    """Bytes of an object that are still there after boot, by kind."""
    run = ask(['aarch64-linux-gnu-size', '-A', path], right=True)
    gone = ('.init', '.exit', '.comment', '.note', '.debug', '.eh_frame', '.modinfo', '.discard',
            '.rela')
    size = collections.Counter()
    for name, count in re.findall(r'^([._]\S+) +(\d+) +\d+$', run.stdout, re.M):
        if name.startswith(gone):
            continue
        size[kind_of(name)] += int(count)
    return size


def kind_of(section):
    if section.startswith('.text'):
        return 'code'
    if '.str' in section:
        return 'literals'
    return 'data' if section.startswith(('.data', '.bss', '.rodata')) else 'tables'


def without(tree, name, words, *targets):
    """Some objects, with options taken out of the rig's configuration."""
    fragment = fragment_without([CONFIG], words, tree.output(name))
    tree.configure(name, [fragment], ARM64)
    tree.make(f'compiling without {" and ".join(words)}', name, [*CROSS, *targets])
    return tree.output(name)


def core_of(bare):
    """{object: bytes by kind}"""
    folder = os.path.join(bare, CORE)
    return {path: stays(os.path.join(folder, path)) for path in sorted(os.listdir(folder))
            if path.endswith('.o') and not path.startswith('built-in')}


def grown_by(bare, stock):
    """The driver core with us and without, whose source is the kernel's own."""
    grown = {path: stays(os.path.join(bare, path)) for path in (*HOOKED, OURS)}
    for path in HOOKED:
        grown[path].subtract(stays(os.path.join(stock, path)))
    return grown


def resident(tree, choice):
    """Without CONFIG_INITCALL_DEPENDS_DEBUGFS, which keeps what it shows."""
    bare = without(tree, 'bare', ['INITCALL_DEPENDS_DEBUGFS', *OPTIONAL], *HOOKED, OURS,
                   CORE + '/')
    stock = without(StockTree(choice, 'stock'), 'bare-stock', OPTIONAL, *HOOKED)
    return Resident(core_of(bare), grown_by(bare, stock))
