# SPDX-License-Identifier: GPL-2.0
"""Boards with a TPM on I2C, and what is counted in many boots of them and of FF-A."""

import csv
import os
import re

from initcall.boards import campaign
from initcall.boards.boards import ASPEED_PAIRS, CASES, IMX_PAIRS
from initcall.boards.targets import command
from initcall.files import TOP, data, read
from initcall.overlay.rules import declared as declared_by
from initcall.process import Failure

# Without the framework and with it: a bus that comes late, and an asynchronous probe of the TPM;
# the example of a cure by the command line.
FEW = ('clock-off', 'clock', 'clock-settled', 'clock-discover', 'clock-add', 'async-off', 'async')
# The files of the set "pairs" that declare what the boards have on their command line.
DECLARED_IN = {'i2c_imx': 'drivers/i2c/busses/i2c-imx.c', 'gpio_mxc': 'drivers/gpio/gpio-mxc.c',
               'fixed': 'drivers/regulator/fixed.c'}


def boot(tree, images, cases):
    logs, log = os.path.join(tree.top, 'boots-boards-check'), 'boots-boards'
    words = command(tree, images, cases, logs)
    try:
        tree.run('booting the boards', words, log, r'^(?:not )?ok boot ', len(cases), noun='boots')
    except Failure as failure:
        print(failure)
    passed = re.findall(r'^ok boot ([\w-]+):', tree.log_of(log), re.M)
    for case in cases:
        yield case in passed, f'boards: {case}: {CASES[case].what}', tree.log_path(log)


def pairs():
    """What is on the command line of the boards is what the set "pairs" declares."""
    declared = declared_by(('pairs',))
    for pair in (*IMX_PAIRS, *ASPEED_PAIRS):
        consumer, prerequisite = pair.split(':')
        yield prerequisite in declared.get(DECLARED_IN[consumer], []), \
            f'boards: the set "pairs" declares {pair}', str(declared)


def check_boards(tree, wide_image):
    """The arm64 board."""
    yield from pairs()
    yield from boot(tree, {'arm64': wide_image}, FEW)


def test_reads():
    """A boot that came to no end says nothing; one that does not count makes it unknown."""
    def shown(*rows):
        runs = (campaign.Run('idle', number, 'ffa-files', 'settled')
                for number, _ in enumerate(rows))
        return list(campaign.escaped_table(dict(zip(runs, rows))))[-1]

    three, two = {'escaped': 3}, {'escaped': 2}
    assert shown(three, three) == ['ffa-files', '3', '-', '-']
    assert shown(three, two, {'failure': 'hang'}) == ['ffa-files', '2 to 3', '-', '-']
    assert shown(three, {'escaped': None})[1] == '-'


def test_page():
    """Each table of the page has all its situations, in the order in which it explains them."""
    page = os.path.join(TOP, 'Documentation', 'driver-api', 'initcall_depends_boards.rst')
    text, explained = read(page), []
    for group, situations in campaign.GROUPS.items():
        names = [situation.name for situation in situations]
        explained += names
        for name, _, _ in campaign.all_tables({}, group, campaign.LOADS):
            table = campaign.file_of(group, name)
            assert table in text
            with open(os.path.join(os.path.dirname(page), table), newline='') as file:
                rows = list(csv.reader(file))[1:]
            assert [row[0] for row in rows] == names
    assert re.findall(r'^(\S+) +(?:i\.MX8MP|AST2600|FF-A) ', text, re.M) == explained


def test_quoted():
    """What two other texts quote of these tables is what the tables have."""
    folder = os.path.join(TOP, 'Documentation', 'driver-api')
    with open(os.path.join(folder, 'initcall_depends_right.csv'), newline='') as file:
        rows = {row['situation']: row['late_sync'].split(', ') for row in csv.DictReader(file)}
    idle, load = rows['async'][0].split('/'), rows['supply'][1].split('/')
    for path in (os.path.join(folder, 'initcall_depends.rst'), data('series/1-settle', 'cover')):
        text = ' '.join(read(path).split())
        assert f'in {idle[0]} of {idle[1]} boots' in text
        assert f'in {load[0]} of {load[1]}' in text
