# SPDX-License-Identifier: GPL-2.0
"""Two shapes in which only a name in the consumer's text tells which the prerequisite is.

A driver looks for the driver data of a device that it has found by name, by compatible
string or by phandle; or it asks a framework for whatever a callback of its own accepts,
and the callback compares with a constant that one driver sets. C is not understood here,
only the text of functions of which the semantic patch has told where they begin.
"""

import bisect
import collections
import re

from initcall_deferrals.find import grep
from initcall_deferrals.join import Hit
from initcall_deferrals.waits import FINDERS

NAMED = re.compile(r'\b(?:platform_device_register\w*|dev_get_regmap)\s*\([^;"]*"([^"]+)"')
COMPATIBLE = re.compile(
    r'\b(?:of_find_compatible_node|of_get_compatible_child)\s*\([^;"]*"([^"]+)"')
PHANDLE = re.compile(r'\bof_parse_phandle\w*\s*\([^;"]*"([^",]+),([^",]+)"')
COMPARED = re.compile(r'==\s*([A-Z][A-Z0-9_]{3,})\b')
LEAVES = re.compile(r'_set_drvdata\s*\(')


class Texts:
    """Functions as text."""

    def __init__(self, program, kdir, rooms):
        self.program, self.tree, self.kdir, self.rooms = program, program.tree, kdir, rooms
        self.starts = collections.defaultdict(list)
        for function, line in program.facts.functions.items():
            self.starts[function.file].append(line)
        for lines in self.starts.values():
            lines.sort()

    def body(self, function):
        """From where a function begins to where the next one does."""
        lines, begin = self.starts[function.file], self.program.facts.functions[function]
        after = bisect.bisect_right(lines, begin)
        end = lines[after] - 1 if after < len(lines) else None
        return '\n'.join(self.tree.text(function.file).splitlines()[begin - 1:end])

    def find(self, pattern, accepted):
        """{module: (file, line)} of modules with an initcall, by a line that has the pattern."""
        found = {}
        for each in grep(self.kdir, ['-nE', pattern, *self.rooms]):
            path, line, _ = each.split(':', 2)
            for module in self.tree.modules(path):
                if self.tree.initcall(module) and accepted(path):
                    found.setdefault(module, (path, int(line)))
        return found

    def leaves(self, path):
        return bool(LEAVES.search(self.tree.text(path)))

    def device_patterns(self, text):
        """What the driver of the device must have in its text, the surest first."""
        for name in NAMED.findall(text):
            yield rf'\.name[[:space:]]*=[[:space:]]*"{re.escape(name)}"'
        for name in COMPATIBLE.findall(text):
            yield rf'compatible[[:space:]]*=[[:space:]]*"{re.escape(name)}"'
        for vendor, name in PHANDLE.findall(text):
            yield (rf'compatible[[:space:]]*=[[:space:]]*"{re.escape(vendor)},'
                   rf'([^"]*-)?{re.escape(name)}"')

    def peeks(self):
        """Driver data of another driver's device, looked for by a consumer itself."""
        for function in sorted(self.program.deferring):
            for line, callee, _ in self.program.blamed(function):
                if not FINDERS.fullmatch(callee):
                    continue
                for pattern in self.device_patterns(self.body(function)):
                    found = self.find(pattern, self.leaves)
                    if found:
                        yield from self.hit(function, line, callee, found, 'drvdata')
                        break

    def callbacks(self):
        """What a framework finds for a callback."""
        for function in sorted(self.program.deferring):
            for line, callee, _ in self.program.blamed(function):
                if self.program.local(function, callee) or not callee.isidentifier():
                    continue
                for constant in self.compared(function, line, callee):
                    found = self.find(rf'[^=!<>]=[[:space:]]*{constant}\>', lambda path: True)
                    yield from self.hit(function, line, callee, found, 'callback')

    def compared(self, function, line, callee):
        """Constants with which a callback compares that is handed to a call."""
        text = '\n'.join(self.tree.text(function.file).splitlines()[line - 1:])
        call = re.search(rf'\b{re.escape(callee)}\s*\([^;]*;', text)
        for word in re.findall(r'\w+', call.group(0)) if call else ():
            for target in self.program.local(function, word):
                yield from COMPARED.findall(self.body(target))

    def hit(self, function, line, callee, found, shape):
        """Only if there is no doubt who it is."""
        if len(found) == 1 and self.tree.starts(function.file):
            (module, (path, at)), = found.items()
            if not self.tree.same(function.file, path):
                yield Hit(function.file, line, path, at, callee, shape, module.name,
                          self.tree.declared(module))

    def hits(self):
        return sorted({*self.peeks(), *self.callbacks()})
