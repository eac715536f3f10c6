# SPDX-License-Identifier: GPL-2.0
"""make cocci: scripts/initcall_cocci.py, with the cache of these tools."""

import os
import sys

from initcall.files import SCRIPTS, cache
from initcall.process import Failure, show

PROGRAM = os.path.join(SCRIPTS, 'initcall_cocci.py')
MODES = ('report', 'json', 'org', 'context', 'patch', 'apply')


def arguments(parser):
    parser.add_argument('kdir', metavar='KDIR', help='top of a kernel source tree')
    parser.add_argument('--folder', metavar='M', default='',
                        help='look for consumers in this folder or file only')
    parser.add_argument('--mode', choices=MODES, default='report')
    parser.add_argument('--all', action='store_true',
                        help='declare also what only some devices need, or happens to be right')


def check(args):
    args.kdir = os.path.expanduser(args.kdir)
    if args.kdir and not os.path.isdir(args.kdir):
        raise Failure(f'{args.kdir}: error: no such directory')


def command(*words):
    return [sys.executable, PROGRAM, '--cache', cache('cocci'), *words]


def run(args):
    words = ['--mode', args.mode, *['--all'] * args.all]
    return show(command(*words, '--', args.kdir, *filter(None, [args.folder])))
