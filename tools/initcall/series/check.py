# SPDX-License-Identifier: GPL-2.0
"""Compile and test the kernel after each patch of the series that "make series" writes.

For each of them: KUnit under UML, which compiles all of that kernel; what the patch changes, also
for arm64, with W=1 and sparse, without a warning that there is not without the series; checkpatch
--strict of the patch with its message; kernel-doc. After the last patch of each series, the kernel
of the FF-A machine is linked. Then a fault is planted in a step in the middle, and git bisect run
has to find that step with KUnit.

The first time it takes three quarters of an hour on two idle cores: a few patches change headers
that everything includes; most patches take a minute. What has passed is not done again, as long as
the patch is the same: an interrupted run goes on where it was, and a second one takes seconds, and
some minutes for git bisect.
"""

import collections
import contextlib
import hashlib
import os
import re
import tempfile

from initcall.files import cores, data, read, write_aside
from initcall.kernel import debian
from initcall.kernel import tree as kernel_tree
from initcall.kernel.tree import (ARM64, COMPILED, CONFIG, CROSS, WIDE_CONFIG, KernelTree,
                                  build_env)
from initcall.kunit import FOLDERS, kunit_py
from initcall.process import Failure, Step, ask, initcall
from initcall.series.make import check as check_make
from initcall.series.make import git, repository, series_lock

# An option of a test that is not in the configuration of its folder.
SETTLE_TEST = 'CONFIG_DRIVER_PROBE_SETTLE_KUNIT_TEST'
# Names of builds: KUnit; the files that a patch changes; the kernel of the FF-A machine.
UML, ARM, RIG = 'series-uml', 'series-arm64', 'series-rig'
CONVERSIONS = [*WIDE_CONFIG, data('conversions.config')]
# A literal is used twice on purpose, libelf has names of its own, Linux 6.12 has no kzalloc_obj(),
# and MAINTAINERS has its entry with the last patch of the series.
IGNORED = 'MACRO_ARG_REUSE,CAMELCASE,ALLOC_WITH_SIZEOF,NEW_TYPEDEFS,FILE_PATH_CHANGES'
# These define what the kernel's own headers would.
SHIMS = 'scripts/initcall-graph/include'
PLANTED_IN, PLANTED = 'kernel/initcall_depends/order.c', (rb'\bnr_moved\+\+', b'nr_moved += 2')
PLANTED_BY = '05-hold'
Commit = collections.namedtuple('Commit', 'id subject files')


def arguments(parser):
    kernel_tree.arguments(parser)


def check(args):
    args.out = None
    check_make(args)


def commits_of(repo, tip):
    """All steps from the first; without those files that are no longer there."""
    found = []
    for line in git('log', '--reverse', '--format=%H %s', f'base..{tip}', repo=repo).splitlines():
        name, _, subject = line.partition(' ')
        files = git('diff-tree', '-r', '--name-only', '--no-commit-id', name, repo=repo)
        found.append(Commit(name, subject, files.splitlines()))
    return found


class Rig(KernelTree):
    """A source of its own, which is put into the state of a commit, and its builds."""

    def __init__(self, choice):
        super().__init__(choice, exact=True)
        self.source = os.path.join(self.top, 'src-series')

    def set_up(self, repo):
        """The kernel's own source, but for what the commits have."""
        if os.path.isdir(self.source):
            return
        if not self.kdir:
            self.link_copy(self.pristine, self.source)
            return
        os.makedirs(self.source + '.new', exist_ok=True)
        self.run('taking the source from git', [
            'sh', '-c', 'git -C "$1" archive "$2" | tar x -C "$3"', 'sh', repo, 'base',
            self.source + '.new'], 'series-copy')
        os.rename(self.source + '.new', self.source)

    def put(self, repo, commit, paths):
        """Files as a commit has them; only those that differ are touched."""
        said = git('ls-tree', '-r', commit, '--', *paths, repo=repo)
        modes = {path: int(mode, 8) & 0o777 for mode, path in re.findall(
            r'^(\d+) [^\t]*\t(.*)$', said, re.M)}
        for path in paths:
            name = os.path.join(self.source, path)
            if path not in modes:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(name)
                continue
            content = ask(['git', '-C', repo, 'cat-file', 'blob', f'{commit}:{path}'], right=True,
                          encoding='latin-1').stdout.encode('latin-1')
            self.put_file(name, content, modes[path])

    @staticmethod
    def put_file(name, content, mode):
        """A new file: the old one may be a hard link."""
        if os.path.exists(name) and os.stat(name).st_mode & 0o111 == mode & 0o111:
            with open(name, 'rb') as file:
                if file.read() == content:
                    return
        os.makedirs(os.path.dirname(name), exist_ok=True)
        with open(name + '.new', 'wb') as file:
            file.write(content)
        os.chmod(name + '.new', mode)
        os.replace(name + '.new', name)

    def has_option(self, path, option):
        return self.has(path) and f'config {option.removeprefix("CONFIG_")}\n' in read(
            self.source, path)

    def kunit(self, what, name):
        """All tests that there are so far; a Failure if one of them does not pass."""
        words = [f'--kunitconfig={path}' for path in FOLDERS if self.has(path + '/.kunitconfig')]
        if self.has_option('drivers/base/test/Kconfig', SETTLE_TEST):
            words.append(f'--kconfig_add={SETTLE_TEST}=y')
        self.run(what, kunit_py(
            self.source, 'run', f'--build_dir={self.output(UML)}', *words, '--timeout=120',
            '--make_options', 'CC=ccache gcc', f'--jobs={cores()}'), name,
            COMPILED, cwd=self.source, env={**build_env(), 'COLUMNS': '100'})
        return re.search(r'Testing complete\. (.*)', self.log_of(name)).group(1)

    def strictly(self, name, words, paths):
        """What W=1, and perhaps sparse, say of these files."""
        if not paths:
            return set()
        self.make(f'  {name}: W=1', name, [*words, 'W=1', *(path[:-1] + 'o' for path in paths)])
        return warnings_of(self.log_of(name))

    def strictly_uml(self, paths):
        return self.strictly(UML, ['CC=ccache gcc', 'ARCH=um'], [
            path for path in paths
            if os.path.exists(os.path.join(self.output(UML), path[:-1] + 'o'))])

    def strictly_arm64(self, paths):
        """With the options of all drivers that the series change, as far as there are any yet."""
        self.set_options(ARM, CONVERSIONS)
        words = [*CROSS, 'C=2', f'CHECK={debian.sparse()}']
        return self.strictly(ARM, words, [path for path in paths if self.has(path)])

    def set_options(self, name, fragments):
        os.makedirs(self.output(name), exist_ok=True)
        wanted = os.path.join(self.output(name), '.fragment')
        with open(wanted, 'w') as file:
            file.write(''.join(read(fragment) for fragment in fragments))
        self.make_config(name, [*ARM64, f'KCONFIG_ALLCONFIG={wanted}'], 'allnoconfig')

    def link(self, series):
        """The kernel of the FF-A machine; what is compiled must not be warned of."""
        self.set_options(RIG, [CONFIG])
        self.make(f'  kernel for arm64 after {series}', RIG, [*CROSS, 'vmlinux'])
        return warnings_of(self.log_of(RIG))


def warnings_of(text):
    """{(file, what is said of it)}, without numbers of lines, which change."""
    return {(re.sub(r'^(\./|\.\./)+|^.*/src-series/', '', path), what) for path, what in re.findall(
        r'^(\S+?\.[chS]):\d+(?::\d+)?: (warning: .*)$', text, re.M)}


class Stamps:
    """What has passed, by all that it depends on."""

    def __init__(self, rig, repo):
        self.folder = os.path.join(rig.top, 'series-passed')
        self.repo = repo
        os.makedirs(self.folder, exist_ok=True)
        self.tools = b''.join(read(path).encode() for path in (__file__, CONFIG, *CONVERSIONS))

    def path(self, commit):
        what = git('log', '-1', '--format=%T%n%B', commit.id, repo=self.repo).encode()
        before = git('log', '-1', '--format=%T', commit.id + '^', repo=self.repo).encode()
        return os.path.join(self.folder, hashlib.sha256(what + before + self.tools).hexdigest())

    def passed(self, commit):
        return os.path.exists(self.path(commit))

    def put(self, commit):
        with open(self.path(commit), 'w') as file:
            file.write(commit.subject + '\n')


def checkpatch(rig, repo, commit):
    patch = os.path.join(rig.top, 'series.patch')
    with open(patch, 'w') as file:
        file.write(git('format-patch', '-1', '--stdout', '--no-attach', commit.id, '--', '.',
                       f':!{SHIMS}', repo=repo))
    run = ask(['perl', 'scripts/checkpatch.pl', '--strict', '--terse', '--show-types',
               '--no-summary', '--ignore', IGNORED, patch], cwd=rig.source)
    if run.returncode or run.stdout.strip():
        raise Failure(f'checkpatch: error: of "{commit.subject}" it says:\n{run.stdout[-3000:]}')


def doc_warnings(rig, top, files):
    run = ask([os.path.join(rig.source, 'scripts/kernel-doc'), '-none', '-Werror', *files], cwd=top)
    return run.stdout if run.returncode else ''


def kernel_doc(rig, repo, commit):
    """Of new files, and of those of the kernel that it has no complaint about."""
    files = [path for path in commit.files if path.endswith(('.c', '.h'))]
    with tempfile.TemporaryDirectory() as base:
        for path in git('ls-tree', '-r', '--name-only', 'base', '--', *files,
                        repo=repo).split() if files else ():
            text = git('show', f'base:{path}', repo=repo)
            Rig.put_file(os.path.join(base, path), text.encode(), 0o644)
            if doc_warnings(rig, base, [path]):
                files.remove(path)
    said = doc_warnings(rig, rig.source, files) if files else ''
    if said:
        raise Failure(f'kernel-doc: error: of "{commit.subject}" it says:\n{said[-3000:]}')


def kernel_paths(paths):
    """C files of the kernel, not of its host programs."""
    return [path for path in paths if path.endswith('.c')
            and not path.startswith(('scripts/', 'tools/'))]


def check_commit(rig, repo, commit, stock):
    """All that is to be true after a step; what KUnit says."""
    checkpatch(rig, repo, commit)
    kernel_doc(rig, repo, commit)
    result = rig.kunit('  UML, KUnit', UML)
    said = warnings_of(rig.log_of(UML))
    paths = kernel_paths(commit.files)
    said |= rig.strictly_uml(paths) | rig.strictly_arm64(paths)
    return result, said - stock


def stock_warnings(rig, repo, changed):
    """What the kernel says of its own files without the series; compiled once for a base."""
    base = git('rev-parse', 'base^{tree}', repo=repo).strip()
    path = os.path.join(rig.top, f'series-stock-{base}')
    if not os.path.exists(path):
        rig.put(repo, 'base', changed)
        rig.kunit('stock: UML, KUnit', UML)
        paths = kernel_paths(changed)
        said = warnings_of(rig.log_of(UML)) | rig.strictly_uml(paths) | rig.strictly_arm64(paths)
        write_aside(path, ''.join(f'{name}\t{what}\n' for name, what in sorted(said)))
    return {tuple(line.split('\t', 1)) for line in read(path).splitlines()}


def refuse_warnings(commit, new):
    if new:
        first, *more = sorted(new)
        raise Failure(f'{first[0]}: error: after "{commit.subject}": {first[1]}'
                      + (f', and {len(more)} more' if more else ''))


def check_series(rig, repo, branches):
    commits = commits_of(repo, branches[-1])
    tips = {git('rev-parse', branch, repo=repo).strip(): branch for branch in branches}
    changed = sorted({path for commit in commits for path in commit.files})
    stamps = Stamps(rig, repo)
    if all(stamps.passed(commit) for commit in commits):
        print(f'{len(commits)} patches have passed before')
        return
    stock = stock_warnings(rig, repo, changed)
    for number, commit in enumerate(commits, 1):
        if stamps.passed(commit):
            continue
        step = Step(f'{number}/{len(commits)} {commit.subject}')
        rig.put(repo, commit.id, changed)
        result, new = check_commit(rig, repo, commit, stock)
        if commit.id in tips:
            new |= rig.link(tips[commit.id]) - stock
        refuse_warnings(commit, new)
        stamps.put(commit)
        step.done(result)


def plant(plan, states):
    """A fault that a test sees, from a step in the middle on."""
    numbers = [step.number for step in plan.steps if step.file == PLANTED_BY]
    for state in states[numbers[0]:]:
        content, mode = state[PLANTED_IN]
        content, count = re.subn(*PLANTED, content)
        if not count:
            raise Failure(f'{PLANTED_IN}: error: no {PLANTED[0].decode()} to plant a fault in')
        state[PLANTED_IN] = content, mode


def check_bisect(rig, args):
    """git bisect run finds the step with a fault."""
    repo, branches = repository(rig, args.identity, 'bisect.git', plant)
    tip = list(branches.values())[-1]
    step = Step('git bisect run')
    wanted = [commit for commit in commits_of(repo, tip) if PLANTED_IN in commit.files][1]
    git('bisect', 'start', '--no-checkout', tip, 'base', repo=repo)
    words = ['--kdir', args.kdir] if args.kdir else ['--kernel', args.choice[1]]
    rig.run('git bisect run', ['git', '-C', repo, 'bisect', 'run', *initcall(
        'series-test', *words, '--repo', repo)], 'series-bisect', quiet=True, timeout=7200)
    found = git('rev-parse', 'refs/bisect/bad', repo=repo).strip()
    git('bisect', 'reset', repo=repo)
    if found != wanted.id:
        raise Failure(f'git bisect: error: blames {found}, not {wanted.id}: '
                      f'{rig.log_path("series-bisect")}')
    step.done(f'finds the fault that was planted in "{wanted.subject}"')


def run(args):
    rig = Rig(args.choice)
    with rig.lock(), series_lock(rig):
        repo, branches = repository(rig, args.identity)
        rig.set_up(repo)
        check_series(rig, repo, list(branches.values()))
        check_bisect(rig, args)
    return 0


def kunit_arguments(parser):
    kernel_tree.arguments(parser)
    parser.add_argument('--repo', required=True, help='repository in which git bisect runs')


def check_kunit(args):
    """It is called where the arguments have been checked."""


def kunit(args):
    """For git bisect run: KUnit at BISECT_HEAD, 0 if it passes, 1 if it does not."""
    rig = Rig(args.choice)
    everything = git('diff', '--name-only', 'base', 'tools', repo=args.repo).splitlines()
    rig.put(args.repo, 'BISECT_HEAD', everything)
    print(rig.kunit('KUnit', 'series-bisect-uml'))
    return 0
