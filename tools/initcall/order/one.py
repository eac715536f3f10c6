# SPDX-License-Identifier: GPL-2.0
"""One boot of a machine of the rigs, as a line of JSON; for campaigns, here or on another machine.

All that it needs is in one folder, the kit: kernel, firmware, guest, device trees, and these
scripts. QEMU, swtpm, cpp and dtc are the machine's own.

Exit status: 0 if there is a line of JSON, or, with --verdict, if the boot was right; 1 if it was
not; 125 if it could not be made, so that nothing is known of the kernel.
"""

import argparse
import base64
import gzip
import json
import os
import re
import sys
import tempfile
import time

from initcall.arguments import positive
from initcall.order import names
from initcall.process import Failure
from initcall.rig import boot as rig
from initcall.rig import ffa
from initcall.rig.verdict import measured

MACHINES = {names.PLAIN: ffa.PLAIN, names.PKVM: ffa.PKVM}
# What boot() says of a kernel; all else is about the machine that it ran on.
KERNEL_FAILURES = ('kernel panic', 'hang')
TROUBLE = 125


def obeyed(boot, words):
    """The kernel has done what the command line says."""
    seed = re.search(r'(?:^|,)shuffle=(\d+)', words)
    wanted = f'initcalls run in a random order: shuffle={seed.group(1)}:' if seed else ''
    ignored = re.search(r'initcall_depends: .* ignored\b', boot.console)
    return f'initcall_depends: {wanted}' in boot.console and not ignored


def outcome(boot, words):
    """In one word."""
    if not obeyed(boot, words):
        return 'disobeyed'
    if measured(boot):
        return 'right'
    if not boot.fact('pcr0'):
        return 'no TPM'
    return 'bypass' if boot.bypass else 'wrong aggregate'


def console(work, name):
    """The log, small enough for a line of JSON."""
    text = rig.read(os.path.join(work, name, 'console.log'))
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def row_of(args, machine, words):
    """What became of it; raises if nothing can be said of the kernel."""
    row = {'machine': machine, 'words': words}
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix='one-') as work:
        option = f'{words} {names.NO_SETTLE}'
        case = rig.Case('boot', '', option, MACHINES[machine], measured, False)
        try:
            row['outcome'] = outcome(rig.boot(args, case, work), words)
        except Failure as failure:
            row['outcome'] = re.split('[:;\n]', str(failure))[0]
            if row['outcome'] not in KERNEL_FAILURES:
                raise
        row['seconds'] = round(time.monotonic() - start, 1)
        row['console'] = console(work, 'boot')
    row['right'] = row['outcome'] == 'right'
    return row


def arguments_of(kit, timeout):
    return argparse.Namespace(arm64=os.path.join(kit, 'Image'), out=os.path.join(kit, 'out'),
                              timeout=timeout, tree=None, qemu=None, root=None, smp=None,
                              append='rig_brief=1', jobs=1)


def arguments(parser):
    parser.add_argument('machine', choices=list(MACHINES))
    parser.add_argument('words', nargs='?', default=os.environ.get('INITCALL_DEPENDS', ''),
                        help='what initcall_depends= says; if not given, $INITCALL_DEPENDS')
    parser.add_argument('--kit', required=True, type=os.path.abspath, help='the folder')
    parser.add_argument('--timeout', type=positive, default=60, help='seconds')
    parser.add_argument('--verdict', action='store_true',
                        help='no JSON: say what has come of it, exit status 1 if not right')


def run(args):
    try:
        row = row_of(arguments_of(args.kit, args.timeout), args.machine, args.words)
    except (Failure, OSError) as failure:
        print(f'{os.uname().nodename}: error: {failure}', file=sys.stderr)
        return TROUBLE
    if not args.verdict:
        print(json.dumps(row), flush=True)
        return 0
    print(row['outcome'])
    return 0 if row['right'] else 1
