# SPDX-License-Identifier: GPL-2.0
"""What "make bench" makes of what guests and programs print; nothing is measured here."""

import csv
import glob
import importlib
import os
import re
import types

import pytest

from initcall.bench import converted, counted, modules, plan, probes, tables
from initcall.files import TOP, read
from initcall.process import Failure

PAGE = os.path.join(tables.PAGES, tables.PREFIX + '.rst')
PLAN = '[    0.1] bench: until the first initcall: 12, until the last: 345, taken: 4096\r\n'
PROBES = '''[    0.1] bench: late_initcall at 1000, bound 7\r
[    0.1] bench: late_initcall_sync at 1100, bound 8\r
[    0.1] bench: init at 1200, bound 8\r
[    0.1] bench: bound 8 of 8, last at 1050, probes 9, in vain 1, 62500000 Hz\r
'''
FOLDER = {
    'modules.order': 'kernel/a.ko\nkernel/b-b.ko\nkernel/c.ko\n',
    'modules.dep': 'kernel/a.ko.xz: kernel/b-b.ko.xz\nkernel/b-b.ko.xz:\nkernel/c.ko.xz:\n',
    # The last one would close a cycle, and "missing" is not there.
    'modules.softdep': 'softdep c pre: crypto-x missing\nsoftdep c post: a\nsoftdep a post: c\n',
    'modules.alias': 'alias crypto-* b-b\nalias crypto-x other\n',
}


def written(tmp_path, text):
    (tmp_path / 'log').write_text(text, newline='')
    return str(tmp_path / 'log')


def test_parts():
    for part in tables.PARTS:
        module = importlib.import_module(f'initcall.bench.{part}')
        assert all(hasattr(module, name) for name in ('measure', 'tables', 'goals')), part
    args = types.SimpleNamespace(only='order, plan')
    tables.check(args)
    assert args.parts == ['plan', 'order']
    args.only = ''
    tables.check(args)
    assert args.parts == list(tables.PARTS)
    with pytest.raises(Failure, match='ONLY=x: there are probes, '):
        tables.check(types.SimpleNamespace(only='plan x'))


def test_shared_tables():
    """A part writes its own rows, and does not touch those of others."""
    heading = ['part', 'goal']
    old = [heading, ['plan', 'old'], ['plan', 'old too'], ['order', 'kept']]
    assert tables.with_rows(old, heading, 'plan', [['plan', 'new']]) == [
        heading, ['plan', 'new'], ['order', 'kept']]
    assert tables.with_rows(old, heading, 'probes', [['probes', 'x']])[1:] == [
        ['probes', 'x'], *old[1:]]
    assert tables.with_rows([['other', 'heading'], *old[1:]], heading, 'plan', []) == [heading]


def test_counted(tmp_path):
    assert counted.parse(written(tmp_path, PLAN)) == [12, 345, 4096]
    with pytest.raises(Failure, match='no numbers'):
        counted.parse(written(tmp_path, PLAN.replace('taken', 'token')))


def test_probed(tmp_path):
    point = probes.Point
    assert probes.parse(written(tmp_path, PROBES), 8) == probes.Probed(
        8, 9, 1, 16800, point(16000, 7), point(17600, 8), point(19200, 8))
    for text, size, why in ((PROBES, 9, '9 are wanted'), (PROBES[:-50], 8, 'all numbers'),
                            (PROBES.replace('bound 8 of', 'bound 7 of'), 8, '7 drivers are bound'),
                            (PROBES.replace('init at', 'inid at'), 8, 'all numbers')):
        with pytest.raises(Failure, match=why):
            probes.parse(written(tmp_path, text), size)


def test_plan_graph():
    """No pair twice, and no cycle, however dense; about half of them against link order."""
    found = plan.pairs(50, 300)
    graph = {}
    for consumer, need in found:
        graph.setdefault(consumer, []).append(need)
    assert len(set(found)) == 300
    assert not any(modules.reaches({**dict.fromkeys(range(50), ()), **graph}, need, consumer)
                   for consumer, need in found)
    assert 100 < sum(consumer < need for consumer, need in found) < 200
    text = counted.modules_source(*plan.drawn(1000, 300))
    assert text.count('initcall_depends("') == 300 and text.count('device_initcall(') == 1000


def test_converted_modules(tmp_path):
    """Those of Debian, and those that declare something or are needed; each dependency once.

    What the kernel has is not added again.
    """
    listed = ('a\td/a\t\td/Makefile:1\td/e/a\nb\td/b\tB\tMakefile:1\td/b d/more\n'
              'c\td/c\t\tMakefile:2\td/c\n')
    line = 'd/more.c\t7\tget_c\treturned\tc\td/c.c\t9\tcertain\t\n'
    words = ['d/e/a', 'd/c'], listed, line + line.replace('7', '8'), str(tmp_path)
    assert converted.all_of(*words) == (['d/a', 'd/c', 'd/b'], [('d/b', 'c')])
    (tmp_path / 'd').mkdir()
    (tmp_path / 'd' / 'more.o').touch()
    assert converted.all_of(*words) == (['d/a', 'd/c'], [])


def test_probed_drivers():
    """A consumer is linked before what it needs, and declares it, or the device tree says it."""
    text = probes.drivers_source(True)
    place = {name: text.index(f'BENCH_DRIVER({name},')
             for name in re.findall(r'BENCH_DRIVER\((\w+),', text)}
    assert len(place) == len(probes.SHAPES) * probes.SIZES[-1]
    lines = 0
    for shape, needs in probes.SHAPES.items():
        for index in range(probes.SIZES[-1]):
            lines += len(needs(index))
            assert all(need < index for need in needs(index)), f'{shape} {index}'
            assert all(place[probes.name_of(shape, index)] < place[probes.name_of(shape, need)]
                       for need in needs(index)), f'{shape} {index}'
    assert text.count('initcall_depends("') == lines
    assert 'initcall_depends' not in probes.drivers_source(False)
    linked = probes.nodes('diamonds', 8, True)
    assert linked.count('clocks = ') == 7 and 'clocks = ' not in probes.nodes('chain', 8, False)
    assert 'clocks = <&bench_diamonds_001>, <&bench_diamonds_002>;' in linked


def test_module_graph(tmp_path):
    for name, text in FOLDER.items():
        (tmp_path / name).write_text(text)
    graph = modules.graph_of(str(tmp_path))
    assert graph == modules.Graph(['a', 'b_b', 'c'], [('a', 'b_b')], [('c', 'b_b'), ('a', 'c')], 1)
    assert modules.graph_text(graph) == '3 3\n0 1\n2 1\n0 2\n'


def test_rows(tmp_path):
    """What is written has as many cells as the heading, and medians where it should."""
    boot = probes.parse(written(tmp_path, PROBES), 8)
    slow = boot._replace(late=boot.late._replace(when=32000, bound=6), vain=0)
    results = {case: [boot, slow, boot] for case in probes.all_cases()}
    written_rows = {name: list(rows) for name, rows in probes.tables(results).items()}
    for name, rows in written_rows.items():
        assert len(rows) == (7 if name == 'paths' else 25), name
        assert {len(row) for row in rows} == {len(rows[0])}, name
    assert written_rows[''][1][:2] == ['chain, 8', '9, 1 in vain']
    assert written_rows['late'][1][1] == '6 at 0.0'
    assert written_rows['init'][7] == ['chain, 512', '0.0', '-', '0.0', '0.0']
    assert written_rows['init'][23] == ['tree, 512', '0.0', '0.0', '0.0', '0.0']
    assert written_rows['paths'][6] == [72, '0.0', '0.0']
    goals = {goal: reached for goal, _, reached in probes.goals(results)}
    assert list(goals.values()) == [False] * 3 + [True] * 3 + [False]


def test_page():
    """It shows each table that is there, and no other."""
    shown = set(re.findall(r':file: (\S+)', read(PAGE)))
    there = {os.path.basename(path) for path in glob.glob(
        os.path.join(tables.PAGES, tables.PREFIX + '_*.csv'))}
    assert shown == there
    for name in tables.SHARED:
        with open(os.path.join(tables.PAGES, tables.table_name(name) + '.csv')) as file:
            rows = list(csv.reader(file))
        assert rows[0] == tables.SHARED[name]
        assert {row[0] for row in rows[1:]} <= set(tables.PARTS), name
    pictures = re.findall(r'kernel-figure:: (\S+)', read(PAGE))
    assert len(pictures) == 2 and all(
        os.path.exists(os.path.join(TOP, 'Documentation', 'driver-api', name))
        for name in pictures)
