#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Boot an arm64 kernel whose TPM is reached by CRB over FF-A, and judge it.

The machine is QEMU "virt" with our EL3 monitor as firmware and swtpm behind it.
The same image is booted with several command lines; what was bound when, what
IMA recorded and what the TPM holds is read from the consoles and the guests.
"""

import argparse
import collections
import concurrent.futures
import fcntl
import gzip
import hashlib
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
MODULES = ('ffa_module', 'tpm_crb_ffa', 'tpm_crb')
PARAMETER = 'initcall_depends'
DROP_SETTLED = 'drop=lsm_init:drivers/base/dd,drop=trusted:drivers/base/dd'
DROP_CHAIN = 'drop=tpm_crb:tpm_crb_ffa,drop=tpm_crb_ffa:ffa_module,drop=ffa_module:kvm'
DROP_TESTS = 'drop=boot_test:boot_test_supplier,drop=initcall_consumer:initcall_supplier'
# Who is started this way does not outlive us, whatever ends us.
LEASH = ('setpriv', '--pdeathsig', 'KILL')
# Folders with a short name, for sockets, of the boots so far.
SHORT = []
BYPASS = 'No TPM chip found, activating TPM-bypass!'
COMMON = ('earlycon=pl011,0x9000000 console=ttyAMA0 efi=noruntime panic=-1 ignore_loglevel '
          'initcall_debug ima_policy=critical_data log_buf_len=1M kunit.autorun=0 '
          'trace_event=initcall:*')

# name, what it shows, value of the parameter and what else goes on the command line, pKVM or not, verdict,
# and whether it is in the table or just a test
Case = collections.namedtuple('Case', 'name what option pkvm ok shown')


class Failure(Exception):
    """What went wrong with a boot, in words."""


def measured(boot):
    return boot.aggregate_right and boot.replay_right


def bypassed(boot):
    return boot.bypass and not boot.aggregate_right


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
    Case('off', 'framework switched off', 'off', False, bypassed, True),
    Case('on', 'as declared', 'verbose', False, measured, True),
    Case('pkvm', 'as declared, pKVM', 'verbose', True, measured, True),
    Case('chain', 'without the edges to dd', 'verbose,' + DROP_SETTLED, False, chain_alone, True),
    Case('chain-pkvm', 'without the edges to dd, pKVM', 'verbose,' + DROP_SETTLED, True, chain_alone, True),
    Case('settled', 'without the chain', 'verbose,' + DROP_CHAIN, False, measured, True),
    Case('kunit', 'as declared, with KUnit', 'verbose kunit.autorun=1 kunit.filter_glob=initcall_depends*', False,
         measured, False),
    Case('off-pkvm', 'framework switched off, pKVM', 'off', True, bypassed, False),
    Case('none', 'all edges dropped', f'verbose,{DROP_CHAIN},{DROP_SETTLED},{DROP_TESTS}', False, bypassed, False),
    Case('cycle', 'a cycle added', 'add=ffa_module:tpm_crb', False, cycle_told, False),
    Case('blacklist', 'a prerequisite blacklisted', 'verbose initcall_blacklist=ffa_init', False, goes_on_without,
         False),
    Case('malformed', 'nonsense on the command line', 'add=,drop=a:b,nonsense,add=x', False, measured, False),
    *(Case(name + suffix, what, option, pkvm, bound_in_time, False)
      for name, what, option in async_cases() for suffix, pkvm in (('', False), ('-pkvm', True))),
)}
SHOWN = [name for name, case in CASES.items() if case.shown]


class Boot:
    """What one boot has shown."""

    def __init__(self, case, console):
        self.case = case
        self.console = console
        self.facts = collections.defaultdict(list)
        for name, value in re.findall(r'^RIG: (\w+)=(.*?)\r?$', console, re.M):
            self.facts[name].append(value)
        self.bypass = BYPASS in console
        self.calls = re.findall(r'\] calling  (\w+)\+', console)
        self.read_probes()
        self.judge()

    def fact(self, name):
        return self.facts[name][0] if self.facts[name] else ''

    def read_probes(self):
        """Attempts of each driver, as the driver core tells them with initcall_debug.

        Linux 7.3 names device and driver; before, only the device is named.
        """
        pattern = r'^\[ *([\d.]+)\] probe of (\S+)(?: with driver (\S+))? returned (-?\d+) '
        probes = re.findall(pattern, self.console, re.M)
        self.probes, self.bound_at = {}, {}
        for module in MODULES:
            self.probes[module] = []
            for when, device, driver, result in probes:
                if (driver or device) not in self.facts[f'{"driver" if driver else "device"}_of_{module}']:
                    continue
                self.probes[module].append(int(result))
                if int(result) == 0:
                    self.bound_at.setdefault(module, float(when) * 1000)
        late = re.search(r'^\[ *([\d.]+)\] entering initcall level: late', self.console, re.M)
        self.late_at = float(late.group(1)) * 1000 if late else 0

    def judge(self):
        """Compare what IMA wrote down with what the TPM holds."""
        pcrs = [bytes.fromhex(self.fact(f'pcr{i}')) for i in range(11)]
        entry = self.fact('first_entry').split()
        recorded = entry[3].split(':')[1] if len(entry) == 5 else ''
        expected = hashlib.sha256(b''.join(pcrs[:10])).hexdigest()
        self.aggregate_right = entry[4:] == ['boot_aggregate'] and recorded == expected
        self.entries, replay = replay_measurements(bytes.fromhex(self.fact('measurements')))
        self.replay_right = bool(pcrs[10]) and pcrs[10] == replay
        self.pcr10 = pcrs[10].hex()
        self.recorded = recorded

    def order(self):
        return sorted(self.bound_at, key=self.bound_at.get)

    def passed(self):
        return bool(self.case.ok(self))


def replay_measurements(data):
    """Number of entries of IMA's binary list, and what they make of an empty PCR 10."""
    pcr, count, at = bytes(32), 0, 0
    while at < len(data):
        number, digest, name_len = struct.unpack_from('<I20sI', data, at)
        at += 28 + name_len
        length, = struct.unpack_from('<I', data, at)
        content = data[at + 4:at + 4 + length]
        at += 4 + length
        value = hashlib.sha256(content).digest() if any(digest) else b'\xff' * 32
        if number == 10:
            pcr = hashlib.sha256(pcr + value).digest()
        count += 1
    return count, pcr


def tail(path, lines=20):
    try:
        with open(path, errors='replace') as file:
            return ''.join('    ' + line for line in file.readlines()[-lines:])
    except OSError:
        return '    (none)\n'


def run_make(target, out, *more):
    run = subprocess.run(['make', '-s', '-C', HERE, f'OUT={out}', target, *more], text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if run.returncode:
        raise Failure(f'building {target} of the rig failed:\n{run.stdout}')


def file_entry(path, name):
    with open(path, 'rb') as file:
        return name.encode(), 0o100000 | os.stat(path).st_mode & 0o777, file.read(), 0, 0


def folder_entries(top):
    """What is in a folder; a file in place of each link."""
    for folder, _, names in sorted(os.walk(top)):
        if folder != top:
            yield os.path.relpath(folder, top).encode(), 0o40755, b'', 0, 0
        for path in sorted(os.path.join(folder, name) for name in names):
            yield file_entry(path, os.path.relpath(path, top))


def make_initramfs(out, root=None):
    """A cpio archive with the guest's init and a console, which needs no root to make."""
    entries = [(b'dev', 0o40755, b'', 0, 0), (b'dev/console', 0o20600, b'', 5, 1),
               file_entry(os.path.join(out, 'init'), 'init'), *(folder_entries(root) if root else ()),
               (b'TRAILER!!!', 0, b'', 0, 0)]
    archive = bytearray()
    for inode, (name, mode, data, major, minor) in enumerate(entries, 1):
        fields = (inode, mode, 0, 0, 1, 0, len(data), 0, 0, major, minor, len(name) + 1, 0)
        archive += b'070701' + b''.join(b'%08X' % field for field in fields) + name + b'\0'
        archive += b'\0' * (-len(archive) % 4) + data
        archive += b'\0' * (-len(archive) % 4)
    aside = os.path.join(out, f'initramfs.{os.getpid()}')
    with gzip.GzipFile(aside, 'wb', mtime=0) as file:
        file.write(archive)
    os.replace(aside, os.path.join(out, 'initramfs.gz'))    # another rig may be reading the old one


def make_dtb(rig, work, bootargs):
    size = os.path.getsize(os.path.join(rig, 'initramfs.gz'))
    source, dtb = os.path.join(work, 'chosen.dts'), os.path.join(work, 'chosen.dtb')
    subprocess.run(['cpp', '-P', '-nostdinc', '-undef', '-x', 'assembler-with-cpp',
                    '-I', os.path.join(HERE, 'monitor'), f'-DBOOTARGS="{bootargs}"', f'-DINITRD_SIZE={size}',
                    os.path.join(HERE, 'chosen.dts'), source], check=True)
    subprocess.run(['dtc', '-q', '-I', 'dts', '-O', 'dtb', '-o', dtb, source], check=True)
    return dtb


def loader(path, address):
    return ['-device', f'loader,file={path},addr={address:#x},force-raw=on']


def qemu_command(args, work, dtb, tpm, pkvm):
    command = [*LEASH, 'qemu-system-aarch64', '-machine',
               f'virt,secure=on,virtualization={"on" if pkvm else "off"},gic-version=3',
               '-cpu', args.cpu, '-smp', str(args.smp), '-m', '256M', '-accel', 'tcg', '-nodefaults',
               '-no-user-config', '-display', 'none', '-monitor', 'none', '-no-reboot',
               '-bios', os.path.join(args.out, 'monitor.bin'),
               '-chardev', f'socket,id=chrtpm,path={tpm}', '-tpmdev', 'emulator,id=tpm0,chardev=chrtpm',
               '-device', 'tpm-tis-device,tpmdev=tpm0',
               '-serial', f'file:{work}/console.log', '-serial', f'file:{work}/monitor.log']
    command += loader(args.image, 0x40200000) + loader(os.path.join(args.out, 'initramfs.gz'), 0x44000000)
    command += loader(dtb, 0x4e000000)
    apic = 'apic' if args.smp == 1 else 'apic-smp'
    for page, table in enumerate(('rsdp', 'xsdt', 'facp', 'dsdt', apic, 'gtdt', 'tpm2')):
        command += loader(os.path.join(args.out, f'{table}.aml'), 0x4e020000 + page * 0x1000)
    return command


def start_swtpm(work):
    """swtpm wants absolute and short paths, and ends when QEMU has closed the socket."""
    state, sock = os.path.join(work, 'tpm'), os.path.join(work, 'tpm.sock')
    os.makedirs(state)
    with open(os.path.join(work, 'swtpm.log'), 'w') as log:
        process = subprocess.Popen([*LEASH, 'swtpm', 'socket', '--tpm2', '--tpmstate', f'dir={state}', '--ctrl',
                                    f'type=unixio,path={sock}', '--terminate'],
                                   stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while not os.path.exists(sock):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise Failure('swtpm did not start:\n' + tail(os.path.join(work, 'swtpm.log')))
        time.sleep(0.01)
    return process, sock


def explain(work, timed_out, timeout):
    """Say what kind of failure this is; None if the guest has come to its end."""
    with open(os.path.join(work, 'console.log'), errors='replace') as file:
        console = file.read()
    with open(os.path.join(work, 'monitor.log'), errors='replace') as file:
        monitor = file.read()
    if 'RIG: end=1' in console:
        return console
    if 'monitor: error:' in monitor:
        what = 'the firmware gave up'
        shown = 'monitor.log'
    elif 'Kernel panic' in console:
        what, shown = 'kernel panic', 'console.log'
    else:
        what = f'hang: no end after {timeout} s' if timed_out else 'QEMU ended before the guest did'
        shown = 'console.log' if console else 'qemu.log'
    raise Failure(f'{what}; last lines of {os.path.join(work, shown)}:\n' + tail(os.path.join(work, shown)))


def boot(args, case, keep):
    """One boot from power on to power off, with a TPM of its own."""
    work = os.path.join(keep, case.name)
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    bootargs = f'{COMMON} {PARAMETER}={case.option}' + (' kvm-arm.mode=protected' if case.pkvm else '')
    if args.append:
        bootargs += ' ' + args.append
    with tempfile.TemporaryDirectory(prefix='rig-') as short:
        SHORT.append(short)
        swtpm, sock = start_swtpm(short)
        qemu = None
        timed_out = False
        try:
            dtb = make_dtb(args.out, work, bootargs)
            with open(os.path.join(work, 'qemu.log'), 'w') as log:
                qemu = subprocess.Popen(qemu_command(args, work, dtb, sock, case.pkvm),
                                        stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            try:
                qemu.wait(args.timeout)
            except subprocess.TimeoutExpired:
                timed_out = True
        finally:
            for process in (qemu, swtpm):
                if process:
                    process.kill()
                    process.wait()
    if not os.path.exists(os.path.join(work, 'console.log')):
        raise Failure('QEMU did not start:\n' + tail(os.path.join(work, 'qemu.log')))
    return Boot(case, explain(work, timed_out, args.timeout))


def bound(result, module):
    """Which one it was, and when: "1st, 290 ms"."""
    if module not in result.bound_at:
        return 'never'
    place = ('1st', '2nd', '3rd')[result.order().index(module)]
    return f'{place}, {result.bound_at[module]:.0f} ms'


def probed(result, module):
    """Attempts, and how many of them were deferred (-EPROBE_DEFER is -517)."""
    probes = result.probes[module]
    return f'{len(probes)}, {sum(abs(code) == 517 for code in probes)}'


def table_rows():
    """Name of a row, and what one boot has to say in it."""
    for module in MODULES:
        yield f'{module} bound', lambda boot, module=module: bound(boot, module)
        yield '  probes, deferred', lambda boot, module=module: probed(boot, module)
    yield 'late_initcall from', lambda boot: f'{boot.late_at:.0f} ms'
    yield 'IMA said', lambda boot: 'TPM-bypass' if boot.bypass else 'no complaint'
    yield 'boot_aggregate', lambda boot: boot.recorded[:10] + '...'
    yield '  = hash of PCR 0-9', lambda boot: 'yes' if boot.aggregate_right else 'NO'
    yield 'PCR 10 of the TPM', lambda boot: boot.pcr10[:10] + '...'
    yield '  = replay of list', lambda boot: 'yes' if boot.replay_right else 'NO'
    yield 'as expected', lambda boot: 'yes' if boot.passed() else 'NO'


def print_table(results):
    """One column for each boot."""
    print('\n' + ' ' * 20 + ''.join(f'{result.case.name:14}' for result in results).rstrip())
    for name, cell in table_rows():
        print(f'{name:20}' + ''.join(f'{cell(result):14}' for result in results).rstrip())


def print_details(results):
    """What each boot was, and in full length what the table shortens."""
    print()
    for result in results:
        print(f'{result.case.name}: {result.case.what}; {PARAMETER}={result.case.option}')
        print(f'  IMA:         {BYPASS if result.bypass else "says nothing of a missing TPM"}')
        print(f'  first entry: {result.fact("first_entry")}')
        print(f'  PCR 10:      {result.pcr10}, after {result.entries} entries')


def boot_all(args, cases, names):
    results, failed = [], 0
    pool = concurrent.futures.ThreadPoolExecutor(args.jobs)
    jobs = {name: pool.submit(boot, args, cases[name], args.keep) for name in names}
    for name, job in jobs.items():
        try:
            result = job.result()
            results.append(result)
            ok = result.passed()
            print(f'{"ok" if ok else "not ok"} boot {name}: {cases[name].what}', flush=True)
            failed += not ok
        except Failure as failure:
            failed += 1
            print(f'not ok boot {name}: {failure}', flush=True)
    return results, failed


def check_tools():
    for tool, package in (('qemu-system-aarch64', 'qemu-system-arm'), ('swtpm', 'swtpm'),
                          ('iasl', 'acpica-tools'), ('dtc', 'device-tree-compiler'),
                          ('aarch64-linux-gnu-gcc', 'gcc-aarch64-linux-gnu')):
        if not shutil.which(tool):
            raise Failure(f'{tool} is missing: install the Debian package {package}')


def parse_arguments(cases, shown, description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('image', help='arch/arm64/boot/Image of a kernel with the rig\'s configuration')
    parser.add_argument('cases', nargs='*', help=f'which boots of {", ".join(cases)}; if none, {", ".join(shown)}')
    parser.add_argument('--out', required=True, help='folder for what is built: firmware, guest')
    parser.add_argument('--root', help='folder whose content goes into the initramfs as well')
    parser.add_argument('--keep', required=True, help='folder for the logs, one folder in it for each boot')
    parser.add_argument('--cpu', default='cortex-a57')
    parser.add_argument('--smp', type=int, choices=(1, 2), default=1, help='number of CPUs')
    parser.add_argument('--timeout', type=int, default=120, help='seconds for one boot')
    parser.add_argument('--jobs', type=int, default=2, help='boots at a time')
    parser.add_argument('--append', default='', help='more for the command line of the kernel')
    parser.add_argument('--details', action='store_true', help='all that was measured, not just a line per boot')
    args = parser.parse_args()
    args.image, args.out, args.keep = (os.path.abspath(p) for p in (args.image, args.out, args.keep))
    return args


def prepare(args, cases):
    check_tools()
    for name in args.cases:
        if name not in cases:
            raise Failure(f'no such boot: {name}; there are {", ".join(cases)}')
    if not os.path.exists(args.image):
        raise Failure(f'{args.image}: no such kernel image')
    os.makedirs(args.out, exist_ok=True)
    with open(os.path.join(args.out, '.lock'), 'w') as lock:    # one builds, others wait
        fcntl.flock(lock, fcntl.LOCK_EX)
        run_make('all', args.out)
        make_initramfs(args.out, args.root)


def main(cases=CASES, shown=SHOWN, show=print_table, description=__doc__):
    """The boots of @cases that the command line names, or @shown; @show tells the results."""
    args = parse_arguments(cases, shown, description)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        prepare(args, cases)
        results, failed = boot_all(args, cases, args.cases or shown)
    except Failure as failure:
        print(f'rig.py: error: {failure}', file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print('rig.py: interrupted', file=sys.stderr, flush=True)
        for folder in SHORT:
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(130)       # not waiting for the boots, which end with us
    if args.details:
        print_details(results)
    if results:
        show(results)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
