#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Boot the rig with the chain of drivers as modules, and judge the order of modprobe.

The guest's modprobe is asked for tpm_crb, and for a module with soft dependencies
of both kinds, and nothing else. The folder that --root names has modprobe, what it
needs, and the modules.
"""

import re
import sys

from ffa import PLAIN
from rig import Case, main

BOTH = 'softdep_both'
WARNING = r'initcall_depends: (\S+) is built in, but needs (\S+), which is a module: '


def load_order(boot):
    return boot.facts['newest_module'][::-1]


def warnings(console):
    """Pairs of a built-in consumer and its modular prerequisite."""
    return re.findall(WARNING, console)


def chain_in_order(boot):
    """Loaded and initialised in the declared order, and the TPM bound at the first probe."""
    wanted = ('ffa_init', 'tpm_crb_ffa_driver_init', 'crb_acpi_driver_init')
    return (boot.fact('modprobe_tpm_crb') == '0'
            and [name for name in load_order(boot) if name in PLAIN.drivers] == list(PLAIN.drivers)
            and [call for call in boot.calls if call in wanted] == list(wanted)
            and boot.probes['tpm_crb'] == [0] and bool(boot.fact('pcr0')))


def both_kinds_in_order(boot):
    """What MODULE_SOFTDEP() and initcall_depends() of one file ask for is loaded in front of it."""
    order = load_order(boot)
    return (boot.fact(f'modprobe_{BOTH}') == '0' and BOTH in order
            and {'initcall_supplier', 'tpm_crb'} <= set(order[:order.index(BOTH)]))


CASES = {case.name: case for case in (
    Case('chain', 'modprobe tpm_crb', 'verbose rig_modprobe=tpm_crb', PLAIN, chain_in_order, True),
    Case('both', 'a file with MODULE_SOFTDEP() and initcall_depends()', f'verbose rig_modprobe={BOTH}', PLAIN,
             both_kinds_in_order, True),
)}


def print_order(results):
    for boot in results:
        print(f'{boot.case.name}: loaded {", ".join(load_order(boot)) or "nothing"}')
        for consumer, prerequisite in warnings(boot.console):
            print(f'{boot.case.name}: warned of {consumer}, which needs {prerequisite}')


if __name__ == '__main__':
    sys.exit(main(CASES, list(CASES), print_order, __doc__))
