# SPDX-License-Identifier: GPL-2.0
"""Remove what was built; sources and the compiler cache stay."""

import contextlib
import glob
import os
import shutil

from initcall.files import GRAPH, cache
from initcall.process import lock


def arguments(_parser):
    pass


def run(_args):
    for folder in (*glob.glob(cache('work', '*')), cache('fuzzers')):
        with lock(os.path.join(folder, 'lock')):        # a run that uses it goes on to its end
            shutil.rmtree(folder)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(GRAPH)
    print(f'removed what was built; sources and compiler cache stay in {cache()}')
    return 0
