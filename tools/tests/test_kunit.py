# SPDX-License-Identifier: GPL-2.0
"""KUnit under UML: with all optional parts, and with each one deleted."""

import collections
import glob
import json
import os
import re
import subprocess
import sys

from initcall.files import cache, cores, read
from initcall.process import Failure, ask
from tests.test_docs import kunit_cases

TESTS = 'lib/kunit/initcall_depends'
# For boots of the same image with the rig's guest, and for what the check of the build says.
UML_MORE = ('CONFIG_BLK_DEV_INITRD=y', 'CONFIG_RD_GZIP=y', 'CONFIG_INITCALL_DEPENDS_CHECK=y')
CORE = 'kernel/initcall_depends'
KCONFIG = f'{CORE}/Kconfig'
SUITES = 'initcall_depends', 'probe_settle'
Report = collections.namedtuple('Report', 'status results log')
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


def kunit_py(tree, *words):
    return [sys.executable, os.path.join(tree.source, 'tools/testing/kunit/kunit.py'), *words]


def flat(group, inside=False):
    """(case, status) of all suites of ours; that of a case with parameters is the worst of them."""
    inside = inside or group['name'].startswith(SUITES)
    for below in group.get('sub_groups', ()):
        if inside:
            states = {case['status'] for case in below['test_cases']}
            worst = [state for state in ('ERROR', 'FAIL', 'PASS', 'SKIP') if state in states]
            yield below['name'], worst[0] if worst else 'ERROR'
        else:
            yield from flat(below)
    if inside:
        yield from ((case['name'], case['status']) for case in group.get('test_cases', ()))


def read_results(path):
    """{case: status}, as kunit.py has written them."""
    if not os.path.exists(path):
        return {}
    with open(path) as file:
        return dict(flat({'name': '', **json.load(file)}))


def kunit_run(tree, output, what, log, *words):
    """kunit.py run; its exit status, 0 if all cases passed, the results and the log."""
    results = tree.log_path(log) + '.json'
    os.makedirs(os.path.dirname(results), exist_ok=True)
    if os.path.exists(results):
        os.unlink(results)
    status = 0
    try:
        tree.run(what, kunit_py(
            tree, 'run', f'--build_dir={output}', f'--json={results}', *words, '--make_options',
            'CC=ccache gcc', f'--jobs={cores()}'), log, r'^  (?:CC|AS|LD|AR) ', cwd=tree.source,
            env={'CCACHE_DIR': cache('ccache'), 'COLUMNS': '100'})
    except Failure as failure:
        print(failure)
        status = 1
    return Report(status, read_results(results), tree.log_path(log))


def kunit_uml(tree):
    return kunit_run(tree, tree.output('uml'), 'KUnit under UML', 'kunit-uml',
                     f'--kunitconfig={TESTS}', *(f'--kconfig_add={option}' for option in UML_MORE))


def reason_of(log, case):
    """Why KUnit has skipped it."""
    found = re.search(rf'\b{case}(?: # SKIP| \() ?(.*?)\)?\r?$', read(log), re.M)
    return found.group(1) if found else 'no reason given'


def each_case(name, report):
    """A line for each test case; all that the sources have must have run."""
    ran = [case for case, status in report.results.items() if status != 'SKIP']
    missing = kunit_cases() - report.results.keys()
    yield not missing and len(ran) > len(report.results) / 2, \
        f'{name}: all suites ran', f'{", ".join(sorted(missing))} did not; {report.log}'
    for case, status in report.results.items():
        if status == 'SKIP':
            yield None, f'{name}: {case}', reason_of(report.log, case)
        else:
            yield status == 'PASS', f'{name}: {case}', f'{status}, {report.log}'


def kunit_console(tree, name, console):
    """KUnit's results in the console of a boot."""
    results = console + '.json'
    subprocess.run(kunit_py(tree, 'parse', f'--json={results}', console), cwd=tree.source,
                   stdout=subprocess.DEVNULL, check=False)
    yield from each_case(name, Report(0, read_results(results), console))


def check_kunit_uml(uml):
    yield uml.status == 0, 'KUnit, UML: kunit.py has no complaint', uml.log
    yield from each_case('KUnit, UML', uml)


def check_kunit_uml_off(any_tree, uml):
    """With nothing known of the boot, assertions about it are skipped."""
    run = ask([os.path.join(any_tree.output('uml'), 'linux'), 'mem=256M', 'console=tty',
               'kunit_shutdown=halt', 'kunit.filter_glob=initcall_depends_boot',
               'initcall_depends=off'], timeout=120)
    skipped = set(re.findall(r'^ +ok \d+ (boot_\w+) # SKIP', run.stdout, re.M))
    wanted = {case for case in kunit_cases() if case.startswith('boot_')}
    yield skipped == wanted and 'not ok' not in run.stdout, \
        'KUnit, UML: assertions about the boot are skipped if nothing is known', run.stdout[-1000:]


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
        report = kunit_run(copied, copied.output('uml-parts'), what, log,
                           f'--kunitconfig={kunitconfig(copied, parts)}')
    passed = [case for case, status in report.results.items() if status == 'PASS']
    failed = [case for case, status in report.results.items() if status not in ('PASS', 'SKIP')]
    missing = cases_without(copied.source, parts) - report.results.keys()
    yield report.status == 0 and passed and not failed and not missing, \
        f'{what}: builds, and all cases pass or are skipped', \
        f'failed: {", ".join(failed)}; without a result: {", ".join(sorted(missing))}; ' \
        f'{report.log}'


def check_optional_parts(tree):
    """File, line in the Makefile and Kconfig entry of each, and of all, deleted."""
    copied = tree.copied('src-parts')
    for name, part in PARTS.items():
        yield from deleted(copied, name, [part])
    yield from deleted(copied, 'all', list(PARTS.values()))
