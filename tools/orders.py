# SPDX-License-Identifier: GPL-2.0
"""make discover, make torture, make shrink: what the order of initcalls hides.

tools/testing/order/ does it.
"""

import os
import re
import shlex
import subprocess
import sys

from build import HERE, PlainTree, WorkTree
from progress import Failure

ORDER = os.path.join(HERE, 'testing', 'order')
sys.path.insert(0, ORDER)
import graph  # noqa: E402
import lines  # noqa: E402
from names import ALL, PKVM, PLAIN, VIRT, level_sets  # noqa: E402


def setting(name, default=''):
    return os.environ.get(name) or default


def path_setting(name, kind='file'):
    """An existing file, or folder; empty if it is not set."""
    text = setting(name)
    path = os.path.abspath(os.path.expanduser(text)) if text else ''
    if path and not (os.path.isdir(path) if kind == 'folder' else os.path.isfile(path)):
        raise Failure(f'error: {name}={text}: no such {kind}')
    return path


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


def netlink():
    """What networking needs in a random order; the overlay does not declare it by default."""
    return graph.add_words(lines.written_by('netlink'))


def base(default=()):
    """More words for initcall_depends=: what BASE says, which may be "none"."""
    text = setting('BASE', ','.join(default))
    if re.search(r'\s', text):
        raise Failure(f'error: BASE={text}: words are separated by commas, not by blanks')
    return '' if text == 'none' else text


def run(script, *words):
    command = [sys.executable, os.path.join(ORDER, script), *words]
    return subprocess.run(command, check=False).returncode


def learn(tree, chosen, image, more):
    return run('discover.py', *chosen, '--arm64', image, '--out', tree.output('firmware'),
               '--keep', os.path.join(tree.top, 'boots-discover'), '--source', tree.source, *more)


def discover():
    """On kernels without our conversions."""
    chosen, target = machines(PLAIN, PKVM, VIRT), path_setting('WRITE', 'folder')
    if target and not os.path.exists(os.path.join(target, 'Kbuild')):
        raise Failure(f'{target}: error: not a Linux kernel source tree')
    more = ['--write', target] if target else []
    tree, status = PlainTree(), 0
    with tree.lock():
        tree.prepare()
        rigs = [name for name in chosen if name != VIRT]
        if rigs:
            status |= learn(tree, rigs, tree.orders_image(), more)
        if VIRT in chosen:
            status |= learn(tree, [VIRT], tree.virt_image(), more)
        print(f'\nconsoles of all boots: {os.path.join(tree.top, "boots-discover")}')
    return status


def campaign_words(seeds, chosen):
    """Of torture.py, as far as they are known without a kernel."""
    words = ['--seeds', seeds, '--first', number('FIRST', '1'), '--jobs', number('JOBS', '2'),
             '--levels', *levels(), '--base', base(netlink()), '--machines', *chosen]
    others = path_setting('SSHLOGINFILE')
    return [*words, '--sshloginfile', others] if others else words


def torture_words(tree, words):
    return [os.path.join(tree.top, 'torture'), '--arm64', tree.orders_image(),
            '--out', tree.output('firmware'), *words]


def torture():
    words = campaign_words(number('N', '200'), machines(PLAIN, PKVM))
    tree = WorkTree()
    with tree.lock():
        tree.prepare()
        return run('torture.py', *torture_words(tree, words))


def search_words(default=()):
    """Of shrink.py, as far as they are known without a kernel."""
    program = path_setting('GRAPH')
    return ['--seed', number('SEED'), '--levels', *levels(), '--base', base(default),
            *(['--graph', program] if program else [])]


def shrink_own():
    """The user's own kernel, which COMMAND boots."""
    words, vmlinux = search_words(), path_setting('VMLINUX')
    if not vmlinux:
        raise Failure('error: VMLINUX is empty: say VMLINUX=<file>, '
                      'of the kernel that COMMAND boots')
    return run('shrink.py', '--vmlinux', vmlinux, *words,
               '--state', f'{vmlinux}.shrink-{number("SEED")}', '--',
               'sh', '-c', setting('COMMAND'))


def shrink():
    """What to boot, unless COMMAND says something else, is the rig."""
    if setting('COMMAND'):
        return shrink_own()
    words = search_words(netlink())
    chosen = machines(PLAIN, PKVM) if setting('MACHINES') else [PLAIN]
    if len(chosen) != 1:
        raise Failure(f'error: MACHINES={" ".join(chosen)}: one at a time, please')
    campaign = campaign_words('0', chosen)
    tree = WorkTree()
    with tree.lock():
        tree.prepare()
        campaign = torture_words(tree, campaign)
        status = run('torture.py', *campaign)   # makes the kit
        return status or shrink_rig(tree, campaign[0], chosen[0], words)


def shrink_rig(tree, folder, machine, words):
    with open(os.path.join(folder, 'kit')) as file:
        kit = os.path.join(folder, file.read())
    boot = [sys.executable, os.path.join(ORDER, 'one.py'), machine, '--verdict', '--kit', kit]
    print('each boot:', ' '.join(map(shlex.quote, boot)))
    return run('shrink.py', '--vmlinux', os.path.join(tree.output('orders'), 'vmlinux'), *words,
               '--source', tree.source,
               '--state', os.path.join(folder, f'shrink-{machine}-{number("SEED")}'), '--', *boot)
