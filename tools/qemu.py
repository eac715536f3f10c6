# SPDX-License-Identifier: GPL-2.0
"""A newer QEMU than Debian 12 has, for machines that only that one knows.

From Debian's backports, unpacked into the cache; the system's stays as it is. The
libraries that it needs come with the system's.
"""

from source import unpacked

SUITE = 'bookworm-backports'
PACKAGES = ('qemu-system-arm', 'qemu-system-common', 'qemu-system-data')


def qemu():
    """Folder of the unpacked packages."""
    return unpacked('qemu', SUITE, PACKAGES)
