# SPDX-License-Identifier: GPL-2.0
"""Newer programs than Debian 12 has, and one for arm64: unpacked into the cache, not installed."""

import glob
import os
import platform

from initcall.files import cache, log_path
from initcall.kernel.archive import Apt, keep, own_release, unpack_packages
from initcall.process import run

QEMU = ('qemu-system-arm', 'qemu-system-common', 'qemu-system-data')
SPATCH = ('coccinelle', 'libc6', 'libzstd1')


def packages_of(name, suite, packages):
    """Folder with packages of another suite."""
    def fetch(work):
        apt = Apt(work, suite)
        apt.run(f'asking {suite} for {name}', 'update')
        apt.run(f'downloading {name}', 'download', *(f'{package}/{suite}' for package in packages))
        return unpack_packages(work)
    return keep(name, fetch)


def qemu():
    """For machines that only a newer one knows; its libraries are the system's."""
    return packages_of('qemu', 'bookworm-backports', QEMU)


def newer_spatch():
    """Semantic patches have to work with that of Debian 13, too; it brings its own C library.

    Python is the system's, as spatch looks for one when it is started.
    """
    tree = packages_of('spatch', 'trixie', SPATCH)
    libraries = f'lib/{platform.machine()}-linux-gnu'
    loader, = glob.glob(os.path.join(tree, 'usr', libraries, 'ld-linux-*.so.*'))
    words = ['exec', 'env', 'PATH=/usr/bin:/bin', f'COCCINELLE_HOME={tree}/usr/lib/coccinelle',
             loader, '--library-path', f'{tree}/usr/{libraries}:/usr/{libraries}',
             f'{tree}/usr/bin/spatch', '"$@"']
    program = cache('tools', 'spatch.sh')
    with open(program + '.new', 'w') as file:
        file.write('#!/bin/sh\n' + ' '.join(words) + '\n')
    os.chmod(program + '.new', 0o755)
    os.replace(program + '.new', program)
    return program


def sparse():
    """Linux 7.3 wants a newer one: that of sid, built once."""
    def fetch(work):
        # Signed, but from a mirror that may be weeks old: good enough for a tool.
        apt = Apt(work, 'sid', 'deb-src', lagging=True)
        apt.run('asking sid for sparse', 'update')
        apt.run('downloading sparse', '--download-only', 'source', 'sparse')
        run('building sparse', [
            'sh', '-c', 'dpkg-source --skip-patches -x sparse_*.dsc tree && make -C tree -j2 '
            'HAVE_SQLITE=no HAVE_GTK=no HAVE_LLVM=no sparse'], log_path('sparse'), cwd=work)
        return os.path.join(work, 'tree')
    return os.path.join(keep('sparse', fetch), 'sparse')


def kmod():
    """For arm64, and all that it depends on."""
    def fetch(work):
        apt = Apt(work, own_release(), architecture='arm64')
        apt.run('asking for kmod of arm64', 'update')
        apt.run('downloading kmod of arm64', '--yes', '--download-only',
                '--no-install-recommends', 'install', 'kmod')
        return unpack_packages(work, 'cache/archives')
    return keep('kmod-arm64', fetch)


def busybox():
    """The program, for arm64: a shell for the guests."""
    def fetch(work):
        apt = Apt(work, own_release(), architecture='arm64')
        apt.run('asking for busybox of arm64', 'update')
        apt.run('downloading busybox of arm64', 'download', 'busybox-static')
        return unpack_packages(work)
    return os.path.join(keep('busybox-arm64', fetch), 'bin', 'busybox')
