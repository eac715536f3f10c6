# SPDX-License-Identifier: GPL-2.0
"""A kernel that counts its instructions until the first initcall, and until the last.

It boots in QEMU with -icount, which lets time go by with them.
"""

import collections
import os
import re

from initcall.architectures.measure import measure as measure_image
from initcall.bench import guest
from initcall.files import data, read, write_aside
from initcall.graph.images import modname
from initcall.kernel.tree import KernelTree
from initcall.process import Failure, ask
from initcall.spatch import patch_file

COUNT = data('bench', 'count', 'init')
FILES = ('initcall_bench.c', 'initcall_bench_counter.h')
SAID = re.compile(r'bench: until the first initcall: (\d+), until the last: (\d+), taken: (\d+)')
# Bytes of a dependency in the image of arm64 or x86_64.
RECORD = 12
# Instructions that are wanted.
MAX_PER_INITCALL = 200
MAX_PER_DECLARATION = 500

# A kernel to boot: what it is called, with the option or without.
Image = collections.namedtuple('Image', 'kernel option path machine nm')
# What one boot has counted: declarations and initcalls in the image, bytes of its records;
# instructions until the first and until the last initcall, and bytes taken before the first.
Counted = collections.namedtuple('Counted', 'kernel option declarations initcalls records first '
                                 'last taken')


def modules_source(paths, declared):
    """Modules of one initcall each, some of which need others; all in one file, to compile fast."""
    needs = collections.defaultdict(list)
    for consumer, name in declared:
        needs[consumer].append(name)
    lines = ['#include <linux/initcall_depends.h>',
             'static int __init __maybe_unused bench_init(void)', '{', '\treturn 0;', '}']
    for path in paths:
        lines += ['#undef KBUILD_MODFILE', f'#define KBUILD_MODFILE "{path}"',
                  '#undef KBUILD_MODNAME', f'#define KBUILD_MODNAME "{modname(path)}"',
                  'device_initcall(bench_init);']
        lines += [f'initcall_depends("{name}");' for name in needs[path]]
    return '\n'.join(lines) + '\n'


class CountedTree(KernelTree):
    """A copy of the work tree, with the counter and the modules in init/."""

    def prepare(self):
        super().prepare()
        self.source = self.copied(guest.SOURCE).source
        guest.add_counter(self.source, [os.path.join(COUNT, name) for name in FILES],
                          'initcall_bench.o', 'initcall_bench_modules.o')
        patch_file(os.path.join(COUNT, 'main.c.cocci'), self.source, 'init/main.c')

    def add_modules(self, paths, declared):
        write_aside(os.path.join(self.source, 'init', 'initcall_bench_modules.c'),
                    modules_source(paths, declared))


def output_of(built):
    """The folder in which it was built, from arch/*/boot/ in that."""
    return os.path.normpath(os.path.join(os.path.dirname(built.path), *[os.pardir] * 3))


def in_image(built):
    """(declarations, initcalls, bytes of the records) of an image"""
    output = output_of(built)
    vmlinux = os.path.join(output, 'vmlinux')
    symbols = ask([built.nm, vmlinux], right=True).stdout
    if built.option == 'n':
        return 0, symbols.count(' __initcall__kmod_'), 0
    first, last = (int(re.search(rf'^(\w+) \w {name}$', symbols, re.M)[1], 16)
                   for name in ('__start_initcall_depends', '__stop_initcall_depends'))
    cost = measure_image(vmlinux, built.nm, read(output, '.config'))
    return (last - first) // RECORD, cost['initcalls'], cost['bytes']


def parse(log):
    """The three numbers that the guest prints."""
    found = SAID.search(read(log))
    if not found:
        raise Failure(f'{log}: error: the kernel has printed no numbers')
    return [int(number) for number in found.groups()]


def count(tree, built):
    """Boot it."""
    log = os.path.join(tree.top, f'bench-{os.path.basename(output_of(built))}.log')
    guest.boot(built.path, log, machine=built.machine)
    return Counted(built.kernel, built.option, *in_image(built), *parse(log))


def wanted(row):
    """Instructions that a plan may take until the first initcall."""
    return MAX_PER_INITCALL * row.initcalls + MAX_PER_DECLARATION * row.declarations


def share(row):
    """Of what is wanted."""
    return f'{100 * row.first / wanted(row):.0f} %'
