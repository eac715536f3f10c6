# SPDX-License-Identifier: GPL-2.0
"""Boards with a TPM on I2C: make boards, and make check. In the style of checks.py."""

import os
import re
import subprocess
import sys

from build import BOARDS, HERE, overlay
from progress import Failure, run_logged
from qemu import qemu
from source import log_of, log_path
from stock import ARCHITECTURES, KERNELS, StockTree

sys.path.insert(0, BOARDS)
from boards import ASPEED_PAIRS, CASES, IMX_PAIRS, SHOWN  # noqa: E402

# Without the framework and with it: a bus that comes late, and an asynchronous probe of the TPM.
FEW = ('clock-off', 'clock', 'clock-settled', 'async-off', 'async')
# The files of the set "pairs" that declare what the boards have on their command line.
DECLARED_IN = {'i2c_imx': 'drivers/i2c/busses/i2c-imx.c', 'gpio_mxc': 'drivers/gpio/gpio-mxc.c',
               'fixed': 'drivers/regulator/fixed.c'}


def command(tree, arm64, arm, cases, logs):
    return [sys.executable, os.path.join(BOARDS, 'boards.py'), *cases, '--arm64', arm64,
            '--arm', arm, '--tree', tree.source, '--qemu', qemu(), '--out', tree.output('guests'),
            '--keep', logs]


def show(tree):
    """make boards: the tables."""
    images = tree.boards_image(), tree.arm_image()
    logs = os.path.join(tree.top, 'boots-boards')
    print(f'booting {len(SHOWN)} times', flush=True)
    run = subprocess.run([*command(tree, *images, SHOWN, logs), '--details'], check=False)
    print(f'\nconsoles of all boots: {logs}')
    return run.returncode


def table(tree):
    """make boards-table: many boots with many kernels, for the page for authors of drivers."""
    images = {('ours', 'arm64'): tree.boards_image(), ('ours', 'arm'): tree.arm_image()}
    for kernel in KERNELS:
        stock = StockTree(kernel)
        images.update({(kernel, arch): stock.stock_image(arch) for arch in ARCHITECTURES})
    words = [word for (kernel, arch), image in images.items()
             for word in ('--kernel', f'{kernel}:{arch}={image}')]
    return subprocess.run([
        sys.executable, os.path.join(BOARDS, 'campaign.py'), *words, '--tree', tree.source,
        '--qemu', qemu(), '--out', tree.output('guests'),
        '--keep', os.path.join(tree.top, 'boots-table'),
        '--results', os.path.join(tree.top, 'boots-table.json'),
        '--tables', os.path.join(HERE, '..', 'Documentation', 'driver-api')],
        check=False).returncode


def boot(tree, arm64, arm, cases):
    logs, log = os.path.join(tree.top, 'boots-boards-check'), 'boots-boards'
    words = command(tree, arm64, arm, cases, logs)
    try:
        run_logged('booting the boards', words, log_path(log), r'^(?:not )?ok boot ', len(cases),
                   noun='boots')
    except Failure as failure:
        print(failure)
    passed = re.findall(r'^ok boot ([\w-]+):', log_of(log), re.M)
    for case in cases:
        yield case in passed, f'boards: {case}: {CASES[case].what}', log_path(log)


def pairs():
    """What is on the command line of the boards is what the set "pairs" declares."""
    declared = overlay.declared(('pairs',))
    for pair in (*IMX_PAIRS, *ASPEED_PAIRS):
        consumer, prerequisite = pair.split(':')
        yield prerequisite in declared.get(DECLARED_IN[consumer], []), \
            f'boards: the set "pairs" declares {pair}', str(declared)


def boards(tree):
    """The arm64 board, with the kernel of the other rig."""
    yield from pairs()
    yield from boot(tree, tree.boards_image(), '', FEW)


def all_boards(tree):
    """The rest, which needs one more kernel."""
    rest = [case for case in CASES if case not in FEW]
    yield from boot(tree, tree.boards_image(), tree.arm_image(), rest)
