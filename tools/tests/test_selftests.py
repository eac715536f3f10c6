# SPDX-License-Identifier: GPL-2.0
"""The kernel's selftest of deferred devices, in guests where some are deferred for ever."""

import os
import re
import shutil
import sys

from initcall.boards.targets import command
from initcall.files import data, read
from initcall.kernel.debian import busybox
from initcall.process import ask, initcall

WORDS = 'rig_brief=1 rig_run=/bin/selftests'
TEST = 'devices/deferred: test_deferred_devices.sh'
# The device that waits in the boots of the board, its supplier, and who says so.
MISSING, NO_BUS = '3-002e', '2-002e'
EDGE = 'add=tpm_tis_i2c:gpio_pca953x'
BOUND_BY = 'it waits for 3-0021, which gpio_pca953x in this image has not bound'
DECLARED = 'tpm_tis_i2c needs gpio-pca953x: active, prerequisite not bound'


def make_root(tree, name):
    """A folder for the guest: a shell, the selftest as it is installed, what the image has."""
    root, output = tree.output('selftests-root'), tree.output(name)
    shutil.rmtree(root, ignore_errors=True)
    release = read(output, 'include/config/kernel.release').strip()
    modules = os.path.join(root, 'lib/modules', release)
    os.makedirs(modules)
    shutil.copy(os.path.join(output, 'modules.builtin.modinfo'), modules)
    os.makedirs(os.path.join(root, 'bin'))
    shutil.copy(busybox(), os.path.join(root, 'bin/sh'))
    shutil.copy(data('guest', 'selftests.sh'), os.path.join(root, 'bin/selftests'))
    tree.run('installing the selftest', [
        'make', '-s', '-C', os.path.join(tree.source, 'tools/testing/selftests'),
        f'O={tree.output("selftests")}', 'TARGETS=devices/deferred',
        f'INSTALL_PATH={root}/selftests', 'install'], 'selftests', quiet=True)
    return root


def boot(tree, words, name, root, more=''):
    """{what the selftest could know: (what it said, its status)}"""
    logs = os.path.join(tree.top, 'boots-selftests')
    tree.run(f'selftests on {name}', [
        *words, '--out', tree.output('selftests-guest'), '--keep', logs, '--root', root,
        '--append', f'{WORDS} {more}'.strip()], 'boots-selftests', quiet=True)
    parts = re.split(r'^RIG: selftest=(\w+)\r?\n', read(logs, name, 'console.log'), flags=re.M)
    said = {}
    for part, text in zip(parts[1::2], parts[2::2]):
        text, _, status = text.replace('\r', '').partition('RIG: status=')
        said[part] = text, int(status.split()[0]) if status else None
    return said


def parsed(tree, text):
    """What kunit.py makes of it: (passed, failed, skipped)"""
    path = os.path.join(tree.output('selftests'), 'ktap')
    with open(path, 'w') as file:
        file.write(text)
    done = ask([sys.executable, os.path.join(tree.source, 'tools/testing/kunit/kunit.py'), 'parse',
                path])
    found = re.search(r'Testing complete\. Ran \d+ tests?: (.*)$', done.stdout, re.M)
    counts = dict(re.findall(r'(\w+): (\d+)', found.group(1))) if found else {}
    return tuple(int(counts.get(word, 0)) for word in ('passed', 'failed', 'skipped'))


def result_of(text, device):
    """"ok", "not ok" or "skip", and what was said of that device."""
    found = re.search(rf'^(ok|not ok) \d+ {device}( # SKIP)?\s*$', text, re.M)
    said = re.findall(rf'^# {device}: (.*)$', text, re.M)
    return ('skip' if found.group(2) else found.group(1)) if found else None, said


def fails(tree, said):
    """A supplier that this image has a driver for."""
    text, status = said['all']
    result, why = result_of(text, MISSING)
    skipped = len(re.findall(r' # SKIP$', text, re.M))
    yield status == 1 and result == 'not ok' and BOUND_BY in why and DECLARED in why, \
        'selftests: a device whose supplier has a driver in this image fails', text
    yield parsed(tree, text) == (0, 1, skipped) and skipped, \
        'selftests: kunit.py parses it', str(parsed(tree, text))
    text, status = said['without']
    result, why = result_of(text, MISSING)
    yield status == 1 and result == 'not ok' and BOUND_BY in why and DECLARED not in why, \
        'selftests: so it does without the framework, with less to say', text
    text, status = said['runner']
    yield status == 1 and f'not ok 1 selftests: {TEST} # exit=1' in text and \
        parsed(tree, text) == (0, 1, 0), 'selftests: so it does in the runner', text


def skips(said, less):
    """One that it has none for, or may have none for."""
    text, status = said['all']
    result, why = result_of(text, NO_BUS)
    yield status == 0 and result == 'skip' and \
        'bus has no driver in this image (of:NbusT(null)Cnobody,bus)' in why, \
        'selftests: a device whose supplier is on a bus without a driver is skipped', text
    yield said['runner'][1] == 0 and f'ok 1 selftests: {TEST}' in said['runner'][0], \
        'selftests: so it is in the runner', said['runner'][0]
    text, status = less['less']
    result, why = result_of(text, MISSING)
    yield status == 0 and result == 'skip' and \
        '3-0021 has no driver in this image (of:NgpioT(null)Cnxp,pcal6408)' in why, \
        'selftests: a device whose supplier has no driver in this image is skipped', text
    text, status = less['unknown']
    result, why = result_of(text, MISSING)
    yield status == 0 and result == 'skip' and any(
        line.startswith('whether 3-0021 has a driver') for line in why), \
        'selftests: one that nobody knows of is skipped, and says so', text
    text, status = less['unreadable']
    yield status == 4 and \
        re.search(r'^1\.\.0 # SKIP .*devices_deferred cannot be read', text, re.M), \
        'selftests: without debugfs, all is skipped', text


def check_selftests(tree, wide_image):
    """The board with an expander that is not there, and with one on a bus without a driver."""
    root, images = make_root(tree, 'wide'), {'arm64': wide_image}
    missing, no_bus = (boot(tree, command(tree, images, (name,), ''), name, root, more)
                       for name, more in (('missing', f'initcall_depends={EDGE}'), ('no-bus', '')))
    yield from fails(tree, missing)
    yield from skips(no_bus, missing)


def check_selftest_passes(tree, rig_image):
    """The FF-A machine, where all is bound."""
    words = initcall('boot-ffa', 'on', '--arm64', rig_image)
    text, status = boot(tree, words, 'on', make_root(tree, 'rig'))['all']
    yield status == 0 and re.search(r'^1\.\.1\nok 1 no device is deferred', text, re.M) and \
        parsed(tree, text) == (1, 0, 0), 'selftests: nothing is deferred: it passes', text
