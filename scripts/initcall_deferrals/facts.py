# SPDX-License-Identifier: GPL-2.0
"""Run a semantic patch that prints lines over many files: in batches, on all cores.

With a folder to keep them in, the lines of a file are not made again until it changes.
"""

import contextlib
import functools
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent import futures

from initcall_deferrals import source
from initcall_makefile import Failure

SCRIPTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Files: spatch starts quickly, and a small batch fills all cores to the end.
BATCH = 24
SECONDS = 120   # for one file, which takes one or two
# What the tree itself calls an attribute, which spatch could not know of.
ATTRIBUTES = os.path.join('include', 'linux', 'compiler_attributes.h')
GIVEN_UP = re.compile(r'^EXN: (.*) in (\S+)$', re.M)


def cores():
    return len(os.sched_getaffinity(0))


def spatch():
    program = shutil.which(os.environ.get('SPATCH', 'spatch'))
    if not program:
        raise Failure('error: spatch is missing: install coccinelle')
    return program


def run_rules(mode, rules, kdir, files, *words):
    """What a semantic patch prints of some files, and its errors; it ends with this program."""
    known = ['--macro-file', ATTRIBUTES] if os.path.exists(os.path.join(kdir, ATTRIBUTES)) else []
    command = ['setpriv', '--pdeathsig', 'KILL', spatch(), '-D', mode, *words, '--very-quiet',
               *known, '--no-includes', '--cocci-file', rules, '--file-groups', '/dev/stdin']
    run = subprocess.run(command, cwd=kdir, input=''.join(f'{path}\n\n' for path in files),
                         env={**os.environ, 'srctree': '.', 'INITCALL_SCRIPTS': SCRIPTS},
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                         errors='replace', check=False)
    if run.returncode:
        raise Failure(f'{files[0]}: error: spatch failed on this file or one of the '
                      f'{len(files) - 1} after it:\n{run.stderr.strip()[-2000:]}')
    return run.stdout, run.stderr


def in_batches(what, files, work):
    """Pairs of some files and what @work makes of them; says now and then how far it is."""
    batches = [files[start:start + BATCH] for start in range(0, len(files), BATCH)]
    done, start, end = 0, time.monotonic(), '\r' if sys.stderr.isatty() else '\n'
    shown = start
    pool = futures.ThreadPoolExecutor(cores())      # not waited for after an interrupt
    for batch, result in zip(batches, pool.map(work, batches)):
        yield batch, result
        done, now = done + len(batch), time.monotonic()
        if now - shown > (0.5 if end == '\r' else 30):
            shown = now
            print(f'{what} ... {done} of {len(files)} files, {now - start:.0f} s', end=end,
                  file=sys.stderr, flush=True)
    if files:
        print(f'{what}: {len(files)} files, {time.monotonic() - start:.0f} s', file=sys.stderr)


@functools.lru_cache(maxsize=None)
def makers(kdir, rules):
    """A hash of what makes lines of a file."""
    program = spatch()
    stat = os.stat(program)
    total = hashlib.sha256(f'{program} {stat.st_size} {stat.st_mtime_ns}\n'.encode())
    for name in (rules, source.__file__, os.path.join(kdir, ATTRIBUTES)):
        with contextlib.suppress(FileNotFoundError), open(name, 'rb') as file:
            total.update(hashlib.sha256(file.read()).digest())
    return total


def remembered(kdir, rules, path, cache):
    """Where the lines of a file are kept, by the content of all that makes them; or None."""
    if not cache:
        return None
    total = makers(kdir, rules).copy()
    with open(os.path.join(kdir, path), 'rb') as file:
        total.update(f'{path}\n'.encode() + file.read())
    digest = total.hexdigest()
    return os.path.join(cache, digest[:2], digest)


def keep(kept, lines):
    """Write a file of the cache, all of it or nothing."""
    with contextlib.suppress(OSError):      # if it cannot be written, it is made again
        os.makedirs(os.path.dirname(kept), exist_ok=True)
        aside = f'{kept}.{os.getpid()}'
        with open(aside, 'w') as file:
            file.writelines(lines)
        os.replace(aside, kept)


def by_file(text, files):
    """{file: its lines}"""
    found = {path: [] for path in files}
    for line in text.splitlines(True):
        words = line.split('\t', 2)
        if len(words) == 3 and words[1] in found:
            found[words[1]].append(line)
    return {path: sorted(set(lines)) for path, lines in found.items()}


def facts_of(kdir, rules, files):
    """({file: lines} of what the rules print and what can be read, what spatch complains about)."""
    text, errors = run_rules('facts', rules, kdir, files, '--no-show-diff', '--timeout',
                             str(SECONDS))
    found = {}
    for path, lines in by_file(text, files).items():
        with open(os.path.join(kdir, path), errors='replace') as file:
            found[path] = source.words(path, file.read(), lines)
    return found, errors


def collect(what, kdir, rules, files, cache):
    """{file: lines} of all that is seen in it, and {file: why} of those that are given up."""
    found, todo, left = {}, [], {}
    kept = {path: remembered(kdir, rules, path, cache) for path in sorted(files)}
    for path in kept:
        if kept[path] and os.path.exists(kept[path]):
            with open(kept[path]) as file:
                found[path] = file.readlines()
        else:
            todo.append(path)
    for batch, (facts, errors) in in_batches(what, todo, functools.partial(facts_of, kdir, rules)):
        found.update(facts)
        left.update({path: why for why, path in GIVEN_UP.findall(errors)})
        for path in batch:
            if kept[path] and path not in left:     # spatch goes on without it
                keep(kept[path], found[path])
    return found, left
