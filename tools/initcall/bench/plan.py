# SPDX-License-Identifier: GPL-2.0
"""make bench ONLY=plan: how many instructions a kernel runs until its first initcall.

A small arm64 kernel gets many tiny modules, of which some declare dependencies; in the end all
modules that Debian has, with what the conversion of the whole tree declares.
"""

import random

from initcall.bench import counted, guest
from initcall.bench.converted import convert, modules_for
from initcall.kernel.tree import ARM64

MODULES = (1000, 5000)
DECLARATIONS = (0, 10, 100, 300)
CONFIGS = {'n': [guest.CONFIG], 'y': [guest.CONFIG, guest.DECLARED]}
# What is wanted without declarations: so few instructions that they cannot be measured in time,
# and such a part of the initcalls of a boot.
MAX_UNUSED = 100
MAX_UNUSED_SHARE = 0.001


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


def drawn(modules, count):
    """(paths of modules, pairs of such a path and the name of what it needs)"""
    def name(number):
        return f'bench_{number:04}'
    return [f'init/{name(number)}' for number in range(modules)], [
        (f'init/{name(consumer)}', name(need)) for consumer, need in pairs(modules, count)]


def small_kernel(tree, option, kernel, modules, folder='bench-y'):
    """One with some modules more.

    That of a converted source has a folder of its own: a file as it was before is not newer than
    what was made of the other one.
    """
    name = folder if option == 'y' else 'bench-n'
    tree.add_modules(*modules)
    tree.configure(name, CONFIGS[option], ARM64)
    path = tree.made_for_arm64(f'building a kernel with {kernel}, {len(modules[1])} declarations, '
                               f'option {option}', name)
    return counted.Image(kernel, option, path, guest.VIRT, 'aarch64-linux-gnu-nm')


def measure(choice):
    """What each kernel has counted; two are built in the same folder, one after the other."""
    with counted.CountedTree(choice).prepared() as tree:
        results = [counted.count(tree, small_kernel(tree, option, f'{modules:,} modules more',
                                                    drawn(modules, count)))
                   for option in CONFIGS for modules in MODULES
                   for count in (DECLARATIONS if option == 'y' else (0,))]
        modules = modules_for(tree, convert(tree), tree.output('bench-y'))
        return [*results, counted.count(tree, small_kernel(
            tree, 'y', "Debian's modules, converted", modules, 'bench-converted'))]


def tables(results):
    rows = [['kernel', 'CONFIG_INITCALL_DEPENDS', 'initcalls', 'declarations',
             'until the first initcall', 'time', 'of what is wanted', 'until the last initcall',
             'in the image', 'taken at boot']]
    for row in results:
        share = counted.share(row) if row.declarations else ''
        rows.append([row.kernel, row.option, row.initcalls, row.declarations, row.first,
                     f'{row.first / 1e6:.3f} ms', share, row.last,
                     f'{row.records / row.initcalls:.1f}',
                     f'{row.taken / row.initcalls:.0f}'])
    return {'': rows}


def unused(results):
    """Of each kernel, what a boot without the option and one without declarations count."""
    for off in (row for row in results if row.option == 'n'):
        yield off, next(row for row in results if row.kernel == off.kernel
                        and row.option == 'y' and not row.declarations)


def goals(results):
    share = max(row.first / counted.wanted(row) for row in results if row.declarations)
    yield (f'a plan takes at most {counted.MAX_PER_INITCALL} instructions for each initcall and '
           f'{counted.MAX_PER_DECLARATION} for each declaration', f'{100 * share:.0f} % of that',
           share <= 1)
    more = max(on.first - off.first for off, on in unused(results))
    yield (f'without declarations, less than {MAX_UNUSED} instructions more until the first '
           'initcall than with the option off', f'{more} instructions', more < MAX_UNUSED)
    more = max(on.last / off.last - 1 for off, on in unused(results))
    yield (f'and less than {100 * MAX_UNUSED_SHARE:.1f} % more until the last initcall',
           f'{100 * more:.2f} %', more < MAX_UNUSED_SHARE)
