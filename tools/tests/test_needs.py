# SPDX-License-Identifier: GPL-2.0
"""What a target needs is said first, and that it is missing, too."""

import collections
import shutil

import pytest

from initcall import needs
from initcall.__main__ import COMMANDS
from initcall.files import TOP, read
from initcall.kernel.tree import FILES
from initcall.process import Failure

Usage = collections.namedtuple('Usage', 'free')


def test_commands():
    assert needs.NEEDS.keys() < COMMANDS.keys()


@pytest.mark.parametrize('command', needs.NEEDS)
def test_first_line(command, capsys):
    needs.announce(command)
    assert f' {needs.NEEDS[command].disk} GB of disk' in capsys.readouterr().out


@pytest.mark.parametrize('command', ['install', 'clean'])
def test_nothing_to_say(command, capsys):
    needs.announce(command)
    assert not capsys.readouterr().out


def test_counted():
    """The files of a first run are the same number wherever they are said."""
    count = FILES['rig']
    assert f' about {count:,} files ' in needs.NEEDS['run'].what
    assert f' compiles {count:,} files, ' in ' '.join(read(TOP, 'README.md').split())


def test_no_room(monkeypatch, tmp_path):
    monkeypatch.setenv('INITCALL_CACHE', str(tmp_path / 'cache'))
    monkeypatch.setattr(shutil, 'disk_usage', lambda folder: Usage(3 * needs.GB))
    with pytest.raises(Failure, match='3.0 GB free'):
        needs.announce('run')
    # what is built already needs no more of it
    (tmp_path / 'cache' / 'work' / 'linux' / 'build-rig').mkdir(parents=True)
    needs.announce('run')
    # but after "make clean" it does
    shutil.rmtree(tmp_path / 'cache' / 'work' / 'linux')
    with pytest.raises(Failure, match='3.0 GB free'):
        needs.announce('run')


def test_no_memory(monkeypatch):
    monkeypatch.setattr(needs, 'memory', lambda: needs.GB)
    with pytest.raises(Failure, match='1.0 GB of memory'):
        needs.announce('run')
