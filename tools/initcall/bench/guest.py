# SPDX-License-Identifier: GPL-2.0
"""Boot a kernel that counts, in QEMU, with virtual time: a ns an instruction."""

import collections
import os
import shutil
import subprocess

from initcall.files import data, read, write_aside
from initcall.process import LEASH, Failure

CONFIG, DECLARED = data('bench', 'kernel.config'), data('bench', 'declared.config')
# One folder for all kernels, so that the compiler cache knows the files that are the same.
SOURCE = 'src-bench'
WORDS = ('-m', '512M', '-accel', 'tcg', '-icount', 'shift=0,sleep=off', '-nodefaults',
         '-no-user-config', '-display', 'none', '-monitor', 'none', '-no-reboot')
Machine = collections.namedtuple('Machine', 'program name cpu console')
VIRT = Machine('qemu-system-aarch64', 'virt', 'cortex-a57', 'ttyAMA0')
Q35 = Machine('qemu-system-x86_64', 'q35', 'qemu64', 'ttyS0')


def add_counter(source, paths, *objects):
    """Files for init/, and what its Makefile is to compile."""
    for path in paths:
        shutil.copy(path, os.path.join(source, 'init'))
    makefile = os.path.join(source, 'init', 'Makefile')
    write_aside(makefile, f'{read(makefile)}\nobj-y += {" ".join(objects)}\n')


def command(machine, more=''):
    """@more: what is to be said of the machine itself."""
    return [machine.program, '-machine', machine.name + more, '-cpu', machine.cpu, *WORDS]


def boot(kernel, log, bootargs='', *words, machine=VIRT):
    bootargs = f'console={machine.console} quiet panic=-1 {bootargs}'
    try:
        subprocess.run([*LEASH, *command(machine), '-kernel', kernel, '-append', bootargs,
                        '-serial', f'file:{log}', *words],
                       timeout=3600, stdin=subprocess.DEVNULL, check=True)
    except (subprocess.SubprocessError, OSError) as error:
        raise Failure(f'{kernel}: error: the kernel that counts does not boot: {error}') from None
