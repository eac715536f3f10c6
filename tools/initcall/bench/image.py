# SPDX-License-Identifier: GPL-2.0
"""make bench ONLY=image: a large image of the converted tree, its plan, and what shows it."""

import collections
import os
import re
import statistics
import time

from initcall.bench import counted, guest
from initcall.bench.converted import convert
from initcall.files import GRAPH, TOP, log_path
from initcall.kernel.tree import CROSS_X86, X86
from initcall.process import ask, run

# How often the tool reads the image.
READS = 11
MAX_SECONDS = 1

# An image, what it has counted, and the median of the times that the tool takes.
Shown = collections.namedtuple('Shown', 'initcalls symbols megabytes seconds counted')


def large_kernel(tree):
    """x86_64's defconfig, with the framework."""
    name = 'defconfig'
    tree.add_modules([], [])
    tree.make_config(name, X86, 'defconfig')
    tree.change_config(name, X86, ['CONFIG_INITCALL_DEPENDS=y'])
    tree.make('building x86_64 defconfig', name, [*CROSS_X86, 'bzImage'], timeout=4 * 3600)
    return counted.Image('x86_64, defconfig', 'y',
                         os.path.join(tree.output(name), 'arch', 'x86', 'boot', 'bzImage'),
                         guest.Q35, 'x86_64-linux-gnu-nm')


def timed(command):
    start = time.monotonic()
    text = ask(command, right=True).stdout
    return time.monotonic() - start, text


def show(tree):
    """Count, and initcall-graph order.

    The first time, which fills the page cache, does not count.
    """
    built = large_kernel(tree)
    image = os.path.join(counted.output_of(built), 'vmlinux')
    run('building initcall-graph', ['make', '-C', TOP, 'initcall-graph'], log_path('bench-build'))
    command = [GRAPH, 'order', image]
    _, text = timed(command)
    seconds = statistics.median(timed(command)[0] for _ in range(READS))
    symbols = ask(['nm', image], right=True).stdout
    initcalls = len(re.findall(r'^ *\d+ +\d+  \S', text, re.M))
    return Shown(initcalls, symbols.count('\n'), os.path.getsize(image) / 1e6, seconds,
                 counted.count(tree, built))


def measure(choice):
    with counted.CountedTree(choice).prepared() as tree:
        convert(tree)
        return show(tree)


def tables(shown):
    row = shown.counted
    return {'': [['initcalls', 'declarations', 'until the first initcall', 'of what is wanted',
                  'symbols', 'size', 'time to show'],
                 [shown.initcalls, row.declarations, row.first, counted.share(row), shown.symbols,
                  f'{shown.megabytes:.0f} MB', f'{shown.seconds * 1000:.0f} ms']]}


def goals(shown):
    yield (f'an image of defconfig is shown in less than {MAX_SECONDS} s',
           f'{shown.seconds:.2f} s', shown.seconds < MAX_SECONDS)
    yield ('its plan takes no more instructions than is wanted', counted.share(shown.counted),
           shown.counted.first <= counted.wanted(shown.counted))
