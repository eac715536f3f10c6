#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Put the project into a kernel tree, or take it out again.

New files stand in this repository where they stand in the kernel. An existing
kernel file is changed by what stands here under its own path with one more
ending:

  init/main.c.cocci           a semantic patch (Coccinelle)
  include/linux/init.h.insert anchored insertions, where Coccinelle cannot go

A semantic patch may say for which kernels it is meant: "// Applies: 7.2-",
"// Applies: -7.1", "// Applies: 6.12-7.1". A file of insertions is a list of

  @name
  after|before|append /regular expression/
  +text

The expression must match exactly one line. The text becomes lines behind or
before that line; with append, its first line is put at the end of that line.

Everything is computed aside first, so that a rule that does not apply leaves
the tree as it was.

--without-conversions leaves out the semantic patches that declare something, so
that all drivers are as they were; for measurements.
"""

import argparse
import concurrent.futures
import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

REPO = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.append(os.path.join(REPO, 'tools'))
from source import cache  # noqa: E402

ROOMS = ('Documentation', 'arch', 'block', 'crypto', 'drivers', 'fs', 'include', 'init',
         'kernel', 'lib', 'mm', 'net', 'samples', 'scripts', 'security', 'sound')
STATE = '.initcall_depends'
RULES = ('.cocci', '.insert')
DECLARES = re.compile(r'^\+\s*initcall_depends\("(.*)"\);$', re.M)


class Failure(Exception):
    """Something that the user has to know, in words; the tree is untouched."""


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def digest(data):
    return hashlib.sha256(data).hexdigest()


def parse_version(text):
    return tuple(int(part) for part in text.split('.'))


def supported_versions():
    with open(os.path.join(REPO, 'tools', 'kernel-versions')) as file:
        return sorted(parse_version(line) for line in file.read().split())


def kernel_version(kdir):
    """Version of a kernel tree as a pair of numbers, or a Failure."""
    if not os.path.isdir(kdir):
        raise Failure(f'{kdir}: error: no such directory')
    makefile = os.path.join(kdir, 'Makefile')
    if not os.path.exists(os.path.join(kdir, 'init', 'main.c')) or not os.path.exists(makefile):
        raise Failure(f'{kdir}: error: not a Linux kernel source tree')
    fields = dict(re.findall(r'^(VERSION|PATCHLEVEL) = (\d+)$', read(makefile).decode(), re.M))
    if len(fields) != 2:
        raise Failure(f'{makefile}: error: no VERSION and PATCHLEVEL, not a Linux kernel source tree')
    version = int(fields['VERSION']), int(fields['PATCHLEVEL'])
    oldest, *_, newest = supported_versions()
    if not oldest <= version <= newest:
        raise Failure(f'{makefile}: error: Linux {version[0]}.{version[1]} is not supported: '
                      f'{oldest[0]}.{oldest[1]} to {newest[0]}.{newest[1]} are')
    return version


def declared():
    """{file of the kernel: what it declares}, as the semantic patches say."""
    found = {}
    for path in sorted(all_files()):
        names = DECLARES.findall(read(os.path.join(REPO, path)).decode()) if is_rule(path) else []
        if names:
            found[os.path.splitext(path)[0]] = sorted(set(names))
    return found


def overlay_files(conversions=True):
    """Paths of all files of the overlay, relative to the top of the tree; without @conversions, not those."""
    without = {} if conversions else declared()
    for path in all_files():
        if not is_rule(path) or os.path.splitext(path)[0] not in without:
            yield path


def all_files():
    for room in ROOMS:
        for folder, _, names in os.walk(os.path.join(REPO, room)):
            for name in names:
                path = os.path.relpath(os.path.join(folder, name), REPO)
                if name.endswith(('~', '.orig', '.rej', '.o', '.swp', '.pyc')):
                    continue
                if name.startswith('.') and name not in ('.kunitconfig', '.gitignore'):
                    continue
                yield path


def is_rule(path):
    if path.startswith('scripts/coccinelle/'):
        return False
    return path.endswith(RULES)


class Insertion:
    """One @rule of a .insert file."""

    def __init__(self, where, name):
        self.where = where
        self.name = name
        self.how = None
        self.anchor = None
        self.text = []

    def apply(self, lines, target):
        hits = [i for i, line in enumerate(lines) if self.anchor.search(line)]
        if len(hits) != 1:
            raise Failure(f'{self.where}: error: rule "{self.name}" does not apply: its anchor '
                          f'/{self.anchor.pattern}/ matches {len(hits)} lines of {target}, not 1')
        at = hits[0]
        text = list(self.text)
        if self.how == 'append':
            lines[at] += text.pop(0)
        at += self.how != 'before'
        return lines[:at] + text + lines[at:]


def parse_insertions(path):
    rules = []
    for number, line in enumerate(read(os.path.join(REPO, path)).decode().splitlines(), 1):
        where = f'{path}:{number}'
        if line.startswith('@'):
            rules.append(Insertion(where, line[1:].strip()))
        elif line.startswith('+') and rules and rules[-1].anchor:
            rules[-1].text.append(line[1:])
        elif re.match(r'(after|before|append) /.*/$', line) and rules and not rules[-1].anchor:
            rules[-1].how, expression = line.split(' ', 1)
            try:
                rules[-1].anchor = re.compile(expression[1:-1])
            except re.error as error:
                raise Failure(f'{where}: error: {expression}: {error}') from None
        elif line and not line.startswith('#'):
            raise Failure(f'{where}: error: expected "@name", "after|before|append /expression/" or "+text"')
    for rule in rules:
        if not rule.anchor or not rule.text:
            raise Failure(f'{rule.where}: error: rule "{rule.name}" has no anchor or no text')
    return rules


def apply_insertions(path, target, data):
    lines = data.decode().split('\n')
    for rule in parse_insertions(path):
        lines = rule.apply(lines, target)
    return '\n'.join(lines).encode()


def cocci_applies(path, version):
    match = re.search(r'^// Applies: ([\d.]*)(-?)([\d.]*)$', read(os.path.join(REPO, path)).decode(), re.M)
    if not match:
        return True
    first, dash, last = match.groups()
    if not dash:
        return version == parse_version(first)
    return (not first or version >= parse_version(first)) and (not last or version <= parse_version(last))


def remembered(text, data):
    """Where the result of a semantic patch on this content by this spatch is kept; that takes a while to make."""
    program = os.path.realpath(shutil.which('spatch'))
    stat = os.stat(program)
    words = f'{program} {stat.st_size} {stat.st_mtime_ns}\n{text}\n'.encode()
    return cache('spatch', digest(words + data))


def apply_cocci(path, target, data):
    """What a semantic patch makes of a file."""
    text = read(os.path.join(REPO, path)).decode()
    kept = remembered(text, data)
    if os.path.exists(kept):
        return read(kept)
    result = run_spatch(path, target, text, data)
    with contextlib.suppress(OSError):      # who cannot write there makes it again
        os.makedirs(os.path.dirname(kept), exist_ok=True)
        aside = f'{kept}.{os.getpid()}'
        with open(aside, 'wb') as file:
            file.write(result)
        os.replace(aside, kept)
    return result


def run_spatch(path, target, text, data):
    """Run spatch; each rule of the semantic patch has to match."""
    rules = re.findall(r'^@\s*(\w+)[^@\n]*@', text, re.M)
    for rule in rules:
        text += f'\n@script:python depends on {rule}@\n@@\nprint("applied {rule}")\n'
    with tempfile.TemporaryDirectory() as work:
        names = [os.path.join(work, name) for name in ('rules.cocci', 'in.c', 'out.c')]
        for name, content in zip(names, (text.encode(), data)):
            with open(name, 'wb') as file:
                file.write(content)
        run = subprocess.run(['spatch', '--very-quiet', '--no-includes', '--no-show-diff',
                              '--sp-file', names[0], names[1], '-o', names[2]],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             stdin=subprocess.DEVNULL, cwd=work, check=False)
        if run.returncode:
            raise Failure(f'{path}:1: error: spatch failed on {target}:\n{run.stderr.strip()}')
        for rule in rules:
            if f'applied {rule}' not in run.stdout.splitlines():
                line = text[:re.search(rf'^@\s*{rule}\b', text, re.M).start()].count('\n') + 1
                raise Failure(f'{path}:{line}: error: rule "{rule}" does not apply to {target}')
        return read(names[2])


def change(path, version, original):
    """What a rule file makes of a kernel file: (target, bytes or None if not meant for it)."""
    target, ending = os.path.splitext(path)
    if ending == '.cocci' and not cocci_applies(path, version):
        return target, None
    data = original(target)
    if data is None:
        raise Failure(f'{path}:1: error: this kernel has no {target}')
    return target, (apply_cocci if ending == '.cocci' else apply_insertions)(path, target, data)


class Tree:
    """A kernel tree, and what a former install has left in it."""

    def __init__(self, kdir, conversions=True):
        self.kdir = os.path.abspath(kdir)
        self.conversions = conversions
        self.version = kernel_version(kdir)
        self.manifest = None
        name = self.path(STATE, 'manifest')
        if os.path.exists(name):
            self.manifest = json.loads(read(name))

    def path(self, *parts):
        return os.path.join(self.kdir, *parts)

    def lock(self):
        """One at a time; the lock goes with this process."""
        self.descriptor = os.open(self.kdir, os.O_RDONLY)
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure(f'{self.kdir}: error: another install or uninstall is at work here; '
                          'try again when it is done') from None

    def content(self, path):
        name = self.path(path)
        return read(name) if os.path.isfile(name) else None

    def original(self, path):
        """Content before any install."""
        if self.manifest and path in self.manifest['files']:
            if self.manifest['files'][path]['old'] is None:
                return None
            return read(self.path(STATE, 'originals', path))
        return self.content(path)

    def check_unchanged(self):
        """Somebody's own work on our files must not be lost."""
        for path, entry in self.manifest['files'].items():
            data = self.content(path)
            if data is None or digest(data) != entry['new']:
                raise Failure(f'{self.path(path)}: error: changed since the install; take your change '
                              f'out, or keep a copy and restore the file, then try again')

    def check_writable(self, paths):
        for path in [STATE, *paths]:
            name = self.path(path)
            while not os.path.lexists(name):
                name = os.path.dirname(name)
            if not os.access(name, os.W_OK) or not os.access(os.path.dirname(self.path(path)) if
                                                             os.path.isfile(name) else name, os.W_OK):
                raise Failure(f'{name}: error: not writable')

    def put(self, path, data, mode=0o644, mtime=None):
        """Replace a file, never write into it: it may be a hard link."""
        name = self.path(path)
        os.makedirs(os.path.dirname(name), exist_ok=True)
        aside = name + '.initcall_depends.tmp'
        with open(aside, 'wb') as file:
            file.write(data)
        os.chmod(aside, mode)
        if mtime:
            os.utime(aside, (mtime, mtime))
        os.replace(aside, name)

    def save_manifest(self):
        self.put(os.path.join(STATE, 'manifest'), json.dumps(self.manifest, indent=1).encode())

    def restore(self):
        """Undo what the manifest tells, also half of it."""
        for path, entry in self.manifest['files'].items():
            aside = self.path(path + '.initcall_depends.tmp')
            if os.path.exists(aside):
                os.unlink(aside)
            if entry['old'] is not None:
                if digest(self.content(path) or b'') != entry['old']:
                    self.put(path, read(self.path(STATE, 'originals', path)), entry['mode'])
            elif os.path.exists(self.path(path)):
                os.unlink(self.path(path))
        for folder in sorted(self.manifest['folders'], reverse=True):
            try:
                os.rmdir(self.path(folder))
            except FileNotFoundError:
                pass
            except OSError:
                print(f'note: {self.path(folder)} is not empty and stays', file=sys.stderr)
        shutil.rmtree(self.path(STATE))
        self.manifest = None

    def recover(self):
        """Undo what an install has left that was killed; True if there was one."""
        if self.manifest and not self.manifest['unfinished'] or not os.path.exists(self.path(STATE)):
            return False
        print(f'{self.kdir}: an interrupted install or uninstall is undone')
        if self.manifest:
            self.restore()
        else:
            shutil.rmtree(self.path(STATE))
        return True


def compute(tree):
    """New content of all files: {path: (bytes, mode)}, and what is not meant for this kernel."""
    rules, result, skipped = [], {}, []
    for path in sorted(overlay_files(tree.conversions)):
        if is_rule(path):
            rules.append(path)
        elif tree.original(path) is not None:
            raise Failure(f'{tree.path(path)}: error: in the way: the overlay has a new file of this name')
        else:
            result[path] = read(os.path.join(REPO, path)), os.stat(os.path.join(REPO, path)).st_mode & 0o777
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(change, path, tree.version, tree.original) for path in rules]
        for path, job in zip(rules, jobs):
            target, data = job.result()
            if data is None:
                skipped.append(target)
            elif data == tree.original(target):
                raise Failure(f'{path}:1: error: changes nothing in {target}')
            else:
                result[target] = data, os.stat(tree.path(target)).st_mode & 0o777
    return result, skipped


def overlay_id(conversions):
    total = hashlib.sha256()
    for path in sorted(overlay_files(conversions)):
        name = os.path.join(REPO, path)
        total.update(f'{path} {digest(read(name))} {os.access(name, os.X_OK)}\n'.encode())
    return total.hexdigest()


def new_folders(tree, paths):
    folders = set()
    for path in paths:
        folder = os.path.dirname(path)
        while folder and not os.path.isdir(tree.path(folder)):
            folders.add(folder)
            folder = os.path.dirname(folder)
    return folders


def make_manifest(tree, result):
    old = tree.manifest or {'files': {}, 'folders': []}
    files = {}
    for path, (data, mode) in result.items():
        before = tree.original(path)
        same = old['files'].get(path, {}).get('new') == digest(data)
        files[path] = {'old': None if before is None else digest(before), 'new': digest(data),
                       'mode': mode, 'mtime': old['files'][path]['mtime'] if same else None}
    folders = sorted(set(old['folders']) | new_folders(tree, result))
    return {'id': overlay_id(tree.conversions), 'unfinished': True, 'files': files, 'folders': folders}


def write(tree, result):
    """The manifest, then the originals, then the files: any part of it can be undone."""
    manifest = make_manifest(tree, result)
    gone = {}
    if tree.manifest:
        gone = {path: entry for path, entry in tree.manifest['files'].items() if path not in result}
    originals = {path: tree.original(path) for path in manifest['files']}
    tree.manifest = {**manifest, 'files': {**gone, **manifest['files']}}
    tree.save_manifest()
    for path, entry in manifest['files'].items():
        if entry['old'] is not None and not os.path.exists(tree.path(STATE, 'originals', path)):
            tree.put(os.path.join(STATE, 'originals', path), originals[path], entry['mode'])
    for path, entry in gone.items():
        if entry['old'] is None:
            os.unlink(tree.path(path))
        else:
            tree.put(path, read(tree.path(STATE, 'originals', path)), entry['mode'])
    for path, (data, mode) in result.items():
        entry = manifest['files'][path]
        if tree.content(path) != data or os.stat(tree.path(path)).st_mode & 0o777 != mode:
            tree.put(path, data, mode, entry['mtime'])
        entry['mtime'] = os.stat(tree.path(path)).st_mtime
    manifest['unfinished'] = False
    tree.manifest = manifest
    tree.save_manifest()


def print_stat(tree, result, skipped):
    """What git would say if the kernel tree were a repository."""
    with tempfile.TemporaryDirectory() as work:
        def git(*args):
            return subprocess.run(['git', *args], cwd=work, stdout=subprocess.PIPE, text=True, check=True).stdout

        def put(path, data):
            name = os.path.join(work, path)
            os.makedirs(os.path.dirname(name), exist_ok=True)
            with open(name, 'wb') as file:
                file.write(data)

        git('init', '-q')
        for path in result:
            if tree.original(path) is not None:
                put(path, tree.original(path))
        git('add', '-A')
        for path, (data, _) in result.items():
            put(path, data)
        git('add', '-A', '-N', '-f')
        print(git('diff', '--stat=100'), end='')
    for path in skipped:
        print(f' {path}: not for Linux {tree.version[0]}.{tree.version[1]}, skipped')


def install(tree, update):
    if not os.access(tree.kdir, os.W_OK):
        raise Failure(f'{tree.kdir}: error: not writable')
    tree.recover()
    if tree.manifest and not update:
        if tree.manifest['id'] != overlay_id(tree.conversions):
            raise Failure(f'{tree.kdir}: error: another state of the overlay is installed here; '
                          f'run "make uninstall KDIR={tree.kdir}" first')
        tree.check_unchanged()
        print(f'{tree.kdir}: installed already, nothing to do')
        return
    result, skipped = compute(tree)
    tree.check_writable(result)
    if tree.manifest and tree.manifest['id'] == overlay_id(tree.conversions) and all(
            tree.content(path) == data for path, (data, _) in result.items()):
        return
    try:
        write(tree, result)
    except BaseException:
        tree_again(tree).recover()
        raise
    print_stat(tree, result, skipped)


def uninstall(tree):
    if tree.recover():
        return
    if not tree.manifest:
        print(f'{tree.kdir}: not installed, nothing to do')
        return
    tree.check_unchanged()
    tree.check_writable(tree.manifest['files'])
    count = len(tree.manifest['files'])
    tree.manifest['unfinished'] = True      # so that the next run goes on, should this one be stopped
    tree.save_manifest()
    tree.restore()
    print(f'{tree.kdir}: {count} files restored or removed')


def stop(signum, _frame):
    raise KeyboardInterrupt(signum)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('command', choices=('install', 'uninstall'))
    parser.add_argument('kdir', metavar='KDIR', help='top of a kernel source tree')
    parser.add_argument('--update', action='store_true',
                        help='bring an older state of the overlay up to date, touching only what differs')
    parser.add_argument('--without-conversions', action='store_true', help='install: leave all drivers as they are')
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, stop)
    try:
        if not args.kdir:
            raise Failure('error: KDIR is empty: say KDIR=<kernel source tree>')
        args.kdir = os.path.expanduser(args.kdir)
        kernel_version(args.kdir)
        if not shutil.which('spatch') or not shutil.which('git'):
            raise Failure('error: spatch (Debian packages coccinelle and libpython3-dev) and git are needed')
        tree = Tree(args.kdir, not args.without_conversions)
        tree.lock()
        tree = tree_again(tree)
        if args.command == 'install':
            install(tree, args.update)
        else:
            uninstall(tree)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print('interrupted; install has left the tree as it was, uninstall goes on when run again', file=sys.stderr)
        return 130
    return 0


def tree_again(locked):
    """Read the state again under the lock."""
    tree = Tree(locked.kdir, locked.conversions)
    tree.descriptor = locked.descriptor
    return tree


if __name__ == '__main__':
    sys.exit(main())
