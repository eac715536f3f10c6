# SPDX-License-Identifier: GPL-2.0
"""make bench: how many instructions a kernel runs until its first initcall.

A small arm64 kernel gets many tiny modules, of which some declare dependencies, and
boots in QEMU with -icount, which counts instructions and lets time go by with them.
"""

import collections
import os
import random
import re
import shutil
import subprocess

from initcall.files import data, read, write_aside
from initcall.kernel.tree import ARM64, CROSS, KernelTree
from initcall.process import LEASH, Failure, ask
from initcall.spatch import patch_file

COUNT = data('bench', 'count')
MODULES = 1000
DECLARATIONS = (0, 10, 100, 1000, 10000)
# Virtual time: 2^0 ns for each instruction.
SHIFT = 0
BUILD = {'off': '', 'on': 'CONFIG_INITCALL_DEPENDS=y\n'}

# What one boot has counted: with the option or without, declarations and initcalls in the
# image, instructions until the first and until the last initcall.
Counted = collections.namedtuple('Counted', 'option declarations initcalls first last')


def pairs(count):
    """Distinct (consumer, prerequisite), without cycles; half of them against link order."""
    numbers = random.Random(1)
    rank = list(range(MODULES))
    numbers.shuffle(rank)
    found = {}
    while len(found) < count:
        one, other = sorted(numbers.sample(range(MODULES), 2), key=rank.__getitem__)
        found[other, one] = True
    return list(found)


def modules_source(count):
    """Modules of one initcall each, some of which need others; all in one file, to compile fast."""
    needs = collections.defaultdict(list)
    for consumer, prerequisite in pairs(count):
        needs[consumer].append(prerequisite)
    lines = ['#include <linux/initcall_depends.h>', 'static int __init bench_init(void)', '{',
             '\treturn 0;', '}']
    for module in range(MODULES):
        lines += ['#undef KBUILD_MODFILE', f'#define KBUILD_MODFILE "init/bench_{module:04}"',
                  'device_initcall(bench_init);']
        lines += [f'initcall_depends("bench_{prerequisite:04}");'
                  for prerequisite in needs[module]]
    return '\n'.join(lines) + '\n'


class CountedTree(KernelTree):
    """A copy of the work tree, with the counter and the modules in init/."""

    def prepare(self):
        super().prepare()
        source, self.source = self.source, os.path.join(self.top, 'src-bench')
        self.copy_tree(source, self.source)
        shutil.copy(os.path.join(COUNT, 'init', 'initcall_bench.c'),
                    os.path.join(self.source, 'init'))
        makefile = os.path.join(self.source, 'init', 'Makefile')
        objects = 'obj-y += initcall_bench.o initcall_bench_modules.o'
        write_aside(makefile, f'{read(makefile)}\n{objects}\n')
        patch_file(os.path.join(COUNT, 'init', 'main.c.cocci'), self.source, 'init/main.c')

    def counted_image(self, option, count):
        name = f'bench-{option}'
        os.makedirs(self.output(name), exist_ok=True)
        write_aside(os.path.join(self.source, 'init', 'initcall_bench_modules.c'),
                    modules_source(count))
        fragment = os.path.join(self.output(name), 'wanted')
        write_aside(fragment, read(data('bench', 'kernel.config')) + BUILD[option])
        self.configure(name, [fragment], ARM64)
        self.make(f'building a kernel with {count} declarations, option {option}', name,
                  [*CROSS, 'Image'])
        return os.path.join(self.output(name), 'arch', 'arm64', 'boot', 'Image')

    def initcalls(self, option):
        """How many there are in the image."""
        vmlinux = os.path.join(self.output(f'bench-{option}'), 'vmlinux')
        run = ask(['aarch64-linux-gnu-nm', vmlinux], right=True)
        return run.stdout.count(' __initcall__kmod_')


def boot(image, log):
    """The two numbers that the guest prints."""
    command = [*LEASH, 'qemu-system-aarch64', '-machine', 'virt', '-cpu', 'cortex-a57', '-m',
               '256M', '-accel', 'tcg', '-icount', f'shift={SHIFT},sleep=off', '-nodefaults',
               '-no-user-config', '-display', 'none', '-monitor', 'none', '-no-reboot', '-kernel',
               image, '-append', 'console=ttyAMA0 quiet panic=-1', '-serial', f'file:{log}']
    try:
        subprocess.run(command, timeout=300, stdin=subprocess.DEVNULL, check=True)
    except (subprocess.SubprocessError, OSError) as error:
        raise Failure(f'{image}: error: the kernel that counts does not boot: {error}') from None
    found = re.search(r'bench: until the first initcall: (\d+), until the last: (\d+)', read(log))
    if not found:
        raise Failure(f'{log}: error: the kernel has printed no numbers')
    return [int(number) for number in found.groups()]


def count_all(choice):
    """What each kernel has counted."""
    results = []
    with CountedTree(choice).prepared() as tree:
        for option, declarations in (('off', 0), *(('on', number) for number in DECLARATIONS)):
            image = tree.counted_image(option, declarations)
            log = os.path.join(tree.top, f'bench-{option}-{declarations}.log')
            counted = Counted(option, declarations, tree.initcalls(option), *boot(image, log))
            results.append(counted)
    return results
