# SPDX-License-Identifier: GPL-2.0
"""What debugfs, the trace and bootgraph.pl say of a boot is what the log of that boot says."""

import collections
import os
import re
import subprocess

from initcall.files import read
from initcall.kernel.resident import (CORE, HOOKED, MAX_TEXT, OURS, TESTS, resident,
                                      without)
from initcall.process import Failure, ask
from initcall.rig.ffa import CASES
from initcall.rig.verdict import Boot

CHAIN = ['ffa_init', 'tpm_crb_ffa_driver_init', 'crb_acpi_driver_init']
TPM = 'MSFT0101:00'
EARLY = 'initcall_depends_early_test'
BOOTS = ('on', 'pkvm', 'none', 'cycle', 'blacklist')
# ms between a line of the log and what debugfs.c takes note of
NEAR = 50


def read_boot(logs, case):
    return Boot(CASES[case], read(logs, case, 'console.log'))


def rows(boot, name, columns):
    """Of a file in debugfs: lines, cut into this many columns at most."""
    lines = [line for line in boot.facts[name] if not line.startswith('#')]
    return [line.split(None, columns - 1) for line in lines]


def order_rows(boot):
    """Place in link order, place run, level, module, initcall, usecs, why moved."""
    return rows(boot, 'order', 7)


def debugfs_order(boot):
    order = order_rows(boot)
    calls = boot.calls[-len(order):]    # the log has those of consoles before all others
    wrong = [(row[4], call) for row, call in zip(order, calls) if row[4] != call]
    yield len(order) == len(calls) > 0 and not wrong, \
        f'debugfs: order is that of the log, {len(order)} initcalls', f'{len(calls)}, {wrong[:5]}'
    link = sorted(int(row[0]) for row in order)
    yield [int(row[1]) for row in order] == link == list(range(len(order))), \
        'debugfs: each place in link order and in the order that ran is there once', ''
    pattern = r'initcall (\w+)\+\S* returned -?\d+ after (\d+) usecs'
    logged = re.findall(pattern, boot.console)[-len(order):]
    off = [row for row, (name, usecs) in zip(order, logged)
           if row[4] != name or int(row[5]) < int(usecs)]
    yield len(logged) == len(order) and not off, \
        'debugfs: no initcall took less than initcall_debug says', str(off[:5])
    modules = {row[4]: row[3].replace('-', '_') for row in order}
    yield [modules.get(name) for name in CHAIN] == ['ffa_module', 'tpm_crb_ffa', 'tpm_crb'], \
        'debugfs: initcalls have their modules', str(modules)
    unknown = [row[4] for row in order if row[3] == '-']
    yield not unknown, 'debugfs: the module of each initcall is known', str(unknown)


def debugfs_moves(boot):
    order = order_rows(boot)
    shown = {row[4]: row[6] for row in order if len(row) > 6}
    wanted = dict.fromkeys(CHAIN[:2], f'pulled forward before {CHAIN[2]}')
    wanted['boot_test_supplier_init'] = 'pulled forward before boot_test_init'
    wanted['supplier_init'] = 'pulled forward before consumer_init'
    yield shown == wanted, 'debugfs: what was pulled forward, and before what', str(shown)
    rest = [int(row[0]) for row in order if row[4] not in wanted]
    yield rest == sorted(rest), 'debugfs: all others are in link order', ''


def traced(boot):
    """The kernel's own tracepoints show the order that ran; ours are gone."""
    trace = '\n'.join(boot.facts['trace'])
    events = set(re.findall(r': (initcall_\w+): ', trace))
    calls = re.findall(r': initcall_start: func=(\w+)', trace)
    yield events == {'initcall_level', 'initcall_start', 'initcall_finish'}, \
        'trace: only the kernel\'s own events of initcalls', str(events)
    yield len(calls) > 0 and calls == boot.calls[-len(calls):], \
        f'trace: the order is that of the log, {len(calls)} initcalls', str(calls[:5])


def edge_states(boot):
    """Consumer and prerequisite, and the remarks on them; '-' and '_' are the same in a name."""
    return {(row[0].replace('-', '_'), row[1].replace('-', '_')): row[2].split(', ')
            for row in rows(boot, 'edges', 3)}


def edges(boots):
    """Those of the rig; what else the image declares is not looked at."""
    bound = ['active', 'prerequisite bound']
    wanted = {('tpm_crb', 'tpm_crb_ffa'): bound, ('tpm_crb_ffa', 'ffa_module'): bound,
              ('boot_test', 'boot_test_supplier'): bound,
              ('early_test', 'boot_test_supplier'): [*bound, f'held {EARLY}']}
    on, pkvm, none, cycle, lost = (edge_states(boots[case]) for case in BOOTS)
    shown = {pair: on.get(pair) for pair in wanted}
    yield shown == wanted, 'debugfs: edges, their prerequisites, and what was held', str(on)
    yield pkvm.get(('tpm_crb', 'tpm_crb_ffa')) == [*bound, f'held {TPM}'], \
        'debugfs: pKVM: the TPM was held until its prerequisite was bound', str(pkvm)
    shown = [none.get(pair, ['-'])[0] for pair in list(wanted)[:2]]
    yield shown == ['dropped'] * 2, 'debugfs: edges that were dropped', str(none)
    shown = [pair for pair, words in cycle.items() if words[0] == 'cycle']
    yield len(shown) == 1, 'debugfs: the edge that closes a cycle', str(cycle)
    shown = lost.get(('tpm_crb_ffa', 'ffa_module'), [])
    yield shown[1:2] in (['prerequisite failed: ffa_init returned -EPERM'],
                         ['prerequisite failed: ffa_init returned -1']), \
        'debugfs: a prerequisite that was blacklisted', str(lost)
    yield lost.get(('tpm_crb', 'tpm_crb_ffa'), [])[1:2] == ['prerequisite not bound'], \
        'debugfs: a prerequisite that is not bound', str(lost)


def held_for(boot, case):
    """From the first line about it to the probe."""
    for device, _, _, _, usecs, *_ in rows(boot, 'held', 7):
        name = re.escape(device)
        since = boot.told_at(rf'initcall_depends: {name}: \S+ is held for ')
        probe = re.search(rf'^\[ *([\d.]+)\] probe of {name} .*returned \S+ after (\d+) usecs',
                          boot.console, re.M)
        took = float(probe.group(1)) * 1000 - int(probe.group(2)) / 1000 - since
        yield usecs.isdigit() and abs(int(usecs) / 1000 - took) < NEAR, \
            f'debugfs: {case}: {device} was held for as long as the log says', f'{usecs}, {took} ms'


def held(boots):
    """The log has a line for each time that a device is held."""
    for case in ('on', 'pkvm'):
        lines = re.findall(r'initcall_depends: (\S+): (\S+) is held for (\S+?)\r?$',
                           boots[case].console, re.M)
        shown = collections.Counter()
        for device, module, prerequisite, times, *_ in rows(boots[case], 'held', 7):
            shown[device, module, prerequisite] += int(times)
        yield shown == collections.Counter(lines) and shown[
            EARLY, 'early_test', 'boot_test_supplier'] > 0, \
            f'debugfs: {case}: {len(shown)} devices were held, as the log says', \
            f'{shown}, log: {lines}'
        yield from held_for(boots[case], case)
    spans = {row[0]: row[5:] for row in rows(boots['pkvm'], 'held', 7)}
    yield spans.get(TPM) == [CHAIN[2], '(drain)'], \
        'debugfs: pKVM: the TPM is held until before late_initcall()', str(spans)
    # Its prerequisite is probed asynchronously, so that it may take an initcall more, or two.
    run = [row[4] for row in order_rows(boots['pkvm'])] + ['(drain)']
    since, until = spans.get(EARLY, ['', ''])
    yield since == 'early_test_init' and until in run[run.index(
        'boot_test_supplier_init'):], \
        'debugfs: a device is held from one initcall to another', str(spans)


def dot(boot, logs):
    path = os.path.join(logs, 'graph.svg')
    run = ask(['dot', '-Tsvg', '-o', path], input='\n'.join(boot.facts['dot']))
    svg = read(path) if run.returncode == 0 else ''
    yield svg.count('class="edge"') == len(boot.facts['edges']) - 1 > 4 and 'tpm_crb_ffa' in svg, \
        f'debugfs: graphviz renders the graph, {path}', run.stdout


def bootgraph(tree, boot, logs):
    path = os.path.join(logs, 'bootgraph.svg')
    script = os.path.join(tree.source, 'scripts', 'bootgraph.pl')
    with open(path, 'w') as out:
        run = subprocess.run(['perl', script], stdout=out, stderr=subprocess.PIPE, text=True,
                             input=boot.console.replace('\r', ''), check=False)
    drawn = re.findall(r'rotate\(90\)"[^>]*>(\w+)<', read(path))
    calls, drawn = iter(boot.calls), [name for name in drawn if name in boot.calls]
    yield run.returncode == 0 and CHAIN[2] in drawn and all(name in calls for name in drawn), \
        f'bootgraph.pl: draws initcalls in the order in which they ran, {len(drawn)} of them', \
        run.stderr + str(drawn)


def core_stays(core):
    """Nothing of the core may stay but message literals, which everybody's do."""
    size = sum(core.values(), collections.Counter())
    yield len(core) > 4 and not size['code'] and not size['data'], \
        f'memory: no code and no data of the core stays after boot, {len(core)} objects, ' \
        f'{size["literals"]} bytes of message literals, {size["tables"]} of tables', str(size)


def driver_core_stays(grown):
    size = sum(sizes['code'] for sizes in grown.values())
    shown = ''.join(f'; {path}: {count} of {kind}' for path, sizes in grown.items()
                    for kind, count in sizes.items() if count)
    yield 0 < size <= MAX_TEXT, f'memory: {size} bytes of code in the driver core{shown}', \
        f'at most {MAX_TEXT} are wanted'


def check_resident(tree, choice):
    """What is still there after boot without CONFIG_INITCALL_DEPENDS_DEBUGFS."""
    try:
        core, grown = resident(tree, choice)
    except Failure as failure:
        yield False, 'memory: compiles without', str(failure)
        return
    what = 'compiles without PRINTK, MODULES, DEBUG_FS and tracing'
    try:
        without(tree, 'tiny', ['PRINTK', 'MODULES', 'DEBUG', 'FTRACE', 'TRACERS', *TESTS],
                *HOOKED, OURS, CORE + '/')
        yield True, what, ''
    except Failure as failure:
        yield False, what, str(failure)
    yield from core_stays(core)
    yield from driver_core_stays(grown)


def check_introspection(tree, rig_boots):
    logs = rig_boots.logs
    boots = {case: read_boot(logs, case) for case in BOOTS}
    yield from debugfs_order(boots['on'])
    yield from debugfs_moves(boots['on'])
    yield from traced(boots['on'])
    yield from edges(boots)
    yield from held(boots)
    yield from dot(boots['on'], logs)
    yield from bootgraph(tree, boots['on'], logs)
