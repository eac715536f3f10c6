# SPDX-License-Identifier: GPL-2.0
"""The Debian packages that each command needs, and how missing ones are installed."""

import os
import shutil
import subprocess

from initcall.files import log_path
from initcall.process import Failure, ask, run

SPATCH = 'coccinelle libpython3-dev python3 git'
GRAPH = 'gcc libc6-dev libelf-dev make'
ARCHIVE = 'ca-certificates debian-archive-keyring xz-utils'
RUN = (f'{SPATCH} {GRAPH} acpica-tools bc bison ca-certificates ccache cpio cpp '
       'debian-archive-keyring device-tree-compiler flex gcc-aarch64-linux-gnu kmod '
       'libc6-dev-arm64-cross libssl-dev perl qemu-system-arm rsync swtpm xz-utils')
ORDERS = f'{RUN} parallel patch'
BOARDS = f'{RUN} gcc-arm-linux-gnueabihf libc6-dev-armhf-cross'
CHECK = (f'{ORDERS} clang-19 dpkg-dev graphviz libclang-rt-19-dev lld-19 llvm-19 pyflakes3 '
         'python3-pytest python3-sphinx python3-yaml')
NEEDED = {
    'install': SPATCH, 'uninstall': SPATCH, 'cocci': SPATCH, 'initcall-graph': GRAPH, 'run': RUN,
    'discover': ORDERS, 'torture': ORDERS, 'shrink': ORDERS, 'boards': BOARDS,
    'boards-table': BOARDS, 'bench': f'{RUN} gnuplot-nox libigraph-dev qemu-system-x86',
    'check': CHECK,
    'check-arch': ORDERS, 'check-row': ORDERS, 'cocci-check': CHECK,
    'check-full': f'{BOARDS} {CHECK} ocaml-nox qemu-system-x86 systemd udev',
    'series': f'{SPATCH} {ARCHIVE} perl', 'series-check': CHECK,
}
# Package that has a program, of those that the rigs start.
PROGRAMS = {'cpp': 'cpp', 'qemu-system-aarch64': 'qemu-system-arm', 'swtpm': 'swtpm',
            'qemu-system-arm': 'qemu-system-arm', 'iasl': 'acpica-tools', 'parallel': 'parallel',
            'dtc': 'device-tree-compiler', 'aarch64-linux-gnu-gcc': 'gcc-aarch64-linux-gnu',
            'arm-linux-gnueabihf-gcc': 'gcc-arm-linux-gnueabihf', 'spatch': 'coccinelle',
            'git': 'git', 'qemu-system-x86_64': 'qemu-system-x86', 'x86_64-linux-gnu-gcc': 'gcc'}


def missing(packages):
    state = ask(['dpkg-query', '-W', '-f', '${Package} ${db:Status-Status}\n', *packages],
                apart=True).stdout
    there = {line.split()[0] for line in state.splitlines() if line.endswith(' installed')}
    return sorted(set(packages) - there)


def as_root():
    """What to begin a command with, or None."""
    if os.geteuid() == 0:
        return []
    if shutil.which('sudo') and subprocess.run(['sudo', '-v'], check=False).returncode == 0:
        return ['sudo', '-n']
    return None


def install(command, more=''):
    """What @command needs, as root or with sudo; where neither is possible, say so and stop."""
    wanted = f'{NEEDED.get(command, "")} {more}'.split()
    packages = missing(wanted) if wanted else []
    if not packages:
        return
    root = as_root()
    if root is None:
        raise Failure('error: these Debian packages are needed, and only root can install them:\n'
                      f'  apt-get install --no-install-recommends {" ".join(packages)}')
    print(f'installing Debian packages: {" ".join(packages)}', flush=True)
    silent = [*root, 'env', 'DEBIAN_FRONTEND=noninteractive']
    apt = [*silent, 'apt-get']
    # What an interrupt has left half installed, which apt-get refuses to go on with.
    run('dpkg --configure', [*silent, 'dpkg', '--configure', '-a'], log_path('packages'),
        quiet=True)
    run('apt-get update', [*apt, 'update'], log_path('packages'), quiet=True)
    run('apt-get install', [*apt, 'install', '-y', '--no-install-recommends', *packages],
        log_path('packages'), r'^(?:Unpacking|Setting up) ', 2 * len(packages), 'steps')


def check_program(program, path=None):
    if not shutil.which(program, path=path):
        raise Failure(f'error: {program} is missing: install the Debian package '
                      f'{PROGRAMS[program]}')
