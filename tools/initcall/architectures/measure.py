# SPDX-License-Identifier: GPL-2.0
"""What the records of an image are, and what they cost, from its header and its symbols."""

import collections
import re

from initcall.process import Failure, ask

ELF = {1: 32, 2: 64}
ORDER = {1: 'little', 2: 'big'}
RELATIVE = 'CONFIG_HAVE_ARCH_PREL32_RELOCATIONS=y'
Cost = collections.namedtuple('Cost', 'initcalls bytes record')


def form_of(vmlinux):
    """(32 or 64, little or big)"""
    with open(vmlinux, 'rb') as file:
        header = file.read(6)
    if header[:4] != b'\x7fELF':
        raise Failure(f'{vmlinux}: error: not an ELF file')
    return ELF[header[4]], ORDER[header[5]]


def cost_of(symbols):
    """How many initcalls there are, what is there for them just before them, and one record's size.

    @symbols: {name: address}
    """
    try:
        first, last = (symbols[f'__{at}_initcall_modules'] for at in ('start', 'stop'))
        end = symbols['__initcall_start']
    except KeyError as missing:
        raise Failure(f'error: the image has no symbol {missing}') from None
    count = sum(re.match(r'__initcall__kmod_', name) is not None for name in symbols)
    if not count or not first < last <= end or (last - first) % count:
        raise Failure(f'error: {count} initcalls, but their records are from {first:#x} to '
                      f'{last:#x}, and the initcalls from {end:#x} on')
    return Cost(count, end - first, (last - first) // count)


def check_record(record, bits, relative):
    """Two offsets of four bytes, or two pointers."""
    wanted = 8 if relative else 2 * bits // 8
    if record != wanted:
        raise Failure(f'error: a record takes {record} bytes, not {wanted}')


def measure(vmlinux, nm, config):
    """What the table says of an image."""
    bits, order = form_of(vmlinux)
    said = ask([nm, vmlinux], right=True).stdout
    cost = cost_of({name: int(at, 16) for at, name in
                    re.findall(r'^(\w+) \w (\S+)$', said, re.M)})
    relative = RELATIVE in config.splitlines()
    check_record(cost.record, bits, relative)
    return {'bits': bits, 'order': order, 'relative': relative, 'initcalls': cost.initcalls,
            'bytes': cost.bytes}
