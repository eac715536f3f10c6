# SPDX-License-Identifier: GPL-2.0
"""Remove what was built; sources and the compiler cache stay."""

import glob
import os
import shutil

from initcall.files import GRAPH, cache
from initcall.process import lock


def arguments(_parser):
    pass


def run(_args):
    built = glob.glob(cache('work', '*')) + glob.glob(cache('fuzzers'))
    for folder in built:
        with lock(os.path.join(folder, 'lock')):        # a run that uses it goes on to its end
            shutil.rmtree(folder)
    if os.path.exists(GRAPH):
        built.append(GRAPH)
        os.unlink(GRAPH)
    print(f'removed what was built; sources and compiler cache stay in {cache()}' if built else
          f'nothing was built in {cache()}')
    return 0
