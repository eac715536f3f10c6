# SPDX-License-Identifier: GPL-2.0
"""make check-full: boots of kernels that watch themselves. In the style of checks.py.

A boot passes if the kernel reports nothing that it does not report with the
framework switched off, and if the sanitizers were at work at all.
"""

import glob
import os
import re
import subprocess
import sys

from build import ARM64, CONFIG, CROSS, HERE, RIG, cores
from checks import OURS, kunit_console
from progress import Failure, run_logged
from source import cache, log_of, log_path, read

FRAGMENTS = os.path.join(HERE, 'testing', 'sanitizers')
sys.path.insert(0, FRAGMENTS)
sys.path.insert(0, os.path.join(HERE, 'testing', 'rig'))
import guest  # noqa: E402
from reports import new_reports  # noqa: E402

# How many times longer than usual a boot may take.
PATIENCE = 900
# KASAN is silent after its first report, which may be the stock kernel's, unless told so; the guest
# keeps the console to itself, unless told not to.
ALL_REPORTS = 'kasan_multi_shot rig_loud=1'
# What the log shows when a sanitizer is at work, and those that may give up, still at the end.
SIGNS = {
    'KASAN': r'KernelAddressSanitizer initialized|kasan: .*initialized',
    'lockdep': r'^RIG: lockdep= *debug_locks: +1',
    'kmemleak': r'^RIG: kmemleak_scanned=1',
    'KCSAN': r'kcsan: selftest: (\d+)/\1 tests passed',
    'a second CPU': r'Brought up \d+ nodes?, 2 CPUs',
}


def detector(_tree):
    """Are reports found, and only they?"""
    run = subprocess.run([sys.executable, os.path.join(FRAGMENTS, 'reports_test.py')],
                         stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True, check=False)
    yield run.returncode == 0, 'sanitizers: planted reports are found', run.stdout


def judge(name, consoles, stock, signs):
    """@consoles: log of each boot by its name; @stock: names of those without the framework."""
    known = [consoles[boot] for boot in stock if boot in consoles]
    yield len(known) == len(stock), f'{name}: there are boots without the framework to compare with', str(stock)
    for boot, console in consoles.items():
        missing = [sign for sign in signs if not re.search(SIGNS[sign], console, re.M)]
        yield not missing, f'{name}: {boot}: {", ".join(signs)} at work', f'no sign of {", ".join(missing)}'
        if boot in stock:
            continue
        new = new_reports(console, known)
        yield not new, f'{name}: {boot}: no report that the stock kernel does not show', \
            '\n\n'.join(report.text for report in new)


def instrumented(tree, name, nm, symbols):
    """Is each object of the core compiled with the sanitizer? If not, there is nothing to be seen."""
    objects = glob.glob(os.path.join(tree.output(name), OURS[0], '*.o'))
    objects.append(os.path.join(tree.output(name), 'drivers/base/initcall_depends.o'))
    bare = []
    for path in objects:
        run = subprocess.run([nm, path], stdout=subprocess.PIPE, text=True, check=True)
        if symbols not in run.stdout:
            bare.append(os.path.relpath(path, tree.output(name)))
    yield len(objects) > 1 and not bare, f'{name}: all of the core is compiled with it', f'without: {bare}'


def consoles_of(logs, cases):
    paths = {case: os.path.join(logs, case, 'console.log') for case in cases}
    return {case: read(path) for case, path in paths.items() if os.path.exists(path)}


def rig_boots(tree, name, calls, cases, stock, signs):
    """Build the rig's kernel with a sanitizer, boot it with two CPUs, read what it says."""
    tree.configure(name, [CONFIG, os.path.join(FRAGMENTS, name + '.config')], ARM64)
    tree.make(f'building the kernel with {name}', name, [*CROSS, 'Image'], timeout=4 * 3600)
    yield from instrumented(tree, name, 'aarch64-linux-gnu-nm', calls)
    image = os.path.join(tree.output(name), 'arch', 'arm64', 'boot', 'Image')
    logs = os.path.join(tree.top, f'boots-{name}')
    command = [sys.executable, os.path.join(RIG, 'ffa.py'), '--arm64', image, *stock, *cases,
               '--smp', '2', '--out',
               tree.output('firmware'), '--keep', logs, '--timeout', str(PATIENCE), '--append',
               ALL_REPORTS]
    try:
        run_logged(f'booting the kernel with {name}', command, log_path(f'boots-{name}'),
                   r'^(?:not )?ok boot ',
                   len(stock) + len(cases), timeout=PATIENCE * len(stock + cases), noun='boots')
    except Failure as failure:
        print(failure)
    passed = re.findall(r'^ok boot ([\w-]+):', log_of(f'boots-{name}'), re.M)
    for case in (*stock, *cases):
        yield case in passed, f'{name}: {case}: boots as expected', log_path(f'boots-{name}')
    yield from judge(name, consoles_of(logs, (*stock, *cases)), stock, signs)
    yield from kunit_console(tree, f'KUnit, {name}', os.path.join(logs, 'kunit', 'console.log'))


def kasan(tree):
    yield from rig_boots(tree, 'kasan', '__asan_', ('on', 'pkvm', 'kunit', 'async', 'async-pkvm'),
                         ('off', 'off-pkvm'),
                         ('KASAN', 'lockdep', 'kmemleak', 'a second CPU'))


def kcsan(tree):
    yield from rig_boots(tree, 'kcsan', '__tsan_', ('on', 'pkvm', 'kunit', 'async', 'async-pkvm'),
                         ('off', 'off-pkvm'),
                         ('KCSAN', 'lockdep', 'a second CPU'))


def uml_image(tree):
    """kunit.py sees to it that all of both fragments comes true."""
    output = tree.output('uml-sanitized')
    command = [sys.executable, 'tools/testing/kunit/kunit.py', 'build', f'--build_dir={output}',
               '--kunitconfig=lib/kunit/initcall_depends',
               f'--kunitconfig={os.path.join(FRAGMENTS, "uml.config")}',
               '--make_options', 'CC=ccache gcc', f'--jobs={cores()}']
    run_logged('building UML with sanitizers', command, log_path('uml-sanitized'),
               r'^  (?:CC|AS|LD|AR) ',
               cwd=tree.source, env={'CCACHE_DIR': cache('ccache')}, timeout=4 * 3600)
    return os.path.join(output, 'linux')


def uml_boot(tree, image, boot, options):
    """The rig's guest, which looks for leaks; with the framework, KUnit before that."""
    output = tree.output('uml-guest')
    os.makedirs(output, exist_ok=True)
    disk = guest.build(output, 'um')
    log = os.path.join(tree.top, 'boots-uml', boot + '.log')
    run_logged(f'booting UML with sanitizers, {boot}', [
        image, 'mem=1G', 'con0=fd:0,fd:1', 'con=null', f'initrd={disk}',
        'ignore_loglevel', *ALL_REPORTS.split(), *options], log, timeout=PATIENCE)
    return read(log)


def uml(tree):
    image = uml_image(tree)
    yield from instrumented(tree, 'uml-sanitized', 'nm', '__asan_')
    # What KUnit's tests of the framework bring to light is no fault of the stock kernel.
    off, on = ('initcall_depends=off', 'kunit.autorun=0'), ('initcall_depends=verbose',
                                                            'kunit.autorun=1')
    consoles = {'off': uml_boot(tree, image, 'off', off), 'on': uml_boot(tree, image, 'on', on)}
    yield from judge('uml', consoles, ('off',), ('KASAN', 'lockdep', 'kmemleak'))
    yield from kunit_console(tree, 'KUnit, UML with sanitizers',
                             os.path.join(tree.top, 'boots-uml', 'on.log'))


GROUPS = (detector, uml, kasan, kcsan)
