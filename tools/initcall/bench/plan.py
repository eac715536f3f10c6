# SPDX-License-Identifier: GPL-2.0
"""make bench ONLY=plan: how many instructions a kernel runs until its first initcall.

A small arm64 kernel gets many tiny modules, of which some declare dependencies, and
boots in QEMU with -icount, which counts instructions and lets time go by with them.
"""

import collections
import os
import random
import re

from initcall.architectures.measure import measure as measure_image
from initcall.bench import guest
from initcall.files import data, read, write_aside
from initcall.kernel.tree import ARM64, KernelTree
from initcall.process import Failure, ask
from initcall.spatch import patch_file

COUNT = data('bench', 'count')
MODULES = (1000, 5000)
DECLARATIONS = (0, 10, 100, 300)
CONFIGS = {'n': [guest.CONFIG], 'y': [guest.CONFIG, guest.DECLARED]}
SAID = re.compile(r'bench: until the first initcall: (\d+), until the last: (\d+), taken: (\d+)')
# What is wanted: instructions,
MAX_PER_INITCALL = 200
MAX_PER_DECLARATION = 500
# so few that they cannot be measured in time, and such a part of the initcalls of a boot.
MAX_UNUSED = 100
MAX_UNUSED_SHARE = 0.001

# What one boot has counted: with the option or without, modules added, declarations and
# initcalls in the image, bytes of its records; instructions until the first and until the last
# initcall, and bytes taken before the first.
Counted = collections.namedtuple('Counted', 'option modules declarations initcalls records first '
                                 'last taken')


def pairs(modules, count):
    """Distinct (consumer, prerequisite), without cycles; half of them against link order."""
    numbers = random.Random(1)
    rank = list(range(modules))
    numbers.shuffle(rank)
    found = {}
    while len(found) < count:
        one, other = sorted(numbers.sample(range(modules), 2), key=rank.__getitem__)
        found[other, one] = True
    return list(found)


def modules_source(modules, count):
    """Modules of one initcall each, some of which need others; all in one file, to compile fast."""
    needs = collections.defaultdict(list)
    for consumer, prerequisite in pairs(modules, count):
        needs[consumer].append(prerequisite)
    lines = ['#include <linux/initcall_depends.h>', 'static int __init bench_init(void)', '{',
             '\treturn 0;', '}']
    for module in range(modules):
        lines += ['#undef KBUILD_MODFILE', f'#define KBUILD_MODFILE "init/bench_{module:04}"',
                  'device_initcall(bench_init);']
        lines += [f'initcall_depends("bench_{prerequisite:04}");'
                  for prerequisite in needs[module]]
    return '\n'.join(lines) + '\n'


class CountedTree(KernelTree):
    """A copy of the work tree, with the counter and the modules in init/."""

    def prepare(self):
        super().prepare()
        self.source = self.copied(guest.SOURCE).source
        guest.add_counter(self.source, [os.path.join(COUNT, 'init', 'initcall_bench.c')],
                          'initcall_bench.o', 'initcall_bench_modules.o')
        patch_file(os.path.join(COUNT, 'init', 'main.c.cocci'), self.source, 'init/main.c')

    def counted_image(self, option, modules, count):
        name = f'bench-{option}'
        write_aside(os.path.join(self.source, 'init', 'initcall_bench_modules.c'),
                    modules_source(modules, count))
        self.configure(name, CONFIGS[option], ARM64)
        return self.made_for_arm64(f'building a kernel with {modules} modules, {count} '
                                   f'declarations, option {option}', name)

    def initcalls(self, option):
        """(how many there are in the image, bytes that it has for their modules)"""
        output = self.output(f'bench-{option}')
        vmlinux, nm = os.path.join(output, 'vmlinux'), 'aarch64-linux-gnu-nm'
        count = ask([nm, vmlinux], right=True).stdout.count(' __initcall__kmod_')
        if option == 'n':
            return count, 0
        return count, measure_image(vmlinux, nm, read(output, '.config'))['bytes']


def parse(log):
    """The three numbers that the guest prints."""
    found = SAID.search(read(log))
    if not found:
        raise Failure(f'{log}: error: the kernel has printed no numbers')
    return [int(number) for number in found.groups()]


def measure(choice):
    """What each kernel has counted."""
    results = []
    with CountedTree(choice).prepared() as tree:
        for option, modules, declarations in (
                (option, modules, count) for option in CONFIGS for modules in MODULES
                for count in (DECLARATIONS if option == 'y' else (0,))):
            image = tree.counted_image(option, modules, declarations)
            log = os.path.join(tree.top, f'bench-{option}-{modules}-{declarations}.log')
            guest.boot(image, log)
            results.append(Counted(option, modules, declarations, *tree.initcalls(option),
                                   *parse(log)))
    return results


def wanted(row):
    """Instructions that a plan may take until the first initcall."""
    return MAX_PER_INITCALL * row.initcalls + MAX_PER_DECLARATION * row.declarations


def tables(results):
    rows = [['CONFIG_INITCALL_DEPENDS', 'initcalls', 'declarations', 'until the first initcall',
             'time', 'of what is wanted', 'until the last initcall', 'in the image',
             'taken at boot']]
    for row in results:
        share = f'{100 * row.first / wanted(row):.0f} %' if row.declarations else ''
        rows.append([row.option, row.initcalls, row.declarations, row.first,
                     f'{row.first / 1e6:.3f} ms', share, row.last,
                     f'{row.records / row.initcalls:.1f}',
                     f'{row.taken / row.initcalls:.0f}'])
    return {'': rows}


def unused(results):
    """By number of modules, what a boot without the option and one without declarations count."""
    for modules in MODULES:
        yield [row for row in results if row.modules == modules and not row.declarations]


def goals(results):
    share = max(row.first / wanted(row) for row in results if row.declarations)
    yield (f'a plan takes at most {MAX_PER_INITCALL} instructions for each initcall and '
           f'{MAX_PER_DECLARATION} for each declaration', f'{100 * share:.0f} % of that',
           share <= 1)
    more = max(on.first - off.first for off, on in unused(results))
    yield (f'without declarations, less than {MAX_UNUSED} instructions more until the first '
           'initcall than with the option off', f'{more} instructions', more < MAX_UNUSED)
    more = max(on.last / off.last - 1 for off, on in unused(results))
    yield (f'and less than {100 * MAX_UNUSED_SHARE:.1f} % more until the last initcall',
           f'{100 * more:.2f} %', more < MAX_UNUSED_SHARE)
