# SPDX-License-Identifier: GPL-2.0
"""Kernel trees: a copy of a kernel source with the overlay in it, its builds and its logs.

They live in the cache and are shared by all checkouts. Only files whose content
differs are touched, so that a second build compiles only what has changed.
"""

import contextlib
import copy
import hashlib
import json
import os
import re
import shutil

from initcall.files import cache, cores, data, read, same
from initcall.kernel.archive import pristine, supported
from initcall.overlay.install import kernel_version
from initcall.overlay.rules import COCCI, Rule, parse_version
from initcall.process import Failure, initcall, lock, run

DEFAULT = '7.3'
# The youngest of the drivers that the rigs are about.
NEWEST = 'drivers/char/tpm/tpm_crb_ffa.c'
CONFIG = data('ffa-tpm', 'arm64.config')
# The same with networking, for random orders, and with drivers of a board with a TPM on I2C.
WIDE_CONFIG = [CONFIG, data('ffa-tpm', 'wide.config'), data('i2c-tpm', 'imx8mp.config')]
VIRT_CONFIG = data('virt', 'virt.config')
BUILT = ['.git', '*.o', '*.a', '*.ko', '*.cmd', '*.mod', '*.order', '/.config*', '/include/config',
         '/include/generated', '/arch/*/include/generated', '/vmlinux*', '/tools/**/*.o.d']
# What make says of a file that is compiled.
COMPILED = r'^  (?:CC|AS|HOSTCC) '
# How many files a first build takes, roughly; later ones know from the last time.
FILES = {'rig': 1170, 'wide': 1390, 'wide-unconverted': 1390, 'virt': 3000, 'modules': 1180,
         'arm': 1000, 'field': 1200, 'gcc': 67, 'clang': 67, 'conversions': 84}
# Each build has the same programs for this machine.
HOST = 'HOSTCC=ccache gcc'
ARM64 = ['ARCH=arm64', 'CROSS_COMPILE=aarch64-linux-gnu-']
CROSS = [*ARM64, 'CC=ccache aarch64-linux-gnu-gcc']
ARM = ['ARCH=arm', 'CROSS_COMPILE=arm-linux-gnueabihf-']
X86 = ['ARCH=x86_64', 'CROSS_COMPILE=x86_64-linux-gnu-']
CROSS_X86 = [*X86, 'CC=ccache x86_64-linux-gnu-gcc']
CROSS_ARM = [*ARM, 'CC=ccache arm-linux-gnueabihf-gcc']


def renew_originals(base, source):
    """Note in @source what the overlay's originals are now; return all files that it manages."""
    state = os.path.join(source, '.initcall_depends')
    manifest = os.path.join(state, 'manifest')
    if not os.path.exists(manifest):
        return []
    with open(manifest) as file:
        noted = json.load(file)
    for path, entry in noted['files'].items():
        original = os.path.join(state, 'originals', path)
        if entry['old'] and not same(os.path.join(base, path), original):
            with open(os.path.join(base, path), 'rb') as file:
                content = file.read()
            entry['old'] = hashlib.sha256(content).hexdigest()
            with open(original, 'wb') as file:
                file.write(content)
    with open(manifest + '.new', 'w') as file:
        json.dump(noted, file)
    os.replace(manifest + '.new', manifest)
    return list(noted['files'])


def build_env():
    return {'CCACHE_DIR': cache('ccache'),
            'KBUILD_BUILD_TIMESTAMP': 'Thu Jan 1 00:00:00 UTC 1970'}


def fragment_without(configs, words, output, more=''):
    """A copy of configurations without the lines that have one of these words."""
    os.makedirs(output, exist_ok=True)
    fragment, lines = os.path.join(output, 'wanted'), []
    for config in configs:
        with open(config) as file:
            lines += [line for line in file if not any(word in line for word in words)]
    with open(fragment, 'w') as file:
        file.writelines([*lines, more])
    return fragment


def arguments(parser):
    """Of all that needs a kernel tree."""
    parser.add_argument('--kernel', default='', help='version to fetch, one of '
                        f'{", ".join(supported())} (default {DEFAULT})')
    parser.add_argument('--kdir', metavar='TREE', help='take a copy of this kernel tree instead')


def choose(kernel, kdir):
    """(KDIR as an absolute path, or None; version). Raises a Failure if they make no sense."""
    if kernel and kernel not in supported():
        raise Failure(f'error: KERNEL={kernel} is not supported; there are '
                      + ', '.join(supported()))
    if not kdir:
        return None, kernel or DEFAULT
    if kernel:
        raise Failure('error: KERNEL=<version> is fetched, KDIR=<tree> is yours: '
                      'take one of the two')
    kdir = os.path.abspath(os.path.expanduser(kdir))
    kernel_version(kdir)
    return kdir, DEFAULT


def check_boots(choice):
    """Whether the rigs can boot it, as far as is known before it is fetched."""
    kdir, version = choice
    if not (os.path.exists(os.path.join(kdir, NEWEST)) if kdir else
            Rule(NEWEST + COCCI, NEWEST + COCCI).is_for(parse_version(version))):
        raise Failure(f'error: {kdir or "Linux " + version} has no tpm_crb_ffa driver, so there '
                      'is nothing to boot; take KERNEL=7.2 or later')


class KernelTree:
    """Source with overlay, builds of it, and their logs; to be used under its lock.

    With @exact, a version that has left the archive is an error; another one is taken
    otherwise.
    """

    overlay_words = ('--sets', 'rigtest')
    # Words of options that the configurations of the rigs name and this source does not have.
    absent = ()

    def __init__(self, choice, exact=False):
        self.kdir, version = choice
        if self.kdir:
            self.name = self.kdir
            key = 'own-' + hashlib.sha256(self.kdir.encode()).hexdigest()[:12]
        else:
            taken, self.pristine = pristine(version)
            if exact and taken != version:
                raise Failure(f'error: Linux {version} has left the archive, and nothing else is '
                              f'checked in its place; say KERNEL={taken} to check that')
            key = os.path.basename(self.pristine)
            self.name = key + (f', as {version} has left the archive' if taken != version else '')
        self.top = cache('work', key)
        self.source = os.path.join(self.top, 'src')
        os.makedirs(self.top, exist_ok=True)

    def lock(self, shared=False):
        return lock(os.path.join(self.top, 'lock'), shared)

    def log_path(self, name):
        return os.path.join(self.top, 'log', name + '.log')

    def log_of(self, name):
        return read(self.log_path(name))

    def run(self, what, command, name, *words, **more):
        """process.run() with a log of this tree."""
        return run(what, command, self.log_path(name), *words, **more)

    def copy_tree(self, tree, target, how='-al'):
        """By default hard links: quick and small, as we replace files and never write into them."""
        aside = target + '.new'
        shutil.rmtree(aside, ignore_errors=True)
        shutil.rmtree(target, ignore_errors=True)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        self.run('setting up a work tree', ['cp', how, '--reflink=auto', tree, aside], 'copy')
        os.rename(aside, target)

    def copied(self, name):
        """The same tree with a copy of the source, to change that."""
        other = copy.copy(self)
        other.source = os.path.join(self.top, name)
        self.copy_tree(self.source, other.source)
        return other

    def mirror(self, base):
        """Bring the source up to date with the user's tree, without its build results."""
        excludes = [f'--exclude={pattern}' for pattern in BUILT]
        self.run(f'copying {self.kdir}', [
            'rsync', '-a', '--delete', *excludes, self.kdir + '/', base + '/'], 'copy')
        if os.path.exists(os.path.join(base, '.initcall_depends')):
            self.run('taking the overlay out of the copy', initcall('uninstall', base), 'copy',
                     quiet=True)
        excludes.append('--exclude=/.initcall_depends')
        excludes += [f'--exclude=/{path}' for path in renew_originals(base, self.source)]
        self.run('updating the work tree', [
            'rsync', '-ac', '--delete', *excludes, base + '/', self.source + '/'], 'copy')

    def prepare(self):
        """Source as it should be: the kernel's, with this checkout's overlay."""
        if self.kdir:
            os.makedirs(self.source, exist_ok=True)
            self.mirror(os.path.join(self.top, 'base'))
        elif not os.path.isdir(self.source):
            self.copy_tree(self.pristine, self.source, '-a')     # the user may write into them
        self.install(*self.overlay_words)

    def install(self, *words):
        self.run('installing the overlay', initcall('install', '--update', *words, self.source),
                 'overlay', quiet=True)

    def is_old(self):
        """Is there nothing to boot, for want of a driver?"""
        return not self.has(NEWEST)

    @contextlib.contextmanager
    def prepared(self):
        """Up to date, and ours alone."""
        with self.lock():
            self.prepare()
            yield self

    def has(self, path):
        return os.path.exists(os.path.join(self.source, path))

    def output(self, name):
        return os.path.join(self.top, 'build-' + name)

    def make(self, what, name, words, counted=COMPILED, timeout=3600):
        """The kernel's make, out of tree; the number of files of a full build is kept."""
        output = self.output(name)
        os.makedirs(output, exist_ok=True)
        memo = os.path.join(output, '.total')
        total = int(open(memo).read()) if os.path.exists(memo) else 0
        command = ['make', '-C', self.source, f'O={output}', f'-j{cores()}', HOST, *words]
        count = self.run(what, command, name, counted, total or FILES.get(name, 0),
                         timeout=timeout, env=build_env())
        if count > total:
            with open(memo, 'w') as file:
                file.write(str(count))

    def configure(self, name, fragments, words):
        """allnoconfig with fragments on top, all of which has to come true; a later one wins."""
        output = self.output(name)
        os.makedirs(output, exist_ok=True)
        wanted = {}
        for fragment in fragments:
            with open(fragment) as file:
                lines = re.findall(r'^(?:# )?(CONFIG_\w+)(=.*| is not set)$', file.read(), re.M)
            wanted.update(lines)
        wanted = {option + value for option, value in wanted.items() if value != ' is not set'
                  and not any(word in option for word in self.absent)}
        merged = os.path.join(output, '.fragment')
        with open(merged, 'w') as file:
            file.write('\n'.join(sorted(wanted)) + '\n')
        self.make_config(name, [*words, f'KCONFIG_ALLCONFIG={merged}'], 'allnoconfig')
        self.check_config(name, wanted, fragments[-1])

    def check_config(self, name, wanted, fragment):
        with open(os.path.join(self.output(name), '.config')) as file:
            missing = sorted(set(wanted) - {line.strip() for line in file})
        if missing:
            raise Failure(f'{fragment}: error: this kernel does not take ' + ', '.join(missing))

    def configure_defconfig(self, name, fragment, words):
        """defconfig, no modules, and a fragment on top.

        All that the fragment switches on has to come true.
        """
        lines = re.findall(r'^(?:# )?CONFIG_\w+(?:=.*| is not set)$', read(fragment), re.M)
        self.make_config(name, words, 'defconfig', 'mod2noconfig')
        self.change_config(name, words, lines)
        self.check_config(name, [line for line in lines if '=' in line], fragment)

    def make_config(self, name, words, *targets):
        os.makedirs(self.output(name), exist_ok=True)
        for target in targets:
            self.run('configuring', ['make', '-s', '-C', self.source, f'O={self.output(name)}',
                                     HOST, *words, target], name, quiet=True,
                     env=build_env())

    def change_config(self, name, words, lines):
        """Lines that win over those that are there."""
        with open(os.path.join(self.output(name), '.config'), 'a') as file:
            file.write('\n'.join(lines) + '\n')
        self.make_config(name, words, 'olddefconfig')

    def image(self, name, fragments, *targets):
        if self.is_old():
            raise Failure(f'{self.source}: error: this kernel has no tpm_crb_ffa driver, so there '
                          'is nothing to boot; take KERNEL=7.2 or later')
        self.configure(name, fragments, ARM64)
        return self.made_for_arm64('building the kernel', name, [*CROSS, *targets])

    def rig_image(self):
        """The kernel that the FF-A machine boots."""
        return self.image('rig', [CONFIG], 'Image')

    def wide_image(self):
        """That of random orders, and of the board with arm64."""
        return self.image('wide', WIDE_CONFIG, 'Image')

    def modular_image(self):
        """The same with the chain of drivers as modules."""
        configs = [CONFIG, data('ffa-tpm', 'modules.config')]
        return self.image('modules', configs, 'Image', 'modules')

    def arm_image(self):
        """The kernel that the 32-bit rig boots."""
        self.configure('arm', [data('i2c-tpm', 'ast2600.config')], ARM)
        return self.made_for_arm('building the kernel for arm', 'arm')

    def field_image(self, *lines):
        """That of trouble from the field: 32-bit arm, without modules; @lines of .config more."""
        configs = [data('i2c-tpm', 'ast2600.config'), data('field', 'field.config')]
        self.configure('field', configs, ARM)
        if lines:
            self.change_config('field', ARM, lines)
        return self.made_for_arm('building the kernel without modules', 'field')

    def made_for_arm64(self, what, name, words=(*CROSS, 'Image'), **more):
        self.make(what, name, words, **more)
        return os.path.join(self.output(name), 'arch', 'arm64', 'boot', 'Image')

    def made_for_arm(self, what, name):
        self.make(what, name, [*CROSS_ARM, 'zImage'])
        return os.path.join(self.output(name), 'arch', 'arm', 'boot', 'zImage')


class PlainTree(KernelTree):
    """
    The same with all drivers as they were, until a KernelTree is prepared. It has the same source
    folder, so that the compiler cache knows all files that are the same.
    """

    overlay_words = ('--without-conversions',)
    absent = ('SETTLE_TEST',)

    def wide_image(self):
        return self.image('wide-unconverted', WIDE_CONFIG, 'Image')

    def virt_image(self):
        """A kernel for QEMU's "virt" with the drivers that arm64's defconfig builds in."""
        self.configure_defconfig('virt', VIRT_CONFIG, ARM64)
        return self.made_for_arm64('building the kernel for virt', 'virt')
