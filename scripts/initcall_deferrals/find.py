# SPDX-License-Identifier: GPL-2.0
"""Which files to look at: those that know -EPROBE_DEFER, what these call, and what calls them."""

import collections
import os
import re

from initcall_deferrals.calls import Facts
from initcall_deferrals.facts import collect
from initcall_deferrals.index import grep, rooms
from initcall_deferrals.join import Program
from initcall_deferrals.source import OUTSIDE, silenced
from initcall_deferrals.waits import BINDS

ROUNDS = 8
# Lines of a header in which a macro or an inline function calls something, or is defined.
CALLING = re.compile(r'(?:\breturn\b.*|=\s*|#\s*define\s+\w+\(.*|^\s*)\b(\w+)\(')
CALLED = re.compile(r'(\w+)\(')
# A function that others can call, where it begins or is declared.
FUNCTION = re.compile(r'^(?!static\b|return\b|else\b|typedef\b)'
                      r'[A-Za-z_][\w \t*]*?\b(\w+)\s*\(')
DEFINING = re.compile(r'(?:#\s*define\s+|\binline\b[^;{}()]*\b)(\w+)\(')


class Search:
    """The files of a tree, and where consumers may be."""

    def __init__(self, options, rules, tree):
        self.kdir, self.cache, self.rules, self.tree = options.kdir, options.cache, rules, tree
        self.rooms = rooms(self.kdir)
        self.scope = [options.folder] if options.folder else self.rooms
        self.lines = {}
        self.given_up = {}      # (file, line): why
        self.done, self.asked = set(), set()    # names that have been searched for
        self.linked = set()     # files with functions that are called, but not exported
        self.exports = {name: set(paths) for name, paths in tree.index.exports.items()}
        self.says = tree.index.says

    def in_scope(self, file):
        return any(file == place or file.startswith(place.rstrip('/') + '/')
                   for place in self.scope)

    def callers(self, names):
        """{name: files in scope that have it}."""
        found = collections.defaultdict(set)
        if names:
            for line in grep(self.kdir, ['-owF', '-f', '-', *self.scope],
                             '\n'.join(sorted(names)) + '\n'):
                path, name = line.split(':', 1)
                found[name].add(path)
        return found

    def first(self):
        """What says -EPROBE_DEFER in scope, or does so in what is exported to there."""
        deferring = set(self.says)
        names = {name for name, paths in self.exports.items() if paths & deferring}
        files = {path for path in deferring if self.in_scope(path)}
        for name, users in self.callers(names).items():
            files.update(path for path in self.exports[name] & deferring
                         if any(not self.tree.same(user, path) for user in users))
        return files

    def more(self, program):
        """Files that what is known so far leads to."""
        files, names = set(), set()
        for function in program.facts.exporting:
            if program.waits(function):
                names.add(function.name)
        for users in self.callers(names - self.done).values():
            files |= users
        unknown = program.unknown()
        names -= self.done
        files |= {path for path, text in self.in_headers(names)
                  if not names.isdisjoint(CALLING.findall(text))}
        callers = program.undefined()
        undefined = callers.keys() - self.exports.keys() - self.asked
        lines = list(self.in_headers(undefined))
        files |= {path for path, text in lines
                  if not undefined.isdisjoint(DEFINING.findall(text))}
        declared = collections.defaultdict(set)
        for path, text in lines:
            for name in undefined.intersection(FUNCTION.findall(text)):
                declared[name].add(os.path.basename(path))
        self.link(declared, callers)
        self.done |= names
        self.asked |= undefined
        for name in unknown:
            files.update(path for path in self.exports.get(name, ()) if self.binds(path))
        for path, names in program.unfinished().items():
            files.update(each for each in self.tree.siblings(path)
                         if not self.tree.words(each).isdisjoint(names))
        return files

    def link(self, names, callers):
        """Take for exported what the code of other modules defines, all being built in.

        @names: {name: headers that declare it, without their folders}
        @callers: {name: files that call it}
        """
        for line in grep(self.kdir, ['-wF', '-f', '-', *self.rooms],
                         '\n'.join(sorted(names)) + '\n') if names else ():
            path, text = line.split(':', 1)
            begin = FUNCTION.match(text)
            name = begin and begin.group(1)
            if name in names and path not in self.exports.get(name, ()) and \
                    self.tree.has_function(path, name) and \
                    not all(self.tree.same(path, caller) for caller in callers[name]):
                self.exports.setdefault(name, set()).add(path)
                self.tree.index.exports.setdefault(name, []).append(path)
                self.tree.declaring[name] = names[name]
                self.linked.add(path)

    def public(self):
        """As if exported: what others can call in files that have such functions."""
        for path in sorted(self.linked & self.lines.keys()):
            for line in self.lines[path]:
                kind, _, number, _, name, *_ = line.rstrip('\n').split('\t') + ['']
                if kind == 'function':
                    kind = 'export' if path in self.exports.get(name, ()) else 'public'
                    yield '\t'.join([kind, path, number, OUTSIDE, name])

    def in_headers(self, names):
        """(file, line) where a header calls, defines or declares one of these."""
        lines = grep(self.kdir, ['-wF', '-f', '-', *rooms(self.kdir, 'include')],
                     '\n'.join(sorted(names)) + '\n', 'h') if names else ()
        return (line.split(':', 1) for line in lines
                if not names.isdisjoint(CALLED.findall(line)))

    def unread(self, program):
        """{(file, line): why} of -EPROBE_DEFER in functions that spatch does not understand."""
        understood = {(function.file, line) for function, lines in program.facts.defers.items()
                      for line in lines}
        found = {}
        for path in self.lines.keys() & self.says.keys():
            text = silenced(self.tree.read(path)).split('\n')
            for line in self.says[path]:
                if (path, line) not in understood and 'EPROBE_DEFER' in text[line - 1]:
                    found[path, line] = 'spatch does not understand this function'
        return found

    def binds(self, path):
        """Whether the module of a file has something that is called when a device is bound."""
        return any(BINDS.search(self.tree.text(each)) for each in self.tree.siblings(path))

    def run(self):
        """The program of all files that matter."""
        files, program, linked = self.first(), Program(Facts(), self.tree), 0
        for number in range(1, ROUNDS + 1):
            new = {path for path in files - self.lines.keys()
                   if os.path.isfile(os.path.join(self.kdir, path))}
            if not new and linked == len(self.linked):
                break
            linked = len(self.linked)
            what = f'looking at files, round {number}'
            found, left = collect(what, self.kdir, self.rules, new, self.cache)
            self.given_up.update({(path, 1): f'spatch has not finished this file: {why}'
                                  for path, why in left.items()})
            self.lines.update(found)
            known = sorted(self.lines)
            lines = [line for path in known for line in self.lines[path]]
            program = Program(Facts([*lines, *self.public()], known), self.tree)
            files = self.more(program)
        self.given_up.update(self.unread(program))
        return program
