# SPDX-License-Identifier: GPL-2.0
"""Run long commands: what, how far, how long so far; a full log; a clean end."""

import os
import re
import signal
import subprocess
import sys
import time


class Failure(Exception):
    """Something that the user has to know, in words."""


class Step:
    """One line on the screen for one piece of work."""

    def __init__(self, what, out=None):
        self.what = what
        self.out = out or sys.stdout
        self.start = time.monotonic()
        self.shown = 0.0
        self.width = 0

    def elapsed(self):
        seconds = int(time.monotonic() - self.start)
        return f'{seconds // 60}:{seconds % 60:02}'

    def show(self, how_far=''):
        """On a terminal one line that changes, elsewhere a line every half minute."""
        now = time.monotonic()
        terminal = self.out.isatty()
        if now - self.shown < (0.5 if terminal else 30) or (not terminal and now - self.start < 5):
            return
        self.shown = now
        text = f'{self.what} ... {how_far + ", " if how_far else ""}{self.elapsed()}'
        if terminal:
            print(f'\r{text:{self.width}}', end='', file=self.out, flush=True)
            self.width = len(text)
        else:
            print(text, file=self.out, flush=True)

    def done(self, result='done'):
        text = f'{self.what}: {result}, {self.elapsed()}'
        if self.out.isatty():
            print(f'\r{text:{self.width}}', file=self.out, flush=True)
        else:
            print(text, file=self.out, flush=True)


def stop_group(process):
    """End a command with everything that it has started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            pass


def cache(*parts):
    top = os.environ.get('INITCALL_CACHE')
    if not top:
        home = os.environ.get('XDG_CACHE_HOME') or os.path.expanduser('~/.cache')
        top = os.path.join(home, 'initcall-depends')
    return os.path.join(os.path.abspath(top), *parts)


def run_logged(what, command, log, counted=None, total=0, timeout=3600, cwd=None, env=None,
               quiet=False,
               noun='files'):
    """Run @command, output to @log; lines that match @counted tell how far it is.

    Returns the number of such lines; raises Failure with the end of the log.
    """
    os.makedirs(os.path.dirname(log), exist_ok=True)
    step, count = Step(what), 0
    pattern = re.compile(counted, re.M) if counted else None
    with open(log, 'w') as out, open(log, errors='replace') as back:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT,
                                   stdin=subprocess.DEVNULL,
                                   cwd=cwd, env={**os.environ, **(env or {})},
                                   start_new_session=True)
        try:
            while process.poll() is None:
                time.sleep(0.2)
                if pattern:
                    count += len(pattern.findall(back.read()))
                how_far = f'{count} of about {total} {noun}' if total and count <= total else \
                    f'{count} {noun}' if count else ''
                step.show(how_far)
                if time.monotonic() - step.start > timeout:
                    raise Failure(f'{what}: error: not done after {timeout} s; full log: {log}')
        finally:
            stop_group(process)
        if pattern:
            count += len(pattern.findall(back.read()))
    if process.returncode:
        with open(log, errors='replace') as file:
            lines = [line for line in file.read().splitlines() if line.strip()]
        wrong = [i for i, line in enumerate(lines) if re.search(r'\berror\b|\bError\b', line)]
        first = wrong[0] if wrong else max(len(lines) - 12, 0)
        shown = '\n'.join('  ' + line for line in lines[first:first + 12])
        raise Failure(f'{what}: error: failed, {step.elapsed()}\n{shown}\nfull log: {log}')
    if not quiet:
        step.done()
    return count
