# SPDX-License-Identifier: GPL-2.0
"""initcall-graph and files that are no kernel images; fuzzing, of the order too."""

import contextlib
import gzip
import json
import os
import re
import shutil
import struct
import subprocess
import tempfile

import pytest

from initcall.files import cache, cores, data as data_path, log_path, read
from initcall.graph import images
from initcall.process import Failure, initcall, lock, run
from tests.graph_messages import messages, run_tool, write

TESTING = data_path('initcall-graph')

COMMANDS = (('order',), ('edges',), ('check',), ('json',), ('dot', '--all'), ('why', 'crb', 'kvm'))
NOBODY = 65534
EXPECTED = [edge[2] for edge in images.EDGES]
# More of it would be no kernel image, and more than there is memory for.
HUGE = 16 << 30
# A multiple of the size of a symbol.
SPARSE = 24 * (200 << 20)
FUZZ_SECONDS = 60
# How many the Makefile makes, roughly.
OBJECTS = 45
# With less than that, in a minute, something is wrong with the fuzzer.
MIN_EXECUTIONS = 10000


@pytest.fixture(scope='session')
def fuzzers():
    """The fuzzers, and the tool with sanitizers; kept between runs, as they need no kernel."""
    out = cache('fuzzers')
    with lock(os.path.join(out, 'lock')):
        run('building the fuzzers', ['make', '-C', TESTING, f'O={out}', 'CLANG=ccache clang-19',
                                     f'-j{cores()}'],
            log_path('fuzzers'), r' -c -o ', OBJECTS, env={'CCACHE_DIR': cache('ccache')})
    return out


@pytest.fixture(scope='session')
def top():
    """Where any user may run the tool."""
    with tempfile.TemporaryDirectory() as path:
        os.chmod(path, 0o755)
        yield path


@pytest.fixture(scope='session')
def programs(fuzzers, top):
    """The tool without and with sanitizers."""
    paths = []
    for name, built in (('plain', 'plain/initcall-graph'), ('sanitized', 'initcall-graph')):
        paths.append(os.path.join(top, name))
        shutil.copy(os.path.join(fuzzers, built), paths[-1])
    return paths


def refused(result, path, message='.*'):
    """One line that says what is wrong, no output, exit status 2."""
    status, out, err = result
    line = rf'{re.escape(path)}: error: {message}\n'
    return status == 2 and not out and re.fullmatch(line, err) is not None


def write_sparse(path, data, size):
    write(path, data)
    os.truncate(path, size)


def huge_symbol_table(size):
    """An image whose symbols are the whole of a file of that size."""
    data = bytearray(images.build(images.Form()))
    header = struct.unpack_from('<Q', data, 0x28)[0] + 2 * 64
    struct.pack_into('<QQ', data, header + 0x18, 0, size)
    return bytes(data)


def compile_c(path, *words):
    subprocess.run(['gcc', '-x', 'c', '-', '-nostdlib', '-o', path, *words], input=b'int x;\n',
                   check=True)


def strip(path):
    write(path, images.build(images.Form()))
    subprocess.run(['llvm-strip-19', '-s', path], check=True)


def swapped():
    data = bytearray(images.build(images.Form()))
    data[5] = 2
    return bytes(data)


IMAGE = images.build(images.Form())
ELSE = 'not an ELF file; take the vmlinux of this kernel'
NO_SYMBOLS = 'no symbol table: the file is stripped or damaged'
NO_FILE = 'not a regular file'
STRINGS = 'initcall_one_string', 'initcall_same_string'
# What: how to make it, what is said about it.
REFUSALS = {
    'a missing file': (lambda path: None, 'No such file or directory'),
    'an empty file': (lambda path: write(path, b''), 'the file is empty'),
    'a folder': (os.mkdir, NO_FILE),
    'a device': (lambda path: os.symlink('/dev/null', path), NO_FILE),
    'a pipe': (os.mkfifo, NO_FILE),
    'a link to itself': (lambda path: os.symlink(path, path), 'Too many levels of symbolic links'),
    'a text': (lambda path: write(path, b'vmlinux\n'), ELSE),
    'a compressed image': (lambda path: write(path, gzip.compress(IMAGE)), ELSE),
    'the beginning of an ELF header': (lambda path: write(path, IMAGE[:40]), ELSE),
    'an image of the other byte order': (lambda path: write(path, swapped()), NO_SYMBOLS),
    'a stripped image': (strip, NO_SYMBOLS),
    'an object': (lambda path: compile_c(path, '-c'), 'not linked yet; take vmlinux'),
    'a module': (lambda path: write(path, images.build_module([('a.c:1', 'kvm')])),
                 'not linked yet; take vmlinux'),
    'a shared library': (lambda path: compile_c(path, '-shared'),
                         'not a Linux kernel: there is no table of initcalls'),
    'a kernel without this': (
        lambda path: write(path, IMAGE.replace(b'__start_initcall_modules', b'x' * 24)),
        'built without CONFIG_INITCALL_DEPENDS'),
    'an image without merged strings': (
        lambda path: write(path, images.build(images.Form(), strings=STRINGS)),
        'the linker has not merged strings: initcalls run in link order'),
    'a huge file': (lambda path: write_sparse(path, IMAGE, HUGE), 'larger than any kernel image'),
    'a huge symbol table': (lambda path: write_sparse(path, huge_symbol_table(SPARSE), SPARSE),
                            'damaged: more symbols than any kernel has'),
}


def check_refusals(programs, top):
    for number, (what, (make, message)) in enumerate(REFUSALS.items()):
        path = os.path.join(top, f'refused-{number}')
        make(path)
        results = [run_tool(program, [*words, path]) for program in programs for words in COMMANDS]
        wrong = [result for result in results if not refused(result, path, re.escape(message))]
        yield not wrong, f'graph faults: {what} is refused', str(wrong[:1])
        with contextlib.suppress(OSError):
            os.unlink(path)


def check_unreadable(programs, top):
    """Root may read everything, so it has to become another user."""
    path = os.path.join(top, 'unreadable')
    write(path, IMAGE)
    os.chmod(path, 0)
    user = NOBODY if os.geteuid() == 0 else None
    results = [run_tool(program, ['order', path], user) for program in programs]
    wrong = [result for result in results if not refused(result, path, 'Permission denied')]
    yield not wrong, 'graph faults: an unreadable file is refused', str(wrong[:1])


def check_write_failure(programs, top):
    """A full disk is no success."""
    path = os.path.join(top, 'image')
    write(path, IMAGE)
    for program in programs:
        with open('/dev/full', 'w') as full:
            run = subprocess.run([program, 'order', path], stdout=full, stderr=subprocess.PIPE,
                                 text=True, check=False)
        yield run.returncode == 2 and run.stderr.count('\n') == 1, \
            f'graph faults: a full disk is reported, {os.path.basename(program)}', run.stderr


def check_forms(programs, top):
    """Whatever the architecture, what is read is the same."""
    path = os.path.join(top, 'image')
    answers = {}
    for name, data in images.all_images().items():
        write(path, data)
        for program in programs:
            answers.setdefault(run_tool(program, ['edges', path]), set()).add(name)
    alike = {form.name() for form in images.FORMS}
    yield alike in answers.values(), \
        f'graph faults: {len(alike)} forms of one image are read alike', str(answers)
    for (status, out, err), names in answers.items():
        if names == alike:
            states = re.findall(r'^\S+ +\S+ +(\w+)', out, re.M)[1:]
            yield status == 0 and not err and states == EXPECTED, \
                'graph faults: what they hold is what was put in', out + err
        else:
            yield status == 0 and not err and len(out.splitlines()) == 2, \
                'graph faults: dependencies at the end of the address space are counted', \
                f'{names}: {out}{err}'


def check_shuffled(programs, top):
    """A seed means the same order on every architecture."""
    path = os.path.join(top, 'image')
    answers = set()
    for form in images.FORMS:
        write(path, images.build(form))
        words = ['json', '--param=shuffle=42,drop=hen:egg', path]
        answers.update(run_tool(program, words) for program in programs)
    calls = [json.loads(out)['initcalls'] if status == 0 else [] for status, out, _ in answers]
    order = [call['link'] for call in calls[0]]
    yield len(calls) == 1 and sorted(order) == list(range(len(images.INITCALLS))) != order, \
        f'graph faults: one seed is one order in {len(images.FORMS)} forms', str(answers)[:2000]
    paths = {call['function']: call['path'] for call in calls[0]}
    yield paths == {call[2]: images.modfile(call[0]) for call in images.INITCALLS}, \
        'graph faults: a shuffled initcall is that of its module', str(paths)


def check_cannot(programs, top):
    """Kernels that would ignore what --param says; of add= nothing else is said then."""
    path = os.path.join(top, 'image')
    for symbol, param, message in (
            (images.SHUFFLE, 'add=hen:none,shuffle=42',
             'built without CONFIG_INITCALL_DEPENDS_SHUFFLE'),
            (images.OPTIONS, 'add=hen:none', 'ignores initcall_depends=, '
                                             'built without CONFIG_INITCALL_DEPENDS_OPTIONS')):
        write(path, IMAGE.replace(symbol.encode(), b'x' * len(symbol)))
        result = run_tool(programs[0], ['order', '--param=' + param, path])
        yield refused(result, path, message), f'graph faults: a kernel {message}', str(result)
        status, _, err = run_tool(programs[0], ['order', '--param=quiet console=ttyS0', path])
        yield status == 0 and not err, f'graph faults: else such a kernel is read, {symbol}', err


def check_problems(programs, top):
    """Found problems are not trouble."""
    path = os.path.join(top, 'image')
    for data, expected in ((IMAGE, 2), (images.build(images.Form(), edges=images.EDGES[:4]), 0)):
        write(path, data)
        results = [run_tool(program, ['check', path]) for program in programs]
        errors = [len(re.findall(r'^.*: error: ', err, re.M)) for _, _, err in results]
        found = [(result[0], count) for result, count in zip(results, errors)]
        yield found == [(bool(expected), expected)] * len(programs), \
            f'graph faults: check with {expected} errors ends with {bool(expected):d}', str(results)


def check_sparse_file(programs, top):
    """Much of nothing after an image is no reason to refuse it, or to read it."""
    path = os.path.join(top, 'image')
    write_sparse(path, IMAGE, SPARSE)
    results = [run_tool(program, ['order', path]) for program in programs]
    yield all(result[0] == 0 and not result[2] for result in results), \
        f'graph faults: an image in a file of {SPARSE >> 30} GiB is read', str(results)
    os.unlink(path)


def check_messages(programs, top):
    for program in programs:
        yield from messages(program, top)


def check_fuzzing(fuzzers, top):
    """A minute each, on two cores at the same time."""
    log = why = os.path.join(top, 'fuzz.log')
    try:
        with lock(os.path.join(fuzzers, 'lock')):
            run('fuzzing the order and the reader of images',
                initcall('fuzz', fuzzers, '--seconds', FUZZ_SECONDS), log)
    except Failure as failure:
        why = str(failure)
    for name, what in (('order', 'ordering function'), ('image', 'reader of images')):
        found = re.search(rf'^{name}: (\d+) executions, no finding$', read(log), re.M)
        count = int(found.group(1)) if found else 0
        yield count > MIN_EXECUTIONS, f'graph fuzz: {what}, {FUZZ_SECONDS} s without a finding', why
