# SPDX-License-Identifier: GPL-2.0
"""The rig: boots with the TPM over FF-A, and what they show of the order."""

import collections
import os
import re

from initcall.files import read
from initcall.process import Failure, ask, initcall
from initcall.rig.ffa import CASES
from tests.test_kunit import kunit_console

CHAIN = ['ffa_init', 'tpm_crb_ffa_driver_init', 'crb_acpi_driver_init']
# What is pulled forward by what the image declares.
MOVED = {*CHAIN[:2], 'boot_test_supplier_init', 'supplier_init'}
# Initcalls that do not move, whatever is declared: IMA and the first retry of stock.
FIXED = ('security_initcall_late', 'deferred_probe_initcall')
TEST_CALLS = 'fake_initcall'    # what KUnit calls on its own begins with that
STOCK = ('off', 'off-pkvm', 'none', 'settled')
AS_DECLARED = ('on', 'pkvm', 'chain', 'chain-pkvm')
MAX_BYTES_PER_INITCALL = 31
# What names a probe that does not end, and the KUnit cases in which there is one.
STUCK = {r'\] initcall_depends: going on without S: a probe of it still runs':
         ['hold_work_stuck', 'hold_stuck'],
         r'\bT: still being probed': ['settle_stuck', 'settle_work_stuck']}


# What all boots have shown: [(whether it was right, what)], folder of the consoles.
Boots = collections.namedtuple('Boots', 'results logs')


def command(tree, image, logs, *more, cases=tuple(CASES)):
    return initcall('boot-ffa', '--arm64', image, *cases, '--out', tree.output('firmware'),
                    '--keep', logs, *more)


def boot_all(tree, image, name, *more):
    """All cases of the rig; @name is that of the log, and of the folder with the consoles."""
    logs = os.path.join(tree.top, name)
    try:
        tree.run('booting the rig', command(tree, image, logs, *more), name,
                 r'^(?:not )?ok boot ', len(CASES), 'boots')
    except Failure as failure:
        print(failure)
    found = re.findall(r'^(ok|not ok) boot (.*)$', tree.log_of(name), re.M)
    return Boots([(result == 'ok', what) for result, what in found], logs)


def each_boot(boots):
    yield len(boots.results) == len(CASES), f'rig: {len(CASES)} boots', boots.logs
    for right, what in boots.results:
        yield right, f'rig: {what}', boots.logs


def calls_of(logs, case):
    """What ran in which order, as initcall_debug prints it."""
    calls = re.findall(r'\] calling  (\w+)\+', read(logs, case, 'console.log'))
    return [call for call in calls if not call.startswith(TEST_CALLS)]


def check_boots(rig_boots):
    """The rig with one CPU: stock, as declared, settled, pKVM and so on."""
    yield from each_boot(rig_boots)


def check_kunit_arm64(tree, rig_boots):
    """KUnit in one of these boots."""
    console = os.path.join(rig_boots.logs, 'kunit', 'console.log')
    yield from kunit_console(tree, 'KUnit, arm64', console, tree.output('rig'))
    passed = re.search(r' ok \d+ boot_tpm_crb_ffa\r?$', read(console), re.M)
    yield bool(passed), 'KUnit, arm64: boot_tpm_crb_ffa is not skipped there', console
    for line, cases in STUCK.items():
        named = re.findall(rf'{line}.*?\] +ok \d+ (\w+)', read(console), re.S)
        yield named == cases, f'KUnit, arm64: what does not end is named once: {cases}', str(named)


def check_boots_smp(tree, rig_image, rig_boots):
    """The same with two CPUs."""
    smp = boot_all(tree, rig_image, 'boots-check-smp', '--smp', '2')
    for passed, name, why in each_boot(smp):
        yield passed, f'two CPUs, {name}', why
    other = [case for case in (*STOCK, *AS_DECLARED)
             if calls_of(smp.logs, case) != calls_of(rig_boots.logs, case)]
    yield not other, 'two CPUs, order: that of one CPU (G1)', str(other)


def check_order(rig_boots):
    """One boot against another."""
    logs = rig_boots.logs
    calls = {case: calls_of(logs, case) for case in (*STOCK, *AS_DECLARED, 'kunit')}
    on, off = calls['on'], calls['off']
    other = [case for case in (*AS_DECLARED, 'kunit') if calls[case] != on]
    yield on and not other, \
        f'order: as declared, {len(on)} initcalls, the same in each boot (G1)', f'{logs}: {other}'
    other = [case for case in STOCK if calls[case] != off]
    yield off and not other, 'order: without declarations, that of stock in each boot (G2)', \
        f'{logs}: {other}'
    yield sorted(on) == sorted(off) and on != off, 'order: none is lost, some move', logs
    rest = [[call for call in order if call not in MOVED] for order in (on, off)]
    yield rest[0] == rest[1], 'order: what is not concerned keeps its place (G2)', logs
    at = on.index(CHAIN[-1]) if CHAIN[-1] in on else 0
    yield on[at - 2:at + 1] == CHAIN, 'order: the chain comes right before tpm_crb', logs
    for call in FIXED:
        places = {case: order.index(call) if call in order else None
                  for case, order in calls.items()}
        yield len(set(places.values()) - {None}) == 1 and None not in places.values(), \
            f'order: {call} is at its place of stock in each boot (G3)', str(places)
    late = on.index(FIXED[0]) if FIXED[0] in on else 0
    yield late and on[late:] == off[late:], 'order: from IMA on, that of stock', logs


def check_rig_failures(tree, rig_image):
    """The rig says what is wrong, and does not take it for a pass."""
    for what, case, more, env, expected in (
            ('a panic', 'on', ['--append', 'rdinit=/missing init=/missing'], {}, 'kernel panic'),
            ('a hang', 'on', ['--timeout', '5', '--append', '-- hang'], {},
             'hang: no end after 5 s'),
            ('a missing QEMU', 'on', [], {'PATH': '/nonexistent'},
             'qemu-system-aarch64 is missing: install'),
            ('an unknown boot', 'nonsense', [], {}, 'no such boot: nonsense')):
        words = command(tree, rig_image, os.path.join(tree.top, 'boots-failing'), *more,
                        cases=[case])
        done = ask(words, env={**os.environ, **env})
        yield done.returncode != 0 and expected in done.stdout, f'rig: {what} is reported', \
            done.stdout


def check_record_size(vmlinux):
    """What the records cost, from the image itself."""
    run = ask(['aarch64-linux-gnu-nm', vmlinux], right=True)
    symbols = re.findall(r'^(\w+) (\w) (\S+)$', run.stdout, re.M)
    at = {name: int(address, 16) for address, _, name in symbols}
    size = at['__initcall_start'] - at['__start_initcall_modules']
    count = sum('__initcall__kmod_' in name for name in at)
    init = at['__init_begin'] <= at['__start_initcall_modules'] < at['__initcall_start'] \
        < at['__init_end']
    yield init and 0 < size <= MAX_BYTES_PER_INITCALL * count, \
        f'records: {size} bytes of init memory for {count} initcalls, {size / count:.1f} each', \
        f'at most {MAX_BYTES_PER_INITCALL} are wanted'
