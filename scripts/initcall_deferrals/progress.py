# SPDX-License-Identifier: GPL-2.0
"""Show how far something is, and end what has been started."""

import os
import signal
import subprocess
import time


class Step:
    """One line on the screen for one piece of work."""

    def __init__(self, what, out):
        self.what = what
        self.out = out
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
