# SPDX-License-Identifier: GPL-2.0
"""Kernel sources, and packages of other releases: from Debian's archive, checked by apt."""

import glob
import os
import shutil
import tempfile

from initcall.files import cache, data, log_path, read
from initcall.process import Failure, ask, lock, run

KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'
# Where the archive keeps which version: the machine's own release, or newer ones.
SUITES = {'6.12': ('{own}', '{own}-security', 'trixie'), None: ('trixie-backports', 'sid')}


def supported():
    return read(data('kernel-versions')).split()


def own_release():
    with open('/etc/os-release') as file:
        fields = dict(line.rstrip().split('=', 1) for line in file if '=' in line)
    return fields.get('VERSION_CODENAME', 'bookworm').strip('"')


def archive():
    """Address of the Debian archive that this machine uses."""
    run = ask(['apt-get', 'indextargets', '--format', '$(REPO_URI) $(RELEASE) $(COMPONENT)',
               'Created-By: Packages'], apart=True)
    rows = [row.split() for row in run.stdout.splitlines()]
    for address, release, component in (row for row in rows if len(row) == 3):
        if release == own_release() and component == 'main':
            return address
    raise Failure('error: no Debian archive is configured on this machine (apt-get indextargets); '
                  'say KDIR=<kernel source tree> to use a tree of your own')


class Apt:
    """apt-get with sources, lists and cache of its own; the system's stay as they are.

    With a foreign @architecture, nothing of it counts as installed.
    """

    def __init__(self, work, suite, kind='deb', lagging=False, architecture=None):
        self.work = work
        self.lagging = lagging
        self.architecture = architecture
        for folder in ('lists/partial', 'cache/archives/partial'):
            os.makedirs(os.path.join(work, folder), exist_ok=True)
        address = archive()
        if suite.endswith('-security'):
            address = address.rstrip('/') + '-security'
        with open(os.path.join(work, 'sources.list'), 'w') as file:
            file.write(f'{kind} [signed-by={KEYRING}] {address} {suite} main\n')

    def options(self):
        return ['-o', f'Dir::Etc::sourcelist={self.work}/sources.list',
                '-o', 'Dir::Etc::sourceparts=-', '-o', f'Dir::State::lists={self.work}/lists',
                '-o', f'Dir::Cache={self.work}/cache', '-o', 'APT::Sandbox::User=root',
                '-o', 'Acquire::Languages=none',
                *(['-o', 'Acquire::Check-Valid-Until=false'] if self.lagging else []),
                *(['-o', f'APT::Architecture={self.architecture}',
                   '-o', f'APT::Architectures={self.architecture}', '-o',
                   'Dir::State::status=/dev/null'] if self.architecture else [])]

    def run(self, what, *words):
        run(what, ['apt-get', *self.options(), *words], log_path('apt'), cwd=self.work, timeout=900)

    def has(self, package):
        run = ask(['apt-cache', *self.options(), 'show', package], apart=True)
        return f'Package: {package}\n' in run.stdout


def keep(name, fetch):
    """Folder tools/@name of the cache; the first time, @fetch(work) puts all of it below work."""
    final = cache('tools', name)
    with lock(cache('tools', 'lock')):
        if not os.path.isdir(final):
            work = final + '.new'
            shutil.rmtree(work, ignore_errors=True)
            os.makedirs(work)
            os.rename(fetch(work), final)
            shutil.rmtree(work, ignore_errors=True)
    return final


def unpack_packages(work, folder=''):
    """Those that were downloaded, not installed; returns where they are."""
    tree = os.path.join(work, 'tree')
    for package in glob.glob(os.path.join(work, folder, '*.deb')):
        run('unpacking', ['dpkg-deb', '-x', package, tree], log_path('apt'), quiet=True)
    return tree


def download(version, work):
    """The linux-source package of a version, or None if no archive has it."""
    package = f'linux-source-{version}'
    for suite in SUITES.get(version, SUITES[None]):
        apt = Apt(work, suite.format(own=own_release()))
        try:
            apt.run(f'asking {suite.format(own=own_release())} for Linux {version}', 'update')
        except Failure:
            if suite.endswith('-security'):
                continue
            raise
        if apt.has(package):
            apt.run(f'downloading {package}', 'download', package)
            return glob.glob(os.path.join(work, package + '_*.deb'))[0]
    return None


def unpack(deb, version, work):
    """Under another name until all of it is there."""
    name = os.path.basename(deb).split('_')
    final = cache('source', f'linux-{name[1]}')
    if not os.path.isdir(final):
        tree = os.path.join(work, 'tree')
        os.makedirs(tree)
        run(f'unpacking Linux {name[1]}', [
            'sh', '-c', 'set -e; dpkg-deb --fsys-tarfile "$1" | tar x -C "$2" ./usr/src; '
            'tar xJf "$2"/usr/src/linux-source-*.tar.xz -C "$3" --strip-components=1',
            'sh', deb, work, tree], log_path('unpack'))
        os.rename(tree, final)
    link = os.path.join(work, 'link')
    os.symlink(os.path.basename(final), link)
    os.replace(link, cache('source', f'linux-{version}'))


def fetch(version):
    with tempfile.TemporaryDirectory(prefix='.fetch-', dir=cache('source')) as work:
        deb = download(version, work)
        if deb:
            unpack(deb, version, work)
        return bool(deb)


def pristine(version):
    """(version, tree): the source of that version, or of the newest to be had."""
    if version not in supported():
        raise Failure(f'error: KERNEL={version} is not supported; there are '
                      + ', '.join(supported()))
    with lock(cache('source', 'lock')):
        for left in glob.glob(cache('source', '.fetch-*')):
            shutil.rmtree(left, ignore_errors=True)
        for candidate in [version] + [other for other in supported() if other != version]:
            tree = cache('source', f'linux-{candidate}')
            if os.path.isdir(tree) or fetch(candidate):
                return candidate, os.path.realpath(tree)
    raise Failure('error: the archive has none of the supported kernels: ' + ', '.join(supported()))
