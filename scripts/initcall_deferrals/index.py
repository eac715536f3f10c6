# SPDX-License-Identifier: GPL-2.0
"""What a run needs to know of all files of a tree: modules, exports, and what says -EPROBE_DEFER.

With a folder to keep it in, it is made again only if one of these files has another size or time:
a run for one file then takes little more than what that file needs.
"""

import collections
import dataclasses
import hashlib
import json
import os
import re
import subprocess

import initcall_makefile
import initcall_names
from initcall_deferrals.facts import keep
from initcall_makefile import Failure

ROOMS = ('arch', 'block', 'certs', 'crypto', 'drivers', 'fs', 'init', 'io_uring', 'ipc', 'kernel',
         'lib', 'mm', 'net', 'security', 'sound', 'virt')
EXPORT = r'^EXPORT_[A-Z_]*SYMBOL[A-Z_]*\([[:space:]]*[A-Za-z_][A-Za-z_0-9]*'
# Comparing something with it is not saying it.
SAYS = re.compile(r'(?<![=!]= -)(?<![=!]=-)(?<!\* )(?<!case -)\bEPROBE_DEFER\b')
FILES = ('-name', '*.c', '-o', '-name', 'Makefile*', '-o', '-name', 'Kbuild')


def command(kdir, words, patterns=None, accepted=(0,)):
    """The lines that a program prints on a tree."""
    run = subprocess.run(words, cwd=kdir, input=patterns, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True, errors='replace',
                         env={**os.environ, 'LC_ALL': 'C'}, check=False)
    if run.returncode not in accepted:
        raise Failure(f'{kdir}: error: {words[0]} failed: {run.stderr.strip()}')
    return run.stdout.splitlines()


def grep(kdir, words, patterns=None, ending='c'):
    """Lines of grep on the tree's C files; no match is no error."""
    return command(kdir, ['grep', '-Hr', f'--include=*.{ending}', *words], patterns, (0, 1))


def rooms(kdir, *more):
    return [room for room in (*more, *ROOMS) if os.path.isdir(os.path.join(kdir, room))]


@dataclasses.dataclass
class Index:
    """Of a tree, in what JSON has."""
    modules: list       # the fields of each Module
    included: dict      # file: .c files that it includes
    exports: dict       # name: files that export it
    says: dict          # file: lines with -EPROBE_DEFER


def make(kdir):
    """Read the tree."""
    exports, says = collections.defaultdict(list), collections.defaultdict(list)
    for line in grep(kdir, ['-oE', EXPORT, *rooms(kdir)]):
        path, symbol = line.split(':', 1)
        exports[re.split(r'\W+', symbol)[-1]].append(path)
    for line in grep(kdir, ['-nw', 'EPROBE_DEFER', *rooms(kdir)]):
        path, number, text = line.split(':', 2)
        if SAYS.search(text):
            says[path].append(int(number))
    modules = [dataclasses.astuple(module) for module in initcall_names.load(kdir)]
    if not modules:
        raise Failure(f'{kdir}: error: its Makefiles add no object; those of Linux before 6.1 are '
                      'not understood')
    return Index(modules, initcall_names.included(kdir), dict(exports), dict(says))


def load(kdir, cache):
    """The Index of a tree, as it is now."""
    if not cache:
        return make(kdir)
    files = command(kdir, ['find', 'Kbuild', 'Makefile', *rooms(kdir), '(', *FILES, ')',
                           '-printf', '%p %s %T@\n'])
    total = hashlib.sha256('\n'.join([kdir, *files]).encode())
    for program in (__file__, initcall_names.__file__, initcall_makefile.__file__):
        with open(program, 'rb') as file:
            total.update(file.read())
    path = os.path.join(cache, 'index', total.hexdigest())
    if os.path.exists(path):
        with open(path) as file:
            return Index(**json.load(file))
    index = make(kdir)
    keep(path, [json.dumps(dataclasses.asdict(index))])
    return index
