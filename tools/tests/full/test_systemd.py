# SPDX-License-Identifier: GPL-2.0
"""What the page with symptoms has for systemd and udev, by both of them, in UML.

The guest has the programs of this machine, read only; units and rules are in its /run. What the
page says about a TPM and a power monitor is said here about a slow device on the platform bus.
"""

import os
import re
import shutil
import textwrap

from initcall.files import TOP, data, read
from initcall.process import Failure

PAGE = 'Documentation/admin-guide/initcall-depends-troubleshooting.rst'
SECTION = r'(?ms)^Something in userspace starts before a device is there\n-+\n(.*?)^-+$'
DEVICE = 'settle-test-slow'
SLOW_MS = 5000
SERVICES = 'attestation', 'bound', 'settled'
UML = ['ARCH=um']
SYSTEMD = ['systemd.log_target=kmsg', 'systemd.show_status=no', 'printk.devkmsg=on', 'fstab=no']
IN_PLACE_OF = (('dev-tpmrm0.device', r'dev-power\x2dmonitor.device'),
               ('SUBSYSTEM=="i2c", DRIVER=="ina2xx"', f'SUBSYSTEM=="platform", DRIVER=="{DEVICE}"'),
               ('/i2c/drivers/ina2xx/*-*', f'/platform/drivers/{DEVICE}/{DEVICE}'),
               ('/i2c/drivers/ina2xx', f'/platform/drivers/{DEVICE}'),
               ('/usr/bin/my-attestation', '/bin/sh -c \'echo "RIG: attestation" > /dev/kmsg\''))


def examples():
    """{file in /run: text}, as the page has them."""
    section = re.search(SECTION, read(TOP, PAGE)).group(1)
    blocks = [textwrap.dedent(block) for block in
              re.findall(r'(?m)(?<=::\n\n)(?:\t.*\n|\n(?=\t))+', section)]
    unit, rule, bound, settled = blocks
    return {'systemd/system/rig-attestation.service': unit, 'udev/rules.d/rig.rules': rule,
            'systemd/system/rig-bound.path': bound,
            'systemd/system/rig-settled.service': settled}


def write_run(top, change):
    """The folder of the guest's init, with the page's examples."""
    shutil.rmtree(top, ignore_errors=True)
    shutil.copytree(data('systemd'), top)
    for path, text in examples().items():
        for old, new in (*IN_PLACE_OF, change):
            text = text.replace(old, new)
        path = os.path.join(top, 'run', path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w') as file:
            file.write(text)
    return os.path.join(top, 'init.sh')


def boot(tree, name, *words, change=('', '')):
    """What it says, in the order in which it does, and the log."""
    log = f'boots-systemd-{name}'
    init = write_run(tree.output(log), change)
    try:
        tree.run(f'booting UML with systemd, {name}', [
            os.path.join(tree.output('systemd'), 'linux'), 'mem=512M', 'con0=null,fd:1',
            'con=null', 'rootfstype=hostfs', 'rootflags=/', 'root=/dev/root', 'ro',
            f'init={init}', 'ignore_loglevel', *SYSTEMD, f'settle_test.slow_ms={SLOW_MS}', *words],
            log, timeout=300)
    except Failure as failure:
        print(failure)
    return re.findall(r'RIG: (\w+)|(?<=: )(probed) after', tree.log_of(log)), tree.log_path(log)


def said(boot):
    return [one or other for one, other in boot[0]]


def check_systemd(tree):
    tree.configure('systemd', [data('systemd', 'uml.config')], UML)
    tree.make('building UML for systemd', 'systemd', [*UML, 'CC=ccache gcc', 'linux'])
    later = boot(tree, 'later', 'rig_unbind')
    order = said(later)
    yield order[:4] == ['probed', 'early', 'probe', 'probed'] and order[-1:] == ['end'] and \
        set(order[4:-1]) == set(SERVICES), \
        'systemd: services start when the device is bound, and not before', f'{order}, {later[1]}'
    before = boot(tree, 'before')
    order = said(before)
    yield order[:1] == ['probed'] and order[-1:] == ['end'] and set(SERVICES) <= set(order), \
        'systemd: they start if it was bound before udev ran', f'{order}, {before[1]}'
    event = boot(tree, 'event', change=('ACTION!="remove"', 'ACTION=="bind"'))
    order = said(event)
    yield order[-1:] == ['end'] and set(SERVICES) - set(order) == {'attestation'}, \
        'systemd: with a rule that asks for the event of binding, one would not', \
        f'{order}, {event[1]}'
