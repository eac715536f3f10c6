# SPDX-License-Identifier: GPL-2.0
"""The rule files of the overlay: which there are, and what they make of a kernel file.

install.py describes their format.
"""

import os
import re

from initcall import spatch
from initcall.files import TOP
from initcall.process import Failure
from initcall.spatch import Mismatch

ROOMS = ('Documentation', 'arch', 'block', 'crypto', 'drivers', 'fs', 'include', 'init',
         'kernel', 'lib', 'mm', 'net', 'rust', 'samples', 'scripts', 'security', 'sound',
         'tools/testing')
# Of files outside of these.
OTHERS = ('MAINTAINERS.insert',)
SETS = 'tools/data/sets'
COCCI, INSERT = '.cocci', '.insert'
APPLIES = re.compile(r'^(?://|#) Applies: ([\d.]*)(-?)([\d.]*)$', re.M)
DECLARES = re.compile(r'^\+\s*initcall_depends\("(.*)"\);$', re.M)


class OtherVersion(Mismatch):
    """It is not meant for this kernel."""


class AlreadyThere(Mismatch):
    """All lines that it adds are in the kernel file."""


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def decode(data):
    """Text of a kernel file; bytes that are not UTF-8 survive encode()."""
    return data.decode('utf-8', 'surrogateescape')


def encode(text):
    return text.encode('utf-8', 'surrogateescape')


def parse_version(text):
    return tuple(int(part) for part in text.split('.'))


def walk(top):
    """Paths of all files below a folder of this repository, relative to that folder."""
    for folder, _, names in os.walk(os.path.join(TOP, top)):
        for name in names:
            if name.endswith(('~', '.orig', '.rej', '.o', '.swp', '.pyc')):
                continue
            if name.startswith('.') and name not in ('.kunitconfig', '.gitignore'):
                continue
            yield os.path.relpath(os.path.join(folder, name), os.path.join(TOP, top))


def is_rule(path):
    if path.startswith('scripts/coccinelle/'):
        return False
    return path.endswith((COCCI, INSERT))


def all_files():
    return sorted([*OTHERS, *(os.path.join(room, path) for room in ROOMS for path in walk(room))])


def new_files(sets=()):
    """{path in a kernel tree: path here} of the files that the overlay adds."""
    found = {path: path for path in all_files() if not is_rule(path)}
    for folder in (os.path.join(SETS, name) for name in sets):
        found.update({path: os.path.join(folder, path) for path in walk(folder)
                      if not is_rule(path)})
    return found


def set_names():
    with os.scandir(os.path.join(TOP, SETS)) as entries:
        return sorted(entry.name for entry in entries if entry.is_dir())


def rule_files(conversions=True, sets=()):
    """All rules that are wanted; those of one kernel file are in the order of their use."""
    found = [Rule(path, path) for path in all_files() if is_rule(path)]
    for name in sets:
        folder = os.path.join(SETS, name)
        found += [Rule(os.path.join(folder, path), path, optional=True)
                  for path in walk(folder) if is_rule(path)]
    if not conversions:
        found = [rule for rule in found if not rule.declares()]
    return sorted(found, key=lambda rule: (rule.target, rule.ending, rule.optional, rule.path))


def declared(sets=()):
    """{kernel file: names of what it declares}, as the rule files say."""
    found = {}
    for rule in rule_files(sets=sets):
        if rule.declares():
            found.setdefault(rule.target, set()).update(rule.declares())
    return {target: sorted(names) for target, names in sorted(found.items())}


class Insertion:
    """One @rule of a .insert file."""

    def __init__(self, where, name):
        self.where = where
        self.name = name
        self.how = None
        self.anchor = None
        self.text = []

    def apply(self, lines, target):
        hits = [i for i, line in enumerate(lines) if self.anchor.search(line)]
        if len(hits) != 1:
            raise Mismatch(self.where, f'rule "{self.name}" does not apply: its anchor '
                           f'/{self.anchor.pattern}/ matches {len(hits)} lines of {target}, not 1')
        at = hits[0]
        text = list(self.text)
        if self.how == 'append':
            lines[at] += text.pop(0)
        at += self.how != 'before'
        return lines[:at] + text + lines[at:]


def compile_anchor(where, expression):
    try:
        return re.compile(expression[1:-1])
    except re.error as error:
        raise Failure(f'{where}: error: {expression}: {error}') from None


def parse_insertions(path, text):
    rules = []
    for number, line in enumerate(text.splitlines(), 1):
        where = f'{path}:{number}'
        if line.startswith('@'):
            rules.append(Insertion(where, line[1:].strip()))
        elif line.startswith('+') and rules and rules[-1].anchor:
            rules[-1].text.append(line[1:])
        elif re.match(r'(after|before|append) /.*/$', line) and rules and not rules[-1].anchor:
            rules[-1].how, expression = line.split(' ', 1)
            rules[-1].anchor = compile_anchor(where, expression)
        elif line and not line.startswith('#'):
            raise Failure(f'{where}: error: expected "@name", "after|before|append /expression/" '
                          'or "+text"')
    for rule in rules:
        if not rule.anchor or not rule.text:
            raise Failure(f'{rule.where}: error: rule "{rule.name}" has no anchor or no text')
    return rules


def insert(path, text, target, data):
    lines = decode(data).split('\n')
    for rule in parse_insertions(path, text):
        lines = rule.apply(lines, target)
    return encode('\n'.join(lines))


class Rule:
    """One rule file: a semantic patch, or a list of insertions, for one kernel file."""

    def __init__(self, path, place, optional=False):
        self.path = path
        self.target, self.ending = os.path.splitext(place)
        self.optional = optional
        self.text = read(os.path.join(TOP, path)).decode()

    def declares(self):
        return DECLARES.findall(self.text)

    def is_for(self, version):
        """Whether it is meant for that version, as its line "Applies:" says."""
        match = APPLIES.search(self.text)
        if not match:
            return True
        first, dash, last = match.groups()
        if not dash:
            return version == parse_version(first)
        return ((not first or version >= parse_version(first)) and
                (not last or version <= parse_version(last)))

    def apply(self, data, version):
        """What it makes of @data, the content of its kernel file, or a Mismatch."""
        if not self.is_for(version):
            raise OtherVersion(self.target, f'not for Linux {version[0]}.{version[1]}')
        if data is None:
            raise Mismatch(f'{self.path}:1', f'this kernel has no {self.target}')
        make = spatch.patch if self.ending == COCCI else insert
        result = make(self.path, self.text, self.target, data)
        if result == data:
            raise Mismatch(f'{self.path}:1', f'changes nothing in {self.target}')
        before, after = data.split(b'\n'), result.split(b'\n')
        if len(after) > len(before) and not set(after) - set(before):
            raise AlreadyThere(f'{self.path}:1', f'its lines are in {self.target} already')
        return result

    def is_in(self, data):
        """Whether half of what it adds is there; metavariables are not looked into."""
        lines = {line.strip() for line in decode(data).splitlines()}
        added = {line.strip() for line in re.findall(r'^\+(.*)$', self.text, re.M)}
        added = {line for line in added if len(line) > 7}
        return 2 * len(added & lines) >= len(added) > 0

    def way_out(self):
        if self.declares():
            return ('to install without any declaration, say CONVERSIONS=no '
                    '(--without-conversions)')
        return f'restore that file, or adapt {self.path} to it'


def change(rules, version, data):
    """What the rules of one kernel file make of its content: (content, what was skipped).

    An optional rule that does not apply is skipped, and so is a declaration that is there.
    """
    skipped = []
    for rule in rules:
        try:
            data = rule.apply(data, version)
        except Mismatch as mismatch:
            there = isinstance(mismatch, AlreadyThere)
            if rule.optional or isinstance(mismatch, OtherVersion) or there and rule.declares():
                skipped.append(f'{mismatch.where}: {mismatch.reason}, skipped')
            elif there:
                raise
            else:
                details = '\n' + mismatch.details if mismatch.details else ''
                raise Failure(f'{mismatch}; {rule.way_out()}{details}') from None
    return data, skipped
