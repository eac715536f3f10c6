# SPDX-License-Identifier: GPL-2.0
"""For kunit.py --qemu_config: a kernel that prints nothing; the guest's init prints for it.

On a virtio console: that of a PL011 needs a buffer that nbcon_alloc() does not give without printk.
"""

from qemu_config import QemuArchParams

QEMU_ARCH = QemuArchParams(
    linux_arch='arm64', kconfig='', qemu_arch='aarch64',
    kernel_path='arch/arm64/boot/Image.gz',
    kernel_command_line='console=hvc0 kunit_shutdown=none rig_kunit=1 rig_brief=1',
    serial='null',
    extra_qemu_params=[
        '-machine', 'virt', '-cpu', 'max', '-chardev', 'stdio,id=init',
        '-device', 'virtio-serial-device', '-device', 'virtconsole,chardev=init'])
