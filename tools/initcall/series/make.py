# SPDX-License-Identifier: GPL-2.0
"""Make patches for the kernel's mailing lists, in three series, and a git branch for each.

OUT gets a folder for each series, with a cover letter and a patch for each step, which have in
their To: and Cc: whom scripts/get_maintainer.pl of that kernel names, and a file "series" that
quilt reads. The branches are in a repository in the cache; without --kdir, that has only those
files of the kernel which the series change. With --kdir, a git tree, the series is based on its
HEAD, and the tree is only read.

Author and Signed-off-by are what git is configured to write into your commits. The steps add up
to "make install" with all sets, which is checked each time; steps.py describes them.
"""

import contextlib
import os
import re
import shutil
import tempfile
import time

from initcall.files import cores, read
from initcall.kernel import tree as kernel_tree
from initcall.kernel.tree import KernelTree
from initcall.overlay.install import Tree, Wanted, compute, kernel_version
from initcall.process import Failure, Step, ask, lock, threads
from initcall.series.steps import Plan, folder, names_in

MAINTAINERS = 'scripts/get_maintainer.pl'
# The file in OUT by which it is known to be ours.
QUILT = 'series'
# Whatever the caller's git is configured to do, patches have to look the same.
PLAIN = ('-c', 'diff.noprefix=false', '-c', 'diff.mnemonicPrefix=false', '-c', 'color.ui=false',
         '-c', 'format.signOff=false', '-c', 'core.quotePath=true',
         '-c', 'diff.renames=true', '-c', 'diff.algorithm=default')


def arguments(parser):
    kernel_tree.arguments(parser)
    parser.add_argument('--out', metavar='FOLDER', help='where patches are to be written; '
                        'default: a folder in the cache, which is printed')


def git(*words, repo=None, **more):
    env = {name: value for name, value in os.environ.items()
           if name not in ('GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE')}
    return ask(['git', *(['-C', repo] if repo else []), *words], right=True, env=env,
               **more).stdout


def identity(repo):
    """Name <address> of the caller; git makes up none."""
    try:
        words = git('-c', 'user.useConfigOnly=true', 'var', 'GIT_AUTHOR_IDENT', repo=repo)
    except Failure:
        raise Failure('error: who sends these patches? git does not know; say\n'
                      '  git config --global user.name "Your Name"\n'
                      '  git config --global user.email you@example.com') from None
    return re.match(r'(.*>) \d+ ', words).group(1)


def check_kdir(kdir):
    """It has to be the top of a git tree, not of a folder in one."""
    try:
        top = git('rev-parse', '--show-toplevel', repo=kdir).strip()
    except Failure:
        top = ''
    if os.path.realpath(top) != os.path.realpath(kdir):
        raise Failure(f'{kdir}: error: not a git tree: "make series" needs a commit to base the '
                      'patches on; KERNEL= takes a source that has none')


def is_ours(out):
    return os.path.exists(os.path.join(out, QUILT)) and any(
        os.path.exists(os.path.join(out, name, '0000-cover-letter.patch'))
        for name in os.listdir(out))


def check(args):
    """All that can be wrong with the arguments, before anything is done."""
    args.kdir = args.choice[0]
    if args.kdir:
        check_kdir(args.kdir)
    args.identity = identity(args.kdir)
    if args.out is None:
        return
    args.out = os.path.abspath(os.path.expanduser(args.out))
    if os.path.lexists(args.out) and not os.path.isdir(args.out):
        raise Failure(f'{args.out}: error: OUT is not a folder')
    if os.path.isdir(args.out) and os.listdir(args.out) and not is_ours(args.out):
        raise Failure(f'{args.out}: error: OUT has files that "make series" has not written; '
                      'say OUT=<new folder>')
    parent = os.path.dirname(args.out)
    if not os.access(parent, os.W_OK):
        raise Failure(f'{parent}: error: no such folder, or not writable')


def put(path, content, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(content)
    os.chmod(path, mode)


def copy_files(source, work, paths):
    """Those files that there are."""
    for path in paths:
        name = os.path.join(source, path)
        if os.path.isfile(name):
            with open(name, 'rb') as file:
                put(os.path.join(work, path), file.read(), os.stat(name).st_mode & 0o777)


def checkout_files(kdir, commit, work, paths):
    """The same of a commit, whatever its work tree is like."""
    there = set(git('ls-tree', '-r', '--name-only', '-z', commit, repo=kdir).split('\0'))
    wanted = [path for path in paths if path in there]
    git('--work-tree', work, '-c', 'core.autocrlf=false', 'restore', '--worktree',
        '--source', commit, '--', *wanted, repo=kdir)


@contextlib.contextmanager
def base_files(kernel, plan):
    """The kernel's files that the series change, and those that would be in the way."""
    paths = sorted({*plan.targets(), *plan.new, 'Makefile', 'drivers/base/dd.c', 'init/main.c',
                    'include/linux/init.h', 'kernel/Makefile'})
    with tempfile.TemporaryDirectory(prefix='series-', dir=kernel.top) as work:
        commit = None
        if kernel.kdir:
            commit = git('rev-parse', 'HEAD^{commit}', repo=kernel.kdir).strip()
            checkout_files(kernel.kdir, commit, work, paths)
        else:
            copy_files(kernel.pristine, work, paths)
        tree = Tree(work)
        tree.version = kernel_version(work)
        yield tree, commit


def check_sum(tree, plan, states):
    """Nothing is forgotten, nothing is brought too early or changed on the way."""
    last = [(step.number, item.path) for step, item in plan.items('set')]
    for number, sets in [(last[0][0] - 1, ()), (last[-1][0], [name for _, name in last])]:
        wanted = compute(tree, Wanted(sets=sets))[0]
        wrong = sorted(path for path in {*wanted, *states[number]}
                       if wanted.get(path) != states[number].get(path))
        if wrong:
            raise Failure(f'{wrong[0]}: error: the steps do not add up to "make install"'
                          f'{" SETS=" + ",".join(sets) if sets else ""} here'
                          + (f', nor in {len(wrong) - 1} more files' if wrong[1:] else ''))


class Stream:
    """What git fast-import reads."""

    def __init__(self, who):
        self.parts = []
        self.who = f'{who} {int(time.time())} {time.strftime("%z")}'.encode()

    def data(self, content):
        self.parts.append(b'data %d\n%s\n' % (len(content), content))

    def commit(self, branch, message, parent=None):
        self.parts.append(b'commit refs/heads/%s\nauthor %s\ncommitter %s\n'
                          % (branch.encode(), self.who, self.who))
        self.data(message.encode())
        if parent:
            self.parts.append(b'from %s\n' % parent.encode())

    def files(self, new, old):
        """What is different from the commit before."""
        for path in sorted(set(old) - set(new)):
            raise Failure(f'{path}: error: a step takes it away again')
        for path, (content, mode) in sorted(new.items()):
            if old.get(path) != (content, mode):
                self.parts.append(b'M 100%o inline %s\n' % (0o755 if mode & 0o100 else 0o644,
                                                            path.encode()))
                self.data(content)


def original_files(tree):
    """All of them, if there is no commit that has them."""
    for place, _, names in os.walk(tree.kdir):
        for name in names:
            path = os.path.join(place, name)
            with open(path, 'rb') as file:
                yield os.path.relpath(path, tree.kdir), (file.read(), os.stat(path).st_mode & 0o777)


def branch_name(series):
    return series.partition('-')[2]


def commits(tree, plan, states, who, start):
    """The stream for all commits; a step that changes nothing in this kernel has none."""
    stream, old, branch = Stream(who), {}, None
    if not start:
        version = '.'.join(map(str, tree.version))
        stream.commit('base', f'Linux {version}: the files that the series change\n')
        stream.files(dict(original_files(tree)), {})
    for step, state in zip(plan.steps, states):
        state = {path: entry for path, entry in state.items()
                 if entry != (tree.original(path), entry[1])}
        if state == old:
            continue
        name = branch_name(step.series)
        parent = None if name == branch else f'refs/heads/{branch}' if branch else \
            start or 'refs/heads/base'
        stream.commit(name, f'{step.message}\nSigned-off-by: {who}\n', parent)
        stream.files(state, old)
        old, branch = state, name
    return b''.join(stream.parts)


def log_of(repo, branch):
    """What a branch has, without dates and the names that depend on them."""
    try:
        return git('log', '--format=%T%n%an <%ae>%n%B', branch, '--', repo=repo)
    except Failure:
        return None


def make_repository(kernel, aside, content, start):
    """A new one, with the objects of the caller's tree if that is the base."""
    shutil.rmtree(aside, ignore_errors=True)
    git('init', '-q', '--bare', aside)
    git('symbolic-ref', 'HEAD', 'refs/heads/base', repo=aside)
    if kernel.kdir:
        objects = git('rev-parse', '--git-path', 'objects', repo=kernel.kdir).strip()
        objects = os.path.join(os.path.realpath(kernel.kdir), objects)
        put(os.path.join(aside, 'objects/info/alternates'), objects.encode() + b'\n')
        git('update-ref', 'refs/heads/base', start, repo=aside)
    git('fast-import', '--quiet', repo=aside, input=content, encoding='latin-1')


def is_same(repo, aside, branches):
    """Whether another run has made the same commits, but for their dates."""
    return os.path.isdir(repo) and all(
        log_of(repo, branch) == log_of(aside, branch) is not None
        for branch in ['base', *branches])


def people_of(maintainers, patch):
    """(To, Cc): who looks after the files of a patch; lists, reviewers."""
    to, cc = [], []
    run = ask(['perl', MAINTAINERS, '--nogit', '--nogit-fallback', '--rolestats', patch],
              right=True, cwd=maintainers)
    for line in run.stdout.splitlines():
        address, role = re.fullmatch(r'(.*?)(?: \((.*)\))?', line).groups()
        listed = re.search(r'list|reviewer', (role or '').split(':')[0])
        (cc if listed or not role else to).append(address)
    return to, [address for address in cc if address not in to]


def with_people(text, to, cc):
    head, blank, body = text.partition('\n\n')
    lines = [f'{name}: ' + ',\n\t'.join(people) for name, people in (('To', to), ('Cc', cc))
             if people]
    return '\n'.join([head, *lines]) + blank + body


def address_patches(maintainers, path):
    """Write into patches whom they go to; the cover letter goes to all of these.

    So does a patch of new files only, which have no maintainer yet.
    """
    everybody, names = ([], []), sorted(os.listdir(path))[1:]
    with threads(cores()) as pool:
        jobs = [pool.submit(people_of, maintainers, os.path.join(path, name)) for name in names]
        addressed = {name: job.result() for name, job in zip(names, jobs)}
    for all_of, some in ((all_of, some) for people in addressed.values()
                         for all_of, some in zip(everybody, people)):
        all_of += [person for person in some if person not in all_of]
    to, cc = everybody
    addressed['0000-cover-letter.patch'] = to, cc
    for name, (to, cc) in addressed.items():
        text, to = read(path, name), to or everybody[0]
        with open(os.path.join(path, name), 'w') as file:
            file.write(with_people(text, to, [person for person in cc if person not in to]))


def format_patches(repo, out, branches):
    """[folder] of patches against the one before."""
    before = 'base'
    for series, branch in branches.items():
        path = os.path.join(out, series)
        cover = read(folder(series, 'cover'))
        git(*PLAIN, '-c', f'branch.{branch}.description={cover}', 'format-patch', '-q',
            '--no-attach', '--cover-letter', '--cover-from-description=subject', '--base=base',
            '--numbered', '-o', path, f'{before}..{branch}', repo=repo)
        before = branch


def write_quilt(out, series):
    names = [os.path.join(each, name) for each in series
             for name in sorted(os.listdir(os.path.join(out, each)))[1:]]
    with open(os.path.join(out, QUILT), 'w') as file:
        file.writelines(f'{name}\n' for name in names)
    return len(names)


def beside(path, what):
    """Name of a folder of ours; the caller may have others."""
    return os.path.join(os.path.dirname(path), f'.{os.path.basename(path)}.initcall-{what}')


def replace(aside, path):
    """A folder by another one: both are there, or one of them, whatever happens."""
    old = beside(path, 'old')
    shutil.rmtree(old, ignore_errors=True)
    if os.path.lexists(path):
        os.rename(path, old)
    os.rename(aside, path)
    shutil.rmtree(old, ignore_errors=True)


def repository(kernel, who, name='series.git', plant=None):
    """(repository, {series: branch}): made, or still right; @plant may change the states."""
    plan = Plan()
    repo, step = os.path.join(kernel.top, name), Step('making commits')
    with base_files(kernel, plan) as (tree, start):
        states = plan.states(tree)
        check_sum(tree, plan, states)
        if plant:
            plant(plan, states)
        content = commits(tree, plan, states, who, start)
        branches = {series: branch_name(series) for series in names_in(folder())}
        make_repository(kernel, repo + '.new', content.decode('latin-1'), start)
    if is_same(repo, repo + '.new', branches.values()):
        shutil.rmtree(repo + '.new')
        step.done('nothing has changed')
    else:
        replace(repo + '.new', repo)
        step.done()
    return repo, branches


def patches(kernel, repo, branches, out):
    step = Step('writing patches')
    aside = beside(out, 'new')
    shutil.rmtree(aside, ignore_errors=True)
    format_patches(repo, aside, branches)
    for series in branches:
        address_patches(kernel.kdir or kernel.pristine, os.path.join(aside, series))
        step.show(series)
    count = write_quilt(aside, branches)
    replace(aside, out)
    step.done()
    return count


def series_lock(kernel):
    """Of the repository, as the work tree is not looked at."""
    return lock(os.path.join(kernel.top, 'series.lock'))


def run(args):
    kernel = KernelTree(args.choice, exact=True)
    with series_lock(kernel):
        repo, branches = repository(kernel, args.identity)
        out = args.out or os.path.join(kernel.top, 'series')
        count = patches(kernel, repo, branches, out)
    names = ' '.join(branches.values())
    print(f'{out}: {count} patches of {len(branches)} series by {args.identity}\n'
          f'  read them; then: git send-email {out}/{next(iter(branches))}\n'
          f'branches: git fetch {repo} {names}')
    return 0
