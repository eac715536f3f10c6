#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Tests of overlay.py on real kernel trees, with checksums over all of each."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)),
                os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]
import overlay              # noqa: E402
from progress import Failure    # noqa: E402
from source import cache, pristine  # noqa: E402

NEWEST = '7.3'
# What a test needs that looks at a few files only: what the overlay changes, and what it goes by.
PARTS = ('Makefile', 'init/main.c', *sorted(os.path.splitext(path)[0] for path in overlay.overlay_files()
                                            if overlay.is_rule(path) and path != 'init/main.c.cocci'))
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
    """Names, modes and contents of everything, folders included."""
    total = hashlib.sha256()
    for folder, folders, names in os.walk(tree):
        folders.sort()
        total.update(f'{os.path.relpath(folder, tree)}/\n'.encode())
        for name in sorted(names):
            path = os.path.join(folder, name)
            total.update(f'{os.path.relpath(path, tree)} {file_digest(path)}\n'.encode())
    return total.hexdigest()


def run(*words, repo=overlay.REPO, prefix=()):
    script = os.path.join(repo, 'tools', 'overlay', 'overlay.py')
    result = subprocess.run([*prefix, sys.executable, script, *words], stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, check=False)
    return result.returncode, result.stdout


class OverlayTest(unittest.TestCase):
    """Each test has a work tree of its own, made of hard links."""

    maxDiff = None

    def setUp(self):
        os.makedirs(cache('work'), exist_ok=True)
        self.work = tempfile.mkdtemp(prefix='overlay-test-', dir=cache('work'))
        self.addCleanup(shutil.rmtree, self.work)

    def tree(self, version=NEWEST, parts=PARTS):
        try:
            got, source = pristine(version)
        except Failure as failure:
            self.skipTest(str(failure))
        if got != version:
            self.skipTest(f'Linux {version} is not to be had')
        tree = os.path.join(self.work, f'linux-{version}')
        for part in parts:
            if not os.path.exists(os.path.join(source, part)):      # not in this version
                continue
            os.makedirs(os.path.dirname(os.path.join(tree, part)), exist_ok=True)
            subprocess.run(['cp', '-al', os.path.join(source, part), os.path.join(tree, part)], check=True)
        return tree

    def replace(self, tree, path, old, new):
        """Somebody's own change; a new inode, the pristine tree stays as it is."""
        name = os.path.join(tree, path)
        with open(name) as file:
            text = file.read()
        self.assertIn(old, text)
        os.unlink(name)
        with open(name, 'w') as file:
            file.write(text.replace(old, new))

    def refuse(self, tree, words, *expected, **how):
        """One clear error, exit status 1, and not a byte changed."""
        before = tree_digest(tree)
        status, output = run(*words, tree, **how)
        self.assertEqual(status, 1, output)
        for text in expected:
            self.assertIn(text, output)
        self.assertNotIn('Traceback', output)
        self.assertEqual(before, tree_digest(tree))

    def other_repo(self):
        """Another state of the overlay: one more line in one file, one file fewer."""
        repo = os.path.join(self.work, 'repo')
        shutil.copytree(overlay.REPO, repo, ignore=shutil.ignore_patterns('.git', 'build'))
        with open(os.path.join(repo, 'kernel/initcall_depends/names.h'), 'a') as file:
            file.write('/* older */\n')
        os.chmod(os.path.join(repo, 'scripts/initcall_names.py'), 0o644)
        os.unlink(os.path.join(repo, 'security/keys/trusted-keys/trusted_core.c.cocci'))
        with open(os.path.join(repo, 'kernel/initcall_depends/gone.h'), 'w') as file:
            file.write('/* no longer there */\n')
        return repo

    def there_and_back(self, version):
        """On the whole tree, with checksums over all of it."""
        tree = self.tree(version, ('.',))
        before = tree_digest(tree)
        status, output = run('install', tree)
        self.assertEqual(status, 0, output)
        self.assertIn('init/main.c', output)
        self.assertIn('files changed', output)
        once = tree_digest(tree)
        self.assertNotEqual(before, once)
        status, output = run('install', tree)
        self.assertEqual(status, 0, output)
        self.assertIn('nothing to do', output)
        self.assertEqual(once, tree_digest(tree))
        status, output = run('uninstall', tree)
        self.assertEqual(status, 0, output)
        self.assertEqual(before, tree_digest(tree))
        status, output = run('uninstall', tree)
        self.assertEqual(status, 0, output)
        self.assertEqual(before, tree_digest(tree))

    def test_there_and_back_7_3(self):
        self.there_and_back('7.3')

    def test_there_and_back_7_2(self):
        self.there_and_back('7.2')

    def test_there_and_back_6_12(self):
        self.there_and_back('6.12')

    def test_skipped_on_6_12(self):
        tree = self.tree('6.12')
        _, output = run('install', tree)
        self.assertIn('drivers/char/tpm/tpm_crb_ffa.c: not for Linux 6.12, skipped', output)
        self.assertIn('security/integrity/ima/ima_main.c ', output)

    def test_no_kdir(self):
        self.assertEqual(run('install', ''), (1, 'error: KDIR is empty: say KDIR=<kernel source tree>\n'))
        missing = os.path.join(self.work, 'missing')
        self.assertEqual(run('install', missing), (1, f'{missing}: error: no such directory\n'))

    def test_not_a_kernel(self):
        self.refuse(self.work, ['install'], 'error: not a Linux kernel source tree')
        self.refuse(self.work, ['uninstall'], 'error: not a Linux kernel source tree')

    def test_unsupported_version(self):
        tree = self.tree()
        self.replace(tree, 'Makefile', 'VERSION = 7\n', 'VERSION = 5\n')
        self.refuse(tree, ['install'], 'Makefile: error: Linux 5.3 is not supported: 6.12 to 7.3 are')
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

    def test_anchor_changed(self):
        tree = self.tree()
        self.replace(tree, 'include/linux/init.h', '__initcall_section(__sec, __iid))', '__mine(__sec, __iid))')
        self.refuse(tree, ['install'], 'include/linux/init.h.insert:', 'error: rule "record" does not apply',
                    'matches 0 lines of include/linux/init.h')

    def test_semantic_patch_misses(self):
        tree = self.tree()
        self.replace(tree, 'init/main.c', 'do_one_initcall(initcall_from_entry(fn))', 'mine(fn)')
        self.refuse(tree, ['install'], 'init/main.c.cocci:', 'error: rule "run" does not apply to init/main.c')

    def test_file_missing(self):
        tree = self.tree()
        os.unlink(os.path.join(tree, 'security/lsm_init.c'))
        self.refuse(tree, ['install'], 'security/lsm_init.c.cocci:1: error: this kernel has no security/lsm_init.c')

    def test_other_state(self):
        tree = self.tree()
        before = tree_digest(tree)
        other = self.other_repo()
        self.assertEqual(run('install', tree, repo=other)[0], 0)
        self.refuse(tree, ['install'], 'error: another state of the overlay is installed here', 'make uninstall')
        self.assertEqual(run('uninstall', tree)[0], 0)
        self.assertEqual(before, tree_digest(tree))

    def test_update(self):
        tree = self.tree()
        before = tree_digest(tree)
        run('install', tree)
        wanted = {path: overlay.read(os.path.join(tree, path)) for path in overlay.overlay_files()
                  if not overlay.is_rule(path)}
        untouched = os.stat(os.path.join(tree, 'include/linux/init.h')).st_mtime_ns
        self.assertEqual(run('install', '--update', tree, repo=self.other_repo())[0], 0)
        self.assertTrue(os.path.exists(os.path.join(tree, 'kernel/initcall_depends/gone.h')))
        self.assertFalse(os.access(os.path.join(tree, 'scripts/initcall_names.py'), os.X_OK))
        self.assertEqual(run('install', '--update', tree)[0], 0)
        self.assertFalse(os.path.exists(os.path.join(tree, 'kernel/initcall_depends/gone.h')))
        for path, data in wanted.items():
            self.assertEqual(data, overlay.read(os.path.join(tree, path)), path)
        self.assertTrue(os.access(os.path.join(tree, 'scripts/initcall_names.py'), os.X_OK))
        self.assertEqual(untouched, os.stat(os.path.join(tree, 'include/linux/init.h')).st_mtime_ns)
        self.assertEqual(run('uninstall', tree)[0], 0)
        self.assertEqual(before, tree_digest(tree))

    def test_changed_since(self):
        tree = self.tree()
        self.assertEqual(run('install', tree)[0], 0)
        self.replace(tree, 'init/main.c', 'initcall_depends_finish();', '/* mine */')
        self.refuse(tree, ['install'], 'init/main.c: error: changed since the install')
        self.refuse(tree, ['uninstall'], 'init/main.c: error: changed since the install')

    def test_in_the_way(self):
        tree = self.tree()
        os.makedirs(os.path.join(tree, 'kernel/initcall_depends'))
        with open(os.path.join(tree, 'kernel/initcall_depends/order.c'), 'w') as file:
            file.write('int mine;\n')
        self.refuse(tree, ['install'], 'kernel/initcall_depends/order.c: error: in the way')

    def test_second_at_the_same_time(self):
        tree = self.tree()
        descriptor = os.open(tree, os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_SH)  # the weakest that an exclusive one has to respect
        self.refuse(tree, ['install'], 'error: another install or uninstall is at work here')
        os.close(descriptor)
        self.assertEqual(run('install', tree)[0], 0)

    def run_until(self, tree, count, what, command='install'):
        """Run @command in a child that meets @what when it puts its @count-th file."""
        child = os.fork()
        if child:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        put, calls = overlay.Tree.put, []

        def stop(self, *args, **kwargs):
            calls.append(args)
            if len(calls) == count:
                what()
            return put(self, *args, **kwargs)

        overlay.Tree.put = stop
        sys.argv = ['overlay.py', command, tree]
        sys.stdout = sys.stderr = open(os.devnull, 'w')
        os._exit(overlay.main())

    def test_interrupted(self):
        tree = self.tree()
        before = tree_digest(tree)

        def interrupt():
            raise KeyboardInterrupt

        for count in (1, 5, 12, 20, 30):
            self.assertEqual(self.run_until(tree, count, interrupt), 130)
            self.assertEqual(before, tree_digest(tree), count)

    def test_killed(self):
        tree = self.tree()
        before = tree_digest(tree)
        for count in (1, 5, 12, 20, 30):
            self.assertEqual(self.run_until(tree, count, lambda: os._exit(99)), 99)
            self.assertEqual(run('uninstall', tree)[0], 0)
            self.assertEqual(before, tree_digest(tree), count)
        self.assertEqual(self.run_until(tree, 20, lambda: os._exit(99)), 99)
        self.assertEqual(run('install', tree)[0], 0)
        self.assertEqual(run('uninstall', tree)[0], 0)
        self.assertEqual(before, tree_digest(tree))

    def test_uninstall_killed(self):
        tree = self.tree()
        before = tree_digest(tree)
        for count in (1, 2, 3, 8):
            self.assertEqual(run('install', tree)[0], 0)
            self.assertEqual(self.run_until(tree, count, lambda: os._exit(99), 'uninstall'), 99)
            status, output = run('uninstall', tree)
            self.assertEqual(status, 0, output)
            self.assertEqual(before, tree_digest(tree), count)

    def test_malformed_rules(self):
        tree = self.tree()
        repo = self.other_repo()
        for text, expected in (('after /x/\n', ':1: error: expected'), ('@a\n+x\n', ':2: error: expected'),
                               ('@a\nafter /x/\n', ':1: error: rule "a" has no anchor or no text'),
                               ('@a\nafter /(/\n+x\n', ':2: error: ')):
            with open(os.path.join(repo, 'kernel/Makefile.insert'), 'w') as file:
                file.write(text)
            self.refuse(tree, ['install'], 'kernel/Makefile.insert' + expected, repo=repo)


if __name__ == '__main__':
    unittest.main()
