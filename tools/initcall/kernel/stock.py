# SPDX-License-Identifier: GPL-2.0
"""Kernels without the framework, to compare with: as it is, and with what else was proposed."""

import hashlib
import os

from initcall.files import data
from initcall.kernel.tree import (ARM, ARM64, CROSS, CROSS_ARM, WIDE_CONFIG, KernelTree,
                                  fragment_without)
from initcall.spatch import patch_file

# Words of options that only the overlay has; and of what is left out for the sake of it.
ABSENT = ('INITCALL', 'SETTLE', 'DRIVER_BOUND')
OURS = (*ABSENT, 'KUNIT', 'SAMPLE')
EAGER = data('i2c-tpm', 'eager')
EAGER_FILES = ('drivers/base/dd.c', 'init/main.c')
# Architecture: configurations, make's words without and with the compiler, target, image
ARCHITECTURES = {
    'arm64': (WIDE_CONFIG, ARM64, CROSS, 'Image', 'arch/arm64/boot/Image'),
    'arm': ([data('i2c-tpm', 'ast2600.config')], ARM, CROSS_ARM, 'zImage',
            'arch/arm/boot/zImage'),
}
# Kernel: what its configuration has more
KERNELS = {'stock': '', 'late-sync': 'CONFIG_IMA_INIT_LATE_SYNC=y\n', 'eager': ''}


class StockTree(KernelTree):
    """The kernel's source without the overlay; its builds are beside those of the work tree."""

    absent = ABSENT

    def __init__(self, choice, kernel):
        super().__init__(choice)
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
        work = copy + '.work'
        self.copy_tree(source, work, '-a')
        for path in EAGER_FILES:
            patch_file(os.path.join(EAGER, path + '.cocci'), work, path)
        os.rename(work, copy)
        return copy

    def stock_image(self, arch):
        configs, words, cross, target, image = ARCHITECTURES[arch]
        name = f'{self.kernel}-{arch}'
        fragment = fragment_without(configs, OURS, self.output(name), KERNELS[self.kernel])
        self.configure(name, [fragment], words)
        self.make(f'building {self.kernel} for {arch}', name, [*cross, target])
        return os.path.join(self.output(name), image)
