# SPDX-License-Identifier: GPL-2.0
"""What debugfs, the trace and bootgraph.pl say of a boot is what the log of that boot says."""

import os
import re
import subprocess
import sys

from build import ARM64, CONFIG, CROSS, RIG, fragment_without
from progress import Failure
from source import read

sys.path.insert(0, RIG)
from ffa import CASES  # noqa: E402
from verdict import Boot  # noqa: E402

CORE = 'kernel/initcall_depends'
HOOKS = 'drivers/base/initcall_depends.o'
HOOKED = ('drivers/base/dd.o', 'drivers/base/driver.o', 'init/main.o')
CHAIN = ['ffa_init', 'tpm_crb_ffa_driver_init', 'crb_acpi_driver_init']
# Hooks behind a static key, and what they call: no more than this many bytes.
MAX_HOOKS = 3072


def read_boot(logs, case):
    return Boot(CASES[case], read(logs, case, 'console.log'))


def order_rows(boot):
    """Of debugfs: link, run, level, module, initcall, usecs, why moved."""
    return [line.split(None, 6) for line in boot.facts['order'] if not line.startswith('#')]


def debugfs_order(boot):
    rows = order_rows(boot)
    calls = boot.calls[-len(rows):]     # the log has those of consoles as well, which come before all others
    yield [row[4] for row in rows] == calls != [], \
        f'debugfs: order is that of the log, {len(rows)} initcalls', f'{len(rows)} and {len(boot.calls)}'
    yield [int(row[1]) for row in rows] == list(range(len(rows))) == sorted(int(row[0]) for row in rows), \
        'debugfs: each place in link order and in the order run is there once', ''
    usecs = dict(re.findall(r'initcall (\w+)\+\S* returned -?\d+ after (\d+) usecs', boot.console))
    off = [row for row in rows if row[4] in usecs and not int(usecs[row[4]]) <= int(row[5])]
    yield bool(usecs) and not off, 'debugfs: no initcall took less than initcall_debug says', str(off[:5])
    modules = {row[4]: row[3] for row in rows}
    yield [modules.get(name) for name in CHAIN] == ['ffa_module', 'tpm_crb_ffa', 'tpm_crb'], \
        'debugfs: initcalls have their modules', str(modules)


def moved(rows):
    return [(row[4], row[6]) for row in rows if len(row) > 6]


def debugfs_moves(boot):
    """KVM is built in, so that FF-A has to wait for it, in use or not."""
    told = moved(order_rows(boot))
    wanted = [(name, 'held back behind finalize_pkvm') for name in CHAIN] + [
        ('boot_test_supplier_init', 'pulled in front of boot_test_init'),
        ('supplier_init', 'pulled in front of consumer_init')]
    yield sorted(told) == sorted(wanted), 'debugfs: says who moved, and why', str(told)
    traced = re.findall(r'initcall_(pulled|held_back): func=(\w+)\S* other=(\w+)',
                        '\n'.join(boot.facts['trace']))
    told = [('held_back' if why.startswith('held') else 'pulled', name, why.rsplit(' ', 1)[1]) for name, why in told]
    yield traced == told, 'trace: an event for each initcall that was pulled forward or held back', str(traced)


def edge_states(boot):
    rows = [line.split(None, 2) for line in boot.facts['edges'] if not line.startswith('#')]
    return {consumer: state for consumer, _, state in rows}


def edges(boots):
    """Those of this machine; the image has some of a board as well."""
    wanted = {'trusted': 'ordered', 'lsm_init': 'ordered', 'boot_test': 'ordered', 'initcall_consumer': 'ordered',
              'tpm_crb': 'held back', 'tpm_crb_ffa': 'held back', 'ffa_module': 'held back'}
    pkvm, none = ({name: state for name, state in edge_states(boots[case]).items() if name in wanted}
                  for case in ('pkvm', 'none'))
    yield pkvm == wanted, 'debugfs: edges with their state', str(pkvm)
    yield none == dict.fromkeys(wanted, 'dropped'), 'debugfs: edges that were dropped', str(none)
    cycle = '\n'.join(boots['cycle'].facts['edges'])
    yield cycle.count('in cycle 1') == 3 and cycle.count('cyclic') == 2, 'debugfs: edges of a cycle', cycle
    lost = '\n'.join(boots['blacklist'].facts['edges'])
    yield 'prerequisite blacklisted' in lost and 'prerequisite unbound' in lost, \
        'debugfs: a prerequisite that was blacklisted, and one that is unbound', lost


def dot(boot, logs):
    path = os.path.join(logs, 'graph.svg')
    run = subprocess.run(['dot', '-Tsvg', '-o', path], input='\n'.join(boot.facts['dot']), text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    svg = open(path).read() if run.returncode == 0 else ''
    yield svg.count('class="edge"') == len(boot.facts['edges']) - 1 > 4 and 'tpm_crb_ffa' in svg, f'debugfs: graphviz renders the graph, {path}', \
        run.stdout


def bootgraph(tree, boot, logs):
    path = os.path.join(logs, 'bootgraph.svg')
    with open(path, 'w') as out:
        run = subprocess.run(['perl', os.path.join(tree.source, 'scripts', 'bootgraph.pl')], stdout=out,
                             stderr=subprocess.PIPE, input=boot.console.replace('\r', ''), text=True, check=False)
    with open(path) as file:
        drawn = re.findall(r'rotate\(90\)"[^>]*>(\w+)<', file.read())
    calls, drawn = iter(boot.calls), [name for name in drawn if name in boot.calls]
    yield run.returncode == 0 and CHAIN[2] in drawn and all(name in calls for name in drawn), \
        f'bootgraph.pl: draws initcalls in the order in which they ran, {len(drawn)} of them', run.stderr + str(drawn)


def stays(path):
    """Bytes of an object that are still there after boot: {section: size}."""
    run = subprocess.run(['aarch64-linux-gnu-size', '-A', path], stdout=subprocess.PIPE, text=True, check=True)
    rows = re.findall(r'^([._]\S+) +(\d+) +\d+$', run.stdout, re.M)
    gone = ('.init', '.exit', '.comment', '.note', '.debug', '.eh_frame', '.modinfo', '.discard', '.rela')
    return {name: int(size) for name, size in rows if int(size) and not name.startswith(gone)}


def without(tree, name, words, *more):
    """Some objects, with options taken out of the rig's configuration."""
    fragment = fragment_without([CONFIG], words, tree.output(name))
    if not os.path.exists(os.path.join(tree.output(name), '.config')):
        tree.configure(name, [fragment], ARM64)
    tree.make(f'compiling without {" and ".join(words)}', name, [*CROSS, *HOOKED, *more])
    return tree.output(name)


def resident(tree):
    """What is still there after boot without CONFIG_INITCALL_DEPENDS_DEBUGFS."""
    try:
        bare = without(tree, 'bare', ['INITCALL_DEPENDS_DEBUGFS', 'KUNIT'], CORE + '/', HOOKS)
        plain = without(tree, 'plain', ['INITCALL_DEPENDS', 'KUNIT'])
    except Failure as failure:
        yield False, 'memory: compiles without', str(failure)
        return
    try:
        without(tree, 'tiny', ['PRINTK', 'MODULES', 'DEBUG', 'FTRACE', 'TRACERS', 'SAMPLE', 'KUNIT'], CORE + '/', HOOKS)
        yield True, 'compiles without PRINTK, MODULES, DEBUG_FS and tracing', ''
    except Failure as failure:
        yield False, 'compiles without PRINTK, MODULES, DEBUG_FS and tracing', str(failure)
    core = [path for path in os.listdir(os.path.join(bare, CORE)) if path.endswith('.init.o')]
    left = {path: stays(os.path.join(bare, CORE, path)) for path in core}
    yield len(core) > 5 and not any(left.values()), \
        f'memory: not a byte of the core stays after boot, {len(core)} objects', str(left)
    hooks = sum(stays(os.path.join(bare, HOOKS)).values())
    grown = {path: sum(stays(os.path.join(bare, path)).values()) - sum(stays(os.path.join(plain, path)).values())
             for path in HOOKED}
    yield 0 < hooks + sum(grown.values()) <= MAX_HOOKS, \
        f'memory: hooks of the driver core, off after boot: {hooks} bytes, and ' + \
        ', '.join(f'{size} in {path}' for path, size in grown.items()), ''


def introspection(tree):
    logs = os.path.join(tree.top, 'boots-check')
    boots = {case: read_boot(logs, case) for case in ('on', 'pkvm', 'chain-pkvm', 'none', 'cycle', 'blacklist')}
    yield from debugfs_order(boots['on'])
    yield from debugfs_moves(boots['chain-pkvm'])
    yield from edges(boots)
    yield from dot(boots['on'], logs)
    yield from bootgraph(tree, boots['on'], logs)
