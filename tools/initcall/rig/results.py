# SPDX-License-Identifier: GPL-2.0
"""What long campaigns share: results that survive an interrupt, and how far it is."""

import contextlib
import json
import time


def read_rows(path):
    """Each line of JSON in a file, if there is one; not a line that was cut off."""
    with contextlib.suppress(FileNotFoundError), open(path) as file:
        for line in file:
            with contextlib.suppress(json.JSONDecodeError):
                yield json.loads(line)


def append_row(out, row):
    """One more line; the newline is in front, as the line before may have been cut off."""
    out.write('\n' + json.dumps(row))
    out.flush()


class Clock:
    """Prints now and then how far it is, and how long it will take."""

    def __init__(self, total, every):
        self.total, self.every, self.done = total, every, 0
        self.start = self.shown = time.monotonic()

    def tick(self, more=''):
        """One more boot is done; @more is printed as well."""
        self.done += 1
        now = time.monotonic()
        if now - self.shown < self.every and self.done < self.total:
            return
        self.shown = now
        minutes = (now - self.start) / 60
        total = minutes * self.total / self.done
        print(f'{self.done} of {self.total} boots, {more}{minutes:.1f} of about {total:.1f} '
              'minutes', flush=True)
