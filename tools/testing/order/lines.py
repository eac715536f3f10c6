# SPDX-License-Identifier: GPL-2.0
"""initcall_depends() lines in source files: those that people have written, and writing new ones."""

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
import overlay  # noqa: E402
from guest import Failure  # noqa: E402

RULES = os.path.join(SCRIPTS, 'coccinelle', 'api', 'initcall_depends_lines.cocci')
# Modules whose name is not that of the file with the declaration.
NAMES = {'drivers/firmware/arm_ffa/driver.c': 'ffa_module'}


def written():
    """(consumer, prerequisite) of each line that the overlay adds to a driver."""
    return [(NAMES.get(file, os.path.basename(file)[:-len('.c')].replace('-', '_')), prerequisite)
            for file, names in overlay.declared().items() for prerequisite in names]


def check_tree(tree, files):
    if not os.path.exists(os.path.join(tree, 'Kbuild')):
        raise Failure(f'{tree}: error: not a Linux kernel source tree')
    for file in files:
        if not os.path.exists(os.path.join(tree, file)):
            raise Failure(f'{os.path.join(tree, file)}: error: no such file; is this the tree that the kernel was built from?')


def run(command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, **more)
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
        return run(['spatch', '--very-quiet', '--no-includes', '--no-show-diff', '-D', 'patch', '-D', f'table={table.name}',
                    '--sp-file', RULES, *(os.path.join(tree, file) for file in files)],
                   env={**os.environ, 'srctree': tree, 'PYTHONPATH': SCRIPTS})


def is_there(tree, file, prerequisite):
    with open(os.path.join(tree, file), errors='surrogateescape') as source:
        names = initcall_edit.DECLARATION.findall(source.read())
    return initcall_edit.underscores(prerequisite) in map(initcall_edit.underscores, names)


def write(tree, wanted):
    """All of it or nothing."""
    tree = os.path.abspath(os.path.expanduser(tree))
    patch = diff(tree, wanted)
    for more in (['--dry-run'], []) if patch else ():
        run(['patch', '-p1', '--silent', '--forward', '-d', tree, *more], input=patch)
    for file, prerequisite in wanted:
        if not is_there(tree, file, prerequisite):
            raise Failure(f'{os.path.join(tree, file)}: error: no place found for initcall_depends("{prerequisite}")')
    if not patch:
        print(f'\n{tree}: all of these lines are there already')
        return
    count = len(re.findall(r'^\+initcall_depends\(', patch, re.M))
    print(f'\n{tree}: {count} lines written into {len(re.findall("^--- ", patch, re.M))} files')
