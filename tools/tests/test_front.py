# SPDX-License-Identifier: GPL-2.0
"""The front door: --help, wrong arguments, and what is left after a signal."""

import itertools
import os
import signal
import subprocess
import time

from initcall.__main__ import COMMANDS, PARTS
from initcall.process import alive, ask, end, initcall, python, relatives

WRONG = ('nonsense', 'run --kernel 5.0', 'run --kdir /nonexistent', 'bench --kdir /nonexistent',
         'torture --boots abc', 'torture --jobs 0', 'torture --levels nonsense', 'shrink --seed x',
         'torture --sshloginfile /nonexistent', f'torture --first {1 << 64}', 'cocci --mode x .',
         'discover --write /nonexistent', 'shrink --seed 1 --vmlinux /etc/passwd', 'cocci /missing',
         'check-arch --archs nonsense', 'check-arch --jobs 0', 'check-row nonsense',
         'check-arch --sshloginfile /nonexistent', 'check --only nonsense', 'bench --only probe',
         'run --kernel 6.12', 'bench --kernel 6.12', 'torture --kernel 6.12',
         'install /nonexistent', 'uninstall --changed x .',
         'shrink --seed 1 --vmlinux /etc/passwd --boot true',
         'shrink --seed 1 --vmlinux /etc/passwd --boot true --kernel 7.2')
# Sessions and process groups of their own, as make, GNU parallel and daemons have them.
STARTED = '''from initcall import process
def work():
    with process.in_charge():
        process.run('x', ['sh', '-c', 'setsid sleep 1001 & seq 4 | parallel -j2 sleep 100{} & '
                      'printf "a b: ; @sleep 1002\\n" | make -j2 -f - a b'], '/dev/null')
process.guarded(work)'''


def check_help():
    for command in (*COMMANDS, *PARTS):
        done = ask(initcall(command, '--help'))
        yield done.returncode == 0 and 'usage: ' in done.stdout, f'{command} --help', done.stdout


def check_wrong_arguments(tmp_path):
    """They are noticed before packages are looked at."""
    for program in ('dpkg-query', 'apt-get'):
        (tmp_path / program).write_text('#!/bin/sh\ntouch "$0.called"\n')
        (tmp_path / program).chmod(0o755)
    path = f'{tmp_path}:{os.environ["PATH"]}'
    for words in WRONG:
        done = ask(initcall(*words.split()), env={**os.environ, 'PATH': path})
        yield done.returncode in (1, 2) and 'error: ' in done.stdout and \
            'Traceback' not in done.stdout and len(list(tmp_path.iterdir())) == 2, \
            f'refused: {words}', done.stdout


def check_signals():
    """Nothing that was started outlives the program, whatever session it has made for itself."""
    for number, inner in itertools.product((signal.SIGINT, signal.SIGTERM, signal.SIGHUP,
                                            signal.SIGKILL), (False, True)):
        # Under nohup, SIGHUP is ignored.
        process = subprocess.Popen(['env', '--default-signal=HUP', *python('-c', STARTED)],
                                   stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while len(relatives([process.pid])) <= 7 and time.monotonic() < deadline:
            time.sleep(0.2)
        time.sleep(1)
        found = relatives([process.pid])
        worker = next(child for child, parent, _ in alive() if parent == process.pid)
        os.kill(worker if inner else process.pid, number)
        deadline = time.monotonic() + 60
        while relatives(found) & found and time.monotonic() < deadline:
            process.poll()
            time.sleep(0.1)
        left = relatives(found) & found
        end(process.pid)
        yield len(found) > 7 and not left, \
            f'{number.name} to {"the worker" if inner else "the program"} leaves no process', \
            f'{found} {left}'
