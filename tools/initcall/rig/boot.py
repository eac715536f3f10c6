# SPDX-License-Identifier: GPL-2.0
"""What all rigs share: boot a kernel in QEMU with swtpm, judge it, print what came of it.

A rig has machines and cases. A machine says how QEMU is called; it has

    arch        arm64 or arm: which of the kernel images it takes
    program     QEMU's
    tools       programs that it needs beside a compiler
    files       {name in the guest: name below args.out} of what prepare() has made for the
                guest, if there is any
    drivers     those that a table has rows for: names of modules or of drivers
    bootargs    first words of the kernel's command line
    prepare(args)                       build what it needs beside the guest, once
    command(args, work, tpm, bootargs)  QEMU's arguments; the console is work/console.log

and, if boots of it are repeated only when something has changed:

    parts(args)     files that a boot of it is made of, beside kernel and guest
    words(args)     QEMU's arguments, without those that each boot has of its own

The same image is booted with several command lines; what was bound when, what IMA
recorded and what the TPM holds is read from the consoles and the guests.
"""

import collections
import fcntl
import glob
import os
import shutil
import struct
import subprocess
import tempfile
import time

from initcall.arguments import positive
from initcall.files import read as read_file
from initcall.packages import check_program
from initcall.process import LEASH, Failure, ask, threads
from initcall.rig import guest
from initcall.rig.verdict import BYPASS, Boot

PARAMETER = 'initcall_depends'
COMMON = ('panic=-1 ignore_loglevel initcall_debug ima_policy=critical_data log_buf_len=1M '
          'kunit.autorun=0 trace_event=initcall:*')

# A verdict may have an attribute: what is last on the console, if it is not the guest's own word.
#
# name, what it shows, value of the parameter, if any, then, after a space, what else goes on
# the command line, machine, verdict, and whether it is in the table or just a test
Case = collections.namedtuple('Case', 'name what option machine ok shown')


def read(path):
    return read_file(path) if os.path.exists(path) else ''


def tail(path, lines=20):
    return ''.join(f'    {line}\n' for line in read(path).splitlines()[-lines:]) or '    (none)\n'


def device_tree(source, dtb, include=(), define=()):
    """Compile a device tree as the kernel does it: cpp first, then dtc."""
    plain, aside = f'{dtb}.{os.getpid()}.dts', f'{dtb}.{os.getpid()}'
    words = [*(f'-I{folder}' for folder in include), *(f'-D{word}' for word in define)]
    for command in (['cpp', '-P', '-nostdinc', '-undef', '-D__DTS__', '-x', 'assembler-with-cpp',
                     *words, source, plain],
                    ['dtc', '-q', '-q', '-I', 'dts', '-O', 'dtb', '-o', aside, plain]):
        run = ask(command)
        if run.returncode:
            raise Failure(f'{source}: error: no device tree of it:\n{run.stdout}')
    os.unlink(plain)
    os.replace(aside, dtb)
    return dtb


def start_swtpm(work):
    """swtpm wants absolute and short paths, and ends when QEMU has closed the socket."""
    state, sock = os.path.join(work, 'tpm'), os.path.join(work, 'tpm.sock')
    os.makedirs(state)
    with open(os.path.join(work, 'swtpm.log'), 'w') as log:
        process = subprocess.Popen([*LEASH, 'swtpm', 'socket', '--tpm2', '--tpmstate',
                                    f'dir={state}', '--ctrl', f'type=unixio,path={sock}',
                                    '--terminate'],
                                   stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while not os.path.exists(sock):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise Failure('swtpm did not start:\n' + tail(os.path.join(work, 'swtpm.log')))
        time.sleep(0.01)
    return process, ['-chardev', f'socket,id=chrtpm,path={sock}',
                     '-tpmdev', 'emulator,id=tpm0,chardev=chrtpm']


def explain(work, timed_out, timeout, end):
    """Say what kind of failure this is; the console if the guest has come to its end."""
    console = read(os.path.join(work, 'console.log'))
    if end in console:
        return console
    if 'monitor: error:' in read(os.path.join(work, 'monitor.log')):
        what = 'the firmware gave up'
        shown = 'monitor.log'
    elif 'Kernel panic' in console:
        what, shown = 'kernel panic', 'console.log'
    else:
        what = f'hang: no end after {timeout} s' if timed_out else 'QEMU ended before the guest did'
        shown = 'console.log' if console else 'qemu.log'
    path = os.path.join(work, shown)
    raise Failure(f'{what}; last lines of {path}:\n{tail(path)}')


def qemu(args, program):
    """The program, and its environment: the system's, or one that was unpacked somewhere."""
    if not args.qemu:
        return [program], os.environ
    top = os.path.join(args.qemu, 'usr')
    modules = glob.glob(os.path.join(top, 'lib/*-linux-gnu*/qemu'))
    # Looking for sound, it would load the modules of the system's QEMU, and abort.
    return ([os.path.join(top, 'bin', program), '-L', os.path.join(top, 'share/qemu'),
             '-audiodev', 'none,id=none'],
            {**os.environ, 'QEMU_MODULE_DIR': ':'.join(modules)})


def bootargs(args, case):
    option = case.option if case.option[:1] in ('', ' ') else f'{PARAMETER}={case.option}'
    words = [case.machine.bootargs, COMMON, option.strip(), args.append]
    return ' '.join(word for word in words if word)


def run_qemu(args, case, work, tpm):
    """False if it had to be ended."""
    program, env = qemu(args, case.machine.program)
    words = case.machine.command(args, work, tpm, bootargs(args, case))
    with open(os.path.join(work, 'qemu.log'), 'w') as log:
        process = subprocess.Popen([*LEASH, *program, *words], stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=log, env=env)
    try:
        process.wait(args.timeout)
        return True
    except subprocess.TimeoutExpired:
        return False
    finally:
        process.kill()
        process.wait()


def boot(args, case, keep):
    """One boot from power on to power off, with a TPM of its own."""
    work = os.path.join(keep, case.name)
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    with tempfile.TemporaryDirectory(prefix='rig-') as short:
        swtpm, tpm = start_swtpm(short)
        try:
            ended = run_qemu(args, case, work, tpm)
        finally:
            swtpm.kill()
            swtpm.wait()
    if not os.path.exists(os.path.join(work, 'console.log')):
        raise Failure('QEMU did not start:\n' + tail(os.path.join(work, 'qemu.log')))
    end = getattr(case.ok, 'end', 'RIG: end=1')
    console = explain(work, not ended, args.timeout, end)
    try:
        return Boot(case, console)
    except (ValueError, struct.error) as error:
        raise Failure(f'{os.path.join(work, "console.log")}: what the guest says is garbled: '
                      f'{error}') from None


def bound(result, driver):
    """Which one it was, and when: "1st, 290 ms"."""
    if driver not in result.bound_at:
        return 'never'
    place = ('1st', '2nd', '3rd', '4th')[result.order().index(driver)]
    return f'{place}, {result.bound_at[driver]:.0f} ms'


def probed(result, driver):
    """Attempts, and how many of them were deferred (-EPROBE_DEFER is -517)."""
    probes = result.probes[driver]
    return f'{len(probes)}, {sum(abs(code) == 517 for code in probes)}'


def settled(result):
    """How long IMA has waited until probing has settled, if it has."""
    return '-' if result.settled_ms is None else f'{result.settled_ms} ms'


def table_rows(drivers):
    """Name of a row, and what is in it for one boot."""
    for driver in drivers:
        yield f'{driver} bound', lambda boot, driver=driver: bound(boot, driver)
        yield '  probes, deferred', lambda boot, driver=driver: probed(boot, driver)
    yield 'late_initcall from', lambda boot: f'{boot.late_at:.0f} ms'
    yield 'probing settled for', settled
    yield '  escaped IMA', lambda boot: f'{boot.escaped} reads'
    yield 'IMA said', lambda boot: 'TPM-bypass' if boot.bypass else 'no complaint'
    yield 'boot_aggregate', lambda boot: boot.recorded[:8] + '...'
    yield '  = hash of PCR 0-9', lambda boot: 'yes' if boot.aggregate_right else 'NO'
    yield 'PCR 10 of the TPM', lambda boot: boot.pcr10[:8] + '...'
    yield '  = replay of list', lambda boot: 'yes' if boot.replay_right else 'NO'
    yield 'as expected', lambda boot: 'yes' if boot.passed() else 'NO'


def print_table(results):
    """One column for each boot, one table for each set of drivers."""
    for drivers in dict.fromkeys(result.case.machine.drivers for result in results):
        boots = [result for result in results if result.case.machine.drivers == drivers]
        first = max(len(name) for name, _ in table_rows(drivers)) + 2
        width = max(13, *(len(result.case.name) + 2 for result in boots))
        print()
        for name, cell in (('', lambda boot: boot.case.name), *table_rows(drivers)):
            print(f'{name:{first}}{"".join(f"{cell(boot):{width}}" for boot in boots)}'.rstrip())


def print_details(results):
    """What each boot was, and in full length what the table shortens."""
    print()
    for result in results:
        print(f'{result.case.name}: {result.case.what}; {PARAMETER}={result.case.option}')
        print(f'  IMA:         {BYPASS if result.bypass else "says nothing of a missing TPM"}')
        print(f'  first entry: {result.fact("first_entry")}')
        print(f'  PCR 10:      {result.pcr10}, after {result.entries} entries')


def verdict(name, case, job):
    """(result, whether it is as expected), and say so."""
    try:
        result = job.result()
        ok = result.passed()
        print(f'{"ok" if ok else "not ok"} boot {name}: {case.what}', flush=True)
        return result, ok
    except Failure as failure:
        print(f'not ok boot {name}: {failure}', flush=True)
        return None, False


def boot_all(args, cases, names):
    with threads(args.jobs) as pool:
        jobs = {name: pool.submit(boot, args, cases[name], args.keep) for name in names}
        return [verdict(name, cases[name], job) for name, job in jobs.items()]


def check_tools(args, machines):
    """What is missing is said before anything is begun."""
    programs = [machine.program for machine in machines] + ['swtpm', 'dtc', 'cpp']
    for machine in machines:
        programs += [guest.COMPILERS[machine.arch] + 'gcc', *machine.tools]
    own = os.path.join(args.qemu, 'usr/bin') if args.qemu else None
    for program in dict.fromkeys(programs):
        check_program(program, own if program.startswith('qemu-') else None)


def arguments(parser, cases, shown):
    for arch in sorted({case.machine.arch for case in cases.values()}):
        parser.add_argument(f'--{arch}', metavar='IMAGE', help=f'kernel for {arch} with the rig\'s '
                            'configuration: Image or zImage below arch/*/boot')
    parser.add_argument('cases', nargs='*', help=f'which boots of {", ".join(cases)}; '
                        f'if none, {", ".join(shown)}')
    out_arguments(parser)
    parser.add_argument('--root', help='folder whose content goes into the initramfs as well')
    parser.add_argument('--smp', type=int, choices=(1, 2), help='number of CPUs')
    parser.add_argument('--timeout', type=positive, default=120, help='seconds for one boot')
    parser.add_argument('--jobs', type=positive, default=2, help='boots at a time')
    parser.add_argument('--append', default='', help='more for the command line of the kernel')
    parser.add_argument('--details', action='store_true',
                        help='all that was measured, not just a line per boot')


def out_arguments(parser):
    """Of all that boots."""
    parser.add_argument('--out', required=True, type=os.path.abspath,
                        help='folder for what is built: firmware, device trees, guest')
    parser.add_argument('--keep', required=True, type=os.path.abspath,
                        help='folder for the logs, one folder in it for each boot')
    parser.add_argument('--tree', help='kernel source, for its device trees')
    parser.add_argument('--qemu', help='folder with an unpacked QEMU, in place of the system\'s')


def prepare(args, cases, names):
    for name in names:
        if name not in cases:
            raise Failure(f'no such boot: {name}; there are {", ".join(cases)}')
    prepare_machines(args, list(dict.fromkeys(cases[name].machine for name in names)))


def guest_files(args, machines):
    """{name in the guest: path} of all that these machines have for it."""
    return {name: os.path.join(args.out, path) for machine in machines
            for name, path in getattr(machine, 'files', {}).items()}


def prepare_machines(args, machines):
    """Build what boots of these need, once."""
    check_tools(args, machines)
    for arch in {machine.arch for machine in machines}:
        image = getattr(args, arch)
        if not image or not os.path.exists(image):
            raise Failure(f'error: --{arch}={image or ""}: there is no such kernel image')
    os.makedirs(args.out, exist_ok=True)
    with open(os.path.join(args.out, '.lock'), 'w') as lock:    # one builds, others wait
        fcntl.flock(lock, fcntl.LOCK_EX)
        for machine in machines:
            machine.prepare(args)
        for arch in {machine.arch for machine in machines}:
            files = guest_files(args, [each for each in machines if each.arch == arch])
            guest.build(args.out, arch, args.root, files)


def run(args, cases, shown, show_results=print_table):
    """The boots of @cases that the command line names, or @shown."""
    names = args.cases or shown
    prepare(args, cases, names)
    verdicts = boot_all(args, cases, names)
    results = [result for result, _ in verdicts if result]
    if args.details:
        print_details(results)
    if results:
        show_results(results)
    return 0 if all(ok for _, ok in verdicts) else 1
