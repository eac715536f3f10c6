# SPDX-License-Identifier: GPL-2.0
"""Whether a call is reached for every device of a driver, or on what condition.

A declaration holds all devices of a module, so it is only right if each probe of the module makes
the call. Functions are read statement by statement, and what decides whether a statement is
reached is collected on the way: an if around it, and an early return without an error before it.
"""

import functools
import heapq
import re

from initcall_deferrals.calls import PROBES, SETUPS, Function
from initcall_deferrals.source import OUTSIDE
from initcall_deferrals.statements import without_directives
from initcall_makefile import closing

# How sure it is, from the best to the worst. Only the first two are written into a file.
CERTAIN, COMPATIBLE, SOME, INERT = ('certain', 'compatible', 'some', 'inert')
RANK = {CERTAIN: 0, COMPATIBLE: 1, SOME: 2, INERT: 3}

CONTROL = re.compile(r'(\w+)\s*\(')
LABEL = re.compile(r'\s*(?:case\b[^:;]*|[A-Za-z_]\w*)\s*:(?!:)')
ELSE = re.compile(r'\s*else\b')
# A return that is no error: of 0, of nothing, or of what another function returns.
RETURNS = re.compile(r'\breturn\b\s*([^;]*);')
ERROR = re.compile(r'-|\(\w+[ *]*\)-|[a-z_]\w*(?:->\w+)*$|\w*(?:ERR_|_ERR|err_\w*probe)')
# What depends on the compatible string alone: a question about it, or data that belong to it.
MATCHED = re.compile(r'\b\w*match_(?:data|node|device|id)\w*\(')
SET = re.compile(r'(\w+)\s*=[^=]*$')
ASKED = re.compile(r'\w*is_compatible\b')
PROPERTY = re.compile(r'property|phandle')
# What a getter returns for nothing, where its caller takes that for a failure.
NOTHING = re.compile(r'(?:NULL|false|0)$')
# A getter that returns what it has found otherwise.
FOUND = re.compile(r'\bif \((\w+)\)\s*return \1;')
# A question which of some constants a member is, or what leaves if it is none, and constants.
CHOICE = re.compile(r'(?:(?: \|\| )?\w+(?:(?:->|\.)\w+)+ == [A-Z][A-Z0-9_]+)+')
LEFT = re.compile(r'\bif \(((?:(?: && )?\w+(?:(?:->|\.)\w+)+ != [A-Z][A-Z0-9_]+)+)\) return\b')
# A function that leaves if an operation is not there, its arguments, a table of operations, and
# constants that something is set to.
UNSET = re.compile(r'\bif \(!(\w[\w>.-]*(?:\(\w+\))?)(?:->|\.)(\w+)\) return\b')
ARGUMENTS = re.compile(r'\(([^{]*)\)\s*\{')
TABLE = re.compile(r'\bstruct (?!dev_pm_ops)\w*ops\w* \w+ = \{')
ASSIGNED = re.compile(r'[^=!<>]=\s*([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b')
CONSTANT = re.compile(r'[!=]= (\w+)')
NAMED = re.compile(r'\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b')
AND, OR, DEFERS = '&&', '||', '-EPROBE_DEFER'
CONFIGURED = re.compile(r'!?\s*IS_(?:ENABLED|REACHABLE|BUILTIN)\s*\(\w+\)')
# An assignment; what may decide on the rest of a function, and the head of a loop that does not.
SETS = re.compile(r'(?<![=!<>])=(?!=)')
DECIDES = re.compile(rf'\b(?:return\w*|goto|break|continue|BUG|panic)\b|{SETS.pattern}|\+\+|--|'
                     r'[(,]\s*&\w+\s*[,)]')
LOOP = re.compile(r'\bfor\s*\([^)]*\)')


def succeeds(text, empty):
    """Whether a statement may end its function without an error; or with nothing, unless empty."""
    return any(not ERROR.match(value) and not (empty and NOTHING.match(value))
               for value in RETURNS.findall(text))


class Guards:
    """The text of a function, and what decides whether a place of it is reached."""

    def __init__(self, written, text, empty=False):
        self.written, self.empty = written, empty
        self.text = without_directives(text)
        self.found = []         # (start, end, conditions)
        self.asked = []         # (start, end, what joins conditions that do not defer alone)
        self.aside = []         # (start, end) of an if that sets nothing and goes nowhere
        begin = self.text.find('{')
        if begin >= 0:
            self.block(begin, ())

    def at(self, place):
        """The conditions of a place, and those before it in its own expression.

        What comes after || is asked before a driver can go on, too.
        """
        for start, end, conditions in self.found:
            if start <= place < end:
                before = self.text[start:place]
                partial = re.search(r'&&|\?', before)
                before = ' '.join(self.written[start:place].split()).lstrip('(')
                other = (before,) if partial else self.alternative(place)
                return (*conditions, *other)
        return None

    def alternative(self, place):
        """A condition, if what is asked at a place of it does not defer a device alone."""
        start, end, joins = next((each for each in self.asked if each[0] <= place < each[1]),
                                 (0, 0, None))
        joined = joins == OR and OR in self.text[start:place]
        depth, decided = 0, False
        for token in re.findall(r'[()]|&&|\|\|', self.text[place:end]) if joins else ():
            depth += {'(': 1, ')': -1}.get(token, 0)
            if token == ')' and depth < 0:
                depth, decided = 0, False
            elif not depth and token in (AND, OR):
                joined |= token == joins and not decided
                decided |= token == OR
        return (' '.join(self.written[start + 1:end - 1].split()),) if joined else ()

    def leaf(self, start, end, conditions):
        self.found.append((start, end, conditions))

    def block(self, start, conditions):
        """Statements between braces; gives the place after them."""
        end, place = closing(self.text, start) - 1, start + 1
        while place < end and self.text[place:end].strip():
            begin = place
            place, condition = self.statement(place, conditions)
            if condition and succeeds(self.text[begin:place], self.empty):
                conditions += (condition,)
        return end + 1

    def statement(self, place, conditions):
        """The place after a statement, and what has to be true to get past an if that returns."""
        label = LABEL.match(self.text, place)
        while label and '?' not in label.group():
            place = label.end()
            label = LABEL.match(self.text, place)
        place += len(self.text[place:]) - len(self.text[place:].lstrip())
        if self.text[place:place + 1] == '{':
            return self.block(place, conditions), None
        if self.text.startswith('do', place) and self.text[place + 2:].lstrip()[:1] == '{':
            place = self.block(self.text.index('{', place), conditions)
            return self.text.find(';', place) + 1 or len(self.text), None
        control = CONTROL.match(self.text, place)
        if control:
            after = closing(self.text, control.end() - 1)
            if control.group(1) == 'if' or self.text[after:].lstrip()[:1] not in tuple(';,=.-)'):
                return self.controlled(control, after, conditions)
        end = place
        while self.text[end:end + 1] not in (';', ''):
            end = closing(self.text, end) if self.text[end] in '({' else end + 1
        self.leaf(place, end + 1, conditions)
        return max(end + 1, place + 1), None

    def controlled(self, control, after, conditions):
        """A statement after if (), for (), switch () and the like, with its else."""
        word, head = control.group(1), self.text[control.end():after - 1]
        condition = ' '.join(self.written[control.end():after - 1].split())
        self.leaf(control.end() - 1, after, conditions)
        if word == 'if':
            end, _ = self.statement(after, (*conditions, condition))
            joins = AND if DEFERS in self.text[after:end] else None
            other = ELSE.match(self.text, end)
            if other:
                begin = end
                end, _ = self.statement(other.end(), (*conditions, f'!({condition})'))
                joins = joins or (OR if DEFERS in self.text[begin:end] else None)
            self.asked.append((control.end() - 1, after, joins))
            if not SETS.search(head) and not DECIDES.search(LOOP.sub('', self.text[after:end])):
                self.aside.append((control.start(), end))
            return end, f'!({condition})'
        if word == 'switch':
            return self.statement(after, (*conditions, condition))
        loops = word in ('for', 'while') and 'ARRAY_SIZE' not in head or 'for_each' in word
        inner = (*conditions, f'{word} ({condition})') if loops else conditions
        return self.statement(after, inner)[0], None


class Paths:
    """From the probes of a module to a call."""

    def __init__(self, program):
        self.program, self.tree = program, program.tree
        self.known = {}
        self.guards = functools.lru_cache(maxsize=None)(self.read)

    @functools.lru_cache(maxsize=None)
    def words(self, file):
        """[Constants that a file sets something to, those that its module names]"""
        own = {word for line in self.tree.silenced(file) for word in ASSIGNED.findall(line)}
        return [own, {word for each in self.tree.siblings(file)
                      for line in self.tree.silenced(each) for word in NAMED.findall(line)}]

    @functools.lru_cache(maxsize=None)
    def lacks(self, file, member):
        """Whether the module of a file has operations, but never this one."""
        text = '\n'.join(map(self.tree.text, self.tree.siblings(file)))
        return bool(TABLE.search(text)) and not re.search(rf'(?:\.|->){member}\s*=', text)

    def unset(self, before):
        """Operations of its arguments without which a function has left, in its text so far."""
        arguments = ARGUMENTS.search(before)
        given = set(re.findall(r'\w+', arguments.group(1))) if arguments else set()
        return [member for table, member in UNSET.findall(before)
                if 'ops' in table and given & set(re.findall(r'\w+', table))]

    @functools.lru_cache(maxsize=None)
    def matched(self, file):
        """Variables of a file that are set to what belongs to a compatible string."""
        text = self.tree.text(file)
        calls = [found.start() for found in MATCHED.finditer(text)]
        found = [SET.search(text[text.rfind(';', 0, call) + 1:call]) for call in calls]
        return {name.group(1) for name in found if name}

    def read(self, function, empty=False):
        return Guards(*self.program.body(function), empty)

    def roots(self, file):
        """({probes of drivers}, {other functions that run when a device is bound}) of a module."""
        probes, others = set(), set()
        for each in self.tree.siblings(file):
            slots = [(member, name) for member, name, _ in self.tree.tabled(each)
                     if PROBES.fullmatch(member)]
            for member, name in slots + [(member, name) for member, name
                                         in self.program.facts.filled[each]
                                         if SETUPS.fullmatch(member)]:
                targets = self.program.local(Function(each, ''), name)
                (probes if 'probe' in member else others).update(targets)
            probes.update(Function(each, name) for name in self.tree.irqchip_probes(each))
        return probes, others

    def is_aside(self, function, line, variable):
        """Whether a variable on a line has no say in what the function returns."""
        found, aside = self.places(function, line, variable), self.guards(function).aside
        return bool(found) and all(any(start <= place < end for start, end in aside)
                                   for place in found)

    def places(self, function, line, callee):
        """Where a call is in the text of its function."""
        text, begin = self.guards(function).text, self.program.facts.functions[function]
        name = re.compile(rf'\b{re.escape(callee.split()[-1])}\b')
        return [found.start() for found in name.finditer(text)
                if begin + text.count('\n', 0, found.start()) == line]

    def rated(self, function, conditions):
        """How sure a call on some conditions is, and on which of them it depends most."""
        if conditions is None:
            return SOME, 'its place is not understood'
        data = self.matched(function.file)
        rated = [(COMPATIBLE if ASKED.search(each) or data & set(re.findall(r'\w+', each))
                  else SOME, each) for each in conditions if not CONFIGURED.fullmatch(each)]
        worst = max((word for word, _ in rated), key=RANK.get, default=CERTAIN)
        return worst, ' && '.join(each for word, each in rated if word == worst)

    def asked_later(self, function, line, callee, place):
        """The same as alternative(), where what a call returns is kept and asked later."""
        guards = self.guards(function)
        for start, end, _ in sorted(guards.asked):
            for value in self.program.kept_in(function, line, callee) if start > place else ():
                found = re.search(rf'(?<![\w>.]){value}\b', guards.text[start:end])
                if found:
                    return guards.alternative(start + found.start())
        return ()

    def conditions(self, function, line, callee, place):
        """On what a call depends, and whether it defers the device; None if that is not clear."""
        found = self.guards(function).at(place)
        return found if found is None else \
            (*found, *self.asked_later(function, line, callee, place))

    def here(self, function, line, callee):
        """The same for a call of a function."""
        found = [self.tolerated(function, line, callee, place) or
                 self.rated(function, self.conditions(function, line, callee, place))
                 for place in self.places(function, line, callee)]
        return min(found, key=lambda each: RANK[each[0]],
                   default=(SOME, 'its place is not understood'))

    def tolerated(self, function, line, callee, place):
        """What is said of a call of which the driver gets along with some errors."""
        for at, name, variable in self.program.facts.kept[function]:
            if (at, name) == (line, callee):
                value = r'\s*'.join(map(re.escape, variable.split()))
                text = self.until_set(self.guards(function).text[place:], value)
                other = re.search(rf'\b{value}\)*\s*[!=]=\s*-\s*(E(?!PROBE_DEFER)[A-Z]+)'
                                  r'(?![^;]*EPROBE_DEFER)', text) or re.search(
                                      rf'\bswitch\s*\({value}\)\s*\{{[^}}]*?'
                                      r'\bcase\s+-\s*(E(?!PROBE_DEFER)[A-Z]+)', text)
                if other:
                    return SOME, f'not if it returns -{other.group(1)}'
                if re.search(rf'\b{value}\)*\s*==\s*-\s*EPROBE_DEFER\)\s*'
                             r'(?:\{[^}]*)?\b(?:return|goto)\b',
                             text):
                    return SOME, 'other errors are ignored'
        return None

    @staticmethod
    def until_set(text, value):
        """@text up to where a variable is set again, other branches not counted."""
        for again in re.finditer(rf'(?<![\w>.]){value}\s*=(?!=)[^;(]*\([^;]*', text):
            if not re.search(r'\belse\b[^;]*$', text[:again.start()]):
                return text[:again.end()]
        return text

    def through(self, function, target, above, step=None):
        """The surest way from a function to a call (function, line, callee) that it leads to.

        As sure as its worst step: the ways that are surest so far are followed first, so that
        each function is looked at once.
        """
        step = step or self.here
        ways, seen = [(RANK[CERTAIN], (), function, (CERTAIN, ''))], set()
        while ways:
            _, way, function, rated = heapq.heappop(ways)
            if function == target[0]:
                return max(rated, step(*target), key=lambda each: RANK[each[0]])
            calls = () if function in seen else self.program.facts.calls[function]
            seen.add(function)
            for number, (line, callee) in enumerate(calls):
                targets = set(self.program.local(function, callee))
                pointer = [(COMPATIBLE, f'{callee}()')] * (len(targets) > 1)
                for each in (targets & above) - seen:
                    worst = max(rated, step(function, line, callee), *pointer,
                                key=lambda each: RANK[each[0]])
                    heapq.heappush(ways, (RANK[worst[0]], (*way, number), each, worst))
        return SOME, 'no path is seen'

    def place(self, function, line, callee):
        """Where a line of a function begins in its text, or a call on it; None if elsewhere."""
        lines, number = (self.guards(function).text.split('\n'),
                         line - self.program.facts.functions[function])
        if not 0 <= number < len(lines):
            return None
        start = len(lines[number]) - len(lines[number].lstrip())
        if callee and callee.split()[-1] in lines[number]:
            start = lines[number].index(callee.split()[-1])
        return sum(len(each) + 1 for each in lines[:number]) + start

    def asked(self, function, line, callee, empty):
        """Whether a provider gets to a line or call without a property; what it finds before."""
        guards, place = self.guards(function, empty), self.place(function, line, callee)
        if place is None:
            return CERTAIN, ''
        kept = self.program.facts.kept[function]
        given = {variable for _, name, variable in kept if PROPERTY.search(name)}
        asked = [each for each in guards.at(place) or () if PROPERTY.search(each)
                 or given & set(re.findall(r'\w+', each))]
        if asked:
            return SOME, asked[0]
        others = {variable: name for _, name, variable in kept
                  if not self.program.gives_state(function, name)}
        found = [others[name] for name in FOUND.findall(guards.text[:place]) if name in others
                 and re.search(rf'\*\s*{function.name}$', guards.text[:guards.text.find('(')])]
        return (SOME, f'not if {found[0]}() finds one') if found else (CERTAIN, '')

    def excluded(self, function, line, callee, file):
        """Whether a provider gets there with other constants or operations than a file has."""
        place, guards = self.place(function, line, callee), self.guards(function)
        if place is None:
            return CERTAIN, ''
        before = ' '.join(guards.text[:place].split())
        if any(self.lacks(file, member) for member in self.unset(before)):
            return INERT, 'an operation'
        asked = [each for each in guards.at(place) or () if CHOICE.fullmatch(each)]
        for condition in asked + LEFT.findall(before):
            wanted = set(CONSTANT.findall(condition))
            kinds = tuple(word.rpartition('_')[0] + '_' for word in wanted)
            words = next((words for words in self.words(file)
                          if any(word.startswith(kinds) for word in words)), wanted)
            if not wanted & words:
                return INERT, condition
        return CERTAIN, ''

    def is_excluded(self, candidate):
        """Whether a provider does not get to where it fails with what the consumer passes."""
        above = self.program.above(candidate.origin)
        if candidate.target not in above:
            return False
        way = self.through(candidate.target, (candidate.origin, candidate.at, None), above,
                           functools.partial(self.excluded, file=candidate.file))
        return way[0] == INERT

    def provider(self, function, origin, at, empty):
        """Whether each call of a provider gets to the line where it fails."""
        above = self.program.above(origin)
        if function not in above:
            return self.asked(origin, at, None, empty)
        return self.through(function, (origin, at, None), above,
                            functools.partial(self.asked, empty=empty))

    def library(self, function, origin, at, empty):
        """The same through other modules, to the line of a function that fails."""
        if self.tree.same(function.file, origin.file):
            return self.provider(function, origin, at, empty)
        key = function, origin, empty
        if key in self.known:
            return self.known[key]
        self.known[key] = CERTAIN, ''       # for recursion
        calls = [(line, callee) for line, callee in self.program.facts.calls[function]
                 if callee.isidentifier()]
        found = []
        for line, callee in calls:
            foreign = self.program.foreign(function, callee)
            for each in self.program.local(function, callee) + [foreign] * bool(foreign):
                if origin in self.program.waits(each) or \
                        (self.program.state(each) or (None,))[0] == origin:
                    here = (CERTAIN, '') if function.file.endswith('.h') else \
                        self.here(function, line, callee)
                    found.append(max(here, self.library(each, origin, at, empty),
                                     key=lambda step: RANK[step[0]]))
        self.known[key] = min(found, key=lambda each: RANK[each[0]], default=(CERTAIN, ''))
        return self.known[key]

    def certainty(self, function, file, line, callee):
        """(how sure it is that every device of the module needs it, on what it depends)."""
        probes, others = self.roots(function.file)
        if function.name == OUTSIDE:
            return (SOME, 'one of several drivers in the module') if probes else (CERTAIN, '')
        function = next((each for each, calls in self.program.facts.calls.items()
                         if each.file == file and (line, callee) in calls), function)
        target, above = (function, line, callee), self.program.above(function)
        reaching = {root for root in probes | others if root in above}
        rated = [self.through(root, target, above)
                 for root in sorted(reaching & probes or reaching)]
        if not rated:
            return SOME, 'no path is seen'
        if reaching & probes and probes - reaching or not reaching & probes and len(probes) > 1:
            rated.append((SOME, 'one of several drivers in the module'))
        return max(rated, key=lambda each: RANK[each[0]])
