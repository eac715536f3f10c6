# SPDX-License-Identifier: GPL-2.0
"""make boards, make boards-table: boards with a TPM on I2C."""

import os

from initcall.boards.boards import SHOWN
from initcall.boards.campaign import GROUPS
from initcall.files import TOP
from initcall.kernel import tree
from initcall.kernel.debian import qemu
from initcall.kernel.stock import ARCHITECTURES, KERNELS, StockTree
from initcall.process import initcall, show

arguments = tree.arguments


def command(kernel, images, cases, logs):
    """Boots these cases, with a kernel for each architecture."""
    words = [word for arch, image in images.items() for word in (f'--{arch}', image)]
    return initcall('boot-boards', *cases, *words, '--tree', kernel.source, '--qemu', qemu(),
                    '--out', kernel.output('guests'), '--keep', logs)


def boards(args):
    with tree.KernelTree(args.choice).prepared() as kernel:
        images = {'arm64': kernel.wide_image(), 'arm': kernel.arm_image()}
        logs = os.path.join(kernel.top, 'boots-boards')
        print(f'booting {len(SHOWN)} times', flush=True)
        status = show([*command(kernel, images, SHOWN, logs), '--details'])
        print(f'\nconsoles of all boots: {logs}')
        return status


def table(args):
    """Many boots with many kernels, for the page for authors of drivers."""
    with tree.KernelTree(args.choice).prepared() as kernel:
        images = {('ours', 'arm64'): kernel.wide_image(), ('ours', 'arm'): kernel.arm_image()}
        for name in KERNELS:
            stock = StockTree(args.choice, name)
            images.update({(name, arch): stock.stock_image(arch) for arch in ARCHITECTURES})
        words = [word for (name, arch), image in images.items()
                 for word in ('--kernel', f'{name}:{arch}={image}')]
        words += ['--tree', kernel.source, '--qemu', qemu(), '--out', kernel.output('guests'),
                  '--keep', os.path.join(kernel.top, 'boots-table'),
                  '--results', os.path.join(kernel.top, 'boots-table.json'),
                  '--tables', os.path.join(TOP, 'Documentation', 'driver-api')]
        return max(show(initcall('count-boards', '--group', group, *words)) for group in GROUPS)
