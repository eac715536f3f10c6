# SPDX-License-Identifier: GPL-2.0
"""What finds missing declarations: discover, random orders, and shrink."""

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from initcall.files import read
from initcall.order import discover as loop
from initcall.order import lines, torture
from initcall.order.targets import netlink
from initcall.process import Failure, Step, end, initcall
from tests.test_graph import graph, program
from tests.test_names import INITCALL

# Nothing that anybody has declared for the TPM.
UNDECLARED = 'drop=tpm_crb:tpm_crb_ffa,drop=tpm_crb_ffa:ffa_module'
NETLINK = netlink()
SEEDS = 20
# How many dependencies shrink has to find at a time.
PLANTED = (1, 1, 2, 3, 4)


def logged(tree, what, name, *words, status=0):
    """Output of a command; raises if it ends with another status."""
    tree.run(what, initcall(*words), name, status=status)
    return tree.log_of(name)


def discover_words(tree, image, name, machines, *more):
    return ['learn-lines', *machines, '--arm64', image, '--out', tree.output('firmware'),
            '--keep', os.path.join(tree.top, f'boots-{name}'), '--source', tree.source, *more]


def printed_and_counted(tree):
    """The log names as many deferred devices as it counts."""
    console = read(tree.top, 'boots-discover-check', 'pkvm-round-1', 'console.log')
    found = loop.found(console)
    count = sum(row.what == loop.UNDECLARED for row in found)
    wanted = f'initcall_depends: devices deferred: {len(found)}, {count} undeclared, '
    yield wanted in console and count, \
        f'discover: the log names {count} of them, and counts them', f'{wanted}\n{found}'


def check_discover(tree, wide_image):
    """Nothing declared, and the loop finds it; all declared, and it is silent."""
    text = logged(tree, 'finding out what is not declared', 'discover', *discover_words(
        tree, wide_image, 'discover-check', ['plain', 'pkvm'], '--base', UNDECLARED))
    found = set(re.findall(r'^(drivers/\S+): initcall_depends\("(\S+)"\)', text, re.M))
    wanted = {('drivers/char/tpm/tpm_crb.c', 'ffa_module'),
              ('drivers/char/tpm/tpm_crb.c', 'tpm_crb_ffa'),
              ('drivers/firmware/arm_ffa/driver.c', 'kvm')}
    yield found == wanted, 'discover: finds what the TPM needs', text
    for machine in ('plain', 'pkvm'):
        before = re.search(rf'^{machine}: without a line: .* IMA has not measured', text, re.M)
        after = re.search(rf'^{machine}: with \d lines: 0 devices deferred .* IMA has measured',
                          text, re.M)
        yield before and after, \
            f'discover: {machine}: with these lines nothing is deferred and IMA measures', text
    yield from printed_and_counted(tree)
    text = logged(tree, 'looking at what is declared', 'discover-declared',
                  *discover_words(tree, wide_image, 'discovered', ['plain']))
    yield 'plain: round 1: 0 devices deferred, 0 for want of a line' in text, \
        'discover: is silent where the order is right', text
    yield from written(tree, sorted(wanted))


def copy_sources(tree, files, work):
    """As they were before the overlay came."""
    for file in files:
        os.makedirs(os.path.dirname(os.path.join(work, file)), exist_ok=True)
        saved = os.path.join(tree.source, '.initcall_depends', 'originals', file)
        shutil.copy(saved if os.path.exists(saved) else os.path.join(tree.source, file),
                    os.path.join(work, file))


def refused(work):
    """What is not there is an error."""
    try:
        lines.write(work, [('drivers/nonsense.c', 'x')])
    except Failure as failure:
        return 'no such file' in str(failure)
    return False


def written(tree, wanted):
    """By semantic patch, into files that have no such line."""
    with tempfile.TemporaryDirectory() as work:
        copy_sources(tree, {'Kbuild', *(file for file, _ in wanted)}, work)
        before = lines.diff(work, wanted)
        lines.write(work, wanted)
        added = before.count('\n+') - before.count('\n+++')
        once = all(read(work, file).count(f'\ninitcall_depends("{name}");\n') == 1
                   for file, name in wanted)
        yield once and added == len(wanted) + 2, \
            'discover: lines are written by semantic patch', before
        yield not lines.diff(work, wanted), 'discover: nothing is written twice', ''
        for file, name in wanted:
            path = os.path.join(work, file)
            text = read(path).replace(f'initcall_depends("{name}");',
                                      f'initcall_depends( "{name.replace("_", "-")}" ) ;')
            with open(path, 'w') as out:
                out.write(text)
        again = lines.diff(work, wanted)
        yield not again, 'discover: nor where somebody writes such lines in another way', again
        yield refused(work), 'discover: a file that is not there is an error', ''


def check_sources(tree, wide_vmlinux):
    """Each module of an image, as the log names it, leads to a file where a line belongs."""
    calls = json.loads(graph(tree, 'json', wide_vmlinux)[1])['initcalls']
    paths = {call['path'].split()[0] for call in calls if call['path']}
    files = lines.sources_of(tree.source, sorted(paths))
    wrong = [path for path, file in files.items()
             if not INITCALL.search(read(tree.source, file))]
    yield len(paths) > 100 and files.keys() == paths, \
        'discover: knows the sources of all modules', str(paths - files.keys())
    yield len(wrong) < len(paths) / 20, 'discover: nearly all of these have the initcall', \
        '\n'.join(wrong)


def torture_words(tree, image, name, seeds, *more):
    folder = os.path.join(tree.top, name)
    return folder, ['boot-orders', folder, '--arm64', image, '--out', tree.output('firmware'),
                    '--seeds', str(seeds), *more]


def summary(folder):
    with open(os.path.join(folder, 'summary.json')) as file:
        return json.load(file)['rows']


def check_torture(tree, wide_image):
    """A short campaign, interrupted once; and one that cannot succeed."""
    folder, words = torture_words(tree, wide_image, 'torture-check', SEEDS, '--base', NETLINK)
    shutil.rmtree(folder, ignore_errors=True)
    yield from interrupted(folder, words)
    text = logged(tree, f'booting {SEEDS} random orders', 'torture', *words)
    pattern = rf'^{2 * SEEDS} boots, of which (\d+) are done already'
    done = sum(map(int, re.findall(pattern, text, re.M)))
    yield 0 < done < 2 * SEEDS, \
        f'torture: goes on after the {done} boots that were done before the interrupt', text
    for row in summary(folder):
        yield row['right'] == row['boots'] == SEEDS, \
            f'torture: {row["machine"]}: {row["right"]} of {SEEDS} orders with the right ' \
            'boot_aggregate', text
    text = logged(tree, 'booting none of them again', 'torture-again', *words)
    yield f'{2 * SEEDS} boots, of which {2 * SEEDS} are done already' in text, \
        'torture: boots nothing twice', text
    logs = os.listdir(os.path.join(folder, 'logs'))
    yield len(logs) == 2 * SEEDS, 'torture: each boot has its log', str(len(logs))
    yield from failing(tree, wide_image)


def test_whole_lines(monkeypatch):
    """What a thread says is written at once, so that another one cannot get in between."""
    written = []
    monkeypatch.setattr(sys, 'stdout', argparse.Namespace(
        write=lambda text: written.append(text) if text else None, flush=lambda: None,
        isatty=lambda: False))
    loop.Loop(None, 'plain').say('round 1')
    Step('booting').done()
    assert written == ['plain: round 1\n', 'booting: done, 0:00\n']


def test_progress(tmp_path, monkeypatch):
    """Boots of another campaign in the same folder do not count."""
    shown = []
    args = argparse.Namespace(folder=str(tmp_path), machines=['plain'], levels=['core'], first=1,
                              seeds=2, base='', timeout=60)
    one, two = torture.all_runs(args)
    row = {'right': True, 'console': ''}
    monkeypatch.setattr(torture, 'read_results', lambda *_: {
        one: row, torture.Run('plain', 'late', 1): row, torture.Run('pkvm', 'core', 1): row})
    monkeypatch.setattr(torture, 'run_all', lambda *_: [(two, dict(row))])
    monkeypatch.setattr(torture.Step, 'show', lambda _, how_far: shown.append(how_far))
    results, missing = torture.campaign(args, 'kit')
    assert shown == ['2 of 2 boots, 0 not right']
    assert list(results) == [one, two] and not missing


def failing(tree, image):
    folder, words = torture_words(tree, image, 'torture-check-wrong', 4, '--machines', 'plain',
                                  '--base', f'{UNDECLARED},{NETLINK}')
    shutil.rmtree(folder, ignore_errors=True)
    text = logged(tree, 'booting some that fail', 'torture-wrong', *words, status=1)
    yield summary(folder)[0]['outcomes'].get('bypass', 0) > 0 and 'bypass' in text, \
        'torture: a boot without the TPM is not taken for right', text


def interrupted(folder, words):
    """
    When a few boots are done; by SIGTERM, as SIGINT is ignored where these checks run in the
    background.
    """
    results = os.path.join(folder, 'results.jsonl')
    process = subprocess.Popen(initcall(*words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, start_new_session=True)
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None and (
                not os.path.exists(results) or read(results).count('"outcome"') < 3):
            time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        text = process.communicate(timeout=60)[0]
    finally:
        end(process.pid)
    yield process.returncode == 130 and 'the next run goes on from here' in text, \
        'torture: an interrupt is reported', text


# What a boot does, without one: all that has been planted is in the right order.
PREDICATE = '''
import json, os, subprocess, sys
graph, vmlinux, level, pairs = sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4])
words = os.environ['INITCALL_DEPENDS']
param = [f'--param=initcall_depends={words}'] if words else []
data = json.loads(subprocess.run([graph, 'json', *param, vmlinux], stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL, check=True).stdout)
run = {}
for call in data['initcalls']:
    if call['level'] == level:
        run.setdefault(call['path'], call['run'])
sys.exit(0 if all(run[earlier] < run[later] for later, earlier in pairs) else 1)
'''


def initcalls(tree, image, *words):
    return json.loads(graph(tree, 'json', *words, image)[1])['initcalls']


def plantable(tree, image, level):
    """Paths of modules that shrink can pin, in link order."""
    calls = initcalls(tree, image)
    late = {call['path'] for call in calls if call['level'].endswith('_sync')}
    paths = dict.fromkeys(call['path'] for call in calls if call['level'] == level)
    return [path for path in paths if path and path not in late]


def plant(tree, image, level, count, chance):
    """(seed, pairs): dependencies that link order meets, and the seed does not."""
    paths = plantable(tree, image, level)
    for seed in range(1000):
        chosen = [sorted(chance.sample(range(len(paths)), 2)) for _ in range(count)]
        if len({place for pair in chosen for place in pair}) < 2 * count:
            continue
        pairs = [(paths[later], paths[earlier]) for earlier, later in chosen]
        calls = initcalls(tree, image, f'--param=initcall_depends=shuffle={seed}:{level}')
        run = {call['path']: call['run'] for call in reversed(calls) if call['level'] == level}
        if all(run[later] < run[earlier] for later, earlier in pairs):
            return seed, pairs
    raise Failure('no seed does that')


def check_shrink(tree, wide_vmlinux):
    """Dependencies planted at random, judged by a command that asks initcall-graph."""
    chance = random.Random(1)
    for number, count in enumerate(PLANTED):
        seed, pairs = plant(tree, wide_vmlinux, 'device', count, chance)
        yield from shrink_planted(tree, wide_vmlinux, number, seed, pairs)


def name_of(path):
    return os.path.basename(path).replace('-', '_')


def shrink_planted(tree, image, number, seed, pairs):
    with tempfile.TemporaryDirectory() as work:
        script = os.path.join(work, 'predicate.py')
        with open(script, 'w') as file:
            file.write(PREDICATE)
        words = ['find-pairs', '--vmlinux', image, '--graph', program(tree), '--seed', str(seed),
                 '--source', tree.source, '--state', os.path.join(work, 'state'), '--',
                 sys.executable, script, program(tree), image, 'device', json.dumps(pairs)]
        text = logged(tree, 'shrinking', f'shrink-{number}', *words)
        found = set(re.findall(r'\((\S+)\) must come before .* \((\S+)\)$', text, re.M))
        found = {(name_of(earlier), name_of(later)) for earlier, later in found}
        boots = sum(map(int, re.findall(r'^(\d+) boots\. What', text, re.M)))
        yield found == {(name_of(earlier), name_of(later)) for later, earlier in pairs}, \
            f'shrink: finds the {len(pairs)} planted pairs among all of a level, ' \
            f'{boots} boots', text
        text = logged(tree, 'shrinking again', f'shrink-{number}', *words)
        yield '\n0 boots. What' in text, 'shrink: a second run has all of it already', text


def check_shrink_rig(tree, wide_image, wide_vmlinux):
    """By boots: what networking needs, which the overlay does not declare by default."""
    folder, words = torture_words(tree, wide_image, 'torture-check-panic', 8,
                                  '--machines', 'plain', '--levels', 'core')
    logged(tree, 'booting orders that panic', 'torture-panic', *words, status=1)
    wrong = summary(folder)[0]['wrong_seeds']
    yield len(wrong) > 1 and set(wrong.values()) == {'kernel panic'}, \
        f'torture: {len(wrong)} of 8 orders panic without the set "netlink"', str(wrong)
    if not wrong:
        return
    state = os.path.join(folder, 'shrink')
    if os.path.exists(state + '.jsonl'):
        os.unlink(state + '.jsonl')
    kit = os.path.join(folder, read(folder, 'kit'))
    text = logged(tree, 'shrinking an order that panics', 'shrink-rig', 'find-pairs',
                  '--vmlinux', wide_vmlinux, '--seed', min(wrong, key=int), '--levels', 'core',
                  '--source', tree.source, '--state', state, '--',
                  *initcall('boot-one', 'plain', '--kit', kit, '--verdict'))
    found = set(re.findall(r'^(net/\S+): initcall_depends\("(\S+)"\)$', text, re.M))
    yield found == {('net/netlink/af_netlink.c', 'socket'),
                    ('net/netlink/genetlink.c', 'af_netlink')}, \
        'shrink: finds by boots what networking needs', text
