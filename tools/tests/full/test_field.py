# SPDX-License-Identifier: GPL-2.0
"""make check-full: trouble from the field on a real kernel, which is one for arm without modules.

Each case is wrong without dependencies, and right with them.
"""

import os
import re

from initcall.kernel.debian import qemu
from initcall.process import Failure, initcall
from initcall.rig.field import CASES, SHOWN

DECLARED = [name for name in CASES if name not in SHOWN]


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
    yield from boot(tree, tree.field_image(), SHOWN)
    yield from boot(tree, tree.field_image('CONFIG_FIELD_TEST_LINES=y'), DECLARED)
