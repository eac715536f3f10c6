# SPDX-License-Identifier: GPL-2.0
"""make bench ONLY=modules: the same as order, on graphs that are there.

The modules of Debian's kernels are the nodes, in the order in which the kernel's makefiles name
them, which would be their link order. What depmod makes of their symbols are the edges, and
their soft dependencies.
"""

import collections
import fnmatch
import os
import re

from initcall.bench import sorters
from initcall.bench.sorters import ratio
from initcall.files import cache, read, write_aside
from initcall.kernel import debian
from initcall.process import Step

ARCHITECTURES = ('amd64', 'arm64')
ROUNDS = 101
# Names of modules, and pairs of a consumer and what it needs: by its symbols, and softly.
Graph = collections.namedtuple('Graph', 'names hard soft left_out')
Measured = collections.namedtuple('Measured', 'version graph sorted')


def name_of(path):
    return re.sub(r'\.ko(\.\w+)?$', '', os.path.basename(path)).replace('-', '_')


def hard_pairs(text):
    """Of modules.dep, which has for each module all that it needs, directly or not."""
    for line in text.splitlines():
        module, _, needs = line.partition(':')
        yield from ((name_of(module), name_of(need)) for need in needs.split())


def meant(word, names, aliases):
    """The modules that modprobe would load for a word."""
    name = word.replace('-', '_')
    if name in names:
        return [name]
    return sorted({module for pattern, module in aliases
                   if module in names and fnmatch.fnmatchcase(word, pattern)})


def soft_pairs(text, names, aliases):
    """Of modules.softdep: what has to come before a module, and after."""
    for module, words in re.findall(r'^softdep (\S+) (.*)', text, re.M):
        where = None
        for word in words.split():
            if word in ('pre:', 'post:'):
                where = word
                continue
            for other in meant(word, names, aliases) if where else ():
                yield (module, other) if where == 'pre:' else (other, module)


def reaches(needs, start, end):
    """Does one module need the other, directly or not?"""
    found, left = {start}, [start]
    while left:
        new = set(needs[left.pop()]) - found
        found |= new
        left += new
    return end in found


def graph_of(folder):
    """Without soft dependencies that would close a cycle."""
    names = [name_of(path) for path in read(folder, 'modules.order').split()]
    aliases = [(pattern, module.replace('-', '_')) for pattern, module in re.findall(
        r'^alias (\S+) (\S+)$', read(folder, 'modules.alias'), re.M)]
    hard = list(dict.fromkeys(hard_pairs(read(folder, 'modules.dep'))))
    needs = collections.defaultdict(list)
    for consumer, need in hard:
        needs[consumer].append(need)
    soft, left_out = [], 0
    for pair in dict.fromkeys(soft_pairs(read(folder, 'modules.softdep'), set(names), aliases)):
        consumer, need = pair
        if need in needs[consumer]:
            continue
        if reaches(needs, need, consumer):
            left_out += 1
            continue
        needs[consumer].append(need)
        soft.append(pair)
    return Graph(names, hard, soft, left_out)


def graph_text(graph):
    """As order-bench reads it."""
    numbers = {name: number for number, name in enumerate(graph.names)}
    pairs = [*graph.hard, *graph.soft]
    return '\n'.join([f'{len(numbers)} {len(pairs)}',
                      *(f'{numbers[one]} {numbers[other]}' for one, other in pairs)]) + '\n'


def measure(_):
    program, results = sorters.build(), []
    for architecture in ARCHITECTURES:
        folder = debian.kernel_modules(architecture)
        graph, path = graph_of(folder), cache('bench', f'modules-{architecture}')
        write_aside(path, graph_text(graph))
        step = Step(f'sorting the modules of {architecture}')
        results.append(Measured(read(folder, 'version').strip(), graph,
                                sorters.sort(program, path, ROUNDS)))
        step.done(f'{len(graph.names)} modules')
    return results


def tables(results):
    rows = [['kernel', 'modules', 'needs', 'soft dependencies', 'pulled forward', 'time',
             'half of them between', 'igraph, sort alone', 'igraph, from edges', 'tsort']]
    for version, graph, each in results:
        elements = each.nodes + each.edges
        between = ' and '.join(f'{float(quartile) * elements / 1000:.0f}'
                               for quartile in sorters.quartiles(each))
        soft = f'{len(graph.soft)}' + f', {graph.left_out} left out' * bool(graph.left_out)
        rows.append([version, each.nodes, len(graph.hard), soft, each.moved,
                     f'{sorters.median(each) / 1000:.0f} us', f'{between} us',
                     f'{ratio(each, "igraph"):.2f}', f'{ratio(each, "igraph_edges"):.1f}',
                     f'{ratio(each, "tsort"):.0f}'])
    return {'': rows}


def goals(results):
    yield from sorters.goals([each.sorted for each in results], 'of these kernels')
