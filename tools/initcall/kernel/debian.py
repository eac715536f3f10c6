# SPDX-License-Identifier: GPL-2.0
"""Newer programs than Debian 12 has, and one for arm64: unpacked into the cache, not installed."""

import glob
import os
import platform
import re
import shutil

from initcall.files import cache, log_path, write_aside
from initcall.kernel.archive import Apt, keep, own_release, unpack_packages
from initcall.process import Failure, ask, run

QEMU = ('qemu-system-arm', 'qemu-system-common', 'qemu-system-data')
# Where modules are in packages of their own.
MODULES_SUITE = 'trixie-backports'
SPATCH = ('coccinelle', 'libc6', 'libzstd1')
RUST = ('rustc-web', 'rustfmt-web', 'rust-web-src', 'libstd-rust-web-dev')
BINDGEN = ('bindgen', 'libc6', 'libgcc-s1')
LLVM = '/usr/lib/llvm-19'


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


def script(name, *words):
    """One that starts a program which was unpacked; @words before those of its user."""
    path = cache('tools', name + '.sh')
    with open(path + '.new', 'w') as file:
        file.write(f'#!/bin/sh\n{" ".join(("exec", "env", *words))} "$@"\n')
    os.chmod(path + '.new', 0o755)
    os.replace(path + '.new', path)
    return path


def loaded(tree, program, *more):
    """Words for a program of a newer release, which brings its own C library.

    Where libraries of this release are beside the usual ones, @more says.
    """
    libraries = f'lib/{platform.machine()}-linux-gnu'
    loader, = glob.glob(os.path.join(tree, 'usr', libraries, 'ld-linux-*.so.*'))
    paths = ':'.join((f'{tree}/usr/{libraries}', *more, f'/usr/{libraries}'))
    return [loader, '--library-path', paths, f'{tree}/usr/bin/{program}']


def newer_spatch():
    """Semantic patches have to work with that of Debian 13, too.

    Python is the system's, as spatch looks for one when it is started.
    """
    tree = packages_of('spatch', 'trixie', SPATCH)
    return script('spatch', 'PATH=/usr/bin:/bin', f'COCCINELLE_HOME={tree}/usr/lib/coccinelle',
                  *loaded(tree, 'spatch'))


def rust():
    """Words for make: the compiler is that of this release, bindgen a newer one.

    Rust links its macros with HOSTCC, and takes that for one word.
    """
    def fetch(work):
        apt = Apt(work, f'{own_release()}-security')
        apt.run('asking for Rust', 'update')
        apt.run('downloading Rust', '--yes', '--download-only', '--reinstall',
                '--no-install-recommends', 'install', *RUST)
        return unpack_packages(work, 'cache/archives')
    tree, newer = keep('rust', fetch), packages_of('bindgen', 'trixie', BINDGEN)
    library = f'LD_LIBRARY_PATH={tree}/usr/lib/{platform.machine()}-linux-gnu'
    return ['HOSTCC=gcc', f'RUSTC={script("rustc", library, f"{tree}/usr/bin/rustc")}',
            f'RUSTFMT={script("rustfmt", library, f"{tree}/usr/bin/rustfmt")}',
            'BINDGEN=' + script('bindgen', f'LIBCLANG_PATH={LLVM}/lib', f'PATH={LLVM}/bin:$PATH',
                                *loaded(newer, 'bindgen', f'{LLVM}/lib'))]


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


def kernel_modules(architecture):
    """Folder with modules.dep and so on, of all modules of the newest kernel for an architecture.

    The modules themselves are not kept.
    """
    def fetch(work):
        apt = Apt(work, MODULES_SUITE, architecture=architecture)
        meta = f'linux-modules-{architecture}'
        apt.run(f'asking {MODULES_SUITE} for the modules of {architecture}', 'update')
        said = ask(['apt-cache', *apt.options(), 'show', meta], apart=True).stdout
        version = re.search(r'^Depends:.*\blinux-modules-(\d\S*)', said, re.M)
        if not version:
            raise Failure(f'error: {MODULES_SUITE} has no package {meta}')
        apt.run(f'downloading Linux {version[1]}', 'download', f'linux-modules-{version[1]}',
                f'linux-base-{version[1]}')
        tree = os.path.join(unpack_packages(work), 'usr')
        run('looking for what modules need', ['/sbin/depmod', '-b', tree, version[1]],
            log_path('depmod'))
        folder = os.path.join(tree, 'lib', 'modules', version[1])
        shutil.rmtree(os.path.join(folder, 'kernel'))
        write_aside(os.path.join(folder, 'version'), version[1] + '\n')
        return folder
    return keep(f'modules-{architecture}', fetch)
