# SPDX-License-Identifier: GPL-2.0
"""make run: boot the same image without and with the framework, and show what IMA has measured."""

import os

from initcall.files import read
from initcall.kernel import tree
from initcall.order import names
from initcall.process import initcall, show
from initcall.rig import picture

# The boots that the picture is of.
BOOTS = (('off', 'off: link order, deferred probing'), ('on', 'on: with initcall_depends()'))
DRIVERS = ('arm-ffa', 'ffa-crb', 'tpm_crb_acpi')


def arguments(parser):
    tree.arguments(parser)
    parser.add_argument('--picture', metavar='FILE', type=names.new_file,
                        help='where to draw two of the boots, in SVG')


def draw(logs, target):
    """Probes of the two boots, one above the other."""
    boots = [picture.read_boot(title, read(logs, name, 'console.log'), DRIVERS)
             for name, title in BOOTS]
    with open(target + '.new', 'w') as file:
        file.write(picture.draw(boots, DRIVERS))
    os.replace(target + '.new', target)


def run(args):
    with tree.KernelTree(args.choice).prepared() as kernel:
        image, logs = kernel.rig_image(), os.path.join(kernel.top, 'boots')
        print(f'{kernel.name}: booting it six times', flush=True)
        status = show(initcall('boot-ffa', '--arm64', image, '--out', kernel.output('firmware'),
                               '--keep', logs, '--details'))
        print(f'\nconsoles of all boots: {logs}')
        if args.picture and not status:
            draw(logs, args.picture)
            print(f'picture of off and on: {args.picture}')
        return status
