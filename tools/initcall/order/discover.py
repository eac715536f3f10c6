# SPDX-License-Identifier: GPL-2.0
"""Boot until the kernel has said which initcall_depends() lines are missing.

Each round boots the same kernel with initcall_depends=discover, and with the lines that the
rounds before have learned as add=. That ends when a round learns nothing new. Then each line is
left out once, and stays so if nothing is missed. A boot without discover shows what has become
of it. Nothing settles in these boots: a declaration is to do it alone.
"""

import collections
import os
import re

from initcall.arguments import positive
from initcall.order import graph, lines, names
from initcall.process import Failure, say, threads
from initcall.rig import boot as rig
from initcall.rig import ffa, virt
from initcall.rig.verdict import measured

MACHINES = {names.PLAIN: ffa.PLAIN, names.PKVM: ffa.PKVM, names.VIRT: virt.Virt()}
# What the log has of a deferred device; path is that of its driver's module.
Found = collections.namedtuple(
    'Found', 'what device driver consumer initcall module path prerequisite')
UNDECLARED, UNENDED = 'undeclared', 'unended'
LINE = re.compile(
    r'initcall_depends: (?P<device>.+?): (?P<driver>.+) \((?P<consumer>\S+)\) '
    r'(?:was deferred, bound after (?P<initcall>\S+) \((?P<module>\S+)\): (?P<path>\S+): '
    r'initcall_depends\("(?P<prerequisite>[^"]+)"\)|was deferred: (?P<what>[a-z ]+)\r?$|'
    r'(?P<unended>is deferred: nothing in this image has ended that))', re.M)
SUM = re.compile(r'initcall_depends: devices deferred: (\d+), ')
DEFERRED = re.compile(r'^\[ *[\d.]+\] probe of (\S+)(?: with driver \S+)? returned -?517 ', re.M)
BOUND = re.compile(r'^\[ *([\d.]+)\] probe of (\S+)(?: with driver \S+)? returned 0 ', re.M)


def found(console):
    """What a boot with discover has to say of each deferred device."""
    if not SUM.search(console):
        raise Failure('the log has no "devices deferred": '
                      'is CONFIG_INITCALL_DEPENDS_DISCOVER set?')
    rows = {}
    for match in LINE.finditer(console):
        row = match.groupdict()
        unended = row.pop('unended')
        row['what'] = row['what'] or (UNENDED if unended else UNDECLARED)
        rows[row['device'], row['driver']] = Found(**row)
    return list(rows.values())


def of_boot(boot):
    """In words: what was deferred, and what was bound in time all the same."""
    deferrals = DEFERRED.findall(boot.console)
    deferred = set(deferrals)
    bound = {device for when, device in BOUND.findall(boot.console)
             if float(when) * 1000 < boot.late_at}
    early = f', {len(deferred & bound)} of them bound before late_initcall' if deferred else ''
    count = f'{len(deferred)} device{"" if len(deferred) == 1 else "s"}'
    return f'{count} deferred {len(deferrals)} times{early}'


class Loop:
    """One machine, and what has been learned about it."""

    def __init__(self, args, name):
        self.args, self.name, self.machine = args, name, MACHINES[name]
        self.edges, self.paths, self.last, self.all_rows = [], {}, [], []

    def say(self, text):
        say(f'{self.name}: {text}')

    def boot(self, name, words):
        words = graph.with_base(self.args.base, words)
        case = rig.Case(f'{self.name}-{name}', name, f'{words} {names.NO_SETTLE}', self.machine,
                        bool, False)
        return rig.boot(self.args, case, self.args.keep)

    def learn(self, rows):
        """The lines of a round that are new."""
        new = []
        for row in rows:
            edge = row.consumer, row.prerequisite
            if row.what == UNDECLARED and row.path != 'unknown' and edge not in [*self.edges, *new]:
                new.append(edge)
                self.paths[row.consumer] = row.path
        return new

    def file(self, consumer):
        """Where a line of this module belongs."""
        path = self.paths[consumer]
        return lines.source_of(self.args.source, path) if self.args.source else path

    def deferred(self, name, edges):
        """What a boot with these lines has to say."""
        rows = found(self.boot(name, ['discover', *graph.add_words(edges)]).console)
        self.all_rows += rows
        return rows

    def prune(self):
        """Leave out what was learned on the way and is not needed in the end."""
        wanting = sum(row.what == UNDECLARED for row in self.last)
        for number, edge in enumerate(list(self.edges), 1):
            rest = [other for other in self.edges if other != edge]
            rows = self.deferred(f'without-{number}', rest)
            if sum(row.what == UNDECLARED for row in rows) <= wanting:
                self.edges, self.last = rest, rows
                self.say(f'  {edge[0]} does not need {edge[1]} after all')

    def round(self, number):
        """True if there was something to learn."""
        self.last = self.deferred(f'round-{number}', self.edges)
        new = self.learn(self.last)
        waiting = sum(row.what == UNDECLARED for row in self.last)
        self.say(f'round {number}: {len(self.last)} devices deferred, '
                 f'{waiting} for want of a line, {len(new)} new lines')
        for consumer, prerequisite in new:
            self.say(f'  {self.file(consumer)}: initcall_depends("{prerequisite}")')
        self.edges += new
        return bool(new)

    def run(self):
        before = self.boot('before', [])
        self.say(f'without a line: {of_boot(before)}{self.ima(before)}')
        for number in range(1, self.args.rounds + 1):
            if not self.round(number):
                break
        else:
            self.say(f'note: stopped after {self.args.rounds} rounds; more may be found')
        self.prune()
        after = self.boot('after', graph.add_words(self.edges))
        self.say(f'with {len(self.edges)} lines: {of_boot(after)}{self.ima(after)}')
        self.print_rest()
        return self.good(after)

    def run_safely(self):
        """What has been learned by then counts, even if a boot fails."""
        try:
            return self.run()
        except Failure as failure:
            self.say(f'error: {failure}')
            return False

    def ima(self, boot):
        if self.machine is MACHINES[names.VIRT]:
            return ''
        return f', IMA has {"" if measured(boot) else "not "}measured into the TPM'

    def good(self, after):
        left = [row for row in self.last if row.what == UNDECLARED]
        return not left and (self.machine is MACHINES[names.VIRT] or measured(after))

    def print_rest(self):
        """What no line can help."""
        why = {UNENDED: 'nothing in this image has ended that',
               'failed': 'then its probe failed',
               'declared': 'until a declared prerequisite had done more than bind a device',
               'timed out': 'until the kernel ceased to wait for what nothing in this image '
                            'provides',
               'own': 'until its own module had done the rest', 'gone': 'until it went away',
               UNDECLARED: 'and its line cannot be honoured, see the log'}
        for row in self.last:
            self.say(f'  still deferred: {row.device} of {row.driver} ({row.consumer}), '
                     f'{why[row.what]}')


def print_lines(loops):
    """The final lines, those of all machines together."""
    print('\nlines to add:')
    together = {}
    for loop in loops:
        for consumer, prerequisite in loop.edges:
            key = loop.file(consumer), consumer, prerequisite
            together.setdefault(key, []).append(loop.name)
    for (file, _, prerequisite), found_by in sorted(together.items()):
        machines = '' if len(loops) == 1 else '  # ' + ', '.join(found_by)
        print(f'{file}: initcall_depends("{prerequisite}"){machines}')
    return sorted({(file, prerequisite) for file, _, prerequisite in together})


def compare(loop):
    """Against the lines of the overlay, as far as they are about these drivers."""
    drivers = loop.machine.drivers
    wanted = [edge for edge in lines.written() if edge[0] in drivers]
    learned = [edge for edge in loop.edges if edge[0] in drivers]
    print(f'\n{loop.name}: compared with the lines written by hand')
    for edge in dict.fromkeys([*wanted, *learned]):
        text = f'  {edge[0]} needs {edge[1]}: '
        way = graph.path(learned if edge in wanted else wanted, *edge)
        if edge in wanted and edge in learned:
            print(text + 'both')
        elif edge in wanted:
            print(text + 'by hand only; ' +
                  (f'found as {" -> ".join(way)}' if way else not_needed(loop, edge)))
        else:
            print(text + 'found only; ' +
                  (f'by hand it is {" -> ".join(way)}' if way else 'by hand there is none'))


def not_needed(loop, edge):
    if any(row.consumer == edge[0] for row in loop.all_rows):
        return f'{edge[0]} was deferred, but not for want of {edge[1]}'
    return f'no device of {edge[0]} was ever deferred on this machine'


def shared_arguments(parser):
    parser.add_argument('--base', type=names.words, default='', help='words that each boot gets in '
                        'initcall_depends=, separated by commas')
    parser.add_argument('--rounds', type=positive, default=10,
                        help='at most that many for a machine (default %(default)s)')
    parser.add_argument('--timeout', type=positive, default=300, help='seconds for one boot')
    parser.add_argument('--write', metavar='TREE', type=names.folder,
                        help='write the lines into that kernel source tree')
    parser.set_defaults(tree=None, qemu=None, root=None, smp=None, append='', jobs=2, source=None)


def arguments(parser):
    parser.add_argument('machines', nargs='+', choices=list(MACHINES), metavar='MACHINE',
                        help=', '.join(MACHINES))
    parser.add_argument('--arm64', metavar='IMAGE', required=True, type=os.path.abspath,
                        help='kernel with CONFIG_INITCALL_DEPENDS_DISCOVER')
    shared_arguments(parser)
    rig.out_arguments(parser)
    parser.add_argument('--source', metavar='TREE', help='source of the kernel, to name files '
                        'in place of modules')


def check(args):
    args.source = args.write or args.source
    if args.source:
        lines.check_tree(args.source, [])


def run(args):
    machines = {name: MACHINES[name] for name in dict.fromkeys(args.machines)}
    rig.prepare_machines(args, list(machines.values()))
    loops = [Loop(args, name) for name in machines]
    with threads(args.jobs) as pool:
        good = list(pool.map(Loop.run_safely, loops))
    wanted = print_lines(loops)
    for loop in loops:
        if loop.machine.drivers:
            compare(loop)
    if args.write:
        lines.write(args.write, wanted)
    return 0 if all(good) else 1
