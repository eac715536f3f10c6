# SPDX-License-Identifier: GPL-2.0
"""What long campaigns share: results that survive an interrupt."""

import contextlib
import json


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
