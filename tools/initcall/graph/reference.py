# SPDX-License-Identifier: GPL-2.0
"""Holds initcall_order() against a plain reference, on random graphs.

The reference says in sets, by recursion and without any care for time, what
kernel/initcall_depends/order.c says in words in its first comment.
"""

import dataclasses
import random
import sys

from initcall.process import Failure, ask

ACTIVE, CYCLE = 0, 4    # enum initcall_edge_state
NO_MODULE = 0
LEVELS = 19
# So many graphs are a line of progress.
STEP = 250


@dataclasses.dataclass(frozen=True)
class Call:
    """An initcall."""

    module: int
    level: int


@dataclasses.dataclass(frozen=True)
class Graph:
    """What initcall_order() gets: initcalls in link order, edges as (consumer, prerequisite)."""

    modules: int
    calls: tuple
    edges: tuple

    def line(self):
        words = [self.modules, len(self.calls), len(self.edges)]
        for call in self.calls:
            words += [call.module, call.level]
        for edge in self.edges:
            words += edge
        return ' '.join(str(word) for word in words) + '\n'


class Reference:
    """The order that a graph should get, and what should become of its edges."""

    def __init__(self, graph):
        self.calls = graph.calls
        self.declared = set(graph.edges)
        self.left_out = set()
        self.find_cycles(graph.modules)
        self.kept = self.declared - self.left_out
        self.reaches = closure(self.kept)
        self.states = [CYCLE if edge in self.left_out else ACTIVE for edge in graph.edges]
        self.before = [self.pulled_before(place) for place in range(len(graph.calls))]
        self.order = []
        for place in range(len(graph.calls)):
            self.run_in_turn(place)

    def needs(self, module, edges):
        """In link order."""
        return sorted(needed for consumer, needed in edges if consumer == module)

    def find_cycles(self, modules):
        """Depth first, from the last module on: what leads back to one that is open is left out."""
        entered, opened = set(), []

        def enter(module):
            entered.add(module)
            opened.append(module)
            for needed in self.needs(module, self.declared):
                if needed in opened:
                    self.left_out.add((module, needed))
                elif needed not in entered:
                    enter(needed)
            opened.pop()

        for module in range(modules, 0, -1):
            if module not in entered:
                enter(module)

    def pulled_before(self, place):
        """The first initcall in link order that needs it, if that comes too early; or -1."""
        call = self.calls[place]
        return next((other for other, needing in enumerate(self.calls[:place])
                     if needing.level == call.level and needing.module != call.module and
                     (needing.module, call.module) in self.reaches), -1)

    def run(self, place):
        if place not in self.order:
            self.order.append(place)

    def run_module(self, module, level):
        """All that a module has at a level, after all that it needs there."""
        for needed in self.needs(module, self.kept):
            self.run_module(needed, level)
        for place, call in enumerate(self.calls):
            if call.module == module and call.level == level:
                self.run(place)

    def run_in_turn(self, place):
        for needed in self.needs(self.calls[place].module, self.kept):
            self.run_module(needed, self.calls[place].level)
        self.run(place)


def closure(arcs):
    """All pairs of which the second can be reached from the first."""
    reaches = set(arcs)
    while True:
        more = {(a, d) for a, b in reaches for c, d in arcs if b == c} - reaches
        if not more:
            return reaches
        reaches |= more


class Answer:
    """What initcall_order() made of it."""

    def __init__(self, line):
        parts = [[int(word) for word in part.split()] for part in line.split(';')]
        self.order, self.before, self.states, edges = parts
        self.cycles = [[]]
        for edge in edges:
            if edge < 0:
                self.cycles.append([])
            else:
                self.cycles[-1].append(edge)
        self.cycles.pop()


def difference(graph, reference, answer):
    """What is not as the reference has it, or None."""
    for what in ('states', 'order', 'before'):
        if getattr(answer, what) != getattr(reference, what):
            return f'{what} {getattr(answer, what)}, expected {getattr(reference, what)}'
    closing = sorted(cycle[0] for cycle in answer.cycles)
    if closing != [i for i, state in enumerate(answer.states) if state == CYCLE]:
        return f'cycles {answer.cycles} are not those that were left out'
    for cycle in answer.cycles:
        edges = [graph.edges[edge] for edge in cycle]
        # From the consumer of the first one, edge for edge, back to its prerequisite.
        path = [edges[0][0], *(consumer for consumer, _ in edges[1:])]
        if (path[-1] != edges[0][1] or
                any(needed != at for (_, needed), at in zip(edges[1:], path)) or
                any(answer.states[edge] != ACTIVE for edge in cycle[1:])):
            return f'cycle {cycle} is none'
    return None


def random_graph(chance):
    """Small, so that much happens between few: one level or several, few edges or many."""
    modules = chance.randint(1, 8)
    level, calls = 0, []
    new_level = chance.choice((0, 0, 0.1, 0.3))
    for _ in range(chance.randint(1, 14)):
        if chance.random() < new_level and level < LEVELS - 1:
            level += chance.randint(1, 2) if level < LEVELS - 2 else 1
        module = NO_MODULE if chance.random() < 0.1 else chance.randint(1, modules)
        calls.append(Call(module, level))
    edges = [(chance.randint(1, modules), chance.randint(1, modules))
             for _ in range(chance.randint(0, 12))]
    if chance.random() < 0.5:       # without cycles
        rank = chance.sample(range(modules + 1), modules + 1)
        edges = [sorted(edge, key=lambda module: rank[module]) for edge in edges
                 if edge[0] != edge[1]]
    return Graph(modules, tuple(calls), tuple(tuple(edge) for edge in edges))


def answers_of(program, graphs):
    run = ask([program], input=''.join(graph.line() for graph in graphs), right=True)
    return [Answer(line) for _, line in zip(graphs, run.stdout.splitlines(), strict=True)]


def compare(graphs, answers):
    """Yields (number, what is wrong)."""
    for number, (graph, answer) in enumerate(zip(graphs, answers), 1):
        wrong = difference(graph, Reference(graph), answer)
        if wrong:
            yield number, wrong
        if number % STEP == 0:
            print(f'{number} graphs compared', flush=True)


def arguments(parser):
    parser.add_argument('program', help='order_graphs, see the Makefile')
    parser.add_argument('--graphs', type=int, default=10000, help='how many (default 10000)')
    parser.add_argument('--seed', type=int, default=5, help='of the random graphs (default 5)')


def run(args):
    chance = random.Random(args.seed)
    graphs = [random_graph(chance) for _ in range(args.graphs)]
    try:
        answers = answers_of(args.program, graphs)
    except ValueError as error:
        raise Failure(f'{args.program}: error: {error}') from None
    wrong = list(compare(graphs, answers))
    for number, what in wrong[:10]:
        line = graphs[number - 1].line().strip()
        print(f'error: graph {number} ({line}): {what}', file=sys.stderr)
    cyclic = sum(bool(answer.cycles) for answer in answers)
    moved = sum(answer.order != sorted(answer.order) for answer in answers)
    print(f'{len(graphs)} graphs, {moved} with an order of their own, {cyclic} with cycles: '
          f'{len(wrong)} differences')
    return 1 if wrong else 0
