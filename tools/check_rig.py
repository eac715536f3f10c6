# SPDX-License-Identifier: GPL-2.0
"""make check, the rig: boots with the TPM over FF-A, and what they show of the order."""

import os
import re
import subprocess
import sys

from build import RIG
from check_kunit import kunit_console
from progress import Failure, run_logged
from source import log_of, log_path, read

sys.path.insert(0, RIG)
from ffa import CASES  # noqa: E402

CHAIN = ['ffa_init', 'tpm_crb_ffa_driver_init', 'crb_acpi_driver_init']
# What is pulled forward by what the image declares.
MOVED = {*CHAIN[:2], 'boot_test_supplier_init', 'supplier_init'}
# Initcalls that do not move, whatever is declared: IMA and the first retry of stock.
FIXED = ('security_initcall_late', 'deferred_probe_initcall')
TEST_CALLS = ('fake_initcall',)         # which KUnit calls on its own
STOCK = ('off', 'off-pkvm', 'none', 'settled')
AS_DECLARED = ('on', 'pkvm', 'chain', 'chain-pkvm')
MAX_BYTES_PER_INITCALL = 23


def command(tree, image, logs, *more):
    return [sys.executable, os.path.join(RIG, 'ffa.py'), '--arm64', image, *CASES,
            '--out', tree.output('firmware'), '--keep', logs, *more]


def boot_all(words, name):
    """All cases of the rig; @name is that of the log."""
    try:
        run_logged('booting the rig', words, log_path(name), r'^(?:not )?ok boot ', len(CASES),
                   noun='boots')
    except Failure as failure:
        print(failure)
    results = re.findall(r'^(ok|not ok) boot (.*)$', log_of(name), re.M)
    yield len(results) == len(CASES), f'rig: {len(CASES)} boots', log_path(name)
    for result, what in results:
        yield result == 'ok', f'rig: {what}', log_path(name)


def calls_of(logs, case):
    """What ran in which order, as initcall_debug prints it."""
    calls = re.findall(r'\] calling  (\w+)\+', read(logs, case, 'console.log'))
    return [call for call in calls if call not in TEST_CALLS]


def boots(tree):
    """The rig with one CPU: stock, as declared, settled, pKVM and so on, and KUnit there."""
    logs = os.path.join(tree.top, 'boots-check')
    words = command(tree, tree.rig_image(), logs)
    yield from boot_all(words, 'boots')
    yield from compare_orders(logs)
    yield from rig_failures(words)
    console = os.path.join(logs, 'kunit', 'console.log')
    yield from kunit_console(tree, 'KUnit, arm64', console)
    passed = re.search(r' ok \d+ boot_tpm_crb_ffa\r?$', read(console), re.M)
    yield bool(passed), 'KUnit, arm64: boot_tpm_crb_ffa is not skipped there', console


def boots_smp(tree):
    """The same with two CPUs."""
    logs = os.path.join(tree.top, 'boots-check-smp')
    for passed, name, why in boot_all(command(tree, tree.rig_image(), logs, '--smp', '2'),
                                      'boots-smp'):
        yield passed, f'two CPUs, {name}', why
    one = os.path.join(tree.top, 'boots-check')
    other = [case for case in (*STOCK, *AS_DECLARED) if calls_of(logs, case) != calls_of(one, case)]
    yield not other, 'two CPUs, order: that of one CPU (G1)', str(other)


def compare_orders(logs):
    """One boot against another."""
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


def rig_failures(words):
    """The rig says what is wrong, and does not take it for a pass."""
    for what, case, more, env, expected in (
            ('a panic', 'on', ['--append', 'rdinit=/missing init=/missing'], {}, 'kernel panic'),
            ('a hang', 'on', ['--timeout', '5', '--append', '-- hang'], {},
             'hang: no end after 5 s'),
            ('a missing QEMU', 'on', [], {'PATH': '/nonexistent'},
             'qemu-system-aarch64 is missing: install'),
            ('an unknown boot', 'nonsense', [], {}, 'no such boot: nonsense')):
        mine = [word for word in words if word not in CASES] + more
        mine.insert(4, case)
        mine[mine.index('--keep') + 1] += '-failing'
        run = subprocess.run(mine, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             env={**os.environ, **env}, check=False)
        yield run.returncode != 0 and expected in run.stdout, f'rig: {what} is reported', \
            run.stdout


def record_size(tree):
    """What the records cost, from the image itself."""
    vmlinux = os.path.join(tree.output('rig'), 'vmlinux')
    run = subprocess.run(['aarch64-linux-gnu-nm', vmlinux], stdout=subprocess.PIPE, text=True,
                         check=True)
    symbols = re.findall(r'^(\w+) (\w) (\S+)$', run.stdout, re.M)
    at = {name: int(address, 16) for address, _, name in symbols}
    size = at['__initcall_start'] - at['__start_initcall_modules']
    count = sum('__initcall__kmod_' in name for name in at)
    init = at['__init_begin'] <= at['__start_initcall_modules'] < at['__initcall_start'] \
        < at['__init_end']
    yield init and 0 < size <= MAX_BYTES_PER_INITCALL * count, \
        f'records: {size} bytes of init memory for {count} initcalls, {size / count:.1f} each', \
        f'at most {MAX_BYTES_PER_INITCALL} are wanted'
