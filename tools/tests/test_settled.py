# SPDX-License-Identifier: GPL-2.0
"""devices_settled in debugfs and "bound" of a driver in sysfs, while a slow device is probed;
and what IMA makes of settling, as far as no boot of the rig shows it.
"""

import os
import select

from initcall.files import DATA, read
from initcall.process import initcall
from initcall.rig.guest import COMPILERS, run_make
from tests.test_introspection import read_boot

SLOW_MS = 3000
# The guest looks when the probe has been running for half a second.
LEFT_MS = 2000
# For what has settled already
SOON_MS = 1000

# Of IMA: file, what some versions of the kernel have there, and what a rule makes of it then.
BY_VERSION = (
    ('ima_main.c', '[READING_MODULE_COMPRESSED]', '(read_id != READING_MODULE_COMPRESSED)'),
    ('ima_init.c', 'boot_aggregate_late_name;', '_IMA_INIT_LATE_SYNC) || tpm_settle_started'),
)


def check_ima_rules(any_tree):
    """A rule without a name may not apply, but has to where the kernel has what it is for."""
    for file, there, ours in BY_VERSION:
        text = read(any_tree.source, 'security/integrity/ima', file)
        yield (there in text) == (ours in text), f'settled: {file} has "{ours}"', text


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
    yield 'settled_failed' not in facts, 'settled: the guest gets at all files', str(facts)
    said = {name[len('settled_'):]: [int(value) for value in values]
            for name, values in facts.items() if name.startswith('settled_')}
    yield said['poll_early'] == [0] and said['read_early'] == [0], \
        'settled: not while a probe runs: poll() is silent, read() is EAGAIN', str(said)
    yield said['poll'] == [select.POLLIN] and said['read'][:1] == [1] and \
        LEFT_MS <= said['ms'][0] <= 2 * SLOW_MS, \
        f'settled: poll() wakes when it ends, after {said["ms"][:1]} ms', str(said)
    yield said['read'][1:] == [1] and said['ms'][1] < SOON_MS and said['end'] == [2, 2], \
        'settled: when no probe runs, read() returns at once, and then the end', str(said)
    woken = select.POLLPRI | select.POLLERR
    yield said['bound'] == [1, 0, 1] and said['bound_poll'] == [0, woken, woken] and \
        LEFT_MS <= said['bound_ms'][0] <= 2 * SLOW_MS, \
        'settled: bound: poll() wakes when a device is bound, and when it is unbound', str(said)
