#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Holds initcall_order() against a plain reference, and against tsort, on random graphs.

The reference says in sets, by recursion and without any care for time, what
kernel/initcall_depends/order.c says in words in its first comment.
"""

import argparse
import dataclasses
import random
import re
import subprocess
import sys

ABSENT, ORDERED, HELD, RETRY, CYCLIC = 0, 4, 5, 6, 7     # enum initcall_edge_state
NO_MODULE = -1
# So many graphs go to one tsort, whose time is more than linear in the number of loops.
BATCH = 250


@dataclasses.dataclass(frozen=True)
class Call:
    """An initcall."""

    module: int
    level: int
    sync: bool


@dataclasses.dataclass(frozen=True)
class Graph:
    """What initcall_order() gets: initcalls in link order, edges as (consumer, prerequisite)."""

    modules: int
    calls: tuple
    edges: tuple

    def line(self):
        words = [self.modules, len(self.calls), len(self.edges)]
        for call in self.calls:
            words += [call.module, call.level, int(call.sync)]
        for edge in self.edges:
            words += edge
        return ' '.join(str(word) for word in words) + '\n'


class Level:
    """One level of a graph: who needs whom there, and what has to be given up."""

    def __init__(self, graph, number):
        self.calls = graph.calls
        self.places = [place for place, call in enumerate(graph.calls) if call.level == number]
        self.groups = {}
        for place in self.places:
            if graph.calls[place].module != NO_MODULE:
                self.groups.setdefault(graph.calls[place].module, []).append(place)
        self.arcs = {(consumer, needed) for consumer, needed in graph.edges
                     if consumer != needed and consumer in self.groups and needed in self.groups}
        reaches = closure(self.arcs)
        self.circular = {(consumer, needed) for consumer, needed in self.arcs if (needed, consumer) in reaches}
        # By edge: all modules of the circle that it is in.
        self.circle = {edge: frozenset(module for module in self.groups
                                       if (edge[0], module) in reaches and (module, edge[0]) in reaches)
                       for edge in self.circular}
        self.linked_later = {(consumer, needed) for consumer, needed in self.arcs
                             if max(self.groups[needed]) > min(self.groups[consumer])}
        self.honoured = self.arcs - (self.circular & self.linked_later)
        self.reaches = closure(self.honoured)
        self.order = []
        self.run_all()

    def needs(self, module):
        """In link order of their first initcalls."""
        return sorted((needed for consumer, needed in self.honoured if consumer == module),
                      key=lambda needed: self.groups[needed][0])

    def waits_for(self, place):
        """The _sync initcall behind which an initcall of the main half is held back, if any."""
        call = self.calls[place]
        if call.sync or call.module == NO_MODULE:
            return None
        return max((other for needed in self.groups if (call.module, needed) in self.reaches
                    for other in self.groups[needed] if self.calls[other].sync), default=None)

    def run(self, place):
        if place not in self.order:
            self.order.append(place)

    def run_group(self, module):
        for needed in self.needs(module):
            self.run_group(needed)
        for place in self.groups[module]:
            self.run(place)

    def run_in_turn(self, place):
        """Before an initcall whatever it needs, and its elder siblings."""
        module = self.calls[place].module
        if module == NO_MODULE:
            self.run(place)
            return
        for needed in self.needs(module):
            self.run_group(needed)
        for sibling in self.groups[module]:
            if sibling <= place:
                self.run(sibling)

    def run_all(self):
        for place in self.places:
            if self.waits_for(place) is None:
                self.run_in_turn(place)
            for held in self.places:
                if self.waits_for(held) == place:
                    self.run_in_turn(held)


def closure(arcs):
    """All pairs of which the second can be reached from the first: more, until there is nothing to add."""
    reaches = set(arcs)
    while True:
        more = {(a, d) for a, b in reaches for c, d in arcs if b == c} - reaches
        if not more:
            return reaches
        reaches |= more


def expected_state(graph, levels, edge):
    consumer = [call.level for call in graph.calls if call.module == edge[0]]
    needed = [call.level for call in graph.calls if call.module == edge[1]]
    if not consumer or not needed:
        return ABSENT
    if min(needed) > max(consumer):
        return RETRY
    together = [level for level in levels if edge in level.arcs]
    if any(edge not in level.honoured for level in together):
        return CYCLIC
    return HELD if any(holds_back(level, edge) for level in together) else ORDERED


def holds_back(level, edge):
    """The consumer has an initcall in the main half, and what it needs is, or needs, one of the _sync half."""
    consumer, needed = edge
    needed = {needed} | {other for first, other in level.reaches if first == needed}
    return not level.calls[level.groups[consumer][0]].sync and any(
        level.calls[place].sync for module in needed for place in level.groups[module])


class Answer:
    """What initcall_order() has made of a graph."""

    def __init__(self, graph, line):
        words = [int(word) for word in line.split()]
        self.order, rest = words[:len(graph.calls)], words[len(graph.calls):]
        self.states, self.cycles = rest[::2], rest[1::2]


def difference(graph, levels, answer):
    """What is not as the reference has it, or None."""
    order = [place for level in levels for place in level.order]
    if answer.order != order:
        return f'order {answer.order}, expected {order}'
    states = [expected_state(graph, levels, edge) for edge in graph.edges]
    if answer.states != states:
        return f'states {answer.states}, expected {states}'
    circular = [any(edge in level.circular for level in levels) for edge in graph.edges]
    if [bool(cycle) for cycle in answer.cycles] != circular:
        return f'cycles {answer.cycles}, expected {circular}'
    if wrong_numbers(graph, levels, answer):
        return f'cycles {answer.cycles}, which are not the numbers of circles'
    return None


def wrong_numbers(graph, levels, answer):
    """Each circle has a number of its own, and keeps it at the levels that follow."""
    numbered, used = set(), set()
    for level in levels:
        for circle in set(level.circle.values()):
            members = {i for i, edge in enumerate(graph.edges) if level.circle.get(edge) == circle}
            known = {answer.cycles[i] for i in members & numbered}
            new = {answer.cycles[i] for i in members - numbered}
            if len(new) > 1 or (not new <= known if known else new & used):
                return True
            numbered |= members
            used |= new
    return False


def random_graph(chance):
    """Small, so that much happens between few: one level or several, few edges or many."""
    modules = chance.randint(1, 8)
    level, sync, calls = 0, False, []
    new_level = chance.choice((0, 0, 0.1, 0.3))
    for _ in range(chance.randint(1, 14)):
        if chance.random() < new_level and level < 9:
            level, sync = level + 1, False
        sync = sync or chance.random() < 0.15
        calls.append(Call(NO_MODULE if chance.random() < 0.1 else chance.randrange(modules), level, sync))
    edges = tuple((chance.randrange(modules), chance.randrange(modules)) for _ in range(chance.randint(0, 12)))
    return Graph(modules, tuple(calls), edges)


def ask(program, graphs):
    run = subprocess.run([program], input=''.join(graph.line() for graph in graphs), stdout=subprocess.PIPE, text=True,
                         check=True)
    return [Answer(graph, line) for graph, line in zip(graphs, run.stdout.splitlines(), strict=True)]


def tsort(pairs):
    """Members of all loops that it tells of."""
    run = subprocess.run(['tsort'], input=''.join(f'{first} {then}\n' for first, then in pairs), text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    lines = run.stderr.replace('tsort: ', '').splitlines()
    return [line for line in lines if not line.endswith('input contains a loop:')]


def loops(numbered):
    """{number of the graph: modules and levels that tsort finds in loops of what is declared}"""
    pairs = [(f'{number}.{level.calls[level.places[0]].level}.{needed}',
              f'{number}.{level.calls[level.places[0]].level}.{consumer}')
             for number, _, levels, _ in numbered for level in levels for consumer, needed in level.arcs]
    found = {}
    for member in tsort(pairs):
        number, level, module = (int(word) for word in member.split('.'))
        found.setdefault(number, set()).add((level, module))
    return found


def wrong_loops(numbered):
    """Does tsort find a loop where, and only where, initcall_order() told of a cycle?"""
    found = loops(numbered)
    for number, graph, _, answer in numbered:
        cyclic = {module for edge, cycle in zip(graph.edges, answer.cycles) if cycle for module in edge}
        members = {module for _, module in found.get(number, ())}
        if bool(members) != bool(cyclic) or not members <= cyclic:
            yield number, f'tsort finds a loop of {sorted(members)}, we told of {sorted(cyclic)}'


def wrong_orders(numbered):
    """Is our order, as pairs of neighbours, one that tsort accepts together with what is declared?"""
    pairs = []
    for number, graph, _, answer in numbered:
        kept = [edge for edge, state in zip(graph.edges, answer.states) if state in (ORDERED, HELD)]
        named = [f'{number}.{place}' for place in answer.order]
        pairs += zip(named, named[1:])
        pairs += [(f'{number}.{first}', f'{number}.{then}') for consumer, needed in kept if consumer != needed
                  for first, one in enumerate(graph.calls) if one.module == needed
                  for then, other in enumerate(graph.calls) if other.module == consumer and one.level <= other.level]
    for number in sorted({int(member.split('.')[0]) for member in tsort(pairs)}):
        yield number, 'tsort finds a loop in our order and what is declared'


def compare(graphs, answers):
    """Yields (number, what is wrong)."""
    numbered = []
    for number, (graph, answer) in enumerate(zip(graphs, answers)):
        levels = [Level(graph, level) for level in sorted({call.level for call in graph.calls})]
        wrong = difference(graph, levels, answer)
        if wrong:
            yield number, wrong
        numbered.append((number, graph, levels, answer))
        if len(numbered) == BATCH or number + 1 == len(graphs):
            yield from wrong_loops(numbered)
            yield from wrong_orders(numbered)
            numbered = []
            print(f'{number + 1} graphs compared', flush=True)


def parse_arguments():
    parser = argparse.ArgumentParser(description='Compare initcall_order() with a plain reference and with tsort.')
    parser.add_argument('program', help='order_graphs, see the Makefile')
    parser.add_argument('--graphs', type=int, default=10000, help='how many (default 10000)')
    parser.add_argument('--seed', type=int, default=5, help='of the random graphs (default 5)')
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    chance = random.Random(arguments.seed)
    graphs = [random_graph(chance) for _ in range(arguments.graphs)]
    try:
        answers = ask(arguments.program, graphs)
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        print(f'{arguments.program}: error: {error}', file=sys.stderr)
        return 2
    wrong = list(compare(graphs, answers))
    for number, what in wrong[:10]:
        print(f'reference.py: error: graph {number} ({graphs[number].line().strip()}): {what}', file=sys.stderr)
    cyclic = sum(any(answer.cycles) for answer in answers)
    moved = sum(answer.order != sorted(answer.order) for answer in answers)
    held = sum(HELD in answer.states for answer in answers)
    print(f'{len(graphs)} graphs, {moved} with an order of their own, {held} with initcalls held back, '
          f'{cyclic} with cycles: {len(wrong)} differences')
    return 1 if wrong else 0


if __name__ == '__main__':
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
