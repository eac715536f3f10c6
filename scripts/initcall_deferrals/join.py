# SPDX-License-Identifier: GPL-2.0
"""Consumers: calls of a provider on a path from a probe that returns -EPROBE_DEFER because of it.

As the provider returns it, or in place of another value.
"""

import collections
import dataclasses
import functools
import re

from initcall_deferrals.calls import CALLED, PROBES, SETUPS, WORD, Function
from initcall_deferrals.paths import DEFERS, ERROR, INERT, NOTHING, RANK, RETURNS
from initcall_deferrals.source import OUTSIDE
from initcall_deferrals.statements import is_dropped
from initcall_deferrals.waits import LEAVES, MAKES, Providers

# A call in a file, the function whose -EPROBE_DEFER it makes, and what it waits for, where.
Candidate = collections.namedtuple('Candidate', 'function file line target origin at shape')

# The parent of a device, and making those that a device tree has below one.
PARENT = re.compile(r'\b(\w+) = of_get_parent\(\w+->of_node\)')
POPULATES = re.compile(r'\bof_platform_(?:default_)?populate\(|\bdevm_of_platform_populate\(')
# Making a device by a name, and a driver that has one, or tables of what it is for.
NAMED = re.compile(r'\bplatform_device_(?:register_\w+|alloc)\('
                   r'(?:[^;"]*"([^"]+)"|\s*([A-Z]\w*)\s*,)')
NAME = re.compile(r'\.name\s*=\s*"([^"]+)"')
MATCHES = re.compile(r'\.(?:\w+_match|id)_table\b')
# A test of a value for a failure, what follows, and whether that is final.
FAILED = (r'(?<!\belse )\bif \((?:(?:!\s*|IS_ERR(?:_OR_NULL)?\()(?:[\w[\]]+(?:->|\.))*{value}\)+|'
          r'{value}(?:\s*<\s*0)?(?:\s*&&\s*{value}\s*!=\s*-\s*E[A-Z]+)*\))\s*'
          r'(?:\{{[^}}]*\}}|[^;]*;)')
FINAL = re.compile(r'\breturn -E[A-Z]+;|\b(\w+) = -E[A-Z]+;[^{}]*\breturn \1;')


@dataclasses.dataclass(frozen=True, order=True)
class Hit:
    """One call, in one file, of what another module provides."""
    consumer: str
    line: int
    provider: str
    at: int
    symbol: str
    shape: str
    module: str
    declared: str
    confidence: str
    condition: str


class Program(Providers):
    """All that is known of a tree, and which driver waits for which."""

    @functools.cached_property
    def deferring(self):
        """Functions on a path from a probe on which each caller returns the error of the next."""
        todo = sorted(self.roots() | self.handed_over())
        found = set(todo)
        for function in todo:
            callees = [callee for _, callee in self.facts.returned[function]]
            callees += [callee for _, callee, _ in self.blamed(function)]
            for callee in callees:
                for target in self.local(function, callee):
                    if target not in found:
                        found.add(target)
                        todo.append(target)
        return found

    def handed_over(self):
        """Functions to set something up, in tables of a driver which only others can call."""
        return {target for file in self.facts.files
                if any(PROBES.fullmatch(member) for member, *_ in self.tree.tabled(file))
                for member, name, _ in self.tree.tabled(file) if SETUPS.fullmatch(member)
                for target in self.local(Function(file, ''), name) if not self.callers[target]}

    def meant(self, function, line, callee):
        """[(file, line, foreign function)] of a call: itself, or what the module's helpers call."""
        target = self.foreign(function, callee)
        if target:
            return [(function.file, line, target)]
        return sorted({(each.file, at, self.foreign(each, name))
                       for each in self.below(self.local(function, callee), self.is_vague)
                       for at, name in self.facts.calls[each]
                       if self.foreign(each, name) and not self.does_without(each, at, name)
                       and not self.is_dropped(each, at, name)})

    def is_vague(self, function, line, callee):
        """Whether a call says nothing: its result is dropped, or it may be of several functions."""
        return len({*self.local(function, callee)}) > 1 or self.is_dropped(function, line, callee)

    def is_dropped(self, function, line, callee):
        """Whether nothing looks at the result of a call, which has one."""
        place = self.paths.place(function, line, callee)
        return place is not None and \
            is_dropped(self.paths.guards(function).text, place, callee.split()[-1]) and \
            not any(map(self.returns_nothing, self.local(function, callee)))

    def kept_in(self, function, line, callee):
        """Regular expressions for the variables that a call on a line sets."""
        return [r'\s*'.join(map(re.escape, variable.split()))
                for at, name, variable in self.facts.kept[function] if (at, name) == (line, callee)]

    def does_without(self, function, line, callee):
        """Whether a function goes on to find another thing if a call finds nothing."""
        after = self.after(function, line)
        last = RETURNS.findall(after)[-1:]
        if not re.search(rf'\*\s*{function.name}\s*\(', self.tree.text(function.file)) or \
                not last or ERROR.match(last[0]) or NOTHING.match(last[0]):
            return False
        tests = [(value, re.search(rf'\bif \(([^;{{]*?\b{value}\b[^;{{]*?)\)\s', after))
                 for value in self.kept_in(function, line, callee)]
        return any(test and re.fullmatch(value, test.group(1)) and
                   not re.search(rf'\breturn {value};', after) for value, test in tests)

    def unknown(self):
        """Names that a -EPROBE_DEFER is returned because of, and that have not been looked at."""
        found = set()
        for function, tests in self.facts.tested.items():
            for _, callee, _ in self.blamed(function):
                each = [name for target in self.below(self.local(function, callee))
                        for _, name in self.facts.calls[target]]
                header = self.facts.exported.get(callee)
                if header and header.file.endswith('.h'):
                    each += [name for _, name in self.facts.calls[header]]
                found.update(name for name in (callee, *each) if name.isidentifier())
            found.update(word for *_, condition in tests for word in WORD.findall(condition)
                         if word.isidentifier())
        return found - {function.name for function in self.facts.functions
                        if not function.file.endswith('.h')}

    def undefined(self):
        """{name: files that call it} of these, if they are called directly.

        They may be macros, inline functions, or what is not exported.
        """
        found = collections.defaultdict(set)
        for function in self.facts.tested:
            for _, callee, _ in self.blamed(function):
                if callee.isidentifier() and not callee.isupper() and \
                        callee not in self.facts.exported and not self.local(function, callee):
                    found[callee].add(function.file)
        return found

    def variables(self, function):
        """Candidate for each variable that another module exports, and that decides."""
        for line, _, condition in self.facts.tested[function]:
            for word in set(WORD.findall(condition)):
                target = self.facts.exported.get(word.split()[0])
                if target and target not in self.facts.functions and \
                        not self.tree.same(function.file, target.file) and \
                        len(self.tree.index.exports.get(target.name, ())) < 2 and \
                        self.owner(target.file, target.name, set()) == 'own':
                    writer = self.facts.sets[target.file, target.name][0]
                    yield Candidate(function, function.file, line, target, writer,
                                    self.facts.functions[writer], 'variable')

    def returned(self, function, line, target):
        """Candidate for each -EPROBE_DEFER that a foreign function returns."""
        for origin, at in (self.waits(target) if target else {}).items():
            yield Candidate(function, function.file, line, target, origin, at, 'returned')

    def given(self):
        """Candidate for each foreign function that is the probe of a driver, as of a library."""
        for file in self.facts.files:
            for member, name, line in self.tree.tabled(file):
                if PROBES.fullmatch(member):
                    table = Function(file, OUTSIDE)
                    yield from self.returned(table, line, self.foreign(table, name))

    @functools.cached_property
    def candidates(self):
        """Candidate for each call that makes its caller say -EPROBE_DEFER."""
        return list(self.find_candidates())

    def find_candidates(self):
        yield from self.given()
        for function in sorted(self.facts.functions):
            for line, callee in self.facts.returned[function]:
                target = self.foreign(function, callee)
                yield from self.returned(function, line, target)
            yield from self.variables(function)
            for line, callee, condition in self.blamed(function):
                for file, place, target in self.meant(function, line, callee):
                    is_yes = callee == target.name and self.is_yes(function, line, target)
                    state = None if is_yes else self.state(target)
                    state = state or (target, 0)
                    yield Candidate(function, file, place, target, *state, shape(condition))

    def is_yes(self, function, line, target):
        """Whether it is a yes that makes the caller say -EPROBE_DEFER: then nothing is missing."""
        if not re.search(rf'\bbool\s+{target.name}\s*\(', self.tree.text(target.file)):
            return False
        guards, place = self.paths.guards(function), self.paths.place(function, line, target.name)
        conditions = guards.at(guards.text.find(DEFERS, place)) or ()
        yes = re.compile(rf'\(*{target.name}\([^?]*\)(?: == true)?')
        return any(yes.fullmatch(part) for each in conditions for part in each.split(' && '))

    def reason(self, candidate):
        """Why a candidate is passed over, or None."""
        if not candidate.at:
            return 'of what depends on which driver registers there, or on something else'
        if not self.tree.starts(candidate.file):
            return 'in a module without an initcall'
        if not self.tree.starts(candidate.origin.file) or \
                self.tree.stands_alone(candidate.origin.file):
            return 'of a module without an initcall'
        if self.tree.same(candidate.file, candidate.origin.file):
            return 'in the same module'
        level = self.settled_at(candidate.origin, candidate.at)
        if level is not None and level < self.tree.driver_level(candidate.file):
            return 'of what an initcall of an earlier level has set'
        if any(is_late(candidate) for is_late in (self.is_child, self.is_listed, self.is_made)):
            return 'of a parent that is bound before its device exists'
        if candidate.function not in self.deferring and candidate.function.name != OUTSIDE:
            return 'not on a path from a probe that returns the error'
        if self.paths.is_excluded(candidate):
            return 'of what does not fail with the argument that is passed'
        if self.is_masked(candidate, *self.place_of(candidate)):
            return 'after a call that fails for good for the same reason'
        return None

    def place_of(self, candidate):
        """(function, line) of a call, which a helper of the candidate's function may make."""
        call = candidate.line, candidate.target.name
        return next((each for each, calls in self.facts.calls.items()
                     if each.file == candidate.file and call in calls),
                    candidate.function), candidate.line

    def is_masked(self, candidate, function, line, depth=3):
        """Whether on each way to a call, another one fails before for the same reason, for good."""
        if any(at < line and self.fails_for_good(candidate, function, at, callee, line)
               for at, callee, _ in self.facts.kept[function]):
            return True
        calls = {(caller, at) for caller in self.callers[function]
                 for at, callee in self.facts.calls[caller]
                 if function in self.local(caller, callee)} if depth else ()
        return bool(calls) and all(self.is_masked(candidate, *call, depth - 1) for call in calls)

    def fails_for_good(self, candidate, function, line, callee, end):
        """Whether another error follows a call that looks at what a candidate waits for.

        Before line @end, which is not reached without that call.
        """
        target, guards = self.foreign(function, callee), self.paths.guards(function)
        state = self.state(target) if target else None
        if not state or state[0].file != candidate.origin.file or \
                not self.looked_at(*state) & self.looked_at(candidate.origin, candidate.at):
            return False
        place, last = (self.paths.place(function, *each) for each in ((line, callee), (end, None)))
        before, after = guards.at(place), guards.at(last)
        if before is None or after is None or after[:len(before)] != before:
            return False
        for value in self.kept_in(function, line, callee):
            tested = re.search(FAILED.format(value=value),
                               self.paths.until_set(guards.text[place:last], value))
            if tested and FINAL.search(tested.group()) and 'EPROBE_DEFER' not in tested.group():
                return True
        return False

    def is_child(self, candidate):
        """Whether only driver data of the parent are asked for, which has made the device."""
        origin, text = candidate.origin, self.tree.text(candidate.file)
        places = [(candidate.target.name, candidate.line, text)] + [
            (callee, at, self.tree.text(origin.file)) for at, callee in self.facts.calls[origin]
            if at <= candidate.at and self.finds(origin, callee)]
        return len(places) > 1 and any(asks_parent(*place) for place in places) and \
            not self.looked_at(origin, candidate.at) and self.makes_children(origin.file)

    def is_listed(self, candidate):
        """Whether the parent is looked for in a list, where it is before it makes children."""
        code, text = self.body(candidate.origin)[1], self.tree.text(candidate.file)
        parent = PARENT.search(code)
        name = parent.group(1) if parent else '(?!)'
        return bool(re.search(rf'\b{name} ==|== {name}\b', code)) and \
            not asks_parent(candidate.target.name, candidate.line, text) and \
            any(POPULATES.search(after) for after in self.after_set(candidate))

    def is_made(self, candidate):
        """Whether the provider's probe makes the device, by a name, when it has set that."""
        texts = [text for text in self.after_set(candidate) if NAMED.search(text)]
        files = self.tree.siblings(candidate.file) if texts else []
        own = '\n'.join(map(self.tree.text, files))
        names = {name or self.defined(candidate.origin.file, macro) for text in texts
                 for name, macro in NAMED.findall(text)} & set(NAME.findall(own))
        return bool(names) and not MATCHES.search(own) and all(
            self.tree.mentions(name) <= {*files, *self.tree.siblings(candidate.origin.file)}
            for name in names)

    def defined(self, file, macro):
        """The string that a file defines a macro as."""
        found = re.search(rf'^#define\s+{macro}\s+"([^"]+)"', self.tree.text(file), re.M)
        return found.group(1) if found else None

    def after_set(self, candidate):
        """What probes do when they have set what a candidate waits for, as text."""
        file = candidate.origin.file
        for variable in self.looked_at(candidate.origin, candidate.at):
            sets = re.compile(rf'&{variable}\b|\b{variable}\s*=(?!=)(?!\s*(?:NULL|ERR_PTR|-))')
            for writer in sorted(set(self.facts.sets.get((file, variable), ())) & self.bound):
                written, code = self.body(writer)
                ends = [found.end() for found in sets.finditer(code)]
                if ends:
                    yield written[ends[-1]:]

    def makes_children(self, file):
        """Whether a module makes devices where it has left something in its own."""
        text = '\n'.join(map(self.tree.text, self.tree.siblings(file)))
        left = LEAVES.search(text)
        return bool(left) and bool(MAKES.search(text, left.end()))

    def confidence(self, candidate, module):
        """How sure it is that each device of the consumer waits, and on what that depends."""
        level = self.settled_at(candidate.origin, candidate.at)
        if level is not None and level == self.tree.driver_level(candidate.file) and all(
                self.tree.linked_first(module.path, consumer.path)
                for consumer in self.tree.modules(candidate.file)):
            return INERT, 'link order happens to be right'
        return max(self.paths.certainty(candidate.function, candidate.file, candidate.line,
                                        candidate.target.name),
                   self.paths.library(candidate.target, candidate.origin, candidate.at,
                                      candidate.shape in ('NULL', 'flag')),
                   key=lambda each: RANK[each[0]])

    def hits(self):
        """What is waited for in a probe: for each call and module, where it is surest."""
        found = collections.defaultdict(list)
        for each in (each for each in self.candidates if not self.reason(each)):
            for module in filter(self.tree.initcall, self.tree.modules(each.origin.file)):
                hit = Hit(each.file, each.line, each.origin.file, each.at, each.target.name,
                          each.shape, module.name, self.tree.declared(module),
                          *self.confidence(each, module))
                found[hit.consumer, hit.line, hit.symbol, hit.declared].append(
                    (RANK[hit.confidence], each.origin != each.target, hit))
        return sorted(min(hits)[-1] for hits in found.values())

    def unfinished(self):
        """{file: its functions that others can call} where other files of the module may call them.

        To a probe from a candidate, to what is exported from what fails without being exported,
        and from an initcall or a probe to what sets a variable that decides.
        """
        todo = [each.function for each in self.candidates if each.at
                and each.function not in self.deferring and
                each.function.name != OUTSIDE]
        asked = {each.target for each in self.candidates if not each.at} | {
            function for function in self.facts.defers if self.exported_above(function)}
        todo += [writer for each in self.below(asked) for _, variable in self.facts.uses[each]
                 for writer in self.facts.sets.get((each.file, variable), ())
                 if writer not in self.probed]
        todo += [function for function in self.facts.functions if self.waits(function) and
                 function not in self.facts.static
                 and self.facts.exported.get(function.name) != function]
        above = set(todo)
        for function in todo:
            todo += [caller for caller in self.callers[function] if caller not in above]
            above.update(self.callers[function])
        files = {function.file for function in above}
        found = self.apart()
        for function in sorted(self.facts.functions):
            if function.file in files and function in self.named.get(function.name, ()):
                found[function.file].append(function.name)
        return found

    def apart(self):
        """{file: functions in others of its module on which its answer to a probe may depend}"""
        found = collections.defaultdict(list)
        asked = {each.target for each in self.candidates if not each.at and
                 each.function in self.deferring and self.tree.starts(each.target.file)}
        for function in sorted(self.below(asked)):
            names = [callee for callee in self.deciding(function)
                     if self.is_unread(function, callee)]
            if names:
                found[function.file] += names
        return found

    def deciding(self, function):
        """What a function calls and keeps, tests or returns the result of."""
        found = {callee for _, callee, _ in self.facts.kept[function]}
        found.update(callee for _, callee in self.facts.returned[function])
        for *_, condition in self.facts.tested[function]:
            found.update(CALLED.findall(condition))
        return sorted(found)

    def is_unread(self, function, callee):
        """Whether a file of the module that was not looked at has a function that is called."""
        return callee.isidentifier() and callee not in self.tree.index.exports and \
            self.binds(function.file) and not self.local(function, callee) and any(
                file not in self.facts.files and self.tree.has_function(file, callee)
                for file in self.tree.siblings(function.file))

    def passed_over(self, in_scope):
        """How many calls were dropped, by reason."""
        dropped = {(each.file, each.line, each.target, self.reason(each))
                   for each in self.candidates
                   if in_scope(each.file)}
        return collections.Counter(reason for *_, reason in dropped if reason)


def asks_parent(callee, line, text):
    """Whether a call on a line, or after it, is given the parent of a device."""
    text = '\n'.join(text.splitlines()[line - 1:])
    call = re.search(rf'\b{re.escape(callee)}\s*\(([^;{{]*?)\)\s*[;)]', text)
    return bool(call) and bool(re.search(r'\bparent\b', call.group(1)))


def shape(condition):
    """What is made into -EPROBE_DEFER."""
    if 'EPROBE_DEFER' in condition:
        return 'returned'
    if re.search(r'- E[A-Z]+|IS_ERR|PTR_ERR|< 0', condition) or condition.isidentifier():
        return 'error'
    return 'flag' if CALLED.search(condition) else 'NULL'
