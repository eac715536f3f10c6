# SPDX-License-Identifier: GPL-2.0
"""make bench: initcall_order() against igraph and tsort, and initcall-graph on a large image."""

import collections
import os
import re
import statistics
import time

from initcall.files import DATA, GRAPH, TOP, cache, log_path
from initcall.kernel.tree import CROSS_X86, X86, KernelTree
from initcall.process import Step, ask, run

BENCH = os.path.join(DATA, 'bench')
SHAPES = ('random', 'chain', 'star', 'layered')
# Nodes: how often each contender sorts such a graph.
ROUNDS = {1000: 101, 10000: 51, 100000: 15, 1000000: 7}
# The kernel maps its memory in large blocks; so do we, for all contenders.
LARGE_PAGES = {'GLIBC_TUNABLES': 'glibc.malloc.hugetlb=1'}
# How often the tool reads the large image.
READS = 11

# A graph, bytes of scratch memory, and by contender the median of its times in ns.
Sorted = collections.namedtuple('Sorted', 'shape nodes edges scratch times')
# An image, and the median of the times that the tool takes.
Shown = collections.namedtuple('Shown', 'initcalls symbols megabytes seconds')


def build_sorter():
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


def sort(program, shape, nodes):
    done = ask([program, shape, str(nodes), str(ROUNDS[nodes])], env={**os.environ, **LARGE_PAGES},
               right=True)
    numbers = collections.defaultdict(list)
    for word, number in (line.split() for line in done.stdout.splitlines()):
        numbers[word].append(int(number))
    edges, scratch = numbers.pop('edges')[0], numbers.pop('scratch')[0]
    del numbers['nodes']
    times = {name: statistics.median(each) for name, each in numbers.items()}
    return Sorted(shape, nodes, edges, scratch, times)


def sort_all():
    """Every shape in every size."""
    program, step = build_sorter(), Step('sorting')
    graphs = [(shape, nodes) for shape in SHAPES for nodes in ROUNDS]
    results = []
    for shape, nodes in graphs:
        step.show(f'{len(results)} of {len(graphs)} graphs')
        results.append(sort(program, shape, nodes))
    step.done(f'{len(graphs)} graphs')
    return results


def large_image(tree):
    """vmlinux of x86_64's defconfig, with the framework."""
    name = 'defconfig'
    tree.make_config(name, X86, 'defconfig')
    tree.change_config(name, X86, ['CONFIG_INITCALL_DEPENDS=y'])
    tree.make('building x86_64 defconfig', name, [*CROSS_X86, 'vmlinux'], timeout=4 * 3600)
    return os.path.join(tree.output(name), 'vmlinux')


def timed(command):
    start = time.monotonic()
    text = ask(command, right=True).stdout
    return time.monotonic() - start, text


def show(tree):
    """initcall-graph order on the large image.

    The first time, which fills the page cache, does not count.
    """
    image = large_image(tree)
    run('building initcall-graph', ['make', '-C', TOP, 'initcall-graph'], log_path('bench-build'))
    command = [GRAPH, 'order', image]
    _, text = timed(command)
    seconds = statistics.median(timed(command)[0] for _ in range(READS))
    symbols = ask(['nm', image], right=True).stdout
    initcalls = len(re.findall(r'^ *\d+ +\d+  \S', text, re.M))
    return Shown(initcalls, symbols.count('\n'), os.path.getsize(image) / 1e6, seconds)


def show_large(choice):
    with KernelTree(choice).prepared() as tree:
        return show(tree)
