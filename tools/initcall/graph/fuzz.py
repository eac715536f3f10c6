# SPDX-License-Identifier: GPL-2.0
"""Runs both fuzzers side by side, from the inputs in corpus/ and those that earlier runs have left.

Each file in corpus/ has one input a line: zlib, then base64.
"""

import base64
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zlib

from initcall.files import data, read
from initcall.graph import images
from initcall.process import GENTLE, Failure

# Longest input: a graph of fuzz_order.c has less, an image of images.py as well.
FUZZERS = {'order': 256, 'image': 6000}
# How libFuzzer ends on a signal.
INTERRUPTED = 72
# What is kept in the repository, for each fuzzer.
MAX_CORPUS = 90 * 1024


def save(folder, text):
    with open(os.path.join(folder, hashlib.sha1(text).hexdigest()), 'wb') as file:
        file.write(text)


def unpack(name, out):
    """The folder with the inputs to start from."""
    seeds = os.path.join(out, 'seeds', name)
    shutil.rmtree(seeds, ignore_errors=True)
    os.makedirs(seeds)
    if name == 'image':
        images.write_all(seeds)
    with open(data('initcall-graph', 'corpus', name)) as file:
        for line in file:
            save(seeds, zlib.decompress(base64.b64decode(line)))
    return seeds


def command(name, out, limit):
    corpus, found = os.path.join(out, 'corpus', name), os.path.join(out, 'found')
    os.makedirs(corpus, exist_ok=True)
    os.makedirs(found, exist_ok=True)
    return [os.path.join(out, 'fuzz_' + name), limit, f'-max_len={FUZZERS[name]}',
            '-print_final_stats=1', '-timeout=10', f'-artifact_prefix={found}/{name}-', corpus,
            unpack(name, out)]


def log_of(name, out):
    return os.path.join(out, f'fuzz_{name}.log')


def executions(name, out):
    """So far: each line of a fuzzer begins with their number."""
    counts = re.findall(r'^#(\d+)\t|^stat::number_of_executed_units: (\d+)$',
                        read(log_of(name, out)), re.M)
    return max((int(a or b) for a, b in counts), default=0)


def start(name, out, limit):
    with open(log_of(name, out), 'w') as log:
        return subprocess.Popen([*GENTLE, *command(name, out, limit)], stdout=log, stderr=log,
                                stdin=subprocess.DEVNULL)


def wait(processes, out):
    """A line a second, until all have ended or one has found something."""
    begin = time.monotonic()
    while any(process.poll() is None for process in processes.values()):
        time.sleep(1)
        counts = ', '.join(f'{executions(name, out)} of {name}' for name in processes)
        print(f'{time.monotonic() - begin:.0f} s: {counts}', flush=True)
        if any(process.poll() for process in processes.values()):
            return


def report(name, out, status):
    """One line; a finding with the words of the sanitizer and the input that shows it."""
    log = read(log_of(name, out))
    if not status:
        print(f'{name}: {executions(name, out)} executions, no finding')
        return True
    if status in (-signal.SIGTERM, INTERRUPTED):
        print(f'{name}: {executions(name, out)} executions, stopped because of the other')
        return True
    words = re.search(r'^.*(?:runtime error|ERROR: |: error: ).*$', log, re.M)
    unit = re.search(r'Test unit written to (\S+)', log)
    print(f'{name}: error: {words.group(0) if words else f"exit status {status}"}\n'
          f'  input: {unit.group(1) if unit else "none"}\n  full log: {log_of(name, out)}',
          file=sys.stderr)
    return False


def fuzz(names, out, limits):
    processes = {}
    try:
        for name in names:
            processes[name] = start(name, out, limits[name])
        wait(processes, out)
    finally:
        for process in processes.values():
            process.terminate()
            process.wait()
    clean = [report(name, out, process.returncode) for name, process in processes.items()]
    return 0 if all(clean) else 1


def keep(name, out):
    """Put into corpus/ what reaches more than the generated images do, the shortest first."""
    merged, seeds = os.path.join(out, 'merged', name), unpack(name, out)
    shutil.rmtree(merged, ignore_errors=True)
    os.makedirs(merged)
    if name == 'image':
        images.write_all(merged)
    generated = set(os.listdir(merged))
    program, corpus = os.path.join(out, 'fuzz_' + name), os.path.join(out, 'corpus', name)
    subprocess.run([program, '-set_cover_merge=1', merged, corpus, seeds],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    lines = []
    for path in sorted(set(os.listdir(merged)) - generated):
        with open(os.path.join(merged, path), 'rb') as file:
            lines.append(base64.b64encode(zlib.compress(file.read(), 9)).decode() + '\n')
    lines.sort(key=lambda line: (len(line), line))
    while sum(len(line) for line in lines) > MAX_CORPUS:
        lines.pop()
    aside = data('initcall-graph', 'corpus', name + '.new')
    with open(aside, 'w') as file:
        file.writelines(lines)
    os.rename(aside, aside.removesuffix('.new'))
    print(f'{name}: {len(lines)} inputs kept')


def arguments(parser):
    parser.add_argument('out', metavar='FOLDER', type=os.path.abspath,
                        help='where make O=FOLDER has built the fuzzers')
    parser.add_argument('--seconds', type=int, default=60, help='how long (default 60)')
    for name in FUZZERS:
        parser.add_argument(f'--{name}', type=int, metavar='N',
                            help=f'instead, this many executions of fuzz_{name}')
    parser.add_argument('--only', choices=FUZZERS, help='only this one')
    parser.add_argument('--keep', action='store_true',
                        help='afterwards, put the best inputs into corpus/')


def run(args):
    names = [args.only] if args.only else list(FUZZERS)
    for name in names:
        if not os.path.exists(os.path.join(args.out, 'fuzz_' + name)):
            raise Failure(f'{args.out}: error: fuzz_{name} is not there; see the Makefile')
    runs = {name: getattr(args, name) for name in names}
    limits = {name: f'-runs={runs[name]}' if runs[name] else
              f'-max_total_time={args.seconds}' for name in names}
    status = fuzz(names, args.out, limits)
    if args.keep and not status:
        for name in names:
            keep(name, args.out)
    return status
