# SPDX-License-Identifier: GPL-2.0
"""Find out which undeclared dependencies make a kernel fail with its initcalls in a random order.

COMMAND boots the kernel, with $INITCALL_DEPENDS after initcall_depends= on its command line, and
exits with 0 if all is well, with 125 or more if it could not boot it, and else with 1.
$INITCALL_DEPENDS may be longer than a command line can be (2048 bytes on arm64 and x86); a
bootconfig takes all of it.

It is taken that a boot fails if and only if some module comes before another one that it needs.
Between an order that fails and the usual one, which does not, there are orders in which ever
fewer modules have changed places. Boots with add= pairs that pin all of such an order find the
two that differ in one pair of modules, and in what becomes of them. That pair is pinned from then
on, and so on with the seeds after SEED, until --confirm of them pass. What has been tried is kept
in STATE, so that an interrupted search goes on where it was.

This is about initcalls. What a driver's probe needs is the business of initcall_depends=discover;
add= also holds devices, so a boot that fails because of a probe may pass for that reason.

  find-pairs --vmlinux vmlinux --seed 7 --state seed-7 -- ./boot-my-board.sh
"""

import collections
import functools
import hashlib
import json
import os
import subprocess

from initcall.arguments import natural, positive
from initcall.order import graph, lines, names
from initcall.order.names import ALL, LEVELS, main_half
from initcall.process import GENTLE, Failure, ask, end
from initcall.rig.results import append_row, read_rows

PASS, FAIL = 'passes', 'fails'
# What the kernel takes of add=: INITCALL_MANY_OPTIONS.
MAX_PAIRS = 1024


class Initcalls:
    """What initcall-graph knows: which module has initcalls where, and their order."""

    def __init__(self, args):
        self.args = args
        self.known = {}
        self.calls = self.order([])
        self.late = {self.name(call) for call in self.calls if call['level'].endswith('_sync')}
        self.runs = collections.defaultdict(dict)       # name: {level: (first place, last place)}
        for call in self.calls:
            runs = self.runs[self.name(call)]
            first, _ = runs.get(call['level'], (call['run'], 0))
            runs[call['level']] = first, call['run']

    def order(self, words):
        """All initcalls in the order of a boot with these words."""
        words = graph.with_base(self.args.base, words)
        if words not in self.known:
            param = [f'--param=initcall_depends={words}'] if words else []
            text = ask([self.args.graph, 'json', *param, self.args.vmlinux], right=True).stdout
            self.known[words] = json.loads(text)['initcalls']
        return self.known[words]

    @functools.cached_property
    def paths(self):
        """{name: paths of the modules that are called so}."""
        found = collections.defaultdict(set)
        for call in self.order([]):
            found[call['module']].add(call['path'])
        return found

    def name(self, call):
        """What a declaration calls the module of an initcall."""
        return call['path'] if len(self.paths[call['module']]) > 1 else call['module']

    def levels(self):
        """Those with more than one initcall to put in order."""
        count = collections.Counter(main_half(call['level']) for call in self.calls)
        return [level for level, number in count.items() if number > 1]

    def modules(self, levels, words):
        """
        (level, name) of what can be pinned, in the order of a boot. A module with an initcall in
        a _sync half cannot: the pair would count there as well, where the order may be another.
        """
        calls = [call for call in self.order(words) if main_half(call['level']) in levels]
        return list(dict.fromkeys((call['level'], self.name(call)) for call in calls
                                  if call['module'] and self.name(call) not in self.late))

    def disturbs(self, later, earlier, level):
        """Would that pair change the order of another level?"""
        one, other = self.runs[later], self.runs[earlier]
        return any(one[name][0] < other[name][1] for name in one.keys() & other.keys() - {level})

    def file(self, name):
        """Where a line of this module belongs."""
        path = next((call['path'] for call in self.calls if self.name(call) == name), name)
        return lines.source_of(self.args.source, path) if self.args.source else path

    def functions(self, name, level):
        return ', '.join(call['function'] for call in self.calls
                         if self.name(call) == name and call['level'] == level)


class Boots:
    """Runs the command, and remembers what came of it."""

    def __init__(self, args):
        self.args = args
        self.count = 0
        self.path = args.state + '.jsonl'
        with open(args.vmlinux, 'rb') as file:
            image = hashlib.sha256(file.read()).hexdigest()[:16]
        self.of = hashlib.sha256('\0'.join([image, *args.boot]).encode()).hexdigest()[:16]
        self.known = {row["words"]: row["passed"] for row in read_rows(self.path)
                      if row["of"] == self.of}

    def passes(self, words, what):
        words = graph.with_base(self.args.base, words)
        if words in self.known:
            return self.known[words]
        if self.count >= self.args.max_boots:
            raise Failure(f'{self.args.max_boots} boots were not enough; '
                          'say --max-boots to go on from here')
        self.count += 1
        self.known[words] = self.boot(words)
        with open(self.path, 'a') as file:
            append_row(file, {'of': self.of, 'words': words, 'passed': self.known[words]})
        print(f'boot {self.count}: {what}: {PASS if self.known[words] else FAIL}', flush=True)
        return self.known[words]

    def boot(self, words):
        """All that the command has started ends with it."""
        process = subprocess.Popen([*GENTLE, *self.args.boot],
                                   env={**os.environ, 'INITCALL_DEPENDS': words},
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True, start_new_session=True)
        try:
            errors = process.communicate(timeout=self.args.timeout)[1]
        except subprocess.TimeoutExpired:
            return False
        finally:
            end(process.pid)
        if process.returncode >= 125 or process.returncode < 0:
            raise Failure(f'the command ended with {process.returncode}, so it has not booted '
                          f'anything:\n{errors.strip()}')
        return process.returncode == 0


# (level, later, earlier): at that level, the one has to come before the other.
Pair = collections.namedtuple('Pair', 'level later earlier')


def shuffled(seed, levels, pairs):
    """Words for a random order of some levels in which some pairs hold."""
    edges = ((pair.later, pair.earlier) for pair in pairs)
    return [f'shuffle={seed}:{"+".join(levels)}', *graph.add_words(edges)]


def first_pass(count, passes):
    """The smallest number, from 1 to @count, that passes; 0 is known to fail and @count to pass."""
    fails = 0
    while count - fails > 1:
        middle = (fails + count) // 2
        if passes(middle):
            count = middle
        else:
            fails = middle
    return count


class Hunt:
    """Looks for the pairs of some levels."""

    def __init__(self, search, levels):
        self.search, self.levels = search, levels
        self.usual = search.initcalls.modules(levels, [])
        self.number = {module: number for number, module in enumerate(self.usual)}
        self.needed = []

    def chain(self, modules):
        """
        Pairs that put modules in the order given: each needs the one before, or the last one that
        it may need.
        """
        disturbs = self.search.initcalls.disturbs
        for number, (level, later) in enumerate(modules):
            before = [name for other, name in reversed(modules[:number]) if other == level]
            earlier = next((name for name in before if not disturbs(later, name, level)), None)
            if earlier:
                yield Pair(level, later, earlier)

    def words(self, seed, pairs):
        pairs = {(pair.later, pair.earlier): pair for pair in [*self.needed, *pairs]}.values()
        if len(pairs) > MAX_PAIRS:
            raise Failure(f'{"+".join(self.levels)} has more modules than can be pinned; '
                          'say --levels')
        return shuffled(seed, self.levels, pairs)

    def passes(self, seed, modules, what):
        words = self.words(seed, self.chain(modules))
        levels = '+'.join(self.levels)
        return self.search.boots.passes(words, f'seed {seed}, {levels}, {what}')

    def in_order(self, modules):
        return sorted(modules, key=self.number.get)

    def culprit(self, seed):
        """The pair that makes a seed fail, with what is pinned already."""
        shaken = self.search.initcalls.modules(self.levels, self.words(seed, []))
        count = len(shaken)
        if self.passes(seed, shaken, 'all pinned as they are') or \
                not self.passes(seed, self.usual, 'all pinned in their order'):
            raise Failure(f'seed {seed} fails for no reason that a declaration could help: what is '
                          'needed is in one module, has no name of its own, or is in the _sync '
                          'half; or it fails only now and then')
        number = first_pass(count, lambda number: self.passes(
            seed, self.in_order(shaken[:number]) + shaken[number:],
            f'{number} of {count} in their order'))
        return self.pair_with(seed, shaken, number - 1)

    def pair_with(self, seed, shaken, place):
        """The module in that place has to come before one of those that are in front of it."""
        earlier, front = shaken[place], self.in_order(shaken[:place])
        after = [module for module in front if self.number[module] > self.number[earlier]]
        rest = front[:len(front) - len(after)]

        def moved(number):
            split = len(after) - number
            return rest + after[:split] + [earlier] + after[split:] + shaken[place + 1:]

        number = first_pass(len(after), lambda number: self.passes(
            seed, moved(number), f'{earlier[1]} before {number} of {len(after)}'))
        later = after[len(after) - number]
        return Pair(earlier[0], later[1], earlier[1])

    def run(self):
        first = self.search.args.seed
        for seed in range(first, first + 1 + self.search.args.confirm):
            while not self.passes(seed, [], f'{len(self.needed)} pairs known'):
                self.needed.append(self.culprit(seed))
                pair = self.needed[-1]
                print(f'  {pair.earlier} must come before {pair.later}', flush=True)
        return self.needed


class Search:
    """What makes one seed pass, and those after it."""

    def __init__(self, args):
        self.args = args
        self.initcalls = Initcalls(args)
        self.boots = Boots(args)

    def levels(self):
        """As the kernel has them; those in which there is something to put in order."""
        wanted = self.args.levels or self.initcalls.levels()
        return [level for level in LEVELS if level in wanted]

    def fails(self, levels, pairs, what):
        return not self.boots.passes(shuffled(self.args.seed, levels, pairs), what)

    def failing_levels(self):
        """Each that fails alone; all of them together if none does."""
        levels = self.levels()
        if not self.boots.passes([], 'not shuffled'):
            raise Failure('it fails if not shuffled, too: there is nothing to be found here')
        if not self.fails(levels, [], f'seed {self.args.seed}, {"+".join(levels)}'):
            raise Failure(f'it passes with seed {self.args.seed}: '
                          'there is nothing to be found here')
        alone = [level for level in levels
                 if len(levels) > 1 and self.fails([level], [], f'{level} alone')]
        return [[level] for level in alone] or [levels]

    def run(self):
        found = []
        for levels in self.failing_levels():
            found += Hunt(self, levels).run()
        if self.fails(self.levels(), found, f'all of it together, {len(found)} pairs'):
            print('note: this is not all: with these pairs, say --base, it still fails when all '
                  'levels are shuffled')
        return found

    def show(self, found):
        print(f'\n{self.boots.count} boots. What has to be declared for seed {self.args.seed}, '
              f'and the {self.args.confirm} after it, to pass:')
        for level, consumer, prerequisite in found:
            one, other = (self.initcalls.functions(name, level)
                          for name in (consumer, prerequisite))
            print(f'{self.initcalls.file(consumer)}: initcall_depends("{prerequisite}")')
            print(f'  {level}: {other} ({prerequisite}) must come before {one} ({consumer})')


def find_graph(vmlinux):
    """initcall-graph as the kernel's build has made it."""
    return os.path.join(os.path.dirname(os.path.abspath(vmlinux)),
                        'scripts', 'initcall-graph', 'initcall-graph')


def find_source(vmlinux):
    """The kernel's source, if it is where the build leaves a link to it; else None."""
    folder = os.path.dirname(os.path.abspath(vmlinux))
    places = (os.path.join(folder, 'source'), folder)
    return next((place for place in places if os.path.exists(os.path.join(place, 'Kbuild'))), None)


def shared_arguments(parser):
    parser.add_argument('--graph', type=names.file,
                        help='the program initcall-graph; by default that beside the kernel')
    parser.add_argument('--seed', type=natural, required=True, help='one that fails')
    parser.add_argument('--levels', nargs='+', type=names.level_set, default=[ALL],
                        help=f'look at these only, of {", ".join(LEVELS)}')
    parser.add_argument('--base', type=names.words, default='',
                        help='more words for initcall_depends=, separated by commas')
    parser.add_argument('--confirm', type=positive, default=10,
                        help='with how many other seeds (default %(default)s)')
    parser.add_argument('--max-boots', type=positive, default=300,
                        help='give up after that many (default %(default)s)')
    parser.add_argument('--timeout', type=positive, default=300,
                        help='seconds for one boot; longer is a failure (default %(default)s)')


def arguments(parser):
    parser.add_argument('--vmlinux', required=True, type=names.file, help='the kernel, with its '
                        'symbols and CONFIG_INITCALL_DEPENDS_SHUFFLE')
    parser.add_argument('--source', metavar='TREE', help='source of the kernel, to name files in '
                        'place of modules; by default what it was built from')
    parser.add_argument('--state', required=True,
                        help='begin of the name of the file that keeps what has been tried')
    shared_arguments(parser)
    parser.add_argument('boot', nargs='+', metavar='COMMAND', help='boots the kernel, see above')


def check_graph(args):
    args.graph = args.graph or find_graph(args.vmlinux)
    if not os.path.exists(args.graph):
        raise Failure(f'{args.graph}: error: no such file')


def run(args):
    sets = names.level_sets(args.levels)
    args.levels = [] if ALL in sets else '+'.join(sets).split('+')
    check_graph(args)
    args.source = args.source or find_source(args.vmlinux)
    search = Search(args)
    search.show(search.run())
    return 0
