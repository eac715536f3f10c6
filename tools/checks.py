# SPDX-License-Identifier: GPL-2.0
"""make check: every check is a generator of (passed, name, explanation)."""

import contextlib
import glob
import json
import os
import re
import shutil
import subprocess
import sys

from build import CONFIG, CROSS, HERE, RIG, TOP, cores
from check_boards import boards
from check_cocci import semantic_patches
from check_conversions import conversions
from check_docs import htmldocs, kunit_cases
from check_graph import commands, graph, predictions
from check_graph_faults import graph_faults
from check_images import own_images
from check_introspection import introspection, resident
from check_modules import modules
from check_names import names
from check_orders import orders
from check_planted import planted
from progress import Failure, run_logged
from source import Apt, cache, lock, log_of, log_path, pristine, read, supported

sys.path.insert(0, RIG)
from ffa import CASES  # noqa: E402

OURS = ('kernel/initcall_depends', 'lib/kunit/initcall_depends')
ALSO_OURS = ('include/linux/initcall_*.h', 'include/kunit/initcall_*.h', 'drivers/base/initcall_depends.c',
             'samples/initcall_depends/*.c')
CONVERTED = ('drivers/char/tpm/', 'drivers/firmware/arm_ffa/', 'security/lsm_init.o',
             'security/keys/trusted-keys/')
MOVED = {'ffa_init', 'tpm_crb_ffa_driver_init', 'crb_acpi_driver_init', 'deferred_probe_initcall',
         'boot_test_supplier_init', 'supplier_init'}
TEST_CALLS = ('fake_initcall', 'settler_initcall')      # which KUnit calls on its own
MAX_BYTES_PER_INITCALL = 20
# For the boots of the same image with the rig's guest, and for what the check of the build says.
UML_MORE = ('CONFIG_BLK_DEV_INITRD=y', 'CONFIG_RD_GZIP=y', 'CONFIG_INITCALL_DEPENDS_CHECK=y')


def host_sources(tree):
    """Those of the host tool, which are in nobody's W=1."""
    return sorted(os.path.relpath(path, tree.source) for path in
                  glob.glob(os.path.join(tree.source, 'scripts', 'initcall-graph', '*.[ch]')))


def our_sources(tree):
    found = []
    for folder in OURS:
        found += glob.glob(os.path.join(tree.source, folder, '*.[ch]'))
    for pattern in ALSO_OURS:
        found += glob.glob(os.path.join(tree.source, pattern))
    return sorted(os.path.relpath(path, tree.source) for path in found)


def overlay(tree):
    """The overlay's own tests, on every supported kernel that can be had."""
    script = os.path.join(HERE, 'overlay', 'overlay_test.py')
    for version in supported():     # now, so that no download gets in between the results
        with contextlib.suppress(Failure):
            pristine(version)
    try:
        run_logged('testing the overlay', [sys.executable, script, '-v'], log_path('overlay-test'),
                   r'(?:^| )(?:ok|FAIL|ERROR)$', 20, noun='tests')
    except Failure as failure:
        print(failure)
    for name, result in re.findall(r'^(\w+) \(.*\) \.\.\. (ok|FAIL|ERROR|skipped.*)$', log_of('overlay-test'), re.M):
        yield None if result.startswith('skipped') else result == 'ok', f'overlay: {name}', result
    yield 'Ran ' in log_of('overlay-test'), 'overlay: tests ran to the end', log_path('overlay-test')


def ktap_results(name, text, log):
    """Each test case of KTAP output, as the kernel's own kunit.py reads it."""
    text = re.sub(r'\x1b\[[\d;]*m', '', text)
    cases = re.findall(r'^\[[\d:]+\] =* ?\[(PASSED|FAILED|CRASHED|SKIPPED)\] (\w+)(?: =+| \(.*\))?$', text, re.M)
    cases = [case for case in cases if not case[1].startswith('initcall_depends_')]     # the suite as a whole
    missing = kunit_cases() - {case for _, case in cases}
    yield not missing, f'{name}: all suites ran ({len(cases)} cases)', f'{", ".join(sorted(missing))} did not; {log}'
    for result, case in cases:
        yield None if result == 'SKIPPED' else result == 'PASSED', f'{name}: {case}', result


def kunit_console(tree, name, console):
    """KUnit's results in the console of a boot."""
    run = subprocess.run([sys.executable, os.path.join(tree.source, 'tools/testing/kunit/kunit.py'), 'parse', console],
                         stdout=subprocess.PIPE, text=True, cwd=tree.source, check=False)
    yield from ktap_results(name, run.stdout, console)


def kunit_uml(tree):
    command = [sys.executable, os.path.join(tree.source, 'tools/testing/kunit/kunit.py'), 'run',
               f'--build_dir={tree.output("uml")}', '--kunitconfig=lib/kunit/initcall_depends',
               *(f'--kconfig_add={option}' for option in UML_MORE), '--make_options', 'CC=ccache gcc', f'--jobs={cores()}']
    try:
        run_logged('KUnit under UML', command, log_path('kunit-uml'), r'^  (?:CC|AS|LD|AR) ', cwd=tree.source,
                   env={'CCACHE_DIR': cache('ccache'), 'COLUMNS': '100'})
    except Failure as failure:
        print(failure)
    yield from ktap_results('KUnit, UML', log_of('kunit-uml'), log_path('kunit-uml'))
    yield from kunit_uml_off(tree)


def kunit_uml_off(tree):
    """With nothing known of the boot, assertions about it are skipped."""
    run = subprocess.run([os.path.join(tree.output('uml'), 'linux'), 'mem=256M', 'console=tty', 'kunit_shutdown=halt',
                          'kunit.filter_glob=initcall_depends_boot', 'initcall_depends=off'], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, check=False)
    skipped = re.findall(r'^ +ok \d+ boot_\w+ # SKIP', run.stdout, re.M)
    yield len(skipped) == 4 and 'not ok' not in run.stdout, \
        'KUnit, UML: assertions about the boot are skipped if nothing is known', run.stdout[-1000:]


def boots(tree):
    """The rig: without, with, pKVM and so on, and KUnit there."""
    image = tree.rig_image()
    logs = os.path.join(tree.top, 'boots-check')
    command = [sys.executable, os.path.join(RIG, 'ffa.py'), '--arm64', image, *CASES, '--out', tree.output('firmware'),
               '--keep', logs]
    try:
        run_logged('booting the rig', command, log_path('boots'))
    except Failure as failure:
        print(failure)
    names = re.findall(r'^(ok|not ok) boot (.*)$', log_of('boots'), re.M)
    yield len(names) == len(CASES), f'rig: {len(CASES)} boots', log_path('boots')
    for result, name in names:
        yield result == 'ok', f'rig: {name}', log_path('boots')
    yield from compare_orders(logs)
    yield from rig_failures(command)
    console = os.path.join(logs, 'kunit', 'console.log')
    yield from kunit_console(tree, 'KUnit, arm64', console)
    passed = re.search(r' ok \d+ boot_tpm_crb_ffa\r?$', read(console), re.M)
    yield bool(passed), 'KUnit, arm64: boot_tpm_crb_ffa is not skipped there', console


def not_for_old_kernels(_tree):
    yield None, 'rig: this kernel has no tpm_crb_ffa, so there is nothing to boot', ''
    yield None, 'style: that of this kernel is not today\'s', ''


def compare_orders(logs):
    """What ran in which order, as initcall_debug tells it, in one boot and another."""
    calls = {}
    for case in CASES:
        calls[case] = re.findall(r'\] calling  (\w+)\+', read(logs, case, 'console.log'))
    calls['kunit'] = [call for call in calls['kunit'] if call not in TEST_CALLS]
    yield calls['on'] == calls['kunit'] != [], 'order: the same in each boot (G1)', logs
    yield calls['off'] == calls['none'], 'order: without dependencies that of the stock kernel (G2)', logs
    yield set(calls['on']) == set(calls['off']) and calls['on'] != calls['off'], 'order: nobody is lost, some move', logs
    rest = [[call for call in calls[case] if call not in MOVED] for case in ('on', 'off')]
    yield rest[0] == rest[1], 'order: who is not concerned keeps its place (G2)', logs
    held = calls['on'].index('finalize_pkvm') if 'finalize_pkvm' in calls['on'] else len(calls['on'])
    yield calls['on'][held + 1:held + 4] == ['ffa_init', 'tpm_crb_ffa_driver_init', 'crb_acpi_driver_init'], \
        'order: the chain is held back until right behind finalize_pkvm (G3)', logs


def rig_failures(command):
    """The rig says what is wrong, and does not take it for a pass."""
    for what, case, more, env, expected in (
            ('a panic', 'on', ['--append', 'rdinit=/missing init=/missing'], {}, 'kernel panic'),
            ('a hang', 'on', ['--timeout', '5', '--append', '-- hang'], {}, 'hang: no end after 5 s'),
            ('a missing QEMU', 'on', [], {'PATH': '/nonexistent'}, 'qemu-system-aarch64 is missing: install'),
            ('an unknown boot', 'nonsense', [], {}, 'no such boot: nonsense')):
        words = [word for word in command if word not in CASES] + more
        words.insert(4, case)
        words[words.index('--keep') + 1] += '-failing'
        run = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             env={**os.environ, **env}, check=False)
        yield run.returncode != 0 and expected in run.stdout, f'rig: {what} is told', run.stdout


def record_size(tree):
    """What the records cost, from the image itself."""
    run = subprocess.run(['aarch64-linux-gnu-nm', os.path.join(tree.output('rig'), 'vmlinux')],
                         stdout=subprocess.PIPE, text=True, check=True)
    at = {name: int(address, 16) for address, _, name in re.findall(r'^(\w+) (\w) (\S+)$', run.stdout, re.M)}
    size = at['__initcall_start'] - at['__start_initcall_modules']
    # The names of source files, and the records of these, are CONFIG_INITCALL_DEPENDS_DISCOVER's.
    calls = json.loads(graph(tree, 'json', os.path.join(tree.output('rig'), 'vmlinux'))[1])['initcalls']
    size -= at['__stop_initcall_files'] - at['__start_initcall_files']
    size -= sum(len(file) + 1 for file in {call['file'] for call in calls} if file)
    count = len(re.findall(r' __initcall__kmod_', run.stdout))
    yield (size <= MAX_BYTES_PER_INITCALL * count and at['__init_begin'] <= at['__start_initcall_modules'] and
           at['__initcall_start'] < at['__init_end']), \
        f'records: {size} bytes of init memory for {count} initcalls, {size / count:.1f} each', 'too large'


def sparse():
    """Linux 7.3 wants a newer sparse than Debian 12 has: build that of sid, once."""
    program = cache('tools', 'sparse', 'sparse')
    with lock(cache('tools', 'lock')):
        if os.path.exists(program):
            return program
        work = cache('tools', 'sparse.new')
        shutil.rmtree(work, ignore_errors=True)
        os.makedirs(work)
        # Signed, but from a mirror that may be weeks behind: good enough for a tool.
        apt = Apt(work, 'sid', 'deb-src', lagging=True)
        apt.run('asking sid for sparse', 'update')
        apt.run('downloading sparse', '--download-only', 'source', 'sparse')
        run_logged('building sparse', ['sh', '-c', 'dpkg-source --skip-patches -x sparse_*.dsc tree && make -C tree -j2 '
                                       'HAVE_SQLITE=no HAVE_GTK=no HAVE_LLVM=no sparse'],
                   log_path('sparse'), cwd=work)
        os.rename(os.path.join(work, 'tree'), cache('tools', 'sparse'))
        return program


def compile_ours(tree, name, what, words):
    """Compile our files and the changed ones; a warning in ours is a failure."""
    targets = [folder + '/' for folder in OURS] + [path for path in CONVERTED if tree.has(path.rstrip('/')) or
                                                   tree.has(path[:-1] + 'c')] + [
        'init/main.o', 'drivers/base/', 'samples/']
    if not os.path.exists(os.path.join(tree.output(name), '.config')):
        tree.configure(name, [CONFIG], words)
    for folder in OURS:     # so that nothing is up to date and silent
        for path in glob.glob(os.path.join(tree.output(name), folder, '*.o')):
            os.unlink(path)
    try:
        tree.make(f'compiling with {what}', name, [*words, *targets])
    except Failure as failure:
        yield False, f'{what}: compiles', str(failure)
        return
    pattern = r'^.*initcall_(?:depends|module|probe|history).*(?:warning|error):.*$'
    bad = re.findall(pattern, log_of(name), re.M)
    yield not bad, f'{what}: no warning in our files', '\n'.join(bad)


def host_compiles():
    """From our own Makefile, and with all that both compilers can say."""
    run = subprocess.run(['make', '-s', 'initcall-graph'], cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                         check=False)
    yield run.returncode == 0 and not run.stdout, 'initcall-graph: builds from our own Makefile', run.stdout
    sources = sorted(glob.glob(os.path.join(TOP, 'scripts', 'initcall-graph', '*.c')))
    for compiler in ('gcc', 'clang-19'):
        run = subprocess.run([
            compiler, '-fsyntax-only', '-O2', '-std=gnu11', '-Wall', '-Wextra', '-Wmissing-prototypes', '-Wstrict-prototypes',
            '-Wshadow', '-Werror', f'-I{TOP}/scripts/initcall-graph/include', *sources],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        yield run.returncode == 0, f'initcall-graph: no warning from {compiler}', run.stdout[-2000:]


def static_checks(tree):
    yield from host_compiles()
    yield from compile_ours(tree, 'gcc', 'gcc, W=1, sparse', [
        *CROSS, 'W=1', 'C=2', f'CHECK={sparse()}'])
    yield from compile_ours(tree, 'clang', 'clang, W=1', [
        'ARCH=arm64', 'LLVM=-19', 'CC=ccache clang-19', 'W=1'])


def tool(name, command, tree):
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=tree.source,
                         check=False)
    yield run.returncode == 0 and not re.search(r'\b(WARNING|ERROR|CHECK):', run.stdout), name, run.stdout[-2000:]


def overlay_diff(tree):
    """What the overlay does to the kernel, as one patch."""
    with open(os.path.join(tree.source, '.initcall_depends', 'manifest')) as file:
        files = json.load(file)['files']
    patch = os.path.join(tree.top, 'overlay.diff')
    with open(patch, 'w') as out:
        for path, entry in sorted(files.items()):
            # Macros that checkpatch takes for calls; types that the kernel's would be.
            if path.startswith(('include/trace/events/', 'scripts/initcall-graph/include/')):
                continue
            old = os.path.join('.initcall_depends/originals', path) if entry['old'] else '/dev/null'
            subprocess.run(['diff', '-u', '--label', 'a/' + path if entry['old'] else '/dev/null', '--label', 'b/' + path,
                            old, path], stdout=out, cwd=tree.source, check=False)
    return patch


def style(tree):
    # A literal is used twice on purpose, a __setup() is documented in another file, and
    # Linux 6.12 has no kzalloc_obj().
    check = ['scripts/checkpatch.pl', '--strict', '--terse', '--show-types', '--no-summary', '--ignore',
             'MACRO_ARG_REUSE,ALLOC_WITH_SIZEOF']
    for path in our_sources(tree):
        yield from tool(f'checkpatch --strict {path}', [*check, '--ignore', 'UNDOCUMENTED_SETUP', '-f', path], tree)
    for path in host_sources(tree):     # libelf has names of its own
        yield from tool(f'checkpatch --strict {path}', [*check, '--ignore', 'CAMELCASE', '-f', path], tree)
    # No message and no signature: it is not a mail yet.
    yield from tool('checkpatch --strict on all that the overlay changes', [
        *check, '--ignore', 'COMMIT_MESSAGE,MISSING_SIGN_OFF,FILE_PATH_CHANGES,CAMELCASE', overlay_diff(tree)], tree)
    yield from tool('kernel-doc', ['scripts/kernel-doc', '-none', '-Werror', *our_sources(tree), *host_sources(tree)], tree)
    scripts = sorted(glob.glob(os.path.join(HERE, '..', 'scripts', '*.sh')))
    yield from tool('shellcheck', ['shellcheck', os.path.join(HERE, 'packages.sh'), *scripts], tree)


def run_all(tree, more=()):
    """All checks, and @more of them, which are for kernels that the rig boots."""
    groups = (overlay, names, semantic_patches, kunit_uml, boots, introspection, predictions, commands, orders, planted, boards, own_images, modules,
              record_size, resident, static_checks, conversions, graph_faults, style, htmldocs, *more)
    if not tree.has('drivers/char/tpm/tpm_crb_ffa.c'):
        groups = (overlay, semantic_patches, kunit_uml, not_for_old_kernels)
    return run_groups(tree, groups)


def run_groups(tree, groups):
    """Print each check and the sums; the exit status."""
    passed = failed = skipped = 0
    for group in groups:
        try:
            for ok, name, why in group(tree):
                print(f'{"skip" if ok is None else "ok" if ok else "not ok"} {name}', flush=True)
                if ok is False:
                    print('\n'.join('  ' + line for line in str(why).splitlines()), flush=True)
                passed += ok is True
                failed += ok is False
                skipped += ok is None
        except (Failure, OSError, subprocess.SubprocessError, KeyError) as failure:
            print(f'not ok {group.__name__}\n  {failure}', flush=True)
            failed += 1
    print(f'{passed} passed, {failed} failed' + (f', {skipped} skipped' if skipped else ''))
    return 1 if failed or not passed else 0
