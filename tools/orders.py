# SPDX-License-Identifier: GPL-2.0
"""make discover, make torture, make shrink: what the order of initcalls hides. tools/testing/order/ does it."""

import os
import shlex
import subprocess
import sys

from build import HERE, PlainTree, WorkTree
from progress import Failure

ORDER = os.path.join(HERE, 'testing', 'order')
sys.path.insert(0, ORDER)
from names import ALL, PKVM, PLAIN, VIRT, level_sets  # noqa: E402


def setting(name, default=''):
    return os.environ.get(name) or default


def number(name, default=''):
    text = setting(name, default)
    if not text.isdigit():
        raise Failure(f'error: {name}={text}: expected a number')
    return text


def machines(*known):
    """What MACHINES says, or all of them."""
    chosen = setting('MACHINES', ' '.join(known)).split()
    unknown = [name for name in chosen if name not in known]
    if unknown:
        raise Failure(f'error: MACHINES={" ".join(unknown)}: there are {", ".join(known)}')
    return list(dict.fromkeys(chosen))


def levels():
    words = setting('LEVELS', ALL).split()
    try:
        level_sets(words)
    except ValueError as error:
        raise Failure(f'error: LEVELS={" ".join(words)}: {error}') from None
    return words


def run(script, *words):
    return subprocess.run([sys.executable, os.path.join(ORDER, script), *words], check=False).returncode


def learn(tree, chosen, image, more):
    return run('discover.py', *chosen, '--arm64', image, '--out', tree.output('firmware'), '--keep',
               os.path.join(tree.top, 'boots-discover'), *more)


def discover():
    """On kernels without our conversions."""
    chosen = machines(PLAIN, PKVM, VIRT)
    more = ['--write', setting('WRITE')] if setting('WRITE') else []
    if more and not os.path.exists(os.path.join(setting('WRITE'), 'Kbuild')):
        raise Failure(f'{setting("WRITE")}: error: not a Linux kernel source tree')
    tree, status = PlainTree(), 0
    with tree.lock():
        tree.prepare()
        rigs = [name for name in chosen if name != VIRT]
        if rigs:
            status |= learn(tree, rigs, tree.rig_image(), more)
        if VIRT in chosen:
            status |= learn(tree, [VIRT], tree.virt_image(), more)
        print(f'\nconsoles of all boots: {os.path.join(tree.top, "boots-discover")}')
    return status


def torture_words(tree, seeds, chosen):
    words = [os.path.join(tree.top, 'torture'), '--arm64', tree.rig_image(), '--out', tree.output('firmware'), '--seeds', seeds,
             '--first', number('FIRST', '1'), '--jobs', number('JOBS', '2'), '--levels', *levels(), '--base', setting('BASE'),
             '--machines', *chosen]
    if setting('SSHLOGINFILE'):
        words += ['--sshloginfile', os.path.abspath(setting('SSHLOGINFILE'))]
    return words


def torture():
    seeds, chosen = number('N', '200'), machines(PLAIN, PKVM)
    levels()
    tree = WorkTree()
    with tree.lock():
        tree.prepare()
        return run('torture.py', *torture_words(tree, seeds, chosen))


def shrink_words(vmlinux, state, command):
    base = ['--base', setting('BASE')] if setting('BASE') else []
    graph = ['--graph', os.path.abspath(setting('GRAPH'))] if setting('GRAPH') else []
    return ['shrink.py', '--vmlinux', vmlinux, '--seed', number('SEED'), '--levels', *levels(), *base, *graph, '--state', state,
            '--', *command]


def shrink_own():
    """Somebody's own kernel, which COMMAND boots."""
    if not setting('VMLINUX'):
        raise Failure('error: VMLINUX is empty: say VMLINUX=<file>, of the kernel that COMMAND boots')
    vmlinux = os.path.abspath(setting('VMLINUX'))
    return run(*shrink_words(vmlinux, f'{vmlinux}.shrink-{number("SEED")}', ['sh', '-c', setting('COMMAND')]))


def shrink():
    """What to boot, unless COMMAND says something else, is the rig."""
    number('SEED')
    levels()
    if setting('COMMAND'):
        return shrink_own()
    chosen = machines(PLAIN, PKVM) if setting('MACHINES') else [PLAIN]
    if len(chosen) != 1:
        raise Failure(f'error: MACHINES={" ".join(chosen)}: one at a time, please')
    tree = WorkTree()
    with tree.lock():
        tree.prepare()
        words = torture_words(tree, '0', chosen)
        status = run('torture.py', *words)      # makes the kit
        if status:
            return status
        with open(os.path.join(words[0], 'kit')) as file:
            kit = os.path.join(words[0], file.read())
        boot = [sys.executable, os.path.join(ORDER, 'one.py'), *chosen, '--verdict', '--kit', kit]
        state = os.path.join(words[0], f'shrink-{chosen[0]}-{number("SEED")}')
        print('each boot:', ' '.join(map(shlex.quote, boot)))
        return run(*shrink_words(os.path.join(tree.output('rig'), 'vmlinux'), state, boot))
