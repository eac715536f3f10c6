#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What make run, make check and so on do: see the Makefile, which calls this.

With --arguments, only look at what the user has said, before anything is installed or built.
"""

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
from build import RIG, WorkTree, check_kernel
from check_cocci_tree import whole_tree
from progress import Failure
from source import cache, lock

# What make check-full does on top of make check; own_images again, with an image for arm.
FULL = (check_images.images, check_boards.all_boards, check_images.own_images,
        *check_sanitizers.GROUPS)


def boot(tree, image):
    """The table: what the same image does without and with the framework."""
    logs = os.path.join(tree.top, 'boots')
    print('booting it six times', flush=True)
    run = subprocess.run([sys.executable, os.path.join(RIG, 'ffa.py'), '--arm64', image,
                          '--out', tree.output('firmware'), '--keep', logs, '--details'],
                         check=False)
    print(f'\nconsoles of all boots: {logs}')
    return run.returncode


def in_tree(work, exact=False):
    """@work(tree), of a tree that is up to date and ours alone."""
    tree = WorkTree(exact)
    with tree.lock():
        tree.prepare()
        return work(tree)


def do_run():
    return in_tree(lambda tree: boot(tree, tree.rig_image()))


def do_boards():
    return in_tree(check_boards.show)


def do_boards_table():
    return in_tree(check_boards.table)


def do_check():
    return in_tree(checks.run_all, exact=True)


def do_check_full():
    return in_tree(lambda tree: checks.run_all(tree, FULL), exact=True)


def do_cocci_check():
    return in_tree(lambda tree: checks.run_groups(tree, [whole_tree]), exact=True)


def do_clean():
    os.makedirs(cache(), exist_ok=True)
    if os.path.isdir(cache('work')):
        for name in os.listdir(cache('work')):
            with lock(cache('work', name, 'lock')):
                shutil.rmtree(cache('work', name))
    shutil.rmtree(cache('log'), ignore_errors=True)
    print(f'removed what was built; sources and compiler cache stay in {cache()}')
    return 0


COMMANDS = {'run': do_run, 'boards': do_boards, 'boards-table': do_boards_table,
            'bench': bench.run, 'check': do_check, 'check-full': do_check_full,
            'cocci-check': do_cocci_check, 'discover': orders.discover,
            'torture': orders.torture, 'shrink': orders.shrink, 'clean': do_clean}


def look_at_shrink():
    orders.search_words()
    if orders.setting('COMMAND'):
        orders.path_setting('VMLINUX')
    else:
        orders.campaign_words('0', orders.machines(orders.PLAIN, orders.PKVM))


# What these take from the environment; a Failure says what is wrong with it.
LOOKS = {
    'discover': lambda: (orders.machines(orders.PLAIN, orders.PKVM, orders.VIRT),
                         orders.path_setting('WRITE', 'folder')),
    'torture': lambda: orders.campaign_words(orders.number('N', '200'),
                                             orders.machines(orders.PLAIN, orders.PKVM)),
    'shrink': look_at_shrink,
}


def check_arguments(command):
    """Raise a Failure if what the user has said makes no sense."""
    check_kernel()
    if command in ('check', 'check-full'):
        checks.check_only(FULL if command == 'check-full' else ())
    if command in LOOKS:
        LOOKS[command]()


def main():
    words = sys.argv[1:]
    only_look = words[:1] == ['--arguments']
    if only_look:
        words = words[1:]
    if len(words) != 1 or words[0] not in COMMANDS:
        print(f'usage: front.py [--arguments] {"|".join(COMMANDS)}', file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        if words[0] != 'clean':
            check_arguments(words[0])
        return 0 if only_look else COMMANDS[words[0]]()
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print('\ninterrupted; the next run goes on from here', file=sys.stderr)
        return 130


if __name__ == '__main__':
    sys.exit(main())
