# SPDX-License-Identifier: GPL-2.0
"""What can be read of a C file word by word: calls, uses of variables, exports, assignments.

A rule of a semantic patch costs time on each file, and these need none. They are printed as the
semantic patch prints what it finds, whose lines say where functions begin.
"""

import bisect
import re

# Comments, strings and characters, of which only the lines are kept.
SILENT = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'|/\*.*?\*/|//[^\n]*', re.S)
KEYWORDS = {'if', 'for', 'while', 'switch', 'return', 'sizeof', 'typeof', 'defined', 'else', 'do'}
CALL = re.compile(r'(?:(->|\.)\s*)?\b([A-Za-z_]\w*)\s*\(')
VALUE = r'[A-Za-z_]\w*(?:\s*(?:->|\.)\s*\w+)*'
KEPT = re.compile(rf'\b({VALUE})(?:\s+__free\(\w+\))?\s*=\s*(?:\([\w *]+\)\s*)?({VALUE})\s*\(')
# A variable of a function that is freed at its end: spatch takes it for one of the file.
FREED = re.compile(r'\b(\w+)\s+__free\(\w+\)')
FILLED = re.compile(r'(?:->|\.)(\w+)\s*=\s*&?([a-z_]\w*)\s*;')
EXPORTED = re.compile(r'^EXPORT_[A-Z_]*SYMBOL[A-Z_]*\(\s*(\w+)', re.M)
STARTED = re.compile(r'^(?:\w+_initcall(?:_sync)?|module_init)\(\s*(\w+)\s*\)', re.M)
PRESET = re.compile(r'^\w[^=;(){}\n]*?\b(\w+)\s*=\s*(?:(?:INIT_)?ERR_PTR\(|\(void \*\)\s*)?'
                    r'-\s*EPROBE_DEFER\b', re.M)
# A variable of the file, and a pointer of a function to one.
VARIABLE = re.compile(r'^(?:(?:static\s+)?struct\s+\w+\s+|\}\s*)(\w+)\s*[=;]', re.M)
POINTER = re.compile(r'\b(\w+)\s*=\s*&\s*(\w+)\s*[;,]')
# A macro that calls what its expression calls, on all its lines.
MACRO = re.compile(r'^#[ \t]*define[ \t]+(\w+)\([^)]*\)((?:[^\n]*\\\n)*[^\n]*)', re.M)
# What spatch says of that which is in no function.
OUTSIDE = 'something_else'


def silenced(text):
    """@text without what is not C, in the same lines and columns."""
    return SILENT.sub(lambda found: re.sub(r'[^\n]', ' ', found.group()), text)


def spaced(expression):
    """An expression as spatch prints it."""
    return ' '.join(re.sub(r'(->|\.)', r' \1 ', expression).split())


class Source:
    """A file, and where its functions are."""

    def __init__(self, text, starts):
        self.text = silenced(text)
        self.ends = [place.start() for place in re.finditer(r'\n', self.text)]
        last = [self.line(place.start()) for place in re.finditer(r'^\}', self.text, re.M)]
        self.bodies = []        # (first line, last line, name)
        for line, name in sorted(starts):
            end = bisect.bisect_left(last, line)
            self.bodies.append((line, last[end] if end < len(last) else len(self.ends) + 1, name))

    def line(self, place):
        return bisect.bisect_left(self.ends, place) + 1

    def inside(self, line):
        """The name of the function that a line is in."""
        at = bisect.bisect_right(self.bodies, (line, float('inf'))) - 1
        return self.bodies[at][2] if at >= 0 and line <= self.bodies[at][1] else OUTSIDE

    def matches(self, pattern, group):
        """(line, function, match) for each place where the pattern is."""
        for found in pattern.finditer(self.text):
            line = self.line(found.start(group))
            yield line, self.inside(line), found

    def calls(self):
        begins = {(line, name) for line, _, name in self.bodies}
        for line, function, found in self.matches(CALL, 2):
            name = found.group(2)
            if function != OUTSIDE and name not in KEYWORDS and (line, name) not in begins:
                yield 'call', line, function, f'-> {name}' if found.group(1) else name
        for line, function, found in self.matches(KEPT, 2):
            if function != OUTSIDE:
                yield 'kept', line, function, spaced(found.group(2)), spaced(found.group(1))
        for line, function, found in self.matches(FILLED, 2):
            if function != OUTSIDE:
                yield 'slot', line, function, *found.groups()

    def set_by_pointer(self):
        """Variables of which a function sets a member by a pointer."""
        variables = set(VARIABLE.findall(self.text))
        for _, function, found in self.matches(POINTER, 1) if variables else ():
            pointer, variable = found.groups()
            if function != OUTSIDE and variable in variables:
                assigned = re.compile(rf'\b{pointer}->\w+\s*=(?!=|\s*(?:NULL|0)\b)')
                for line, inside, _ in self.matches(assigned, 0):
                    if inside == function:
                        yield 'set', line, function, variable

    def declared(self):
        for kind, pattern in (('export', EXPORTED), ('started', STARTED), ('preset', PRESET)):
            for line, _, found in self.matches(pattern, 1):
                yield kind, line, OUTSIDE, found.group(1)

    def macros(self):
        """A macro with arguments is a function that returns what its calls return."""
        for line, _, found in self.matches(MACRO, 1):
            yield 'static', line, OUTSIDE, found.group(1)
            for callee in CALL.findall(found.group(2)):
                for kind in ('call', 'returned'):
                    yield kind, line, found.group(1), callee[1]

    def uses(self, variables):
        names = '|'.join(map(re.escape, sorted(variables)))
        for line, function, found in self.matches(re.compile(
                rf'(?<![\w.])(?<!->)({names})\b'), 1) if names else ():
            if function != OUTSIDE:
                yield 'use', line, function, found.group(1)


def words(path, text, lines):
    """All lines for a file: those of the semantic patch that are right, and what can be read."""
    cells = [line.rstrip('\n').split('\t') for line in lines]
    source = Source(text, [(int(cell[2]), cell[4]) for cell in cells
                           if cell[0] in ('function', 'static')])
    freed = {(inside, name.group(1)) for _, inside, name in source.matches(FREED, 1)}
    cells = [cell for cell in cells if cell[0] != 'set' or (cell[3], cell[4]) not in freed]
    found = [*source.declared(), *source.calls(), *source.set_by_pointer()]
    if path.endswith('.h'):
        found += source.macros()
    variables = {cell[4] for cell in cells if cell[0] == 'set'}
    variables |= {name for kind, _, _, name, *_ in found if kind in ('preset', 'set')}
    found += source.uses(variables)
    return ['\t'.join(cell) + '\n' for cell in cells] + [
        '\t'.join([kind, path, *map(str, rest)]) + '\n' for kind, *rest in found]
