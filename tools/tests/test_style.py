# SPDX-License-Identifier: GPL-2.0
"""Compilers and checkers: no warning in what is ours, or changed by us."""

import ast
import contextlib
import glob
import json
import os
import re
import subprocess

from initcall.files import DATA, SCRIPTS, TOOLS, TOP, data, read
from initcall.graph.build import FLAGS, TOOL
from initcall.kernel.tree import CONFIG, CROSS
from initcall.process import Failure, ask

# The kernel's own, with and without the overlay.
STOCK_WARNINGS = (
    ('init/main.c', "warning: symbol 'envp_init' was not declared. Should it be static?"),)
MAX_COLUMNS = 100
MAX_LINES = 40


def manifest(tree):
    """{file that the overlay has changed or added: what it knows of it}"""
    with open(os.path.join(tree.source, '.initcall_depends', 'manifest')) as file:
        return json.load(file)['files']


def new_sources(tree, *folders):
    """C files that the overlay adds, in these folders, or outside of scripts/."""
    return sorted(path for path, entry in manifest(tree).items()
                  if not entry['old'] and path.endswith(('.c', '.h'))
                  and (path.startswith(folders) if folders else not path.startswith('scripts/')))


def compile_ours(tree, name, what, words):
    """Compile new files and changed ones; a warning in any of them is a failure."""
    files = [path for path in manifest(tree) if path.endswith(('.c', '.h'))]
    targets = [path[:-1] + 'o' for path in files
               if path.endswith('.c') and not path.startswith('scripts/')]
    tree.configure(name, [CONFIG, data('style.config')], words)
    for path in targets:    # so that nothing is up to date and silent
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(tree.output(name), path))
    try:
        tree.make(f'compiling with {what}', name, [*words, *targets])
    except Failure as failure:
        yield False, f'{what}: compiles', str(failure)
        return
    said = re.findall(r'^(?:\S*/src/|\.\./)?(\S+?):\d+:(?:\d+:)? ((?:warning|error): .*)$',
                      tree.log_of(name), re.M)
    bad = [f'{path}: {text}' for path, text in said
           if path in files and (path, text) not in STOCK_WARNINGS]
    yield not bad, f'{what}: no warning in {len(files)} files of ours, or changed by us', \
        '\n'.join(bad)


def check_host_compiles():
    """From our own Makefile, and with all warnings that both compilers have."""
    run = ask(['make', '-s', 'initcall-graph'], cwd=TOP)
    yield run.returncode == 0 and 'warning' not in run.stdout, \
        'initcall-graph: builds from our own Makefile', run.stdout
    sources = sorted(glob.glob(os.path.join(TOOL, '*.c')))
    for compiler in ('gcc', 'clang-19'):
        run = ask([compiler, '-fsyntax-only', *FLAGS, '-Wmissing-prototypes',
                   '-Wstrict-prototypes', '-Wshadow', '-Werror', *sources])
        yield run.returncode == 0, f'initcall-graph: no warning from {compiler}', run.stdout[-2000:]


def check_gcc(tree, sparse):
    yield from compile_ours(tree, 'gcc', 'gcc, W=1, sparse', [
        *CROSS, 'W=1', 'C=2', f'CHECK={sparse}'])


def check_clang(tree):
    yield from compile_ours(tree, 'clang', 'clang, W=1', [
        'ARCH=arm64', 'LLVM=-19', 'CC=ccache clang-19', 'W=1'])


def tool(name, command, tree):
    run = ask(command, cwd=tree.source)
    yield run.returncode == 0 and not re.search(r'\b(WARNING|ERROR|CHECK):', run.stdout), name, \
        run.stdout[-2000:]


def overlay_diff(tree):
    """What the overlay does to the kernel, as one patch."""
    patch = os.path.join(tree.top, 'overlay.diff')
    with open(patch, 'w') as out:
        for path, entry in sorted(manifest(tree).items()):
            # Types that the kernel's would be
            if path.startswith('scripts/initcall-graph/include/'):
                continue
            old = os.path.join('.initcall_depends/originals', path) if entry['old'] else '/dev/null'
            label = 'a/' + path if entry['old'] else '/dev/null'
            subprocess.run(['diff', '-u', '--label', label, '--label', 'b/' + path, old, path],
                           stdout=out, cwd=tree.source, check=False)
    return patch


def check_style(tree):
    # A literal is used twice on purpose, a __setup() is documented in another file, and
    # Linux 6.12 has no kzalloc_obj().
    check = ['scripts/checkpatch.pl', '--strict', '--terse', '--show-types', '--no-summary',
             '--ignore', 'MACRO_ARG_REUSE,ALLOC_WITH_SIZEOF,NEW_TYPEDEFS']
    # The shims define what the kernel's own headers would.
    ours = new_sources(tree)
    host = [path for path in new_sources(tree, 'scripts/initcall-graph/')
            if not path.startswith('scripts/initcall-graph/include/')]
    for path in ours:
        yield from tool(f'checkpatch --strict {path}',
                        [*check, '--ignore', 'UNDOCUMENTED_SETUP', '-f', path], tree)
    for path in host:       # libelf has names of its own
        yield from tool(f'checkpatch --strict {path}',
                        [*check, '--ignore', 'CAMELCASE', '-f', path], tree)
    # No message and no signature: it is not a mail yet.
    yield from tool('checkpatch --strict on all that the overlay changes', [
        *check, '--ignore', 'COMMIT_MESSAGE,MISSING_SIGN_OFF,FILE_PATH_CHANGES,CAMELCASE',
        overlay_diff(tree)], tree)
    yield from tool('kernel-doc', ['scripts/kernel-doc', '-none', '-Werror', *ours, *host], tree)


def long_functions(path):
    """Functions that do not fit on a screen."""
    for node in ast.walk(ast.parse(read(path), path)):
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= MAX_LINES:
            yield f'{path}:{node.lineno}: {node.name}() has more than {MAX_LINES} lines'


def long_lines(path):
    for number, line in enumerate(read(path).splitlines(), 1):
        if len(line) > MAX_COLUMNS:
            yield f'{path}:{number}: {len(line)} columns'


def search_paths(path):
    """A module is found because it is in a package, or beside the program."""
    for number, line in enumerate(read(path).splitlines(), 1):
        if 'sys.' 'path' in line or re.search(r'\bscripts\b.*\bimport\b', line):
            yield f'{path}:{number}: {line.strip()}'


def check_python_style():
    paths = [path for folder in (SCRIPTS, TOOLS)
             for path in glob.glob(os.path.join(folder, '**', '*.py'), recursive=True)]
    rules = glob.glob(os.path.join(SCRIPTS, '**', '*.cocci'), recursive=True)
    rules += glob.glob(os.path.join(DATA, '**', '*.cocci'), recursive=True)
    for what, files, find in (
            (f'lines have at most {MAX_COLUMNS} columns', paths, long_lines),
            (f'functions have at most {MAX_LINES} lines', paths, long_functions),
            ('nothing changes where modules are looked for', paths + rules, search_paths)):
        bad = [line for path in sorted(files) for line in find(path)]
        yield files and not bad, f'Python: {what}', '\n'.join(bad)
    run = ask(['/usr/bin/pyflakes3', *paths])
    yield run.returncode == 0 and not run.stdout, 'Python: pyflakes3 finds nothing', run.stdout
