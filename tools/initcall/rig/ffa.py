# SPDX-License-Identifier: GPL-2.0
"""Boot an arm64 kernel whose TPM is reached by CRB over FF-A, and judge it.

The machine is QEMU "virt" with our EL3 monitor as firmware, and swtpm as the TPM. There are
two more such machines: in one, firmware knows no TPM; in the other it knows no FF-A, and
commands go to the TPM by an SMC.

Stock is declarations off and settling off.
"""

import os
import re

from initcall.files import data
from initcall.rig import boot as rig
from initcall.rig.boot import Case, device_tree
from initcall.rig.guest import fit, initramfs, run_make
from initcall.rig.verdict import bypassed, measured

NO_SETTLE = 'tpm_settle=off'
STOCK = f'off {NO_SETTLE}'
# All that the image of the rig declares.
DECLARED = ('tpm_crb:tpm_crb_ffa', 'tpm_crb_ffa:ffa_module', 'boot_test:boot_test_supplier',
            'early_test:boot_test_supplier', 'initcall_consumer:initcall_supplier')
CYCLE = ('tpm_crb:tpm_crb_ffa', 'tpm_crb_ffa:ffa-module', 'ffa-module:tpm_crb')
MALFORMED = 'add=,drop=a:b,nonsense,add=x,shuffle=x,shuffle=1:nonsense'

# Devices of the test driver settle_test.c: one is deferred and has the kernel read files, one
# takes its time in an asynchronous probe.
FIRMWARE = ('/lib/firmware/settle-a.bin', '/lib/firmware/settle-b.bin')
HELPER = '/rig-true'
READS = ('ima_policy=tcb settle_test.firmware=settle-a.bin,not-there.bin,settle-b.bin '
         f'settle_test.helper={HELPER}')
ESCAPED = ('ima: 3 reads escaped the policy while probing settled: '
           + ''.join(f'{path} (FIRMWARE_CHECK), ' for path in FIRMWARE) + f'{HELPER} (BPRM_CHECK)')
SLOW_MS = 8000
MIN_SETTLED_MS = 2000
SLOW = f'settle_test.slow_ms={SLOW_MS}'
# No wait of ours may be cut short by it.
SHORT = 'deferred_probe_timeout=1'
WORK_MS = 2000
# ms for all of late_initcall, where there is nothing to wait for
MAX_LATE = 10000

TABLES = ('rsdp', 'xsdt', 'facp', 'dsdt', 'apic', 'gtdt', 'tpm2')


def loader(path, address):
    return ['-device', f'loader,file={path},addr={address:#x},force-raw=on']


class Virt:
    """QEMU "virt" with an EL3 monitor; with @pkvm KVM is protected, and comes before FF-A.

    @instead: {ACPI table: table to take instead}.
    """

    arch = 'arm64'
    program = 'qemu-system-aarch64'
    tools = ('iasl',)
    drivers = ('ffa_module', 'tpm_crb_ffa', 'tpm_crb')
    names = ('arm-ffa', 'ffa-crb', 'tpm_crb_acpi')
    files = {'rig-true': 'rig-true', 'lib/firmware/settle-a.bin': 'settle-a.bin',
             'lib/firmware/settle-b.bin': 'settle-b.bin'}

    def __init__(self, pkvm, instead=None):
        self.virtualization = 'on' if pkvm else 'off'
        self.instead = instead or {}
        self.bootargs = ('earlycon=pl011,0x9000000 console=ttyAMA0 efi=noruntime '
                         f'rig_modules={",".join(map(":".join, zip(self.drivers, self.names)))}'
                         + (' kvm-arm.mode=protected' if pkvm else ''))

    def prepare(self, args):
        run_make(data('ffa-tpm'), 'all', args.out)

    def tables(self, args):
        instead = {**self.instead, **({'apic': 'apic-smp'} if args.smp == 2 else {})}
        return [instead.get(table, table) for table in TABLES]

    def parts(self, args):
        return [data('ffa-tpm', 'chosen.dts'), os.path.join(args.out, 'monitor.bin'),
                *(os.path.join(args.out, f'{table}.aml') for table in self.tables(args))]

    def words(self, args):
        _, monitor, *tables = self.parts(args)
        words = ['-machine', f'virt,secure=on,virtualization={self.virtualization},gic-version=3',
                 '-cpu', 'cortex-a57', '-smp', str(args.smp or 1), '-m', '256M', '-accel', 'tcg',
                 '-nodefaults', '-no-user-config', '-display', 'none', '-monitor', 'none',
                 '-no-reboot', '-bios', monitor, '-device', 'tpm-tis-device,tpmdev=tpm0',
                 *loader(args.arm64, 0x40200000)]
        for page, path in enumerate(tables):
            words += loader(path, 0x4e020000 + page * 0x1000)
        return words

    def command(self, args, work, tpm, bootargs):
        bootargs, disk = fit(bootargs, initramfs(args.out, self.arch), work)
        dtb = device_tree(data('ffa-tpm', 'chosen.dts'), os.path.join(work, 'chosen.dtb'),
                          [data('ffa-tpm', 'monitor')],
                          [f'BOOTARGS="{bootargs}"', f'INITRD_SIZE={os.path.getsize(disk)}'])
        return [*self.words(args), *tpm,
                '-serial', f'file:{work}/console.log', '-serial', f'file:{work}/monitor.log',
                *loader(disk, 0x44000000), *loader(dtb, 0x4e000000)]


PLAIN, PKVM = Virt(False), Virt(True)
NO_TPM = Virt(False, {'xsdt': 'xsdt-no-tpm'})
SMC, SMC_PKVM = (Virt(pkvm, {'tpm2': 'tpm2-smc'}) for pkvm in (False, True))


def said(boot, text):
    """When the kernel printed this, as a place in the console; -1 if it did not."""
    return boot.console.find(f'] {text}')


def unsettled(boot):
    """Nothing was waited for, and nothing escaped measurement."""
    return boot.settled_ms is None and boot.escaped == 0


def in_time(boot):
    """Bound before late_initcall, so that IMA need not settle."""
    return measured(boot) and unsettled(boot) and boot.bound_at['tpm_crb'] < boot.late_at


def declared(boot):
    """With one probe, which is not deferred, however it and others are probed."""
    return in_time(boot) and boot.probes['tpm_crb'] == [0]


def retried(boot):
    """Its first probe was too early, and is made again as soon as there is a reason to."""
    probes = [abs(result) for result in boot.probes['tpm_crb']]
    return in_time(boot) and probes[-1] == 0 and 517 in probes


def declared_files(boot):
    """What the kernel reads is measured, as in stock."""
    return declared(boot) and set(FIRMWARE) <= set(boot.names)


def settled(boot):
    """IMA has its TPM, and says what it has missed meanwhile."""
    return (measured(boot) and boot.console.count(f'] {ESCAPED}') == 1
            and said(boot, 'tpm: found after probing settled for ') >= 0
            and not set(FIRMWARE) & set(boot.names))


def stock_files(boot):
    """No TPM, but what the kernel reads is measured."""
    return bypassed(boot) and unsettled(boot) and set(FIRMWARE) <= set(boot.names)


def not_waited(boot):
    """No TPM can come, so that no probe is waited for."""
    slow = said(boot, f'settle-test-slow settle-test-slow: probed after {SLOW_MS} ms')
    return boot.bypass and unsettled(boot) and 0 < said(boot, 'ima: No TPM chip found') < slow


def waited(boot):
    """As far as firmware says, the slow probe may bring the TPM; no timer has begun yet."""
    settled_at, timer = (said(boot, text) for text in (
        'tpm: none found after probing settled for ', 'calling  deferred_probe_initcall+'))
    return boot.bypass and 0 < settled_at < timer and boot.settled_ms > MIN_SETTLED_MS


def outlasted(boot):
    """A wait for a slow probe is not cut short by deferred_probe_timeout=."""
    slow, tpm, timer = (said(boot, text) for text in (
        f'settle-test-slow settle-test-slow: probed after {SLOW_MS} ms',
        'probe of MSFT0101:00 with driver tpm_crb_acpi returned 0',
        'calling  deferred_probe_initcall+'))
    return declared(boot) and 0 < slow < tpm < timer


def worked(boot):
    """A prerequisite is waited for until the work that its probe has left is over."""
    work, tpm = (said(boot, text) for text in (
        f'settle-test-worker settle-test-worker: worked for {WORK_MS} ms',
        'probe of MSFT0101:00 with driver tpm_crb_acpi returned 0'))
    return declared(boot) and 0 < work < tpm


def cycle_printed(boot):
    """A cycle from the command line is printed whole, and the boot goes on."""
    edges = re.findall(r'\] initcall_depends: cycle: (\S+) needs (\S+?)(, left out)?\r?$',
                       boot.console, re.M)
    return (measured(boot) and {f'{edge[0]}:{edge[1]}' for edge in edges} == set(CYCLE)
            and len(edges) == len(CYCLE) and [bool(edge[2]) for edge in edges].count(True) == 1)


def goes_on_without(boot):
    """A prerequisite that does not run stops no other, and costs no time."""
    return (boot.bypass and 'ffa_init' not in boot.calls and 'crb_acpi_driver_init' in boot.calls
            and 0 < boot.init_at - boot.level_at < MAX_LATE)


def parts_ignored(boot):
    """Each part that makes no sense has one line, and no effect."""
    ignored = re.findall(r'\] initcall_depends: .* ignored\b', boot.console)
    return declared(boot) and len(ignored) == len(MALFORMED.split(','))


def edges(verb, pairs):
    return ','.join(f'{verb}={pair}' for pair in pairs)


def async_cases():
    """The same with asynchronous probes."""
    for driver in ('arm-ffa', 'ffa-crb', 'tpm_crb_acpi', '*'):
        name = f'async-{driver}' if driver != '*' else 'async'
        yield name, f'asynchronous {driver}', f'verbose {NO_SETTLE} driver_async_probe={driver}'


def stock_cases():
    yield Case('off', 'declarations and settling off', STOCK, PLAIN, bypassed, True)
    yield Case('off-pkvm', 'declarations and settling off, pKVM', STOCK, PKVM, bypassed, False)
    yield Case('none', 'all declarations dropped, settling off',
               f'verbose,{edges("drop", DECLARED)} {NO_SETTLE}', PLAIN, bypassed, False)
    yield Case('settled-off', 'files are read, declarations and settling off',
               f'{STOCK} {READS}', PLAIN, stock_files, False)


def declared_cases():
    yield Case('on', 'as declared', 'verbose', PLAIN, declared, True)
    yield Case('pkvm', 'as declared, pKVM', 'verbose', PKVM, declared, True)
    chain = f'verbose {NO_SETTLE}'
    yield Case('chain', 'settling off', chain, PLAIN, declared, True)
    yield Case('chain-pkvm', 'settling off, pKVM', chain, PKVM, declared, True)
    yield Case('chain-files', 'files are read', f'verbose {READS}', PLAIN, declared_files, False)
    yield Case('smc', 'firmware without FF-A, settling off', chain, SMC, declared, False)
    yield Case('smc-pkvm', 'firmware without FF-A, settling off, pKVM', chain, SMC_PKVM, declared,
               False)
    late = 'verbose,drop=tpm_crb_ffa:ffa_module'
    yield Case('retry', 'a prerequisite that binds late', f'{late} {NO_SETTLE}', PLAIN, retried,
               False)
    yield Case('retry-pkvm', 'a prerequisite that binds late, pKVM',
               f'{late},add=tpm_crb:ffa_module {NO_SETTLE}', PKVM, declared, False)
    for name, what, option in async_cases():
        yield Case(name, what, option, PLAIN, declared, False)
        yield Case(f'{name}-pkvm', f'{what}, pKVM', option, PKVM, declared, False)


def settled_cases():
    option = f'off {READS}'
    yield Case('settled', 'declarations off', option, PLAIN, settled, True)
    yield Case('settled-pkvm', 'declarations off, pKVM', option, PKVM, settled, False)
    yield Case('settled-source', 'declarations off, trusted keys not from the TPM',
               f'{option} trusted.source=tee', PLAIN, settled, False)
    yield Case('no-tpm', 'firmware without a TPM, and a slow probe', f'verbose {SLOW}', NO_TPM,
               not_waited, False)
    yield Case('no-driver', 'the TPM has no driver, and a slow probe',
               f'verbose {SLOW} {SHORT} initcall_blacklist=crb_acpi_driver_init', PLAIN, waited,
               False)


def odd_cases():
    yield Case('kunit', 'as declared, with KUnit',
               'verbose kunit.autorun=1', PLAIN, declared,
               False)
    yield Case('timeout', 'a prerequisite slower than deferred_probe_timeout=',
               f'verbose,add=tpm_crb:settle_test {NO_SETTLE} {SLOW} {SHORT}',
               PLAIN, outlasted, False)
    yield Case('work', 'a prerequisite whose probe goes on in a work item',
               f'verbose,add=tpm_crb:settle_test {NO_SETTLE} settle_test.work_ms={WORK_MS}',
               PLAIN, worked, False)
    yield Case('cycle', 'a cycle added', 'add=ffa_module:tpm_crb', PLAIN, cycle_printed, False)
    yield Case('blacklist', 'a prerequisite blacklisted', 'verbose initcall_blacklist=ffa_init',
               PLAIN, goes_on_without, False)
    yield Case('malformed', 'nonsense on the command line', MALFORMED, PLAIN, parts_ignored, False)
    yield Case('shuffle', 'a random order', f'verbose,shuffle=1 {NO_SETTLE}', PLAIN,
               declared, False)
    yield Case('shuffle-pkvm', 'a random order, pKVM',
               f'verbose,shuffle=18446744073709551615:device+late {NO_SETTLE}', PKVM,
               declared, False)


CASES = {case.name: case for case in (*stock_cases(), *declared_cases(), *settled_cases(),
                                      *odd_cases())}
SHOWN = [name for name, case in CASES.items() if case.shown]


def arguments(parser):
    rig.arguments(parser, CASES, SHOWN)


def run(args):
    return rig.run(args, CASES, SHOWN)
