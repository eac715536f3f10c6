# SPDX-License-Identifier: GPL-2.0
"""Read a Makefile of the kernel's without running make, for all configurations at once.

Both branches of a conditional count, and $(CONFIG_ANYTHING) is y. Each word of
a variable knows the Kconfig symbols that have a say in whether it is there, and
the line that it is written in. A variable that the Makefile does not set itself
is empty, and so is what $(shell) would give.
"""

import collections
import functools
import glob
import os
import re

# The name on the left may have references in it, and these references of their own.
REFERENCE = r'\$(?:\((?:[^()]|\([^()]*\))*\)|\{[^{}]*\})'
NAME = rf'(?:[^\s:=+?!#$()]|{REFERENCE})+'
ASSIGNMENT = re.compile(rf'\s*(?:export\s+|override\s+)*({NAME})\s*(:{{0,3}}=|\+=|\?=)(.*)', re.S)
CONDITION = re.compile(r'\s*(ifdef|ifndef|ifeq|ifneq|else|endif)\b(.*)', re.S)
INCLUDE = re.compile(r'\s*[-s]?include\s+(.*)', re.S)
EMPTY = re.compile(r'\(\s*,|,\s*\)|(""|\'\')')
SYMBOL = re.compile(r'\bCONFIG_\w+')
GENERATED = re.compile(r'\s*\$\((?:foreach|eval|call)\s')
# A line that is about variables only, and begins no rule.
DIRECTIVE = re.compile(r'\s*(?:(?:un)?export(?:\s|$)(?!\s*:)|undefine\s)')
RULE = re.compile(r'(\S*%\S*)\.o\s*:\s*(\S*%\S*)\.([cSo])(?:\s|$)')
FUNCTION = re.compile(r'([a-z-]+)\s+(.*)', re.S)

Word = collections.namedtuple('Word', 'text symbols where', defaults=((), None))
Entry = collections.namedtuple('Entry', 'value symbols where', defaults=((), None))


class Failure(Exception):
    """Something that the user has to know, in words."""


def under(folder, name):
    """@folder/@name, without detours; most have none."""
    if name.startswith('/') or './' in name or '//' in name or name.endswith(('.', '/')):
        return os.path.normpath(os.path.join(folder, name))
    return name if folder == '.' else f'{folder}/{name}'


def unique(items):
    return tuple(dict.fromkeys(items))


def canonical(name, configured=False):
    """
    foo-$(CONFIG_A)$(CONFIG_B) is foo-y; but foo-, with no configuration in it, is what is never
    built.
    """
    return re.sub(r'-[ym]*$' if configured else r'-[ym]{2,}$', '-y', name)


@functools.lru_cache(maxsize=None)
def matcher(pattern):
    """Of make's pattern: what its % matches is the only group."""
    head, percent, tail = pattern.partition('%')
    middle = '(.*)' if percent else '()'
    return re.compile(re.escape(head) + middle + re.escape(tail) + r'\Z', re.S)


def substitute(old, new, text):
    found = matcher(old).match(text)
    return new.replace('%', found.group(1), 1) if found else text


def logical_lines(text):
    """(number of the first line, line), with continuations joined and comments gone."""
    start, parts = 1, []
    for number, line in enumerate(text.split('\n'), 1):
        start = start if parts else number
        if line.endswith('\\') and not line.endswith('\\\\'):
            parts.append(line[:-1])
            continue
        line = ' '.join([*parts, line])
        parts = []
        if '#' in line:
            line = re.sub(r'(^|[^\\])#.*', r'\1', line, flags=re.S)
        yield start, line


def closing(text, start):
    """After the parenthesis or brace that closes the one at @start."""
    opened, depth = text[start], 0
    closed = {'(': ')', '{': '}'}[opened]
    for place in re.finditer(re.escape(opened) + '|' + re.escape(closed), text[start:]):
        depth += 1 if place.group() == opened else -1
        if not depth:
            return start + place.end()
    return len(text)


def split_arguments(text):
    """At commas outside parentheses."""
    arguments, depth = [''], 0
    for letter in text:
        depth += (letter in '({') - (letter in ')}')
        if letter == ',' and not depth:
            arguments.append('')
        else:
            arguments[-1] += letter
    return arguments


def mapped(function):
    """A make function that turns its last argument, word for word, into another."""
    def run(makefile, arguments):
        *first, last = arguments
        first = [' '.join(word.text for word in makefile.expand(argument)) for argument in first]
        return [word._replace(text=function(*first, word.text)) for word in makefile.expand(last)]
    return run


def filtered(wanted):
    def run(makefile, arguments):
        patterns = [matcher(word.text) for word in makefile.expand(arguments[0])]
        return [word for word in makefile.expand(','.join(arguments[1:]))
                if any(pattern.match(word.text) for pattern in patterns) == wanted]
    return run


def either(makefile, arguments):
    """$(if): both of its branches, the first one with the symbols of the condition."""
    symbols = tuple(symbol for word in makefile.expand(arguments[0]) for symbol in word.symbols)
    found = [word._replace(symbols=unique(word.symbols + symbols))
             for word in makefile.expand(arguments[1])]
    return found + makefile.expand(','.join(arguments[2:]))


def for_each(makefile, arguments):
    """$(foreach), which may hold an $(eval): what that adds depends on the symbols of the word."""
    name, found = arguments[0].strip(), []
    for word in makefile.expand(arguments[1]):
        makefile.variables[name] = [Entry([word])]
        makefile.needed, outer = unique(word.symbols + makefile.needed), makefile.needed
        found += makefile.expand(','.join(arguments[2:]))
        makefile.needed = outer
    return found


def call(makefile, arguments):
    """$(call) of what was defined in several lines is only of use in $(eval): done at once."""
    lines, where = makefile.defined.get(arguments[0].strip(), ((), None))
    values = [' '.join(word.text for word in makefile.expand(argument))
              for argument in arguments[1:]]
    for line in lines:
        for number, value in enumerate(values, 1):
            line = line.replace(f'$({number})', value)
        makefile.statement(line, where, makefile.needed, False)
    return []


def wildcard(makefile, arguments):
    """$(wildcard), of files of the tree: in the form of the pattern, and sorted, as in make."""
    base, found = makefile.base + '/', []
    for word in makefile.expand(','.join(arguments)):
        pattern = word.text.removeprefix(base)
        form = word.text.removesuffix(pattern)
        if not pattern.startswith('/'):
            paths = sorted(glob.glob(glob.escape(base) + pattern))
            found += [word._replace(text=form + path.removeprefix(base)) for path in paths]
    return found


def union(makefile, arguments):
    return [word for argument in arguments for word in makefile.expand(argument)]


FUNCTIONS = {
    'addprefix': mapped(lambda prefix, text: prefix + text),
    'addsuffix': mapped(lambda suffix, text: text + suffix),
    'basename': mapped(lambda text: os.path.splitext(text)[0]),
    'dir': mapped(lambda text: os.path.dirname(text) + '/' if '/' in text else './'),
    'notdir': mapped(os.path.basename),
    'subst': mapped(lambda old, new, text: text.replace(old, new) if old else text),
    'patsubst': mapped(substitute),
    'filter': filtered(True), 'filter-out': filtered(False),
    'if': either, 'foreach': for_each, 'call': call,
    'eval': union, 'or': union, 'sort': union, 'strip': union, 'wildcard': wildcard,
}


class Makefile:
    """What the Makefile of one folder says, with those that it includes."""

    def __init__(self, tree, base, folder, given):
        self.base = base
        self.active = set()
        given = {**given, 'srctree': [tree], 'src': [under(base, folder)], 'obj': [folder]}
        self.variables = {name: [Entry([Word(text) for text in texts])]
                          for name, texts in given.items()}
        self.simple = set()     # variables whose += is expanded at once
        self.pinned = frozenset(self.variables)
        self.included = []
        self.defined = {}       # by define: its lines, and where
        self.needed = ()        # symbols of the words that $(foreach) is at
        self.rules = []         # that say what an object is compiled from

    def read(self, path):
        """Read @path; the names of files in what it gives are relative to the tree."""
        try:
            with open(path, errors='replace') as file:
                text = file.read()
        except OSError as error:
            raise Failure(f'{path}: error: {error.strerror}') from None
        self.included.append(path)
        stack, recipe, body = [], False, None
        shown = os.path.relpath(path, self.base)
        for number, line in logical_lines(text):
            where = f'{shown}:{number}'
            condition = CONDITION.match(line)
            words = line.split(None, 1)
            if words == ['endef']:
                body = None
            elif body is not None:
                body.append(line)
            elif words[:1] == ['define']:
                body = []
                self.defined[words[1].split()[0]] = (body, where)
            elif condition and not (recipe and line.startswith('\t')):
                self.branch(stack, *condition.groups(), f'{path}:{number}')
            elif words and not (recipe and line.startswith('\t')):
                symbols = tuple(symbol for level in reversed(stack) for symbol in level[0])
                recipe = not self.statement(line, where, symbols, bool(stack))
        if stack:
            raise Failure(f'{stack[-1][2]}: error: conditional without endif')

    @staticmethod
    def branch(stack, word, rest, where):
        """Keep [symbols of this branch, those of the other one, where] of each conditional."""
        if word.startswith('if'):
            symbols = tuple(SYMBOL.findall(rest))
            empty = word[2:] in ('eq', 'neq') and bool(EMPTY.search(rest))
            positive = (word in ('ifdef', 'ifeq')) != empty
            stack.append([symbols, (), where] if positive else [(), symbols, where])
        elif not stack:
            raise Failure(f'{where}: error: {word} without a conditional')
        elif word == 'endif':
            stack.pop()
        else:
            symbols = tuple(SYMBOL.findall(rest))
            stack[-1][:2] = (symbols or stack[-1][1]), (() if symbols else stack[-1][0])

    def statement(self, line, where, symbols, conditional):
        """An assignment or an include; False for what may be the head of a rule."""
        assignment = ASSIGNMENT.match(line)
        if GENERATED.match(line):
            self.expand(line)
            return True
        if assignment:
            self.assign(*assignment.groups(), where, symbols, conditional)
            return True
        include, rule = INCLUDE.match(line), RULE.match(line)
        if rule:
            target, source = (self.relative(part) for part in rule.groups()[:2])
            self.rules.append((target, source, rule.group(3) == 'o'))
        for word in self.expand(include.group(1)) if include else ():
            path = under(self.base, word.text)
            if os.path.isfile(path) and path not in self.included:
                self.read(path)
        return bool(include or DIRECTIVE.match(line))

    def assign(self, name, operator, value, where, symbols, conditional):
        for target in self.expand(name):
            needed = unique(target.symbols + symbols)
            key = canonical(target.text, '$' in name)
            old = self.variables.get(key, [])
            if key in self.pinned or operator == '?=' and old:
                continue
            simple = operator.startswith(':') or operator == '+=' and key in self.simple
            words = self.expand(value) if simple or '$' not in value else value
            replaced = operator in ('=', ':=', '::=') and not conditional and not target.symbols
            if replaced:    # but what another configuration has put there is kept
                old = [entry for entry in old if entry.symbols]
            if operator != '+=':
                (self.simple.add if simple else self.simple.discard)(key)
            if simple and operator != '+=' and old:     # or what is made from itself is doubled
                self.variables[key] = old
                known = {(word.text, word.symbols) for word in self.value(key)}
                words = [word for word in words if (word.text, word.symbols) not in known]
            self.variables[key] = [*old, Entry(words, needed, where)]

    def value(self, name):
        """Words of a variable, with all the symbols that have a say."""
        if name.startswith('CONFIG_'):
            return [Word('y', (name,))]
        name = canonical(name)
        if name not in self.variables or name in self.active:
            return []
        self.active.add(name)
        found = []
        for value, needed, where in self.variables[name]:
            for word in self.expand(value) if isinstance(value, str) else value:
                symbols = unique(word.symbols + needed) if needed else word.symbols
                found.append(Word(word.text, symbols, word.where or where))
        self.active.discard(name)
        return found

    def reference(self, text):
        """Words of $(text): a function, a substitution or a variable."""
        function = FUNCTION.match(text)
        if function:
            run = FUNCTIONS.get(function.group(1))
            arguments = [argument.lstrip() for argument in split_arguments(function.group(2))]
            return run(self, arguments) if run else []
        name, colon, rule = text.partition(':')
        names = [Word(name)] if '$' not in name else self.expand(name)
        found = [word for each in names for word in self.value(each.text)]
        if not colon or '=' not in rule:
            return found
        old, new = (' '.join(word.text for word in self.expand(part))
                    for part in rule.split('=', 1))
        if '%' not in old:
            old, new = '%' + old, '%' + new
        return [word._replace(text=substitute(old, new, word.text)) for word in found]

    def expand(self, text):
        """Words of @text. Where a reference gives several words, each of them makes one."""
        if '$' not in text:
            return [Word(word) for word in text.split()]
        done, current, place = [], [], 0
        while place < len(text):
            if text[place] == '$' and text[place + 1:place + 2] in ('(', '{'):
                end = closing(text, place + 1)
                words = self.reference(text[place + 2:end - 1])
                current = self.join(current, words) if words else current
                place = end
                continue
            end = text.find('$', place + 1)
            end = len(text) if end < 0 else end
            for piece in re.findall(r'\s+|\S+', text[place:end]):
                if piece.isspace():
                    done, current = done + current, []
                else:
                    current = self.join(current, [Word(piece)])
            place = end
        return done + current

    @staticmethod
    def join(left, right):
        return [Word(a.text + b.text, unique(a.symbols + b.symbols), a.where or b.where)
                for a in left for b in right] if left else right

    def relative(self, text):
        """A path, relative to where all paths start."""
        path = ''.join(word.text for word in self.expand(text))
        return os.path.relpath(under(self.base, path), self.base)
