# SPDX-License-Identifier: GPL-2.0
"""Run all KUnit suites of ours on other architectures, and the rig in other configurations.

Each row builds a small kernel and boots it in QEMU, by the kernel's own kunit.py. Rows that have
passed with the same sources and configuration are not done again, so that an interrupted run goes
on where it was. GNU parallel does the rows, here or on other machines too (--sshloginfile; they
need Debian 12, and root or sudo to install compilers and QEMU; each fetches the kernel for itself).

A row fails if anything does not build, boot, pass or come up as it should. If the same kernel
without our files fails as well, the table says that the failure is the kernel's own.
"""

import contextlib
import glob
import hashlib
import json
import os
import subprocess

from initcall.architectures import rows
from initcall.architectures.one import PASSED
from initcall.arguments import positive
from initcall.files import TOOLS, TOP, data, read
from initcall.kernel import tree
from initcall.order import kit, names
from initcall.overlay.install import Wanted
from initcall.process import Failure, lock
from initcall.rig.results import append_row, read_rows

# A row, its parts and another one without our files; in seconds.
TIMEOUT = 10 * 3600
# For people, and for those who look for drivers to convert: no part of any kernel.
NOT_BUILT = ('Documentation/', 'MAINTAINERS', 'scripts/coccinelle/', 'scripts/initcall_deferrals/',
             'scripts/initcall_boot.py', 'scripts/initcall_cocci.py')
HEAD = ('row', 'bits', 'byte order', 'records', 'CPUs', 'cases', 'bytes each', 'result')


def arguments(parser):
    tree.arguments(parser)
    parser.add_argument('--archs', nargs='+', default=[], metavar='ROW',
                        help=f'these rows only, of {", ".join(rows.all_rows())}')
    parser.add_argument('--jobs', type=positive, default=1,
                        help='rows at a time on each machine (default %(default)s; a row compiles '
                        'on all CPUs)')
    parser.add_argument('--sshloginfile', type=names.file, help='other machines, see parallel(1)')
    parser.add_argument('--force', action='store_true', help='also rows that have passed already')


def check(args):
    args.rows = rows.chosen(args.archs)
    args.packages, args.only = ' '.join(row.packages for row in args.rows), args.archs
    if args.sshloginfile and args.choice[0]:
        raise Failure('error: KDIR=<tree> is on this machine only, SSHLOGINFILE=<file> names '
                      'others; take one of the two')


def overlay_files():
    """All that is put into a kernel, by its path in this repository."""
    wanted = Wanted(sets=tree.KernelTree.overlay_words[1].split(','))
    return sorted({*wanted.files.values(),
                   *(rule.path for rules in wanted.rules.values() for rule in rules)})


def kit_files():
    """(file, its name in the kit): the overlay and all tools."""
    found = {path: os.path.join(TOP, path) for path in (*overlay_files(), 'COPYING', 'Makefile')}
    for path in glob.glob(os.path.join(TOOLS, '**', '*'), recursive=True):
        if os.path.isfile(path) and '__pycache__' not in path:
            found[os.path.relpath(path, TOP)] = path
    return [(path, name) for name, path in sorted(found.items())]


def kernel_digest(kernel):
    """Of Debian's source its version says all; of the user's, what is there and since when."""
    digest = hashlib.sha256(os.path.basename(kernel.top).encode())
    for folder, folders, files in os.walk(kernel.kdir) if kernel.kdir else ():
        folders.sort()
        for name in sorted(files):
            with contextlib.suppress(FileNotFoundError):
                about = os.lstat(os.path.join(folder, name))
                digest.update(f'{folder}/{name} {about.st_size} {about.st_mtime_ns}\n'.encode())
    return digest.hexdigest()


def identities(kernel, chosen):
    """{row: digest of what it is made of}"""
    digest = hashlib.sha256(kernel_digest(kernel).encode())
    for path in overlay_files():
        if not path.startswith(NOT_BUILT):
            with open(os.path.join(TOP, path), 'rb') as file:
                digest.update(f'{path} {hashlib.sha256(file.read()).hexdigest()}\n'.encode())
    configs = ''.join(read(path) for path in (
        tree.CONFIG, data('architectures', 'kunit.config'), data('architectures', 'results.py'),
        data('guest', 'init.c')))
    sources = digest.hexdigest() + configs
    return {row.name: hashlib.sha256(f'{sources} {row}'.encode()).hexdigest()[:16]
            for row in chosen}


def known(path, of):
    """{row: its last result, with the same sources and configuration}"""
    return {result['row']: result for result in read_rows(path)
            if result.get('of') == of.get(result.get('row'))}


def results_of(line):
    """A row, or None for all else that is said."""
    with contextlib.suppress(json.JSONDecodeError):
        found = json.loads(line)
        if isinstance(found, dict) and 'verdict' in found:
            return found
    return None


def command(args, identity):
    there = kit.place_of(identity)
    kernel = ['--kdir', '{3}'] if args.choice[0] else ['--kernel', args.choice[1]]
    words = ' '.join(['check-row', *kernel, '--of', '{2}', '{1}'])
    return kit.parallel(args, identity, f'PYTHONPATH={there}/tools /usr/bin/python3 -B -m '
                        f'initcall {words}', TIMEOUT)


def do_rows(args, folder, identity, todo, of):
    """Results, as rows come to their end; all else that they say is shown."""
    jobs = (' '.join([row.name, of[row.name], args.choice[0] or '']).rstrip() for row in todo)
    for line in kit.lines_of(command(args, identity), folder, jobs, subprocess.STDOUT):
        result = results_of(line)
        if result:
            yield result
        else:
            print(line, end='', flush=True)


def campaign(args, kernel, folder):
    """{row: result}"""
    of, path = identities(kernel, args.rows), os.path.join(folder, 'results.jsonl')
    results = {} if args.force else {name: result for name, result in known(path, of).items()
                                     if result['verdict'] == PASSED}
    todo = [row for row in args.rows if row.name not in results]
    print(f'{len(args.rows)} rows, of which {len(args.rows) - len(todo)} have passed already',
          flush=True)
    if not todo:
        return results
    identity = kit.pack(kit_files(), folder)
    with open(path, 'a') as out:
        for result in do_rows(args, folder, identity, todo, of):
            append_row(out, result)
            results[result['row']] = result
            print(f'{result["row"]}: {result["verdict"]}, {result["seconds"]} s on '
                  f'{result["machine"]}; {len(results)} of {len(args.rows)} rows', flush=True)
    return results


def cells(row, result):
    """A line of the table."""
    if not result:
        return [row.name, *'------', 'not done']
    if 'bits' not in result:
        return [row.name, *'------', result['verdict']]
    boots = f', {result["boots"]} boots' if 'boots' in result else ''
    skipped = f', {result["skipped_cases"]} skipped' if result['skipped_cases'] else ''
    return [row.name, str(result['bits']), result['order'],
            'relative' if result['relative'] else 'absolute', str(row.cpus),
            f'{result["passed_cases"]} of {result["cases"]}{skipped}{boots}',
            f'{result["bytes"] / result["initcalls"]:.1f}', result['verdict']]


def show(chosen, results):
    lines = [HEAD, *(cells(row, results.get(row.name)) for row in chosen)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
    print()
    for line in lines:
        print('  '.join(f'{cell:{width}}' for cell, width in zip(line, widths)).rstrip())
    for name, result in results.items():
        if result['why']:
            print(f'\n{name}: {result["verdict"]}: {result["why"]}')


def run(args):
    kernel = tree.KernelTree(args.choice, exact=True)
    folder = os.path.join(kernel.top, 'architectures')
    with kernel.prepared() if kernel.kdir else contextlib.nullcontext():
        pass
    with lock(os.path.join(folder, 'lock')):
        results = campaign(args, kernel, folder)
    show(args.rows, results)
    return 0 if all(results.get(row.name, {}).get('verdict') == PASSED for row in args.rows) else 1
