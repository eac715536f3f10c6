# SPDX-License-Identifier: GPL-2.0
"""make discover, make torture, make shrink: what the order of initcalls hides."""

import os
import shlex

from initcall.arguments import positive
from initcall.kernel import tree
from initcall.order import discover as learning
from initcall.order import graph, lines, names
from initcall.order import shrink as search
from initcall.order import torture as campaign
from initcall.order.names import PKVM, PLAIN, VIRT
from initcall.process import Failure, initcall


check_discover, check_torture = learning.check, campaign.check


def netlink():
    """What networking needs in a random order; the overlay does not declare it by default."""
    return ','.join(graph.add_words(lines.written_by('netlink')))


def discover_arguments(parser):
    tree.arguments(parser)
    parser.add_argument('--machines', nargs='+', choices=(PLAIN, PKVM, VIRT),
                        default=[PLAIN, PKVM, VIRT])
    learning.shared_arguments(parser)


def discover(args):
    """On kernels without our conversions."""
    chosen, status = list(dict.fromkeys(args.machines)), 0
    with tree.PlainTree(args.choice).prepared() as kernel:
        args.out, args.keep = kernel.output('firmware'), os.path.join(kernel.top, 'boots-discover')
        rigs = [name for name in chosen if name != VIRT]
        for args.machines, image in ((rigs, kernel.wide_image),
                                     ([VIRT] * (VIRT in chosen), kernel.virt_image)):
            if args.machines:
                args.arm64, args.source = image(), args.write or kernel.source
                status |= learning.run(args)
        print(f'\nconsoles of all boots: {args.keep}')
    return status


def torture_arguments(parser):
    tree.arguments(parser)
    parser.add_argument('--boots', dest='seeds', type=positive, default=200,
                        help='that many of each kind (default %(default)s)')
    parser.add_argument('--machines', nargs='+', choices=(PLAIN, PKVM), default=[PLAIN, PKVM])
    campaign.shared_arguments(parser)
    parser.set_defaults(base=None)


def torture(args):
    with tree.KernelTree(args.choice).prepared() as kernel:
        return run_campaign(kernel, args)


def run_campaign(kernel, args):
    args.folder, args.out = os.path.join(kernel.top, 'torture'), kernel.output('firmware')
    args.arm64 = kernel.wide_image()
    args.base = netlink() if args.base is None else args.base
    return campaign.run(args)


def shrink_arguments(parser):
    tree.arguments(parser)
    parser.add_argument('--machine', choices=(PLAIN, PKVM),
                        help=f'that of the rig (default {PLAIN})')
    parser.add_argument('--vmlinux', type=names.file, help='your own kernel, which COMMAND boots')
    parser.add_argument('--boot', metavar='COMMAND', help='for the shell: boots a kernel with '
                        '$INITCALL_DEPENDS after initcall_depends= on its command line')
    search.shared_arguments(parser)
    parser.set_defaults(base=None, source=None)


def check_shrink(args):
    if bool(args.boot) != bool(args.vmlinux):
        raise Failure('error: VMLINUX=<file> and COMMAND=<what boots it> go together')
    if not args.boot:
        args.machine = args.machine or PLAIN
        return
    for name, value in (('KERNEL', args.kernel), ('KDIR', args.kdir), ('MACHINES', args.machine)):
        if value:
            raise Failure(f'error: {name}= has no effect with a kernel of your own')
    search.check_graph(args)


def shrink(args):
    """The rig, or the user's own kernel."""
    if not args.boot:
        with tree.KernelTree(args.choice).prepared() as kernel:
            return shrink_rig(kernel, args)
    args.state, args.base = f'{args.vmlinux}.shrink-{args.seed}', args.base or ''
    args.boot = ['sh', '-c', args.boot]
    return search.run(args)


def shrink_rig(kernel, args):
    levels, timeout = args.levels, args.timeout
    campaign.prepare(args, [args.machine])
    status = run_campaign(kernel, args)
    if status:
        return status
    with open(os.path.join(args.folder, 'kit')) as file:
        kit = os.path.join(args.folder, file.read())
    args.boot = initcall('boot-one', args.machine, '--verdict', '--kit', kit)
    print('each boot:', shlex.join(args.boot))
    args.levels, args.timeout = levels, timeout
    args.vmlinux, args.source = os.path.join(kernel.output('wide'), 'vmlinux'), kernel.source
    args.state = os.path.join(args.folder, f'shrink-{args.machine}-{args.seed}')
    return search.run(args)
