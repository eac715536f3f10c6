# SPDX-License-Identifier: GPL-2.0
"""How the tests run: groups of checks, what they share, and what may be skipped.

A function check_*() is a group: a generator of (passed, name, explanation), with fixtures as
arguments. Each of these is a test of its own in the results; None in place of passed is a skip,
with the explanation as its reason. A group that yields nothing fails.
"""

import fnmatch
import inspect
import os
import time

import pytest
from _pytest.runner import runtestprotocol

from initcall.files import read
from initcall.kernel import debian
from initcall.kernel.tree import KernelTree, choose
from initcall.overlay.install import kernel_version
from initcall.process import Failure, in_charge
from tests import test_kunit, test_planted, test_rig

OLD = 'this kernel has no tpm_crb_ffa driver'
SKIPS = os.path.join(os.path.dirname(__file__), 'skips')


def pytest_addoption(parser):
    group = parser.getgroup('initcall')
    group.addoption('--kernel', default='7.3', help='version to check')
    group.addoption('--kdir', help='kernel tree to check a copy of')
    group.addoption('--check', help='of the chosen group, report only the check of that name')


@pytest.hookimpl(hookwrapper=True)
def pytest_runtestloop():
    with in_charge():
        yield


class Group(pytest.Function):
    """A generator of checks."""

    def runtest(self):
        only, count = self.config.option.check, 0
        arguments = {name: self.funcargs[name] for name in self._fixtureinfo.argnames}
        self.since = time.time()
        for passed, name, why in self.obj(**arguments):
            if only in (None, name):
                self.report(passed, ' '.join(name.split()), why)
                count += 1
        if not count:
            raise Failure(f'{self.name} has checked nothing')

    def report(self, passed, name, why):
        """A test of its own, for the screen and for JUnit XML."""
        outcome, text = ('skipped', why) if passed is None else ('passed', None) if passed else (
            'failed', str(why) or 'no explanation')
        if passed is None:
            text = (str(self.path), self.location[1], f'Skipped: {why}')
        now = time.time()
        # With a blank at the end, pytest does not take a '.' in the name for one between names.
        report = pytest.TestReport(
            f'{self.nodeid}::{name}', (*self.location[:2], f'{self.location[2]}::{name} '), {},
            outcome, text, 'call', duration=now - self.since, start=self.since, stop=now)
        self.since = now
        judge_skip(self.config, report)
        self.ihook.pytest_runtest_logreport(report=report)

    def repr_failure(self, excinfo):
        """A Failure says what has gone wrong; all else is a fault of the checks."""
        if excinfo.errisinstance(Failure):
            return f'{self.name} could not be done: {excinfo.value}'
        return super().repr_failure(excinfo)


def pytest_pycollect_makeitem(collector, name, obj):
    if name.startswith('check_') and inspect.isgeneratorfunction(obj):
        return [Group.from_parent(collector, name=name, callobj=obj)]
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    """Of a group, only what goes wrong is reported besides its checks."""
    if not isinstance(item, Group):
        return None
    for report in runtestprotocol(item, log=False, nextitem=nextitem):
        if not report.passed:
            judge_skip(item.config, report)
            item.ihook.pytest_runtest_logreport(report=report)
    return True


def allowed_skips(kernel):
    """(what, reason) as in the file skips, for a version of the kernel."""
    for line in read(SKIPS).splitlines():
        if line and not line.startswith('#'):
            version, what, reason = line.split('\t')
            if fnmatch.fnmatch(kernel, version):
                yield what, reason


def judge_skip(config, report):
    """What is not on the list must not be skipped."""
    if not report.skipped or hasattr(report, 'wasxfail'):
        return
    reason = report.longrepr[2].removeprefix('Skipped: ')
    if not any(what in report.nodeid and fnmatch.fnmatch(reason, pattern)
               for what, pattern in allowed_skips(config.option.kernel)):
        report.outcome, report.longrepr = 'failed', f'skipped, but not in {SKIPS}: {reason}'


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    outcome = yield
    judge_skip(item.config, outcome.get_result())


@pytest.fixture(scope='session')
def any_tree(choice):
    """The kernel's source with the overlay, ours alone."""
    with KernelTree(choice, exact=True).prepared() as tree:
        yield tree


@pytest.fixture(scope='session')
def tree(any_tree):
    """The same, of a kernel that the rigs can boot."""
    if any_tree.is_old():
        pytest.skip(OLD)
    return any_tree


@pytest.fixture(scope='session')
def choice(pytestconfig):
    option = pytestconfig.option
    if option.kdir:
        option.kernel = '.'.join(map(str, kernel_version(option.kdir)))
    return choose(option.kernel, option.kdir)


@pytest.fixture(scope='session')
def rig_image(tree):
    """The kernel that the FF-A machine boots."""
    return tree.rig_image()


@pytest.fixture(scope='session')
def wide_image(tree):
    """With networking and a board; initcall-graph comes with it."""
    return tree.wide_image()


@pytest.fixture(scope='session')
def wide_vmlinux(tree, wide_image):
    return os.path.join(tree.output('wide'), 'vmlinux')


@pytest.fixture(scope='session')
def vmlinux(tree, rig_image, wide_image):
    """That of the rig with its symbols, to be read by initcall-graph."""
    return os.path.join(tree.output('rig'), 'vmlinux')


@pytest.fixture(scope='session')
def rig_boots(tree, rig_image):
    """All boots of the rig with one CPU."""
    return test_rig.boot_all(tree, rig_image, 'boots-check')


@pytest.fixture(scope='session')
def uml_tree(any_tree):
    """A copy of the source for all that is built for UML: with faults, to be switched on."""
    copy = any_tree.copied('src-uml')
    test_planted.plant(copy)
    return copy


@pytest.fixture(scope='session')
def uml(uml_tree):
    """KUnit under UML."""
    return test_kunit.kunit_uml(uml_tree)


@pytest.fixture(scope='session')
def uml_vmlinux(any_tree, uml):
    path = os.path.join(any_tree.output('uml'), 'vmlinux')
    if not os.path.exists(path):
        raise Failure(f'{path}: error: not built; {uml.log}')
    return path


@pytest.fixture(scope='session')
def sparse():
    return debian.sparse()
