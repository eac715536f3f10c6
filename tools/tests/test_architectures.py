# SPDX-License-Identifier: GPL-2.0
"""make check-arch without its kernels: which rows there are, what is judged, what is done again."""

import argparse
import dataclasses
import json
import os
import re

import pytest

from initcall import kunit
from initcall.architectures import measure, one, rows, targets
from initcall.files import TOP, read
from initcall.order import kit
from initcall.process import Failure

ALLOWED = {'a': 'no TPM'}
CONFIG = 'CONFIG_INITCALL_DEPENDS_DEBUGFS=y\n# CONFIG_INITCALL_DEPENDS_SHUFFLE is not set\n'
# Three initcalls, one of them for the console, and sixteen bytes of strings after their records.
SYMBOLS = {'__start_initcall_modules': 16, '__stop_initcall_modules': 52, '__initcall_start': 68,
           '__initcall_end': 76, '__con_initcall_start': 80, '__con_initcall_end': 84}


def test_rows():
    found = rows.all_rows()
    assert {'um', 's390', 'arm64-lto', 'rig-64k'} <= found.keys()
    for row in found.values():
        assert row.boots in (rows.KUNIT, rows.RESULTS, rows.RIG)
        assert all(line.startswith(('CONFIG_', '# CONFIG_')) for line in row.config)


def test_chosen():
    assert [row.name for row in rows.chosen(['s390', 'um'])] == ['um', 's390']
    with pytest.raises(Failure, match='ARCHS=nonsense: no such row; there are um, '):
        rows.chosen(['um', 'nonsense'])


@pytest.mark.parametrize('results, reasons, wrong', [
    ({'a': 'PASS', 'b': 'PASS'}, {}, []),
    ({'a': 'SKIP', 'b': 'PASS'}, {'a': 'no TPM'}, []),
    ({'a': 'SKIP', 'b': 'PASS'}, {'a': 'no idea'}, ['skipped: a']),
    ({'a': 'PASS', 'b': 'SKIP'}, {'b': 'no TPM'}, ['skipped: b']),
    ({'a': 'PASS', 'b': 'FAIL'}, {}, ['failed: b']),
    ({'a': 'ERROR', 'b': 'PASS'}, {}, ['failed: a']),
    ({'a': 'PASS'}, {}, ['without a result: b']),
    ({}, {}, ['without a result: a, b'])])
def test_judge(results, reasons, wrong):
    assert one.judge({'a', 'b'}, results, reasons, ALLOWED) == wrong


def test_configured_cases():
    """What is not compiled is not expected, and all else is."""
    cases = kunit.configured_cases(CONFIG)
    gone = kunit.kunit_cases() - cases
    for path, there in (('boot_test.c', True), ('order_test.c', True), ('shuffle_test.c', False)):
        found = kunit.cases_in([os.path.join(TOP, kunit.TESTS, path)])
        assert found and found <= (cases if there else gone)


def test_cost():
    assert measure.cost_of(SYMBOLS, 64, True) == measure.cost_of(SYMBOLS, 32, False) == (3, 52)


@pytest.mark.parametrize('bits, relative, change', [
    (64, False, {}), (64, True, {'__stop_initcall_modules': 64}),
    (64, True, {'__con_initcall_end': 88}), (64, True, {'__stop_initcall_modules': 16}),
    (64, True, {'__initcall_start': 51, '__initcall_end': 59})])
def test_no_cost(bits, relative, change):
    """What makes no sense is no reason to print a number."""
    with pytest.raises(Failure, match='initcalls, but .* records'):
        measure.cost_of({**SYMBOLS, **change}, bits, relative)


def check_measured(any_tree, uml_vmlinux):
    """The arithmetic, on an image that is built anyway."""
    config = read(any_tree.output('uml'), '.config')
    found = measure.measure(uml_vmlinux, 'nm', config)
    each = found['bytes'] / found['initcalls']
    yield found['bits'] == 64 and found['order'] == 'little' and not found['relative'] \
        and found['initcalls'] > 50 and 16 < each < 64, \
        f'architectures: UML: {each:.1f} bytes for each of {found["initcalls"]} initcalls', found
    try:
        measure.measure(uml_vmlinux, 'nm', config.replace('CONFIG_UML=y\n', ''))
        yield False, 'architectures: an initcall without a record is noticed', uml_vmlinux
    except Failure as failure:
        yield 'initcalls, but ' in str(failure), \
            'architectures: an initcall without a record is noticed', str(failure)


def said_of(name, of, verdict=one.PASSED):
    return {'row': name, 'of': of, 'verdict': verdict, 'why': '', 'seconds': 1, 'machine': 'here'}


class Campaign:
    """Rows that cost nothing; notes which ones are done."""

    def __init__(self, monkeypatch, folder):
        self.folder, self.of, self.verdict, self.done = str(folder), 'x', one.PASSED, []
        monkeypatch.setattr(targets.kit, 'pack', lambda files, folder: 'kit')
        monkeypatch.setattr(targets, 'identities',
                            lambda kernel, chosen: {row.name: self.of for row in chosen})
        monkeypatch.setattr(targets, 'do_rows', self.do_rows)

    def do_rows(self, args, folder, identity, todo, of):
        self.done = [row.name for row in todo]
        for row in todo:
            yield said_of(row.name, of[row.name], self.verdict)

    def run(self, force=False):
        args = argparse.Namespace(rows=rows.chosen(['um', 'mips']), force=force)
        self.done = []
        results = targets.campaign(args, None, self.folder)
        return self.done, {result['verdict'] for result in results.values()}


def test_resume(monkeypatch, tmp_path):
    """What has passed is not done again, unless something has changed, or it is forced."""
    campaign, both = Campaign(monkeypatch, tmp_path), ['um', 'mips']
    campaign.verdict = one.OURS
    assert campaign.run() == (both, {one.OURS})
    campaign.verdict = one.PASSED
    assert campaign.run() == (both, {one.PASSED})
    assert campaign.run() == ([], {one.PASSED})
    assert campaign.run(force=True) == (both, {one.PASSED})
    campaign.of = 'y'
    assert campaign.run() == (both, {one.PASSED})


def identity(top, name, **change):
    kernel = argparse.Namespace(top=top, kdir=None)
    row, = rows.chosen([name])
    return targets.identities(kernel, [dataclasses.replace(row, **change)])[name]


def test_identity(monkeypatch):
    """Of the kernel, of the overlay without what is not built, and of the configuration."""
    first = identity('/x/linux-7.3', 'um')
    assert first == identity('/y/linux-7.3', 'um')
    others = [identity('/x/linux-7.4', 'um'), identity('/x/linux-7.3', 'mips'),
              identity('/x/linux-7.3', 'um', config=('CONFIG_SMP=y',))]
    files = targets.overlay_files()
    not_built = 'Documentation/|MAINTAINERS|coccinelle/|deferrals|_(cocci|boot).py'
    monkeypatch.setattr(targets, 'overlay_files',
                        lambda: [path for path in files if not re.search(not_built, path)])
    assert first == identity('/x/linux-7.3', 'um')
    monkeypatch.setattr(targets, 'overlay_files', lambda: files[:-1])
    others.append(identity('/x/linux-7.3', 'um'))
    assert len({first, *others}) == 5


def test_rows_apart():
    """The line of JSON is found among all else that is said."""
    assert targets.results_of(json.dumps(said_of('um', 'x')))['row'] == 'um'
    for line in ('um: building', '', '17', '{}', '["verdict"]', '{"row": '):
        assert targets.results_of(line) is None


def test_table(capsys):
    """Bytes of each initcall are worked out, and what is not done is no pass."""
    row, rig, none = rows.chosen(['um', 'mips', 'rig-64k'])
    facts = {'bits': 64, 'order': 'big', 'relative': False, 'passed_cases': 9, 'cases': 10,
             'skipped_cases': 1, 'initcalls': 4, 'bytes': 70}
    targets.show([row, rig, none], {
        'um': {**said_of('um', 'x'), **facts},
        'mips': {**said_of('mips', 'x', one.KERNELS), 'why': 'so does it alone'}})
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].split()[:6] == ['um', '64', 'big', 'absolute', '1', '9']
    assert ' 9 of 10, 1 skipped ' in lines[2] and ' 17.5 ' in lines[2]
    assert lines[3].split()[7:] == one.KERNELS.split() and lines[4].endswith('not done')
    assert lines[-1] == f'mips: {one.KERNELS}: so does it alone'


def test_kits_before(tmp_path):
    """They are removed; of the one that is wanted, nothing is, whatever its files are called."""
    for top in (tmp_path, tmp_path / kit.REMOTE):
        for identity in 'old', 'new':
            for name in (f'kit-{identity}', f'initcall-depends-{identity}'):
                (top / name / 'a').mkdir(parents=True)
                (top / name / 'a' / 'initcall-depends-x.rst').touch()
            (top / kit.archive_of(identity)).touch()
    kit.remove_others(str(tmp_path), 'new')
    left = [path.name for path in tmp_path.rglob('*') if path.name not in ('a', kit.REMOTE)]
    assert sorted(left) == sorted(['initcall-depends-new', 'kit-new', 'kit-new.tar.gz',
                                   *['initcall-depends-x.rst'] * 2] * 2)


def test_guest_fails(monkeypatch):
    """What the kernel did not even get to see is no failure of the kernel's own."""
    row, = rows.chosen(['arm64-no-printk'])

    def build(*_):
        raise Failure('no compiler')
    monkeypatch.setattr(one.guest, 'build', build)
    with pytest.raises(Failure, match='no compiler'):
        one.outcome(argparse.Namespace(choice=(None, '7.3')), row)
