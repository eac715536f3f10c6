# SPDX-License-Identifier: GPL-2.0
"""What initcall-graph predicts from an image is what a boot of that image does."""

import json
import os
import random
import re

from initcall.files import read
from initcall.process import Failure, ask, run
from initcall.rig import guest
from initcall.rig.boot import Case
from initcall.rig.ffa import CASES
from initcall.rig.verdict import Boot
from tests.test_introspection import order_rows, read_boot

GRAPH = 'scripts/initcall-graph/initcall-graph'
# Boots of UML with that many dependencies between modules taken at random.
RANDOM_BOOTS = 6
RANDOM_EDGES = 40

LEVELS = {'early': 'early', '0': 'pure', '1': 'core', '2': 'postcore', '3': 'arch', '4': 'subsys',
          '5': 'fs', 'rootfs': 'rootfs', '6': 'device', '7': 'late'}
# Where the compiler has a macro "unix" that is 1, Kbuild's own symbol says kmod_1 of net/unix.
PREDEFINED = {'1': 'unix'}


def program(tree):
    """As the kernel's own build has made it."""
    return os.path.join(tree.output('wide'), GRAPH)


def graph(tree, *words):
    """(exit status, output, errors) of the tool."""
    done = ask([program(tree), *words], apart=True)
    return done.returncode, done.stdout, done.stderr


def predicted(tree, image, option):
    """Its JSON for a kernel that is started with initcall_depends=@option and so on."""
    option = option.strip()
    param = [f'--param=initcall_depends={option}'] if option else []
    return json.loads(graph(tree, 'json', *param, image)[1])


def predicted_rows(data):
    """As debugfs has them: link, run, level, module, initcall, and why it moved."""
    functions = {call['link']: call['function'] for call in data['initcalls']}
    for call in data['initcalls']:
        moved = call['before'] is not None
        yield [str(call['link']), str(call['run']), call['level'], call['module'] or '-',
               call['function'],
               f'pulled forward before {functions[call["before"]]}' if moved else '']


def executed_rows(boot):
    for row in order_rows(boot):
        yield [*row[:5], row[6] if len(row) > 6 else '']


def predicted_edges(data):
    return [(edge['consumer'], edge['prerequisite'], edge['state']) for edge in data['edges']]


def executed_edges(boot):
    """Without what only the boot could show."""
    for line in boot.facts['edges']:
        if not line.startswith('#'):
            consumer, prerequisite, state = line.split(None, 2)
            yield consumer, prerequisite, state.split(',')[0]


def compare(tree, image, boot, option, name):
    """Entry by entry: order, why an initcall moved, edges and their states."""
    data = predicted(tree, image, option)
    wanted, done = list(predicted_rows(data)), list(executed_rows(boot))
    wrong = [pair for pair in zip(wanted, done) if pair[0] != pair[1]]
    yield wanted == done != [], f'{name}: {len(done)} initcalls in the order that was predicted', \
        str(wrong[:3])
    wanted, done = predicted_edges(data), list(executed_edges(boot))
    yield wanted == done != [], f'{name}: {len(done)} edges in the state that was predicted', \
        str([pair for pair in zip(wanted, done) if pair[0] != pair[1]][:3])


def check_rig_predictions(tree, vmlinux, rig_boots):
    """All boots of the rig."""
    for name, case in CASES.items():
        if not case.option.startswith('off'):
            yield from compare(tree, vmlinux, read_boot(rig_boots.logs, name),
                               case.option.split(' ')[0], f'graph, rig {name}')


class Uml:
    """UML as a machine of the rig, of which nothing but what debugfs says is asked."""

    drivers = ()


def uml_boot(tree, name, option):
    output = tree.output('uml-guest')
    os.makedirs(output, exist_ok=True)
    log = os.path.join(tree.top, 'boots-uml', f'graph-{name}.log')
    run('booting UML', [
        os.path.join(tree.output('uml'), 'linux'), 'mem=256M', 'con0=fd:0,fd:1', 'con=null',
        'kunit.autorun=0', f'initrd={guest.build(output, "um")}', f'initcall_depends={option}'],
        log, timeout=120, quiet=True)
    return Boot(Case(name, '', option, Uml, bool, False), read(log))


def random_options(tree, image):
    """Dependencies between modules at random, among them cycles."""
    data = json.loads(graph(tree, 'json', image)[1])
    modules = sorted({call['module'] for call in data['initcalls'] if call['module']})
    declared = [f'drop={edge["consumer"]}:{edge["prerequisite"]}' for edge in data['edges']]
    for seed in range(RANDOM_BOOTS):
        chance = random.Random(seed)
        added = [f'add={chance.choice(modules)}:{chance.choice(modules)}'
                 for _ in range(RANDOM_EDGES)]
        yield f'{RANDOM_EDGES} edges at random, {seed}', ','.join(added + declared[:seed % 2])
        levels = '' if seed % 2 else ':device+late'
        yield f'a random order, {seed}', \
            ','.join([f'shuffle={chance.getrandbits(64)}{levels}', *added[:5]])


def check_uml_predictions(tree, rig_image, uml_vmlinux):
    options = [('as declared', 'verbose'), *random_options(tree, uml_vmlinux)]
    for number, (name, option) in enumerate(options):
        try:
            boot = uml_boot(tree, str(number), option)
            yield from compare(tree, uml_vmlinux, boot, option, f'graph, UML {name}')
        except Failure as failure:
            yield False, f'graph, UML {name}', str(failure)


def calls_of(tree, image):
    """(module, function, level) of each initcall, in the order in which they run."""
    return [(call['module'] or '-', call['function'], call['level']) for call in
            json.loads(graph(tree, 'json', image)[1])['initcalls']]


def longest_increasing(numbers):
    """Its length, the plain quadratic way."""
    best = []
    for i, number in enumerate(numbers):
        best.append(1 + max((best[j] for j in range(i) if numbers[j] < number), default=0))
    return max(best, default=0)


def check_diff(tree, vmlinux, uml_vmlinux):
    """Two images that differ in much; the sum at the end is worked out here once more."""
    status, text, _ = graph(tree, 'diff', vmlinux, vmlinux)
    total = len(calls_of(tree, vmlinux))
    yield status == 0 and text == f'0 of {total} initcalls moved, 0 gone, 0 added\n', \
        'graph: diff of an image with itself is empty', text
    old, new = calls_of(tree, vmlinux), calls_of(tree, uml_vmlinux)
    both = [call for call in old if call in new]
    if len(set(old)) < len(old) or len(set(new)) < len(new):
        yield False, 'graph: diff', 'initcalls that look the same'
    moved = len(both) - longest_increasing([new.index(call) for call in both])
    gone, added = len(old) - len(both), len(new) - len(both)
    wanted = f'{moved} of {len(old)} initcalls moved, {gone} gone, {added} added'
    status, text, _ = graph(tree, 'diff', vmlinux, uml_vmlinux)
    lines = text.splitlines()
    yield status == 1 and lines[-1] == wanted and moved > 0, \
        f'graph: diff of two images: {wanted}', text[-500:]
    counts = [sum(line.startswith(word) for line in lines)
              for word in ('moved ', 'gone ', 'added ')]
    yield counts == [moved, gone, added], 'graph: diff names each of them', text[:500]


def check_why(tree, vmlinux):
    status, text, _ = graph(tree, 'why', 'tpm-crb', 'ffa_module', vmlinux)
    steps = re.findall(r'^  (\S+) needs (\S+): drivers/\S+\.c:\d+$', text, re.M)
    yield status == 0 and steps == [('tpm_crb', 'tpm_crb_ffa'), ('tpm_crb_ffa', 'ffa-module')], \
        'graph: why shows the path, with file and line', text
    status, text, _ = graph(tree, 'why', 'kvm', 'tpm_crb', vmlinux)
    yield status == 1 and 'no dependencies lead' in text and 'finalize_pkvm' in text, \
        'graph: why says that there is none', text
    status, text, errors = graph(tree, 'why', 'kvm', 'nonsense', vmlinux)
    yield (status, text, errors) == (
        2, '', f'{vmlinux}: error: no initcall belongs to a module nonsense\n'), \
        'graph: why does not know such a module', errors
    status, text, errors = graph(tree, 'why', 'kvm', 'core', vmlinux)
    yield (status, text, errors) == (
        2, '', f'{vmlinux}: error: several modules are called core: give the path\n'), \
        'graph: why wants a path for an ambiguous name', errors


def check_pictures(tree, vmlinux):
    cycle = '--param=add=ffa_module:tpm_crb'
    status, text, errors = graph(tree, 'svg', cycle, vmlinux)
    path = os.path.join(tree.top, 'initcall-graph.svg')
    with open(path, 'w') as file:
        file.write(text)
    data = json.loads(graph(tree, 'json', cycle, vmlinux)[1])
    yield status == 0 and text.count('class="edge"') == len(data['edges']) > 0 and \
        'class="cluster"' in text, f'graph: svg has all edges, and clusters, {path}', errors
    yield [len(each) for each in data['cycles']] == [3] and text.count('>cycle<') == 1 and \
        text.count('stroke="red"') >= 3 and 'fill="palegreen"' in text, \
        'graph: svg shows cycles in red, and what was pulled forward in green', str(data['cycles'])
    boxes = [graph(tree, 'dot', *words, vmlinux)[1].count('[label="') for words in ((), ('--all',))]
    yield 5 < boxes[0] < boxes[1] / 5, \
        'graph: dot leaves out modules without dependencies, unless --all', str(boxes)


def check_usage(tree, vmlinux):
    """What the user sees."""
    status, text, _ = graph(tree, '--help')
    commands = ('order', 'edges', 'check', 'modules', 'why', 'dot', 'svg', 'json', 'diff')
    yield status == 0 and all(f'\n  {command} ' in text for command in commands), \
        'graph: --help', text
    for command in ('order', 'edges'):
        text = graph(tree, command, vmlinux)[1]
        yield '\033' not in text and max(map(len, text.splitlines())) <= 100, \
            f'graph: {command} has no colours and is readable at 100 columns', ''
    script = f"script -qec '{program(tree)} order --moved {vmlinux}' /dev/null"
    done = ask(['sh', '-c', script], apart=True)
    yield '\033[32m' in done.stdout, 'graph: colours on a terminal', done.stdout


def symbols(vmlinux):
    """(module, function, level) of each initcall, in link order, as its symbol says."""
    run = ask(['llvm-nm-19', '-n', vmlinux], right=True)
    pattern = r' __initcall__kmod_(\w+?)__\d+_\d+_(\w+?)(early|rootfs|\d)(s?)(?:\.llvm\.\d+)?$'
    for module, function, level, sync in re.findall(pattern, run.stdout, re.M):
        if level in LEVELS:
            yield (PREDEFINED.get(module, module), function,
                   LEVELS[level] + ('_sync' if sync else ''))


def shown(tree, vmlinux):
    """The same, as initcall-graph shows it."""
    calls = json.loads(graph(tree, 'json', vmlinux)[1])['initcalls']
    for call in sorted(calls, key=lambda call: call['link']):
        name = re.sub('[-,]', '_', os.path.basename(call['path'] or '_'))
        yield name, call['function'], call['level']


def compare_symbols(tree, what, vmlinux):
    listed = list(symbols(vmlinux))
    # What UML compiles for the host has initcalls that neither symbol nor record gives a module.
    read = [call for call in shown(tree, vmlinux) if call[0] != '_']
    wrong = [pair for pair in zip(read, listed) if pair[0] != pair[1]]
    yield read == listed != [], f'images: {what}: {len(read)} initcalls as their symbols say', \
        f'{wrong[:3]} {len(read)} {len(listed)}'


def check_own_images(tree, vmlinux, uml_vmlinux):
    """Those of other tests; the tool agrees with their symbols."""
    yield from compare_symbols(tree, 'arm64, relative records', vmlinux)
    yield from compare_symbols(tree, 'UML, absolute records', uml_vmlinux)
