# SPDX-License-Identifier: GPL-2.0
"""KUnit under UML: with all optional parts, and with each one deleted."""

import collections
import os
import re
import subprocess

from initcall.files import cores, read, write_aside
from initcall.kernel.tree import COMPILED, HOST, build_env
from initcall.kunit import TESTS, configured_cases, kunit_cases, kunit_py, read_results, reason_of
from initcall.process import Failure, ask
from initcall.series.steps import without_entry, without_mention

# For boots of the same image with the rig's guest, for what the check of the build says, and for
# planted faults.
UML_MORE = ('CONFIG_BLK_DEV_INITRD=y', 'CONFIG_RD_GZIP=y', 'CONFIG_INITCALL_DEPENDS_CHECK=y',
            'CONFIG_MODULES=y', 'CONFIG_EXPERT=y')
# What kunit.py or a default adds, and no test needs: a fifth of all files.
UML_LESS = ('BLOCK', 'IO_URING', 'AIO', 'KUNIT_UML_PCI', 'INPUT', 'SERIO', 'HID_SUPPORT', 'HWMON',
            'HW_RANDOM', *(f'RD_{name}' for name in ('BZIP2', 'LZMA', 'XZ', 'LZO', 'LZ4', 'ZSTD')))
CORE = 'kernel/initcall_depends'
KCONFIG = f'{CORE}/Kconfig'
Report = collections.namedtuple('Report', 'status results log')
MAKEFILES = (f'{CORE}/Makefile', 'drivers/base/Makefile', 'scripts/Makefile')

# An optional part: its option, files and folders of its own.
Part = collections.namedtuple('Part', 'option paths')
PARTS = {
    'options': Part('INITCALL_DEPENDS_OPTIONS',
                    (f'{CORE}/options.c', f'{CORE}/options.h', f'{CORE}/cmdline.c')),
    'debugfs': Part('INITCALL_DEPENDS_DEBUGFS', (f'{CORE}/debugfs.c',)),
    'discover': Part('INITCALL_DEPENDS_DISCOVER', (f'{CORE}/discover.c', f'{CORE}/discover.h',
                                                  'drivers/base/missing_suppliers.c')),
    'shuffle': Part('INITCALL_DEPENDS_SHUFFLE', (f'{CORE}/shuffle.c',)),
    'check': Part('INITCALL_DEPENDS_CHECK', ('scripts/initcall-graph',)),
}


def kunit_run(tree, output, what, log, *words):
    """kunit.py run; its exit status, 0 if all cases passed, the results and the log."""
    results = tree.log_path(log) + '.json'
    os.makedirs(os.path.dirname(results), exist_ok=True)
    if os.path.exists(results):
        os.unlink(results)
    status = 0
    try:
        tree.run(what, kunit_py(
            tree.source, 'run', f'--build_dir={output}', f'--json={results}', *words,
            '--make_options', 'CC=ccache gcc', '--make_options', HOST, '--make_options', 'W=1',
            f'--jobs={cores()}'), log, COMPILED, cwd=tree.source,
            env={**build_env(), 'COLUMNS': '100'})
    except Failure as failure:
        print(failure)
        status = 1
    return Report(status, read_results(results), tree.log_path(log))


def kunit_uml(tree):
    return kunit_run(tree, tree.output('uml'), 'KUnit under UML', 'kunit-uml',
                     f'--kunitconfig={kunitconfig(tree, [])}')


def each_case(name, report, output):
    """A line for each test case; all that the configuration has must have run."""
    ran = [case for case, status in report.results.items() if status != 'SKIP']
    missing = configured_cases(read(output, '.config')) - report.results.keys()
    yield not missing and len(ran) > len(report.results) / 2, \
        f'{name}: all suites ran', f'{", ".join(sorted(missing))} did not; {report.log}'
    for case, status in report.results.items():
        if status == 'SKIP':
            yield None, f'{name}: {case}', reason_of(report.log, case)
        else:
            yield status == 'PASS', f'{name}: {case}', f'{status}, {report.log}'


def kunit_console(tree, name, console, output):
    """KUnit's results in the console of a boot of what was built in a folder."""
    results = console + '.json'
    subprocess.run(kunit_py(tree.source, 'parse', f'--json={results}', console), cwd=tree.source,
                   stdout=subprocess.DEVNULL, check=False)
    yield from each_case(name, Report(0, read_results(results), console), output)


def check_kunit_uml(any_tree, uml):
    yield uml.status == 0, 'KUnit, UML: kunit.py has no complaint', uml.log
    yield from each_case('KUnit, UML', uml, any_tree.output('uml'))


def check_kunit_uml_off(any_tree, uml):
    """With nothing known of the boot, assertions about it are skipped."""
    run = ask([os.path.join(any_tree.output('uml'), 'linux'), 'mem=256M', 'console=tty',
               'kunit_shutdown=halt', 'kunit.filter_glob=initcall_depends_boot',
               'initcall_depends=off'], timeout=120)
    skipped = set(re.findall(r'^ +ok \d+ (boot_\w+) # SKIP', run.stdout, re.M))
    wanted = {case for case in kunit_cases() if case.startswith('boot_')}
    yield skipped == wanted and 'not ok' not in run.stdout, \
        'KUnit, UML: assertions about the boot are skipped if nothing is known', run.stdout[-1000:]


class Deletion:
    """Parts that are taken out of a copy of the source for a while."""

    def __init__(self, source, parts):
        self.source = source
        self.parts = parts
        self.edited = {}

    def edit(self, path, change):
        name = os.path.join(self.source, path)
        text = read(name)
        self.edited.setdefault(path, text)
        write_aside(name, change(text))

    def aside(self, path):
        return os.path.join(self.source, path + '.deleted')

    def __enter__(self):
        for part in self.parts:
            self.edit(KCONFIG, lambda text, part=part: without_entry(text, part.option)[0])
            for path in MAKEFILES:
                self.edit(path, lambda text, part=part: without_mention(text, part.option)[0])
            for path in part.paths:
                os.rename(os.path.join(self.source, path), self.aside(path))

    def __exit__(self, *_):
        for path, text in self.edited.items():
            self.edit(path, lambda _, text=text: text)
        for path in (path for part in self.parts for path in part.paths):
            os.rename(self.aside(path), os.path.join(self.source, path))


def kunitconfig(copied, parts):
    """The tests' configuration without the options of parts, as a file."""
    path = copied.output('uml-parts' if parts else 'uml') + '.config'
    options = [f'CONFIG_{part.option}=' for part in parts]
    lines = [*read(copied.source, TESTS, '.kunitconfig').splitlines(), *UML_MORE,
             *(f'# CONFIG_{option} is not set' for option in UML_LESS)]
    if parts:       # initcall-graph compiles what the kernel has
        options.append(f'CONFIG_{PARTS["check"].option}=')
    if PARTS['options'] in parts:       # these need it
        options += [f'CONFIG_{PARTS[name].option}=' for name in ('discover', 'shuffle')]
    with open(path, 'w') as file:
        file.writelines(f'{line}\n' for line in lines if not line.startswith(tuple(options)))
    return path


def deleted(copied, name, parts):
    """Build and test without some parts."""
    what, log = f'KUnit, UML, {name} deleted', f'kunit-without-{name}'
    with Deletion(copied.source, parts):
        report = kunit_run(copied, copied.output('uml-parts'), what, log,
                           f'--kunitconfig={kunitconfig(copied, parts)}')
    passed = [case for case, status in report.results.items() if status == 'PASS']
    failed = [case for case, status in report.results.items() if status not in ('PASS', 'SKIP')]
    config = read(copied.output('uml-parts'), '.config')
    missing = configured_cases(config) - report.results.keys()
    yield report.status == 0 and passed and not failed and not missing, \
        f'{what}: builds, and all cases pass or are skipped', \
        f'failed: {", ".join(failed)}; without a result: {", ".join(sorted(missing))}; ' \
        f'{report.log}'


def check_optional_parts(uml_tree, uml):
    """File, line in the Makefile and Kconfig entry of each, and of all, deleted."""
    for name, part in PARTS.items():
        yield from deleted(uml_tree, name, [part])
    yield from deleted(uml_tree, 'all', list(PARTS.values()))
