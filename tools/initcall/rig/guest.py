# SPDX-License-Identifier: GPL-2.0
"""The guest of all rigs: its init in an initramfs."""

import gzip
import os
import struct

from initcall.files import DATA
from initcall.process import Failure, ask

COMPILERS = {'arm64': 'aarch64-linux-gnu-', 'arm': 'arm-linux-gnueabihf-', 'um': '',
             'x86_64': 'x86_64-linux-gnu-'}

# What arm64 takes of a command line is 2048 bytes.
MAX_WORD = 1000


def run_make(folder, target, out, *more):
    run = ask(['make', '-s', '-C', folder, f'OUT={out}', target, *more])
    if run.returncode:
        raise Failure(f'building {target} of the rig failed:\n{run.stdout}')


def file_entry(path, name):
    with open(path, 'rb') as file:
        return name.encode(), 0o100000 | os.stat(path).st_mode & 0o777, file.read(), 0, 0


def folder_entries(top):
    """What is in a folder; a file in place of each link."""
    for folder, _, names in sorted(os.walk(top)):
        if folder != top:
            yield os.path.relpath(folder, top).encode(), 0o40755, b'', 0, 0
        for path in sorted(os.path.join(folder, name) for name in names):
            yield file_entry(path, os.path.relpath(path, top))


def single_entries(files):
    """@files: {name in the guest: path}; with the folders that they are in."""
    folders = {}
    for name in files:
        parts = name.split('/')[:-1]
        folders.update(dict.fromkeys('/'.join(parts[:i + 1]) for i in range(len(parts))))
    for folder in folders:
        yield folder.encode(), 0o40755, b'', 0, 0
    for name, path in files.items():
        yield file_entry(path, name)


def make_initramfs(path, files, root=None):
    """A cpio archive with a console, and with files and a folder; it needs no root to make."""
    entries = [(b'dev', 0o40755, b'', 0, 0), (b'dev/console', 0o20600, b'', 5, 1),
               *single_entries(files), *(folder_entries(root) if root else ()),
               (b'TRAILER!!!', 0, b'', 0, 0)]
    archive = bytearray()
    for inode, (name, mode, data, major, minor) in enumerate(entries, 1):
        fields = (inode, mode, 0, 0, 1, 0, len(data), 0, 0, major, minor, len(name) + 1, 0)
        archive += b'070701' + b''.join(b'%08X' % field for field in fields) + name + b'\0'
        archive += b'\0' * (-len(archive) % 4) + data
        archive += b'\0' * (-len(archive) % 4)
    aside = f'{path}.{os.getpid()}'
    with open(aside, 'wb') as out, gzip.GzipFile('', 'wb', fileobj=out, mtime=0) as file:
        file.write(archive)     # without a name or a time in it
    os.replace(aside, path)     # another rig may be reading the old one


def with_bootconfig(disk, words, path):
    """A copy of an initramfs with parameters for the kernel at its end.

    See Documentation/admin-guide/bootconfig.rst.
    """
    with open(disk, 'rb') as file:
        archive = file.read()
    pairs = (word.partition('=')[::2] for word in words)
    text = ''.join(f'kernel.{key} = "{value}"\n' for key, value in pairs).encode() + b'\0'
    text += b'\0' * (-(len(archive) + len(text) + 20) % 4)
    numbers = struct.pack('<II', len(text), sum(text) & 0xffffffff)
    with open(path, 'wb') as file:
        file.write(archive + text + numbers + b'#BOOTCONFIG\n')
    return path


def fit(bootargs, disk, work):
    """(command line, initramfs): what is too long for a command line goes into a bootconfig."""
    long = [word for word in bootargs.split() if len(word) > MAX_WORD]
    if not long:
        return bootargs, disk
    short = ' '.join(word for word in bootargs.split() if len(word) <= MAX_WORD)
    return f'{short} bootconfig', with_bootconfig(disk, long, os.path.join(work, 'initramfs.gz'))


def initramfs(out, arch):
    return os.path.join(out, f'initramfs-{arch}.gz')


def build(out, arch, root=None, files=None):
    """The initramfs of an architecture; returns its path.

    It has the content of folder @root, and @files: {name in the guest: path}.
    """
    os.makedirs(out, exist_ok=True)
    init = os.path.join(out, f'init-{arch}')
    run_make(os.path.join(DATA, 'guest'), init, out, f'CC={COMPILERS[arch]}gcc')
    make_initramfs(initramfs(out, arch), {'init': init, **(files or {})}, root)
    return initramfs(out, arch)
