# SPDX-License-Identifier: GPL-2.0
"""Run semantic patches; what one makes of a file is kept."""

import contextlib
import hashlib
import os
import re
import shutil
import tempfile

from initcall.files import SCRIPTS, cache
from initcall.packages import check_program
from initcall.process import GENTLE, Failure, ask


class Mismatch(Failure):
    """A rule cannot be applied to its kernel file."""

    def __init__(self, where, reason, details=''):
        super().__init__(f'{where}: error: {reason}')
        self.where = where
        self.reason = reason
        self.details = details


def run(*words, program='spatch', cwd=None, env=None):
    return ask([*GENTLE, program, '--very-quiet', '--no-includes', *words], cwd=cwd,
               env={**os.environ, 'INITCALL_SCRIPTS': SCRIPTS, **(env or {})}, apart=True)


def diff(tree, rules, table, files):
    """What one of our own semantic patches says of files of a tree, by @table, "name=file"."""
    done = run('--no-show-diff', '-D', 'patch', '-D', table, '--sp-file', rules,
               *(os.path.join(tree, file) for file in files), env={'srctree': tree})
    if done.returncode:
        raise Failure(f'spatch: error: failed:\n{done.stderr}{done.stdout}')
    return done.stdout


def digest(data):
    return hashlib.sha256(data).hexdigest()


def patch(path, text, target, data):
    """What the semantic patch @text makes of @data; results are kept, as they take a while to make.

    They are found by the content of both, and by the spatch that has made them. @path and
    @target are the names of both in messages.
    """
    check_program('spatch')
    program = os.path.realpath(shutil.which('spatch'))
    stat = os.stat(program)
    words = f'{program} {stat.st_size} {stat.st_mtime_ns}\n{text}\n'.encode()
    kept = cache('spatch', digest(words + data))
    with contextlib.suppress(FileNotFoundError), open(kept, 'rb') as file:
        return file.read()
    result = make(path, text, target, data)
    with contextlib.suppress(OSError):      # if it cannot be kept, it is made again
        os.makedirs(os.path.dirname(kept), exist_ok=True)
        aside = f'{kept}.{os.getpid()}'
        with open(aside, 'wb') as file:
            file.write(result)
        os.replace(aside, kept)
    return result


def make(path, text, target, data):
    """Run spatch; each rule of the semantic patch has to match."""
    rules = re.findall(r'^@\s*(\w+)[^@\n]*@', text, re.M)
    markers = ''.join(f'\n@script:python depends on {rule}@\n@@\nprint("applied {rule}")\n'
                      for rule in rules)
    with tempfile.TemporaryDirectory() as work:
        names = [os.path.join(work, name) for name in ('rules.cocci', 'in.c', 'out.c')]
        for name, content in zip(names, ((text + markers).encode(), data)):
            with open(name, 'wb') as file:
                file.write(content)
        done = run('--no-show-diff', '--sp-file', names[0], names[1], '-o', names[2], cwd=work)
        if done.returncode < 0:
            raise Failure(f'{path}:1: error: spatch was killed by signal {-done.returncode}')
        if done.returncode:
            raise Mismatch(f'{path}:1', f'spatch failed on {target}', done.stderr.strip())
        for rule in rules:
            if f'applied {rule}' not in done.stdout.splitlines():
                line = text[:re.search(rf'^@\s*{rule}\b', text, re.M).start()].count('\n') + 1
                raise Mismatch(f'{path}:{line}', f'rule "{rule}" does not apply to {target}')
        with open(names[2], 'rb') as file:
            return file.read()


def patch_file(rules, tree, path):
    """Replace a file of a tree by what the semantic patch in a file makes of it."""
    with open(rules) as file, open(os.path.join(tree, path), 'rb') as old:
        result = patch(rules, file.read(), path, old.read())
    with open(os.path.join(tree, path + '.changed'), 'wb') as new:
        new.write(result)
    os.replace(os.path.join(tree, path + '.changed'), os.path.join(tree, path))
