# SPDX-License-Identifier: GPL-2.0
"""Put the project into a kernel tree, or take it out again.

New files have the same path in this repository as in the kernel. An existing
kernel file is changed by a file here that has its path with one more ending:

  init/main.c.cocci           a semantic patch (Coccinelle)
  include/linux/init.h.insert anchored insertions, where Coccinelle cannot go

A kernel file may have both; the insertions go into what the semantic patch makes
of it. Either may say for which kernels it is meant: "// Applies: 7.2-" (in
insertions "# Applies: 7.2-"), "// Applies: -7.1", "// Applies: 6.12-7.1". A file
of insertions is a list of

  @name
  after|before|append /regular expression/
  +text

The expression must match exactly one line. The text becomes lines after or
before that line; with append, its first line is put at the end of that line.

Everything is computed aside first, so that a rule that does not apply leaves
the tree as it was.

tools/data/sets/ has optional sets of such files, each in a folder of its own.
A rule file of a set that does not apply is skipped.
"""

import concurrent.futures
import contextlib
import fcntl
import json
import os
import re
import shlex
import shutil
import sys
import tempfile

from initcall.files import TOP
from initcall.kernel.archive import supported
from initcall.overlay.rules import (AlreadyThere, change, new_files, parse_version, read,
                                    rule_files, set_names)
from initcall.packages import check_program
from initcall.process import Failure, ask
from initcall.spatch import digest

STATE = '.initcall_depends'
ORIGINALS = os.path.join(STATE, 'originals')
MANIFEST = os.path.join(STATE, 'manifest')
ASIDE = '.initcall_depends.tmp'
# What is looked for in a kernel tree.
NEEDED = ('Makefile', 'drivers/base/dd.c', 'include/linux/init.h', 'init/main.c', 'kernel/Makefile')
ADVICE = '''\
To use it, set CONFIG_INITCALL_DEPENDS=y, and for IMA or trusted keys CONFIG_TCG_TPM_SETTLE=y.
Optional: CONFIG_INITCALL_DEPENDS_OPTIONS, CONFIG_INITCALL_DEPENDS_DEBUGFS and
CONFIG_INITCALL_DEPENDS_CHECK; their help texts say what for.'''


def say(text):
    """Print, even if the reader has had enough: the work goes on."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def supported_versions():
    return sorted(map(parse_version, supported()))


def kernel_version(kdir):
    """Version of a kernel tree as a pair of numbers, or a Failure."""
    if not os.path.isdir(kdir):
        raise Failure(f'{kdir}: error: no such directory')
    missing = [path for path in NEEDED if not os.path.isfile(os.path.join(kdir, path))]
    if missing:
        raise Failure(f'{kdir}: error: not a complete Linux kernel source tree: it has no '
                      + ', '.join(missing))
    makefile = os.path.join(kdir, 'Makefile')
    text = read(makefile).decode(errors='replace')
    fields = dict(re.findall(r'^(VERSION|PATCHLEVEL) = (\d+)$', text, re.M))
    if len(fields) != 2:
        raise Failure(f'{makefile}: error: no VERSION and PATCHLEVEL, '
                      'not a Linux kernel source tree')
    version = int(fields['VERSION']), int(fields['PATCHLEVEL'])
    oldest, *_, newest = supported_versions()
    if not oldest <= version <= newest:
        raise Failure(f'{makefile}: error: Linux {version[0]}.{version[1]} is not supported: '
                      f'{oldest[0]}.{oldest[1]} to {newest[0]}.{newest[1]} are')
    return version


class Wanted:
    """What is to be installed."""

    def __init__(self, conversions=True, sets=()):
        unknown = sorted(set(sets) - set(set_names()))
        if unknown:
            raise Failure(f'error: no set is called {", ".join(unknown)}; '
                          f'there are: {", ".join(set_names())}')
        self.files = new_files(sorted(set(sets)))
        self.rules = {}
        for rule in rule_files(conversions, sorted(set(sets))):
            self.rules.setdefault(rule.target, []).append(rule)
        lines = []
        for path in [*self.files.values(),
                     *(rule.path for rules in self.rules.values() for rule in rules)]:
            name = os.path.join(TOP, path)
            lines.append(f'{path} {digest(read(name))} {os.access(name, os.X_OK)}\n')
        self.id = digest(''.join(lines).encode())

    def file(self, path):
        """Where a new file is in this repository."""
        return os.path.join(TOP, self.files[path])


class Tree:
    """A kernel tree, and the record of a former install in it.

    The record says of each file what it was and what it is after the install. While
    files are being replaced, it is marked unfinished.
    """

    def __init__(self, kdir):
        self.kdir = os.path.abspath(kdir)
        self.version = None
        self.manifest = None

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

    def load(self):
        """Read the record."""
        self.manifest = None
        folder = self.path(STATE)
        if os.path.lexists(folder) and not os.path.isdir(folder):
            raise Failure(f'{folder}: error: in the way: the record of an install is a folder of '
                          'this name; move it away, then try again')
        if os.path.exists(self.path(MANIFEST)):
            try:
                self.manifest = json.loads(read(self.path(MANIFEST)))
                self.check_manifest()
            except (AttributeError, KeyError, TypeError, ValueError):
                self.damaged('damaged')
        elif os.path.exists(self.path(ORIGINALS)):
            self.damaged('missing')

    def check_manifest(self):
        """Look at everything once; whatever is not there raises something."""
        self.manifest['id'], self.manifest['unfinished'], list(self.manifest['folders'])
        for entry in self.manifest['files'].values():
            entry['old'], entry['new'], int(entry['mode'])

    def damaged(self, how):
        originals, kdir = shlex.quote(self.path(ORIGINALS) + '/.'), shlex.quote(self.kdir)
        raise Failure(f'{self.path(MANIFEST)}: error: {how}; to get the tree back, run\n'
                      f'  cp -a --remove-destination {originals} {kdir}\n'
                      f'  rm -r {shlex.quote(self.path(STATE))}\n'
                      f'  make uninstall KDIR={kdir}')

    def unfinished(self):
        if self.manifest:
            return self.manifest['unfinished']
        return os.path.exists(self.path(STATE))

    def content(self, path):
        name = self.path(path)
        return read(name) if os.path.isfile(name) else None

    def original(self, path):
        """Content before any install."""
        entry = self.manifest and self.manifest['files'].get(path)
        if not entry or self.state(path) == 'old':
            return self.content(path)
        return None if entry['old'] is None else self.saved(path)

    def saved(self, path):
        """The copy of an original."""
        name = self.path(ORIGINALS, path)
        data = read(name) if os.path.isfile(name) else b''
        if digest(data) != self.manifest['files'][path]['old']:
            raise Failure(f'{name}: error: damaged or missing; restore {self.path(path)} from '
                          f'where the tree came from (git checkout -- {path}), then try again')
        return data

    def state(self, path):
        """Whether a file is as it is after the install, as it was before, or neither."""
        entry, data = self.manifest['files'][path], self.content(path)
        now = None if data is None else digest(data)
        if now in (entry['new'], entry.get('was', entry['new'])):
            return 'new'
        return 'old' if now == entry['old'] else 'changed'

    def paths(self, state):
        return [path for path in self.manifest['files'] if self.state(path) == state]

    def is_gone(self):
        """Whether the install has been undone without us, by git for instance."""
        return not self.paths('new') and not any(
            entry['old'] is None and self.content(path) is not None
            for path, entry in self.manifest['files'].items())

    def check_unchanged(self):
        """Changes that were made to our files must not be lost."""
        changed = self.paths('changed')
        if changed:
            more = f' (and {len(changed) - 1} more)' if len(changed) > 1 else ''
            kdir = shlex.quote(self.kdir)
            raise Failure(
                f'{self.path(changed[0])}: error: changed since the install{more}; run\n'
                f'  make uninstall CHANGED=keep KDIR={kdir}\n'
                'to leave such files as they are now and undo the rest, or\n'
                f'  make uninstall CHANGED=restore KDIR={kdir}\n'
                'to undo everything and have your files as <file>.changed')

    def check_writable(self, paths):
        """Files are replaced, never written into: what counts is their folders."""
        for folder in sorted({os.path.dirname(self.path(path)) for path in (STATE, *paths)}):
            while not os.path.lexists(folder):
                folder = os.path.dirname(folder)
            if not os.access(folder, os.W_OK):
                raise Failure(f'{folder}: error: not writable')

    def put(self, path, data, mode=0o644, link=None):
        """Replace a file, never write into it: it may be a hard link."""
        name = self.path(path)
        os.makedirs(os.path.dirname(name), exist_ok=True)
        aside = name + ASIDE
        if link is None:
            with open(aside, 'wb') as file:
                file.write(data)
            os.chmod(aside, mode)
        else:
            os.symlink(link, aside)
        os.replace(aside, name)

    def save_manifest(self):
        self.put(MANIFEST, json.dumps(self.manifest, indent=1).encode())

    def put_original(self, path):
        entry = self.manifest['files'][path]
        if entry['old'] is not None:
            self.put(path, self.saved(path), entry['mode'], entry.get('link'))
        elif os.path.lexists(self.path(path)):
            os.unlink(self.path(path))

    def set_aside(self, path):
        """Keep the changed version of a file under another name."""
        name = kept = self.path(path) + '.changed'
        count = 1
        while os.path.lexists(kept):
            count += 1
            kept = name + str(count)
        if os.path.lexists(self.path(path)):
            os.rename(self.path(path), kept)
            say(f'{self.path(path)}: your version is {kept}')

    def restore(self, changed='keep'):
        """Undo what the record says, also half of it; it can be stopped, and called again."""
        for path in self.manifest['files']:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                os.unlink(self.path(path) + ASIDE)
            state = self.state(path)
            if state == 'changed' and changed == 'restore':
                self.set_aside(path)
            if state == 'new' or state == 'changed' and changed == 'restore':
                self.put_original(path)
        for folder in sorted(self.manifest['folders'], reverse=True):
            try:
                os.rmdir(self.path(folder))
            except FileNotFoundError:
                pass
            except OSError:
                print(f'note: {self.path(folder)} is not empty and stays', file=sys.stderr)
        shutil.rmtree(self.path(ORIGINALS), ignore_errors=True)
        shutil.rmtree(self.path(STATE))     # the record goes last
        self.manifest = None

    def recover(self):
        """Undo what an install or uninstall has left that was killed."""
        if self.unfinished():
            if self.manifest:
                self.check_unchanged()
                self.restore()
            else:
                shutil.rmtree(self.path(STATE))

    def forget(self):
        """Drop the record of an install that has been undone without us."""
        left = self.paths('changed')
        self.restore()
        say(f'{self.kdir}: the files of the last install are gone, its record is dropped')
        for path in left:
            say(f'{self.path(path)}: not the version of before that install, left as it is')

    def uninstall_command(self):
        return f'"make uninstall KDIR={shlex.quote(self.kdir)}"'

    def describe(self):
        """What is true of the tree now, whatever has gone wrong."""
        self.load()
        if self.unfinished():
            return f'half done: {self.uninstall_command()} takes out the rest'
        return 'the overlay is installed' if self.manifest else 'the overlay is not installed'


def check_way(tree, wanted):
    """A new file must not overwrite another one of its name."""
    for folder in sorted(new_folders(tree, wanted.files)):
        if os.path.lexists(tree.path(folder)):
            raise Failure(f'{tree.path(folder)}: error: in the way: the overlay has a new folder '
                          'of this name; move or remove it, then try again')
    for path in wanted.files:
        if tree.manifest and path in tree.manifest['files'] or not os.path.lexists(tree.path(path)):
            continue
        if tree.content(path) == read(wanted.file(path)):
            raise Failure(f'{tree.path(path)}: error: in the way; it is the overlay\'s, but there '
                          f'is no record of an install: run {tree.uninstall_command()} first')
        raise Failure(f'{tree.path(path)}: error: in the way: the overlay has a new file of this '
                      'name; move or remove it, then try again')


def lost_record(tree, targets):
    """Kernel files that have our lines, while the record does not know it, and the way out."""
    files = ' '.join(shlex.quote(target) for target in targets)
    return Failure(f'{tree.path(targets[0])}: error: has lines of the overlay, but there is no '
                   'record of an install; restore it, with git for instance:\n'
                   f'  git -C {shlex.quote(tree.kdir)} checkout -- {files}')


def changed_before(originals, wanted):
    return [target for target, rules in wanted.rules.items()
            if originals[target] and any(rule.is_in(originals[target]) for rule in rules)]


def change_all(tree, wanted):
    """What the rules make of the kernel's files: {path: content}, and what was skipped."""
    result, skipped, there, failure = {}, [], [], None
    originals = {target: tree.original(target) for target in wanted.rules}
    pool = concurrent.futures.ThreadPoolExecutor(os.cpu_count())
    try:
        jobs = {target: pool.submit(change, rules, tree.version, originals[target])
                for target, rules in wanted.rules.items()}
        for target, job in jobs.items():
            try:
                result[target], reasons = job.result()
                skipped += reasons
            except AlreadyThere:
                there.append(target)
            except Failure as error:
                failure = failure or error
    finally:
        pool.shutdown(cancel_futures=True)
    if there:
        raise lost_record(tree, sorted({*there, *changed_before(originals, wanted)}))
    if failure:
        raise failure
    return {path: data for path, data in result.items() if data != originals[path]}, skipped


def compute(tree, wanted):
    """New content of all files: {path: (bytes, mode)}, and what was skipped."""
    check_way(tree, wanted)
    changed, skipped = change_all(tree, wanted)
    result = {}
    for path in wanted.files:
        name = wanted.file(path)
        result[path] = read(name), os.stat(name).st_mode & 0o777
    for path, data in changed.items():
        result[path] = data, os.stat(tree.path(path)).st_mode & 0o777
    return result, skipped


def new_folders(tree, paths):
    folders = set()
    for path in paths:
        folder = os.path.dirname(path)
        while folder and not os.path.isdir(tree.path(folder)):
            folders.add(folder)
            folder = os.path.dirname(folder)
    return folders


def make_manifest(tree, wanted, result):
    old = tree.manifest or {'files': {}, 'folders': []}
    files = {}
    for path, (data, mode) in result.items():
        before, name = tree.original(path), tree.path(path)
        files[path] = {'old': None if before is None else digest(before), 'new': digest(data),
                       'mode': mode}
        if path in old['files']:
            files[path]['was'] = old['files'][path]['new']
            files[path]['link'] = old['files'][path].get('link')
        elif os.path.islink(name):
            files[path]['link'] = os.readlink(name)
    folders = sorted(set(old['folders']) | new_folders(tree, result))
    return {'id': wanted.id, 'unfinished': True, 'files': files, 'folders': folders}


def write(tree, wanted, result):
    """The record, then the originals, then the files: any part of it can be undone."""
    manifest = make_manifest(tree, wanted, result)
    originals = {path: tree.original(path) for path in result}
    gone = {}
    if tree.manifest:
        gone = {path: entry for path, entry in tree.manifest['files'].items() if path not in result}
    tree.manifest = {**manifest, 'files': {**gone, **manifest['files']}}
    tree.save_manifest()
    for path, data in originals.items():
        if data is not None and tree.content(os.path.join(ORIGINALS, path)) != data:
            tree.put(os.path.join(ORIGINALS, path), data, manifest['files'][path]['mode'])
    for path in gone:
        if tree.state(path) == 'new':
            tree.put_original(path)
    for path, (data, mode) in result.items():
        if tree.content(path) != data or os.stat(tree.path(path)).st_mode & 0o777 != mode:
            tree.put(path, data, mode)
    for entry in manifest['files'].values():
        entry.pop('was', None)
    tree.manifest = {**manifest, 'unfinished': False}
    tree.save_manifest()
    for path in gone:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(tree.path(ORIGINALS, path))


def git_stat(tree, result):
    """What git would say if the kernel tree were a repository."""
    env = {name: value for name, value in os.environ.items() if not name.startswith('GIT_')}
    with tempfile.TemporaryDirectory() as work:
        def git(*args):
            return ask(['git', *args], cwd=work, env=env, right=True).stdout

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
        return git('diff', '--stat=100').rstrip()


def print_result(tree, result, skipped):
    try:
        say(git_stat(tree, result))
    except (OSError, Failure) as error:
        say(f'installed {len(result)} files; no summary of them: {error}')
    for line in skipped:
        say(f' {line}')
    say(ADVICE)


def is_current(tree, wanted):
    """Whether exactly this is installed already; another state is a Failure."""
    if tree.manifest['id'] != wanted.id:
        raise Failure(f'{tree.kdir}: error: another state of the overlay, or other sets of it, '
                      f'are installed here; run {tree.uninstall_command()} first')
    tree.check_unchanged()
    return not tree.paths('old')


def install(tree, wanted, update):
    tree.check_writable([])
    if tree.unfinished():
        tree.recover()
        say(f'{tree.kdir}: an interrupted install or uninstall is undone')
    if tree.manifest and tree.is_gone():
        tree.forget()
    if tree.manifest and not update and is_current(tree, wanted):
        say(f'{tree.kdir}: installed already, nothing to do')
        return
    if tree.manifest:
        tree.check_unchanged()
    result, skipped = compute(tree, wanted)
    tree.check_writable(result)
    if tree.manifest and tree.manifest['id'] == wanted.id and all(
            tree.content(path) == data for path, (data, _) in result.items()):
        return
    try:
        write(tree, wanted, result)
    except BaseException:
        tree.load()
        tree.recover()
        raise
    print_result(tree, result, skipped)


def remove_strays(tree):
    """Take out an install whose record is lost: what is known by its content."""
    wanted = Wanted(sets=set_names())
    ours = [path for path in wanted.files if tree.content(path) == read(wanted.file(path))]
    if not ours:
        say(f'{tree.kdir}: not installed, nothing to do')
        return
    tree.check_writable(ours)
    for path in ours:
        os.unlink(tree.path(path))
        with contextlib.suppress(OSError):      # as far as folders are empty then
            os.removedirs(os.path.dirname(tree.path(path)))
    say(f'{tree.kdir}: no record of an install, but {len(ours)} files of the overlay: removed')
    left = changed_before({target: tree.content(target) for target in wanted.rules}, wanted)
    if left:
        raise lost_record(tree, left)


def uninstall(tree, changed):
    tree.check_writable([])
    if tree.unfinished() and not tree.manifest:
        tree.recover()
    if not tree.manifest:
        remove_strays(tree)
        return
    if not tree.unfinished() and tree.is_gone():
        tree.forget()
        return
    if not changed:
        tree.check_unchanged()
    tree.check_writable(tree.manifest['files'])
    for path, entry in tree.manifest['files'].items():
        if entry['old'] is not None and tree.state(path) != 'old':
            tree.saved(path)        # all of it is there, or nothing is done
    count = len(tree.manifest['files'])
    tree.manifest['unfinished'] = True      # the next run goes on, should this one be stopped
    tree.save_manifest()
    tree.restore(changed)
    say(f'{tree.kdir}: {count} files restored or removed')


def split_words(text):
    return text.replace(',', ' ').split()


def add_arguments(parser):
    parser.add_argument('--update', action='store_true', help='bring another state of the overlay '
                        'up to date, touching only what differs')
    which = parser.add_mutually_exclusive_group()
    which.add_argument('--sets', type=split_words, default=[], metavar='SET,...',
                       help=f'optional sets, of {", ".join(set_names())}')
    which.add_argument('--without-conversions', action='store_true',
                       help='leave out all that declares something, for measurements')
    parser.add_argument('kdir', metavar='KDIR', help='top of a kernel source tree')


def remove_arguments(parser):
    parser.add_argument('--changed', choices=('keep', 'restore'),
                        help='what to do with files that were changed since the install: leave '
                        'them as they are, or restore them and keep yours as <file>.changed')
    parser.add_argument('kdir', metavar='KDIR', help='top of a kernel source tree')


def check(args):
    """(tree, what to put into it or None); a Failure if the arguments make no sense."""
    if not args.kdir:
        raise Failure('error: KDIR is empty: say KDIR=<kernel source tree>')
    tree = Tree(os.path.expanduser(args.kdir))
    wanted = None
    if args.command == 'install':
        wanted = Wanted(not args.without_conversions, args.sets)
    if wanted or not os.path.exists(tree.path(MANIFEST)):
        tree.version = kernel_version(tree.kdir)    # what is missing, uninstall may restore
    return tree, wanted


def run(args):
    """Do it; if something goes wrong on the way, say as well what is true of the tree then."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors='backslashreplace')
    tree, wanted = check(args)
    for program in ('spatch', 'git'):
        check_program(program)
    try:
        tree.lock()
        tree.load()
    except KeyboardInterrupt:
        raise KeyboardInterrupt('interrupted; nothing was done') from None
    try:
        if wanted:
            install(tree, wanted, args.update)
        else:
            uninstall(tree, args.changed)
    except OSError as error:
        raise Failure(f'{error.filename}: error: {error.strerror}; {tree.describe()}') from None
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f'interrupted; {tree.describe()}') from None
    return 0


add = remove = run
