#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""make run, make boards, make boards-table, make bench, make check, make check-full, make cocci-check, make discover, make torture, make shrink, make clean: see the Makefile, which calls this."""

import os
import shutil
import signal
import subprocess
import sys

import bench
import check_boards
import check_images
import check_sanitizers
import checks
import orders
from build import RIG, WorkTree
from check_cocci_tree import whole_tree
from progress import Failure
from source import cache, lock


def boot(tree, image):
    """The table: what the same image does without and with the framework."""
    logs = os.path.join(tree.top, 'boots')
    print('booting it six times', flush=True)
    run = subprocess.run([sys.executable, os.path.join(RIG, 'ffa.py'), '--arm64', image, '--out', tree.output('firmware'),
                          '--keep', logs, '--details'], check=False)
    print(f'\nconsoles of all boots: {logs}')
    return run.returncode


def do_run():
    tree = WorkTree()
    with tree.lock():
        tree.prepare()
        return boot(tree, tree.rig_image())


def do_boards():
    tree = WorkTree()
    with tree.lock():
        tree.prepare()
        return check_boards.show(tree)


def do_boards_table():
    tree = WorkTree()
    with tree.lock():
        tree.prepare()
        return check_boards.table(tree)


def do_check(more=()):
    tree = WorkTree()
    with tree.lock():
        tree.prepare()
        return checks.run_all(tree, more)


def do_check_full():
    return do_check((check_images.images, check_boards.all_boards, check_images.own_images, *check_sanitizers.GROUPS))


def do_cocci_check():
    tree = WorkTree()
    with tree.lock():
        tree.prepare()
        return checks.run_groups(tree, [whole_tree])


def do_clean():
    os.makedirs(cache(), exist_ok=True)
    if os.path.isdir(cache('work')):
        for name in os.listdir(cache('work')):
            with lock(cache('work', name, 'lock')):
                shutil.rmtree(cache('work', name))
    shutil.rmtree(cache('log'), ignore_errors=True)
    print(f'removed what was built; sources and compiler cache stay in {cache()}')
    return 0


def main():
    commands = {'run': do_run, 'boards': do_boards, 'boards-table': do_boards_table, 'bench': bench.run,
                'check': do_check, 'check-full': do_check_full, 'cocci-check': do_cocci_check,
                'discover': orders.discover, 'torture': orders.torture, 'shrink': orders.shrink, 'clean': do_clean}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        print(f'usage: front.py {"|".join(commands)}', file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return commands[sys.argv[1]]()
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print('\ninterrupted; the next run goes on from here', file=sys.stderr)
        return 130


if __name__ == '__main__':
    sys.exit(main())
