# SPDX-License-Identifier: GPL-2.0
"""Which files to look at: those that know -EPROBE_DEFER, what these call, and what calls them."""

import collections
import os
import re

from initcall_deferrals.calls import Facts
from initcall_deferrals.facts import collect
from initcall_deferrals.index import grep, rooms
from initcall_deferrals.join import Program
from initcall_deferrals.source import silenced
from initcall_deferrals.waits import BINDS

ROUNDS = 8
# Lines of a header in which a macro or an inline function calls something, or is defined.
CALLING = re.compile(r'(?:\breturn\b.*|=\s*|#\s*define\s+\w+\(.*|^\s+)\b(\w+)\(')
CALLED = re.compile(r'(\w+)\(')
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
        files |= self.headers(names - self.done, CALLING)
        undefined = program.undefined() - self.exports.keys()
        files |= self.headers(undefined - self.asked, DEFINING)
        self.done |= names
        self.asked |= undefined
        for name in unknown:
            files.update(path for path in self.exports.get(name, ()) if self.binds(path))
        for path, names in program.unfinished().items():
            files.update(each for each in self.tree.siblings(path)
                         if not self.tree.words(each).isdisjoint(names))
        return files

    def headers(self, names, pattern):
        """Headers with a line in which a pattern finds one of these names."""
        if not names:
            return set()
        lines = (line.split(':', 1) for line in grep(
            self.kdir, ['-wF', '-f', '-', *rooms(self.kdir, 'include')],
            '\n'.join(sorted(names)) + '\n', 'h'))
        return {path for path, text in lines if not names.isdisjoint(CALLED.findall(text))
                and any(name in names for name in pattern.findall(text))}

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
        files, program = self.first(), Program(Facts(), self.tree)
        for number in range(1, ROUNDS + 1):
            new = {path for path in files - self.lines.keys()
                   if os.path.isfile(os.path.join(self.kdir, path))}
            if not new:
                break
            what = f'looking at files, round {number}'
            found, left = collect(what, self.kdir, self.rules, new, self.cache)
            self.given_up.update({(path, 1): f'spatch has not finished this file: {why}'
                                  for path, why in left.items()})
            self.lines.update(found)
            known = sorted(self.lines)
            lines = (line for path in known for line in self.lines[path])
            program = Program(Facts(lines, known), self.tree)
            files = self.more(program)
        self.given_up.update(self.unread(program))
        return program
