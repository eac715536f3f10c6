# SPDX-License-Identifier: GPL-2.0
"""Modules: soft dependencies by modpost, modprobe in the guest."""

import glob
import os
import re
import shutil

from initcall.files import data, read
from initcall.kernel.debian import kmod
from initcall.kernel.tree import CROSS
from initcall.process import Failure, ask, initcall
from initcall.rig.modules import BOTH, CASES, ORDER, complaints

SOFTDEPS = {
    'tpm_crb': ['pre: tpm_crb_ffa'],
    'tpm_crb_ffa': ['pre: ffa_module'],
    'ffa-module': [],
    'initcall_supplier': [],
    # In the order of the lines, each name once, no path
    ORDER: ['pre: initcall_supplier tpm_crb tpm_crb_ffa ffa_module'],
    # Its own one, and no other
    BOTH: ['pre: tpm_crb initcall_supplier'],
}
DECLARED = ['drivers/base/dd', 'ffa_module', 'initcall_supplier', 'initcall_supplier', 'tpm_crb',
            'tpm_crb_ffa']
HIDDEN = 'modpost: softdep_hidden.ko: modprobe would obey ' \
    'MODULE_SOFTDEP("post: initcall_supplier") only:\n' \
    'replace it by initcall_depends() lines, or let it begin with "pre: tpm_crb tpm_crb_ffa".\n'
# A line of another file that is in the same module
LINE = 'initcall_depends("ffa_module");'
OTHER_LINE = 'initcall_depends("optee");'
PROGRAM = 'sbin/modprobe'
SAMPLE = re.compile(r'^\[[ \d.]+\] initcall_(\w+) initcall_\w+: (deferred|bound)', re.M)
MADE = re.compile(r'^  (?:CC|LD)(?: \[M\])? +(?:.*/)?(\S+)$', re.M)


def needed_libraries(tree, path):
    """Libraries that a program loads, and those that they load."""
    found, todo = {}, [path]
    while todo:
        run = ask(['aarch64-linux-gnu-readelf', '-d', todo.pop()], right=True)
        for name in re.findall(r'\(NEEDED\).*\[(.*)\]', run.stdout):
            if name not in found:
                found[name] = glob.glob(os.path.join(tree, '**', name), recursive=True)[0]
                todo.append(found[name])
    return found


def put_modprobe(root):
    """The guest has no other program, so its libraries go where the loader looks first."""
    tree = kmod()
    program = os.path.join(tree, 'bin', 'kmod')
    for folder in ('sbin', 'lib'):
        os.makedirs(os.path.join(root, folder), exist_ok=True)
    shutil.copy(program, os.path.join(root, PROGRAM))
    for name, path in needed_libraries(tree, program).items():
        shutil.copy(path, os.path.join(root, 'lib', name))


def installed(root, wanted):
    """The one file or link below lib/modules of this name."""
    below = os.walk(os.path.join(root, 'lib/modules'))
    found = [os.path.join(folder, name) for folder, folders, files in below
             for name in (*folders, *files) if name == wanted]
    if len(found) != 1:
        raise Failure(f'{root}: error: {len(found)} files {wanted}, not 1')
    return found[0]


def extmod_folder(tree):
    """A copy of the modules out of tree, since Kbuild writes into their folder."""
    return os.path.join(tree.output('modules'), 'extmod')


def guest_root(tree):
    """Content of the guest's initramfs: modules as installed by Kbuild and depmod, and modprobe."""
    root, extmod = os.path.join(tree.output('modules'), 'guest'), extmod_folder(tree)
    for folder in (root, extmod):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(data('ffa-tpm', 'extmod'), extmod)
    install = [*CROSS, f'INSTALL_MOD_PATH={root}', 'modules_install']
    tree.make('installing the modules', 'modules', install)
    make_extmod(tree, 'building modules out of tree')
    tree.make('installing them', 'modules', [f'M={extmod}', *install])
    os.unlink(installed(root, 'build'))     # a link to all that there is
    put_modprobe(root)
    return root


def modinfo(path, field):
    run = ask(['modinfo', '--field', field, path], right=True)
    return run.stdout.splitlines()


def verify_softdeps(root):
    """What the lines have become in the modules, and in the index that modprobe reads."""
    index = re.findall(r'^softdep (\S+) (.*)$', read(installed(root, 'modules.softdep')), re.M)
    for module, expected in SOFTDEPS.items():
        found = modinfo(installed(root, module + '.ko'), 'softdep')
        yield found == expected, \
            f'modules: soft dependency of {module}: {"".join(expected) or "none"}', str(found)
        name = module.replace('-', '_')
        found = [words for who, words in index if who == name]
        yield found == expected, f'modules: depmod of {module} finds the same', str(index)


def verify_declared(root):
    found = modinfo(installed(root, ORDER + '.ko'), 'initcall_depends')
    yield sorted(found) == DECLARED, 'modules: what is declared can be read, a path too', str(found)


def verify_builtin(tree):
    """vmlinux has what is declared, and no soft dependency of it."""
    info = read(tree.output('modules'), 'modules.builtin.modinfo')
    yield 'initcall_consumer.initcall_depends=initcall_supplier\0' in info, \
        'modules: what built-in code declares can be read', info[:1000]
    yield 'softdep=pre: initcall_supplier' not in info, \
        'modules: built-in code gets no soft dependency', info[:1000]


def make_extmod(tree, what, *words):
    """Build the modules out of tree; the names of the files that were made."""
    tree.make(what, 'modules', [*CROSS, f'M={extmod_folder(tree)}', *words, 'modules'])
    return sorted(MADE.findall(tree.log_of('modules')))


def verify_changed(tree):
    """A changed line makes its own module again, and no other."""
    made = make_extmod(tree, 'building the same again')
    yield not made, 'modules: an unchanged module is not built again', str(made)
    path = os.path.join(extmod_folder(tree), 'softdep_extra.c')
    text = read(path)
    with open(path, 'w') as file:
        file.write(text.replace(LINE, OTHER_LINE))
    made = make_extmod(tree, 'building with a changed line')
    yield made == ['softdep_extra.o', f'{ORDER}.ko', f'{ORDER}.mod.o', f'{ORDER}.o'], \
        'modules: a changed line makes its own module again, and no other', str(made)
    found = modinfo(os.path.join(extmod_folder(tree), f'{ORDER}.ko'), 'softdep')
    yield found == [words.replace('ffa_module', 'optee') for words in SOFTDEPS[ORDER]], \
        'modules: and its soft dependency changes', str(found)


def verify_hidden(tree):
    """A MODULE_SOFTDEP() that hides a declaration is an error, which says what to do."""
    try:
        make_extmod(tree, 'building a module that modpost refuses', 'HIDDEN=1')
        failed = False
    except Failure:
        failed = True
    errors = re.findall(r'^ERROR: (.*\n.*\n)', tree.log_of('modules'), re.M)
    yield failed and errors == [HIDDEN], \
        'modules: MODULE_SOFTDEP() that hides initcall_depends() is an error', \
        tree.log_of('modules')[-2000:]


def boot(tree, what, program, image, logs, *more):
    """Run a program of the rig: its verdicts, and the console of each boot."""
    log = os.path.basename(logs)
    try:
        tree.run(what, initcall(program, '--arm64', image, *more, '--keep', logs), log)
    except Failure as failure:
        print(failure)
    verdicts = re.findall(r'^(ok|not ok) boot (\w+): (.*)$', tree.log_of(log), re.M)
    consoles = {}
    for _, name, _ in verdicts:
        consoles[name] = read(logs, name, 'console.log')
    return verdicts, consoles


def verify_modprobe(tree, image, root):
    """modprobe in the guest."""
    verdicts, consoles = boot(tree, 'booting with modules', 'boot-modules', image,
                              os.path.join(tree.top, 'boots-modules'), '--root', root,
                              '--out', tree.output('firmware-modules'))
    yield len(verdicts) == len(CASES), f'modules: {len(CASES)} boots', \
        tree.log_path('boots-modules')
    for result, name, what in verdicts:
        yield result == 'ok', f'modules: {name}: {what}', tree.log_path('boots-modules')
        found = complaints(consoles[name])
        yield not found, f'modules: {name}: no complaint of a prerequisite that is a module', \
            '\n'.join(found)


def verify_sample(tree, image):
    """Consumer and supplier built in."""
    _, consoles = boot(tree, 'booting the sample', 'boot-ffa', image,
                       os.path.join(tree.top, 'boots-sample'), 'off', 'on',
                       '--out', tree.output('firmware'))
    for name, expected in (
            ('off', [('consumer', 'deferred'), ('supplier', 'bound'), ('consumer', 'bound')]),
            ('on', [('supplier', 'bound'), ('consumer', 'bound')])):
        said = SAMPLE.findall(consoles.get(name, ''))
        yield said == expected, \
            f'sample: {name}: {", ".join(" ".join(words) for words in expected)}', str(said)


def verify_rebuild(tree):
    """With nothing changed, nothing is made again, whatever is asked for."""
    for targets in (['Image', 'modules'], ['Image'], ['modules'], ['Image', 'modules']):
        tree.make('building the kernel again', 'modules', [*CROSS, *targets])
        made = re.findall(r'^  (?:CC|LD|OBJCOPY|CHECK) .*$', tree.log_of('modules'), re.M)
        yield not made, f'modules: make {" ".join(targets)} again makes nothing', str(made)


def check_modules(tree, rig_image):
    """The same line in a =m driver, and a prerequisite that is one."""
    image = tree.modular_image()
    yield from verify_rebuild(tree)
    yield from verify_builtin(tree)
    root = guest_root(tree)
    yield from verify_softdeps(root)
    yield from verify_declared(root)
    yield from verify_changed(tree)
    yield from verify_hidden(tree)
    yield from verify_modprobe(tree, image, root)
    yield from verify_sample(tree, rig_image)
