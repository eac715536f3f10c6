# SPDX-License-Identifier: GPL-2.0
"""A newer spatch than Debian 12 has: semantic patches have to work with both.

From Debian 13, unpacked into the cache with the C library that it wants. Python is
the system's, as spatch looks for one when it is started.
"""

import glob
import os
import platform

from progress import cache
from source import unpacked

SUITE = 'trixie'
PACKAGES = ('coccinelle', 'libc6', 'libzstd1')


def newer_spatch():
    """A program that does what spatch of that release does."""
    tree, libraries = unpacked('spatch', SUITE, PACKAGES), f'lib/{platform.machine()}-linux-gnu'
    loader, = glob.glob(os.path.join(tree, 'usr', libraries, 'ld-linux-*.so.*'))
    words = ['exec', 'env', 'PATH=/usr/bin:/bin', f'COCCINELLE_HOME={tree}/usr/lib/coccinelle',
             loader, '--library-path',
             f'{tree}/usr/{libraries}:/usr/{libraries}', f'{tree}/usr/bin/spatch', '"$@"']
    program = cache('tools', 'spatch.sh')
    with open(program + '.new', 'w') as file:
        file.write('#!/bin/sh\n' + ' '.join(words) + '\n')
    os.chmod(program + '.new', 0o755)
    os.replace(program + '.new', program)
    return program
