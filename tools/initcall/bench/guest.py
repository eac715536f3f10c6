# SPDX-License-Identifier: GPL-2.0
"""Boot a kernel that counts, on QEMU's arm64 "virt", with virtual time: a ns an instruction."""

import os
import shutil
import subprocess

from initcall.files import data, read, write_aside
from initcall.process import LEASH, Failure

CONFIG, DECLARED = data('bench', 'kernel.config'), data('bench', 'declared.config')
# One folder for all kernels, so that the compiler cache knows the files that are the same.
SOURCE = 'src-bench'
PROGRAM = 'qemu-system-aarch64'
MACHINE = ('-cpu', 'cortex-a57', '-m', '512M', '-accel', 'tcg', '-icount', 'shift=0,sleep=off',
           '-nodefaults', '-no-user-config', '-display', 'none', '-monitor', 'none', '-no-reboot')


def add_counter(source, paths, *objects):
    """Files for init/, and what its Makefile is to compile."""
    for path in paths:
        shutil.copy(path, os.path.join(source, 'init'))
    makefile = os.path.join(source, 'init', 'Makefile')
    write_aside(makefile, f'{read(makefile)}\nobj-y += {" ".join(objects)}\n')


def boot(kernel, log, bootargs='', *words):
    command = [*LEASH, PROGRAM, '-machine', 'virt', *MACHINE, '-kernel', kernel, '-append',
               f'console=ttyAMA0 quiet panic=-1 {bootargs}', '-serial', f'file:{log}', *words]
    try:
        subprocess.run(command, timeout=1200, stdin=subprocess.DEVNULL, check=True)
    except (subprocess.SubprocessError, OSError) as error:
        raise Failure(f'{kernel}: error: the kernel that counts does not boot: {error}') from None
