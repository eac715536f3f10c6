# SPDX-License-Identifier: GPL-2.0
"""scripts/initcall_boot.py: the critical path of boots whose log is made up, and of the rig's."""

import os
import re
import subprocess
import sys
from xml.etree import ElementTree

from initcall.files import SCRIPTS
from initcall.rig.ffa import SLOW_MS
from tests.test_introspection import read_boot

PROGRAM = os.path.join(SCRIPTS, 'initcall_boot.py')
# Of the rig: as declared, under pKVM, all probes asynchronous, and a slow prerequisite.
BOOTS = ('on', 'pkvm', 'async', 'async-pkvm', 'timeout')
TPM, SLOW = 'MSFT0101:00', 'settle-test-slow'

# a starts the probe of x, and b does not wait for it; c does; d is done after y, which is nothing
# to it. Before late_initcall x is waited for once more.
LOG = """\
[    0.000000] Linux version 7.3.4
[    0.010000] entering initcall level: device
[    0.010000] calling  a+0x0/0x10 @ 1
[    0.012000] initcall a+0x0/0x10 returned 0 after 2000 usecs
[    0.012000] calling  b+0x0/0x10 @ 1
[    0.020000] initcall b+0x0/0x10 returned 0 after 8000 usecs
[    0.020000] calling  c+0x0/0x10 @ 1
[    0.051000] probe of x with driver slow returned 517 after 40000 usecs
[    0.051500] initcall c+0x0/0x10 returned -19 after 31500 usecs
[    0.051500] calling  d+0x0/0x10 @ 1
[    0.055000] probe of y with driver other returned 0 after 10000 usecs
[    0.091500] initcall d+0x0/0x10 returned 0 after 40000 usecs
[    0.091500] entering initcall level: late
[    0.140000] probe of x with driver slow returned 0 after 50000 usecs
[    0.140500] calling  e+0x0/0x10 @ 1
[    0.150500] initcall e+0x0/0x10 returned 0 after 10000 usecs
[    0.200000] Run /init as init process
[    0.210000] calling  m+0x0/0x10 [m] @ 77
"""
D = '      51.5      38.5  d\n'
PATH_OF_D = f"""\
       0.0      10.0  between initcalls, before a
      10.0       1.0  a
      11.0      40.0  probe of x by slow (deferred)
      51.0       0.5  c
{D}"""
LATE = f"""\
late_initcall after 140.5 ms
    at, ms  took, ms
{PATH_OF_D}      90.0      50.0  probe of x by slow
     140.0       0.5  between initcalls, before e

"""
INIT = LATE.replace('late_initcall after 140.5', 'init after 200.0')[:-1] + """\
     140.5      10.0  e
     150.5      49.5  after the last initcall, before init

"""
DEVICE = f"""\
x bound by slow after 140.0 ms
    at, ms  took, ms
{PATH_OF_D}      90.0      50.0  probe of x by slow
2 probes, 1 deferred

"""
WAITS = """\
waited, ms
      48.5  between initcalls, before e, for probe of x by slow
      31.0  c, for probe of x by slow (deferred)
"""


def show(*words, log=None):
    """(status, output, errors)"""
    done = subprocess.run([sys.executable, PROGRAM, *words], input=log, text=True,
                          capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


def others():
    """The same log in other forms: (what, log)."""
    yield 'CONFIG_PRINTK_CALLER', LOG.replace('] ', '][    T1] ')
    yield 'dmesg -r', re.sub(r'^', '<6>', LOG, flags=re.M)
    yield 'journalctl -k -o short-monotonic', LOG.replace('] ', '] host kernel: ')
    yield 'a serial console', LOG.replace('\n', '\r\n')


def slow_log(late):
    """LOG, but the last probe takes 5 s, and initcalls go on so many ms after it."""
    log = LOG.replace('0.140000] probe', '5.140000] probe').replace('after 50000', 'after 5048500')
    return re.sub(r'0\.140500|0\.150500|0\.2.0000',
                  lambda at: f'{float(at[0]) + 5 + late / 1000:.6f}', log)


def check_made_up():
    """To the letter."""
    wanted = {('--min=0',): LATE + INIT + WAITS, ('--to', 'x', '--min=0'): DEVICE + WAITS,
              ('--to=slow', '--min=0'): DEVICE + WAITS}
    for words, text in wanted.items():
        result = show(*words, log=LOG)
        yield result == (0, text, ''), f'boot path: {" ".join(words)}', str(result)
    for what, log in others():
        result = show('--min=0', log=log)
        yield result == (0, LATE + INIT + WAITS, ''), f'boot path: {what}', str(result)
    log = re.sub(' with driver [a-z]+', '', LOG)
    result = show('--to=x', '--min=0', log=log)
    yield result[0] == 0 and re.sub(' by (?:slow|other|a driver)', '', DEVICE + WAITS) == \
        result[1].replace(' by a driver', ''), 'boot path: before Linux 7.3', str(result)
    wait = '5048.5  between initcalls, before e, for probe of x by slow\n'
    for late, is_wait in ((80, True), (200, False)):
        _, text, _ = show('--min=5', '--to=late', log=slow_log(late))
        yield (wait in text) == is_wait, \
            f'boot path: going on {late} ms after 5 s is {"" if is_wait else "not "}waiting', text
    _, text, _ = show('--min=5', '--to=late', log=LOG)
    yield '\n      10.0       1.0  1 initcall (device)\n' not in text and \
        '\n      10.0       1.0  a\n' in text and D in text, \
        'boot path: short ones are put together', text


def check_faults(tmp_path_factory):
    """What is wrong is said in one line."""
    folder = tmp_path_factory.mktemp('boot')
    (folder / 'order').write_text('nonsense\n')
    for words, log, message in (
            ([], '', '-: error: no initcalls in it; boot with initcall_debug'),
            (['--to=z'], LOG, '-: error: z is never bound'),
            ([], LOG.replace('Run ', 'Walk '), '-: error: the boot does not get to init'),
            ([], LOG.replace(': late', ': later'), '-: error: the boot does not get to late'),
            (['--debugfs', str(folder)], LOG, f'{folder}/order: error: not what CONFIG_'),
            (['/nonexistent'], '', '/nonexistent: error: No such file or directory'),
            (['--since=/nonexistent'], LOG, '/nonexistent: error: No such file or directory')):
        status, _, errors = show(*words, log=log)
        yield status == 2 and errors.startswith(message) and errors.count('\n') == 1, \
            f'boot path: {message.split(": error: ")[1]}', errors


def check_comparison(tmp_path_factory):
    """Of two boots that differ in one probe."""
    old = tmp_path_factory.mktemp('boot') / 'old'
    old.write_text(LOG)
    new = LOG.replace('0.140000] probe of x', '0.100000] probe of x').replace(
        'after 50000', 'after 10000').replace('0.140500', '0.100500').replace(
        '0.150500', '0.110500')
    status, text, _ = show('--since', str(old), '--to=late', log=new)
    yield status == 0 and text == """\
late_initcall: 140.5 ms, then 100.5 ms (-40.0)
      50.0      10.0     -40.0  probe of x by slow
                          +0.0  all else

 bound, ms  then, ms  probes    device
      55.0      55.0  1 -> 1    y by other
     140.0     100.0  2 -> 2    x by slow
""", 'boot path: two boots', text


def rows(text):
    """(at, took, what) of a path."""
    return [(float(at), float(took), what) for at, took, what in
            re.findall(r'^ *(\d+\.\d) +(\d+\.\d)  (.*)$', text, re.M)]


def rig_boot(logs, name):
    """Its path is without a hole, and ends where the boot itself says that it does."""
    log, boot = os.path.join(logs, name, 'console.log'), read_boot(logs, name)
    for goal, at in (('late', boot.late_at), ('init', boot.init_at),
                     (TPM, boot.bound_at['tpm_crb'])):
        status, text, errors = show('--min=0', f'--to={goal}', log)
        path = rows(text.split('\n\n')[0])
        holes = [pair for pair in zip(path, path[1:])
                 if abs(pair[0][0] + pair[0][1] - pair[1][0]) > 0.15]
        end = sum(path[-1][:2]) if path else 0
        yield status == 0 and path and path[0][0] == 0 and not holes and abs(end - at) < 0.2, \
            f'boot path: {name}, to {goal} after {at:.1f} ms in {len(path)} steps', \
            f'{errors}{holes} {end}'
    yield path[-1][2] == f'probe of {TPM} by tpm_crb_acpi', \
        f'boot path: {name}, the last step is the probe of the TPM', text
    status, text, errors = show('--svg', log)
    bars = ElementTree.fromstring(text).iter('{http://www.w3.org/2000/svg}rect')
    titles = [title.text for bar in bars for title in bar]
    yield status == 0 and sum(f'probe of {TPM}' in title for title in titles) == \
        len(boot.probes['tpm_crb']), f'boot path: {name}, a picture', errors


def check_rig_boots(rig_boots):
    for name in BOOTS:
        yield from rig_boot(rig_boots.logs, name)
    log = os.path.join(rig_boots.logs, 'timeout', 'console.log')
    _, text, _ = show(log)
    slow = [took for _, took, what in rows(text) if what == f'probe of {SLOW} by {SLOW}']
    yield len(slow) == 2 and min(slow) >= SLOW_MS, \
        f'boot path: the slow probe is on it, {slow} ms', text
    waits = re.findall(rf'^ *(\S+)  (.*), for probe of {SLOW} by {SLOW}$', text, re.M)
    # The probe has begun before the wait, on a busy machine by some hundredths.
    yield len(waits) == len(slow[1:]) == 1 and \
        abs(float(waits[0][0]) - slow[0]) < slow[0] / 20 and \
        waits[0][1] == 'between initcalls, before crb_acpi_driver_init', \
        'boot path: it says that the initcall of tpm_crb was delayed by it', text
    for old, new in (('off', 'on'), ('off-pkvm', 'pkvm'), ('off', 'async')):
        status, text, errors = show('--since', *(os.path.join(rig_boots.logs, name, 'console.log')
                                                 for name in (old, new)))
        fewer = re.search(rf' [23] -> 1    {TPM} by tpm_crb_acpi$', text, re.M)
        yield status == 0 and bool(fewer), \
            f'boot path: {old} and {new} differ in the probes of the TPM', errors + text
