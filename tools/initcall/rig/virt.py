# SPDX-License-Identifier: GPL-2.0
"""QEMU's "virt" as it is, with its own device tree and the devices of another one, more.dts.

Enough of these wait for each other to see what a kernel with many drivers does about that.
"""

import os

from initcall.files import data
from initcall.process import Failure, ask
from initcall.rig.boot import device_tree, qemu
from initcall.rig.guest import fit, initramfs


class Virt:
    """A machine of the rig, see boot.py."""

    arch = 'arm64'
    name = 'virt'
    program = 'qemu-system-aarch64'
    tools = ()
    drivers = ()
    bootargs = 'console=ttyAMA0'
    more = data('virt', 'more.dts')
    options = ['-machine', 'virt,gic-version=3', '-cpu', 'cortex-a57', '-m', '1G',
               '-accel', 'tcg', '-display', 'none', '-monitor', 'none', '-no-reboot',
               '-nodefaults', '-device', 'virtio-rng-pci', '-device', 'virtio-net-device',
               '-device', 'virtio-balloon-device']

    def words(self, args):
        return [*self.options, '-smp', str(args.smp or 1)]

    def prepare(self, args):
        """QEMU writes down its device tree, and ours is appended."""
        program, env = qemu(args, self.program)
        own = os.path.join(args.out, f'{self.name}-own.dtb')
        both = os.path.join(args.out, f'{self.name}.dts')
        words = self.words(args)
        words[words.index('-machine') + 1] += f',dumpdtb={own}'
        unpack = ['dtc', '-q', '-q', '-I', 'dtb', '-O', 'dts', '-o', both, own]
        for command in ([*program, *words], unpack):
            run = ask(command, env=env)
            if run.returncode:
                raise Failure(f'{command[0]}: error: no device tree:\n{run.stdout}')
        with open(both, 'a') as out, open(self.more) as more:
            out.write(more.read())
        device_tree(both, self.tree(args))

    def tree(self, args):
        return os.path.join(args.out, f'{self.name}.dtb')

    def command(self, args, work, tpm, bootargs):
        bootargs, disk = fit(bootargs, initramfs(args.out, self.arch), work)
        return [*self.words(args), '-kernel', getattr(args, self.arch),
                '-dtb', self.tree(args), '-initrd', disk,
                '-append', bootargs, *tpm, '-serial', f'file:{work}/console.log']
