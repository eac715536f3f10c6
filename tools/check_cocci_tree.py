# SPDX-License-Identifier: GPL-2.0
"""make cocci-check: what the semantic patches do to a whole kernel tree, and whether that holds.

A copy of the tree gets the patch. It is to have nothing but declarations, for
checkpatch, for compilers of two architectures, for initcall-graph and for a boot.
"""

import collections
import contextlib
import copy
import functools
import os
import re
import subprocess
import sys

from build import BOARDS_CONFIG, CROSS, CROSS_X86, COCCI, RIG, TOP, link_copy, overlay
from cocci_tree import Tree
from initcall_edit import DECLARATION, MACRO, underscores
from progress import Failure, run_logged
from source import cache, log_of, log_path, read

NAME = 'src-cocci'
BOOTS = ('off', 'on', 'pkvm', 'chain')
ADDED = re.compile(r'\+(?:initcall_depends\("[\w/-]+"\);|#include <linux/initcall_depends\.h>|)$')
REMOVED = re.compile(r'-(?:MODULE_SOFTDEP\("pre: [^"]*"\);|)$')
# ARCH, make's words, what its tools are called, the script that vmlinux is linked with
Arch = collections.namedtuple('Arch', 'name words prefix script')
ARCHES = (Arch('arm64', CROSS, 'aarch64-linux-gnu-', 'arch/arm64/kernel/vmlinux.lds'),
          Arch('x86_64', CROSS_X86, 'x86_64-linux-gnu-', 'arch/x86/kernel/vmlinux.lds'))
CONFIGS = ('allmodconfig', 'allyesconfig')
# A warning is to be a warning here, since with W=1 the kernel as it is has many. And what watches the kernel
# while it runs is not needed to compile it, but doubles the time.
SWITCHED_OFF = ('WERROR', 'DRM_WERROR', 'DRM_AMDGPU_WERROR', 'DRM_I915_WERROR', 'KASAN', 'KCSAN', 'UBSAN', 'KCOV',
                'GCOV_KERNEL', 'DEBUG_INFO')
# One line of what the first pass has found.
Row = collections.namedtuple('Row', 'consumer line symbol shape declared provider at')


class Converted:
    """A copy of the work tree, with the patch."""

    def __init__(self, tree):
        self.before = tree.source
        self.tree = copy.copy(tree)
        self.tree.source = os.path.join(tree.top, NAME)
        self.diff, self.table = (cache('log', f'cocci.{ending}') for ending in ('diff', 'table'))
        self.rows, self.files = [], []

    def cocci(self, *words):
        """make cocci MODE=patch; its progress and its figures go to the screen."""
        run = subprocess.run([sys.executable, COCCI, self.tree.source, '--mode', 'patch', *words],
                             stdout=subprocess.PIPE, check=False)
        if run.returncode:
            raise Failure('cocci: error: make cocci has failed')
        return run.stdout

    def convert(self):
        os.makedirs(cache('log'), exist_ok=True)
        link_copy(self.before, self.tree.source)
        with open(self.diff, 'wb') as file:
            file.write(self.cocci('--table', self.table))
        with open(self.table) as file:
            self.rows = [Row(*line.rstrip('\n').split('\t')) for line in file]
        run_logged('applying the patch', ['patch', '-p1', '--fuzz=0', '-d', self.tree.source, '-i', self.diff],
                   log_path('cocci-patch'), quiet=True)
        self.files = re.findall(r'^\+\+\+ b/(\S+)', read(self.diff), re.M)

    def text(self, path):
        with open(os.path.join(self.tree.source, path), 'rb') as file:
            return file.read()

    @functools.cached_property
    def kernel(self):
        return Tree(self.tree.source)

    @functools.lru_cache(maxsize=None)
    def unit(self, path):
        """The file that is compiled: that one, or who includes it."""
        included = re.compile(rf'^#include "(?:[\w./-]*/)?{re.escape(os.path.basename(path))}"', re.M)
        return next((each for each in self.kernel.siblings(path) if included.search(self.kernel.text(each))), path)

    @functools.cached_property
    def others(self):
        """Files that are not changed: those who declare already, and the initcalls of all who are declared."""
        found = {row.consumer for row in self.rows}
        names = set(DECLARATION.findall(read(self.diff))) | {row.declared for row in self.rows}
        for module in self.kernel.all:
            if {module.name, module.path} & {underscores(name) if '/' not in name else name for name in names}:
                found.update(f'{stem}.c' for stem in module.objects if MACRO.search(self.kernel.text(f'{stem}.c')))
        return sorted(found - set(self.files))

    @contextlib.contextmanager
    def unconverted(self, files):
        """As they were, for a while."""
        after = {path: self.text(path) for path in files}
        try:
            for path in files:
                self.put(path, os.path.join(self.before, path))
            yield
        finally:
            for path, text in after.items():
                os.unlink(os.path.join(self.tree.source, path))
                with open(os.path.join(self.tree.source, path), 'wb') as file:
                    file.write(text)

    def put(self, path, other):
        """A copy of another file: never into a hard link."""
        target = os.path.join(self.tree.source, path)
        os.unlink(target)
        with open(other, 'rb') as old, open(target, 'wb') as new:
            new.write(old.read())


def patched(converted):
    """Nothing but declarations, once, and in style."""
    converted.convert()
    lines = [line for line in read(converted.diff).splitlines()
             if line[:1] in '+-' and not line.startswith(('+++ ', '--- '))]
    odd = [line for line in lines if not ADDED.match(line) and not REMOVED.match(line)]
    added = sum(bool(DECLARATION.match(line[1:])) for line in lines if line[0] == '+')
    removed = sum(line.startswith('-MODULE_SOFTDEP') for line in lines)
    yield not odd and added > 0, f'cocci-check: {added} declarations in {len(converted.files)} files, {removed} ' \
        'MODULE_SOFTDEP() lines that said the same, and nothing else', '\n'.join(odd)
    again = converted.cocci()
    yield not again, 'cocci-check: a second time changes nothing', again.decode(errors='replace')
    run = subprocess.run(['scripts/checkpatch.pl', '--strict', '--terse', '--show-types', '--no-summary', '--ignore',
                          'COMMIT_MESSAGE,MISSING_SIGN_OFF', converted.diff], cwd=converted.tree.source,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    yield run.returncode == 0 and not run.stdout.strip(), 'cocci-check: checkpatch --strict on the patch', run.stdout


def agreement(converted):
    """What was declared by hand, and what is found, are not at odds."""
    found = collections.defaultdict(set)
    for row in converted.rows:
        found[row.consumer].add(row.declared)
    by_hand = overlay.declared()
    for path, names in sorted(by_hand.items()):
        more = found[path] - set(names)
        yield not more, f'cocci-check: {path}: of {len(names)} declarations by hand, {len(found[path] & set(names))} are ' \
            'found, and no others', ', '.join(sorted(more))


def objects(converted, files):
    return [converted.unit(path).removesuffix('.c') + '.o' for path in files]


def configure(tree, arch, config):
    name = f'cocci-{arch.name}-{config}'
    make = ['make', '-s', '-C', tree.source, f'O={tree.output(name)}', *arch.words]
    os.makedirs(tree.output(name), exist_ok=True)
    switch = [word for option in SWITCHED_OFF for word in ('--disable', option)]
    run_logged('configuring', [*make, config], log_path(name), quiet=True)
    run_logged('configuring', [os.path.join(tree.source, 'scripts', 'config'), '--file',
                               os.path.join(tree.output(name), '.config'), *switch], log_path(name), quiet=True)
    run_logged('configuring', [*make, 'olddefconfig'], log_path(name), quiet=True)
    return name


def build(converted, arch, name, files):
    """The log of compiling some files anew, whether this configuration has them or not."""
    tree, targets = converted.tree, sorted(set(objects(converted, files)))
    for path in targets:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(tree.output(name), path))
    with contextlib.suppress(Failure):      # the log tells
        tree.make(f'compiling with {name.removeprefix("cocci-")}', name, [*arch.words, '-k', 'W=1', *targets],
                  timeout=3 * 3600)
    return log_of(name)


def messages(log, files):
    """How often each file gets each error and each warning, wherever in it."""
    found = re.findall(rf'^(?:\S*/{NAME}/|\.\./{NAME}/)?(\S+?\.c):\d+(?::\d+)?: (?:fatal )?((?:error|warning): .*)$', log, re.M)
    return collections.Counter((path, text) for path, text in found if path in files)


def compiled(converted, arch, config, done):
    """Each changed file, as far as it can be compiled there; what is said of it without the patch does not count."""
    tree, name = converted.tree, configure(converted.tree, arch, config)
    told = messages(build(converted, arch, name, converted.files), converted.files)
    built = [path for path, target in zip(converted.files, objects(converted, converted.files))
             if os.path.exists(os.path.join(tree.output(name), target))]
    done.update(built)
    known = sorted({path for path, _ in told})
    if known:
        with converted.unconverted(known):
            told -= messages(build(converted, arch, name, known), known)
        build(converted, arch, name, known)     # to be linked later
    yield built and not told, f'cocci-check: {name.removeprefix("cocci-")}, W=1: {len(built)} changed files compile, no new ' \
        'error and no new warning', '\n'.join(map(str, told))


def linked(converted, arch, name):
    """An image of the objects at hand, in the places that the kernel's own linker script has for them."""
    tree, output = converted.tree, converted.tree.output(name)
    build(converted, arch, name, converted.others)
    tree.make('making the linker script', name, [*arch.words, arch.script])
    wanted = sorted(set(objects(converted, converted.files + converted.others)))
    at_hand = [path for path in wanted if os.path.exists(os.path.join(output, path))]
    run_logged('linking', [f'{arch.prefix}ld', '-o', 'cocci-image', '-T', arch.script, '-z', 'muldefs', '--noinhibit-exec',
                           '--unresolved-symbols=ignore-all', '--no-warnings', *at_hand], log_path(name), cwd=output,
               quiet=True)
    return os.path.join(output, 'cocci-image')


def no_cycle(converted, arch):
    """initcall-graph finds nothing wrong with what is declared."""
    name = f'cocci-{arch.name}-allyesconfig'
    image = linked(converted, arch, name)
    names = os.path.join(converted.tree.output(name), 'cocci-names')
    with open(names, 'w') as file:
        subprocess.run([sys.executable, os.path.join(TOP, 'scripts', 'initcall_names.py'), '--objects', converted.tree.source],
                       stdout=file, check=True)
    run_logged('building initcall-graph', ['make', '-C', TOP, 'initcall-graph'], log_path('initcall-graph'), quiet=True)
    tool = os.path.join(TOP, 'initcall-graph')
    edges = subprocess.run([tool, 'edges', image], stdout=subprocess.PIPE, text=True, check=False).stdout.splitlines()
    run = subprocess.run([tool, 'check', '--no-notes', f'--names={names}', f'--objects={os.path.dirname(image)}', image],
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    yield run.returncode == 0 and len(edges) > 1, f'cocci-check: {arch.name}: initcall-graph finds no cycle and no other ' \
        f'error in {len(edges)} lines of edges', run.stdout[-3000:]


def boots(converted):
    """The rig, with all of it in its kernel."""
    image = converted.tree.image('cocci-rig', BOARDS_CONFIG, 'Image')
    try:
        run_logged('booting the rig', [sys.executable, os.path.join(RIG, 'ffa.py'), '--arm64', image, *BOOTS, '--out',
                                       converted.tree.output('firmware'), '--keep',
                                       os.path.join(converted.tree.top, 'boots-cocci')], log_path('cocci-boots'))
    except Failure as failure:
        print(failure)
    results = re.findall(r'^(ok|not ok) boot (.*)$', log_of('cocci-boots'), re.M)
    yield len(results) == len(BOOTS), f'cocci-check: {len(BOOTS)} boots of the rig', log_path('cocci-boots')
    for result, what in results:
        yield result == 'ok', f'cocci-check: rig: {what}', log_path('cocci-boots')


def whole_tree(tree):
    """All of it."""
    converted, done = Converted(tree), set()
    yield from patched(converted)
    yield from agreement(converted)
    for arch in ARCHES:
        for config in CONFIGS:
            yield from compiled(converted, arch, config, done)
    left = sorted(set(converted.files) - done)
    print(f'{len(done)} of {len(converted.files)} changed files compiled; for other architectures or nobody: ' + ' '.join(left))
    for arch in ARCHES:
        yield from no_cycle(converted, arch)
    yield from boots(converted)
