# SPDX-License-Identifier: GPL-2.0
"""Show how far something is, end what has been started, and where to keep what need not be found out again."""

import os
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
