# SPDX-License-Identifier: GPL-2.0
"""make run: boot the same image without and with the framework, and show what IMA has measured."""

import os

from initcall.kernel import tree
from initcall.process import initcall, show

arguments = tree.arguments


def run(args):
    with tree.KernelTree(args.choice).prepared() as kernel:
        image, logs = kernel.rig_image(), os.path.join(kernel.top, 'boots')
        print(f'{kernel.name}: booting it six times', flush=True)
        status = show(initcall('boot-ffa', '--arm64', image, '--out', kernel.output('firmware'),
                               '--keep', logs, '--details'))
        print(f'\nconsoles of all boots: {logs}')
        return status
