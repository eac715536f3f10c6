# SPDX-License-Identifier: GPL-2.0
"""The patch series: what they add up to, that git takes them, and how "make series" refuses."""

import collections
import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
import types

from initcall.files import TOP, read
from initcall.kernel.tree import KernelTree
from initcall.overlay import install as overlay
from initcall.overlay import rules
from initcall.series import make
from initcall.series.steps import SERIES, Plan
from tests.test_overlay import Case, script_of

WHO = 'A. Developer <a.developer@example.org>'
AUTHOR = {'GIT_AUTHOR_NAME': 'A. Developer', 'GIT_AUTHOR_EMAIL': 'a.developer@example.org',
          'GIT_COMMITTER_NAME': 'A. Developer', 'GIT_COMMITTER_EMAIL': 'a.developer@example.org'}
NOBODY = {'GIT_CONFIG_GLOBAL': '/dev/null', 'GIT_CONFIG_SYSTEM': '/dev/null',
          'GIT_CONFIG_NOSYSTEM': '1'}
# What get_maintainer.pl wants to see. It takes a while to read the kernel's own MAINTAINERS.
KERNEL = ('COPYING', 'CREDITS', 'Kbuild', 'README', 'scripts/get_maintainer.pl')
FOLDERS = ('arch', 'fs', 'ipc', 'kernel', 'lib')
MAINTAINERS = """\
DECSTATION PLATFORM SUPPORT
M:	A. Maintainer <a.maintainer@example.org>
R:	A. Reviewer <a.reviewer@example.org>
L:	list@example.org
S:	Maintained
F:	*
F:	*/
"""
STEP = 'tools/data/series/2-initcall_depends/05-hold'


def git(tree, *words, **more):
    return subprocess.run(['git', '-C', tree, '-c', 'core.fsync=none', *words], check=True,
                          stdout=subprocess.PIPE, text=True, errors='surrogateescape',
                          env={**os.environ, **AUTHOR, **NOBODY}, **more).stdout


class SeriesCase(Case):
    """With kernel sources of their own, in a git repository where that matters."""

    def kernel(self, version):
        """As KernelTree, but all of it is in the work folder."""
        top = os.path.join(self.work, version)
        os.makedirs(top)
        return types.SimpleNamespace(kdir=None, pristine=self.source(version), top=top)

    def git_tree(self, version='7.3'):
        """A commit of what "make series" looks at."""
        plan = Plan()
        tree = self.tree(version, sorted({*overlay.NEEDED, *plan.targets(), *KERNEL}), '-a')
        # what "make series" keeps of a tree that is gone afterwards
        self.addCleanup(shutil.rmtree, KernelTree((tree, version)).top, ignore_errors=True)
        for folder in FOLDERS:
            os.makedirs(os.path.join(tree, folder), exist_ok=True)
        os.unlink(os.path.join(tree, 'MAINTAINERS'))
        self.write(tree, 'MAINTAINERS', MAINTAINERS)
        git(tree, 'init', '-q')
        git(tree, 'add', '-A', '-f')
        git(tree, 'commit', '-q', '-m', 'Linux')
        return tree

    def make(self, *words, env=None, repo=TOP, status=0):
        done = subprocess.run([*script_of(repo), 'series', *words], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False,
                              env={**os.environ, **NOBODY, **(AUTHOR if env is None else env)})
        self.assertEqual(done.returncode, status, done.stdout)
        self.assertNotIn('Traceback', done.stdout)
        return done.stdout

    def out(self, name='out'):
        return os.path.join(self.work, name)


class SumTest(SeriesCase):
    """On each kernel, the steps add up to "make install", and so do the patches."""

    def installed(self, version, sets):
        """{path: content} of a tree with the overlay, and what it was made of."""
        tree = self.tree(version)
        words = ['--sets', ','.join(sets)] if sets else []
        self.succeed('install', *words, tree)
        found = {}
        for folder, _, names in os.walk(tree):
            for name in names:
                path = os.path.relpath(os.path.join(folder, name), tree)
                if not path.startswith(overlay.STATE):
                    found[path] = rules.read(os.path.join(tree, path))
        shutil.rmtree(tree)
        return found

    def compare(self, repo, commit, wanted):
        """Byte for byte, for all that "make install" has touched."""
        names = git(repo, 'ls-tree', '-r', '--name-only', commit).splitlines()
        changed = git(repo, 'diff', '--name-only', 'base', commit).splitlines()
        self.assertEqual(set(changed) - set(wanted), set())
        for path in sorted(set(names) & set(wanted) | set(changed)):
            data = subprocess.run(['git', '-C', repo, 'cat-file', 'blob', f'{commit}:{path}'],
                                  stdout=subprocess.PIPE, check=True).stdout
            self.assertEqual(rules.decode(data), rules.decode(wanted[path]), path)
        new = {path for path in rules.new_files() if path in wanted}
        self.assertEqual(new - set(names), set())

    def check(self, version):
        kernel = self.kernel(version)
        repo, branches = make.repository(kernel, WHO)
        plan = Plan()
        count = len(list(plan.items('set')))
        self.compare(repo, f'tools~{count}', self.installed(version, ()))
        self.compare(repo, 'tools', self.installed(
            version, [item.path for _, item in plan.items('set')]))
        make.format_patches(repo, self.out(), branches)
        self.apply(repo, self.out())

    def apply(self, repo, out):
        """git am makes the same tree of the pristine one."""
        tree = self.out('am')
        git(self.work, 'clone', '-q', '--branch', 'base', repo, tree)
        patches = sorted(os.path.join(out, series, name) for series in os.listdir(out)
                         for name in os.listdir(os.path.join(out, series)) if name[:4] != '0000')
        git(tree, 'am', '-q', '--whitespace=error', *patches)
        self.assertEqual(git(tree, 'rev-parse', 'HEAD^{tree}'),
                         git(repo, 'rev-parse', 'tools^{tree}'))
        said = git(tree, 'log', '--format=%an <%ae>%n%(trailers:key=Signed-off-by,valueonly)',
                   'origin/base..')
        self.assertEqual(set(said.split('\n')) - {''}, {WHO})
        self.assertEqual(len(patches), int(git(repo, 'rev-list', '--count', 'base..tools')))

    def test_7_3(self):
        self.check('7.3')

    def test_7_2(self):
        self.check('7.2')

    def test_6_12(self):
        self.check('6.12')


class OwnTreeTest(SeriesCase):
    """On the caller's own git tree, which stays as it is."""

    def test_kdir(self):
        tree = self.git_tree()
        head, refs = git(tree, 'rev-parse', 'HEAD').strip(), git(tree, 'for-each-ref')
        # what is not committed does not count
        self.replace(tree, 'init/main.c', 'do_basic_setup', 'do_something_else')
        self.make('--kdir', tree, '--out', self.out())
        self.assertEqual(git(tree, 'for-each-ref'), refs)
        self.assertEqual(git(tree, 'status', '--porcelain', '-uno').split(), ['M', 'init/main.c'])
        series = read(self.out(), 'series').split()
        patch = read(self.out(), series[0])
        self.assertIn('\nTo: "A. Maintainer" <a.maintainer@example.org>\n'
                      'Cc: "A. Reviewer" <a.reviewer@example.org>,\n\tlist@example.org\n\n', patch)
        self.assertRegex(patch, r'(?m)^Signed-off-by: A\. Developer <a\.developer@example\.org>$')
        self.assertIn(f'base-commit: {head}', read(self.out(), '1-settle',
                                                   '0000-cover-letter.patch'))
        self.assertIn('\nprerequisite-patch-id: ', read(self.out(), '2-initcall_depends',
                                                        '0000-cover-letter.patch'))
        git(tree, 'checkout', '-q', '--', 'init/main.c')
        git(tree, 'am', '-q', *(os.path.join(self.out(), name) for name in series))

    def test_second_run(self):
        """It has the same result, and leaves folders of the caller's alone."""
        tree, others = self.git_tree(), [self.out() + '.new', self.out() + '.old']
        for folder in others:
            os.mkdir(folder)
        self.make('--kdir', tree, '--out', self.out())
        before = {name: read(self.out(), name) for name in read(self.out(), 'series').split()}
        said = self.make('--kdir', tree, '--out', self.out())
        self.assertIn('nothing has changed', said)
        self.assertEqual(before, {name: read(self.out(), name) for name in before})
        self.assertTrue(all(map(os.path.isdir, others)))

    def test_interrupt(self):
        """There is all of the last run, or of this one, and never a part."""
        tree = self.git_tree()
        self.make('--kdir', tree, '--out', self.out())
        before = sorted(os.listdir(self.out()))
        text = read(self.out(), 'series')
        for seconds in (0, 0.5):
            child = subprocess.Popen([*script_of(TOP), 'series', '--kdir', tree, '--out',
                                      self.out()], stdout=subprocess.PIPE, text=True,
                                     stderr=subprocess.STDOUT, env={**os.environ, **AUTHOR})
            self.addCleanup(child.kill)
            while not child.stdout.readline().startswith('making commits: '):
                self.assertIsNone(child.poll())
            time.sleep(seconds)
            child.send_signal(signal.SIGINT)
            said = child.communicate()[0]
            self.assertEqual(child.returncode, 130, said)
            self.assertEqual(sorted(os.listdir(self.out())), before)
            self.assertEqual(read(self.out(), 'series'), text)
        self.make('--kdir', tree, '--out', self.out())
        self.assertEqual(sorted(name for name in os.listdir(self.work) if 'out' in name),
                         ['out'])


class RefusalTest(SeriesCase):
    """One clear error, and nothing is written."""

    def refused(self, *words, **how):
        said = self.make(*words, status=1, **how)
        self.assertEqual([name for name in os.listdir(self.work) if name.startswith('out.')], [])
        return said

    def test_identity(self):
        tree = self.git_tree()
        said = self.refused('--kdir', tree, '--out', self.out(), env={'EMAIL': ''})
        self.assertIn('git config --global user.name', said)
        self.assertFalse(os.path.exists(self.out()))

    def test_kdir(self):
        tree = self.tree()
        self.assertIn('not a git tree', self.refused('--kdir', tree))
        with contextlib.suppress(FileExistsError):
            os.makedirs(os.path.join(self.work, 'above'))
        above = os.path.join(self.work, 'above')
        os.rename(tree, os.path.join(above, 'linux'))
        git(above, 'init', '-q')
        self.assertIn('not a git tree', self.refused('--kdir', os.path.join(above, 'linux')))

    def test_out(self):
        self.write(self.work, 'file', 'mine\n')
        self.write(self.work, 'mine/notes', 'mine\n')
        self.assertIn('is not a folder', self.refused('--out', self.out('file')))
        self.assertIn('has files that', self.refused('--out', self.out('mine')))
        self.assertIn('no such folder', self.refused('--out', self.out('missing/out')))
        self.assertEqual(read(self.work, 'mine/notes'), 'mine\n')

    def test_kernel(self):
        self.assertIn('is not supported', self.refused('--kernel', '1.0'))


class StepTest(SeriesCase):
    """What is wrong with a step is said with its file and line."""

    def said_with(self, change):
        """What the tools say of a copy of this repository in which one step is different."""
        repo = self.copy_of_repo()
        path = os.path.join(repo, STEP)
        text = read(path)
        changed = change(text)
        self.assertNotEqual(text, changed)
        with open(path, 'w') as file:
            file.write(changed)
        return self.make('--kernel', '7.3', '--out', self.out(), repo=repo, status=1)

    def test_forgotten_file(self):
        said = self.said_with(lambda text: text.replace('kernel/initcall_depends/*\n', ''))
        self.assertRegex(said, r'kernel/initcall_depends/\S+: error: no step .* brings this file')

    def test_unknown_file(self):
        self.assertRegex(self.said_with(lambda text: text + 'kernel/initcall_depends/none.c\n'),
                         rf'{re.escape(STEP)}:\d+: error: the overlay has no .*none\.c')

    def test_unknown_rule(self):
        self.assertIn('has no rule none', self.said_with(
            lambda text: text + 'drivers/base/dd.c.cocci @none\n'))

    def test_taken_twice(self):
        self.assertIn('a step before brings it already', self.said_with(
            lambda text: text + 'kernel/initcall_depends/order.c\n'))

    def test_missing_lines(self):
        self.assertIn('nothing like that', self.said_with(
            lambda text: text + 'kernel/initcall_depends/order.c /no such line/\n'))

    def test_no_form(self):
        self.assertIn('none of the forms', self.said_with(
            lambda text: text + 'kernel/initcall_depends/order.c remove it\n'))

    def test_long_line(self):
        said = self.said_with(lambda text: text.replace('\n\n', '\n\n' + 'a' * 76 + '\n', 1))
        self.assertRegex(said, rf'{re.escape(STEP)}:3: error: 76 characters')

    def test_sum(self):
        """A rule that only the sum shows to be missing: it is in no step's copy of the rules."""
        repo = self.copy_of_repo()
        path = os.path.join(repo, 'tools/initcall/series/steps.py')
        text = read(path)
        with open(path, 'w') as file:
            file.write(text.replace("self.brought[number].append(select(rule, left))",
                                    "self.brought[number].append(select(rule, left[:-1]))"))
        said = self.make('--kernel', '7.3', '--out', self.out(), repo=repo, status=1)
        self.assertRegex(said, r'error: .*(the steps do not add up|has no rule|no anchor|changes '
                         r'nothing|does not apply)')

    def test_page(self):
        """It says how many patches there are in each series, and how many are optional."""
        page = read(TOP, 'Documentation/driver-api/initcall_depends_series.rst')
        said = re.findall(r'^(\w+|\\) {2,}(\d+) {2,}\S', page, re.M)
        steps = Plan().steps
        counts = collections.Counter(step.series.partition('-')[2] for step in steps)
        optional = sum(any(item.kind == 'set' for item in step.items) for step in steps)
        counts['tools'] -= optional
        self.assertEqual({name: int(count) for name, count in said},
                         {**counts, '\\': optional})

    def test_covers(self):
        """Numbers of patches change; a cover letter does without."""
        for step in {step.series: step for step in Plan().steps}.values():
            self.assertNotRegex(read(TOP, SERIES, step.series, 'cover'), r'[Pp]atch(es)? \d')
