# SPDX-License-Identifier: GPL-2.0
"""initcall_depends() lines in source files: those that the overlay has, and writing new ones."""

import functools
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
SCRIPTS = os.path.join(TOP, 'scripts')
for folder in ('tools/testing/rig', 'tools/testing/ffa-tpm', 'tools/overlay', 'scripts'):
    sys.path.insert(0, os.path.join(TOP, folder))
import initcall_edit  # noqa: E402
import initcall_makefile  # noqa: E402
import initcall_names  # noqa: E402
import overlay  # noqa: E402
from guest import Failure  # noqa: E402

RULES = os.path.join(SCRIPTS, 'coccinelle', 'api', 'initcall_depends_lines.cocci')
# Modules whose name is not that of the file with the declaration.
NAMES = {'drivers/firmware/arm_ffa/driver.c': 'ffa_module'}
DRIVER = re.compile(r'^(?:module|builtin)_\w*driver\w*\s*\(', re.M)


def edges_of(declared):
    return [(NAMES.get(file, initcall_names.module_name(file[:-len('.c')])), prerequisite)
            for file, names in declared.items() for prerequisite in names]


def written():
    """(consumer, prerequisite) of each line that the overlay adds to a driver."""
    return edges_of(overlay.declared())


def written_by(name):
    """The same, of one of its optional sets alone."""
    every = written()
    return [edge for edge in edges_of(overlay.declared((name,))) if edge not in every]


@functools.lru_cache(maxsize=None)
def modules_in(tree, folder):
    """{path: module} of a folder and what is below."""
    if not initcall_names.kbuild_file(os.path.join(tree, folder)):
        return {}
    return {module.path: module for module in initcall_names.load(tree, folder)}


def find_module(tree, path):
    """What the Makefiles say of a module; that of its folder, or of one above."""
    folder = os.path.dirname(path)
    while folder:
        if path in modules_in(tree, folder):
            return modules_in(tree, folder)[path]
        folder = os.path.dirname(folder)
    return None


def text_of(tree, file):
    with open(os.path.join(tree, file), errors='surrogateescape') as source:
        return source.read()


def source_of(tree, path):
    """The file of a module, named by its path, that is best to declare something in."""
    try:
        module = find_module(tree, path)
    except initcall_makefile.Failure as failure:
        raise Failure(str(failure)) from None
    files = [f'{stem}.c' for stem in module.objects] if module else []
    files = [file for file in files if os.path.exists(os.path.join(tree, file))]
    if not files:
        raise Failure(f'{os.path.join(tree, path)}: error: no source of this module; '
                      'is this the tree that the kernel was built from?')
    texts = {file: text_of(tree, file) for file in files}
    name = initcall_edit.underscores(os.path.basename(path))
    return max(files, key=lambda file: (
        bool(initcall_edit.MACRO.search(texts[file])), bool(DRIVER.search(texts[file])),
        initcall_edit.underscores(os.path.basename(file)) == f'{name}.c', -files.index(file)))


def check_tree(tree, files):
    if not os.path.exists(os.path.join(tree, 'Kbuild')):
        raise Failure(f'{tree}: error: not a Linux kernel source tree')
    for file in files:
        if not os.path.exists(os.path.join(tree, file)):
            raise Failure(f'{os.path.join(tree, file)}: error: no such file; '
                          'is this the tree that the kernel was built from?')


def run(command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          check=False, **more)
    if done.returncode:
        raise Failure(f'{command[0]} failed:\n{done.stderr}{done.stdout}')
    return done.stdout


def diff(tree, wanted):
    """One patch that writes @wanted, pairs of file and prerequisite, into @tree; by spatch."""
    files = sorted({file for file, _ in wanted})
    check_tree(tree, files)
    with tempfile.NamedTemporaryFile('w', suffix='.table') as table:
        table.writelines(f'{file}\t{prerequisite}\n' for file, prerequisite in wanted)
        table.flush()
        return run(['spatch', '--very-quiet', '--no-includes', '--no-show-diff', '-D', 'patch',
                    '-D', f'table={table.name}', '--sp-file', RULES,
                    *(os.path.join(tree, file) for file in files)],
                   env={**os.environ, 'srctree': tree, 'INITCALL_SCRIPTS': SCRIPTS})


def write(tree, wanted):
    """All of it or nothing."""
    tree = os.path.abspath(os.path.expanduser(tree))
    patch = diff(tree, wanted) if wanted else ''
    for more in (['--dry-run'], []) if patch else ():
        run(['patch', '-p1', '--silent', '--forward', '-d', tree, *more], input=patch)
    for file, prerequisite in wanted:
        if initcall_edit.missing(text_of(tree, file), [prerequisite]):
            raise Failure(f'{os.path.join(tree, file)}: error: no place found for '
                          f'initcall_depends("{prerequisite}")')
    if not patch:
        print(f'\n{tree}: there is nothing to write')
        return
    count = len(re.findall(r'^\+initcall_depends\(', patch, re.M))
    print(f'\n{tree}: {count} lines written into {len(re.findall("^--- ", patch, re.M))} files')
