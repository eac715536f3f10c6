# SPDX-License-Identifier: GPL-2.0
"""Build ./initcall-graph; in a kernel tree, scripts/initcall-graph/Makefile does this."""

import glob
import os

from initcall.files import GRAPH, TOP, log_path
from initcall.process import run as run_logged

TOOL = os.path.join(TOP, 'scripts', 'initcall-graph')
FLAGS = ('-O2', '-Wall', '-Wextra', '-std=gnu11', f'-I{TOOL}/include')


def arguments(_parser):
    pass


def is_current(sources):
    return os.path.exists(GRAPH) and all(os.path.getmtime(path) <= os.path.getmtime(GRAPH)
                                         for path in sources)


def run(_args):
    sources = [path for pattern in ('*.[ch]', 'include/linux/*.h',
                                    '../../kernel/initcall_depends/*.[ch]')
               for path in glob.glob(os.path.join(TOOL, pattern))]
    if not is_current(sources):
        aside = f'{GRAPH}.{os.getpid()}'        # two kernels may be checked at the same time
        run_logged('building initcall-graph', [
            'gcc', *FLAGS, '-o', aside, *sorted(glob.glob(os.path.join(TOOL, '*.c'))), '-lelf'],
            log_path('initcall-graph'))
        os.replace(aside, GRAPH)
    return 0
