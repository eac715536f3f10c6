# SPDX-License-Identifier: GPL-2.0
"""Shapes in which only a name in the consumer's text says which the prerequisite is.

A driver looks for the driver data, or for the driver, of a device that it has found by name, by
compatible string or by phandle; it looks at a member of a structure that one other module sets; it
asks a framework for what a table of one driver has for it; or it asks for whatever a callback of
its own accepts, and the callback compares with a constant that one driver sets. C is not
understood here, only the text of functions of which the semantic patch has found where they begin.
"""

import bisect
import collections
import re

from initcall_deferrals.index import grep
from initcall_deferrals.join import Hit, asks_parent
from initcall_deferrals.paths import SOME
from initcall_deferrals.waits import BINDS, FINDERS, LEAVES, MAKES

NAMED = re.compile(r'\b(?:platform_device_register\w*|dev_get_regmap)\s*\([^;"]*"([^"]+)"')
COMPATIBLE = re.compile(
    r'\b(?:of_find_compatible_node|of_get_compatible_child)\s*\([^;"]*"([^"]+)"')
LISTED = re.compile(r'\.compatible\s*=\s*"([^"]+)"')
PHANDLE = re.compile(r'\bof_parse_phandle\w*\s*\([^;"]*"([^",]+),([^",]+)"')
COMPARED = re.compile(r'==\s*([A-Z][A-Z0-9_]{3,})\b')
NAME = re.compile(r'\.name\s*=\s*"([^"]+)"')
# Strings, and an entry of a table of constants, a macro with several of them.
STRING = re.compile(r'"([^"]+)"')
ENTRY = r'^[[:space:]]*[A-Z][A-Z0-9_]+\(.*"[^"]+".*"[^"]+".*\),'
# A question about a member alone, and about the driver of a device, or of a link's supplier.
MEMBER = re.compile(r'! (?:READ_ONCE \( |smp_load_acquire \( & )?\w+(?: (?:->|\.) \w+)* '
                    r'(?:->|\.) (\w+)(?: \))?|\w+(?: (?:->|\.) \w+)* (?:->|\.) (\w+) == NULL')
VARIABLE = re.compile(r'^(?:!? ?)(\w+) ?(?:->|\.) ?\w+(?: ==.*)?$')
DRIVER = re.compile(r'(?:->|\.) (?:(driver)\b|(status) == DL_STATE_DORMANT\b)')
# The same as FINDERS and LEAVES, for platform data that a probe leaves in its own device.
PLATDATA = 'dev_get_platdata'
LEAVES_PLATDATA = re.compile(r'(?:->|\bdev\.)platform_data\s*=')
# What is left in a device: a variable, or a member of one.
LEFT = re.compile(r'_set_(?:drv|client)data\s*\([^;]*,\s*&?(\w+)(?:(?:->|\.)(\w+))?\)')
# The same as FINDERS and LEAVES, for an interrupt domain, which the driver of a node makes.
DOMAIN = re.compile(r'irq_find_(?:matching_)?host')
MAKES_DOMAIN = re.compile(r'\birq_domain_(?:create|add|instantiate)\w*\s*\(')
MATCHING = re.compile(r'\bof_find_matching_node\w*\s*\([^,;]*,\s*(\w+)')
CLEARED = re.compile(r'=\s*(?:NULL|false|0)\s*;')


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

    def before(self, function, line):
        """The text of a function up to a line."""
        begin = self.program.facts.functions[function]
        return '\n'.join(self.body(function).split('\n')[:line - begin])

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

    def leaves_platdata(self, path):
        return bool(LEAVES_PLATDATA.search(self.tree.text(path)))

    def makes_domain(self, path):
        return bool(MAKES_DOMAIN.search(self.tree.text(path)))

    def device_patterns(self, text, table=''):
        """What the driver of the device must have in its text, the surest first."""
        for name in NAMED.findall(text):
            yield rf'\.name[[:space:]]*=[[:space:]]*"{re.escape(name)}"'
        for name in LISTED.findall(table) + COMPATIBLE.findall(text):
            yield rf'compatible[[:space:]]*=[[:space:]]*"{re.escape(name)}"'
        for vendor, name in PHANDLE.findall(text):
            yield (rf'compatible[[:space:]]*=[[:space:]]*"{re.escape(vendor)},'
                   rf'([^"]*-)?{re.escape(name.removesuffix("s"))}s?"')

    def peeks(self):
        """Driver data of another driver's device, looked for by a consumer itself."""
        for function in sorted(self.program.deferring):
            for line, callee, _ in self.program.blamed(function):
                if callee != PLATDATA and not FINDERS.fullmatch(callee):
                    continue
                leaves = self.leaves_platdata if callee == PLATDATA else self.leaves
                made = MAKES.search(self.before(function, line))
                for pattern in self.device_patterns(self.body(function)):
                    found = self.find(pattern, leaves)
                    if found:
                        yield from self.hit(function, line, callee, found, 'drvdata',
                                            'the driver makes that device itself' * bool(made))
                        break
                else:
                    yield from self.typed(function, line, callee)

    def typed(self, function, line, callee):
        """The one driver that leaves such a structure in its device, which is not the parent."""
        if asks_parent(callee, line, self.tree.text(function.file)):
            return
        for at, name, variable in self.program.facts.kept[function]:
            kind = (at, name) == (line, callee) and self.kept_kind(function, line, variable)
            if kind:
                yield from self.hit(function, line, callee, self.leaving(kind), 'drvdata',
                                    'found by the type of its data')

    def kept_kind(self, function, line, variable):
        """Of which structure is what a function keeps in a variable, or in a member."""
        first, *members = re.findall(r'\w+', variable)
        kind = self.declared_as(function.file, line, first)
        text = '\n'.join(map(self.tree.text, self.tree.with_headers(function.file)))
        for member in members:
            found = re.search(rf'^struct {kind} \{{[^}}]*?\bstruct (\w+) \**{member};', text, re.M)
            kind = found and found.group(1)
        return kind

    def leaving(self, kind):
        """{module: (file, line)} of those whose probe leaves such a structure in its device."""
        found = {}
        for path in grep(self.kdir, ['-lE', rf'struct {kind}\>', *self.rooms]):
            text = self.tree.text(path)
            for left in LEFT.finditer(text):
                line, (variable, member) = text.count('\n', 0, left.start()) + 1, left.groups()
                if re.search(rf'\bstruct {kind} \**{member};', text) if member else \
                        self.declared_as(path, line, variable) == kind:
                    for module in self.tree.modules(path):
                        found.setdefault(module, (path, line))
        return found

    def domains(self):
        """The interrupt domain of a node that a consumer has found itself."""
        for function in sorted(self.program.deferring):
            for line, callee, _ in self.program.blamed(function):
                if not DOMAIN.fullmatch(callee):
                    continue
                node = re.search(r'\(\s*(\w+)', self.call(function, line, callee))
                sets = ''.join(re.findall(rf'\b{node.group(1)}\s*=[^;=]*;', self.body(function))
                               if node else ())
                tables = ''.join(self.table(function.file, name) for name in MATCHING.findall(sets))
                found = {}
                for pattern in self.device_patterns(sets, tables):
                    found.update(self.find(pattern, self.makes_domain))
                yield from self.hit(function, line, callee, found, 'domain')

    def table(self, path, name):
        """The text of a table of constants."""
        found = re.search(rf'\b{name}\[\][^;{{]*=\s*\{{.*?^\}};', self.tree.text(path), re.M | re.S)
        return found.group() if found else ''

    def unbound(self):
        """The driver of a device that a consumer has found itself, or has just made."""
        for function in sorted(self.program.deferring):
            body = self.body(function)
            for line, _, condition in self.program.facts.tested[function]:
                patterns, symbol, shape = (), 'driver', 'driver'
                asked = DRIVER.search(condition)
                if asked:
                    patterns, symbol = self.device_patterns(body), asked[1] or asked[2]
                for at, callee in self.program.calls_in(function, line, condition):
                    if callee == 'device_attach':
                        patterns, symbol, shape, line = (self.last_name(function, at), callee,
                                                         'bound', at)
                for pattern in patterns:
                    found = self.find(pattern, self.binds)
                    if found:
                        yield from self.hit(function, line, symbol, found, shape)
                        break

    def binds(self, path):
        return bool(BINDS.search(self.tree.text(path)))

    def last_name(self, function, line):
        """A pattern for the device that a function has given a name to up to a line."""
        names = NAME.findall(self.before(function, line + 1))
        return [rf'^[[:space:]]*\.name[[:space:]]*=[[:space:]]*"{re.escape(names[-1])}"'] \
            if names else []

    def members(self):
        """A member of a structure that the probe of one other module sets."""
        asked = collections.defaultdict(list)       # member: [(function, line, its structure)]
        for function in sorted(self.program.deferring):
            for line, _, condition in self.program.facts.tested[function]:
                question = MEMBER.fullmatch(condition)
                if not question:
                    continue
                member = question.group(1) or question.group(2)
                kind = self.structure(function.file, line, condition)
                if not self.defines(function.file, kind) and \
                        not self.fills(function, line, member):
                    asked[member].append((function, line, kind))
        setters = self.setters(asked)
        for member, places in asked.items():
            for function, line, kind in places:
                found = {module: (path, at) for path, at, its_kind in setters[member]
                         if not (kind and its_kind) or kind == its_kind
                         if not self.defines(path, kind) for module in self.tree.modules(path)}
                yield from self.hit(function, line, member, found, 'member')

    def defines(self, path, kind):
        """Whether a C file has a structure of its own: another one of that name is not the same."""
        return bool(kind and re.search(rf'^struct {kind} \{{', self.tree.text(path), re.M))

    def fills(self, function, line, member):
        """Whether it has let another function set that member, by a pointer to it."""
        pointer = rf'&\s*\w+(?:(?:->|\.)\w+)*(?:->|\.){member}\s*[,)]'
        return bool(re.search(pointer, self.before(function, line)))

    def structure(self, path, line, text):
        """Of which structure a member is, if it is one of a variable."""
        variable = VARIABLE.search(text)
        return self.declared_as(path, line, variable.group(1)) if variable else None

    def declared_as(self, path, line, name):
        """Of which structure a variable is that a file has before a line."""
        before = '\n'.join(self.tree.text(path).splitlines()[:line])
        found = re.findall(rf'\bstruct (\w+) (?:\**\w+(?:\[\w*\])?,\s*)*\**{name}\b', before)
        return found[-1] if found else None

    def setters(self, members):
        """{member: [(file, line, its structure)]} of all that set it to something."""
        found = collections.defaultdict(list)
        pattern = rf'[])[:alnum:]_>.-]*(->|\.)({"|".join(members)})[[:space:]]*=($|[^=].*)'
        for each in grep(self.kdir, ['-noE', pattern, *self.rooms]) if members else ():
            path, line, text = each.split(':', 2)
            if not CLEARED.search(text):
                target = text.split('=')[0].strip()
                found[re.split(r'->|\.', target)[-1]].append(
                    (path, int(line), self.structure(path, int(line), target)))
        return found

    def callbacks(self):
        """What a framework finds for a callback."""
        for function in sorted(self.program.deferring):
            for line, callee, _ in self.program.blamed(function):
                if self.program.local(function, callee) or not callee.isidentifier():
                    continue
                for constant in self.compared(function, line, callee):
                    found = self.find(rf'[^=!<>]=[[:space:]]*{constant}\>', lambda path: True)
                    yield from self.hit(function, line, callee, found, 'callback')

    def tables(self):
        """What a framework finds by an entry of a table, in which the consumer has a name, too."""
        asked = [(function, line, callee, word)
                 for function in sorted(self.program.deferring)
                 for line, callee, _ in self.program.blamed(function)
                 if not self.program.local(function, callee)
                 for word in STRING.findall(self.call(function, line, callee))[:1]]
        entries = self.entries() if asked else ()
        for function, line, callee, word in asked:
            names = {*STRING.findall(self.tree.text(function.file))} - {word}
            found = {module: (path, at) for words, path, at in entries
                     if word in words and names & words for module in self.tree.modules(path)}
            yield from self.hit(function, line, callee, found, 'table')

    def entries(self):
        """[({string}, file, line)] of macros with several strings, as tables are made of them."""
        found = (each.split(':', 2) for each in grep(self.kdir, ['-nE', ENTRY, *self.rooms]))
        return [({*STRING.findall(text)}, path, int(line)) for path, line, text in found]

    def call(self, function, line, callee):
        """The text of a call, to the end of its statement."""
        text = '\n'.join(self.tree.text(function.file).splitlines()[line - 1:])
        found = re.search(rf'\b{re.escape(callee)}\s*\([^;]*;', text)
        return found.group(0) if found else ''

    def compared(self, function, line, callee):
        """Constants with which a callback compares that is handed to a call."""
        for word in re.findall(r'\w+', self.call(function, line, callee)):
            for target in self.program.local(function, word):
                yield from COMPARED.findall(self.body(target))

    def hit(self, function, line, symbol, found, shape, doubt=''):
        """Only if there is no doubt which module it is."""
        if len(found) != 1 or not self.tree.starts(function.file):
            return
        (module, (path, at)), = found.items()
        if self.tree.same(function.file, path) or not self.tree.initcall(module):
            return
        if shape in ('member', 'driver', 'bound', 'table', 'domain'):
            doubt = 'found by its name'
        sure = (SOME, doubt) if doubt else \
            self.program.paths.certainty(function, function.file, line, symbol)
        yield Hit(function.file, line, path, at, symbol, shape, module.name,
                  self.tree.declared(module), *sure)

    def hits(self):
        return sorted({*self.peeks(), *self.callbacks(), *self.tables(), *self.unbound(),
                       *self.members(), *self.domains()})
