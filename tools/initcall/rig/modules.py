# SPDX-License-Identifier: GPL-2.0
"""Boot the rig with the chain of drivers as modules, and judge the order of modprobe.

The guest's modprobe is asked for tpm_crb, or for a module that was built out of tree,
and for nothing else. The folder that --root names has modprobe, what it needs, and the
modules.
"""

import re

from initcall.rig import boot as rig
from initcall.rig.boot import Case
from initcall.rig.ffa import PLAIN

BOTH = 'softdep_both'
ORDER = 'softdep_order'
SAMPLE = re.compile(r'^\[[ \d.]+\] initcall_(\w+) initcall_\w+: (deferred|bound)', re.M)


def load_order(boot):
    return boot.facts['newest_module'][::-1]


def complaints(console):
    """What the kernel says of declared dependencies, other than how many there are."""
    lines = re.findall(r'^\[[ \d.]+\] (initcall_depends: .*?)\r?$', console, re.M)
    return [line for line in lines if not re.search(r': \d+ dependencies, \d+ initcalls', line)]


def loaded(boot, *names):
    """Were these modules loaded in this order?"""
    return [name for name in load_order(boot) if name in names] == list(names)


def chain_in_order(boot):
    """Loaded and initialised in the declared order, and the TPM bound at the first probe."""
    wanted = ('ffa_init', 'tpm_crb_ffa_driver_init', 'crb_acpi_driver_init')
    return (boot.fact('modprobe_tpm_crb') == '0' and loaded(boot, *PLAIN.drivers)
            and [call for call in boot.calls if call in wanted] == list(wanted)
            and boot.probes['tpm_crb'] == [0] and bool(boot.fact('pcr0')))


def consumer_bound_last(boot):
    """The sample's consumer is built in: deferred until the supplier was loaded."""
    said = SAMPLE.findall(boot.console)
    return (said[:1] == [('consumer', 'deferred')]
            and said[-2:] == [('supplier', 'bound'), ('consumer', 'bound')])


def lines_in_order(boot):
    """What the module declares was loaded before it, in the order of its lines."""
    return (boot.fact(f'modprobe_{ORDER}') == '0'
            and loaded(boot, 'initcall_supplier', *PLAIN.drivers, ORDER)
            and consumer_bound_last(boot))


def both_in_order(boot):
    """The module's own MODULE_SOFTDEP() has another order, which counts."""
    return (boot.fact(f'modprobe_{BOTH}') == '0'
            and loaded(boot, *PLAIN.drivers, 'initcall_supplier', BOTH)
            and consumer_bound_last(boot))


def modprobe(name):
    """Words on the command line of the kernel."""
    return f' rig_modprobe={name}'


CASES = {case.name: case for case in (
    Case('chain', 'modprobe tpm_crb', modprobe('tpm_crb'), PLAIN, chain_in_order, True),
    Case('order', 'a module with several initcall_depends()', modprobe(ORDER), PLAIN,
         lines_in_order, True),
    Case('both', 'a module with MODULE_SOFTDEP() and initcall_depends()', modprobe(BOTH), PLAIN,
         both_in_order, True),
)}


def print_order(results):
    for boot in results:
        print(f'{boot.case.name}: loaded {", ".join(load_order(boot)) or "nothing"}')
        for line in complaints(boot.console):
            print(f'{boot.case.name}: {line}')


def arguments(parser):
    rig.arguments(parser, CASES, list(CASES))


def run(args):
    return rig.run(args, CASES, list(CASES), print_order)
