# SPDX-License-Identifier: GPL-2.0
"""One row of make check-arch, as a line of JSON: build it, boot it, judge it, measure it.

What does not build, or does not come to its end, is built and booted once more without our files,
to tell whose failure that is.

Exit status: 0 if there is a line of JSON.
"""

import contextlib
import json
import os
import re
import time

from initcall.architectures import rows
from initcall.architectures.measure import measure
from initcall.files import cores, data, read
from initcall.kernel import tree
from initcall.kernel.stock import StockTree
from initcall.kunit import configured_cases, kunit_py, read_results, reason_of
from initcall.overlay.install import MANIFEST, Wanted
from initcall.process import Failure, initcall
from initcall.rig import guest

# Seconds until a boot counts as hanging, on a machine that has other things to do.
TIMEOUT = 600
RIG_CASES = ('off', 'on', 'pkvm', 'async', 'kunit')
PASSED, OURS, KERNELS = 'passed', 'FAILED', "FAILED, the kernel's own"
# The kernel alone: a suite of its own.
EXAMPLE = 'CONFIG_KUNIT_EXAMPLE_TEST=y\n'
CPUS = r'\bBrought up \d+ nodes?, (\d+) CPUs?\b'


def judge(expected, results, reasons, allowed):
    """What is wrong with KUnit's results, in words; @reasons of cases that were skipped."""
    bad = sorted(case for case, status in results.items() if status not in ('PASS', 'SKIP'))
    missing = sorted(expected - results.keys())
    skipped = sorted(case for case, reason in reasons.items() if allowed.get(case) != reason)
    return [f'{what}: {", ".join(cases)}' for what, cases in (
        ('failed', bad), ('without a result', missing), ('skipped', skipped)) if cases]


def counts(results):
    """For the table."""
    states = list(results.values())
    return {'passed_cases': states.count('PASS'), 'skipped_cases': states.count('SKIP'),
            'cases': len(states)}


def judged(expected, results, log):
    """(counts, what is wrong)"""
    reasons = {case: reason_of(log, case) for case, status in results.items() if status == 'SKIP'}
    return counts(results), judge(expected, results, reasons, rows.allowed_skips())


class Unfinished(Failure):
    """No results, or not all: perhaps the kernel's own fault."""


def run_kunit(kernel, row, name, linux_arch):
    """kunit.py with a complete configuration; {case: status}, path of the console."""
    output, results = kernel.output(name), kernel.log_path(name) + '.json'
    with contextlib.suppress(FileNotFoundError):
        os.unlink(results)
    words = [f'--build_dir={output}', f'--kunitconfig={kernel.output(name)}.config',
             f'--json={results}', f'--jobs={cores()}', f'--timeout={TIMEOUT}']
    words += [f'--make_options={word}' for word in row.compiler()]
    words += [f'--cross_compile={row.prefix()}'] * bool(row.prefix())
    words += machine_words(kernel, row) if linux_arch != 'um' else []
    failure = None
    try:
        kernel.run(f'{row.name}: building, and running KUnit',
                   kunit_py(kernel.source, 'run', *words), name, cwd=kernel.source,
                   env=rows.environment(), timeout=4 * 3600)
    except Failure as error:
        failure = error
    return failure, results, os.path.join(output, 'test.log')


def machine_words(kernel, row):
    """For kunit.py: which QEMU, and how many CPUs."""
    words = [f'--arch={row.arch}', *([f'--qemu_args=-smp {row.cpus}'] * (row.cpus > 1))]
    if row.boots == rows.RESULTS:
        disk = guest.build(kernel.output('guests'), row.arch)
        words = [f'--qemu_config={data("architectures", "results.py")}',
                 f'--qemu_args=-initrd {disk}']
    return words


def configure(kernel, row, name, more=''):
    """allnoconfig with the row's fragment, all of which has to come true; its text."""
    linux_arch = 'arm64' if row.boots == rows.RIG else rows.machine_of(kernel.source, row.arch)[0]
    fragment = rows.write_fragment(row, kernel, f'{name}-wanted', more)
    kernel.configure(name, [fragment], row.make_words(linux_arch))
    config = read(kernel.output(name), '.config')
    with open(kernel.output(name) + '.config', 'w') as file:
        file.write(config)
    return linux_arch, config


def check_cpus(row, console):
    found = re.search(CPUS, read(console))
    if row.cpus > 1 and (not found or int(found.group(1)) != row.cpus):
        raise Failure(f'{console}: error: {found.group() if found else "one CPU"}, not {row.cpus}')


def kunit_row(kernel, row, name):
    """(facts for the table, what is wrong)"""
    linux_arch, config = configure(kernel, row, name)
    failure, path, console = run_kunit(kernel, row, name, linux_arch)
    results, expected = read_results(path), configured_cases(config)
    if expected - results.keys():
        raise Unfinished(str(failure or f'{console}: error: no result of '
                             f'{", ".join(sorted(expected - results.keys()))}'))
    facts, wrong = judged(expected, results, console)
    if failure and not wrong:
        wrong = [str(failure)]
    check_cpus(row, console)
    return {**facts, **measure(os.path.join(kernel.output(name), 'vmlinux'), row.nm(), config)}, \
        wrong


def rig_boots(kernel, name, image, cases):
    """{case: passed}"""
    logs = os.path.join(kernel.top, f'boots-{name}')
    words = initcall('boot-ffa', *cases, '--arm64', image, '--out', kernel.output('firmware'),
                     '--keep', logs, '--timeout', TIMEOUT)
    with contextlib.suppress(Failure):
        kernel.run(f'{name}: booting the rig', words, f'boots-{name}', r'^(?:not )?ok boot ',
                   len(cases), 'boots', timeout=TIMEOUT * len(cases))
    said = kernel.log_of(f'boots-{name}')
    return {case: bool(re.search(rf'^ok boot {case}:', said, re.M)) for case in cases}, logs


def rig_image(kernel, row, name):
    _, config = configure(kernel, row, name)
    words = [*row.make_words('arm64'), 'Image']
    return config, kernel.made_for_arm64(f'{name}: building', name, words)


def rig_row(kernel, row, name):
    """(facts for the table, what is wrong)"""
    config, image = rig_image(kernel, row, name)
    boots, logs = rig_boots(kernel, name, image, RIG_CASES)
    if not all(boots.values()):
        raise Unfinished('boots that are not right: ' + ', '.join(
            case for case, right in boots.items() if not right) + f'; {logs}')
    console = os.path.join(logs, 'kunit', 'console.log')
    results = os.path.join(logs, 'kunit', 'results.json')   # the folder is that boot's
    with contextlib.suppress(Failure):      # a case that fails is judged below
        kernel.run('reading KUnit\'s results', kunit_py(
            kernel.source, 'parse', f'--json={results}', console), f'{name}-kunit',
            cwd=kernel.source, quiet=True)
    facts, wrong = judged(configured_cases(config), read_results(results), console)
    return {**facts, 'boots': len(boots),
            **measure(os.path.join(kernel.output(name), 'vmlinux'), row.nm(), config)}, wrong


def alone(args, row, name):
    """What is wrong with the kernel without our files, or None."""
    stock = StockTree(args.choice, 'stock')
    try:
        if row.boots == rows.RIG:
            _, image = rig_image(stock, row, name)
            boots, logs = rig_boots(stock, name, image, ('off',))
            return None if boots['off'] else f'it does not boot; {logs}'
        linux_arch, _ = configure(stock, row, name, EXAMPLE)
        failure, _, _ = run_kunit(stock, row, name, linux_arch)
        return failure
    except Failure as error:
        return error


def is_ready(kernel, wanted):
    """Does the source have this checkout's overlay?"""
    with contextlib.suppress(OSError, KeyError, ValueError):
        manifest = json.loads(read(kernel.source, MANIFEST))
        return manifest['id'] == wanted.id and not manifest['unfinished']
    return False


@contextlib.contextmanager
def ready(kernel):
    """The source with the overlay; other rows use it, too, but it is not changed meanwhile."""
    wanted = Wanted(sets=kernel.overlay_words[1].split(','))
    while True:
        with kernel.lock(shared=True):
            if is_ready(kernel, wanted):
                yield
                return
        with kernel.prepared():
            pass


def outcome(args, row):
    """(verdict, why, facts)"""
    kernel, name = tree.KernelTree(args.choice, exact=True), f'arch-{row.name}'
    if row.boots == rows.RESULTS:       # a failure of that is not one of a kernel
        guest.build(kernel.output('guests'), row.arch)
    with ready(kernel):
        try:
            facts, wrong = (rig_row if row.boots == rows.RIG else kunit_row)(kernel, row, name)
            return (OURS if wrong else PASSED), '; '.join(wrong), facts
        except Failure as failure:
            print(f'{row.name}: {failure}\n{row.name}: once more, without our files', flush=True)
            without = alone(args, row, f'{name}-alone')
            if without:
                return KERNELS, f'so does the kernel without our files: {without}', {}
            return OURS, f'{failure}; the kernel without our files is fine', {}


def arguments(parser):
    tree.arguments(parser)
    parser.add_argument('row', metavar='ROW', help='see rows.toml')
    parser.add_argument('--of', default='', help='digest of what it is made of, to be repeated')


def check(args):
    args.row, = rows.chosen([args.row])
    args.packages = args.row.packages


def run(args):
    start = time.monotonic()
    verdict, why, facts = outcome(args, args.row)
    print(json.dumps({'row': args.row.name, 'of': args.of, 'verdict': verdict, 'why': why,
                      'seconds': round(time.monotonic() - start), 'machine': os.uname().nodename,
                      **facts}), flush=True)
    return 0
