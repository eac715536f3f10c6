# SPDX-License-Identifier: GPL-2.0
"""make bench ONLY=order: initcall_order() against igraph and tsort, on graphs of four shapes."""

import os
import re

from initcall.bench import sorters
from initcall.bench.sorters import CONTENDERS, per_element, ratio
from initcall.files import data
from initcall.process import Failure, Step, ask

PLOT = data('bench', 'order.gnuplot')
SHAPES = ('random', 'chain', 'star', 'layered')
# Nodes: how often each contender sorts such a graph.
ROUNDS = {1000: 101, 10000: 51, 100000: 15}
MAX_GROWTH = 3


def measure(_):
    """{shape: each size}"""
    program, step = sorters.build(), Step('sorting')
    results = {}
    for shape in SHAPES:
        step.show(f'{len(results)} of {len(SHAPES)} shapes')
        results[shape] = [sorters.sort(program, shape, nodes, rounds)
                          for nodes, rounds in ROUNDS.items()]
    step.done(f'{len(SHAPES)} shapes in {len(ROUNDS)} sizes')
    return results


def order_rows(results):
    yield ['graph', 'nodes', 'edges', 'ns per element', 'half of them between',
           'bytes per element', 'igraph, sort alone', 'igraph, from edges', 'tsort']
    for shape, result in ((shape, result) for shape in SHAPES for result in results[shape]):
        yield [shape, result.nodes, result.edges, f'{per_element(result):.1f}',
               ' and '.join(sorters.quartiles(result)),
               f'{result.scratch / (result.nodes + result.edges):.1f}',
               f'{ratio(result, "igraph"):.2f}', f'{ratio(result, "igraph_edges"):.1f}',
               f'{ratio(result, "tsort"):.0f}']


def growth(of_shape, name=sorters.OURS):
    """From the smallest to the largest graph."""
    return per_element(of_shape[-1], name) / per_element(of_shape[0], name)


def growth_rows(results):
    yield ['graph', 'time', 'time of igraph, sort alone', 'time of igraph, from edges',
           'time of tsort']
    for shape in SHAPES:
        yield [shape, *(f'{growth(results[shape], name):.1f}' for name in CONTENDERS)]


def tables(results):
    return {'': order_rows(results), 'growth': growth_rows(results)}


def goals(results):
    worst = max(growth(of_shape) for of_shape in results.values())
    yield (f'time per element grows less than {MAX_GROWTH} times from {min(ROUNDS):,} to '
           f'{max(ROUNDS):,} nodes, in any shape', f'{worst:.1f}', worst < MAX_GROWTH)
    yield from sorters.goals([each for of_shape in results.values() for each in of_shape], 'graph')


def draw(path, results):
    """Time per element over the number of nodes, one picture for each shape."""
    numbers = path + '.dat'
    with open(numbers, 'w') as file:
        for shape in SHAPES:
            for result in results[shape]:
                times = (f'{per_element(result, name):.3f}' for name in CONTENDERS)
                print(result.nodes, *times, file=file)
            print('\n', file=file)
    words = f'data="{numbers}"; picture="{path}"; shapes="{" ".join(SHAPES)}"'
    run = ask(['gnuplot', '-e', words, PLOT])
    if run.returncode or run.stdout:
        raise Failure(f'{PLOT}: error: gnuplot cannot draw it:\n{run.stdout}')
    os.unlink(numbers)
    with open(path) as file:
        text = re.sub(r'[ \t]+$', '', file.read(), flags=re.M)
    with open(path, 'w') as file:
        file.write(text.rstrip('\n') + '\n')
