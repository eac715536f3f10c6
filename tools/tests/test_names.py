# SPDX-License-Identifier: GPL-2.0
"""scripts/initcall_names.py knows the names that Kbuild gives: small Makefiles, a real build."""

import collections
import glob
import os
import re
import sys
import tempfile

from initcall.files import SCRIPTS, table
from initcall.process import ask

SCRIPT = os.path.join(SCRIPTS, 'initcall_names.py')
Module = collections.namedtuple('Module', 'name path symbols where objects')

# What is compiled for a vDSO or for the hypervisor, or linked without being in a Makefile's lists.
APART = re.compile(r'(?:^|/)vdso(?:32)?/|\.nvhe$|/nvhe/hyp-reloc$|^scripts/mod/empty$|'
                   r'^\.vmlinux\.|^init/version-timestamp$')
MIN_SHARE = 0.995
INITCALL = re.compile(r'^(?:\w*module_\w*(?:init|driver\w*|ops)|builtin_\w+|\w+_initcall\w*|'
                      r'IRQCHIP_PLATFORM_DRIVER_END)\s*\(', re.M)

# Of a folder: its Makefile, and {module: (symbols, objects)}, without what all begin with.
MAKEFILES = table('makefiles.toml')
# Other files: the first line of Makefiles of folders, C.
FILES = {
    'Kbuild': 'obj-$(CONFIG_TOP) += d/\n', 'Makefile': 'all:\n', 'd/more': 'extra := included.o\n',
    'd/s/Kbuild': 'obj-$(CONFIG_C) += below.o\n', 'd/s/below.c': '#include "part.c"\n',
    'd/s/part.c': '', 'd/s/a.c': '', 'd/b.c': '', 'arch/one/Makefile': '',
}
WRONG = {
    'ifdef CONFIG_A\nobj-y += a.o': 'd/Makefile:1: error: conditional without endif',
    'obj-y += a.o\nendif': 'd/Makefile:2: error: endif without a conditional',
}


def write_tree(top, makefile):
    for path, text in {**FILES, 'd/Makefile': makefile + '\n'}.items():
        os.makedirs(os.path.dirname(os.path.join(top, path)), exist_ok=True)
        with open(os.path.join(top, path), 'w') as file:
            file.write(text)


def expected(modules):
    """(name, path, symbols, objects) of all modules, as they should be listed."""
    return sorted((os.path.basename(path).replace('-', '_').replace(',', '_'), f'd/{path}',
                   tuple('CONFIG_' + symbol for symbol in f'{symbols} TOP'.split()),
                   tuple(os.path.normpath(f'd/{name}') for name in objects.split()))
                  for path, (symbols, objects) in modules.items())


def small_makefiles(top):
    for name, case in MAKEFILES.items():
        write_tree(top, case['makefile'])
        found = [(each.name, each.path, each.symbols, each.objects) for each in listed(top)]
        yield found == expected(case['modules']), f'names: {name}', \
            f'{found}\n{expected(case["modules"])}'


def run(*arguments):
    done = ask([sys.executable, SCRIPT, *arguments], apart=True)
    return done.returncode, done.stdout, done.stderr


def listed(tree, folder='.'):
    """All modules that the script lists."""
    status, text, errors = run('--objects', tree, folder)
    assert status == 0, errors
    rows = [Module(*line.split('\t')) for line in text.splitlines()]
    return [row._replace(symbols=tuple(filter(None, row.symbols.split(','))),
                         objects=tuple(row.objects.split())) for row in rows]


def modules_of(modules):
    """{path of a source, without suffix: modules that it is linked into}."""
    found = collections.defaultdict(list)
    for module in modules:
        for name in module.objects:
            found[name].append(module)
    return found


def command_line(top):
    write_tree(top, 'obj-y := a.o\n\nobj-$(CONFIG_A) += \\\n  m-n.o\nm-n-y := b.o \\\n  c.o')
    found = run(top)
    yield found == (0, 'a\td/a\tCONFIG_TOP\td/Makefile:1\n'
                    'm_n\td/m-n\tCONFIG_A,CONFIG_TOP\td/Makefile:3\n', ''), \
        'names: listed as a table', str(found)
    found = run('--objects', top)
    yield found[1].splitlines()[1:] == ['m_n\td/m-n\tCONFIG_A,CONFIG_TOP\td/Makefile:3\td/b d/c'], \
        'names: listed with objects', str(found)
    for makefile, message in WRONG.items():
        write_tree(top, makefile)
        found = run(top)
        yield found == (2, '', f'{top}/{message}\n'), f'names: {message}', str(found)
    found = run(os.path.join(top, 'none'))
    yield found == (2, '', f'{top}/none: error: no Makefile and no Kbuild\n'), \
        'names: no kernel tree', str(found)


def output_folder(top):
    """Of make O=: there is a Makefile, which adds nothing, and a link to the source."""
    for linked, hint in ((False, ''), (True, '; take {}/source')):
        with tempfile.TemporaryDirectory() as output:
            with open(os.path.join(output, 'Makefile'), 'w') as file:
                file.write(f'include {top}/Makefile\n')
            if linked:
                os.symlink(top, os.path.join(output, 'source'))
            found = run('--objects', output)
            message = f'{output}: error: not the source tree of a kernel{hint.format(output)}\n'
            yield found == (2, '', message), f'names: a folder of make O={hint}', str(found)


def one_folder(top):
    write_tree(top, 'obj-y := a.o s/')
    paths = [module.path for module in listed(top, 'd')]
    yield paths == ['d/a', 'd/s/below'], 'names: one folder of the tree', str(paths)
    with tempfile.TemporaryDirectory() as outside:
        write_tree(outside, 'obj-m := a.o')
        paths = [module.path for module in listed(top, os.path.join(outside, 'd'))]
    yield paths == ['a'], 'names: a folder outside of the tree', str(paths)
    of = modules_of(listed(top))
    yield [module.path for module in of.get('d/s/part', [])] == ['d/s/below'], \
        'names: a file that another one includes belongs to its module', str(of)


def built_objects(output):
    """(object, KBUILD_MODFILE, KBUILD_MODNAME) of all that was compiled for the kernel."""
    pattern = re.compile(r'''-DKBUILD_MODFILE='"([^"]*)"'.* -DKBUILD_MODNAME='"([^"]*)"''')
    for path in glob.glob(os.path.join(output, '**', '.*.o.cmd'), recursive=True):
        with open(path, errors='replace') as file:
            found = pattern.search(file.readline())
        if found and not path.endswith('.mod.o.cmd'):
            folder, name = os.path.split(os.path.relpath(path, output))
            yield os.path.join(folder, name[1:-len('.o.cmd')]), *found.groups()


def differs(built, tree, of, modules):
    """Whether Kbuild has named an object otherwise; one in several modules has all their names."""
    path, files, names = built
    known = of.get(path, [])
    # Compiled from a source elsewhere
    if not glob.glob(os.path.join(tree.source, glob.escape(path) + '.[cS]')):
        known = known + [modules[file] for file in files.split() if file in modules]
    return not (set(files.split()) <= {module.path for module in known} and
                set(names.split(':')) <= {module.name for module in known})


def check_names_of_build(tree, vmlinux):
    """What Kbuild said when it built the kernel of the rig."""
    known = listed(tree.source)
    of, modules = modules_of(known), {module.path: module for module in known}
    built = [each for each in built_objects(tree.output('rig')) if not APART.search(each[0])]
    wrong = [each for each in built if differs(each, tree, of, modules)]
    right = len(built) - len(wrong)
    yield len(built) > 100 and right >= MIN_SHARE * len(built), \
        f'names: {right} of {len(built)} objects are named as Kbuild named them', str(wrong)
    symbols = ask(['aarch64-linux-gnu-nm', vmlinux], right=True)
    names = set(re.findall(r'__initcall__kmod_(\w+?)__\d', symbols.stdout))
    if '1' in names:    # the compiler has a macro unix, which is 1; strings are not concerned
        names = names - {'1'} | {'unix'}
    missing = names - {module.name for module in known}
    yield bool(names) and not missing, \
        f'names: all {len(names)} that initcalls have in the image', str(missing)


def check_names():
    with tempfile.TemporaryDirectory() as top:
        top = os.path.realpath(top)
        yield from small_makefiles(top)
        yield from command_line(top)
        yield from one_folder(top)
        yield from output_folder(top)
