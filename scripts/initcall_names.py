#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""List every object that Kbuild links as a unit, by the name that it has as a module.

Reads the Makefiles of a kernel source tree, which needs neither a configuration
nor a build. A line has, with tabs in between: the name (KBUILD_MODNAME, with '_'
for '-'), the path (KBUILD_MODFILE), the Kconfig symbols that have a say in whether
it is built, nearest first, the Makefile and line that add it, and with --objects
the sources it is made of, without their suffix and with spaces in between.

With --place, a line has the path of a module, and the source file of it that is the
best one to declare something in.

All configurations and architectures are taken together.
"""

import argparse
import collections
import dataclasses
import functools
import glob
import os
import re
import signal
import subprocess
import sys

sys.dont_write_bytecode = True      # this may run from a source tree that is not to be written to
from initcall_edit import MACRO, underscores  # noqa: E402
from initcall_makefile import Failure, Makefile, substitute, under, unique  # noqa: E402

SUFFIXES = ('-objs', '-y', '-m')
OBJECTS = ('obj-y', 'obj-m', 'lib-y', 'lib-m', 'extra-y', 'always-y')
DRIVER = re.compile(r'^(?:module|builtin)_\w*driver\w*\s*\(', re.M)
INCLUDED = r'^[[:blank:]]*#[[:blank:]]*include[[:blank:]]*"[^"]*\.c"'


@dataclasses.dataclass(frozen=True)
class Module:
    """What KBUILD_MODFILE names; objects are paths of sources, without suffix."""
    name: str
    path: str
    symbols: tuple
    where: str
    objects: tuple


def module_name(path):
    return os.path.basename(path).replace('-', '_').replace(',', '_')


def merge(words):
    """Each text once. One that is there without a symbol needs none; else any of them will do."""
    merged = {}
    for word in words:
        old = merged.get(word.text)
        both = old and old.symbols and word.symbols
        symbols = unique(old.symbols + word.symbols) if both else ()
        merged[word.text] = old._replace(symbols=symbols) if old else word
    return list(merged.values())


class Kbuild(Makefile):
    """What a folder adds to the kernel."""

    def compiled(self, path):
        """(object that the compiler makes, source) of an object, as rules of the Makefile say."""
        unit = path
        for target, source, copied in self.rules:
            if copied and not self.has_source(unit):
                unit = substitute(target, source, unit)
        path = unit
        for target, source, copied in self.rules:
            if not copied and not self.has_source(path):
                path = substitute(target, source, path)
        return unit, path

    def has_source(self, path):
        return any(os.path.exists(os.path.join(self.base, path + ending))
                   for ending in ('.c', '.S', '.rs'))

    def parts(self, stem):
        return [part for suffix in SUFFIXES for part in self.value(stem + suffix)]

    def modules(self, folder):
        """The objects that this folder adds to the kernel, as modules."""
        for word in merge(self.added('.o')):
            stem = word.text[:-2]
            parts = self.parts(stem)
            names = [part.text[:-2] for part in parts if part.text.endswith('.o')]
            names = names if parts else [stem]
            objects = [self.compiled(under(folder, name)) for name in names]
            # Kbuild takes the directory off the name of an object that is on its own.
            path = under(folder, stem if parts else os.path.basename(objects[0][0]))
            yield Module(module_name(path), path, word.symbols, word.where,
                         unique(source for _, source in objects))

    def added(self, ending):
        return [word for name in OBJECTS for word in self.value(name)
                if word.text.endswith(ending)]

    def folders(self, folder):
        """The folders that this one leads to, with their symbols."""
        below = [word for name in ('subdir-y', 'subdir-m') for word in self.value(name)]
        below += self.added('/')
        below += [part for word in self.added('.o') for part in self.parts(word.text[:-2])
                  if part.text.endswith('/')]
        for word in merge(below):
            yield under(folder, word.text), word.symbols


def kbuild_file(folder):
    """As Kbuild does: Kbuild, or else Makefile; None if there is neither."""
    for name in ('Kbuild', 'Makefile'):
        if os.path.isfile(os.path.join(folder, name)):
            return os.path.join(folder, name)
    return None


@functools.lru_cache(maxsize=None)
def architectures(tree):
    found = sorted(glob.glob(os.path.join(tree, 'arch/*/Makefile')))
    return [os.path.basename(os.path.dirname(path)) for path in found]


def given(tree, folder):
    """What the main Makefile passes on: all architectures, or the one that the folder is in."""
    found = re.match(r'arch/(\w+)(?:/|$)', folder)
    every = architectures(tree)
    one = [found.group(1)] if found else every
    return {'SRCARCH': one, 'SUBARCH': every, 'BITS': ['32', '64']}


def read_folder(tree, base, folder):
    """The Makefile of a folder, or None."""
    path = kbuild_file(under(base, folder))
    if not path:
        return None
    makefile = Kbuild(tree, base, folder, given(tree, folder))
    if base == tree and folder == '.':      # which adds what architectures want
        makefile.read(os.path.join(tree, 'Makefile'))
    makefile.read(path)
    return makefile


@functools.lru_cache(maxsize=None)
def included(base):
    """{path: names of the .c files that it includes}; grep is quicker than reading all files."""
    run = subprocess.run(['grep', '-HroE', '--include=*.c', INCLUDED, '.'], cwd=base,
                         stdout=subprocess.PIPE, text=True, errors='replace', check=False)
    if run.returncode > 1:
        raise Failure(f'{base}: error: grep failed')
    found = collections.defaultdict(list)
    for line in run.stdout.splitlines():
        path, text = line.removeprefix('./').split(':', 1)
        found[path].append(text.split('"')[1].removesuffix('.c'))
    return dict(found)


def with_included(base, module):
    """@module with the .c files that its own include."""
    found, todo = dict.fromkeys(module.objects), list(module.objects)
    for stem in todo:
        places = (os.path.dirname(stem), os.path.dirname(module.path))
        paths = [under(place or '.', name) for name in included(base).get(f'{stem}.c', ())
                 for place in places]
        new = [path for path in unique(paths)
               if path not in found and os.path.isfile(f'{base}/{path}.c')]
        found.update(dict.fromkeys(new))
        todo += new
    return dataclasses.replace(module, objects=tuple(found))


def start(tree, folder):
    """(where paths start, folder): a folder of the kernel, or that of an external module."""
    path = os.path.normpath(os.path.join(tree, folder))
    if not kbuild_file(path):
        raise Failure(f'{path}: error: no Makefile and no Kbuild')
    inside = os.path.relpath(path, tree)
    return (path, '.') if inside.startswith('..') else (tree, inside)


def load(tree, folder='.'):
    """Every Module of a kernel tree, or of one folder and what is below."""
    tree = os.path.abspath(tree)
    base, folder = start(tree, folder)
    todo, seen, modules = [(folder, ())], {folder}, {}
    for folder, above in todo:
        makefile = read_folder(tree, base, folder)
        if not makefile:
            continue
        for module in makefile.modules(folder):
            add(modules, dataclasses.replace(module, symbols=unique(module.symbols + above)))
        for below, symbols in makefile.folders(folder):
            if below not in seen:
                seen.add(below)
                todo.append((below, unique(symbols + above)))
    complete = [with_included(base, module) for module in modules.values()]
    return sorted(complete, key=lambda module: (module.name, module.path))


def add(modules, module):
    old = modules.get(module.path)
    modules[module.path] = module if not old else dataclasses.replace(
        old, symbols=unique(old.symbols + module.symbols),
        objects=unique(old.objects + module.objects))


def modules_of(modules):
    """{path of a source, without suffix: modules that it is linked into}."""
    found = collections.defaultdict(list)
    for module in modules:
        for name in module.objects:
            found[name].append(module)
    return dict(found)


@functools.lru_cache(maxsize=None)
def modules_in(tree, folder):
    """{path: module} of a folder and what is below."""
    if not kbuild_file(os.path.join(tree, folder)):
        return {}
    return {module.path: module for module in load(tree, folder)}


def find_module(tree, path):
    """What the Makefiles say of a module; that of its folder, or of one above."""
    folder = os.path.dirname(path)
    while folder:
        if path in modules_in(tree, folder):
            return modules_in(tree, folder)[path]
        folder = os.path.dirname(folder)
    return None


def text_of(tree, file):
    with open(os.path.join(tree, file), errors='replace') as source:
        return source.read()


def place_of(tree, path):
    """The file of a module, named by its path, that is best to declare something in."""
    module = find_module(tree, path)
    files = [f'{stem}.c' for stem in module.objects] if module else []
    files = [file for file in files if os.path.exists(os.path.join(tree, file))]
    if not files:
        raise Failure(f'{os.path.join(tree, path)}: error: no source of this module; '
                      'is this the tree that the kernel was built from?')
    texts = {file: text_of(tree, file) for file in files}
    name = underscores(os.path.basename(path))
    return max(files, key=lambda file: (
        bool(MACRO.search(texts[file])), bool(DRIVER.search(texts[file])),
        underscores(os.path.basename(file)) == f'{name}.c', -files.index(file)))


def load_all(tree, folder):
    """Every Module of a kernel tree or a folder of it, of which there are some."""
    modules = load(tree, folder)
    if modules:
        return modules
    source = os.path.join(tree, 'source')       # as in a folder of make O=
    hint = f'; take {source}' if os.path.exists(os.path.join(source, 'Makefile')) else ''
    raise Failure(f'{tree}: error: not the source tree of a kernel{hint}')


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--objects', action='store_true', help='list also what each is made of')
    parser.add_argument('--place', nargs='+', metavar='PATH', help='where to declare something')
    parser.add_argument('tree', help='top of a kernel source tree')
    parser.add_argument('folder', nargs='?', default='.',
                        help='only this one and what is below; it may be elsewhere')
    return parser.parse_args()


def main():
    options = parse_arguments()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)    # head(1) and the like may have seen enough
    try:
        if options.place:
            for path in options.place:
                print(f'{path}\t{place_of(options.tree, path)}')
            return 0
        modules = load_all(options.tree, options.folder)
    except (Failure, OSError) as failure:
        print(failure, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    for module in modules:
        columns = [module.name, module.path, ','.join(module.symbols), module.where]
        print('\t'.join(columns + [' '.join(module.objects)] * options.objects))
    return 0


if __name__ == '__main__':
    sys.exit(main())
