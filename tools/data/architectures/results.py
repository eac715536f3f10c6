# SPDX-License-Identifier: GPL-2.0
"""For kunit.py --qemu_config: a kernel that prints nothing; the guest's init prints for it."""

from qemu_config import QemuArchParams

QEMU_ARCH = QemuArchParams(
    linux_arch='arm64', kconfig='', qemu_arch='aarch64',
    kernel_path='arch/arm64/boot/Image.gz',
    kernel_command_line='console=ttyAMA0 kunit_shutdown=none rig_kunit=1 rig_brief=1',
    extra_qemu_params=['-machine', 'virt', '-cpu', 'max'])
