# SPDX-License-Identifier: GPL-2.0
"""A newer QEMU than Debian 12 has, for machines that only that one knows.

From Debian's backports, unpacked into the cache; the system's stays as it is. The
libraries that it needs come with the system's.
"""

import glob
import os
import shutil

from progress import run_logged
from source import Apt, cache, lock, log_path

SUITE = 'bookworm-backports'
PACKAGES = ('qemu-system-arm', 'qemu-system-common', 'qemu-system-data')


def install_aside(work):
    apt = Apt(work, SUITE)
    apt.run(f'asking {SUITE} for QEMU', 'update')
    apt.run('downloading QEMU', 'download', *(f'{package}/{SUITE}' for package in PACKAGES))
    tree = os.path.join(work, 'tree')
    for package in glob.glob(os.path.join(work, '*.deb')):
        run_logged('unpacking', ['dpkg-deb', '-x', package, tree], log_path('apt'), quiet=True)
    return tree


def qemu():
    """Folder of the unpacked packages; downloads them the first time."""
    final = cache('tools', 'qemu')
    with lock(cache('tools', 'lock')):
        if not os.path.isdir(final):
            work = final + '.new'
            shutil.rmtree(work, ignore_errors=True)
            os.makedirs(work)
            os.rename(install_aside(work), final)
            shutil.rmtree(work)
    return final
