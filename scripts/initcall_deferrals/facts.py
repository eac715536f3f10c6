# SPDX-License-Identifier: GPL-2.0
"""Run a semantic patch that prints lines over many files: in batches, on all cores.

With a folder to keep them in, the lines of a file are not made again until it changes.
"""

import collections
import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from initcall_deferrals.progress import Step, stop_group
from initcall_makefile import Failure

# Files: spatch starts quickly, and a small batch fills all cores to the end.
BATCH = 24
SECONDS = 120   # for one file, which takes one or two
GIVEN_UP = re.compile(r'^EXN: (.*) in (\S+)$', re.M)


def cores():
    return len(os.sched_getaffinity(0))


def spatch():
    program = shutil.which(os.environ.get('SPATCH', 'spatch'))
    if not program:
        raise Failure('error: spatch is missing: install coccinelle')
    return program


class Batch:
    """Some files, and spatch at work on them, one after the other."""

    def __init__(self, kdir, rules, files, work):
        self.files = files
        self.base = tempfile.mkdtemp(dir=work)
        groups = os.path.join(self.base, 'groups')
        with open(groups, 'w') as file:
            file.write(''.join(f'{path}\n\n' for path in files))
        self.out = open(os.path.join(self.base, 'out'), 'w+', errors='replace')
        self.err = open(os.path.join(self.base, 'err'), 'w+', errors='replace')
        command = [spatch(), '-D', 'facts', '--very-quiet', '--no-show-diff', '--no-includes',
                   '--timeout', str(SECONDS), '--cocci-file', rules, '--file-groups', groups]
        self.process = subprocess.Popen(command, cwd=kdir, stdout=self.out, stderr=self.err,
                                        stdin=subprocess.DEVNULL, start_new_session=True)

    def lines(self):
        """{file: its lines}, when it is done."""
        if self.process.returncode:
            raise Failure(f'{self.files[0]}: error: spatch failed on this file or one of the '
                          f'{len(self.files) - 1} after it:\n{self.errors().strip()[-2000:]}')
        found = {path: [] for path in self.files}
        self.out.seek(0)
        for line in self.out:
            words = line.split('\t', 2)
            if len(words) == 3 and words[1] in found:
                found[words[1]].append(line)
        return {path: sorted(set(lines)) for path, lines in found.items()}

    def errors(self):
        self.err.seek(0)
        return self.err.read()

    def given_up(self):
        """{file: why} of those that spatch has not finished, but goes on without."""
        return {path: why for why, path in GIVEN_UP.findall(self.errors())}

    def close(self):
        stop_group(self.process)
        self.out.close()
        self.err.close()
        shutil.rmtree(self.base)


def remembered(kdir, rules, path, cache):
    """Where the lines of a file are kept, by the content of all that makes them; or None."""
    if not cache:
        return None
    program = spatch()
    stat = os.stat(program)
    total = hashlib.sha256(f'{program} {stat.st_size} {stat.st_mtime_ns} {path}\n'.encode())
    for name in (rules, os.path.join(kdir, path)):
        with open(name, 'rb') as file:
            total.update(hashlib.sha256(file.read()).digest())
    digest = total.hexdigest()
    return os.path.join(cache, digest[:2], digest)


def remember(kept, lines):
    with contextlib.suppress(OSError):      # who cannot write there makes them again
        os.makedirs(os.path.dirname(kept), exist_ok=True)
        aside = f'{kept}.{os.getpid()}'
        with open(aside, 'w') as file:
            file.writelines(lines)
        os.replace(aside, kept)


def collect(what, kdir, rules, files, cache):
    """{file: lines} of what the rules print."""
    found, todo, kept = {}, [], {}
    for path in sorted(files):
        kept[path] = remembered(kdir, rules, path, cache)
        if kept[path] and os.path.exists(kept[path]):
            with open(kept[path]) as file:
                found[path] = file.readlines()
        else:
            todo.append(path)
    for batch in run_batches(what, kdir, rules, todo):
        found.update(batch.lines())
        given_up = batch.given_up()
        for path in batch.files:
            if path in given_up:
                print(f'{path}: warning: spatch has not finished this file, what it needs is '
                      f'not known: {given_up[path]}', file=sys.stderr)
            elif kept[path]:
                remember(kept[path], found[path])
    return found


def run_batches(what, kdir, rules, files):
    """Yield each batch as it ends."""
    waiting = collections.deque(files[start:start + BATCH] for start in range(0, len(files), BATCH))
    running, done, step = [], 0, Step(what, sys.stderr)
    with tempfile.TemporaryDirectory() as work:
        try:
            while waiting or running:
                while waiting and len(running) < cores():
                    running.append(Batch(kdir, rules, waiting.popleft(), work))
                time.sleep(0.05)
                for batch in [batch for batch in running if batch.process.poll() is not None]:
                    yield batch
                    running.remove(batch)
                    batch.close()
                    done += len(batch.files)
                step.show(f'{done} of {len(files)} files')
        finally:
            for batch in running:
                batch.close()
    if files:
        step.done(f'{len(files)} files')
