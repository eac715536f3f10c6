# SPDX-License-Identifier: GPL-2.0
"""What the records of an image are, and what they cost, from its header and its symbols."""

import collections
import re

from initcall.process import Failure, ask

ELF = {1: 32, 2: 64}
ORDER = {1: 'little', 2: 'big'}
NAMES = ('__start_initcall_modules', '__stop_initcall_modules', '__initcall_start',
         '__initcall_end', '__con_initcall_start', '__con_initcall_end')
RELATIVE = 'CONFIG_HAVE_ARCH_PREL32_RELOCATIONS=y'
Cost = collections.namedtuple('Cost', 'initcalls bytes')


def form_of(vmlinux):
    """(32 or 64, little or big)"""
    with open(vmlinux, 'rb') as file:
        header = file.read(6)
    if header[:4] != b'\x7fELF':
        raise Failure(f'{vmlinux}: error: not an ELF file')
    return ELF[header[4]], ORDER[header[5]]


def cost_of(symbols, bits, relative, exact=True):
    """How many initcalls there are, and what is there for them just before them.

    @symbols: {name: address}. An initcall is an offset of four bytes or a pointer, a record three
    of these; each initcall has to have one, unless not @exact.
    """
    try:
        first, last, start, end, console, console_end = (symbols[name] for name in NAMES)
    except KeyError as missing:
        raise Failure(f'error: the image has no symbol {missing}') from None
    size = 4 if relative else bits // 8
    count = (end - start + console_end - console) / size
    records = (last - first) / (3 * size)
    if not first < last <= start or count % 1 or records > count or exact and records < count:
        raise Failure(f'error: {count:g} initcalls, but {records:g} records')
    return Cost(int(count), start - first)


def measure(vmlinux, nm, config):
    """What the table says of an image."""
    bits, order = form_of(vmlinux)
    said = ask([nm, vmlinux], right=True).stdout
    symbols = {name: int(at, 16) for at, name in re.findall(r'^(\w+) \w (\S+)$', said, re.M)}
    lines = config.splitlines()
    relative = RELATIVE in lines
    # What UML compiles for the host has initcalls by a macro of its own.
    cost = cost_of(symbols, bits, relative, 'CONFIG_UML=y' not in lines)
    return {'bits': bits, 'order': order, 'relative': relative, **cost._asdict()}
