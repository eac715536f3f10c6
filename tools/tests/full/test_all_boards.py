# SPDX-License-Identifier: GPL-2.0
"""make check-full: all boards with a TPM on I2C, which needs a kernel for arm."""

import os

import pytest

from initcall.boards.boards import CASES
from tests.test_boards import FEW, boot
from tests.test_graph import compare_symbols


@pytest.fixture(scope='session')
def arm_image(tree):
    return tree.arm_image()


def check_all_boards(tree, wide_image, arm_image):
    rest = [case for case in CASES if case not in FEW]
    yield from boot(tree, {'arm64': wide_image, 'arm': arm_image}, rest)


def check_arm_image(tree, vmlinux, arm_image):
    yield from compare_symbols(tree, 'arm, 32 bits, absolute records',
                               os.path.join(tree.output('arm'), 'vmlinux'))
