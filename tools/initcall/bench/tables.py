# SPDX-License-Identifier: GPL-2.0
"""make bench: measure, and write tables and pictures.

They are for Documentation/driver-api/initcall_depends_bench.rst. Each part measures something
of its own and writes the tables that begin with its name. Two tables have rows of all parts,
of which a part writes its own.
"""

import csv
import importlib
import os
import re
import shutil
import tempfile
import time

from initcall.files import TOP
from initcall.kernel import tree
from initcall.process import Failure

PAGES = os.path.join(TOP, 'Documentation', 'driver-api')
PREFIX = 'initcall_depends_bench'
# Name of a module here. It has measure(choice), and of what that returns tables(results), which
# is {what comes after the part in the name of the table: rows}, goals(results), which is
# (goal, measured, reached) of each, and perhaps draw(path, results) for a picture.
PARTS = ('probes', 'plan', 'memory', 'order', 'modules', 'image')
SHARED = {'goals': ['part', 'goal', 'measured', 'reached'],
          'parts': ['part', 'command', 'minutes on this machine']}


def arguments(parser):
    tree.arguments(parser)
    parser.add_argument('--only', metavar='PART,...', default='',
                        help=f'these parts of {", ".join(PARTS)}')


def check(args):
    wanted = re.findall(r'[^,\s]+', args.only)
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        raise Failure(f'error: ONLY={",".join(unknown)}: there are {", ".join(PARTS)}')
    args.parts = [name for name in PARTS if name in wanted or not wanted]


def table_name(*words):
    return '_'.join([PREFIX, *filter(None, words)])


def with_rows(old, heading, part, rows):
    """A table of all parts in which one has these rows now; others keep theirs."""
    kept = old[1:] if old[:1] == [heading] else []
    return [heading, *(row for name in PARTS
                       for row in (rows if name == part else kept) if row[0] == name)]


def read_rows(path):
    if not os.path.exists(path):
        return []
    with open(path, newline='') as file:
        return list(csv.reader(file))


def write_rows(path, rows):
    with open(path, 'w', newline='') as file:
        csv.writer(file, lineterminator='\n').writerows(rows)


def goal_rows(part, goals):
    return [[part, goal, measured, 'yes' if reached else 'no'] for goal, measured, reached in goals]


def write_pages(part, module, results, minutes):
    """All files of a part, or none."""
    folder = tempfile.mkdtemp(prefix='.bench-', dir=PAGES)
    shared = {'goals': goal_rows(part, module.goals(results)),
              'parts': [[part, f'make bench ONLY={part}', f'{minutes:.0f}']]}
    try:
        for more, rows in module.tables(results).items():
            write_rows(os.path.join(folder, table_name(part, more) + '.csv'), rows)
        for name, rows in shared.items():
            old = read_rows(os.path.join(PAGES, table_name(name) + '.csv'))
            write_rows(os.path.join(folder, table_name(name) + '.csv'),
                       with_rows(old, SHARED[name], part, rows))
        if hasattr(module, 'draw'):
            module.draw(os.path.join(folder, table_name(part) + '.svg'), results)
        for name in sorted(os.listdir(folder)):
            os.chmod(os.path.join(folder, name), 0o644)
            os.replace(os.path.join(folder, name), os.path.join(PAGES, name))
            print(f'written: {os.path.relpath(os.path.join(PAGES, name), TOP)}')
    finally:
        shutil.rmtree(folder)
    for _, goal, measured, reached in shared['goals']:
        print(f'{goal}: {measured}{"" if reached == "yes" else ", NOT REACHED"}')


def run(args):
    for part in args.parts:
        start = time.monotonic()
        module = importlib.import_module(f'initcall.bench.{part}')
        results = module.measure(args.choice)
        write_pages(part, module, results, (time.monotonic() - start) / 60)
    return 0
