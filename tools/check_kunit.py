# SPDX-License-Identifier: GPL-2.0
"""make check, KUnit under UML: with all optional parts, and with each one deleted."""

import collections
import copy
import glob
import os
import re
import subprocess
import sys

from build import cores, link_copy
from check_docs import kunit_cases
from progress import Failure, run_logged
from source import cache, log_of, log_path, read

TESTS = 'lib/kunit/initcall_depends'
# For boots of the same image with the rig's guest, and for what the check of the build says.
UML_MORE = ('CONFIG_BLK_DEV_INITRD=y', 'CONFIG_RD_GZIP=y', 'CONFIG_INITCALL_DEPENDS_CHECK=y')
CORE = 'kernel/initcall_depends'
KCONFIG = f'{CORE}/Kconfig'
RESULT = re.compile(r'^\[[\d:]+\] =* ?\[(PASSED|FAILED|CRASHED|SKIPPED)\] (\w+)'
                    r'(?: =+| \(.*\))?$', re.M)
MAKEFILES = (f'{CORE}/Makefile', 'scripts/Makefile')

# An optional part: its option, files and folders of its own, and its tests with those of the
# parts that need it.
Part = collections.namedtuple('Part', 'option paths tests')
PARTS = {
    'options': Part('INITCALL_DEPENDS_OPTIONS',
                    (f'{CORE}/options.c', f'{CORE}/options.h', f'{CORE}/cmdline.c'),
                    ('options_test.c', 'discover_test.c', 'shuffle_test.c')),
    'debugfs': Part('INITCALL_DEPENDS_DEBUGFS', (f'{CORE}/debugfs.c',), ('boot_test.c',)),
    'discover': Part('INITCALL_DEPENDS_DISCOVER', (f'{CORE}/discover.c', f'{CORE}/discover.h'),
                     ('discover_test.c',)),
    'shuffle': Part('INITCALL_DEPENDS_SHUFFLE', (f'{CORE}/shuffle.c',), ('shuffle_test.c',)),
    'check': Part('INITCALL_DEPENDS_CHECK', ('scripts/initcall-graph',), ()),
}


def kunit_run(tree, output, what, log, *words):
    """kunit.py run; its exit status, 0 if all cases passed, and the log."""
    command = [sys.executable, os.path.join(tree.source, 'tools/testing/kunit/kunit.py'), 'run',
               f'--build_dir={output}', *words, '--make_options', 'CC=ccache gcc',
               f'--jobs={cores()}']
    status = 0
    try:
        run_logged(what, command, log_path(log), r'^  (?:CC|AS|LD|AR) ', cwd=tree.source,
                   env={'CCACHE_DIR': cache('ccache'), 'COLUMNS': '100'})
    except Failure as failure:
        print(failure)
        status = 1
    return status, log_of(log)


def results_of(text):
    """(result, case) of each test case in what kunit.py has printed."""
    found = RESULT.findall(re.sub(r'\x1b\[[\d;]*m', '', text))
    # But for suites as a whole
    return [row for row in found if not row[1].startswith('initcall_depends_')]


def ktap_results(name, text, log):
    """Each test case of KTAP output, as the kernel's own kunit.py reads it."""
    cases = results_of(text)
    ran = [case for result, case in cases if result != 'SKIPPED']
    missing = kunit_cases() - {case for _, case in cases}
    yield not missing and len(ran) > len(cases) / 2, \
        f'{name}: all suites ran ({len(ran)} cases, {len(cases) - len(ran)} skipped)', \
        f'{", ".join(sorted(missing))} did not; {log}'
    for result, case in cases:
        yield None if result == 'SKIPPED' else result == 'PASSED', f'{name}: {case}', result


def kunit_console(tree, name, console):
    """KUnit's results in the console of a boot."""
    script = os.path.join(tree.source, 'tools/testing/kunit/kunit.py')
    run = subprocess.run([sys.executable, script, 'parse', console], stdout=subprocess.PIPE,
                         text=True, cwd=tree.source, check=False)
    yield from ktap_results(name, run.stdout, console)


def kunit_uml(tree):
    status, text = kunit_run(tree, tree.output('uml'), 'KUnit under UML', 'kunit-uml',
                             f'--kunitconfig={TESTS}',
                             *(f'--kconfig_add={option}' for option in UML_MORE))
    yield status == 0, 'KUnit, UML: kunit.py has no complaint', log_path('kunit-uml')
    yield from ktap_results('KUnit, UML', text, log_path('kunit-uml'))
    yield from kunit_uml_off(tree)


def kunit_uml_off(tree):
    """With nothing known of the boot, assertions about it are skipped."""
    run = subprocess.run([
        os.path.join(tree.output('uml'), 'linux'), 'mem=256M', 'console=tty',
        'kunit_shutdown=halt', 'kunit.filter_glob=initcall_depends_boot', 'initcall_depends=off'],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=120, check=False)
    skipped = set(re.findall(r'^ +ok \d+ (boot_\w+) # SKIP', run.stdout, re.M))
    wanted = {case for case in kunit_cases() if case.startswith('boot_')}
    yield skipped == wanted and 'not ok' not in run.stdout, \
        'KUnit, UML: assertions about the boot are skipped if nothing is known', \
        run.stdout[-1000:]


def without_entry(text, option):
    """Kconfig without the entry of an option."""
    return re.sub(rf'^config {option}\n.*?(?=^config |\Z)', '', text, flags=re.M | re.S)


def without_lines(text, option):
    """A Makefile without the lines that name an option."""
    return re.sub(rf'^.*\bCONFIG_{option}\b.*\n', '', text, flags=re.M)


class Deletion:
    """Parts that are taken out of a copy of the source for a while."""

    def __init__(self, source, parts):
        self.source = source
        self.parts = parts
        self.edited = {}

    def edit(self, path, change):
        """A new file in place of one that may be a hard link."""
        name = os.path.join(self.source, path)
        text = read(name)
        self.edited.setdefault(path, text)
        os.unlink(name)
        with open(name, 'w') as file:
            file.write(change(text))

    def aside(self, path):
        return os.path.join(self.source, path + '.deleted')

    def __enter__(self):
        for part in self.parts:
            self.edit(KCONFIG, lambda text, part=part: without_entry(text, part.option))
            for path in MAKEFILES:
                self.edit(path, lambda text, part=part: without_lines(text, part.option))
            for path in part.paths:
                os.rename(os.path.join(self.source, path), self.aside(path))

    def __exit__(self, *_):
        for path, text in self.edited.items():
            self.edit(path, lambda _, text=text: text)
        for path in (path for part in self.parts for path in part.paths):
            os.rename(self.aside(path), os.path.join(self.source, path))


def kunitconfig(copied, parts):
    """The tests' configuration without the options of parts, as a file."""
    path = copied.output('uml-parts') + '.config'
    options = [f'CONFIG_{part.option}=' for part in parts]
    lines = read(copied.source, TESTS, '.kunitconfig').splitlines()
    if PARTS['options'] in parts:       # these need it
        options += [f'CONFIG_{PARTS[name].option}=' for name in ('discover', 'shuffle')]
    with open(path, 'w') as file:
        file.writelines(f'{line}\n' for line in lines if not line.startswith(tuple(options)))
    return path


def cases_without(source, parts):
    """The test cases that are left."""
    gone = {test for part in parts for test in part.tests}
    left = set()
    for path in glob.glob(os.path.join(source, TESTS, '*.c')):
        if os.path.basename(path) not in gone:
            left.update(re.findall(r'\bKUNIT_CASE\w*\((\w+)', read(path)))
    return left


def deleted(copied, name, parts):
    """Build and test without some parts."""
    what, log = f'KUnit, UML, {name} deleted', f'kunit-without-{name}'
    with Deletion(copied.source, parts):
        status, text = kunit_run(copied, copied.output('uml-parts'), what, log,
                                 f'--kunitconfig={kunitconfig(copied, parts)}')
    passed = [case for result, case in results_of(text) if result == 'PASSED']
    cases = {case for _, case in results_of(text)}
    missing = cases_without(copied.source, parts) - cases
    failed = [case for result, case in results_of(text) if result in ('FAILED', 'CRASHED')]
    yield status == 0 and passed and not failed and not missing, \
        f'{what}: builds, and {len(passed)} of {len(cases)} cases pass, the others are skipped', \
        f'failed: {", ".join(failed)}; without a result: {", ".join(sorted(missing))}; ' \
        f'{log_path(log)}'


def optional_parts(tree):
    """File, line in the Makefile and Kconfig entry of each, and of all, deleted."""
    copied = copy.copy(tree)
    copied.source = os.path.join(tree.top, 'src-parts')
    link_copy(tree.source, copied.source)
    for name, part in PARTS.items():
        yield from deleted(copied, name, [part])
    yield from deleted(copied, 'all', list(PARTS.values()))
