# SPDX-License-Identifier: GPL-2.0
"""Run the tests of tools/tests with pytest.

--only takes groups of tests (kunit_uml), files (test_rig), and single tests, as they are
printed (test_rig.py::boots::rig: on: as declared).
"""

import ast
import glob
import importlib.util
import os
import re
import sys

from initcall.files import TOOLS, read
from initcall.kernel import tree
from initcall.order import names
from initcall.process import Failure, python, show

TESTS = os.path.join(TOOLS, 'tests')
# pytest's exit status
INTERRUPTED = 2


def arguments(parser):
    tree.arguments(parser)
    parser.add_argument('--only', metavar='NAME,...', default='', help='these tests')
    parser.add_argument('--junit', metavar='FILE', type=names.new_file,
                        help='results as JUnit XML, too')


def tests_in(path):
    """{name: node} of what pytest finds in a file, as its functions and classes say."""
    found = {}
    for node in ast.parse(read(path)).body:
        if isinstance(node, ast.ClassDef):
            found.update({each.name: f'{node.name}::{each.name}' for each in node.body
                          if isinstance(each, ast.FunctionDef) and each.name.startswith('test_')})
        elif isinstance(node, ast.FunctionDef) and re.match('test_|check_', node.name):
            found[node.name] = node.name
    return found


def nodes(folders):
    """{name: node of pytest} of all that may be said with --only."""
    found = {}
    for path in sorted(path for folder in folders
                       for path in glob.glob(os.path.join(TESTS, folder, 'test_*.py'))):
        file, stem = os.path.relpath(path, TESTS), os.path.basename(path)[:-len('.py')]
        found[stem] = file
        found.setdefault(stem.removeprefix('test_'), file)
        for name, node in tests_in(path).items():
            found[name] = found[name.removeprefix('check_')] = f'{file}::{node}'
    return found


def single(parts, known):
    """One test, or one check of a group, as it is printed."""
    for number, part in enumerate(parts):
        if '::' in known.get(part, ''):
            check_text = '::'.join(parts[number + 1:])
            return [known[part], *(['--check', check_text] if check_text else [])]
    raise Failure(f'error: ONLY={"::".join(parts)}: no such test')


def chosen(only, folders):
    """Words for pytest."""
    known = nodes(folders)
    if not only.strip(', '):
        return [file for file in dict.fromkeys(known.values()) if '::' not in file]
    if '::' in only:
        return single(only.split('::'), known)
    wanted = [name.removesuffix('.py') for name in re.split(r'[,\s]+', only.strip(', '))]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        there = sorted(name for name in known if not name.startswith(('check_', 'test_')))
        raise Failure(f'error: ONLY={",".join(unknown)}: there are {", ".join(there)}')
    return [known[name] for name in wanted]


def check(args):
    folders = {'check': [''], 'check-full': ['', 'full'], 'cocci-check': ['whole_tree']}
    args.words = chosen(args.only, folders[args.command])


def run(args):
    """The kernel that is wanted, or an error."""
    kernel = tree.KernelTree(args.choice, exact=True)
    words = ['--kernel', args.choice[1], *(['--kdir', kernel.kdir] if kernel.kdir else []),
             *(['--junit-xml', args.junit] if args.junit else [])]
    # Debian's package is for Debian's Python.
    program = sys.executable if importlib.util.find_spec('pytest') else '/usr/bin/python3'
    status = show(python('-m', 'pytest', *words, *args.words, program=program), cwd=TESTS)
    if status == INTERRUPTED:
        raise KeyboardInterrupt
    return status
