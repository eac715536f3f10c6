# SPDX-License-Identifier: GPL-2.0
"""initcall-graph reads images of other architectures, and agrees with their symbols."""

import collections
import json
import os
import re
import subprocess

from build import HERE, fragment_without
from check_graph import graph
from progress import Failure

CONFIG = os.path.join(HERE, 'testing', 'initcall-graph', 'images.config')
CLANG = ['LLVM=-19', 'CC=ccache clang-19']

# ARCH, what its configuration has on top, what kind of image that is.
Image = collections.namedtuple('Image', 'arch more what')
IMAGES = (
    Image('x86_64', 'CONFIG_64BIT=y\nCONFIG_LTO_CLANG_THIN=y\n',
          'x86_64, relative records, LTO stubs'),
    Image('riscv', 'CONFIG_64BIT=y\n', 'riscv64, absolute records'),
    Image('powerpc', 'CONFIG_PPC64=y\nCONFIG_RELOCATABLE=y\n',
          'ppc64, big endian, to be relocated'),
    Image('s390', '', 's390x, big endian'),
)
LEVELS = {'early': 'early', '0': 'pure', '1': 'core', '2': 'postcore', '3': 'arch', '4': 'subsys',
          '5': 'fs', 'rootfs': 'rootfs', '6': 'device', '7': 'late'}
# Where the compiler has a macro "unix" that is 1, Kbuild's own symbol says kmod_1 of net/unix.
PREDEFINED = {'1': 'unix'}


def symbols(vmlinux):
    """(module, function, level) of each initcall, in link order, as its symbol says."""
    run = subprocess.run(['llvm-nm-19', '-n', vmlinux], stdout=subprocess.PIPE, text=True,
                         check=True)
    pattern = r' __initcall__kmod_(\w+?)__\d+_\d+_(\w+?)(early|rootfs|\d)(s?)(?:\.llvm\.\d+)?$'
    for module, function, level, sync in re.findall(pattern, run.stdout, re.M):
        if level in LEVELS:
            yield (PREDEFINED.get(module, module), function,
                   LEVELS[level] + ('_sync' if sync else ''))


def shown(tree, vmlinux):
    """The same, as initcall-graph shows it."""
    calls = json.loads(graph(tree, 'json', vmlinux)[1])['initcalls']
    for call in sorted(calls, key=lambda call: call['link']):
        name = re.sub('[-,]', '_', os.path.basename(call['path'] or '-'))
        yield name, call['function'], call['level']


def compare_symbols(tree, what, vmlinux):
    listed, read = list(symbols(vmlinux)), list(shown(tree, vmlinux))
    wrong = [pair for pair in zip(read, listed) if pair[0] != pair[1]]
    yield read == listed != [], f'images: {what}: {len(read)} initcalls as their symbols say', \
        f'{wrong[:3]} {len(read)} {len(listed)}'


def own_images(tree):
    """Those that other checks have made; make check has none for arm."""
    for name, what in (('rig', 'arm64, relative records'),
                       ('planted', 'the machine\'s own, with faults'),
                       ('arm', 'arm, 32 bits, absolute records')):
        vmlinux = os.path.join(tree.output(name), 'vmlinux')
        if name != 'arm' or os.path.exists(vmlinux):
            yield from compare_symbols(tree, what, vmlinux)


def compare(tree, image, vmlinux):
    yield from compare_symbols(tree, image.what, vmlinux)
    status, order, _ = graph(tree, 'order', '--moved', vmlinux)
    yield status == 0 and 'pulled forward before consumer_init (initcall_consumer)' in order, \
        f'images: {image.what}: the supplier is pulled forward', order
    status, why, _ = graph(tree, 'why', 'initcall_consumer', 'initcall-supplier', vmlinux)
    at = re.search(r'samples/initcall_depends/initcall_consumer\.c:\d+$', why, re.M)
    yield status == 0 and at is not None, \
        f'images: {image.what}: file and line of a declaration', why


def images(tree):
    tree.rig_image()
    for image in IMAGES:
        name = 'image-' + image.arch
        words = [f'ARCH={image.arch}', *CLANG]
        try:
            fragment = fragment_without([CONFIG], (), tree.output(name), image.more)
            tree.configure(name, [fragment], words)
            tree.make(f'building for {image.arch}', name, [*words, 'vmlinux'])
            yield from compare(tree, image, os.path.join(tree.output(name), 'vmlinux'))
        except Failure as failure:
            yield False, f'images: {image.what}', str(failure)
