# SPDX-License-Identifier: GPL-2.0
"""make check-full: boots of kernels that watch themselves.

A boot passes if the kernel reports nothing that it does not report with the
framework switched off, and if the sanitizers were at work at all.
"""

import glob
import os
import re

from initcall.files import cache, cores, data, read
from initcall.kernel.tree import ARM64, COMPILED, CONFIG
from initcall.kunit import kunit_py
from initcall.process import Failure, ask, initcall, run
from initcall.rig import guest
from initcall.rig.reports import new_reports
from tests.test_kunit import kunit_console

FRAGMENTS = data('sanitizers')
CORE = 'kernel/initcall_depends'

# How many times longer than usual a boot may take.
PATIENCE = 900
# By default KASAN is silent after its first report, which may be the stock kernel's, and the guest
# keeps the console to itself.
ALL_REPORTS = 'kasan_multi_shot rig_loud=1'
# What the log shows when a sanitizer is at work, and those that may give up, still at the end.
SIGNS = {
    'KASAN': r'KernelAddressSanitizer initialized|kasan: .*initialized',
    'lockdep': r'^RIG: lockdep= *debug_locks: +1',
    'kmemleak': r'^RIG: kmemleak_scanned=1',
    'KCSAN': r'kcsan: selftest: (\d+)/\1 tests passed',
    'a second CPU': r'Brought up \d+ nodes?, 2 CPUs',
}


def judge(name, consoles, stock, signs):
    """@consoles: log of each boot by its name; @stock: names of those without the framework."""
    known = [consoles[boot] for boot in stock if boot in consoles]
    yield len(known) == len(stock), \
        f'{name}: there are boots without the framework to compare with', str(stock)
    for boot, console in consoles.items():
        missing = [sign for sign in signs if not re.search(SIGNS[sign], console, re.M)]
        yield not missing, f'{name}: {boot}: {", ".join(signs)} at work', \
            f'no sign of {", ".join(missing)}'
        if boot in stock:
            continue
        new = new_reports(console, known)
        yield not new, f'{name}: {boot}: no report that the stock kernel does not show', \
            '\n\n'.join(report.text for report in new)


def instrumented(tree, name, nm, symbols):
    """Is each object of the core compiled with the sanitizer, so that something can be seen?"""
    objects = glob.glob(os.path.join(tree.output(name), CORE, '*.o'))
    objects.append(os.path.join(tree.output(name), 'drivers/base/initcall_depends.o'))
    bare = []
    for path in objects:
        done = ask([nm, path], right=True)
        if symbols not in done.stdout:
            bare.append(os.path.relpath(path, tree.output(name)))
    yield len(objects) > 1 and not bare, f'{name}: all of the core is compiled with it', \
        f'without: {bare}'


def consoles_of(logs, cases):
    paths = {case: os.path.join(logs, case, 'console.log') for case in cases}
    return {case: read(path) for case, path in paths.items() if os.path.exists(path)}


def rig_boots(tree, name, calls, cases, stock, signs):
    """Build the rig's kernel with a sanitizer, boot it with two CPUs, read what it says."""
    tree.configure(name, [CONFIG, os.path.join(FRAGMENTS, name + '.config')], ARM64)
    image = tree.made_for_arm64(f'building the kernel with {name}', name, timeout=4 * 3600)
    yield from instrumented(tree, name, 'aarch64-linux-gnu-nm', calls)
    logs = os.path.join(tree.top, f'boots-{name}')
    command = initcall('boot-ffa', '--arm64', image, *stock, *cases, '--smp', 2,
                       '--out', tree.output('firmware'), '--keep', logs, '--timeout', PATIENCE,
                       '--append', ALL_REPORTS)
    try:
        tree.run(f'booting the kernel with {name}', command, f'boots-{name}', r'^(?:not )?ok boot ',
                 len(stock + cases), 'boots', timeout=PATIENCE * len(stock + cases))
    except Failure as failure:
        print(failure)
    passed = re.findall(r'^ok boot ([\w-]+):', tree.log_of(f'boots-{name}'), re.M)
    for case in (*stock, *cases):
        yield case in passed, f'{name}: {case}: boots as expected', tree.log_path(f'boots-{name}')
    yield from judge(name, consoles_of(logs, (*stock, *cases)), stock, signs)
    yield from kunit_console(tree, f'KUnit, {name}', os.path.join(logs, 'kunit', 'console.log'),
                             tree.output(name))


def check_kasan(tree):
    yield from rig_boots(tree, 'kasan', '__asan_', ('on', 'pkvm', 'kunit', 'async', 'async-pkvm'),
                         ('off', 'off-pkvm'), ('KASAN', 'lockdep', 'kmemleak', 'a second CPU'))


def check_kcsan(tree):
    yield from rig_boots(tree, 'kcsan', '__tsan_', ('on', 'pkvm', 'kunit', 'async', 'async-pkvm'),
                         ('off', 'off-pkvm'), ('KCSAN', 'lockdep', 'a second CPU'))


def uml_image(tree):
    """kunit.py sees to it that all of both fragments comes true."""
    output = tree.output('uml-sanitized')
    command = kunit_py(tree.source, 'build', f'--build_dir={output}',
                       '--kunitconfig=lib/kunit/initcall_depends',
                       f'--kunitconfig={os.path.join(FRAGMENTS, "uml.config")}',
                       '--make_options', 'CC=ccache gcc', f'--jobs={cores()}')
    tree.run('building UML with sanitizers', command, 'uml-sanitized', COMPILED,
             cwd=tree.source, env={'CCACHE_DIR': cache('ccache')}, timeout=4 * 3600)
    return os.path.join(output, 'linux')


def uml_boot(tree, image, boot, options):
    """The rig's guest, which looks for leaks; with the framework, KUnit before that."""
    output = tree.output('uml-guest')
    os.makedirs(output, exist_ok=True)
    disk = guest.build(output, 'um')
    log = os.path.join(tree.top, 'boots-uml', boot + '.log')
    run(f'booting UML with sanitizers, {boot}', [
        image, 'mem=1G', 'con0=fd:0,fd:1', 'con=null', f'initrd={disk}',
        'ignore_loglevel', *ALL_REPORTS.split(), *options], log, timeout=PATIENCE)
    return read(log)


def check_uml_sanitized(tree):
    image = uml_image(tree)
    yield from instrumented(tree, 'uml-sanitized', 'nm', '__asan_')
    # What KUnit's tests of the framework bring to light is no fault of the stock kernel.
    off, on = ('initcall_depends=off', 'kunit.autorun=0'), ('initcall_depends=verbose',
                                                            'kunit.autorun=1')
    consoles = {'off': uml_boot(tree, image, 'off', off), 'on': uml_boot(tree, image, 'on', on)}
    yield from judge('uml', consoles, ('off',), ('KASAN', 'lockdep', 'kmemleak'))
    yield from kunit_console(tree, 'KUnit, UML with sanitizers',
                             os.path.join(tree.top, 'boots-uml', 'on.log'),
                             tree.output('uml-sanitized'))
