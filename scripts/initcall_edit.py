#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Write initcall_depends() lines, and the #include that they need, into the text of a C file.

Nothing else is changed and nothing is written twice: what comes out goes in unchanged.
Semantic patches do it; run as a program, this prints the lines of a table of files and
names, with a tab in between, that the files of a kernel tree do not have.
"""

import collections
import difflib
import os
import re
import sys

HEADER = 'linux/initcall_depends.h'
DECLARATION = re.compile(r'\binitcall_depends\s*\(\s*"([^"]+)"\s*\)\s*;')
COMMENT = re.compile(r'("(?:\\.|[^"\\\n])*")|/\*.*?\*/|//[^\n]*', re.S)
# Macros that make an initcall; a declaration comes after the last of them.
MACRO = re.compile(r'^(?:(?!module_(?:param|exit|get|put))\w*module_\w+|builtin_\w+|'
                   r'\w+_initcall(?:_sync)?|IRQCHIP_PLATFORM_DRIVER_END)\s*\(', re.M)
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^">]+)[">]')
CONDITIONAL = re.compile(r'\s*#\s*(if|endif)')
SOFTDEP = re.compile(r'MODULE_SOFTDEP\s*\(\s*"([^"]*)"\s*\)\s*;')
LITERAL = re.compile(r'"([^"]*)"')

planned = collections.defaultdict(set)


def underscores(name):
    """'-' and '_' mean the same in the name of a module."""
    return name.replace('-', '_')


def is_same(one, other):
    """Do two declarations name the same module? One may have its path where the other has not."""
    one, other = underscores(one), underscores(other)
    return one == other or one.endswith('/' + other) or other.endswith('/' + one)


def declared(text):
    """What the text of a C file declares, comments left out."""
    return DECLARATION.findall(COMMENT.sub(lambda found: found.group(1) or ' ', text))


def missing(text, names):
    """Those of @names that are not declared, each module once."""
    new = []
    for name in sorted(names):
        if not any(is_same(name, other) for other in [*declared(text), *new]):
            new.append(name)
    return new


def outside(lines):
    """For each line, whether no #if encloses it."""
    depth, found = 0, []
    for line in lines:
        word = CONDITIONAL.match(line)
        depth -= bool(word) and word.group(1) == 'endif'
        found.append(depth == 0)
        depth += bool(word) and word.group(1) == 'if'
    return found


def statement_end(lines, start):
    """The line on which the parentheses are closed that open on line @start."""
    depth = 0
    for number in range(start, len(lines)):
        depth += lines[number].count('(') - lines[number].count(')')
        if depth <= 0:
            return number
    return start


def declaration_place(lines):
    """The line after the last macro that makes an initcall, or else after the end."""
    macros = [number for number, line in enumerate(lines) if MACRO.match(line)]
    if not macros:
        end = len(lines)
        while end and DECLARATION.match(lines[end - 1]):
            end -= 1
        return end
    free = outside(lines)
    return statement_end(lines, max(macros, key=lambda number: (free[number], number))) + 1


def add_declarations(lines, names):
    """@lines with a declaration of each name, sorted among those that follow the macro already."""
    start = end = declaration_place(lines)
    while end < len(lines) and DECLARATION.match(lines[end]):
        end += 1
    block = lines[start:end] + [f'initcall_depends("{name}");\n' for name in names]
    gap = ['\n'] if start == len(lines) and lines[-1].strip() and not MACRO.match(lines[-1]) else []
    return lines[:start] + gap + sorted(block) + lines[end:]


def include_place(lines):
    """(line, whether it opens a group): after the last <linux/...> that sorts before it."""
    free = outside(lines)
    found = [(number, *INCLUDE.match(line).groups()) for number, line in enumerate(lines)
             if INCLUDE.match(line) and free[number]]
    kernel = [(number, name) for number, kind, name in found
              if kind == '<' and name.startswith('linux/')]
    before = [number for number, name in kernel if name < HEADER]
    if before:
        return before[-1] + 1, False
    if kernel:
        return kernel[0][0], False
    return (found[0][0], True) if found else (0, True)


def add_include(lines):
    if any(INCLUDE.match(line) and INCLUDE.match(line).group(2) == HEADER for line in lines):
        return lines
    place, alone = include_place(lines)
    return lines[:place] + [f'#include <{HEADER}>\n'] + ['\n'] * alone + lines[place:]


def declare(text, names):
    """The text of a C file with what it declares."""
    new = missing(text, names)
    if not new:
        return text
    lines = text.splitlines(keepends=True)
    end = '\r\n' if lines[0].endswith('\r\n') else '\n'
    if not lines[-1].endswith('\n'):
        lines[-1] += end
    old = set(lines)
    return ''.join(line if line in old else line.replace('\n', end)
                   for line in add_include(add_declarations(lines, new)))


def softdep_words(expression, known):
    """(word, what to declare or None, why not) for what MODULE_SOFTDEP() says."""
    found = LITERAL.fullmatch(expression)
    if not found:
        yield expression, None, 'not one literal'
        return
    kind = None
    for word in found.group(1).split():
        if word in ('pre:', 'post:'):
            kind = word
        elif kind != 'pre:':
            yield word, None, ('it comes after, not before' if kind else
                               'neither pre: nor post: is said')
        elif word.startswith('crypto-') or ':' in word:
            yield word, None, 'an alias, which modprobe resolves'
        else:
            answer = known.get(underscores(word), '!no module of this tree has that name')
            yield word, None if answer.startswith('!') else answer, answer[1:]


def convert_softdeps(text, names):
    """Declare @names, and drop the MODULE_SOFTDEP() lines that say nothing else."""
    done = {underscores(name) for name in names}
    kept = []
    for line in text.splitlines(keepends=True):
        found = SOFTDEP.match(line)
        words = found.group(1).split() if found else []
        if words[:1] != ['pre:'] or not {underscores(word) for word in words[1:]} <= done:
            kept.append(line)
    return declare(''.join(kept), names)


def table_rows(path, columns):
    """
    What a semantic patch goes by, a list of words for each line. Without a table it has nothing to
    say, as on a file that is in order; a table that is not its own is none.
    """
    try:
        with open(path) as table:
            rows = [line.rstrip('\n').split('\t') for line in table]
    except FileNotFoundError:
        print(f'{path}: warning: there is no such table', file=sys.stderr)
        return []
    for number, row in enumerate(rows, 1):
        if len(row) != columns:
            print(f'{path}:{number}: error: {len(row)} columns, where {columns} are needed',
                  file=sys.stderr)
            return []
    return rows


# Of these, what is looked at is no function.
UNCALLED = ('driver', 'member', 'variable')
# How sure a dependency is, for each device of a driver. Others than these are not written.
WRITTEN = ('certain', 'compatible')


def message(prerequisite, function, shape, provider, line, confidence, condition):
    """What a report says of one call."""
    what = f'{function} is not set' if shape in UNCALLED else f'{function}() fails'
    sure = f'{confidence}: {condition}' if condition else confidence
    return (f'needs initcall_depends("{prerequisite}"): {what} until {provider}:{line} is ready '
            f'({shape}; {sure})')


def plan(file, names):
    planned[file].update(names)


def diff(file, old, new):
    return ''.join(difflib.unified_diff(old.splitlines(True), new.splitlines(True),
                                        f'a/{file}', f'b/{file}'))


def print_diffs(top, change=declare):
    """What is planned for each file, as one patch."""
    for file in sorted(planned):
        with open(os.path.join(top, file), errors='surrogateescape', newline='') as source:
            text = source.read()
        print(diff(file, text, change(text, planned[file])), end='')


def main():
    if len(sys.argv) != 3:
        print('usage: initcall_edit.py TREE TABLE', file=sys.stderr)
        return 2
    for file, name in table_rows(sys.argv[2], 2):
        with open(os.path.join(sys.argv[1], file), errors='surrogateescape') as source:
            if missing(source.read(), [name]):
                print(f'{file}\t{name}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
