# SPDX-License-Identifier: GPL-2.0
"""Boards with a TPM on I2C."""

import os
import re

from initcall.boards.boards import ASPEED_PAIRS, CASES, IMX_PAIRS
from initcall.boards.targets import command
from initcall.overlay.rules import declared as declared_by
from initcall.process import Failure

# Without the framework and with it: a bus that comes late, and an asynchronous probe of the TPM;
# the example of a cure by the command line.
FEW = ('clock-off', 'clock', 'clock-settled', 'clock-discover', 'clock-add', 'async-off', 'async')
# The files of the set "pairs" that declare what the boards have on their command line.
DECLARED_IN = {'i2c_imx': 'drivers/i2c/busses/i2c-imx.c', 'gpio_mxc': 'drivers/gpio/gpio-mxc.c',
               'fixed': 'drivers/regulator/fixed.c'}


def boot(tree, images, cases):
    logs, log = os.path.join(tree.top, 'boots-boards-check'), 'boots-boards'
    words = command(tree, images, cases, logs)
    try:
        tree.run('booting the boards', words, log, r'^(?:not )?ok boot ', len(cases), noun='boots')
    except Failure as failure:
        print(failure)
    passed = re.findall(r'^ok boot ([\w-]+):', tree.log_of(log), re.M)
    for case in cases:
        yield case in passed, f'boards: {case}: {CASES[case].what}', tree.log_path(log)


def pairs():
    """What is on the command line of the boards is what the set "pairs" declares."""
    declared = declared_by(('pairs',))
    for pair in (*IMX_PAIRS, *ASPEED_PAIRS):
        consumer, prerequisite = pair.split(':')
        yield prerequisite in declared.get(DECLARED_IN[consumer], []), \
            f'boards: the set "pairs" declares {pair}', str(declared)


def check_boards(tree, wide_image):
    """The arm64 board."""
    yield from pairs()
    yield from boot(tree, {'arm64': wide_image}, FEW)
