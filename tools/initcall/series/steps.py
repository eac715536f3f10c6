# SPDX-License-Identifier: GPL-2.0
"""The steps that the patch series are made of, and what a kernel tree is after each.

tools/data/series/ has a folder for each series. In it, the file "cover" is the cover letter, and
each other file is a step; names say the order. A step is the message of a commit, a line "---",
and what the commit brings of the overlay, one item a line:

  PATH                a file; PATH may be a pattern, for files that no step names and no longer
                      pattern fits
  PATH @RULE ...      these rules of a .cocci or .insert file
  PATH /RE/           these lines of a new file, which comes with an earlier step
  PATH /RE/,/RE/      from a line to a line, each time
  PATH s/RE/TEXT/     before this step, that file has TEXT here
  PATH if OPTION      its statements after if (IS_ENABLED(CONFIG_OPTION))
  config OPTION       the entry in Kconfig, and what Makefile and .kunitconfig have of the option
  set NAME            an optional set, tools/data/sets/NAME

An item with a pattern is for all files that earlier steps bring; one of them has to have such
lines. In a new Makefile, objects whose source comes later come with that.
"""

import collections
import copy
import fnmatch
import os
import re

from initcall.files import TOP, data, read
from initcall.overlay import rules
from initcall.overlay.rules import encode
from initcall.process import Failure

# Of a line of a message.
LONGEST = 75

Step = collections.namedtuple('Step', 'series file number message items')
Item = collections.namedtuple('Item', 'where path kind words')


def folder(*parts):
    return data('series', *parts)


SERIES = os.path.relpath(folder(), TOP)


def names_in(path):
    return sorted(name for name in os.listdir(path) if not name.endswith('~'))


def parse_item(where, line):
    path, _, more = line.partition(' ')
    more = more.strip()
    if path in ('config', 'set'):
        return Item(where, more, path, ())
    if not more:
        return Item(where, path, 'file', ())
    if more.startswith('@'):
        return Item(where, path, 'rules', tuple(word.lstrip('@') for word in more.split()))
    if more.startswith('if '):
        return Item(where, path, 'if', (more.removeprefix('if ').strip(),))
    for kind, form in (('lines', r'/((?:\\.|[^/])+)/(?:,/((?:\\.|[^/])+)/)?'),
                       ('text', r's/((?:\\.|[^/])+)/((?:\\.|[^/])*)/')):
        found = re.fullmatch(form, more)
        if found:
            return Item(where, path, kind, tuple((word or '').replace(r'\/', '/')
                                                 for word in found.groups()))
    raise Failure(f'{where}: error: "{more}" is none of the forms that series/steps.py lists')


def parse_step(series, file, number):
    path = os.path.relpath(folder(series, file), TOP)
    message, dashes, items = read(TOP, path).partition('\n---\n')
    if not dashes:
        raise Failure(f'{path}: error: no line "---" after the message')
    for at, line in enumerate(message.splitlines(), 1):
        if len(line) > LONGEST:
            raise Failure(f'{path}:{at}: error: {len(line)} characters, and checkpatch takes '
                          f'{LONGEST}')
    first = message.count('\n') + 3
    return Step(series, file, number, message.strip() + '\n', [
        parse_item(f'{path}:{first + i}', line.strip()) for i, line in enumerate(items.splitlines())
        if line.strip() and not line.startswith('#')])


def all_steps():
    """In order; numbers are those of git bisect, not of mails."""
    found = []
    for series in names_in(folder()):
        found += [(series, file) for file in names_in(folder(series)) if file != 'cover']
    return [parse_step(series, file, number) for number, (series, file) in enumerate(found)]


def without_lines(text, first, last):
    """(text without the lines from one that matches to the next that does, how often)"""
    lines, kept, inside, count = text.splitlines(keepends=True), [], False, 0
    for line in lines:
        if inside:
            inside = not re.search(last, line)
        elif re.search(first, line):
            inside, count = bool(last), count + 1
        else:
            kept.append(line)
    return ''.join(kept), count


def without_statements(text, option):
    condition = rf'^(\t+)if \(IS_ENABLED\(CONFIG_{option}\)[^;{{]*?'
    text, blocks = re.subn(condition + r'\{\n.*?^\1\}\n', '', text, flags=re.M | re.S)
    text, single = re.subn(condition + r'\n[^;{}]*;\n', '', text, flags=re.M)
    return text, blocks + single


def without_entry(text, option):
    """Kconfig without the entry of an option."""
    return re.subn(rf'^config {option}\n.*?(?=^config |\Z)', '', text, flags=re.M | re.S)


def without_mention(text, option):
    """A Makefile or .kunitconfig without the lines that name an option."""
    return re.subn(rf'^.*\bCONFIG_{option}\b.*\n', '', text, flags=re.M)


def take_out(item, path, text):
    """What a new file is without an item, and how often there is something to take out."""
    if item.kind == 'lines':
        return without_lines(text, *item.words)
    if item.kind == 'text':
        return re.subn(item.words[0], item.words[1], text, flags=re.M)
    if item.kind == 'if':
        return without_statements(text, item.words[0])
    name = os.path.basename(path)
    if name == 'Kconfig':
        return without_entry(text, item.path)
    if name in ('Makefile', '.kunitconfig'):
        return without_mention(text, item.path)
    return text, 0


def without_objects(path, text, absent):
    """A Makefile without the objects whose source is not there yet."""
    kept = []
    for line in text.splitlines(keepends=True):
        words = re.findall(r'[\w-]+\.o\b', line)
        late = [word for word in words
                if os.path.join(os.path.dirname(path), word[:-1] + 'c') in absent]
        for word in late:
            line = re.sub(rf' ?(?<![\w-]){re.escape(word)}(?![\w-])', '', line)
        if not words or len(late) < len(words):
            kept.append(line)
    return ''.join(kept).rstrip('\n') + '\n'


def heads_of(rule):
    """Where each rule of a rule file begins."""
    pattern = r'^@\s*(\w+)[^@\n]*@$' if rule.ending == rules.COCCI else r'^@(\w+)$'
    return list(re.finditer(pattern, rule.text, re.M))


def select(rule, names):
    """The same rule file with some of its rules only."""
    heads = heads_of(rule)
    ends = [head.start() for head in heads[1:]] + [len(rule.text)]
    text = rule.text[:heads[0].start()] if heads else ''
    text += ''.join(rule.text[head.start():end] for head, end in zip(heads, ends)
                    if head.group(1) in names)
    other = copy.copy(rule)
    other.text = text
    return other


def rule_names(rule):
    return [head.group(1) for head in heads_of(rule)]


def is_pattern(path):
    return any(character in path for character in '*?[')


class Plan:
    """Which step brings what; all of the overlay, each part once, or a Failure."""

    def __init__(self):
        self.steps = all_steps()
        self.new = rules.new_files()
        self.rule_files = {rule.path: rule for rule in rules.rule_files()}
        self.owner = {}         # of new files: number of the step
        self.brought = collections.defaultdict(list)    # rules, by number of the step
        self.assign_files()
        self.assign_rules()
        self.assign_sets()

    def items(self, *kinds):
        return ((step, item) for step in self.steps for item in step.items if item.kind in kinds)

    def claims(self, path):
        """Items that bring a file: those that name it, else those with the longest pattern."""
        fits = [(step, item) for step, item in self.items('file')
                if item.path == path or fnmatch.fnmatchcase(path, item.path)]
        best = max(((item.path == path, len(item.path)) for _, item in fits), default=None)
        return [(step, item) for step, item in fits if best == (item.path == path, len(item.path))]

    def one_claim(self, path):
        claims = self.claims(path)
        if len(claims) > 1:
            raise Failure(f'{claims[1][1].where}: error: {path}: a step before brings it already: '
                          f'{claims[0][1].where}')
        return claims[0][0].number if claims else None

    def assign_files(self):
        for path in self.new:
            number = self.one_claim(path)
            if number is None:
                raise Failure(f'{path}: error: no step in {SERIES} brings this file')
            self.owner[path] = number
        known = {*self.new, *self.rule_files}
        for _, item in self.items('file', 'rules', 'lines', 'text', 'if'):
            if not is_pattern(item.path) and item.path not in known:
                raise Failure(f'{item.where}: error: the overlay has no {item.path}')

    def assign_rules(self):
        for path, rule in self.rule_files.items():
            left = rule_names(rule)
            for step, item in self.items('rules'):
                if item.path != path:
                    continue
                unknown = sorted(set(item.words) - set(left))
                if unknown:
                    raise Failure(f'{item.where}: error: {path} has no rule {", ".join(unknown)}, '
                                  'or a step before brings it')
                left = [name for name in left if name not in item.words]
                self.brought[step.number].append(select(rule, item.words))
            number = self.one_claim(path)
            if left and number is None:
                raise Failure(f'{path}: error: no step in {SERIES} brings '
                              + ', '.join('@' + name for name in left))
            if left:
                self.brought[number].append(select(rule, left))

    def assign_sets(self):
        for step, item in self.items('set'):
            if item.path not in rules.set_names():
                raise Failure(f'{item.where}: error: there is no set {item.path}')
            added = set(rules.new_files([item.path])) - set(self.new)
            for path in added:
                self.owner[path] = step.number
            self.new.update({path: rules.new_files([item.path])[path] for path in added})
            self.brought[step.number] += [rule for rule in rules.rule_files(sets=[item.path])
                                          if rule.optional]

    def targets(self):
        """The kernel's files that change."""
        return {rule.target for some in self.brought.values() for rule in some}

    def matching(self, step, item):
        """New files of steps before that an item is about."""
        pattern = '*' if item.kind == 'config' else item.path
        return [path for path, owner in self.owner.items() if owner < step.number
                and fnmatch.fnmatchcase(path, pattern)]

    def new_texts(self):
        """[{path: content after that step}]; each item has to take out something."""
        with_pieces = [(step, item) for step, item in
                       self.items('lines', 'text', 'if', 'config')]
        now = {path: rules.read(os.path.join(TOP, place)) for path, place in self.new.items()}
        found = []
        for step in reversed(self.steps):
            there = {path: data for path, data in now.items() if self.owner[path] <= step.number}
            absent = set(self.new) - set(there)
            found.insert(0, {
                path: encode(without_objects(path, rules.decode(data), absent))
                if os.path.basename(path) == 'Makefile' else data for path, data in there.items()})
            for other, item in with_pieces:
                if other.number == step.number:
                    self.undo(step, item, now)
        return found

    def undo(self, step, item, now):
        count = 0
        for path in self.matching(step, item):
            text, times = take_out(item, path, rules.decode(now[path]))
            now[path] = encode(text.rstrip('\n') + '\n') if times else now[path]
            count += times
        if not count:
            raise Failure(f'{item.where}: error: nothing like that in '
                          f'{item.path if item.kind != "config" else "any Kconfig"} of an earlier '
                          'step; adapt the step to the file')

    def states(self, tree):
        """[{path: (content, mode)}] of all that differs from the kernel, after each step."""
        texts, changed, found = self.new_texts(), {}, []
        for step in self.steps:
            for rule in sorted(self.brought[step.number],
                               key=lambda rule: (rule.target, rule.ending, rule.path)):
                before = changed.get(rule.target, tree.original(rule.target))
                changed[rule.target], _ = rules.change([rule], tree.version, before)
            state = {path: (content, os.stat(tree.path(path)).st_mode & 0o777)
                     for path, content in changed.items() if content != tree.original(path)}
            state.update({path: (content, os.stat(os.path.join(TOP, self.new[path])).st_mode
                                 & 0o777) for path, content in texts[step.number].items()})
            found.append(state)
        return found
