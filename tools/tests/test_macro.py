# SPDX-License-Identifier: GPL-2.0
"""The macro: what initcall_depends() accepts, leaves and refuses."""

import itertools
import os
import re
import shutil

from initcall.files import read, table
from initcall.kernel.tree import CONFIG, CROSS
from initcall.process import Failure

COMPILERS = (('gcc', CROSS), ('clang', ['ARCH=arm64', 'LLVM=-19', 'CC=ccache clang-19']))
SWITCHES = {'on': '#define CONFIG_INITCALL_DEPENDS 1', 'off': '#undef CONFIG_INITCALL_DEPENDS'}
VARIANTS = tuple(itertools.product(('builtin', 'module'), SWITCHES))
TEXTS = table('macro.toml')
START, GOOD, NOT_NAMES = TEXTS['start'], TEXTS['good'], TEXTS['names']
BAD = {**NOT_NAMES, **TEXTS['bad']}
LINES = {'good': GOOD, 'bad': '\n'.join(BAD.values()) + '\n'}
SAID = 'initcall_depends() takes one module name or path'
# gcc says that the error is in a macro's definition, and notes where that is used.
PLACE = r'{}:(\d+):\d+: (?:error: |note: in expansion of macro .initcall_depends)'


def target(kind, variant):
    return '-'.join((kind, *variant))


def write_sources(folder):
    """The same good and bad lines, built in and as modules, with the option and without it."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    rules = []
    for kind, variant in itertools.product(('good', 'bad'), VARIANTS):
        with open(os.path.join(folder, target(kind, variant) + '.c'), 'w') as file:
            file.write(START.format(SWITCHES[variant[1]]) + LINES[kind])
        rules.append(f'obj-{"y" if variant[0] == "builtin" else "m"} += {target(kind, variant)}.o')
    with open(os.path.join(folder, 'Kbuild'), 'w') as file:
        file.write('\n'.join(rules) + '\n')


def errors(log, file):
    """Numbers of the lines of a file about which there is an error."""
    found, is_error = set(), False
    for line in log.splitlines():
        is_error = 'error: ' in line or is_error and 'warning: ' not in line
        at = re.search(PLACE.format(re.escape(file)), line)
        if at and is_error:
            found.add(int(at.group(1)))
    return found


def good_file(tree, name, folder, variant):
    """What one of the good files leaves in its object."""
    what = f'macro, {name}, {" ".join(variant)}'
    path = os.path.join(folder, target('good', variant) + '.o')
    yield os.path.exists(path), f'{what}: right lines compile', tree.log_of(name)[-2000:]
    if not os.path.exists(path):
        return
    content = read(path)
    for text, what_it_is, wanted in (
            ('initcall_depends=drivers/soc/tegra/pmc\0', 'an entry in .modinfo',
             variant != ('builtin', 'off')),
            ('.init.initcall_depends\0', 'a record', variant == ('builtin', 'on'))):
        yield (text in content) == wanted, \
            f'{what}: a line leaves {what_it_is if wanted else "not " + what_it_is}', path
    file = target('good', variant) + '.c'
    bad = re.findall(rf'^.*\b{file}:.*(?:warning|error):.*$', tree.log_of(name), re.M)
    yield not bad, f'{what}: no warning', '\n'.join(bad)


def bad_file(tree, name, folder, variant):
    """Each of the bad lines is an error of its own."""
    what, file = f'macro, {name}, {" ".join(variant)}', target('bad', variant) + '.c'
    lines = read(folder, file).splitlines()
    found = errors(tree.log_of(name), file)
    for label, line in BAD.items():
        yield lines.index(line) + 1 in found, f'{what}: {label} is an error, with its line', \
            f'{line}\nerrors are in lines {sorted(found)} of {file}'


def make_all(tree, name, words, kind):
    """Compile all good or all bad files, whatever becomes of each."""
    folder = os.path.join(tree.output(name), 'macro')
    targets = [target(kind, variant) + '.o' for variant in VARIANTS]
    try:
        tree.make(f'compiling {kind} lines with {name}', name,
                  [*words, '-k', f'M={folder}', *targets])
    except Failure as failure:
        if kind == 'good':
            print(failure)


def check_macro(tree, sparse):
    """initcall_depends() with both compilers, and with sparse."""
    for name, words in COMPILERS:
        folder = os.path.join(tree.output(name), 'macro')
        if not os.path.exists(os.path.join(tree.output(name), '.config')):
            tree.configure(name, [CONFIG], words)
        tree.make('preparing', name, [*words, 'prepare'])
        write_sources(folder)
        more = ['C=2', f'CHECK={sparse}'] if name == 'gcc' else []
        make_all(tree, name, [*words, 'W=1', *more], 'good')
        for variant in VARIANTS:
            yield from good_file(tree, name, folder, variant)
        make_all(tree, name, words, 'bad')
        for variant in VARIANTS:
            yield from bad_file(tree, name, folder, variant)
        count = tree.log_of(name).count(SAID)
        yield count >= len(NOT_NAMES) * len(VARIANTS), \
            f'macro, {name}: errors say what is wanted', f'{count} times "{SAID}"'
