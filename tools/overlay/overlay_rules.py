# SPDX-License-Identifier: GPL-2.0
"""The rule files of the overlay: which there are, and what they make of a kernel file.

overlay.py describes their format.
"""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
REPO = os.path.dirname(os.path.dirname(HERE))
sys.path.append(os.path.join(REPO, 'tools'))
from source import cache  # noqa: E402

ROOMS = ('Documentation', 'arch', 'block', 'crypto', 'drivers', 'fs', 'include', 'init',
         'kernel', 'lib', 'mm', 'net', 'samples', 'scripts', 'security', 'sound')
SETS = 'tools/overlay/sets'
COCCI, INSERT = '.cocci', '.insert'
APPLIES = re.compile(r'^(?://|#) Applies: ([\d.]*)(-?)([\d.]*)$', re.M)
DECLARES = re.compile(r'^\+\s*initcall_depends\("(.*)"\);$', re.M)


class Failure(Exception):
    """Something that the user has to know, in words; the tree is untouched."""


class Mismatch(Failure):
    """A rule file cannot be applied to its kernel file."""

    def __init__(self, where, reason, details=''):
        super().__init__(f'{where}: error: {reason}')
        self.where = where
        self.reason = reason
        self.details = details


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


def digest(data):
    return hashlib.sha256(data).hexdigest()


def parse_version(text):
    return tuple(int(part) for part in text.split('.'))


def walk(top):
    """Paths of all files below a folder of this repository, relative to that folder."""
    for folder, _, names in os.walk(os.path.join(REPO, top)):
        for name in names:
            if name.endswith(('~', '.orig', '.rej', '.o', '.swp', '.pyc')):
                continue
            if name.startswith('.') and name not in ('.kunitconfig', '.gitignore'):
                continue
            yield os.path.relpath(os.path.join(folder, name), os.path.join(REPO, top))


def is_rule(path):
    if path.startswith('scripts/coccinelle/'):
        return False
    return path.endswith((COCCI, INSERT))


def all_files():
    return sorted(os.path.join(room, path) for room in ROOMS for path in walk(room))


def new_files(sets=()):
    """{path in a kernel tree: path here} of the files that the overlay adds."""
    found = {path: path for path in all_files() if not is_rule(path)}
    for folder in (os.path.join(SETS, name) for name in sets):
        found.update({path: os.path.join(folder, path) for path in walk(folder)
                      if not is_rule(path)})
    return found


def set_names():
    with os.scandir(os.path.join(REPO, SETS)) as entries:
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


def patch(path, text, target, data):
    """What a semantic patch makes of a file; results are kept, as they take a while to make.

    They are found by the content of both, and by the spatch that has made them.
    """
    program = os.path.realpath(shutil.which('spatch'))
    stat = os.stat(program)
    words = f'{program} {stat.st_size} {stat.st_mtime_ns}\n{text}\n'.encode()
    kept = cache('spatch', digest(words + data))
    if os.path.exists(kept):
        return read(kept)
    result = run_spatch(path, text, target, data)
    with contextlib.suppress(OSError):      # if it cannot be kept, it is made again
        os.makedirs(os.path.dirname(kept), exist_ok=True)
        aside = f'{kept}.{os.getpid()}'
        with open(aside, 'wb') as file:
            file.write(result)
        os.replace(aside, kept)
    return result


def run_spatch(path, text, target, data):
    """Run spatch; each rule of the semantic patch has to match."""
    rules = re.findall(r'^@\s*(\w+)[^@\n]*@', text, re.M)
    for rule in rules:
        text += f'\n@script:python depends on {rule}@\n@@\nprint("applied {rule}")\n'
    with tempfile.TemporaryDirectory() as work:
        names = [os.path.join(work, name) for name in ('rules.cocci', 'in.c', 'out.c')]
        for name, content in zip(names, (text.encode(), data)):
            with open(name, 'wb') as file:
                file.write(content)
        run = subprocess.run(['spatch', '--very-quiet', '--no-includes', '--no-show-diff',
                              '--sp-file', names[0], names[1], '-o', names[2]],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             errors='replace', stdin=subprocess.DEVNULL, cwd=work, check=False)
        if run.returncode < 0:
            raise Failure(f'{path}:1: error: spatch was killed by signal {-run.returncode}')
        if run.returncode:
            raise Mismatch(f'{path}:1', f'spatch failed on {target}', run.stderr.strip())
        for rule in rules:
            if f'applied {rule}' not in run.stdout.splitlines():
                line = text[:re.search(rf'^@\s*{rule}\b', text, re.M).start()].count('\n') + 1
                raise Mismatch(f'{path}:{line}', f'rule "{rule}" does not apply to {target}')
        return read(names[2])


class Rule:
    """One rule file: a semantic patch, or a list of insertions, for one kernel file."""

    def __init__(self, path, place, optional=False):
        self.path = path
        self.target, self.ending = os.path.splitext(place)
        self.optional = optional
        self.text = read(os.path.join(REPO, path)).decode()

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
        make = patch if self.ending == COCCI else insert
        result = make(self.path, self.text, self.target, data)
        if result == data:
            raise Mismatch(f'{self.path}:1', f'changes nothing in {self.target}')
        before, after = data.split(b'\n'), result.split(b'\n')
        if len(after) > len(before) and not set(after) - set(before):
            raise AlreadyThere(f'{self.path}:1', f'its lines are in {self.target} already')
        return result

    def is_in(self, data):
        """Whether most of what it adds is there; metavariables are not looked into."""
        lines = {line.strip() for line in decode(data).splitlines()}
        added = {line.strip() for line in re.findall(r'^\+(.*)$', self.text, re.M)}
        added = {line for line in added if len(line) > 7}
        return 2 * len(added & lines) > len(added)

    def way_out(self):
        if self.declares():
            return ('to install without any declaration, say CONVERSIONS=no '
                    '(overlay.py: --without-conversions)')
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
