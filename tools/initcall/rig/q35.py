# SPDX-License-Identifier: GPL-2.0
"""QEMU's x86_64 "q35", a PC with what PCs have."""

from initcall.rig.guest import fit, initramfs


class Q35:
    """A machine of the rig, see boot.py."""

    arch = 'x86_64'
    program = 'qemu-system-x86_64'
    tools = ()
    drivers = ()
    bootargs = 'console=ttyS0'
    options = ['-machine', 'q35', '-cpu', 'qemu64', '-m', '1G', '-accel', 'tcg', '-display', 'none',
               '-monitor', 'none', '-no-reboot', '-nodefaults', '-device', 'e1000e',
               '-device', 'virtio-net-pci', '-device', 'virtio-rng-pci', '-device', 'qemu-xhci',
               '-device', 'usb-kbd', '-device', 'virtio-serial-pci']

    def prepare(self, args):
        """Nothing beside the guest."""

    def command(self, args, work, tpm, bootargs):
        bootargs, disk = fit(bootargs, initramfs(args.out, self.arch), work)
        return [*self.options, '-smp', str(args.smp or 1), '-kernel', args.x86_64,
                '-initrd', disk, '-append', bootargs, *tpm, '-device', 'tpm-tis,tpmdev=tpm0',
                '-serial', f'file:{work}/console.log']
