# SPDX-License-Identifier: GPL-2.0
"""make bench: measure, and write tables and a picture.

They are for Documentation/driver-api/initcall_depends_bench.rst.
"""

import csv
import os
import re
import shutil
import tempfile

from initcall.bench import counted as kernels
from initcall.bench import sorters
from initcall.files import TOP, data
from initcall.kernel import tree
from initcall.process import Failure, ask

PAGES = os.path.join(TOP, 'Documentation', 'driver-api')
PREFIX = 'initcall_depends_bench'
PLOT = data('bench', 'order.gnuplot')
OURS = 'initcall_order'
CONTENDERS = (OURS, 'igraph', 'igraph_edges', 'tsort')
# What was hoped for.
MAX_GROWTH = 3
MIN_TSORT = 10
MIN_IGRAPH = 1
MAX_SECONDS = 1
# Instructions
MAX_PER_INITCALL = 200
MAX_PER_DECLARATION = 500
# So few that they cannot be measured in time
MAX_UNUSED = 100


def per_element(result, name=OURS):
    return result.times[name] / (result.nodes + result.edges)


def ratio(result, name):
    """How many times as long another contender takes."""
    return result.times[name] / result.times[OURS]


def order_rows(results):
    yield ['graph', 'nodes', 'edges', 'ns per element', 'bytes per element', 'igraph, sort alone',
           'igraph, from edges', 'tsort']
    for result in results:
        yield [result.shape, result.nodes, result.edges, f'{per_element(result):.1f}',
               f'{result.scratch / (result.nodes + result.edges):.1f}',
               f'{ratio(result, "igraph"):.2f}', f'{ratio(result, "igraph_edges"):.1f}',
               f'{ratio(result, "tsort"):.0f}']


def ends(results, shape):
    """The smallest and the largest graph of a shape."""
    of_shape = [result for result in results if result.shape == shape]
    return (min(of_shape, key=lambda result: result.nodes),
            max(of_shape, key=lambda result: result.nodes))


def growth(results, shape, name=OURS):
    small, large = ends(results, shape)
    return per_element(large, name) / per_element(small, name)


def growth_rows(results):
    yield ['graph', 'bytes', 'time', 'time of igraph, sort alone', 'time of igraph, from edges',
           'time of tsort']
    for shape in sorters.SHAPES:
        small, large = (result.scratch / (result.nodes + result.edges)
                        for result in ends(results, shape))
        times = (f'{growth(results, shape, name):.1f}' for name in CONTENDERS)
        yield [shape, f'{large / small:.2f}', *times]


def image_rows(shown):
    yield ['initcalls', 'symbols', 'size', 'time']
    yield [shown.initcalls, shown.symbols, f'{shown.megabytes:.0f} MB',
           f'{shown.seconds * 1000:.0f} ms']


def milliseconds(instructions):
    return instructions * 2 ** kernels.SHIFT / 1e6


def wanted(row):
    """Instructions that a plan may take until the first initcall."""
    return MAX_PER_INITCALL * row.initcalls + MAX_PER_DECLARATION * row.declarations


def boot_rows(counted):
    yield ['CONFIG_INITCALL_DEPENDS', 'declarations', 'initcalls', 'until the first initcall',
           'time', 'of what is wanted', 'until the last initcall']
    for row in counted:
        share = f'{100 * row.first / wanted(row):.0f} %' if row.declarations else ''
        option = {'on': 'y', 'off': 'n'}[row.option]
        yield [option, row.declarations, row.initcalls, row.first,
               f'{milliseconds(row.first):.3f} ms', share, row.last]


def goal_rows(results, shown, counted):
    """Each goal, what is furthest from it, and whether it is reached."""
    yield ['goal', 'measured', 'reached']
    off, none, *planned = counted
    worst = max(growth(results, shape) for shape in sorters.SHAPES)
    tsort, igraph = (min(ratio(result, name) for result in results)
                     for name in ('tsort', 'igraph'))
    unused = none.first - off.first
    share = max(row.first / wanted(row) for row in planned)
    for goal, measured, reached in (
            (f'time per element grows at most {MAX_GROWTH} times, in any shape', f'{worst:.1f}',
             worst <= MAX_GROWTH),
            (f'tsort takes at least {MIN_TSORT} times as long, for any graph', f'{tsort:.1f}',
             tsort >= MIN_TSORT),
            (f'igraph, sort alone, takes at least {MIN_IGRAPH} times as long, for any graph',
             f'{igraph:.2f}', igraph >= MIN_IGRAPH),
            (f'an image of defconfig is shown in less than {MAX_SECONDS} s',
             f'{shown.seconds:.2f} s', shown.seconds < MAX_SECONDS),
            (f'without declarations, less than {MAX_UNUSED} instructions more than with the '
             'option off', f'{unused} instructions', unused < MAX_UNUSED),
            (f'a plan takes at most {MAX_PER_INITCALL} instructions for each initcall and '
             f'{MAX_PER_DECLARATION} for each declaration, however many there are',
             f'{100 * share:.0f} % of that', share <= 1)):
        yield [goal, measured, 'yes' if reached else 'no']


def write_csv(folder, name, rows):
    with open(os.path.join(folder, f'{PREFIX}_{name}.csv'), 'w', newline='') as file:
        csv.writer(file, lineterminator='\n').writerows(rows)


def plot(folder, results):
    """Time per element over the number of nodes, one picture for each shape."""
    numbers, picture = os.path.join(folder, 'order.dat'), os.path.join(folder, PREFIX + '.svg')
    with open(numbers, 'w') as file:
        for shape in sorters.SHAPES:
            for result in (result for result in results if result.shape == shape):
                times = (f'{per_element(result, name):.3f}' for name in CONTENDERS)
                print(result.nodes, *times, file=file)
            print('\n', file=file)
    words = f'data="{numbers}"; picture="{picture}"; shapes="{" ".join(sorters.SHAPES)}"'
    run = ask(['gnuplot', '-e', words, PLOT])
    if run.returncode or run.stdout:
        raise Failure(f'{PLOT}: error: gnuplot cannot draw it:\n{run.stdout}')
    os.unlink(numbers)
    with open(picture) as file:
        text = re.sub(r'[ \t]+$', '', file.read(), flags=re.M)
    with open(picture, 'w') as file:
        file.write(text.rstrip('\n') + '\n')


def write_pages(results, shown, counted):
    """All files, or none."""
    folder = tempfile.mkdtemp(prefix='.bench-', dir=PAGES)
    try:
        for name, rows in (('order', order_rows(results)), ('growth', growth_rows(results)),
                           ('image', image_rows(shown)), ('boot', boot_rows(counted)),
                           ('goals', goal_rows(results, shown, counted))):
            write_csv(folder, name, rows)
        plot(folder, results)
        for name in sorted(os.listdir(folder)):
            os.chmod(os.path.join(folder, name), 0o644)
            os.replace(os.path.join(folder, name), os.path.join(PAGES, name))
            print(f'written: {os.path.relpath(os.path.join(PAGES, name), TOP)}')
    finally:
        shutil.rmtree(folder)


arguments = tree.arguments


def run(args):
    results = sorters.sort_all()
    shown = sorters.show_large(args.choice)
    counted = kernels.count_all(args.choice)
    write_pages(results, shown, counted)
    for goal, measured, reached in list(goal_rows(results, shown, counted))[1:]:
        print(f'{goal}: {measured}{"" if reached == "yes" else ", NOT REACHED"}')
    return 0
