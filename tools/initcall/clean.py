# SPDX-License-Identifier: GPL-2.0
"""Remove what was built; sources and the compiler cache stay."""

import contextlib
import os
import shutil

from initcall.files import GRAPH, cache
from initcall.process import lock


def arguments(_parser):
    pass


def run(_args):
    if os.path.isdir(cache('work')):
        for name in os.listdir(cache('work')):
            with lock(cache('work', name, 'lock')):
                shutil.rmtree(cache('work', name))
    shutil.rmtree(cache('log'), ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(GRAPH)
    print(f'removed what was built; sources and compiler cache stay in {cache()}')
    return 0
