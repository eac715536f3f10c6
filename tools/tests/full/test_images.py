# SPDX-License-Identifier: GPL-2.0
"""initcall-graph reads images of other architectures, and agrees with their symbols."""

import collections
import os
import re

from initcall.files import data
from initcall.kernel.tree import fragment_without
from initcall.process import Failure
from tests.test_graph import compare_symbols, graph

CONFIG = data('initcall-graph', 'images.config')
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


def compare(tree, image, vmlinux):
    yield from compare_symbols(tree, image.what, vmlinux)
    status, order, _ = graph(tree, 'order', '--moved', vmlinux)
    yield status == 0 and 'pulled forward before consumer_init (initcall_consumer)' in order, \
        f'images: {image.what}: the supplier is pulled forward', order
    status, why, _ = graph(tree, 'why', 'initcall_consumer', 'initcall-supplier', vmlinux)
    at = re.search(r'samples/initcall_depends/initcall_consumer\.c:\d+$', why, re.M)
    yield status == 0 and at is not None, \
        f'images: {image.what}: file and line of a declaration', why


def check_images(tree, rig_image):
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
