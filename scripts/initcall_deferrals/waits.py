# SPDX-License-Identifier: GPL-2.0
"""Providers: exported functions that fail until their own module has set something."""

import functools
import re

from initcall_deferrals.calls import PROBES, WORD, Calls
from initcall_deferrals.paths import Paths

# Where a probe is given to a driver, in files too large for the semantic patch, too.
BINDS = re.compile(r'\.\s*(?:\w*probe\w*|bind)\s*=|driver_probe\(|platform_create_bundle\(')
# Finding a device of one's own driver, or what its probe has left in it.
FINDERS = re.compile(r'\w*get_drvdata|\w*get_clientdata|driver_find_device\w*|device_is_bound')
# Leaving something in a device, and making one.
LEAVES = re.compile(r'_set_(?:drv|client)data\s*\(')
MAKES = re.compile(r'\b(?:platform_device_(?:register|add)|of_platform_\w*(?:populate|create)|'
                   r'(?:devm_)?mfd_add_devices|auxiliary_device_add|device_(?:register|add))'
                   r'\w*\s*\(')
# What others call to be found: what sets a variable that way depends on the board.
REGISTERS = re.compile(r'\w*(?:register|add|attach)\w*')
# Two for which that is not enough: the driver core is there before all that could wait for
# it, and regulators wait for the supplies that the board gives them.
FRAMEWORKS = ('drivers/base/', 'drivers/regulator/core.c')


# Refusing what was found by a question about it; about its driver, and which that is.
REFUSES = r'\bif \(!\s*(\w+)\([^;{{]*\b{}\b[^;{{]*\)\)\s*(?:\{{[^}}]*|[^;{{]*)\breturn\b'
DRIVER = re.compile(r'\bdriver\b|\bdev_driver_string\(')
# Asking whether a variable is set, and the same for one; a variable that is a pointer; setting it.
TESTED = re.compile(r'!\s*(\w+)\b(?!\s*(?:\(|->|\.|\[))|\b(\w+)\s*[!=]=\s*NULL\b')
ONLY = r'(?:!|\breturn\b|\bif\s*\()\s*{0}\s*(?=[);|&?])|\b{0}\s*[!=]=\s*NULL\b'
POINTER = (r'^(?:static\s+)?(?:const\s+)?(?:struct\s+)?\w+\s*\*\s*(?:__\w+\s+)?{}\s*'
           r'(?:;|=\s*NULL\b)')
ASSIGNED = (r'\b{0}\s*=(?!=)|&\s*{0}\b(?!\s*(?:->|\.|\[))|'
            r'\b(?:rcu_assign_pointer|WRITE_ONCE)\(\s*{0}\s*,')
CONSTANT = re.compile(r'(?<![-\w])(?!NULL\b)[A-Z][A-Z0-9_]{3,}\b|(?<=&)\w+\b(?!->)')

# Lines between a condition and what is cleaned up after it, under a condition of its own.
NEAR = 2


class Providers(Calls):
    """What functions wait for."""

    def __init__(self, facts, tree):
        super().__init__(facts, tree)
        self.own_state = {}
        self.waiting = {}
        self.registrars = {}

    @functools.cached_property
    def paths(self):
        return Paths(self)

    def state(self, function):
        """(function, line) where it looks at what the module's own probe sets, or None."""
        if function not in self.own_state:
            self.own_state[function] = None     # for recursion
            self.own_state[function] = self.find_state(function)
        return self.own_state[function]

    def find_state(self, function):
        """Of a function that fails in any way: by the variables that it and its helpers use."""
        if self.returns_nothing(function):
            return None
        if function.file.endswith('.h'):
            targets = [self.foreign(function, callee) for _, callee in self.facts.calls[function]]
            return next((state for state in map(self.state, filter(None, targets)) if state), None)
        reach = self.below([function])
        uses = [(each, line, variable, self.owner(each.file, variable, reach, asked))
                for each in reach for asked in [self.asked(self.body(each)[1])]
                for line, variable in self.facts.uses[each]]
        if any(owner == 'others' for *_, owner in uses):
            return None
        places = [(each != function, each, line) for each, line, variable, owner in uses
                  if owner == 'own' and not self.paths.is_aside(each, line, variable)]
        places += [(each != function, each, line) for each in reach
                   for line, callee in self.facts.calls[each] if self.finds(each, callee)]
        return min(places)[1:] if places else None

    def returns_nothing(self, function):
        """Whether a function has nothing to say that it fails with."""
        return bool(re.search(rf'\bvoid\s+{function.name}\s*\(', self.tree.text(function.file)))

    def finds(self, function, callee):
        """Whether a call gives what the probe of the same module has left in its device."""
        return bool(FINDERS.fullmatch(callee)) and self.binds(function.file)

    def binds(self, file):
        """Whether the module has a probe."""
        return any(each in self.once or BINDS.search(self.tree.text(each)) or
                   any(PROBES.fullmatch(member)
                       for member, *_ in self.tree.tabled(each) + self.facts.filled[each])
                   for each in self.tree.siblings(file))

    @staticmethod
    def asked(text):
        """Variables of which some C asks whether they are set, and nothing else."""
        text = text[text.find('{') + 1:]
        return {word for words in TESTED.findall(text) for word in words if word
                if len(re.findall(rf'\b{word}\b', text)) ==
                len(re.findall(ONLY.format(word), text))}

    def writers(self, file, variable, asked):
        """Functions that set a variable; a pointer alone, not what it leads to, if @asked."""
        found = set(self.facts.sets.get((file, variable), ()))
        if variable in asked and re.search(POINTER.format(variable), self.tree.text(file), re.M):
            sets = re.compile(ASSIGNED.format(variable))
            found = {each for each in found if sets.search(self.body(each)[1])}
        return found

    def owner(self, file, variable, reach, asked=()):
        """What sets a variable: the module's own probe, others through exports, or nothing.

        Of a pointer in @asked, it is only asked whether it is set, not what is there.
        """
        if file.startswith(FRAMEWORKS):
            return 'others'
        writers = {writer for each in self.tree.siblings(file)
                   for writer in self.writers(each, variable, asked)} - reach
        probed = bool(writers & self.probed)
        if any(REGISTERS.fullmatch(each.name) and not (probed and self.is_internal(each))
               for writer in writers for each in self.exported_above(writer)):
            return 'others'
        if probed:
            return 'own'
        if not writers:
            return None
        own = self.binds(file) and not self.registers_unread(file)
        return 'own' if own and not all(self.exported_above(writer)
                                        for writer in writers) else 'others'

    def is_internal(self, function):
        """Whether an exported function is called in its own module only."""
        return self.tree.users(function.name) <= set(self.tree.siblings(function.file))

    def registering(self, file):
        """Functions that a file exports for others to register by, understood by spatch or not."""
        if file not in self.registrars:
            found = sorted(place for place in self.facts.exporting if place.file == file and
                           REGISTERS.fullmatch(place.name))
            self.registrars[file] = [place for place in found if place.name in
                                     self.tree.index.exports or not self.is_internal(place)]
        return self.registrars[file]

    def is_registry(self, file, variable):
        """Whether others register something with a variable: what is found depends on them."""
        return any(variable == each for place in self.below(self.registering(file))
                   for _, each in self.facts.uses[place])

    def registers_unread(self, file):
        """Whether others may register here by a function that spatch has not understood."""
        return any(place not in self.facts.functions for place in self.registering(file))

    def exported_above(self, function):
        """Exported functions that lead to one."""
        return self.above(function) & self.facts.exporting

    def looked_at(self, function, at):
        """Variables that decide on a line of a function; all that it uses, if in doubt."""
        tests = [condition for _, result, condition in self.facts.tested[function]
                 if int(result) == at]
        words = {word.split()[0] for condition in tests for word in WORD.findall(condition)}
        used = {variable for _, variable in self.facts.uses[function]}
        return {variable for line, variable in self.facts.uses[function]
                if line == at} or words & used or used

    def settled_at(self, function, at):
        """The level at which an initcall sets what a function looks at; None if a probe does."""
        if not self.looked_at(function, at):    # but a helper does
            function, at = self.state(function) or (function, at)
        writers = {writer for variable in self.looked_at(function, at)
                   for writer in self.facts.sets.get((function.file, variable), ())
                   if writer != function}
        if writers & self.again:
            return None
        levels = [level for writer in writers for each in self.above(writer)
                  for level in [self.tree.levels(each.file).get(each.name)] if level is not None]
        if writers & self.bound or not writers and self.probes_once(function.file):
            levels.append(self.tree.driver_level(function.file))
        return max(levels, default=None)

    def probes_once(self, file):
        """Whether the probes of a module run in its initcall only."""
        siblings = self.tree.siblings(file)
        return any(each in self.once for each in siblings) and \
            not any(each.file in siblings for each in self.again)

    def deferral(self, function):
        """The line where a function says -EPROBE_DEFER for want of its module's probe; or 0."""
        return next((line for line in self.facts.defers[function] if self.is_own(function, line)),
                    0)

    def is_own(self, function, line):
        """Whether the -EPROBE_DEFER on a line depends on what the module's own probe sets."""
        if function.file.startswith(FRAMEWORKS):
            return False
        tests = sorted((at, condition) for at, result, condition in self.facts.tested[function]
                       if int(result) == line)
        nearest = [test for test in tests if test[0] >= tests[-1][0] - NEAR] or [(line, '')]
        return any(self.is_own_test(function, *test) for test in nearest)

    def is_own_test(self, function, at, condition):
        """The same for one of the conditions of that line."""
        if 'EPROBE_DEFER' in condition:     # another function has returned it before
            return False
        used = {variable for _, variable in self.facts.uses[function]}
        tested = {word.split()[0] for word in WORD.findall(condition)} & used
        calls = self.calls_in(function, at, condition)
        if any(self.gives_state(function, callee) for _, callee in calls):
            return True
        if calls and not tested:    # what was looked up with a variable says as much as it
            lines = {line for line, _ in calls}
            tested = {variable for line, variable in self.facts.uses[function] if line in lines
                      if not self.is_registry(function.file, variable)}
        if calls and not tested:
            return self.is_refused(function, at, condition)
        owners = {self.owner(function.file, variable, {function}, self.asked(condition))
                  for variable in tested or used} - {None}
        if owners:
            return owners == {'own'}
        return any(self.finds(function, callee) for _, callee in self.facts.calls[function])

    def is_refused(self, function, at, condition):
        """Whether what is found is then refused, unless it is of the module's own driver."""
        after = self.after(function, at)
        return any(self.asks_driver(function, name) for value in WORD.findall(condition)
                   for name in re.findall(REFUSES.format(r'\s*'.join(value.split())), after))

    def asks_driver(self, function, callee):
        """Whether a function compares the driver of a device with that of the calling module."""
        texts = [self.body(target)[1] for target in self.local(function, callee)] or \
            self.tree.inlined(callee)
        own = ' '.join(map(self.tree.text, self.tree.siblings(function.file)))
        return any(re.search(rf'\b{word}\b', own) for text in texts if DRIVER.search(text)
                   for word in CONSTANT.findall(text))

    def gives_state(self, function, callee):
        """Whether a call gives what the probe sets."""
        return self.finds(function, callee) or any(self.state(target)
                                                   for target in self.local(function, callee))

    def waits(self, function):
        """{provider function: line}: where the -EPROBE_DEFER that it returns comes from."""
        if function in self.waiting:
            return self.waiting[function]
        self.waiting[function] = {}     # for recursion
        found = {}
        line = self.deferral(function)
        if line:
            found[function] = line
        for _, variable in self.facts.uses[function]:
            if (function.file, variable) in self.facts.preset:
                found[function] = self.facts.preset[function.file, variable]
        for _, callee in self.facts.returned[function]:
            for target in self.local(function, callee):
                found.update(self.waits(target))
            target = self.foreign(function, callee)
            if target:
                found.update(self.waits(target))
        found.update(self.passed_on(function))
        self.waiting[function] = found
        return found

    def passed_on(self, function):
        """[(provider function, line)] of what another module makes into -EPROBE_DEFER."""
        targets = [self.foreign(function, callee) for _, callee, _ in self.blamed(function)]
        return [state for target in targets if target for state in [self.state(target)] if state]
