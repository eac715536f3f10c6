# SPDX-License-Identifier: GPL-2.0
"""Ordinary machines lose nothing: as many devices are bound as without the framework, in the order
that they always had.

Two machines with many drivers boot the pristine kernel, and the same with the framework, which
follows all probes and has a dependency that link order has always kept.
"""

import argparse
import collections
import os
import re

from initcall.files import data
from initcall.kernel.stock import OURS, StockTree
from initcall.kernel.tree import ARM64, CROSS, CROSS_X86, WIDE_CONFIG, X86, fragment_without
from initcall.rig import boot as rig
from initcall.rig.q35 import Q35
from initcall.rig.virt import Virt

# With declarations alone, and without tests.
NOT_THESE = ('SETTLE', 'DRIVER_BOUND', 'KUNIT', 'SAMPLE')
# How to build a kernel for a machine; consumer and prerequisite in the order that they always had;
# at least so many probes in the thread that runs initcalls, or its order says little.
Kind = collections.namedtuple('Kind', 'machine configs defconfig words cross target needs probes')
Q35_KIND = Kind(Q35(), [data('ordinary', 'x86_64.config')], True, X86, CROSS_X86, 'bzImage',
                ('xhci_pci', 'e1000e'), 25)
VIRT_KIND = Kind(Virt(), [*WIDE_CONFIG, data('ordinary', 'arm64.config')], False, ARM64, CROSS,
                 'Image', ('rtc-pl031', 'virtio_net'), 50)
PROBE = re.compile(r'^\[ *[\d.]+\]\[ *(\w+)\] '
                   r'probe of (\S+)(?: with driver (\S+))? returned (-?\d+) ', re.M)
# Thread that runs initcalls
FIRST = 'T1'
# Modules that are in a dependency by default: what they probe may be earlier.
DECLARED = ('arm-ffa',)
# At least so many devices, or this is no machine with many drivers.
DEVICES = 20
# Numbered in the order of probing, which is by chance if that is asynchronous.
NUMBERED = re.compile(r'\bvirtio\d+$')
COUNT = re.compile(r'initcall_depends: (\d+) dependencies')


def build(tree, kind, name, words):
    name = f'{name}-{kind.machine.arch}'
    fragment = fragment_without(kind.configs, words, tree.output(name))
    if kind.defconfig:
        tree.configure_defconfig(name, fragment, kind.words)
    else:
        tree.configure(name, [fragment], kind.words)
    tree.make(f'building for {kind.machine.arch}', name, [*kind.cross, kind.target],
              timeout=4 * 3600)
    arch = {'x86_64': 'x86'}.get(kind.machine.arch, kind.machine.arch)
    return os.path.join(tree.output(name), 'arch', arch, 'boot', kind.target)


class Boots:
    """Boots of one machine."""

    def __init__(self, tree, kind, images):
        self.kind, self.images = kind, images
        self.keep = os.path.join(tree.top, 'boots-ordinary', kind.machine.arch)
        self.args = argparse.Namespace(out=tree.output('firmware'), timeout=300, tree=None,
                                       qemu=None, root=None, smp=None, append='rig_bound=1')

    def boot(self, name, image, words):
        setattr(self.args, self.kind.machine.arch, self.images[image])
        rig.prepare_machines(self.args, [self.kind.machine])
        return rig.boot(self.args, rig.Case(name, '', words, self.kind.machine, bool, False),
                        self.keep)


def in_order(boot):
    """What the thread that runs initcalls has probed, and what came of it."""
    return [probe for thread, *probe in PROBE.findall(boot.console)
            if thread == FIRST and probe[1] not in DECLARED]


def dependencies(boot):
    """There is no such line if none is declared."""
    found = COUNT.search(boot.console)
    return int(found.group(1)) if found else 0


def difference(one, other):
    """In words: where two lists part."""
    place = next((i for i, pair in enumerate(zip(one, other)) if pair[0] != pair[1]),
                 min(len(one), len(other)))
    return f'{len(one)} and {len(other)}; from the {place + 1}th on: {one[place:place + 3]} and ' \
           f'{other[place:place + 3]}'


def same_devices(name, stock, boot, by_chance=re.compile('(?!)')):
    """@by_chance: what of a name may differ."""
    bound, wanted = (collections.Counter(by_chance.sub('*', device) for device in facts['bound'])
                     for facts in (boot.facts, stock.facts))
    yield bound == wanted and wanted.total() >= DEVICES, \
        f'ordinary: {name}: {wanted.total()} devices are bound to the same drivers', \
        f'without: {sorted(wanted - bound)}, with: {sorted(bound - wanted)}'


def compare(kind, boots):
    what, (consumer, prerequisite) = kind.machine.program, kind.needs
    kept, turned = f'add={consumer}:{prerequisite}', f'add={prerequisite}:{consumer}'
    stock = boots.boot('stock', 'stock', '')
    wanted, counts = in_order(stock), []
    for name, words in (('on', ''), ('kept', f' initcall_depends={kept}')):
        boot = boots.boot(name, 'ordinary', words)
        counts.append(dependencies(boot))
        yield from same_devices(f'{what}: {name}', stock, boot)
        yield in_order(boot) == wanted and len(wanted) >= kind.probes, \
            f'ordinary: {what}: {name}: {len(wanted)} probes in the same order', \
            difference(wanted, in_order(boot))
    yield counts[1] == counts[0] + 1, f'ordinary: {what}: it was declared', str(counts)
    boot = boots.boot('turned', 'ordinary', f' initcall_depends={turned}')
    yield from same_devices(f'{what}: turned', stock, boot)
    yield in_order(boot) != wanted and sorted(in_order(boot)) == sorted(wanted), \
        f'ordinary: {what}: another order would be seen', difference(wanted, in_order(boot))
    asynchronous = ' driver_async_probe=*'
    yield from same_devices(f'{what}: asynchronous',
                            boots.boot('stock-async', 'stock', asynchronous),
                            boots.boot('async', 'ordinary', asynchronous), NUMBERED)


def boots(tree, choice, kind):
    return Boots(tree, kind, {
        'ordinary': build(tree, kind, 'ordinary', NOT_THESE),
        'stock': build(StockTree(choice, 'stock'), kind, 'ordinary-stock', OURS)})


def check_virt(tree, choice):
    yield from compare(VIRT_KIND, boots(tree, choice, VIRT_KIND))


def check_q35(tree, choice):
    yield from compare(Q35_KIND, boots(tree, choice, Q35_KIND))
