# SPDX-License-Identifier: GPL-2.0
"""devices_settled and driver_bound in debugfs, from userspace, while a slow device is probed."""

import errno
import os

from initcall.files import DATA
from initcall.process import initcall
from initcall.rig.guest import COMPILERS, run_make
from tests.test_introspection import read_boot

SLOW_MS = 3000
# The guest looks when the probe has been running for half a second.
LEFT_MS = 2000
# For what has settled already
SOON_MS = 1000


def check_settled(tree, rig_image):
    root, logs = tree.output('settled-root'), os.path.join(tree.top, 'boots-settled')
    os.makedirs(os.path.join(root, 'bin'), exist_ok=True)
    run_make(os.path.join(DATA, 'guest'), os.path.join(root, 'bin', 'settled-arm64'),
             os.path.join(root, 'bin'), f'CC={COMPILERS["arm64"]}gcc')
    tree.run('booting with a slow device', initcall(
        'boot-ffa', 'on', '--arm64', rig_image, '--out', tree.output('settled-guest'), '--keep',
        logs, '--root', root, '--append',
        f'rig_brief=1 rig_run=/bin/settled-arm64 settle_test.slow_ms={SLOW_MS}'),
        'boots-settled', quiet=True)
    facts = read_boot(logs, 'on').facts
    said = {name[len('settled_'):]: [int(value) for value in values]
            for name, values in facts.items() if name.startswith('settled_')}
    for what, name in (('all', 'devices_settled'), ('one', 'driver_bound')):
        yield said[f'{what}_early'] == [0, 0], \
            f'settled: {name}: not while the probe runs: poll() is silent, read() is EAGAIN', \
            str(said)
        woken, again = said[f'{what}_ms']
        yield said[what] == [1, 1, 1] and LEFT_MS <= woken <= 2 * SLOW_MS, \
            f'settled: {name}: poll() wakes when it ends, after {woken} ms', str(said)
        yield again < SOON_MS, f'settled: {name}: after that, read() returns at once', str(said)
    yield said['blocked'] == [1] and LEFT_MS <= said['blocked_ms'][0] <= 2 * SLOW_MS, \
        'settled: driver_bound: a read blocks until then', str(said)
    refused = {'unasked': errno.EINVAL, 'no_colon': errno.EINVAL, 'no_bus': errno.ENODEV,
               'first': 0, 'second': errno.EBUSY, 'no_driver': 0}
    yield {name: said[name][0] for name in refused} == refused, \
        'settled: driver_bound: not asked, no bus, two questions are errors', str(said)
