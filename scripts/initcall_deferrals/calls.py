# SPDX-License-Identifier: GPL-2.0
"""What the first semantic patch says of functions, and calls between the files of a module."""

import collections
import functools
import os
import re

from initcall_deferrals.source import OUTSIDE

# Members of structures whose functions run when a device is bound, and may defer that.
PROBES = re.compile(r'\w*probe\w*|bind|master_bind|attach_chip|bridge_attach|attach')
# The same for members that a probe itself sets, for the core that it hands them to.
SETUPS = re.compile(PROBES.pattern + r'|(?:\w+_)?(?:init|setup)')
CALLED = re.compile(r'([A-Za-z_]\w*) \(')
WORD = re.compile(r'[A-Za-z_]\w*(?: (?:->|\.) \w+)*')
MEMBER = re.compile(r'(?:->|\.) (\w+)$')

Function = collections.namedtuple('Function', 'file name')


def multimap():
    return collections.defaultdict(list)


class Facts:
    """What the first pass has printed, by function."""

    def __init__(self, lines=(), files=()):
        self.files = files              # all that have been looked at
        self.functions = {}             # Function: line
        self.static = set()
        self.exported = {}              # name: Function
        self.exporting = set()          # Functions that others can call, of one name several
        self.preset = {}                # (file, variable): line
        self.defers = multimap()        # Function: [line]
        self.tested = multimap()        # Function: [(line, condition)]
        self.calls = multimap()         # Function: [(line, callee)]
        self.kept = multimap()          # Function: [(line, callee, variable)]
        self.returned = multimap()      # Function: [(line, callee)]
        self.sets = multimap()          # (file, variable): [Function]
        self.uses = multimap()          # Function: [(line, variable)]
        self.filled = multimap()        # file: [(member, name)] of what is assigned
        self.started = set()
        for line in lines:
            self.add(*line.rstrip('\n').split('\t'))
        for function in self.functions:
            if function.file.endswith('.h') and self.calls[function]:
                self.exporting.add(self.exported.setdefault(function.name, function))

    def add(self, kind, file, line, inside, *words):
        line, function = int(line), Function(file, inside)
        if kind in ('function', 'static'):
            self.functions[Function(file, words[0])] = line
            if kind == 'static':
                self.static.add(Function(file, words[0]))
        elif kind == 'export':
            self.exported[words[0]] = Function(file, words[0])
            self.exporting.add(Function(file, words[0]))
        elif kind == 'public':
            self.exporting.add(Function(file, words[0]))
        elif kind == 'preset':
            self.preset[file, words[0]] = line
        elif kind == 'started':
            self.started.add(Function(file, words[0]))
        elif kind == 'slot':
            self.filled[file].append((words[0], words[1]))
        elif kind == 'set' and inside != OUTSIDE:
            self.sets[file, words[0]].append(function)
        elif kind == 'use':
            self.uses[function].append((line, words[0]))
        elif kind == 'defers':
            self.defers[function].append(line)
        elif kind in ('tested', 'kept', 'returned'):
            getattr(self, kind)[function].append((line, *words))
        elif kind == 'call':
            self.calls[function].append((line, *words))


class Calls:
    """Functions, the modules that they are in, and which calls which."""

    def __init__(self, facts, tree):
        self.facts = facts
        self.tree = tree
        # (file, member): [name], of tables of constants and what is assigned
        self.slots = multimap()
        for file in facts.files:
            for member, name, *_ in tree.tabled(file) + facts.filled[file]:
                self.slots[file, member].append(name)
        # name: [Function] that other files of the module can call
        self.named = multimap()
        for function in facts.functions:
            if function not in facts.static or tree.is_merged(function.file):
                self.named[function.name].append(function)
        self.kinds = functools.lru_cache(maxsize=None)(self.handed)
        self.callers = multimap()       # Function: [Function], within a module
        for function, calls in facts.calls.items():
            for _, callee in calls:
                for target in self.local(function, callee):
                    self.callers[target].append(function)
        once = {Function(file, name) for file in facts.files for name in tree.once_probes(file)}
        self.once = {function.file for function in once}
        self.again = self.below(self.roots())
        self.bound = self.again | self.below(once)
        self.probed = self.bound | self.below(facts.started)

    def roots(self):
        """Functions that run when a device is bound."""
        found = set()
        for file in self.facts.files:
            tabled, filled = self.tree.tabled(file), self.facts.filled[file]
            probes = [name for member, name, *_ in tabled + filled if PROBES.fullmatch(member)]
            found.update(target for name in probes
                         for target in self.local(Function(file, ''), name))
            found.update(target for member, name in filled if SETUPS.fullmatch(member)
                         for target in self.local(Function(file, ''), name)
                         if not self.calls_back(target))
            found.update(Function(file, name) for name in self.tree.irqchip_probes(file))
        return found

    def calls_back(self, target):
        """Whether the module itself calls a function through a pointer: then no core does."""
        return any(MEMBER.search(callee) and target in self.local(caller, callee)
                   for caller in set(self.callers[target])
                   for _, callee in self.facts.calls[caller])

    def local(self, function, callee):
        """What a call means within the module of its function: several, through a pointer."""
        member = MEMBER.search(callee)
        if member:
            return [target for file in self.tree.siblings(function.file)
                    for name in self.slots.get((file, member.group(1)), ())
                    for target in self.local(Function(file, ''), name)
                    if self.takes(target, self.kinds(function, member.group(1)))]
        here = Function(function.file, callee)
        if here in self.facts.functions:
            # What a header has of an exported function is for kernels without it.
            is_stub = callee in self.tree.index.exports and callee in self.tree.declares(here.file)
            return [] if is_stub else [here]
        siblings = self.tree.siblings(function.file)
        return [target for target in self.named.get(callee, ())
                if target.file in siblings]

    def foreign(self, function, callee):
        """The function of another module that is called, or None."""
        if not callee.isidentifier() or self.local(function, callee):
            return None
        target, paths = self.facts.exported.get(callee), self.tree.index.exports.get(callee, ())
        if target and len(paths) > 1:   # which are not linked into one image; the nearest is meant
            near = [len(os.path.commonpath([path, function.file])) for path in paths]
            target = Function(paths[near.index(max(near))], callee)
            if near.count(max(near)) > 1 or target not in self.facts.exporting:
                target = None
        if callee in self.tree.declaring and not self.tree.knows(function.file, callee):
            return None
        if not target or self.tree.same(function.file, target.file) or (
                target.file.endswith('.c') and callee in self.tree.inlines(function.file)):
            return None
        return target

    def handed(self, function, member):
        """Structures that calls through a pointer in a function begin with; none if in doubt."""
        text = self.body(function)[1] if function in self.facts.functions else ''
        kinds = [re.search(rf'\bstruct\s+(\w+)\s*\*\s*{name or "(?!)"}\b', text) for name in
                 re.findall(rf'(?:->|\.)\s*{member}\s*\(\s*(\w+(?=\s*[,)])|)', text)]
        return {kind.group(1) for kind in kinds} if all(kinds) else set()

    def takes(self, function, structures):
        """Whether the first argument of a function may point to one of these, or to anything."""
        first = re.search(rf'\b{function.name}\s*\(\s*(?:const\s+)?struct\s+(\w+)\s*\*',
                          self.body(function)[1]) if structures else None
        return not first or first.group(1) in structures

    def body(self, function):
        """The text of a function, from the line of its name on, and the same with C alone."""
        text, begin = self.tree.text(function.file), self.facts.functions[function] - 1
        lines = self.tree.silenced(function.file)
        end = next((number for number in range(begin, len(lines))
                    if lines[number].startswith('}')), len(lines) - 1) + 1
        return '\n'.join(text.split('\n')[begin:end]), '\n'.join(lines[begin:end])

    def after(self, function, line):
        """The lines of a function from one on, with C alone."""
        lines = self.body(function)[1].split('\n')
        return '\n'.join(lines[line - self.facts.functions[function]:])

    def below(self, functions, skips=lambda *call: False):
        """These and all that they call within their modules, but for calls that are skipped."""
        found, todo = set(functions), list(functions)
        for function in todo:
            for line, callee in self.facts.calls[function]:
                targets = {*self.local(function, callee)} - found
                if targets and not skips(function, line, callee):
                    found |= targets
                    todo += sorted(targets)
        return found

    def above(self, function):
        """A function and all that lead to it within its module."""
        found, todo = {function}, [function]
        for each in todo:
            todo += [caller for caller in self.callers.get(each, ()) if caller not in found]
            found.update(self.callers.get(each, ()))
        return found

    def line_of(self, function, callee, line):
        """Where a call is in an expression that begins on a line."""
        return min((at for at, name in self.facts.calls[function]
                    if name == callee and at >= line), default=line)

    def calls_in(self, function, line, condition):
        """Calls that an expression makes, or that have set the variables in it."""
        found = [(self.line_of(function, callee, line), callee)
                 for callee in CALLED.findall(condition)]
        for variable in set(WORD.findall(condition)):
            before = [(at, callee) for at, callee, kept in self.facts.kept[function]
                      if kept == variable and at <= line]
            if before:
                found.append(max(before))
        return sorted(set(found))

    def blamed(self, function):
        """(line, callee, condition) of calls whose result makes the function say -EPROBE_DEFER."""
        by_result = multimap()
        for line, result, condition in self.facts.tested[function]:
            by_result[int(result)].append((line, condition))
        for result, tests in by_result.items():
            # The innermost test around it that has a call, and all after it on its way.
            around = sorted((test for test in tests if test[0] <= result), reverse=True)
            around = [test for test in around if self.calls_in(function, *test)][:1]
            for line, condition in around + [test for test in tests if test[0] > result]:
                for at, callee in self.calls_in(function, line, condition):
                    yield at, callee, condition
