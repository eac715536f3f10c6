# SPDX-License-Identifier: GPL-2.0
"""Boot every situation of boards.py, and FF-A, with several kernels many times, and count.

A boot is right if IMA's first entry is the hash over PCR 0 to 9 as the TPM has them.
Kernels take turns, so that what else the machine does hits all of them. Each boot is
one line of JSON in the results; those that are there already, of the same ingredients, are
not repeated, so that an interrupted campaign goes on where it was.
"""

import argparse
import collections
import contextlib
import csv
import functools
import hashlib
import os
import re
import shutil
import statistics
import subprocess

from initcall.arguments import positive
from initcall.boards import boards
from initcall.boards.boards import Situation, situation_cases
from initcall.files import cores
from initcall.process import LEASH, Failure, Step, threads
from initcall.rig import boot as rig
from initcall.rig import ffa, guest
from initcall.rig.results import append_row, read_rows
from initcall.rig.verdict import measured

# All that matters for FF-A is declared in the kernel that is booted.
FFA = (
    Situation('ffa', 'TPM reached through FF-A', ffa.PLAIN, '', (), ()),
    Situation('ffa-pkvm', 'the same, pKVM', ffa.PKVM, '', (), ()),
    Situation('ffa-files', 'the same, and a deferred driver reads files', ffa.PLAIN, ffa.READS,
              (), ()),
)
GROUPS = {'boards': boards.SITUATIONS, 'ffa': FFA}
CASES = {case.name: case for case in situation_cases((*boards.SITUATIONS, *FFA))}

# Name of the column, kernel, and which case of a situation.
VARIANTS = (('stock', 'stock', '-off'), ('late_sync', 'late-sync', '-off'),
            ('eager retry', 'eager', '-off'), ('settled', 'ours', '-settled'),
            ('pairs', 'ours', '-pairs'),
            ('complete', 'ours', ''))
LOADS = ('idle', 'load')
# One boot of the campaign.
Run = collections.namedtuple('Run', 'load round situation variant')


def all_runs(args):
    return [Run(load, number, situation.name, variant)
            for load in args.loads for number in range(args.boots)
            for situation in GROUPS[args.group] for variant, _, _ in VARIANTS]


@functools.cache
def content(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def case_of(run):
    """Kernel and case of a boot."""
    kernel, suffix = next((kernel, suffix) for name, kernel, suffix in VARIANTS
                          if name == run.variant)
    return kernel, CASES[run.situation + suffix]


def ingredients(args, run):
    """Digest of all that makes a boot what it is."""
    kernel, case = case_of(run)
    machine = case.machine
    program = shutil.which(machine.program)
    if args.qemu:
        program = os.path.join(args.qemu, 'usr/bin', machine.program)
    paths = (args.kernels[kernel, machine.arch], *machine.parts(args),
             guest.initramfs(args.out, machine.arch), program)
    words = [*(content(path) for path in paths), rig.bootargs(args, case), *machine.words(args)]
    return hashlib.sha256('\0'.join(words).encode()).hexdigest()[:16]


def read_results(args):
    """{run: what came of it}; not what failed, was cut off, or was booted with something else."""
    results, names = {}, {situation.name for situation in GROUPS[args.group]}
    for row in read_rows(args.results):
        with contextlib.suppress(KeyError, StopIteration):
            run = Run(*(row[field] for field in Run._fields))
            if (run.situation in names and 'failure' not in row
                    and row['of'] == ingredients(args, run)):
                results[run] = row
    return results


@contextlib.contextmanager
def busy(load):
    """Keep all CPUs busy, if that is asked for."""
    count = cores() if load == 'load' else 0
    loop = [*LEASH, 'sh', '-c', 'while :; do :; done']
    loops = [subprocess.Popen(loop) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def boot(args, run):
    """One boot as a row of the results."""
    kernel, case = case_of(run)
    words = argparse.Namespace(**vars(args))
    setattr(words, case.machine.arch, args.kernels[kernel, case.machine.arch])
    row = {**run._asdict(), 'of': ingredients(args, run)}
    try:
        result = rig.boot(words, case, os.path.join(args.keep, f'{kernel}-{run.round % 2}'))
    except Failure as failure:
        return {**row, 'right': False, 'failure': str(failure)}
    # Only the kernel that says so may call its first entry otherwise.
    right = result.replay_right and (result.recorded_right if kernel == 'late-sync'
                                     else measured(result))
    return {**row, 'right': right, 'entry': result.entry, 'bypass': result.bypass,
            'bound_ms': result.bound_at.get(case.machine.drivers[-1]), 'init_ms': result.init_at,
            # Only ours counts them.
            'escaped': result.escaped if kernel == 'ours' else None}


def boot_some(args, runs, jobs):
    """Pairs of run and row, as boots come to their end."""
    with threads(jobs) as pool:
        yield from zip(runs, pool.map(functools.partial(boot, args), runs))


def run_all(args):
    runs = all_runs(args)
    results = read_results(args)
    todo = [run for run in runs if run not in results]
    print(f'{len(runs)} boots, of which {len(runs) - len(todo)} are done already', flush=True)
    step, done = Step('booting'), 0
    with open(args.results, 'a') as out:
        for load in args.loads:
            mine = [run for run in todo if run.load == load]
            with busy(load):
                for run, row in boot_some(args, mine, 1 if load == 'idle' else cores()):
                    results[run] = row
                    append_row(out, row)
                    if 'failure' in row:
                        print(f'{run.situation}, {run.variant}: {row["failure"]}', flush=True)
                    done += 1
                    step.show(f'{done} of {len(todo)} boots')
    return {run: results[run] for run in runs}


def count(results, **fields):
    rows = [row for row in results.values()
            if all(row[name] == value for name, value in fields.items())]
    failures = sum('failure' in row for row in rows)
    failed = f' ({failures} failed)' if failures else ''
    return f'{sum(row["right"] for row in rows)}/{len(rows)}{failed}'


def median(results, what, **fields):
    """In ms, of the boots in which it happened; None if there was none."""
    values = [row[what] for row in results.values() if row.get(what)
              and all(row[name] == value for name, value in fields.items())]
    return statistics.median(values) if values else None


def ratio(results, what, situation, variant, load):
    mine, stock = (median(results, what, situation=situation, variant=name, load=load)
                   for name in (variant, 'stock'))
    return f'{mine / stock:.2f}' if mine and stock else '-'


def count_table(results, group, loads):
    yield ['situation', *(name for name, _, _ in VARIANTS)]
    for situation in GROUPS[group]:
        yield [situation.name, *(', '.join(
            count(results, situation=situation.name, variant=name, load=load) for load in loads)
            for name, _, _ in VARIANTS)]


def time_table(results, what, group, loads):
    """In stock the median itself, with the first load; in the others what has become of it."""
    yield ['situation', *(name for name, _, _ in VARIANTS)]
    for situation in GROUPS[group]:
        stock = median(results, what, situation=situation.name, variant='stock', load=loads[0])
        yield [situation.name, f'{stock:.0f} ms' if stock else 'never', *(
            ', '.join(ratio(results, what, situation.name, name, load) for load in loads)
            for name, _, _ in VARIANTS[1:])]


def reads(results, situation, variant):
    """How many reads have escaped, in any boot: "3", or "2 to 3"."""
    counts = {row.get('escaped') for run, row in results.items()
              if (run.situation, run.variant) == (situation, variant) and 'failure' not in row}
    if not counts or None in counts:
        return '-'
    return ' to '.join(str(count) for count in sorted({min(counts), max(counts)}))


def escaped_table(results):
    """What IMA says that the kernel has read before there was a policy."""
    variants = [name for name, kernel, _ in VARIANTS if kernel == 'ours']
    yield ['situation', *variants]
    for situation in FFA:
        yield [situation.name, *(reads(results, situation.name, name) for name in variants)]


def all_tables(results, group, loads):
    """Name, title and rows of each; the boards read nothing that could escape."""
    yield ('right', f'boots with the right boot_aggregate, {" and ".join(loads)}',
           count_table(results, group, loads))
    yield ('bound', 'start to TPM bound, against stock',
           time_table(results, 'bound_ms', group, loads))
    yield ('init', 'start to init, against stock', time_table(results, 'init_ms', group, loads))
    if group == 'ffa':
        yield 'escaped', "reads that escaped IMA's policy", escaped_table(results)


def file_of(group, name):
    return f'initcall_depends_{"" if group == "boards" else f"{group}_"}{name}.csv'


def write_tables(results, group, loads, folder):
    for name, _, rows in all_tables(results, group, loads):
        path = os.path.join(folder, file_of(group, name))
        with open(path + '.new', 'w', newline='') as file:
            csv.writer(file, lineterminator='\n').writerows(rows)
        os.replace(path + '.new', path)


def print_tables(results, group, loads):
    for _, title, rows in all_tables(results, group, loads):
        print(f'\n{title}')
        for row in rows:
            print(''.join(f'{cell:14}' for cell in row).rstrip())


def kernel_image(text):
    """((kernel, architecture), path)"""
    found = re.fullmatch(r'(.+):(arm64|arm)=(.+)', text)
    if not found:
        raise argparse.ArgumentTypeError(f'{text}: expected NAME:ARCH=IMAGE')
    return (found.group(1), found.group(2)), os.path.abspath(found.group(3))


def arguments(parser):
    kernels = ', '.join(dict.fromkeys(kernel for _, kernel, _ in VARIANTS))
    parser.add_argument('--kernel', action='append', required=True, metavar='NAME:ARCH=IMAGE',
                        type=kernel_image, help=f'one for each of {kernels} and arm64, arm')
    parser.add_argument('--group', choices=GROUPS, default='boards', help='of situations')
    parser.add_argument('--boots', type=positive, default=20, help='of each kind')
    parser.add_argument('--loads', nargs='+', choices=LOADS, default=list(LOADS))
    parser.add_argument('--results', required=True, help='file for one line of JSON for each boot')
    parser.add_argument('--tables', help='folder for the tables, as CSV')
    rig.out_arguments(parser)
    # To print what is in debugfs and in the trace takes longer than the rest of the guest.
    parser.set_defaults(root=None, smp=None, timeout=300, append='rig_brief=1')


def check(args):
    args.kernels = dict(args.kernel)
    for folder in (os.path.dirname(os.path.abspath(args.results)), args.tables or '.'):
        if not os.path.isdir(folder):
            raise Failure(f'{folder}: error: no such folder')
    for kernel in {kernel for _, kernel, _ in VARIANTS}:
        for arch in ('arm64', 'arm'):
            if not os.path.isfile(args.kernels.get((kernel, arch), '')):
                raise Failure(f'error: no kernel image: --kernel {kernel}:{arch}=IMAGE')
    args.arm64, args.arm = args.kernels['ours', 'arm64'], args.kernels['ours', 'arm']


def run(args):
    rig.prepare(args, CASES, [case.name for case in situation_cases(GROUPS[args.group])])
    results = run_all(args)
    print_tables(results, args.group, args.loads)
    if args.tables:
        write_tables(results, args.group, args.loads, args.tables)
    failures = sum('failure' in row for row in results.values())
    if failures:
        raise Failure(f'error: {failures} boots have not come to their end; the next run repeats '
                      'them')
    wrong = [run for run, row in results.items() if run.variant == 'complete' and not row['right']]
    return 1 if wrong else 0
