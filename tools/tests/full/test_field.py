# SPDX-License-Identifier: GPL-2.0
"""make check-full: trouble from the field on a real kernel, which is one for arm without modules.

Each case is wrong without dependencies, and right with them.
"""

import os
import re

from initcall.files import read, write_aside
from initcall.kernel.debian import qemu
from initcall.process import Failure, initcall
from initcall.rig.field import CASES, MAC_EDGES, PINS_EDGES, POWER_EDGES, RAIL_EDGES, SHOWN

# The files of the consumers.
SOURCES = {'sun4i_emac': 'drivers/net/ethernet/allwinner/sun4i-emac.c',
           'fixed_layout': 'drivers/nvmem/layouts/fixed-layout.c',
           'at24': 'drivers/nvmem/at24.c', 'fixed': 'drivers/regulator/fixed.c',
           'field_power': 'drivers/misc/field_power.c', 'field_pins': 'drivers/misc/field_pins.c'}
DECLARED = [name for name in CASES if name not in SHOWN]


def declare(source):
    """Write the lines into a copy of the kernel's source."""
    wanted = {}
    for consumer, prerequisite in {*MAC_EDGES, *RAIL_EDGES, *POWER_EDGES, *PINS_EDGES}:
        wanted.setdefault(SOURCES[consumer], set()).add(f'initcall_depends("{prerequisite}");\n')
    for path, lines in wanted.items():
        name = os.path.join(source, path)
        write_aside(name, read(name) + '\n#include <linux/initcall_depends.h>\n'
                    + ''.join(sorted(lines)))


def boot(tree, image, cases):
    logs = os.path.join(tree.top, 'boots-field')
    try:
        tree.run('booting into trouble from the field', initcall(
            'boot-field', *cases, '--arm', image, '--tree', tree.source, '--qemu', qemu(),
            '--out', tree.output('field-guest'), '--keep', logs), 'boots-field',
            r'^(?:not )?ok boot ', len(cases), 'boots')
    except Failure as failure:
        print(failure)
    passed = re.findall(r'^ok boot ([\w-]+):', tree.log_of('boots-field'), re.M)
    for case in cases:
        yield case in passed, f'field: {case}: {CASES[case].what}', \
            f'{tree.log_path("boots-field")}, {logs}/{case}'


def check_field(tree):
    copy = tree.copied('src-field')
    yield from boot(copy, copy.field_image(), SHOWN)
    declare(copy.source)
    yield from boot(copy, copy.field_image(), DECLARED)
