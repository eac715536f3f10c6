# SPDX-License-Identifier: GPL-2.0
"""Run long commands: what, how far, how long so far; a full log; a clean end."""

import os
import re
import subprocess
import sys
import time

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'scripts', 'initcall-cocci'))
from cocci_progress import Failure, Step, cache, stop_group  # noqa: E402


def run_logged(what, command, log, counted=None, total=0, timeout=3600, cwd=None, env=None, quiet=False,
               noun='files'):
    """Run @command, output to @log; lines that match @counted tell how far it is.

    Returns the number of such lines; raises Failure with the end of the log.
    """
    os.makedirs(os.path.dirname(log), exist_ok=True)
    step, count = Step(what), 0
    pattern = re.compile(counted, re.M) if counted else None
    with open(log, 'w') as out, open(log, errors='replace') as back:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                   cwd=cwd, env={**os.environ, **(env or {})}, start_new_session=True)
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
