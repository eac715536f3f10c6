# SPDX-License-Identifier: GPL-2.0
"""Run both fuzzers side by side, from generated images and from what earlier runs have found."""

import os
import re

from initcall.arguments import positive
from initcall.files import read
from initcall.graph import images
from initcall.process import Failure, threads
from initcall.process import run as run_logged

# Longest input: a graph of fuzz_order.c has less, an image of images.py as well.
FUZZERS = {'order': 256, 'image': 6000}
DAY = 24 * 3600


def fuzz(name, out, limit):
    """The number of executions; a finding is a Failure, its input is kept in FOLDER/found."""
    corpus, seeds, found, log = (os.path.join(out, part) for part in (
        f'corpus/{name}', f'seeds/{name}', 'found', f'fuzz_{name}.log'))
    for folder in (corpus, seeds, found):
        os.makedirs(folder, exist_ok=True)
    if name == 'image':
        images.write_all(seeds)
    run_logged(f'fuzzing the {name}', [
        os.path.join(out, f'fuzz_{name}'), limit, f'-max_len={FUZZERS[name]}', '-timeout=10',
        '-print_final_stats=1', f'-artifact_prefix={found}/{name}-', corpus, seeds],
        log, timeout=DAY)
    return int(re.search(r'^stat::number_of_executed_units: (\d+)$', read(log), re.M).group(1))


def arguments(parser):
    parser.add_argument('out', metavar='FOLDER', type=os.path.abspath,
                        help='where make O=FOLDER has built the fuzzers')
    parser.add_argument('--seconds', type=positive, default=60, help='how long (default 60)')
    parser.add_argument('--runs', type=positive, help='instead, so many executions of each')


def run(args):
    for name in FUZZERS:
        if not os.path.exists(os.path.join(args.out, f'fuzz_{name}')):
            raise Failure(f'{args.out}: error: fuzz_{name} is not there; see the Makefile')
    limit = f'-runs={args.runs}' if args.runs else f'-max_total_time={args.seconds}'
    with threads(len(FUZZERS)) as pool:
        jobs = {name: pool.submit(fuzz, name, args.out, limit) for name in FUZZERS}
        for name, job in jobs.items():
            print(f'{name}: {job.result()} executions, no finding')
    return 0
