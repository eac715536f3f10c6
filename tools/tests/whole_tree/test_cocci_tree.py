# SPDX-License-Identifier: GPL-2.0
"""make cocci-check: what the semantic patches do to a whole kernel tree, and whether that holds.

A copy of the tree gets the patch. It is to have nothing but declarations, for
checkpatch, for compilers of two architectures, for initcall-graph and for a boot.
"""

import collections
import contextlib
import functools
import os
import re
import subprocess

from initcall.cocci import command
from initcall.files import GRAPH, SCRIPTS, read
from initcall.kernel.tree import CROSS, CROSS_X86, WIDE_CONFIG
from initcall.overlay.rules import declared as declared_by_hand
from initcall.process import Failure, ask, initcall
from tests.test_names import listed, modules_of

NAME = 'src-cocci'
BOOTS = ('off', 'on', 'pkvm', 'chain')
DECLARATION = re.compile(r'\binitcall_depends\s*\(\s*"([^"]+)"\s*\)\s*;')
INITCALL = re.compile(r'^(?:\w*module_\w*(?:init|driver\w*)|builtin_\w+|\w+_initcall\w*)\s*\(',
                      re.M)
ADDED = re.compile(r'\+(?:initcall_depends\("[\w/-]+"\);|#include <linux/initcall_depends\.h>|)$')
REMOVED = re.compile(r'-(?:MODULE_SOFTDEP\("pre: [^"]*"\);|)$')
# ARCH, make's words, what its tools are called, the script that vmlinux is linked with
Arch = collections.namedtuple('Arch', 'name words prefix script')
ARCHES = (Arch('arm64', CROSS, 'aarch64-linux-gnu-', 'arch/arm64/kernel/vmlinux.lds'),
          Arch('x86_64', CROSS_X86, 'x86_64-linux-gnu-', 'arch/x86/kernel/vmlinux.lds'))
CONFIGS = ('allmodconfig', 'allyesconfig')
# A warning is to be a warning here, since with W=1 the kernel as it is has many. And what watches
# the kernel while it runs is not needed to compile it, but doubles the time.
SWITCHED_OFF = ('WERROR', 'DRM_WERROR', 'DRM_AMDGPU_WERROR', 'DRM_I915_WERROR', 'KASAN', 'KCSAN',
                'UBSAN', 'KCOV',
                'GCOV_KERNEL', 'DEBUG_INFO')
# One line of what the first pass has found.
Row = collections.namedtuple('Row', 'consumer line symbol shape declared provider at '
                             'confidence condition')


class Converted:
    """A copy of the work tree, with the patch."""

    def __init__(self, tree):
        self.before = tree.source
        self.tree = tree.copied(NAME)
        self.diff, self.table = (self.tree.log_path(f'cocci-{what}') for what in ('diff', 'table'))
        self.rows, self.files = [], []

    def cocci(self, *words):
        """make cocci MODE=patch; its progress and its figures go to the screen."""
        run = subprocess.run(command(self.tree.source, '--mode', 'patch', *words),
                             stdout=subprocess.PIPE, check=False)
        if run.returncode:
            raise Failure('cocci: error: make cocci has failed')
        return run.stdout

    def convert(self):
        with open(self.diff, 'wb') as file:
            file.write(self.cocci('--table', self.table))
        with open(self.table) as file:
            self.rows = [Row(*line.rstrip('\n').split('\t')) for line in file]
        self.tree.run('applying the patch', [
            'patch', '-p1', '--fuzz=0', '-d', self.tree.source, '-i', self.diff], 'cocci-patch',
            quiet=True)
        self.files = re.findall(r'^\+\+\+ b/(\S+)', read(self.diff), re.M)

    def text(self, path):
        with open(os.path.join(self.tree.source, path), 'rb') as file:
            return file.read()

    @functools.cached_property
    def modules(self):
        """{path of a source, without suffix: modules that it is linked into}."""
        return modules_of(listed(self.tree.source))

    @functools.lru_cache(maxsize=None)
    def unit(self, path):
        """The file that is compiled: that one, or the one that includes it."""
        included = re.compile(
            rf'^#include "(?:[\w./-]*/)?{re.escape(os.path.basename(path))}"', re.M)
        stems = [stem for module in self.modules[path.removesuffix('.c')]
                 for stem in module.objects]
        return next((f'{stem}.c' for stem in stems if included.search(self.text_of(stem))), path)

    def text_of(self, stem):
        path = os.path.join(self.tree.source, f'{stem}.c')
        return read(path) if os.path.exists(path) else ''

    @functools.cached_property
    def others(self):
        """Files not changed: those that declare already, and the initcalls of what is declared."""
        found = {row.consumer for row in self.rows}
        names = {row.declared for row in self.rows} | set(DECLARATION.findall(read(self.diff)))
        names = {name.replace('-', '_') for name in names}
        for stem, modules in self.modules.items():
            if any({module.name, module.path.replace('-', '_')} & names for module in modules) \
                    and INITCALL.search(self.text_of(stem)):
                found.add(f'{stem}.c')
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
    print(f'{added} declarations in {len(converted.files)} files, {removed} MODULE_SOFTDEP() lines')
    yield not odd and added > 0, 'cocci-check: declarations, MODULE_SOFTDEP() lines that said ' \
        'the same, and nothing else', '\n'.join(odd)
    again = converted.cocci()
    yield not again, 'cocci-check: a second time changes nothing', again.decode(errors='replace')
    run = ask(['scripts/checkpatch.pl', '--strict', '--terse', '--show-types', '--no-summary',
               '--ignore', 'COMMIT_MESSAGE,MISSING_SIGN_OFF', converted.diff],
              cwd=converted.tree.source)
    yield run.returncode == 0 and not run.stdout.strip(), \
        'cocci-check: checkpatch --strict on the patch', run.stdout


def agreement(converted):
    """What was declared by hand, and what is found, are not at odds."""
    found = collections.defaultdict(set)
    for row in converted.rows:
        if row.confidence in ('certain', 'compatible'):
            found[row.consumer].add(row.declared)
    by_hand = declared_by_hand()
    for path, names in sorted(by_hand.items()):
        more = found[path] - set(names)
        yield not more, f'cocci-check: {path}: of {len(names)} declarations by hand, ' \
            f'{len(found[path] & set(names))} are found, and no others', ', '.join(sorted(more))


def objects(converted, files):
    return [converted.unit(path).removesuffix('.c') + '.o' for path in files]


def configure(tree, arch, config):
    name = f'cocci-{arch.name}-{config}'
    tree.make_config(name, arch.words, config)
    tree.change_config(name, arch.words,
                       [f'# CONFIG_{option} is not set' for option in SWITCHED_OFF])
    return name


def build(converted, arch, name, files):
    """The log of compiling some files anew, whether this configuration has them or not."""
    tree, targets = converted.tree, sorted(set(objects(converted, files)))
    for path in targets:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(tree.output(name), path))
    with contextlib.suppress(Failure):      # the log says it
        tree.make(f'compiling with {name.removeprefix("cocci-")}', name,
                  [*arch.words, '-k', 'W=1', *targets], timeout=3 * 3600)
    return tree.log_of(name)


def messages(log, files):
    """How often each file gets each error and each warning, wherever in it."""
    found = re.findall(rf'^(?:\S*/{NAME}/|\.\./{NAME}/)?(\S+?\.c):\d+(?::\d+)?: '
                       r'(?:fatal )?((?:error|warning): .*)$', log, re.M)
    return collections.Counter((path, text) for path, text in found if path in files)


def compiled(converted, arch, config, done):
    """Each changed file, as far as it can be compiled there; what stock shows does not count."""
    tree, name = converted.tree, configure(converted.tree, arch, config)
    found = messages(build(converted, arch, name, converted.files), converted.files)
    built = [path for path, target in zip(converted.files, objects(converted, converted.files))
             if os.path.exists(os.path.join(tree.output(name), target))]
    done.update(built)
    known = sorted({path for path, _ in found})
    if known:
        with converted.unconverted(known):
            found -= messages(build(converted, arch, name, known), known)
        build(converted, arch, name, known)     # to be linked later
    yield built and not found, f'cocci-check: {name.removeprefix("cocci-")}, W=1: changed files ' \
        'compile, no new error and no new warning', '\n'.join(map(str, found))


def linked(converted, arch, name):
    """An image of the objects at hand, placed by the kernel's own linker script."""
    tree, output = converted.tree, converted.tree.output(name)
    build(converted, arch, name, converted.others)
    tree.make('making the linker script', name, [*arch.words, arch.script])
    wanted = sorted(set(objects(converted, converted.files + converted.others)))
    at_hand = [path for path in wanted if os.path.exists(os.path.join(output, path))]
    tree.run('linking', [
        f'{arch.prefix}ld', '-o', 'cocci-image', '-T', arch.script, '-z', 'muldefs',
        '--noinhibit-exec', '--unresolved-symbols=ignore-all', '--no-warnings', *at_hand],
             name, cwd=output, quiet=True)
    return os.path.join(output, 'cocci-image')


def no_cycle(converted, arch):
    """initcall-graph finds nothing wrong with what is declared."""
    name = f'cocci-{arch.name}-allyesconfig'
    image = linked(converted, arch, name)
    names = os.path.join(converted.tree.output(name), 'cocci-names')
    with open(names, 'w') as file:
        subprocess.run([os.path.join(SCRIPTS, 'initcall_names.py'), '--objects',
                        converted.tree.source], stdout=file, check=True)
    converted.tree.run('building initcall-graph', initcall('initcall-graph'), 'initcall-graph')
    edges = ask([GRAPH, 'edges', image], apart=True).stdout.splitlines()
    run = ask([GRAPH, 'check', '--no-notes', f'--names={names}',
               f'--objects={os.path.dirname(image)}', image])
    yield run.returncode == 0 and len(edges) > 1, f'cocci-check: {arch.name}: initcall-graph ' \
        'finds no cycle and no other error', run.stdout[-3000:]


def boots(converted):
    """The rig, with all of it in its kernel."""
    image = converted.tree.image('cocci-rig', WIDE_CONFIG, 'Image')
    try:
        converted.tree.run('booting the rig', initcall(
            'boot-ffa', '--arm64', image, *BOOTS, '--out', converted.tree.output('firmware'),
            '--keep', os.path.join(converted.tree.top, 'boots-cocci')), 'cocci-boots')
    except Failure as failure:
        print(failure)
    results = re.findall(r'^(ok|not ok) boot (.*)$', converted.tree.log_of('cocci-boots'), re.M)
    log = converted.tree.log_path('cocci-boots')
    yield len(results) == len(BOOTS), f'cocci-check: {len(BOOTS)} boots of the rig', log
    for result, what in results:
        yield result == 'ok', f'cocci-check: rig: {what}', log


def check_whole_tree(tree):
    """All of it."""
    converted, done = Converted(tree), set()
    yield from patched(converted)
    yield from agreement(converted)
    for arch in ARCHES:
        for config in CONFIGS:
            yield from compiled(converted, arch, config, done)
    left = sorted(set(converted.files) - done)
    print(f'{len(done)} of {len(converted.files)} changed files compiled; for other architectures '
          'or none: ' + ' '.join(left))
    for arch in ARCHES:
        yield from no_cycle(converted, arch)
    yield from boots(converted)
