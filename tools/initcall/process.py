# SPDX-License-Identifier: GPL-2.0
"""Run other programs: how far and how long so far, a full log, and a clean end.

Whatever ends a program of ours, by a signal too, ends all that it has started, whatever
sessions and process groups these have made for themselves.
"""

import concurrent.futures
import contextlib
import ctypes
import fcntl
import glob
import os
import re
import signal
import subprocess
import sys
import time

from initcall.files import TOOLS, read

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# What begins with one of these does not outlive the thread that has started it.
LEASH = ('setpriv', '--pdeathsig', 'KILL')
GENTLE = ('setpriv', '--pdeathsig', 'TERM')
# Seconds to end in
PATIENCE = 5


class Failure(Exception):
    """Something that the user has to know, in words."""


def say(text):
    """A line that stays in one piece where several threads print: print() writes its end apart."""
    print(text + '\n', end='', flush=True)


class Step:
    """One line on the screen for one piece of work."""

    def __init__(self, what):
        self.what, self.shown, self.width = what, 0.0, 0
        self.start = time.monotonic()

    def elapsed(self):
        seconds = int(time.monotonic() - self.start)
        return f'{seconds // 60}:{seconds % 60:02}'

    def show(self, how_far=''):
        """On a terminal one line that changes, elsewhere a line every half minute."""
        now, terminal = time.monotonic(), sys.stdout.isatty()
        if now - self.shown < (0.5 if terminal else 30) or (not terminal and now - self.start < 5):
            return
        self.shown = now
        self.put(f'{self.what} ... {how_far + ", " if how_far else ""}{self.elapsed()}', terminal)

    def put(self, text, stays):
        if sys.stdout.isatty():
            print(f'\r{text:{self.width}}', end='' if stays else '\n', flush=True)
            self.width = len(text)
        else:
            say(text)

    def done(self, result='done'):
        self.put(f'{self.what}: {result}, {self.elapsed()}', False)


def alive():
    """(process, its parent, its session) of all that run."""
    for path in glob.glob('/proc/[0-9]*/stat'):
        with contextlib.suppress(OSError):
            state, parent, _, session = read(path).rpartition(') ')[2].split()[:4]
            if state != 'Z':
                yield int(path.split('/')[2]), int(parent), int(session)


def relatives(known):
    """@known processes, what they have started and what is in their sessions, if it is alive."""
    rows, found, before = list(alive()), set(known), None
    while found != before:
        before = set(found)
        found |= {process for process, *above in rows if found & set(above)}
    return found & {process for process, *_ in rows}


def kill(process, number):
    """One that runs as root, as apt does, takes sudo."""
    with contextlib.suppress(ProcessLookupError):
        try:
            os.kill(process, number)
        except PermissionError:
            subprocess.run(['sudo', '-n', 'kill', f'-{number:d}', str(process)],
                           stderr=subprocess.DEVNULL, check=False)


def end(process):
    """End a process, and all that it has started; its orphans become ours."""
    found = {process}
    for number in (signal.SIGTERM, signal.SIGKILL):
        deadline, signalled = time.monotonic() + PATIENCE, {os.getpid()}
        while time.monotonic() < deadline:
            found |= relatives(found)
            left = relatives(found) - {os.getpid()}
            if not left:
                return
            for each in left - signalled:
                kill(each, number)
            signalled |= left
            time.sleep(0.02)


def stop(*_):
    """Once; what is left to do then is short, and must be done."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def prctl(option, value):
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def handle_signals(handler):
    for number in SIGNALS:      # SIGINT also in the background of a shell, SIGHUP not under nohup
        if number == signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)


def guarded(work):
    """What @work() returns, as the exit status of a child that does it.

    Nothing can be cleaned up after SIGKILL by the process that it ends, so there are two: what
    the child leaves becomes ours and is ended, and the child is interrupted when we are gone.
    """
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    child = os.fork()
    if not child:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        return work()
    handle_signals(lambda number, _: kill(child, number))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    end_children()
    return status if status >= 0 else 128 - status


@contextlib.contextmanager
def in_charge():
    """Whatever happens inside, no process is left after it."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    handle_signals(stop)
    try:
        yield
    finally:
        end_children()


def end_children():
    """What this process has started, and what that has left."""
    for child in [process for process, parent, _ in alive() if parent == os.getpid()]:
        end(child)


@contextlib.contextmanager
def threads(count):
    """A pool of them; an interrupt ends what they have started, and so themselves."""
    pool = concurrent.futures.ThreadPoolExecutor(count)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        while any(thread.is_alive() for thread in pool._threads):
            end_children()
            time.sleep(0.05)
        raise
    pool.shutdown()


def python(*words, program=sys.executable):
    """Python that finds this package, whatever starts it, and from wherever."""
    return ['/usr/bin/env', f'PYTHONPATH={TOOLS}', 'PYTHONDONTWRITEBYTECODE=1', program, *words]


def initcall(*words):
    """The command of another program of this package."""
    return python('-m', 'initcall', *map(str, words))


def message(what, step, log):
    """The first error in a log, or its end."""
    lines = [line for line in read(log).splitlines() if line.strip()]
    wrong = [i for i, line in enumerate(lines) if re.search(r'\b(?:error|Error|ERROR)\b', line)]
    first = wrong[0] if wrong else max(len(lines) - 12, 0)
    shown = '\n'.join('  ' + line for line in lines[first:first + 12])
    return f'{what}: error: failed, {step.elapsed()}\n{shown}\nfull log: {log}'


def run(what, command, log, counted=None, total=0, noun='files', *, timeout=3600, cwd=None,
        env=None, quiet=False, status=0):
    """Run @command, output to @log; lines that match @counted say how far it is.

    Returns the number of such lines; raises Failure with the beginning of what is wrong.
    """
    os.makedirs(os.path.dirname(log), exist_ok=True)
    step, count = Step(what), 0
    with open(log, 'w') as out, open(log, errors='replace') as back:
        process = subprocess.Popen([*GENTLE, *command], stdout=out, stderr=subprocess.STDOUT,
                                   stdin=subprocess.DEVNULL, cwd=cwd,
                                   env={**os.environ, **(env or {})}, start_new_session=True)
        try:
            while process.poll() is None:
                time.sleep(0.1)
                count += len(re.findall(counted, back.read(), re.M)) if counted else 0
                about = f' of about {total}' if count <= total > 0 else ''
                step.show(f'{count}{about} {noun}' if count or about else '')
                if time.monotonic() - step.start > timeout:
                    raise Failure(f'{what}: error: not done after {timeout} s; full log: {log}')
        finally:
            end(process.pid)
        count += len(re.findall(counted, back.read(), re.M)) if counted else 0
    if process.returncode != status:
        raise Failure(message(what, step, log))
    if not quiet:
        step.done()
    return count


def ask(command, *, apart=False, right=False, **more):
    """Run what takes no time, for what it prints; errors are in between unless kept @apart.

    With @right, they are apart, and it has to succeed.
    """
    done = subprocess.run(command, **{'stdin': subprocess.DEVNULL} if 'input' not in more else {},
                          stdout=subprocess.PIPE, text=True, errors='replace', check=False,
                          stderr=subprocess.PIPE if apart or right else subprocess.STDOUT, **more)
    if right and done.returncode:
        raise Failure(done.stderr.strip() or f'{command[0]}: error: ended with {done.returncode}')
    return done


def show(command, **more):
    """Run @command with the screen as its own; returns its exit status."""
    sys.stdout.flush()
    process = subprocess.Popen([*GENTLE, *command], **more)
    try:
        return process.wait()
    finally:
        end(process.pid)


def locked(path, how=fcntl.LOCK_EX):
    """A file that is locked until it is closed."""
    while True:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        file = open(path, 'w')
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f'waiting for another run that uses {os.path.dirname(path)}', flush=True)
            fcntl.flock(file, how)
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.stat(path), os.fstat(file.fileno())):
                return file
        file.close()        # "make clean" has removed it meanwhile


@contextlib.contextmanager
def lock(path, shared=False):
    """One user, or several that share it; goes with the process, so that nothing stale is left."""
    with locked(path, fcntl.LOCK_SH if shared else fcntl.LOCK_EX):
        try:
            yield
        except KeyboardInterrupt:
            end_children()      # before another run may start
            raise
