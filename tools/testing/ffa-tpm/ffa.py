#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Boot an arm64 kernel whose TPM is reached by CRB over FF-A, and judge it.

The machine is QEMU "virt" with our EL3 monitor as firmware and swtpm behind it.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'rig'))
from guest import fit, initramfs, run_make  # noqa: E402
from rig import Case, device_tree, main  # noqa: E402
from verdict import bypassed, measured  # noqa: E402

DROP_SETTLED = 'drop=lsm_init:drivers/base/dd,drop=trusted:drivers/base/dd'
DROP_CHAIN = 'drop=tpm_crb:tpm_crb_ffa,drop=tpm_crb_ffa:ffa_module,drop=ffa_module:kvm'
DROP_TESTS = 'drop=boot_test:boot_test_supplier,drop=initcall_consumer:initcall_supplier'
TABLES = ('rsdp', 'xsdt', 'facp', 'dsdt', 'apic', 'gtdt', 'tpm2')


def loader(path, address):
    return ['-device', f'loader,file={path},addr={address:#x},force-raw=on']


class Virt:
    """QEMU "virt" with an EL3 monitor; with @pkvm KVM is protected, and FF-A behind it."""

    arch = 'arm64'
    program = 'qemu-system-aarch64'
    tools = ('iasl',)
    drivers = ('ffa_module', 'tpm_crb_ffa', 'tpm_crb')

    def __init__(self, pkvm):
        self.virtualization = 'on' if pkvm else 'off'
        self.bootargs = ('earlycon=pl011,0x9000000 console=ttyAMA0 efi=noruntime '
                         f'rig_modules={",".join(self.drivers)}' + (' kvm-arm.mode=protected' if pkvm else ''))

    def prepare(self, args):
        run_make(HERE, 'all', args.out)

    def command(self, args, work, tpm, bootargs):
        bootargs, disk = fit(bootargs, initramfs(args.out, self.arch), work)
        dtb = device_tree(os.path.join(HERE, 'chosen.dts'), os.path.join(work, 'chosen.dtb'),
                          [os.path.join(HERE, 'monitor')],
                          [f'BOOTARGS="{bootargs}"', f'INITRD_SIZE={os.path.getsize(disk)}'])
        command = ['-machine', f'virt,secure=on,virtualization={self.virtualization},gic-version=3',
                   '-cpu', 'cortex-a57', '-smp', str(args.smp or 1), '-m', '256M', '-accel', 'tcg', '-nodefaults',
                   '-no-user-config', '-display', 'none', '-monitor', 'none', '-no-reboot',
                   '-bios', os.path.join(args.out, 'monitor.bin'), *tpm, '-device', 'tpm-tis-device,tpmdev=tpm0',
                   '-serial', f'file:{work}/console.log', '-serial', f'file:{work}/monitor.log']
        command += loader(args.arm64, 0x40200000) + loader(disk, 0x44000000) + loader(dtb, 0x4e000000)
        for page, table in enumerate(TABLES):
            name = 'apic-smp' if table == 'apic' and args.smp == 2 else table
            command += loader(os.path.join(args.out, f'{name}.aml'), 0x4e020000 + page * 0x1000)
        return command


PLAIN, PKVM = Virt(False), Virt(True)


def chain_alone(boot):
    """The declared chain needs no retry: one probe, no deferral, before late_initcall."""
    return (measured(boot) and boot.probes['tpm_crb'] == [0]
            and boot.bound_at['tpm_crb'] < boot.late_at)


def bound_in_time(boot):
    """However it is probed, and though its prerequisite's device appears late."""
    return measured(boot) and boot.bound_at['tpm_crb'] < boot.late_at


def cycle_told(boot):
    """A cycle through the command line: told whole, and the boot goes on."""
    return measured(boot) and all(f'cycle 1: {edge}' in boot.console for edge in (
        'tpm_crb needs tpm_crb_ffa', 'tpm_crb_ffa needs ffa_module', 'ffa_module needs tpm_crb'))


def goes_on_without(boot):
    """A prerequisite that does not run stops nobody."""
    return boot.bypass and 'ffa_init' not in boot.calls and 'crb_acpi_driver_init' in boot.calls


def async_cases():
    """tpm_crb declares tpm_crb_ffa, and that is all; whose probe is asynchronous, on top of that."""
    option = 'verbose,drop=tpm_crb_ffa:ffa_module,' + DROP_SETTLED
    yield 'retry', 'a prerequisite that binds late', option
    for driver in ('arm-ffa', 'ffa-crb', 'tpm_crb_acpi', '*'):
        yield (f'async-{driver}' if driver != '*' else 'async', f'the same, asynchronous {driver}',
               f'{option} driver_async_probe={driver}')


CASES = {case.name: case for case in (
    Case('off', 'framework switched off', 'off', PLAIN, bypassed, True),
    Case('on', 'as declared', 'verbose', PLAIN, measured, True),
    Case('pkvm', 'as declared, pKVM', 'verbose', PKVM, measured, True),
    Case('chain', 'without the edges to dd', 'verbose,' + DROP_SETTLED, PLAIN, chain_alone, True),
    Case('chain-pkvm', 'without the edges to dd, pKVM', 'verbose,' + DROP_SETTLED, PKVM, chain_alone, True),
    Case('settled', 'without the chain', 'verbose,' + DROP_CHAIN, PLAIN, measured, True),
    Case('kunit', 'as declared, with KUnit', 'verbose kunit.autorun=1 kunit.filter_glob=initcall_depends*', PLAIN,
         measured, False),
    Case('off-pkvm', 'framework switched off, pKVM', 'off', PKVM, bypassed, False),
    Case('none', 'all edges dropped', f'verbose,{DROP_CHAIN},{DROP_SETTLED},{DROP_TESTS}', PLAIN, bypassed, False),
    Case('cycle', 'a cycle added', 'add=ffa_module:tpm_crb', PLAIN, cycle_told, False),
    Case('blacklist', 'a prerequisite blacklisted', 'verbose initcall_blacklist=ffa_init', PLAIN, goes_on_without,
         False),
    Case('shuffle', 'a random order', 'verbose,shuffle=1', PLAIN, measured, False),
    Case('shuffle-pkvm', 'a random order, pKVM', 'verbose,shuffle=18446744073709551615:device+late', PKVM, measured, False),
    Case('malformed', 'nonsense on the command line', 'add=,drop=a:b,nonsense,add=x,shuffle=x,shuffle=1:nonsense', PLAIN, measured, False),
    *(Case(name + suffix, what, option, machine, bound_in_time, False)
      for name, what, option in async_cases() for suffix, machine in (('', PLAIN), ('-pkvm', PKVM))),
)}
SHOWN = [name for name, case in CASES.items() if case.shown]


if __name__ == '__main__':
    sys.exit(main(CASES, SHOWN, description=__doc__))
