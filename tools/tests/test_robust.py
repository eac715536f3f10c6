# SPDX-License-Identifier: GPL-2.0
"""Several runs and several users at a time, any way to say a path, and tests that must fail."""

import fcntl
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import xml.etree.ElementTree

import pytest

from initcall import packages, process
from initcall.files import GRAPH, TOOLS, TOP, cache, fix_cache
from initcall.kernel import tree
from initcall.kernel.archive import pristine
from initcall.order import names
from initcall.process import Failure, ask, initcall, lock, python
from tests.test_overlay import PARTS

NOBODY = 65534


@pytest.fixture
def own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv('INITCALL_CACHE', str(tmp_path / 'cache'))
    return tmp_path / 'cache'


@pytest.fixture
def sources(monkeypatch, own_cache):
    """Pristine sources of two versions, all of one file; the archive has no other."""
    for name in ('linux-7.3.1', 'linux-7.2.9'):
        (own_cache / 'source' / name / 'init').mkdir(parents=True)
        (own_cache / 'source' / name / 'init' / 'a.c').write_text('pristine\n')
    there = {'7.3': 'linux-7.3.1', '7.2': 'linux-7.2.9', '6.12': 'linux-7.3.1'}
    monkeypatch.setattr(tree, 'pristine', lambda version: (
        '7.3' if version == '6.12' else version, cache('source', there[version])))
    monkeypatch.setattr(tree.KernelTree, 'install', lambda *_: None)


def test_written_in_place(sources):
    """What somebody writes into a file of a work tree, as with >>, is in no other tree."""
    kernel = tree.KernelTree((None, '7.3'))
    kernel.prepare()
    with open(os.path.join(kernel.source, 'init', 'a.c'), 'a') as file:
        file.write('changed\n')
    with open(cache('source', 'linux-7.3.1', 'init', 'a.c')) as file:
        assert file.read() == 'pristine\n'


def test_two_kernels(sources, capsys):
    """Neither waits for the other, and neither reads what the other has written."""
    one, other = (tree.KernelTree((None, version)) for version in ('7.3', '7.2'))
    with one.prepared(), other.prepared():
        assert 'waiting' not in capsys.readouterr().out
    assert one.top != other.top and one.log_path('x') != other.log_path('x')


def test_no_other_kernel(sources):
    """A run may take another version, and says so; what is checked is what was asked for."""
    assert '6.12 has left the archive' in tree.KernelTree((None, '6.12')).name
    with pytest.raises(Failure, match='6.12 has left the archive.*say KERNEL=7.3'):
        tree.KernelTree((None, '6.12'), exact=True)


def is_free(path):
    with open(path, 'a') as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def test_lock_removed(tmp_path):
    """Of two that wait for the lock, only one has it after the file was removed."""
    path, held = str(tmp_path / 'lock'), threading.Event()

    def wait():
        with lock(path):
            assert not is_free(path)
            held.set()

    with open(path, 'w') as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        waiting = threading.Thread(target=wait)
        waiting.start()
        assert not held.wait(0.5)
        os.unlink(path)
    waiting.join(10)
    assert held.is_set() and is_free(path)


@pytest.fixture
def own_graph(tmp_path):
    """The user's initcall-graph is out of reach meanwhile."""
    aside = tmp_path / 'initcall-graph'
    if os.path.exists(GRAPH):
        shutil.move(GRAPH, aside)
    yield
    if aside.exists():
        shutil.move(aside, GRAPH)


def test_clean_waits(own_cache, own_graph):
    """make clean does not take away what a run is using; sources stay."""
    used, source = own_cache / 'work' / 'x', own_cache / 'source' / 'y'
    used.mkdir(parents=True)
    source.mkdir(parents=True)
    with lock(str(used / 'lock')):
        clean = subprocess.Popen(initcall('clean'), stdout=subprocess.PIPE, text=True)
        assert 'waiting for another run' in clean.stdout.readline()
        assert used.is_dir()
    assert clean.wait(20) == 0
    assert source.is_dir() and not used.exists()
    shutil.rmtree(own_cache)
    assert ask(initcall('clean')).stdout == f'nothing was built in {own_cache}\n'
    assert not own_cache.exists()


def test_killed_holder(tmp_path):
    """A lock is gone with the process that had it, whatever has ended that."""
    path = str(tmp_path / 'lock')
    text = f'from initcall.process import lock\nwith lock({path!r}): print(flush=True); input()'
    with subprocess.Popen(python('-c', text), stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        assert not is_free(path)
        holder.kill()
    assert is_free(path)


def programs(monkeypatch, folder, **texts):
    """Nothing but these in PATH."""
    monkeypatch.setenv('PATH', str(folder))
    for name, text in texts.items():
        (folder / name).write_text('#!/bin/sh\n' + text)
        (folder / name).chmod(0o755)


def test_with_sudo(monkeypatch, tmp_path, own_cache):
    """Somebody else than root is asked for a password before anything is run."""
    log = f'printf "%s " "$@" >> {tmp_path}/log; echo >> {tmp_path}/log\n'
    programs(monkeypatch, tmp_path, sudo=log, **{'dpkg-query': '', 'setpriv': 'shift 2; exec "$@"'})
    monkeypatch.setattr(os, 'geteuid', lambda: 1000)
    packages.install('cocci')
    said = [line.strip() for line in (tmp_path / 'log').read_text().splitlines()]
    assert said[0] == '-v'
    silent = '-n env DEBIAN_FRONTEND=noninteractive'
    apt = f'{silent} apt-get'
    wanted = ' '.join(sorted(packages.NEEDED['cocci'].split()))
    assert said[1:] == [f'{silent} dpkg --configure -a', f'{apt} update',
                        f'{apt} install -y --no-install-recommends {wanted}']


def test_kill_with_sudo(monkeypatch, tmp_path):
    """apt, which runs as root then, is ended like everything else."""
    programs(monkeypatch, tmp_path, sudo=f'printf "%s " "$@" > {tmp_path}/log\n')

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(os, 'kill', refuse)
    process.kill(4711, signal.SIGTERM)
    assert (tmp_path / 'log').read_text() == '-n kill -15 4711 '


@pytest.mark.parametrize('sudo', [{}, {'sudo': 'exit 1\n'}])
def test_without_sudo(monkeypatch, tmp_path, sudo):
    """What root has to do is said, to be copied; nothing is run."""
    programs(monkeypatch, tmp_path, **sudo,
             **{'dpkg-query': '', 'apt-get': f'touch {tmp_path}/run'})
    monkeypatch.setattr(os, 'geteuid', lambda: 1000)
    with pytest.raises(Failure, match='only root can install them:\n  apt-get install --no-'):
        packages.install('cocci')
    assert not (tmp_path / 'run').exists()


@pytest.fixture
def somebody():
    """(how to run a command as another user, home of that user), with a copy of this in reach."""
    with tempfile.TemporaryDirectory() as top:
        os.chmod(top, 0o755)
        shutil.copytree(TOP, f'{top}/repo', ignore=shutil.ignore_patterns('.git'))
        os.mkdir(f'{top}/home')
        words = ['env', f'HOME={top}/home', 'INITCALL_CACHE=', 'XDG_CACHE_HOME=',
                 f'PYTHONPATH={top}/repo/tools']
        if os.geteuid() == 0:
            os.chown(f'{top}/home', NOBODY, NOBODY)
            words = ['setpriv', f'--reuid={NOBODY}', f'--regid={NOBODY}', '--clear-groups', *words]
        yield words, pathlib.Path(top, 'home')


def test_two_users(somebody):
    """Each has a tree and a cache; what is the other's is not written, and that is said."""
    words, home = somebody
    source, (_, there) = home / 'linux', pristine(tree.DEFAULT)
    for part in PARTS:
        if os.path.exists(os.path.join(there, part)):
            (source / part).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(os.path.join(there, part), source / part)
    if os.geteuid() == 0:
        subprocess.run(['chown', '-R', str(NOBODY), source], check=True)
    command = [*words, '/usr/bin/python3', '-B', '-m', 'initcall']
    for action in ('install', 'uninstall'):
        done = ask([*command, action, '~/linux'])
        assert done.returncode == 0, done.stdout
    assert (home / '.cache' / 'initcall-depends' / 'spatch').is_dir()
    if os.geteuid() == 0:
        subprocess.run(['chown', '-R', '0', source], check=True)
        done = ask([*command, 'install', '~/linux'])
        assert done.returncode == 1 and done.stdout == f'{source}: error: not writable\n'


@pytest.mark.parametrize('shell', ['sh', 'bash'])
@pytest.mark.parametrize('words', ['run KDIR=', 'check KDIR=', 'install KDIR=', 'uninstall KDIR=',
                                   'cocci KDIR=', 'discover WRITE=', 'torture SSHLOGINFILE=',
                                   'shrink SEED=1 GRAPH=', 'run PICTURE=', 'check JUNIT='])
def test_home(shell, words, tmp_path):
    """Some shells replace ~ in these words, others do not."""
    command = f'make -s {words}~/missing/x 2>&1'
    done = ask([shell, '-c', command], cwd=TOP, env={**os.environ, 'HOME': str(tmp_path)})
    assert done.returncode and re.search(r': no such |: error: no such ', done.stdout), done.stdout
    assert f'{tmp_path}/missing' in done.stdout, done.stdout


def test_levels():
    """'each' is a word of ours, which the kernel does not know."""
    assert names.level_sets(['late', 'each']) == ['late', *names.LEVELS[:-1]]


@pytest.mark.parametrize('said,there', [('~/x', 'home/x'), ('x y', 'here/x y')])
def test_cache(said, there, monkeypatch, tmp_path):
    """~ as a shell would take it, and one cache for all, whatever folder they are started in."""
    for folder in ('home', 'here'):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / 'here')
    monkeypatch.setenv('HOME', str(tmp_path / 'home'))
    monkeypatch.setenv('INITCALL_CACHE', said)
    fix_cache()
    monkeypatch.chdir('/')
    assert cache('z') == str(tmp_path / there / 'z')
    assert ask(python('-c', 'from initcall.files import cache; print(cache("z"), end="")'),
               right=True).stdout == cache('z')


def test_variables_in_errors():
    """A user of make has never heard of the option that the Makefile makes of a variable."""
    for words, message in (
            ('torture N=abc', 'error: N=abc: expected a number from 0 on'),
            ('torture N=0', 'error: N=0: expected a number from 1 on'),
            ('torture JOBS=0', 'error: JOBS=0: expected a number from 1 on'),
            ('torture LEVELS=x', 'error: LEVELS=x: no such level: x; '),
            ('torture BASE=add=a', 'error: BASE=add=a: "add=a": expected '),
            ('discover MACHINES=x', "error: MACHINES=x: invalid choice: 'x' "),
            ('shrink', 'error: the following arguments are required: SEED='),
            ('cocci ALL=0 KDIR=.', 'error: ALL= takes "1" only'),
            ('check-arch FORCE=no', 'error: FORCE= takes "1" only'),
            ('check-arch ARCHS=x', 'error: ARCHS=x: no such row; '),
            ('cocci MODE=x KDIR=.', "error: MODE=x: invalid choice: 'x' "),
            ('uninstall CHANGED=x KDIR=.', "error: CHANGED=x: invalid choice: 'x' "),
            ('run KERNEL=5', 'error: KERNEL=5 is not supported; '),
            ('run KERNEL=7.2 KDIR=.', 'error: KERNEL=<version> is fetched, KDIR=<tree> is yours: '),
            ('run KERNL=7.3', 'error: KERNL= has no effect here; this target knows KDIR, KERNEL'),
            ('torture SEED=7', 'error: SEED= has no effect here; '),
            ('clean KERNEL=7.3', 'error: KERNEL= has no effect here; '),
            ('install UPDATE=1 KDIR=.', 'error: UPDATE= has no effect here; ')):
        done = ask(['make', '-s', '-C', TOP, *words.split()])
        assert done.returncode and done.stdout.startswith(message), f'{words}: {done.stdout}'


def test_values_verbatim(tmp_path):
    """Neither make nor a shell looks into what was said; it arrives as it is."""
    (tmp_path / 'python').write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    (tmp_path / 'python').chmod(0o755)
    odd = f'it\'s "$HOME" $(touch {tmp_path}/F) `touch {tmp_path}/F`; touch {tmp_path}/F; #'
    for words in ('run KDIR', 'check ONLY', 'torture BASE', 'shrink COMMAND', 'install KDIR',
                  'uninstall KDIR', 'cocci M', 'discover WRITE', 'bench KDIR'):
        target, name = words.split()
        done = ask(['make', '-s', '-C', TOP, target, f'{name}={odd}', f'PYTHON={tmp_path}/python'])
        assert odd in done.stdout.splitlines(), f'{words}: {done.stdout}'
        assert not (tmp_path / 'F').exists(), words


def test_reader_gone():
    """Nobody reads on: no message of that, and no traceback."""
    for command in ('--help', 'check --help'):
        done = ask(['sh', '-c', f'"$@" {command} | true', 'sh', *initcall()])
        assert done.stdout == '', done.stdout


GROUPS = '''
import pytest
def check_empty():
    yield from ()
def check_failure():
    raise Failure('words')
    yield
def check_fault():
    [][1]
    yield
def check_reason():
    yield None, 'skipped', 'no reason on the list'
def test_skip():
    pytest.skip('no reason on the list either')
def check_right():
    yield True, 'right', ''
'''


def test_red(tmp_path):
    """What has checked nothing, or goes wrong in any way, is a failure."""
    (tmp_path / 'test_x.py').write_text('from initcall.process import Failure' + GROUPS)
    results = tmp_path / 'results'
    done = ask(python('-m', 'pytest', '-c', os.path.join(TOOLS, 'tests', 'pytest.ini'),
                      '--rootdir', str(tmp_path), '-p', 'tests.conftest', str(tmp_path),
                      '--junit-xml', results, program='/usr/bin/python3'))
    assert done.returncode == 1 and re.search(r'\b5 failed, 1 passed\b', done.stdout), done.stdout
    for text in ('check_empty has checked nothing', 'check_failure could not be done: words',
                 'IndexError', 'skipped, but not in'):
        assert text in done.stdout, done.stdout
    assert read_results(results) == {
        name: name == 'right' for name in ('check_empty', 'check_failure', 'check_fault',
                                           'skipped', 'test_skip', 'right')}


def read_results(path):
    """Of JUnit XML: {test: passed}"""
    return {case.get('name').split('::')[-1].strip(): not len(case)
            for case in xml.etree.ElementTree.parse(path).iter('testcase')}


def test_any_order(tmp_path):
    """Groups need nothing of each other."""
    results = []
    for only in ('check_help,test_needs', 'test_needs,check_help'):
        path = tmp_path / only
        done = ask(['make', '-s', 'check', f'ONLY={only}', f'JUNIT={path}'], cwd=TOP)
        assert done.returncode == 0, done.stdout
        results.append(list(read_results(path).items()))
    assert results[0] != results[1] and sorted(results[0]) == sorted(results[1]) and \
        ('run --help', True) in results[0], results


@pytest.mark.parametrize('words', ['run KDIR=', 'check ONLY=', 'torture N=', 'install KDIR=',
                                   'cocci M= KDIR=/', 'series OUT='])
def test_empty_words(words):
    """That a variable of the shell is not set must not mean something else."""
    name = words.split('=', maxsplit=1)[0].split()[-1]
    done = ask(['make', '-s', *words.split()], cwd=TOP)
    assert done.returncode and f'error: {name} is empty' in done.stdout, done.stdout
