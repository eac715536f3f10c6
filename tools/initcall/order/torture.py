# SPDX-License-Identifier: GPL-2.0
"""Boot a kernel many times with its initcalls in a random order, and count.

A boot is right if IMA's first entry is the hash over PCR 0 to 9 as the TPM has them, and PCR 10
the replay of IMA's list, and the kernel has run the order that was asked for. GNU parallel runs
the boots, here or on other machines too (--sshloginfile; they need QEMU, swtpm, cpp, dtc, Python,
rsync and flock). Each boot is one line of JSON in FOLDER/results.jsonl, its console is in
FOLDER/logs. Boots that are there already, of the same ingredients, are not repeated, so that an
interrupted campaign goes on where it was.
"""

import base64
import collections
import contextlib
import hashlib
import json
import os
import shlex

from initcall.arguments import natural, positive
from initcall.order import kit, names
from initcall.order.names import ALL, LEVELS
from initcall.order.one import MACHINES
from initcall.packages import check_program
from initcall.process import Failure, Step, lock
from initcall.rig.results import append_row, read_rows

Run = collections.namedtuple('Run', 'machine levels seed')


def all_runs(args):
    return [Run(machine, levels, seed) for seed in range(args.first, args.first + args.seeds)
            for levels in args.levels for machine in args.machines]


def words(args, run):
    """What initcall_depends= says."""
    shuffle = f'shuffle={run.seed}' + ('' if run.levels == ALL else f':{run.levels}')
    return ','.join([shuffle, *([args.base] if args.base else [])])


def results_path(args):
    return os.path.join(args.folder, 'results.jsonl')


def enough_time(args, row):
    return row['outcome'] != 'hang' or row['timeout'] >= args.timeout


def read_results(args, identity):
    """{run: row}, of these ingredients."""
    results = {}
    for row in read_rows(results_path(args)):
        with contextlib.suppress(KeyError):
            run = Run(*(row[field] for field in Run._fields))
            if row['of'] == identity and row['words'] == words(args, run) and \
                    enough_time(args, row):
                results[run] = row
    return results


def keep_log(args, run, row):
    folder = os.path.join(args.folder, 'logs')
    os.makedirs(folder, exist_ok=True)
    base = '-' + hashlib.sha256(args.base.encode()).hexdigest()[:6] if args.base else ''
    path = os.path.join(folder, f'{run.machine}-{run.levels}-{run.seed}{base}.log.gz')
    with open(path, 'wb') as file:
        file.write(base64.b64decode(row.pop('console')))
    return path


def command(args, identity):
    """GNU parallel's; what its last word says runs on whichever machine has a place free."""
    there = kit.place_of(identity)
    return kit.parallel(args, identity, f'PYTHONPATH={there} python3 -B -m initcall boot-one '
                        f'--kit {there} --timeout {args.timeout} {{1}} {{2}}', 3 * args.timeout)


def run_all(args, identity, todo):
    """Pairs of run and row, as boots come to their end."""
    jobs = (f'{run.machine} {words(args, run)}' for run in todo)
    by_words = {(run.machine, words(args, run)): run for run in todo}
    with open(os.path.join(args.folder, 'parallel.log'), 'w') as log:
        for line in kit.lines_of(command(args, identity), args.folder, jobs, log):
            with contextlib.suppress(json.JSONDecodeError, KeyError):
                row = json.loads(line)
                yield by_words[row['machine'], row['words']], row


def campaign(args, identity):
    runs = all_runs(args)
    # The file may have those of another campaign, too.
    known = read_results(args, identity)
    results = {run: known[run] for run in runs if run in known}
    todo = [run for run in runs if run not in results]
    print(f'{len(runs)} boots, of which {len(runs) - len(todo)} are done already', flush=True)
    step, wrong = Step('booting'), 0
    with open(results_path(args), 'a') as out:
        for run, row in run_all(args, identity, todo) if todo else ():
            log = keep_log(args, run, row)
            results[run] = {**run._asdict(), 'of': identity, 'timeout': args.timeout, **row}
            append_row(out, results[run])
            wrong += not row['right']
            if not row['right']:
                print(f'{run.machine}, {words(args, run)}: {row["outcome"]}, {log}', flush=True)
            step.show(f'{len(results)} of {len(runs)} boots, {wrong} not right')
    return results, [run for run in runs if run not in results]


def locked_campaign(args):
    """One at a time in this folder; another one waits."""
    with lock(os.path.join(args.folder, 'lock')):
        identity = kit.make(args, [MACHINES[name] for name in args.machines], args.folder)
        with open(os.path.join(args.folder, 'kit'), 'w') as file:   # which one it is, for others
            file.write(f'kit-{identity}')
        return *campaign(args, identity), identity


def summary_of(mine, missing):
    """Of one machine and set of levels; @mine are the rows by seed."""
    wrong = {seed: row['outcome'] for seed, row in sorted(mine.items()) if not row['right']}
    return {'boots': len(mine), 'right': len(mine) - len(wrong),
            'outcomes': dict(collections.Counter(row['outcome'] for row in mine.values())),
            'seconds': round(sum(row['seconds'] for row in mine.values()), 1),
            'wrong_seeds': wrong, 'missing': missing}


def summary(args, results, missing):
    """A row for each machine and set of levels."""
    rows = []
    for machine in args.machines:
        for levels in args.levels:
            what = machine, levels
            mine = {run.seed: row for run, row in results.items() if run[:2] == what}
            rest = sum(run[:2] == what for run in missing)
            rows.append({'machine': machine, 'levels': levels, **summary_of(mine, rest)})
    return rows


def show(rows):
    print(f'\n{"machine":9}{"levels":10}{"boots":>6}{"right":>7}  what became of the others')
    for row in rows:
        others = ', '.join(f'{count} {what}' for what, count in sorted(row['outcomes'].items())
                           if what != 'right')
        seeds = ' '.join(map(str, list(row['wrong_seeds'])[:10]))
        more = ' ...' if len(row['wrong_seeds']) > 10 else ''
        print(f'{row["machine"]:9}{row["levels"]:10}{row["boots"]:6}{row["right"]:7}  '
              f'{others + f" (seeds {seeds}{more})" if others else "-"}')


def write_summary(args, identity, rows):
    path = os.path.join(args.folder, 'summary.json')
    with open(path + '.new', 'w') as file:
        json.dump({'of': identity, 'first_seed': args.first, 'seeds': args.seeds,
                   'base': args.base, 'rows': rows}, file, indent=1)
    os.replace(path + '.new', path)
    print(f'\n{path}')


def shared_arguments(parser):
    parser.add_argument('--first', type=natural, default=1,
                        help='the first of them (default %(default)s)')
    parser.add_argument('--levels', nargs='+', type=names.level_set, default=[ALL],
                        help=f'{ALL}, each, or some of {", ".join(LEVELS)}, each for itself '
                        'unless joined by +')
    parser.add_argument('--base', type=names.words, default='',
                        help='more words for initcall_depends=, separated by commas')
    parser.add_argument('--jobs', type=positive, default=2,
                        help='boots at a time on each machine')
    parser.add_argument('--sshloginfile', type=names.file, help='other machines, see parallel(1)')
    parser.add_argument('--timeout', type=positive, default=60,
                        help='seconds for one boot (default %(default)s)')
    parser.set_defaults(tree=None, qemu=None, root=None, smp=None)


def arguments(parser):
    parser.add_argument('folder', metavar='FOLDER', type=os.path.abspath,
                        help='for results and logs')
    parser.add_argument('--arm64', metavar='IMAGE', required=True, type=os.path.abspath,
                        help='kernel with CONFIG_INITCALL_DEPENDS_SHUFFLE')
    parser.add_argument('--out', required=True, type=os.path.abspath,
                        help='folder for what is built: firmware, guest')
    parser.add_argument('--seeds', type=natural, default=200, help='that many; 0 to prepare '
                        'everything and boot nothing (default %(default)s)')
    parser.add_argument('--machines', nargs='+', choices=list(MACHINES), default=list(MACHINES))
    shared_arguments(parser)


def prepare(args, machines):
    """Nothing but the kit."""
    vars(args).update(seeds=0, first=1, machines=machines, jobs=2, sshloginfile=None, tree=None,
                      qemu=None, root=None, smp=None)


def check(args):
    if args.first + args.seeds > 1 << 64:
        raise Failure('error: seeds are numbers from 0 to 2^64 - 1')


def run(args):
    check_program('parallel')
    args.machines = list(dict.fromkeys(args.machines))
    args.levels = names.level_sets(args.levels)
    results, missing, identity = locked_campaign(args)
    if not args.seeds:
        return 0
    rows = summary(args, results, missing)
    show(rows)
    write_summary(args, identity, rows)
    if missing:
        log = shlex.quote(os.path.join(args.folder, 'parallel.log'))
        raise Failure(f'error: {len(missing)} boots have not been made, see {log}; '
                      'the next run makes them')
    return 1 if any(not row['right'] for row in results.values()) else 0
