# SPDX-License-Identifier: GPL-2.0
"""make check: every check is a generator of (passed, name, explanation)."""

import ast
import contextlib
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import traceback

from build import CONFIG, CROSS, HERE, TOP
from check_boards import boards
from check_cocci import semantic_patches
from check_conversions import conversions
from check_docs import htmldocs
from check_graph import commands, predictions
from check_graph_faults import graph_faults
from check_images import own_images
from check_introspection import introspection, resident
from check_kunit import kunit_console, kunit_uml, optional_parts
from check_macro import macro
from check_modules import modules
from check_names import names
from check_orders import orders
from check_planted import planted
from check_rig import boots, boots_smp, record_size
from progress import Failure, run_logged
from source import Apt, cache, lock, log_of, log_path, pristine, read, supported

__all__ = ['OURS', 'check_only', 'kunit_console', 'run_all', 'run_groups']
OURS = ('kernel/initcall_depends', 'lib/kunit/initcall_depends')
# Where else the overlay changes or adds something that the rig's configuration compiles.
TARGETS = (*(folder + '/' for folder in OURS), 'drivers/base/', 'drivers/char/tpm/',
           'drivers/firmware/arm_ffa/', 'drivers/misc/settle_test.o', 'init/main.o', 'samples/',
           'security/integrity/ima/', 'security/keys/trusted-keys/')
# The kernel's own, with and without the overlay.
STOCK_WARNINGS = (
    ('init/main.c', "warning: symbol 'envp_init' was not declared. Should it be static?"),)
MAX_COLUMNS = 100
# Not written for that many columns yet.
WIDE = re.compile(r'/(?:cocci\w*|check_cocci\w*|check_sanitizers|reports\w*|source|progress|'
                  r'spatch|check_docs)\.py$')
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


def overlay(tree):
    """The overlay's own tests, on every supported kernel that can be had."""
    script = os.path.join(HERE, 'overlay', 'overlay_test.py')
    for version in supported():     # now, so that no download gets in between the results
        with contextlib.suppress(Failure):
            pristine(version)
    passed = True
    try:
        run_logged('testing the overlay', [sys.executable, script, '-v'], log_path('overlay-test'),
                   r'(?:^| )(?:ok|FAIL|ERROR)$', 20, noun='tests')
    except Failure as failure:
        print(failure)
        passed = False
    results = re.findall(r'^(\w+) \(.*\) \.\.\. (ok|FAIL|ERROR|skipped.*)$',
                         log_of('overlay-test'), re.M)
    for name, result in results:
        yield None if result.startswith('skipped') else result == 'ok', f'overlay: {name}', result
    yield passed and 'Ran ' in log_of('overlay-test'), \
        'overlay: tests ran to the end, and passed', log_path('overlay-test')


def not_for_old_kernels(_tree):
    yield None, 'rig: this kernel has no tpm_crb_ffa, so there is nothing to boot', ''
    yield None, 'style: that of this kernel is not today\'s', ''


def sparse():
    """Linux 7.3 wants a newer sparse than Debian 12 has: build that of sid, once."""
    program = cache('tools', 'sparse', 'sparse')
    with lock(cache('tools', 'lock')):
        if os.path.exists(program):
            return program
        work = cache('tools', 'sparse.new')
        shutil.rmtree(work, ignore_errors=True)
        os.makedirs(work)
        # Signed, but from a mirror that may be weeks old: good enough for a tool.
        apt = Apt(work, 'sid', 'deb-src', lagging=True)
        apt.run('asking sid for sparse', 'update')
        apt.run('downloading sparse', '--download-only', 'source', 'sparse')
        run_logged('building sparse', [
            'sh', '-c', 'dpkg-source --skip-patches -x sparse_*.dsc tree && make -C tree -j2 '
            'HAVE_SQLITE=no HAVE_GTK=no HAVE_LLVM=no sparse'], log_path('sparse'), cwd=work)
        os.rename(os.path.join(work, 'tree'), cache('tools', 'sparse'))
        return program


def compile_ours(tree, name, what, words):
    """Compile new files and changed ones; a warning in any of them is a failure."""
    files = [path for path in manifest(tree) if path.endswith(('.c', '.h'))]
    targets = [path for path in TARGETS if tree.has(path.rstrip('/')) or
               tree.has(path[:-1] + 'c')]
    if not os.path.exists(os.path.join(tree.output(name), '.config')):
        tree.configure(name, [CONFIG], words)
    for path in files:      # so that nothing is up to date and silent
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(tree.output(name), path[:-1] + 'o'))
    try:
        tree.make(f'compiling with {what}', name, [*words, *targets])
    except Failure as failure:
        yield False, f'{what}: compiles', str(failure)
        return
    said = re.findall(r'^(?:\S*/src/|\.\./)?(\S+?):\d+:(?:\d+:)? ((?:warning|error): .*)$',
                      log_of(name), re.M)
    bad = [f'{path}: {text}' for path, text in said
           if path in files and (path, text) not in STOCK_WARNINGS]
    yield not bad, f'{what}: no warning in {len(files)} files of ours, or changed by us', \
        '\n'.join(bad)


def host_compiles():
    """From our own Makefile, and with all warnings that both compilers have."""
    run = subprocess.run(['make', '-s', 'initcall-graph'], cwd=TOP, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True, check=False)
    yield run.returncode == 0 and not run.stdout, \
        'initcall-graph: builds from our own Makefile', run.stdout
    sources = sorted(glob.glob(os.path.join(TOP, 'scripts', 'initcall-graph', '*.c')))
    for compiler in ('gcc', 'clang-19'):
        run = subprocess.run([
            compiler, '-fsyntax-only', '-O2', '-std=gnu11', '-Wall', '-Wextra',
            '-Wmissing-prototypes', '-Wstrict-prototypes', '-Wshadow', '-Werror',
            f'-I{TOP}/scripts/initcall-graph/include', *sources],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        yield run.returncode == 0, f'initcall-graph: no warning from {compiler}', run.stdout[-2000:]


def static_checks(tree):
    yield from host_compiles()
    yield from compile_ours(tree, 'gcc', 'gcc, W=1, sparse', [
        *CROSS, 'W=1', 'C=2', f'CHECK={sparse()}'])
    yield from compile_ours(tree, 'clang', 'clang, W=1', [
        'ARCH=arm64', 'LLVM=-19', 'CC=ccache clang-19', 'W=1'])


def tool(name, command, tree):
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                         cwd=tree.source, check=False)
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


def style(tree):
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
    scripts = sorted(glob.glob(os.path.join(TOP, 'scripts', '*.sh')))
    yield from tool('shellcheck', ['shellcheck', os.path.join(HERE, 'packages.sh'), *scripts],
                    tree)
    yield from python_style()


def long_functions(path):
    """Functions that do not fit on a screen."""
    for node in ast.walk(ast.parse(read(path), path)):
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= MAX_LINES:
            yield f'{path}:{node.lineno}: {node.name}() has more than {MAX_LINES} lines'


def long_lines(path):
    for number, line in enumerate(read(path).splitlines(), 1):
        if len(line) > MAX_COLUMNS:
            yield f'{path}:{number}: {len(line)} columns'


def python_style():
    paths = [path for folder in ('scripts', 'tools')
             for path in glob.glob(os.path.join(TOP, folder, '**', '*.py'), recursive=True)]
    narrow = [path for path in paths if not WIDE.search(path)]
    for what, files, check in (
            (f'lines have at most {MAX_COLUMNS} columns', narrow, long_lines),
            (f'functions have at most {MAX_LINES} lines', paths, long_functions)):
        bad = [line for path in sorted(files) for line in check(path)]
        yield not bad, f'Python: {what}, {len(files)} files', '\n'.join(bad)


# All groups of make check; some use what those before them have built or booted.
GROUPS = (overlay, semantic_patches, kunit_uml, optional_parts, boots, boots_smp, names,
          introspection, predictions, commands, orders, planted, boards, own_images, modules,
          record_size, resident, macro, static_checks, conversions, graph_faults, style, htmldocs)
OLD_GROUPS = (overlay, semantic_patches, kunit_uml, not_for_old_kernels)


def chosen(groups):
    """What ONLY=group,... leaves of these."""
    wanted = re.split(r'[,\s]+', os.environ.get('ONLY', '').strip(', '))
    if wanted == ['']:
        return groups
    known = list(dict.fromkeys(group.__name__ for group in groups))
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise Failure(f'error: ONLY={",".join(unknown)}: there are {", ".join(known)}')
    return [group for group in groups if group.__name__ in wanted]


def check_only(more=()):
    """Raise a Failure if ONLY makes no sense."""
    chosen((*GROUPS, *more))


def run_all(tree, more=()):
    """All checks, and @more of them, which are for kernels that the rig boots."""
    groups = chosen((*GROUPS, *more))
    if not tree.has('drivers/char/tpm/tpm_crb_ffa.c'):
        groups = [group for group in OLD_GROUPS
                  if group in groups or group is not_for_old_kernels]
    return run_groups(tree, groups)


def results_of(tree, group):
    """What a group finds; it is a failure if it breaks, or finds nothing."""
    count = 0
    try:
        for result in group(tree):
            yield result
            count += 1
    except (Failure, OSError, subprocess.SubprocessError) as failure:
        yield False, f'{group.__name__}: could not be done', failure
        return
    except Exception:       # whatever it is, the other groups are to be run
        yield False, f'{group.__name__}: broke', traceback.format_exc()
        return
    if not count:
        yield False, f'{group.__name__}: has checked nothing', ''


def run_groups(tree, groups):
    """Print each check and a summary; the exit status."""
    passed = failed = skipped = 0
    for group in groups:
        for ok, name, why in results_of(tree, group):
            print(f'{"skip" if ok is None else "ok" if ok else "not ok"} {name}', flush=True)
            if ok is not None and not ok:
                print('\n'.join('  ' + line for line in str(why).splitlines()), flush=True)
            passed += bool(ok)
            skipped += ok is None
            failed += ok is not None and not ok
    print(f'{passed} passed, {failed} failed' + (f', {skipped} skipped' if skipped else ''))
    return 1 if failed or not passed else 0
