# SPDX-License-Identifier: GPL-2.0
"""make bench ONLY=probes: how often drivers are probed, and when the last one is bound.

Many small drivers that need each other, linked in the worst order, on QEMU's arm64 "virt",
with -icount. One kernel of each kind has all of them; the device tree says which have a device.
"""

import collections
import itertools
import os
import re
import shutil
import statistics

from initcall.bench import guest
from initcall.files import data, read, write_aside
from initcall.kernel.stock import EAGER, EAGER_FILES
from initcall.kernel.tree import ARM64, KernelTree
from initcall.process import Failure, Step, ask, threads
from initcall.rig.boot import device_tree
from initcall.spatch import patch_file

FILES = data('bench', 'probes', 'init')
# How many drivers have devices: how often that is booted. Counted is the same each time, nearly.
BOOTS = {8: 2, 32: 1, 128: 1, 512: 1}
SIZES = tuple(BOOTS)
# How the drivers are probed: the kernel that does it, and whether the device tree says what they
# need, so that fw_devlink knows.
Way = collections.namedtuple('Way', 'kernel linked')
WAYS = {'deferred': Way('off', False), 'fw_devlink': Way('off', True),
        'eager': Way('eager', False), 'declared': Way('declared', False)}
# To find cycles, fw_devlink goes along each path from a device to what it needs, by recursion: a
# chain of 512 overflows the stack, and with each diamond there are twice as many paths, so that
# 128 drivers would take more than a day. A few sizes show how that grows.
MOST = {('chain', 'fw_devlink'): 128, ('diamonds', 'fw_devlink'): 32}
PATHS = (32, 40, 48, 56, 64, 72)
POINT = re.compile(r'bench: (\w+) at (\d+), bound (\d+)')
END = re.compile(r'bench: bound (\d+) of (\d+), last at (\d+), probes (\d+), in vain (\d+), '
                 r'(\d+) Hz')
# Boots of the same differ by less than that, in any of the times.
MAX_SPREAD = 0.01

# Instructions, and how many drivers were bound then.
Point = collections.namedtuple('Point', 'when bound')
# What one boot has counted: probes, those of them in vain; instructions until the last driver
# was bound; the points at which a device may be looked for.
Probed = collections.namedtuple('Probed', 'size probes vain last late late_sync init')


def chain(index):
    return [index - 1] if index else []


def tree(index):
    """Each is needed by two."""
    return [(index - 1) // 2] if index else []


def diamonds(index):
    """One, two that need it, one that needs both, and the next diamond on top of that."""
    place = index % 4
    if place == 3:
        return [index - 2, index - 1]
    if place == 0:
        return [index - 1] if index else []
    return [index - place]


SHAPES = {'chain': chain, 'diamonds': diamonds, 'tree': tree}


def name_of(shape, index):
    return f'bench_{shape}_{index:03}'


def drivers_source(declared):
    """Consumers are linked before what they need."""
    lines = ['#include <linux/initcall_depends.h>'] if declared else []
    lines += ['#include "initcall_probes.h"']
    for shape, needs in SHAPES.items():
        names = [name_of(shape, index) for index in range(SIZES[-1])]
        lines += [f'static struct bench_node {name};' for name in names]
        for index in reversed(range(SIZES[-1])):
            wanted = [names[need] for need in needs(index)]
            first, second, *_ = *(f'&{name}' for name in wanted), 'NULL', 'NULL'
            lines += ['#undef KBUILD_MODFILE', f'#define KBUILD_MODFILE "init/{names[index]}"',
                      '#undef KBUILD_MODNAME', f'#define KBUILD_MODNAME "{names[index]}"',
                      f'BENCH_DRIVER({names[index]}, {first}, {second});']
            lines += [f'initcall_depends("{name}");' for name in wanted if declared]
    return '\n'.join(lines) + '\n'


def image(tree, kernel):
    """Of the kernel with the drivers. Without the option, it is stock."""
    declared = kernel == 'declared'
    if kernel == 'eager':
        for path in EAGER_FILES:
            patch_file(os.path.join(EAGER, path + '.cocci'), tree.source, path)
    write_aside(os.path.join(tree.source, 'init', 'initcall_probes_drivers.c'),
                drivers_source(declared))
    name = f'probes-{kernel}'
    tree.configure(name, [guest.CONFIG, *[guest.DECLARED] * declared], ARM64)
    return tree.made_for_arm64(f'building a kernel for probes, {kernel}', name)


def nodes(shape, size, linked):
    """A part of a device tree."""
    lines = ['/ {', 'bench {', 'compatible = "simple-bus";']
    for index in range(size):
        name, needs = name_of(shape, index), SHAPES[shape](index)
        clocks = ', '.join(f'<&{name_of(shape, need)}>' for need in needs if linked)
        lines += [f'{name}: {name} {{', f'compatible = "{name}";', '#clock-cells = <0>;',
                  *([f'clocks = {clocks};'] if clocks else []), '};']
    return '\n'.join([*lines, '};', '};']) + '\n'


def make_device_tree(folder, shape, size, linked):
    """QEMU's own, and ours."""
    own, both = os.path.join(folder, 'own.dtb'), os.path.join(folder, f'{shape}-{size}-{linked}')
    ask(guest.command(guest.VIRT, f',dumpdtb={own}'), right=True)
    text = ask(['dtc', '-q', '-q', '-I', 'dtb', '-O', 'dts', own], right=True).stdout
    write_aside(both + '.dts', text + nodes(shape, size, linked))
    return device_tree(both + '.dts', both + '.dtb')


def parse(log, size):
    """What a guest has counted."""
    text = read(log)
    points, end = {name: (when, bound) for name, when, bound in POINT.findall(text)}, \
        END.search(text)
    if not end or not points.keys() >= {'late_initcall', 'late_initcall_sync', 'init'}:
        raise Failure(f'{log}: error: the kernel has not printed all numbers')
    bound, there, last, probes, vain, frequency = map(int, end.groups())
    if not bound == there == size:
        raise Failure(f'{log}: error: {bound} drivers are bound, {there} devices are there, '
                      f'{size} are wanted')

    def instructions(ticks):
        return int(ticks) * 10 ** 9 // frequency
    return Probed(size, probes, vain, instructions(last), *(
        Point(instructions(when), int(bound)) for when, bound in (
            points[name] for name in ('late_initcall', 'late_initcall_sync', 'init'))))


def boot(folder, kernel, dtb, case, number):
    shape, size, asynchronous, way = case
    name = f'{shape}-{size}-{way}{"-async" * asynchronous}-{number}'
    log = os.path.join(folder, name + '.log')
    guest.boot(kernel, log, 'driver_async_probe=*' * asynchronous, '-dtb', dtb)
    return parse(log, size)


def images(choice):
    with KernelTree(choice).prepared() as prepared:
        tree = prepared.copied(guest.SOURCE)
        guest.add_counter(tree.source, [os.path.join(FILES, name) for name in os.listdir(FILES)],
                          'initcall_probes.o', 'initcall_probes_drivers.o')
        # That which changes the source for good is the last one.
        return {kernel: image(tree, kernel) for kernel in ('off', 'declared', 'eager')}, \
            os.path.join(tree.top, 'boots-probes')


def all_cases():
    """[(shape, size, asynchronous, way)]"""
    cases = [case for case in itertools.product(SHAPES, SIZES, (False, True), WAYS)
             if case[1] <= MOST.get((case[0], case[3]), case[1])]
    return cases + [('diamonds', size, False, way) for size in PATHS if size not in SIZES
                    for way in ('fw_devlink', 'declared')]


def tree_of(case):
    """What decides on the device tree of a case: (shape, size, linked)."""
    return (*case[:2], WAYS[case[3]].linked)


def measure(choice):
    """{(shape, size, asynchronous, way): what each boot has counted}"""
    built, folder = images(choice)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    cases = all_cases()
    trees = {tree: make_device_tree(folder, *tree) for tree in dict.fromkeys(map(tree_of, cases))}
    step, results = Step('probing'), collections.defaultdict(list)
    with threads(2) as pool:
        jobs = [(case, pool.submit(boot, folder, built[WAYS[case[3]].kernel],
                                   trees[tree_of(case)], case, number))
                for case in cases for number in range(BOOTS.get(case[1], 1))]
        for number, (case, job) in enumerate(jobs):
            step.show(f'{number} of {len(jobs)} boots')
            results[case].append(job.result())
    step.done(f'{len(jobs)} boots')
    return results


def median(boots, what):
    return int(statistics.median(map(what, boots)))


def last(boot):
    return boot.last


def time_of(point):
    return lambda boot: getattr(boot, point).when


TIMES = (last, *map(time_of, ('late', 'late_sync', 'init')))


def millions(boots, what):
    return f'{median(boots, what) / 1e6:.1f}'


def attempts(boots):
    vain = median(boots, lambda boot: boot.vain)
    return f'{median(boots, lambda boot: boot.probes)}' + f', {vain} in vain' * bool(vain)


def found(boots, point):
    """What is found by looking at this time; the fewest of all boots."""
    bound = min(getattr(boot, point).bound for boot in boots)
    return f'{bound} at {millions(boots, time_of(point))}'


def rows_of(results, cells):
    """@cells: {column: (way, what to print of its boots)}"""
    yield ['drivers', *cells]
    for case in itertools.product(SHAPES, SIZES, (False, True)):
        shape, size, asynchronous = case
        yield [f'{shape}, {size}{", asynchronous" * asynchronous}',
               *(cell(results[(*case, way)]) if (*case, way) in results else '-'
                 for way, cell in cells.values())]


def each_way(cell):
    return {way: (way, cell) for way in WAYS}


def tables(results):
    return {'': rows_of(results, each_way(attempts)),
            'last': rows_of(results, each_way(lambda boots: millions(boots, last))),
            # The boot of "deferred", as IMA_INIT_LATE_SYNC has it look later.
            'late': rows_of(results, {
                **each_way(lambda boots: found(boots, 'late')),
                'late_initcall_sync': ('deferred', lambda boots: found(boots, 'late_sync'))}),
            'init': rows_of(results, each_way(lambda boots: millions(boots, time_of('init')))),
            'paths': paths(results)}


def paths(results):
    yield ['drivers in diamonds', 'fw_devlink', 'declared']
    for size in PATHS:
        yield [size, *(millions(results['diamonds', size, False, way], last)
                       for way in ('fw_devlink', 'declared'))]


def spread(boots):
    """How much of the median is between the least and the greatest, of the worst time."""
    return max((max(map(when, boots)) - min(map(when, boots))) / median(boots, when)
               for when in TIMES)


def later(results, way):
    """How much later init starts with declarations, in the worst case; of the median."""
    return max(median(boots, time_of('init'))
               / median(results[(*case, way)], time_of('init')) - 1
               for (*case, each), boots in results.items()
               if each == 'declared' and (*case, way) in results)


def goals(results):
    ours = [boot for (*_, way), boots in results.items() if way == 'declared' for boot in boots]
    vain = max(boot.vain for boot in ours)
    yield 'no probe in vain, with declarations', f'at most {vain}', not vain
    most = max(boot.probes / boot.size for boot in ours)
    yield 'as many probes as drivers, with declarations', f'at most {most:.2f} times', most == 1
    missing = max(boot.size - boot.late.bound for boot in ours)
    yield 'all drivers are bound before late_initcall(), with declarations', \
        f'at most {missing} missing', not missing
    for way in WAYS:
        if way != 'declared':
            more = later(results, way)
            yield f'init starts no later than with {way}, in any case', \
                f'at most {100 * more:.1f} % later', more <= 0
    worst = max(map(spread, results.values()))
    yield f'boots of the same differ by less than {100 * MAX_SPREAD:.0f} %', \
        f'at most {100 * worst:.2f} %', worst < MAX_SPREAD
