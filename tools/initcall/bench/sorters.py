# SPDX-License-Identifier: GPL-2.0
"""Sort graphs with initcall_order(), igraph and tsort in turn."""

import collections
import os
import statistics

from initcall.files import DATA, TOP, cache, log_path
from initcall.process import ask, run

BENCH = os.path.join(DATA, 'bench')
OURS = 'initcall_order'
CONTENDERS = (OURS, 'igraph', 'igraph_edges', 'tsort')
# The kernel maps its memory in large blocks; so do we, for all contenders.
LARGE_PAGES = {'GLIBC_TUNABLES': 'glibc.malloc.hugetlb=1'}
# What is wanted: how many times as long the others take.
WANTED = {'igraph_edges': ('igraph, from edges,', 1), 'tsort': ('tsort', 10)}

# A graph, bytes of scratch memory, nodes that are pulled forward, and by contender the times
# in ns.
Sorted = collections.namedtuple('Sorted', 'nodes edges scratch moved times')


def build():
    program = cache('bench', 'order-bench')
    os.makedirs(os.path.dirname(program), exist_ok=True)
    sources = [os.path.join(BENCH, name) for name in sorted(os.listdir(BENCH))
               if name.endswith('.c')]
    run('building the sorters', [
        'gcc', '-O2', '-Wall', '-Wextra', '-std=gnu11',
        f'-I{TOP}/scripts/initcall-graph/include', '-o', program, *sources,
        os.path.join(TOP, 'scripts', 'initcall-graph', 'shared-order.c'), '-ligraph'],
        log_path('bench-build'))
    return program


def sort(*words):
    """What the program says of a graph, which it takes from its own words."""
    done = ask([*map(str, words)], env={**os.environ, **LARGE_PAGES}, right=True)
    numbers = collections.defaultdict(list)
    for word, number in (line.split() for line in done.stdout.splitlines()):
        numbers[word].append(int(number))
    sizes = (numbers.pop(name)[0] for name in Sorted._fields[:-1])
    return Sorted(*sizes, dict(numbers))


def median(result, name=OURS):
    return statistics.median(result.times[name])


def per_element(result, name=OURS):
    return median(result, name) / (result.nodes + result.edges)


def quartiles(result):
    """Between which half of our times are, by element."""
    first, _, third = statistics.quantiles(result.times[OURS], n=4)
    return [f'{each / (result.nodes + result.edges):.1f}' for each in (first, third)]


def ratio(result, name):
    """How many times as long another contender takes."""
    return median(result, name) / median(result)


def goals(results, what):
    """What is furthest from what is wanted."""
    for name, (words, least) in WANTED.items():
        worst = min(ratio(result, name) for result in results)
        yield f'{words} takes at least {least} times as long, for any {what}', f'{worst:.1f}', \
            worst >= least
