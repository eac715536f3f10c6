# SPDX-License-Identifier: GPL-2.0
"""Kernels without the framework, to compare with: as it is, and with what else was proposed."""

import hashlib
import os
import shutil

from build import (ARM, ARM64, BOARDS_CONFIG, BOARDS, CROSS, CROSS_ARM, WorkTree, fragment_without,
                   same)
from progress import Failure, run_logged
from source import log_path

OURS = ('INITCALL', 'SETTLE', 'KUNIT', 'SAMPLE')
EAGER = os.path.join(BOARDS, 'eager')
EAGER_FILES = ('drivers/base/dd.c', 'init/main.c')
# Architecture: configurations, make's words without and with the compiler, target, image
ARCHITECTURES = {
    'arm64': (BOARDS_CONFIG, ARM64, CROSS, 'Image', 'arch/arm64/boot/Image'),
    'arm': ([os.path.join(BOARDS, 'ast2600.config')], ARM, CROSS_ARM, 'zImage',
            'arch/arm/boot/zImage'),
}
# Kernel: what its configuration has more
KERNELS = {'stock': '', 'late-sync': 'CONFIG_IMA_INIT_LATE_SYNC=y\n', 'eager': ''}


class StockTree(WorkTree):
    """The kernel's source without the overlay; its builds are beside those of the work tree."""

    absent = ('INITCALL', 'SETTLE')

    def __init__(self, kernel):
        super().__init__()
        self.kernel = kernel
        self.source = os.path.join(self.top, 'base') if self.kdir else self.pristine
        if kernel == 'eager':
            self.source = self.patched(self.source)

    @staticmethod
    def version_of(source):
        """What the copy is made of."""
        digest = hashlib.sha256(os.path.realpath(source).encode())
        for top, ending in ((EAGER, '.cocci'), (source, '')):
            for path in EAGER_FILES:
                with open(os.path.join(top, path + ending), 'rb') as file:
                    digest.update(file.read())
        return digest.hexdigest()[:12]

    def patched(self, source):
        """A copy in which deferred devices are retried after each initcall."""
        copy = os.path.join(self.top, 'src-eager-' + self.version_of(source))
        if os.path.isdir(copy):
            return copy
        aside = copy + '.new'
        shutil.rmtree(aside, ignore_errors=True)
        run_logged('setting up a tree with eager retry', ['cp', '-al', source, aside],
                   log_path('copy'))
        for path in EAGER_FILES:
            changed = os.path.join(aside, path + '.changed')
            run_logged('patching it', ['spatch', '--very-quiet', '--no-includes', '--sp-file',
                                       os.path.join(EAGER, path + '.cocci'), '-o', changed,
                                       os.path.join(source, path)], log_path('eager'), quiet=True)
            if same(changed, os.path.join(source, path)):   # for spatch, no match is no error
                raise Failure(f'{path}: error: the patch for eager retry does not apply to this '
                              'kernel')
            os.replace(changed, os.path.join(aside, path))
        os.rename(aside, copy)
        return copy

    def stock_image(self, arch):
        configs, words, cross, target, image = ARCHITECTURES[arch]
        name = f'{self.kernel}-{arch}'
        fragment = fragment_without(configs, OURS, self.output(name), KERNELS[self.kernel])
        self.configure(name, [fragment], words)
        self.make(f'building {self.kernel} for {arch}', name, [*cross, target])
        return os.path.join(self.output(name), image)
