# SPDX-License-Identifier: GPL-2.0
"""make bench ONLY=image: initcall-graph on a large image."""

import collections
import os
import re
import statistics
import time

from initcall.files import GRAPH, TOP, log_path
from initcall.kernel.tree import CROSS_X86, X86, KernelTree
from initcall.process import ask, run

# How often the tool reads the image.
READS = 11
MAX_SECONDS = 1

# An image, and the median of the times that the tool takes.
Shown = collections.namedtuple('Shown', 'initcalls symbols megabytes seconds')


def large_image(tree):
    """vmlinux of x86_64's defconfig, with the framework."""
    name = 'defconfig'
    tree.make_config(name, X86, 'defconfig')
    tree.change_config(name, X86, ['CONFIG_INITCALL_DEPENDS=y'])
    tree.make('building x86_64 defconfig', name, [*CROSS_X86, 'vmlinux'], timeout=4 * 3600)
    return os.path.join(tree.output(name), 'vmlinux')


def timed(command):
    start = time.monotonic()
    text = ask(command, right=True).stdout
    return time.monotonic() - start, text


def show(tree):
    """initcall-graph order on the large image.

    The first time, which fills the page cache, does not count.
    """
    image = large_image(tree)
    run('building initcall-graph', ['make', '-C', TOP, 'initcall-graph'], log_path('bench-build'))
    command = [GRAPH, 'order', image]
    _, text = timed(command)
    seconds = statistics.median(timed(command)[0] for _ in range(READS))
    symbols = ask(['nm', image], right=True).stdout
    initcalls = len(re.findall(r'^ *\d+ +\d+  \S', text, re.M))
    return Shown(initcalls, symbols.count('\n'), os.path.getsize(image) / 1e6, seconds)


def measure(choice):
    with KernelTree(choice).prepared() as tree:
        return show(tree)


def tables(shown):
    return {'': [['initcalls', 'symbols', 'size', 'time'],
                 [shown.initcalls, shown.symbols, f'{shown.megabytes:.0f} MB',
                  f'{shown.seconds * 1000:.0f} ms']]}


def goals(shown):
    yield (f'an image of defconfig is shown in less than {MAX_SECONDS} s',
           f'{shown.seconds:.2f} s', shown.seconds < MAX_SECONDS)
