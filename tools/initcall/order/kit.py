# SPDX-License-Identifier: GPL-2.0
"""A folder with all that work on other machines needs, an archive of it, and what runs it there."""

import glob
import hashlib
import os
import shutil
import subprocess
import tarfile

from initcall.files import TOOLS
from initcall.process import GENTLE, end
from initcall.rig import boot as rig

# Folder below the home of the user who logs in there.
REMOTE = '.initcall-depends'
BUILT = ('monitor.bin', '*.aml', 'initramfs-arm64.gz')
SCRIPTS = ('initcall/*.py', 'initcall/order/__init__.py', 'initcall/order/one.py',
           'initcall/order/names.py', 'initcall/rig/[_bfgv]*.py', 'data/ffa-tpm/chosen.dts',
           'data/ffa-tpm/monitor/*.h')


def sources(image, out):
    """(file, its name in the kit)"""
    yield image, 'Image'
    for pattern in BUILT:
        for path in sorted(glob.glob(os.path.join(out, pattern))):
            yield path, os.path.join('out', os.path.basename(path))
    for pattern in SCRIPTS:
        for path in sorted(glob.glob(os.path.join(TOOLS, pattern))):
            yield path, os.path.relpath(path, TOOLS)


def content(pairs):
    digest = hashlib.sha256()
    for path, name in pairs:
        with open(path, 'rb') as file:
            digest.update(name.encode() + b'\0' + hashlib.sha256(file.read()).digest())
    return digest.hexdigest()[:16]


def archive_of(identity):
    return f'kit-{identity}.tar.gz'


def put(pairs, top):
    for path, name in pairs:
        os.makedirs(os.path.dirname(os.path.join(top, name)), exist_ok=True)
        shutil.copy(path, os.path.join(top, name))


def remove_others(folder, identity):
    """Kits of kernels before."""
    for top in (folder, os.path.join(folder, REMOTE)):
        for path in (*glob.glob(f'{top}/kit-*'), *glob.glob(f'{top}/initcall-depends-*')):
            if identity not in os.path.basename(path):
                shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)


def make(args, machines, folder):
    """Prepare what the machines need and put it together; returns the digest of all of it."""
    rig.prepare_machines(args, machines)
    return pack(list(sources(args.arm64, args.out)), folder)


def pack(pairs, folder):
    """Files as (path, name in the kit); returns the digest of all of it."""
    identity = content(pairs)
    top = os.path.join(folder, f'kit-{identity}')
    archive = os.path.join(folder, archive_of(identity))
    remove_others(folder, identity)
    if not os.path.isdir(top):
        shutil.rmtree(top + '.new', ignore_errors=True)
        put(pairs, top + '.new')
        os.rename(top + '.new', top)
    if not os.path.exists(archive):
        with tarfile.open(archive + '.new', 'w:gz', compresslevel=1) as out:
            out.add(top, 'kit')
        os.replace(archive + '.new', archive)
    offer_here(folder, identity)
    return identity


def offer_here(folder, identity):
    """Put the kit where parallel looks on this machine, if it is one of several."""
    here, archive = os.path.join(folder, REMOTE), archive_of(identity)
    os.makedirs(here, exist_ok=True)
    if not os.path.exists(os.path.join(here, archive)):
        os.link(os.path.join(folder, archive), os.path.join(here, archive))


def place_of(identity):
    """Where it is on a machine that works."""
    return os.path.join(f'initcall-depends-{identity}', 'kit')


def parallel(args, identity, work, timeout):
    """GNU parallel's command: runs @work on whichever machine has a place free."""
    folder, archive = os.path.dirname(place_of(identity)), archive_of(identity)
    unpack = (f'flock {folder}.lock sh -c "test -d {folder} || (mkdir -p {folder}.new && '
              f'tar xzf {archive} -C {folder}.new && mv {folder}.new {folder})"')
    places = []
    if args.sshloginfile:
        places = ['--sshloginfile', args.sshloginfile, '--workdir', REMOTE, '--basefile', archive]
    return [*GENTLE, 'parallel', '--will-cite', '--no-notice', '--jobs', str(args.jobs), *places,
            '--line-buffer', '--colsep', ' ', '--retries', '3', '--timeout', str(timeout),
            '--arg-file', 'jobs', f'{unpack} && {work}']


def lines_of(command, folder, jobs, errors):
    """What GNU parallel's jobs print, line by line; they end with this, whatever ends it."""
    with open(os.path.join(folder, 'jobs'), 'w') as file:
        file.writelines(f'{job}\n' for job in jobs)
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=errors, text=True, errors='replace', cwd=folder,
                          start_new_session=True) as process:
        try:
            yield from process.stdout
        finally:
            end(process.pid)
