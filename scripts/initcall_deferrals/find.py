# SPDX-License-Identifier: GPL-2.0
"""Which files to look at: those that know -EPROBE_DEFER, what these call, and who calls them."""

import collections
import os
import re
import subprocess

from initcall_deferrals.calls import Facts
from initcall_deferrals.facts import collect
from initcall_deferrals.join import Program
from initcall_deferrals.source import words
from initcall_deferrals.waits import BINDS
from initcall_makefile import Failure

ROOMS = ('arch', 'block', 'certs', 'crypto', 'drivers', 'fs', 'init', 'io_uring', 'ipc', 'kernel',
         'lib', 'mm', 'net', 'security', 'sound', 'virt')
EXPORT = r'^EXPORT_[A-Z_]*SYMBOL[A-Z_]*\([[:space:]]*[A-Za-z_][A-Za-z_0-9]*'
ROUNDS = 8
# Comparing something with it is not saying it.
SAYS = re.compile(r'(?<![=!]= -)(?<![=!]=-)(?<!\* )(?<!case -)\bEPROBE_DEFER\b')


def grep(kdir, words, patterns=None):
    """Lines of grep on the tree's C files; no match is no error."""
    command = ['grep', '-Hr', '--include=*.c', *words]
    run = subprocess.run(command, cwd=kdir, input=patterns, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True, errors='replace',
                         env={**os.environ, 'LC_ALL': 'C'}, check=False)
    if run.returncode > 1:
        raise Failure(f'{kdir}: error: grep failed: {run.stderr.strip()}')
    return run.stdout.splitlines()


class Search:
    """The files of a tree, and where consumers may be."""

    def __init__(self, options, rules, tree):
        self.kdir, self.cache, self.rules, self.tree = options.kdir, options.cache, rules, tree
        self.rooms = [room for room in ROOMS if os.path.isdir(os.path.join(self.kdir, room))]
        self.scope = [options.folder] if options.folder else self.rooms
        self.lines = {}
        self.exports = collections.defaultdict(set)
        for line in grep(self.kdir, ['-oE', EXPORT, *self.rooms]):
            path, symbol = line.split(':', 1)
            self.exports[re.split(r'\W+', symbol)[-1]].add(path)

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
        """Who says -EPROBE_DEFER in scope, or does so in what is exported to there."""
        deferring = set()
        for line in grep(self.kdir, ['-w', 'EPROBE_DEFER', *self.rooms]):
            path, text = line.split(':', 1)
            if SAYS.search(text):
                deferring.add(path)
        names = {name for name, paths in self.exports.items() if paths & deferring}
        files = {path for path in deferring if self.in_scope(path)}
        for name, users in self.callers(names).items():
            files.update(path for path in self.exports[name] & deferring
                         if any(not self.tree.same(user, path) for user in users))
        return files

    def more(self, program):
        """Files that what is known so far leads to."""
        files, names = set(), set()
        for function in program.facts.exported.values():
            if program.waits(function):
                names.add(function.name)
        for users in self.callers(names - self.done).values():
            files |= users
        self.done |= names
        for name in program.unknown():
            files.update(path for path in self.exports.get(name, ()) if self.binds(path))
        for path, names in program.unfinished().items():
            mention = re.compile(r'\b(?:' + '|'.join(names) + r')\b')
            files.update(each for each in self.tree.siblings(path)
                         if mention.search(self.tree.text(each)))
        return files

    def binds(self, path):
        """Whether the module of a file has something that is called when a device is bound."""
        return any(BINDS.search(self.tree.text(each)) for each in self.tree.siblings(path))

    def run(self):
        """The program of all files that matter."""
        files, self.done, program = self.first(), set(), Program(Facts(), self.tree)
        for number in range(1, ROUNDS + 1):
            new = {path for path in files - self.lines.keys()
                   if os.path.isfile(os.path.join(self.kdir, path))}
            if not new:
                break
            what = f'looking at files, round {number}'
            for path, lines in collect(what, self.kdir, self.rules, new, self.cache).items():
                self.lines[path] = lines + words(path, self.tree.read(path), lines)
            known = sorted(self.lines)
            lines = (line for path in known for line in self.lines[path])
            program = Program(Facts(lines, known), self.tree)
            files = self.more(program)
        return program
