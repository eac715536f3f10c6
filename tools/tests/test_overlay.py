# SPDX-License-Identifier: GPL-2.0
"""The overlay on real kernel trees, with checksums over all of each."""

import contextlib
import errno
import fcntl
import hashlib
import itertools
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

from initcall import __main__ as front
from initcall.files import TOP, cache
from initcall.kernel.archive import pristine
from initcall.overlay import install as overlay
from initcall.overlay import rules as overlay_rules
from initcall.overlay.rules import set_names
from initcall.process import Failure, locked

NEWEST = '7.3'
SETS = set_names()
# All that a test needs if it looks at a few files only: what is changed, and what is looked for.
PARTS = sorted({*overlay.NEEDED, *(rule.target for rule in overlay_rules.rule_files(sets=SETS))})
IMX = 'drivers/i2c/busses/i2c-imx.c'
CRB = 'drivers/char/tpm/tpm_crb.c'
ORDER = 'kernel/initcall_depends/order.c'
digests = {}


def file_digest(path):
    """Each inode is read once; writing to it changes its ctime."""
    stat = os.lstat(path)
    key = stat.st_dev, stat.st_ino, stat.st_ctime_ns, stat.st_size
    if key not in digests:
        if os.path.islink(path):
            digests[key] = os.readlink(path)
        else:
            with open(path, 'rb') as file:
                digests[key] = hashlib.file_digest(file, 'sha256').hexdigest()
    return f'{stat.st_mode:o} {digests[key]}'


def tree_digest(tree):
    """Names, modes and contents of everything, folders included, but for git's own."""
    total = hashlib.sha256()
    for folder, folders, names in os.walk(tree):
        folders[:] = sorted(name for name in folders if name != '.git')
        total.update(f'{os.path.relpath(folder, tree)}/\n'.encode())
        for name in sorted(names):
            path = os.path.join(folder, name)
            total.update(f'{os.path.relpath(path, tree)} {file_digest(path)}\n'.encode())
    return total.hexdigest()


def script_of(repo):
    return ['/usr/bin/env', f'PYTHONPATH={repo}/tools', sys.executable, '-m', 'initcall']


def run(*words, repo=TOP, prefix=()):
    result = subprocess.run([*prefix, *script_of(repo), *words], stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, check=False)
    return result.returncode, result.stdout


class Case(unittest.TestCase):
    """Each test has a work tree of its own, made of hard links."""

    maxDiff = None

    def setUp(self):
        os.makedirs(cache('work'), exist_ok=True)
        self.work = tempfile.mkdtemp(prefix='overlay-test-', dir=cache('work'))
        self.addCleanup(shutil.rmtree, self.work)
        self.addCleanup(locked(os.path.join(self.work, 'lock')).close)     # make clean waits

    def source(self, version):
        try:
            got, source = pristine(version)
        except Failure as failure:
            self.skipTest(str(failure))
        if got != version:
            self.skipTest(f'Linux {version} is not to be had')
        return source

    def tree(self, version=NEWEST, parts=PARTS, how='-al'):
        source = self.source(version)
        tree = os.path.join(self.work, f'linux-{version}')
        for part in parts:
            if not os.path.exists(os.path.join(source, part)):      # not in this version
                continue
            os.makedirs(os.path.dirname(os.path.join(tree, part)), exist_ok=True)
            subprocess.run(['cp', how, os.path.join(source, part), os.path.join(tree, part)],
                           check=True)
        return tree

    def text(self, tree, path):
        with open(os.path.join(tree, path), errors='surrogateescape') as file:
            return file.read()

    def replace(self, tree, path, old, new):
        text = self.text(tree, path)
        self.assertIn(old, text)
        self.write(tree, path, text.replace(old, new))

    def write(self, folder, path, text):
        """Somebody's own file, with a new inode: the pristine tree stays as it is."""
        name = os.path.join(folder, path)
        os.makedirs(os.path.dirname(name), exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        with open(name, 'w', errors='surrogateescape') as file:
            file.write(text)

    def succeed(self, *words, **how):
        status, output = run(*words, **how)
        self.assertEqual(status, 0, output)
        return output

    def uninstall(self, tree, before, **how):
        """Every byte is what it was."""
        self.succeed('uninstall', tree, **how)
        self.assertEqual(before, tree_digest(tree))

    def refuse(self, tree, words, *expected, **how):
        """One clear error, exit status 1, and not a byte changed."""
        before = tree_digest(tree)
        status, output = run(*words, tree, **how)
        self.assertEqual(status, 1, output)
        for text in expected:
            self.assertIn(text, output)
        self.assertNotIn('Traceback', output)
        self.assertEqual(before, tree_digest(tree))
        return output

    def copy_of_repo(self):
        repo = os.path.join(self.work, 'repo')
        shutil.copytree(TOP, repo, ignore=shutil.ignore_patterns('.git', 'build'))
        return repo

    def other_repo(self):
        """Another state of the overlay: one more line in one file, one file fewer."""
        repo = self.copy_of_repo()
        with open(os.path.join(repo, ORDER), 'a') as file:
            file.write('/* older */\n')
        os.chmod(os.path.join(repo, 'scripts/initcall_names.py'), 0o644)
        os.unlink(os.path.join(repo, CRB + '.cocci'))
        self.write(repo, 'kernel/initcall_depends/gone.h', '/* no longer there */\n')
        return repo

    def run_until(self, tree, count, what, *command):
        """Run a command, or install, in a child that meets @what when it puts its @count-th file.

        Returns its exit status and what it said.
        """
        log = os.path.join(self.work, 'log')
        child = os.fork()
        if child:
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            with open(log) as file:
                return status, file.read()
        put, calls = overlay.Tree.put, []

        def stop(self, *args, **kwargs):
            calls.append(args)
            if len(calls) == count:
                what()
            return put(self, *args, **kwargs)

        overlay.Tree.put = stop
        sys.argv = ['initcall', *(command or ['install']), tree]
        sys.stdout = sys.stderr = open(log, 'w')
        status = 98
        try:
            status = front.main()
            sys.stdout.flush()
        finally:
            os._exit(status)


class InstallTest(Case):
    """Install and uninstall, on all kernels."""

    def there_and_back(self, version):
        """On the whole tree, with checksums over all of it."""
        tree = self.tree(version, ('.',))
        before = tree_digest(tree)
        output = self.succeed('install', '--sets', ','.join(SETS), tree)
        self.assertIn('init/main.c', output)
        self.assertIn('files changed', output)
        once = tree_digest(tree)
        self.assertNotEqual(before, once)
        self.assertIn('nothing to do', self.succeed('install', '--sets', ','.join(SETS), tree))
        self.assertEqual(once, tree_digest(tree))
        self.uninstall(tree, before)
        self.assertIn('nothing to do', self.succeed('uninstall', tree))
        self.assertEqual(before, tree_digest(tree))
        return output

    def test_there_and_back_7_3(self):
        output = self.there_and_back('7.3')
        skipped = [line for line in output.splitlines() if line.endswith(', skipped')]
        self.assertEqual([line for line in skipped if 'not for Linux 7.3' not in line], [])

    def test_there_and_back_7_2(self):
        self.there_and_back('7.2')

    def test_there_and_back_6_12(self):
        self.assertIn('drivers/char/tpm/tpm_crb_ffa.c: not for Linux 6.12, skipped',
                      self.there_and_back('6.12'))

    def test_no_kdir(self):
        self.assertEqual(run('install', ''),
                         (1, 'error: KDIR is empty: say KDIR=<kernel source tree>\n'))
        missing = os.path.join(self.work, 'missing')
        self.assertEqual(run('install', missing), (1, f'{missing}: error: no such directory\n'))

    def test_not_a_kernel(self):
        for command in ('install', 'uninstall'):
            self.refuse(self.work, [command],
                        f'{self.work}: error: not a complete Linux kernel source tree: it has no '
                        'Makefile, drivers/base/dd.c, ')

    def test_partial_tree(self):
        tree = self.tree()
        shutil.rmtree(os.path.join(tree, 'init'))
        self.refuse(tree, ['install'], 'not a complete Linux kernel source tree: it has no '
                    'init/main.c\n')
        shutil.rmtree(os.path.join(tree, 'kernel'))
        self.refuse(tree, ['install'], 'it has no init/main.c, kernel/Makefile\n')

    def test_unsupported_version(self):
        tree = self.tree()
        self.replace(tree, 'Makefile', 'VERSION = 7\n', 'VERSION = 5\n')
        self.refuse(tree, ['install'],
                    'Makefile: error: Linux 5.3 is not supported: 6.12 to 7.3 are')
        self.replace(tree, 'Makefile', 'VERSION = 5\n', 'VERSION = 70\n')
        self.refuse(tree, ['install'], 'error: Linux 70.3 is not supported')

    def test_not_writable(self):
        tree = self.tree()
        if os.getuid() == 0:    # root may write to everything but a read-only mount
            prefix = ['unshare', '--mount', 'sh', '-c', f'mount --bind "{tree}" "{tree}" && '
                      f'mount -o remount,bind,ro "{tree}" && exec "$@"', 'sh']
            if subprocess.run([*prefix, 'true'], stderr=subprocess.DEVNULL, check=False).returncode:
                self.skipTest('no mount namespaces here')
        else:
            prefix = []
            os.chmod(tree, 0o555)
            self.addCleanup(os.chmod, tree, 0o755)
        self.refuse(tree, ['install'], 'error: not writable', prefix=prefix)

    def test_other_state(self):
        tree = self.tree()
        before = tree_digest(tree)
        self.succeed('install', tree, repo=self.other_repo())
        self.refuse(tree, ['install'], 'error: another state of the overlay', 'make uninstall')
        self.uninstall(tree, before)

    def test_update(self):
        tree = self.tree()
        before = tree_digest(tree)
        self.succeed('install', tree)
        wanted = {path: overlay.read(os.path.join(tree, path)) for path in overlay.new_files()}
        untouched = os.stat(os.path.join(tree, 'include/linux/init.h')).st_mtime_ns
        self.succeed('install', '--update', tree, repo=self.other_repo())
        self.assertTrue(os.path.exists(os.path.join(tree, 'kernel/initcall_depends/gone.h')))
        self.assertFalse(os.access(os.path.join(tree, 'scripts/initcall_names.py'), os.X_OK))
        self.assertNotIn('initcall_depends', self.text(tree, CRB))
        self.succeed('install', '--update', tree)
        self.assertFalse(os.path.exists(os.path.join(tree, 'kernel/initcall_depends/gone.h')))
        for path, data in wanted.items():
            self.assertEqual(data, overlay.read(os.path.join(tree, path)), path)
        self.assertTrue(os.access(os.path.join(tree, 'scripts/initcall_names.py'), os.X_OK))
        self.assertEqual(untouched, os.stat(os.path.join(tree, 'include/linux/init.h')).st_mtime_ns)
        self.uninstall(tree, before)

    def test_update_of_originals(self):
        """A file that was ours, is not, has changed, and is again: its last original counts."""
        tree = self.tree()
        self.succeed('install', tree)
        self.succeed('install', '--update', '--without-conversions', tree)
        self.replace(tree, CRB, 'crb_acpi_driver);', 'crb_acpi_driver);  /* newer */')
        before = self.text(tree, CRB)
        self.succeed('install', '--update', tree)
        self.assertNotEqual(before, self.text(tree, CRB))
        self.succeed('uninstall', tree)
        self.assertEqual(before, self.text(tree, CRB))

    def test_in_the_way(self):
        tree = self.tree()
        self.write(tree, ORDER, 'int mine;\n')
        self.refuse(tree, ['install'], f'{ORDER}: error: in the way: the overlay has a new file',
                    'move or remove it')

    def test_file_for_a_folder(self):
        tree = self.tree()
        self.write(tree, 'kernel/initcall_depends', 'mine\n')
        self.refuse(tree, ['install'], 'kernel/initcall_depends: error: in the way: the overlay '
                    'has a new folder of this name')

    def test_second_at_the_same_time(self):
        tree = self.tree()
        descriptor = os.open(tree, os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_SH)  # the weakest that an exclusive one has to respect
        self.refuse(tree, ['install'], 'error: another install or uninstall is at work here')
        os.close(descriptor)
        self.succeed('install', tree)

    def test_symbolic_links(self):
        tree = self.tree(how='-as')
        before = tree_digest(tree)
        self.assertTrue(os.path.islink(os.path.join(tree, 'init/main.c')))
        self.succeed('install', tree, repo=self.other_repo())
        self.succeed('install', '--update', tree)
        self.assertFalse(os.path.islink(os.path.join(tree, 'init/main.c')))
        self.uninstall(tree, before)

    def test_not_utf_8(self):
        tree = self.tree()
        for path in ('Makefile', 'kernel/Makefile', 'include/linux/init.h', 'init/main.c'):
            comment = '# \udce9t\udce9\n' if path.endswith('Makefile') else '/* \udce9t\udce9 */\n'
            with open(os.path.join(tree, path), errors='surrogateescape') as file:
                first = file.readline()
            self.replace(tree, path, first, comment + first)
        before = tree_digest(tree)
        self.succeed('install', tree)
        for path in ('kernel/Makefile', 'include/linux/init.h', 'init/main.c'):
            self.assertIn('\udce9t\udce9', self.text(tree, path))
            self.assertIn('initcall', self.text(tree, path))
        self.uninstall(tree, before)

    def test_reader_gone(self):
        tree = self.tree()
        with subprocess.Popen([*script_of(TOP), 'install', tree], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as process:
            process.stdout.close()
            self.assertEqual(process.stderr.read(), '')
        self.assertEqual(process.returncode, 0)
        self.assertIn('nothing to do', self.succeed('install', tree))

    def test_advice(self):
        """The options to set are said, and exist."""
        output = self.succeed('install', self.tree())
        options = re.findall(r'\bCONFIG_(\w+)', output)
        self.assertEqual(options[:2], ['INITCALL_DEPENDS', 'TCG_TPM_SETTLE'])
        kconfig = ''.join(self.text(TOP, path) for path in overlay_rules.all_files()
                          if os.path.basename(path).startswith('Kconfig'))
        self.assertEqual([option for option in options
                          if not re.search(rf'^\+?config {option}$', kconfig, re.M)], [])


class MakeTest(Case):
    """make install and make uninstall."""

    def make(self, *words):
        result = subprocess.run(['make', '-s', '-C', TOP, *words], text=True, check=False,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return result.returncode, result.stdout

    def test_variables(self):
        tree = os.path.join(self.work, 'it\'s "$HOME"; touch $(F)')
        os.rename(self.tree(), tree)
        before = tree_digest(tree)
        status, output = self.make('install', f'KDIR={tree}', 'SETS=typo')
        self.assertIn('error: no set is called typo', output)
        self.assertNotEqual(status, 0)
        status, output = self.make('install', f'KDIR={tree}', 'CONVERSIONS=maybe')
        self.assertIn('error: CONVERSIONS= takes "no" only', output)
        self.assertNotEqual(status, 0)
        self.assertEqual(before, tree_digest(tree))
        for words, declared in (([], [CRB]), (['CONVERSIONS=no'], []),
                                (['SETS=pairs netlink'], [CRB, IMX])):
            self.assertEqual(self.make('install', f'KDIR={tree}', *words)[0], 0)
            self.assertEqual([path for path in (CRB, IMX)
                              if 'initcall_depends("' in self.text(tree, path)], declared)
            os.unlink(os.path.join(tree, 'kernel/Makefile'))
            self.assertIn('CHANGED=keep', self.make('uninstall', f'KDIR={tree}')[1])
            status, output = self.make('uninstall', f'KDIR={tree}', 'CHANGED=restore')
            self.assertEqual((status, before), (0, tree_digest(tree)), output)


class RulesTest(Case):
    """Semantic patches and insertions, required and optional ones."""

    def test_declared(self):
        self.assertEqual(overlay_rules.declared(), {
            'drivers/char/tpm/tpm_crb.c': ['tpm_crb_ffa'],
            'drivers/char/tpm/tpm_crb_ffa.c': ['ffa_module'],
            'drivers/char/tpm/tpm_ftpm_tee.c': ['optee']})
        more = overlay_rules.declared(SETS)
        self.assertEqual(more['net/netlink/genetlink.c'], ['af_netlink'])
        self.assertIn('clk_imx8mp', more[IMX])

    def test_anchor_changed(self):
        tree = self.tree()
        self.replace(tree, 'include/linux/init.h', '__initcall_section(__sec, __iid))',
                     '__mine(__sec, __iid))')
        self.refuse(tree, ['install'], 'include/linux/init.h.insert:',
                    'error: rule "record" does not apply',
                    'matches 0 lines of include/linux/init.h',
                    'restore that file, or adapt include/linux/init.h.insert to it')

    def test_semantic_patch_misses(self):
        tree = self.tree()
        self.replace(tree, 'init/main.c', 'do_one_initcall(initcall_from_entry(fn))', 'mine(fn)')
        self.refuse(tree, ['install'], 'init/main.c.cocci:',
                    'error: rule "run" does not apply to init/main.c; restore that file')

    def test_file_missing(self):
        tree = self.tree()
        os.unlink(os.path.join(tree, CRB))
        self.refuse(tree, ['install'], f'{CRB}.cocci:1: error: this kernel has no {CRB}',
                    'CONVERSIONS=no')
        self.succeed('install', '--without-conversions', tree)

    def test_declaration_misses(self):
        tree = self.tree()
        self.replace(tree, CRB, 'module_platform_driver(crb_acpi_driver);', 'mine();')
        self.refuse(tree, ['install'], f'{CRB}.cocci:', 'rule "declare" does not apply',
                    'to install without any declaration, say CONVERSIONS=no')
        self.succeed('install', '--without-conversions', tree)
        self.assertNotIn('initcall_depends', self.text(tree, CRB))
        self.assertNotIn('initcall_depends', self.text(tree, 'drivers/char/tpm/tpm_ftpm_tee.c'))
        self.assertIn('initcall_depends', self.text(tree, 'init/main.c'))

    def test_declared_already(self):
        tree = self.tree()
        self.succeed('install', tree)
        line = self.text(tree, CRB)
        self.succeed('uninstall', tree)
        self.write(tree, CRB, line)
        before = tree_digest(tree)
        self.assertIn(f'{CRB}.cocci:1: its lines are in {CRB} already, skipped',
                      self.succeed('install', tree))
        self.assertEqual(self.text(tree, CRB), line)
        self.uninstall(tree, before)

    def test_both_endings(self):
        """The insertion goes into what the semantic patch has made."""
        tree, repo = self.tree(), self.copy_of_repo()
        self.write(repo, 'init/main.c.insert', '# Applies: 7.3-\n@a\n'
                   'after /^\\tinitcall_depends_finish\\(\\);$/\n+\t/* inserted */\n')
        before = tree_digest(tree)
        self.succeed('install', tree, repo=repo)
        self.assertIn('\n\tinitcall_depends_finish();\n\t/* inserted */\n',
                      self.text(tree, 'init/main.c'))
        self.uninstall(tree, before, repo=repo)

    def test_insertions_for_another_version(self):
        tree, repo = self.tree(), self.copy_of_repo()
        self.write(repo, 'init/main.c.insert', '# Applies: -7.2\n@a\nafter /never/\n+x\n')
        self.assertIn('init/main.c: not for Linux 7.3, skipped',
                      self.succeed('install', tree, repo=repo))

    def test_malformed_rules(self):
        tree, repo = self.tree(), self.copy_of_repo()
        for text, expected in (('after /x/\n', ':1: error: expected'),
                               ('@a\n+x\n', ':2: error: expected'),
                               ('@a\nafter /x/\n', ':1: error: rule "a" has no anchor or no text'),
                               ('@a\nafter /(/\n+x\n', ':2: error: ')):
            self.write(repo, 'kernel/Makefile.insert', text)
            self.refuse(tree, ['install'], 'kernel/Makefile.insert' + expected, repo=repo)

    def test_sets(self):
        tree = self.tree()
        before = tree_digest(tree)
        self.succeed('install', tree)
        self.assertNotIn('initcall_depends', self.text(tree, IMX))
        self.refuse(tree, ['install', '--sets', 'pairs'], 'or other sets of it, are installed')
        self.succeed('install', '--update', '--sets', 'pairs', tree)
        self.assertIn('initcall_depends("clk_imx8mp");', self.text(tree, IMX))
        self.assertNotIn('initcall_depends', self.text(tree, 'net/netlink/genetlink.c'))
        self.succeed('install', '--update', '--sets', 'netlink pairs', tree)
        self.assertIn('initcall_depends("af_netlink");', self.text(tree, 'net/netlink/genetlink.c'))
        self.succeed('install', '--update', tree)
        self.assertNotIn('initcall_depends', self.text(tree, IMX))
        self.uninstall(tree, before)

    def test_sets_and_rules_of_one_file(self):
        tree, repo = self.tree(), self.copy_of_repo()
        before = tree_digest(tree)
        self.write(repo, f'tools/data/sets/mine/{CRB}.insert',
                   '@a\nafter /^initcall_depends\\("tpm_crb_ffa"\\);$/\n+initcall_depends("a");\n')
        self.write(repo, 'tools/data/sets/mine/kernel/mine/new.c', 'int mine;\n')
        self.succeed('install', '--sets', 'mine', tree, repo=repo)
        self.assertIn('initcall_depends("tpm_crb_ffa");\ninitcall_depends("a");\n',
                      self.text(tree, CRB))
        self.assertEqual('int mine;\n', self.text(tree, 'kernel/mine/new.c'))
        self.uninstall(tree, before, repo=repo)

    def test_unknown_set(self):
        tree = self.tree()
        self.refuse(tree, ['install', '--sets', 'pairs,typo'],
                    'error: no set is called typo; there are: ' + ', '.join(SETS))

    def test_set_skipped(self):
        tree = self.tree()
        self.replace(tree, IMX, 'subsys_initcall(i2c_adap_imx_init);', 'mine();')
        os.unlink(os.path.join(tree, 'drivers/spi/spi-cadence.c'))
        before = tree_digest(tree)
        output = self.succeed('install', '--sets', 'pairs', tree)
        pairs = 'tools/data/sets/pairs'
        self.assertRegex(output, rf'(?m)^ {pairs}/{IMX}.cocci:\d+: rule "declare" does not apply '
                         rf'to {IMX}, skipped$')
        self.assertIn(f'\n {pairs}/drivers/spi/spi-cadence.c.cocci:1: this kernel has no '
                      'drivers/spi/spi-cadence.c, skipped\n', output)
        self.assertIn('initcall_depends', self.text(tree, 'drivers/spi/spi-davinci.c'))
        self.succeed('install', '--sets', 'pairs', tree)
        self.uninstall(tree, before)


class InterruptTest(Case):
    """Whatever stops it, nothing is left over, or the next run goes on; and it says which."""

    COUNTS = (1, 5, 12, 20, 30)

    def test_interrupted(self):
        tree = self.tree()
        before = tree_digest(tree)
        for count, number in itertools.product(self.COUNTS, (signal.SIGINT, signal.SIGTERM)):
            result = self.run_until(tree, count, lambda: os.kill(os.getpid(), number))
            self.assertEqual(result, (130, 'interrupted; the overlay is not installed\n'))
            self.assertEqual(before, tree_digest(tree), count)

    def test_interrupted_twice(self):
        """The second one comes while the work of the first is being undone."""
        tree = self.tree()
        before = tree_digest(tree)
        for count in self.COUNTS:
            def twice():
                restore = overlay.Tree.put_original

                def again(self, path):
                    os.kill(os.getpid(), signal.SIGINT)
                    return restore(self, path)

                overlay.Tree.put_original = again
                os.kill(os.getpid(), signal.SIGINT)

            result = self.run_until(tree, count + 100, twice)
            self.assertEqual(result, (130, 'interrupted; the overlay is not installed\n'))
            self.assertEqual(before, tree_digest(tree), count)

    def test_interrupted_summary(self):
        tree = self.tree()
        summary = overlay.git_stat

        def interrupt(*args):
            os.kill(os.getpid(), signal.SIGINT)
            return summary(*args)

        overlay.git_stat = interrupt
        self.addCleanup(setattr, overlay, 'git_stat', summary)
        status, output = self.run_until(tree, 0, None)
        self.assertEqual((status, output), (130, 'interrupted; the overlay is installed\n'))
        self.assertIn('nothing to do', self.succeed('install', tree))

    def test_disk_full(self):
        tree = self.tree()
        before = tree_digest(tree)

        def full():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), 'there')

        for count in self.COUNTS:
            self.assertEqual(self.run_until(tree, count, full), (
                1, 'there: error: No space left on device; the overlay is not installed\n'))
            self.assertEqual(before, tree_digest(tree), count)

    def test_interrupted_uninstall(self):
        tree = self.tree()
        before = tree_digest(tree)
        self.succeed('install', tree)
        status, output = self.run_until(tree, 3, lambda: os.kill(os.getpid(), signal.SIGINT),
                                        'uninstall')
        self.assertEqual(status, 130)
        self.assertIn('interrupted; half done: "make uninstall KDIR=', output)
        self.uninstall(tree, before)

    def test_killed(self):
        tree = self.tree()
        before = tree_digest(tree)
        for count in self.COUNTS:
            self.assertEqual(self.run_until(tree, count, lambda: os._exit(99))[0], 99)
            self.uninstall(tree, before)
        self.assertEqual(self.run_until(tree, 20, lambda: os._exit(99))[0], 99)
        self.succeed('install', tree)
        self.uninstall(tree, before)

    def test_update_killed(self):
        tree = self.tree()
        before = tree_digest(tree)
        other = self.other_repo()
        for count in (2, 3, 5):
            self.succeed('install', tree, repo=other)
            self.assertEqual(self.run_until(tree, count, lambda: os._exit(99),
                                            'install', '--update')[0], 99)
            self.uninstall(tree, before)

    def test_uninstall_killed(self):
        tree = self.tree()
        before = tree_digest(tree)
        for count in (1, 2, 3, 8):
            self.succeed('install', tree)
            self.assertEqual(self.run_until(tree, count, lambda: os._exit(99), 'uninstall')[0], 99)
            self.uninstall(tree, before)


class RecordTest(Case):
    """Trees that have been changed since the install, and records that are damaged or lost."""

    def git(self, tree, *words):
        subprocess.run(['git', '-c', 'user.name=test', '-c', 'user.email=test@example.com', '-C',
                        tree, *words], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def repository(self):
        """A kernel tree in git, which ignores what the kernel's own .gitignore does of ours."""
        tree = self.tree()
        self.write(tree, '.gitignore', '.*\n!.gitignore\n!.kunitconfig\n')
        self.git(tree, 'init', '-q', '-b', 'master')
        self.git(tree, 'add', '-A')
        self.git(tree, 'commit', '-q', '-m', 'stock')
        return tree, tree_digest(tree)

    def run_advice(self, output):
        """Do what a message says."""
        commands = [line for line in output.splitlines() if line.startswith('  ')]
        self.assertTrue(commands, output)
        for command in commands:
            if command.startswith('  make uninstall '):
                command = shlex.join([*script_of(TOP), 'uninstall']) + ' ' + \
                    command.replace('  make uninstall ', '').replace('KDIR=', '')
            subprocess.run(command, shell=True, check=True, stdout=subprocess.DEVNULL)

    def test_undone_by_git(self):
        tree, before = self.repository()
        for undo in (['stash', '-u'], ['reset', '--hard']):
            for command in ('uninstall', 'install'):
                self.succeed('install', tree)
                self.git(tree, *undo)
                self.git(tree, 'clean', '-fd')
                self.assertTrue(os.path.exists(os.path.join(tree, overlay.MANIFEST)))
                self.assertIn('its record is dropped', self.succeed(command, tree))
                if command == 'install':
                    self.assertIn('initcall_depends', self.text(tree, 'init/main.c'))
                    self.uninstall(tree, before)

    def test_stashed_and_back(self):
        tree, before = self.repository()
        self.succeed('install', tree)
        self.git(tree, 'stash', '-u')
        self.git(tree, 'stash', 'pop')
        self.assertIn('nothing to do', self.succeed('install', tree))
        self.uninstall(tree, before)

    def test_other_branch(self):
        """Files that are neither what they were nor what the install has made of them."""
        tree, before = self.repository()
        self.git(tree, 'checkout', '-q', '-b', 'newer')
        self.replace(tree, 'init/main.c', 'do_initcalls();', 'do_initcalls();  /* newer */')
        newer = tree_digest(tree)
        self.git(tree, 'commit', '-q', '-a', '-m', 'newer')
        for command in ('uninstall', 'install'):
            self.git(tree, 'checkout', '-q', 'master')
            self.assertEqual(before, tree_digest(tree))
            self.succeed('install', tree)
            self.git(tree, 'stash', '-u')
            self.git(tree, 'checkout', '-q', 'newer')
            self.assertIn('init/main.c: not the version of before that install, left as it is',
                          self.succeed(command, tree))
            if command == 'install':
                self.assertIn('initcall_depends', self.text(tree, 'init/main.c'))
                self.succeed('uninstall', tree)
            self.assertEqual(newer, tree_digest(tree))

    def test_partly_undone(self):
        tree, before = self.repository()
        self.succeed('install', tree)
        installed = tree_digest(tree)
        self.git(tree, 'checkout', '--', 'init/main.c')
        os.unlink(os.path.join(tree, ORDER))
        self.succeed('install', tree)
        self.assertEqual(self.text(tree, ORDER), self.text(TOP, ORDER))
        self.assertNotEqual(before, tree_digest(tree))
        self.assertIn('nothing to do', self.succeed('install', tree))
        self.git(tree, 'checkout', '--', 'init/main.c')
        os.unlink(os.path.join(tree, ORDER))
        self.uninstall(tree, before)
        self.succeed('install', tree)
        self.assertNotEqual(installed, before)

    def change(self, tree):
        """A new file of the overlay, an old one, and one that is deleted."""
        self.succeed('install', tree)
        self.replace(tree, 'init/main.c', 'initcall_depends_finish();', '/* mine */')
        self.write(tree, ORDER, 'int mine;\n')
        os.unlink(os.path.join(tree, CRB))
        self.refuse(tree, ['install'], 'error: changed since the install (and 2 more)')
        self.refuse(tree, ['install', '--update'], 'error: changed since the install')
        return self.refuse(tree, ['uninstall'], 'error: changed since the install',
                           'make uninstall CHANGED=keep', 'make uninstall CHANGED=restore')

    def test_changed_and_kept(self):
        tree = self.tree()
        self.change(tree)
        self.succeed('uninstall', '--changed', 'keep', tree)
        self.assertIn('/* mine */', self.text(tree, 'init/main.c'))
        self.assertEqual('int mine;\n', self.text(tree, ORDER))
        self.assertFalse(os.path.exists(os.path.join(tree, CRB)))
        self.assertFalse(os.path.exists(os.path.join(tree, overlay.STATE)))
        self.assertNotIn('initcall_depends', self.text(tree, 'kernel/Makefile'))

    def test_changed_and_restored(self):
        tree = self.tree()
        before = tree_digest(tree)
        self.write(tree, 'init/main.c.changed', 'older\n')
        self.change(tree)
        self.succeed('uninstall', '--changed', 'restore', tree)
        self.assertEqual('older\n', self.text(tree, 'init/main.c.changed'))
        self.assertIn('/* mine */', self.text(tree, 'init/main.c.changed2'))
        self.assertEqual('int mine;\n', self.text(tree, ORDER + '.changed'))
        for path in ('init/main.c.changed', 'init/main.c.changed2', ORDER + '.changed'):
            os.unlink(os.path.join(tree, path))
        os.rmdir(os.path.join(tree, os.path.dirname(ORDER)))
        self.assertEqual(before, tree_digest(tree))

    def test_changed_after_kill(self):
        """Somebody's work on a tree in which an install was killed is not lost either."""
        tree = self.tree()
        self.assertEqual(self.run_until(tree, 150, lambda: os._exit(99))[0], 99)
        self.replace(tree, 'drivers/base/dd.c', 'really_probe', 'mine')
        self.refuse(tree, ['install'], 'drivers/base/dd.c: error: changed since the install')
        self.refuse(tree, ['uninstall'], 'drivers/base/dd.c: error: changed since the install')
        self.succeed('uninstall', '--changed', 'keep', tree)
        self.assertIn('mine', self.text(tree, 'drivers/base/dd.c'))

    def test_record_lost(self):
        tree, before = self.repository()
        self.succeed('install', tree)
        shutil.rmtree(os.path.join(tree, overlay.STATE))
        self.refuse(tree, ['install'], 'error: in the way', 'no record of an install',
                    'make uninstall')
        status, output = run('uninstall', tree)
        self.assertEqual(status, 1, output)
        self.assertFalse(os.path.exists(os.path.join(tree, ORDER)))
        self.assertNotIn('Traceback', output)
        self.run_advice(output)
        self.assertEqual(before, tree_digest(tree))

    def test_cleaned(self):
        """git clean -dfx takes the new files and the record, and leaves changed files."""
        tree, before = self.repository()
        self.succeed('install', '--sets', 'pairs', tree)
        self.git(tree, 'clean', '-dfx')
        output = self.refuse(tree, ['install', '--sets', 'pairs'], 'has lines of the overlay',
                             'no record of an install', 'kernel/Makefile', 'init/main.c', IMX)
        self.run_advice(output)
        self.assertEqual(before, tree_digest(tree))
        self.succeed('install', tree)

    def test_record_damaged(self):
        tree = self.tree()
        before = tree_digest(tree)
        rest = ', "folders": [], "id": "", "unfinished": false}'
        for text in ('', '{', '[]', '{}', '{"files": 1' + rest, '{"files": {"a": 1}' + rest,
                     '\udce9', None):
            self.succeed('install', tree)
            name = os.path.join(tree, overlay.MANIFEST)
            self.write(tree, overlay.MANIFEST, text or '')
            if text is None:
                os.unlink(name)
            how = 'missing' if text is None else 'damaged'
            self.refuse(tree, ['install'], f'{name}: error: {how}; to get the tree back, run')
            self.run_advice(self.refuse(tree, ['uninstall'], f'{name}: error: {how}'))
            self.assertEqual(before, tree_digest(tree), text)

    def test_original_damaged(self):
        tree = self.tree()
        self.succeed('install', tree)
        self.write(tree, os.path.join(overlay.ORIGINALS, 'init/main.c'), 'x')
        self.refuse(tree, ['uninstall'],
                    'originals/init/main.c: error: damaged or missing; restore')

    def test_record_is_a_file(self):
        tree = self.tree()
        self.write(tree, overlay.STATE, 'mine\n')
        for command in ('install', 'uninstall'):
            self.refuse(tree, [command], f'{overlay.STATE}: error: in the way', 'move it away')

