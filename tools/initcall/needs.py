# SPDX-License-Identifier: GPL-2.0
"""What a target is going to do, how long it takes and what it needs: said before anything else."""

import collections
import glob
import os
import re
import shutil

from initcall.files import cache, read
from initcall.process import Failure

GB = 1 << 30
# On a machine with two idle cores: what it does, how long that takes the first time and later, and
# the GB of disk and memory that it wants.
Need = collections.namedtuple('Need', 'what first later disk memory')
NEEDS = {
    'run': Need('compiles about 1,170 files and boots it six times', 'ten minutes',
                'half a minute', 5, 2),
    'boards': Need('compiles two kernels and boots boards 12 times', 'half an hour',
                   'three minutes', 6, 2),
    'boards-table': Need('compiles eight kernels and boots machines 1,920 times', 'three hours',
                         'an hour and a half', 9, 3),
    'bench': Need('compiles nine kernels and measures them', 'two hours', 'an hour', 9, 3),
    'discover': Need('compiles two kernels and boots them until nothing is missing',
                     'three quarters of an hour', 'ten minutes', 7, 2),
    'torture': Need('compiles a kernel and boots it in random orders',
                    'ten minutes and a second for each boot', 'a second for each boot', 5, 2),
    'series': Need('makes patches, and asks whom they go to', 'a minute', 'a minute', 3, 1),
    'series-check': Need('compiles and tests a kernel after each patch',
                         'three quarters of an hour', 'seconds', 6, 2),
    'check': Need('compiles several kernels and runs all tests', 'three quarters of an hour',
                  'half an hour', 10, 3),
    'check-full': Need('compiles many kernels and runs all tests', 'three hours', 'an hour', 22, 4),
    'check-arch': Need('compiles and boots twenty kernels', 'two hours', 'minutes', 13, 3),
    'cocci-check': Need('converts and compiles whole kernel trees', 'three hours', 'two hours', 22,
                        4),
}


def folder_with(path):
    """The nearest one that exists."""
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    return path


def memory():
    return int(re.search(r'^MemTotal: *(\d+) kB', read('/proc/meminfo'), re.M).group(1)) << 10


def announce(command, only=False):
    """Of a command with @only some tests, less is known."""
    need = NEEDS.get(command)
    if not need or only:
        return
    built = glob.glob(cache('work', '*', 'build-*'))
    free = shutil.disk_usage(folder_with(cache())).free
    print(f'{command}: {need.what}: {need.first} on two cores the first time, {need.later} later; '
          f'{need.disk} GB of disk, {need.memory} GB of memory', flush=True)
    if free < (1 if built else need.disk) * GB:
        raise Failure(f'error: {folder_with(cache())} has only {free / GB:.1f} GB free: make room, '
                      'or say INITCALL_CACHE=<folder>')
    if memory() < 0.9 * need.memory * GB:
        raise Failure(f'error: this machine has only {memory() / GB:.1f} GB of memory')
