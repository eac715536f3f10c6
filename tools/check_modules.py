# SPDX-License-Identifier: GPL-2.0
"""make check, modules: soft dependencies, modprobe in the guest, a prerequisite that is a module."""

import glob
import os
import re
import shutil
import subprocess
import sys

from build import CROSS, RIG
from progress import Failure, run_logged
from source import Apt, cache, lock, log_of, log_path, own_release, read

sys.path.insert(0, RIG)
from modules import BOTH, CASES, warnings  # noqa: E402

SOFTDEPS = {'tpm_crb': ['pre: tpm_crb_ffa'], 'tpm_crb_ffa': ['pre: ffa_module'], 'ffa-module': ['pre: kvm'],
            BOTH: ['pre: initcall_supplier pre: tpm_crb']}
PROGRAM = 'sbin/modprobe'
SAMPLE = re.compile(r'^\[[ \d.]+\] initcall_(\w+) initcall_\w+: (deferred|bound)', re.M)


def kmod_packages():
    """Debian's kmod for arm64 and all that it depends on, unpacked, once."""
    tree = cache('tools', 'kmod-arm64')
    with lock(cache('tools', 'lock')):
        if os.path.isdir(tree):
            return tree
        work = tree + '.new'
        shutil.rmtree(work, ignore_errors=True)
        os.makedirs(work)
        apt = Apt(work, own_release(), architecture='arm64')
        apt.run('asking for kmod of arm64', 'update')
        apt.run('downloading kmod of arm64', '--yes', '--download-only', '--no-install-recommends', 'install', 'kmod')
        for package in glob.glob(os.path.join(work, 'cache/archives/*.deb')):
            run_logged('unpacking', ['dpkg-deb', '-x', package, os.path.join(work, 'tree')], log_path('apt'),
                       quiet=True)
        os.rename(os.path.join(work, 'tree'), tree)
        shutil.rmtree(work)
        return tree


def needed_libraries(tree, path):
    """Libraries that a program loads, and those that they load."""
    found, todo = {}, [path]
    while todo:
        run = subprocess.run(['aarch64-linux-gnu-readelf', '-d', todo.pop()], stdout=subprocess.PIPE, text=True,
                             check=True)
        for name in re.findall(r'\(NEEDED\).*\[(.*)\]', run.stdout):
            if name not in found:
                found[name] = glob.glob(os.path.join(tree, '**', name), recursive=True)[0]
                todo.append(found[name])
    return found


def put_modprobe(root):
    """The guest has no other program, so that its libraries can stand where the loader looks first."""
    tree = kmod_packages()
    program = os.path.join(tree, 'bin', 'kmod')
    for folder in ('sbin', 'lib'):
        os.makedirs(os.path.join(root, folder), exist_ok=True)
    shutil.copy(program, os.path.join(root, PROGRAM))
    for name, path in needed_libraries(tree, program).items():
        shutil.copy(path, os.path.join(root, 'lib', name))


def installed(root, wanted):
    """The one file or link below lib/modules of this name."""
    found = [os.path.join(folder, name) for folder, folders, files in os.walk(os.path.join(root, 'lib/modules'))
             for name in (*folders, *files) if name == wanted]
    if len(found) != 1:
        raise Failure(f'{root}: error: {len(found)} files {wanted}, not 1')
    return found[0]


def guest_root(tree):
    """Content of the guest's initramfs: modules as installed by Kbuild and depmod, and modprobe."""
    output = tree.output('modules')
    root, extmod = os.path.join(output, 'guest'), os.path.join(output, 'extmod')
    for folder in (root, extmod):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(os.path.join(RIG, 'extmod'), extmod)
    install = [*CROSS, f'INSTALL_MOD_PATH={root}', 'modules_install']
    tree.make('installing the modules', 'modules', install)
    tree.make('building a module out of tree', 'modules', [*CROSS, f'M={extmod}', 'modules'])
    tree.make('installing it', 'modules', [f'M={extmod}', *install])
    os.unlink(installed(root, 'build'))     # a link to all that there is
    put_modprobe(root)
    return root


def check_softdeps(root):
    """What the lines have become in the modules, and in the index that modprobe reads."""
    with open(installed(root, 'modules.softdep')) as file:
        index = re.findall(r'^softdep (\S+) (.*)$', file.read(), re.M)
    for module, expected in SOFTDEPS.items():
        run = subprocess.run(['modinfo', '--field', 'softdep', installed(root, module + '.ko')],
                             stdout=subprocess.PIPE, text=True, check=True)
        yield sorted(run.stdout.splitlines()) == expected, \
            f'modules: modinfo {module}: {", ".join(expected)}', run.stdout
        name = module.replace('-', '_')
        yield sorted(words for who, words in index if who == name) == expected, \
            f'modules: depmod of {module} finds the same', str(index)


def check_declared(root):
    run = subprocess.run(['modinfo', '--field', 'initcall_depends', installed(root, BOTH + '.ko')],
                         stdout=subprocess.PIPE, text=True, check=True)
    yield sorted(run.stdout.split()) == ['drivers/base/dd', 'tpm_crb'], \
        'modules: what is declared can be read, a path too', run.stdout


def boot(what, program, image, logs, *more):
    """Run a program of the rig: its verdicts, and the console of each boot."""
    log = os.path.basename(logs)
    try:
        run_logged(what, [sys.executable, os.path.join(RIG, program), '--arm64', image, *more, '--keep', logs], log_path(log))
    except Failure as failure:
        print(failure)
    verdicts = re.findall(r'^(ok|not ok) boot (\w+): (.*)$', log_of(log), re.M)
    consoles = {}
    for _, name, _ in verdicts:
        consoles[name] = read(logs, name, 'console.log')
    return verdicts, consoles


def check_modprobe(tree, image, root):
    """modprobe in the guest, and the warning of a built-in consumer."""
    verdicts, consoles = boot('booting with modules', 'modules.py', image, os.path.join(tree.top, 'boots-modules'),
                              '--root', root, '--out', tree.output('firmware-modules'))
    yield len(verdicts) == len(CASES), f'modules: {len(CASES)} boots', log_path('boots-modules')
    for result, name, what in verdicts:
        yield result == 'ok', f'modules: {name}: {what}', log_path('boots-modules')
        found = warnings(consoles[name])
        yield found == [('initcall_consumer', 'initcall_supplier')], \
            f'modules: {name}: one warning of a built-in consumer, which names both', str(found)


def check_sample(tree, image):
    """Consumer and supplier built in, and nothing that the warning could be of."""
    _, consoles = boot('booting the sample', 'ffa.py', image, os.path.join(tree.top, 'boots-sample'),
                       'off', 'on', '--out', tree.output('firmware'))
    for name, expected in (('off', [('consumer', 'deferred'), ('supplier', 'bound'), ('consumer', 'bound')]),
                           ('on', [('supplier', 'bound'), ('consumer', 'bound')])):
        said = SAMPLE.findall(consoles[name])
        yield said == expected, f'sample: {name}: {", ".join(" ".join(words) for words in expected)}', str(said)
        yield not warnings(consoles[name]), f'sample: {name}: no warning when all is built in', ''


def check_rebuild(tree):
    """With nothing changed, nothing is linked again."""
    tree.make('building the kernel again', 'modules', [*CROSS, 'Image', 'modules'])
    done = re.findall(r'^  (?:CC|LD|UPD|GEN|OBJCOPY|MODPOST) .*$', log_of('modules'), re.M)
    yield not done, 'modules: a second build does nothing', '\n'.join(done)


def modules(tree):
    """The same line in a =m driver, and a prerequisite that is one."""
    image = tree.modular_image()
    yield from check_rebuild(tree)
    root = guest_root(tree)
    yield from check_softdeps(root)
    yield from check_declared(root)
    yield from check_modprobe(tree, image, root)
    yield from check_sample(tree, tree.rig_image())
