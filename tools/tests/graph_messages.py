# SPDX-License-Identifier: GPL-2.0
"""What initcall-graph says of declarations, and of a command line that makes no sense."""

import contextlib
import json
import os
import re
import subprocess

from initcall.files import read, table
from initcall.graph import images
from initcall.process import ask

PATIENCE = 30

SAID = table('initcall-graph', 'messages.toml')
CALLS, OTHERS, LINES = SAID['calls'], SAID['others'], SAID['lines']
TWINS = [f'note: one is "drivers/{folder}/twin" (CONFIG_TWIN)' for folder in ('one', 'two')]


def run_tool(program, words, user=None, cwd=None):
    try:
        run = ask([program, *words], timeout=PATIENCE, user=user, cwd=cwd, apart=True)
    except subprocess.TimeoutExpired:
        return None, '', f'not done after {PATIENCE} s'
    return run.returncode, run.stdout, run.stderr


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(data if isinstance(data, bytes) else data.encode())


def symbol(module):
    return 'CONFIG_' + module.split('/')[-1].upper()


def names(modules):
    """As initcall_names.py --objects lists them."""
    for module in modules:
        yield (f'{module.split("/")[-1]}\tdrivers/{module}\t{symbol(module)},CONFIG_TOP\t'
               f'drivers/Makefile:1\tdrivers/{module}\n')


def prepare(top):
    """An image, and what the checker wants of the source tree and of the build."""
    initcalls = [(module, level, module.replace('/', '_') + '_init') for module, level in CALLS]
    # Compilers emit lines in any order.
    info = b'\0'.join(reversed(images.modinfo(LINES).split(b'\0')[:-1])) + b'\0'
    write(os.path.join(top, 'vmlinux'), images.build(images.Form(), initcalls, LINES, info))
    write(os.path.join(top, 'names'), ''.join(names([*(call[0] for call in CALLS), *OTHERS])))
    config = [f'{symbol(module)}={state}\n' for module, state in OTHERS.items() if state]
    write(os.path.join(top, 'build/include/config/auto.conf'), ''.join(config))
    write(os.path.join(top, 'build/drivers/bitcode.o'), b'BC\xc0\xde')
    for module, calls in SAID['objects'].items():
        code = f'void f(void) {{ {calls}(); }}\n'
        subprocess.run(['gcc', '-w', '-x', 'c', '-c', '-', '-o',
                        os.path.join(top, f'build/drivers/{module}.o')],
                       input=code.encode(), check=True)


def needs(consumer, prerequisite):
    """<consumer> needs <prerequisite>, with their symbols if these are known."""
    known = [call[0] for call in CALLS] + list(OTHERS)
    words = []
    for name in (consumer, prerequisite):
        there = any(name in (module, 'drivers/' + module, module.split('/')[-1])
                    for module in known)
        words.append(f'{name} ({symbol(name)})' if there else name)
    return ' needs '.join(words)


def expected():
    """The lines that check prints, all of them."""
    for number, (consumer, prerequisite, text) in enumerate(LINES):
        where = images.declared_at(number, (consumer, prerequisite))
        if text:
            yield f'{where}: {text.format(needs(consumer, prerequisite))}'
        if prerequisite == 'twin':
            yield from (f'{where}: {line}' for line in TWINS)


def checks(program, top):
    """Each kind of message, by a line of its own."""
    words = ['check', '--names=names', '--objects=build', 'vmlinux']
    status, out, err = run_tool(program, words, cwd=top)
    lines, wanted = err.splitlines(), list(expected())
    for line in wanted:
        yield lines.count(line) == 1, f'graph messages: {line.split(": ", 1)[1]}', err
    rest = set(lines) - set(wanted)
    yield not rest and len(lines) == len(wanted), 'graph messages: nothing else is said', str(rest)
    start = next((i for i, line in enumerate(lines) if ' closes a cycle ' in line), 0)
    path = [line.split()[2] for line in lines[start:start + 3]]
    yield path == ['b', 'c', 'a'], 'graph messages: a cycle is printed from line to line', err
    counts = [sum(f': {word}: ' in line for line in lines) for word in ('error', 'warning')]
    yield status == 1 and out.startswith('{} dependencies: {} errors, {} warnings, '.format(
        len(LINES), *counts)), 'graph messages: they are counted', out
    status, _, err = run_tool(program, [*words[:-1], '--no-notes', 'vmlinux'], cwd=top)
    kept = [line for line in wanted if ': note: ' not in line or 'one is' in line or
            'in this cycle' in line]
    yield sorted(err.splitlines()) == sorted(kept), \
        'graph messages: --no-notes keeps notes that belong to errors', err
    _, _, err = run_tool(program, ['check', '--names=names', 'vmlinux'], cwd=top)
    yield 'plain' in err and 'is not configured, or has no initcall' in err and \
        'has no driver' not in err and 'is a module' not in err, \
        'graph messages: without --objects, less is known', err
    status, _, err = run_tool(program, ['check', 'vmlinux'], cwd=top)
    yield 'nothing in this tree' not in err and 'CONFIG_' not in err, \
        'graph messages: without --names, nothing is said of the tree', err


def header(program, top):
    """A line in a header, which two objects of a module include, is no line twice."""
    at = 'include/linux/a.h:5'
    info = f'a.initcall_depends_at={at}:b'.encode() + b'\0'
    data = images.build(images.Form(), [('a', '6', 'a_init'), ('b', '6', 'b_init')],
                        [('a', 'b', '')] * 2, info * 2)
    write(os.path.join(top, 'header'), data)
    status, _, err = run_tool(program, ['check', 'header'], cwd=top)
    yield status == 0 and not err, 'graph messages: a line in a header is none twice', err
    _, out, _ = run_tool(program, ['edges', 'header'], cwd=top)
    yield out.count(at) == 2, 'graph messages: a line in a header has a place', out


def modules(program, top):
    """Names in modules (=m), where a path is for the checker only."""
    right = images.build_module([('drivers/x.c:7', 'device'), ('drivers/x.c:8', 'drivers/two/twin'),
                                 ('drivers/x.c:9', 'unset')])
    wrong = images.build_module([('drivers/y.c:3', 'devise')], images.Form(bits=32, little=False))
    for name, data in (('x', right), ('y', wrong)):
        write(os.path.join(top, f'build/drivers/{name}.ko'), data)
    for order, status, line in (
            ('drivers/x.o\n', 0, ''),
            ('drivers/x.o\ndrivers/y.o\n', 1,
             'drivers/y.c:3: error: y needs devise, but nothing in this tree has that name; '
             'did you mean device of CONFIG_DEVICE? [name]\n')):
        write(os.path.join(top, 'build/modules.order'), order)
        words = ['modules', '--names=names', 'build/modules.order']
        result = run_tool(program, words, cwd=top)
        count = order.count('\n') + 2
        total = f'{count} dependencies of modules: {status} errors, 0 warnings\n'
        yield result == (status, total, line), \
            f'graph messages: modules with {status} errors', str(result)
    result = run_tool(program, ['modules', '--names=names', 'none'], cwd=top)
    yield result == (2, '', 'none: error: No such file or directory\n'), \
        'graph messages: no modules.order', str(result)


def sum_of(result):
    """(errors, warnings, what is known), as the last line of the output has them."""
    found = re.search(r'(\d+) errors, (\d+) warnings(?:, \d+ notes)?(?:, (\d+) known)?$', result[1])
    return tuple(int(number or 0) for number in found.groups()) if found else None


def check_known(program, top, *words):
    return run_tool(program, ['check', '--names=names', '--objects=build', *words, 'vmlinux'],
                    cwd=top)


def entries(path):
    return [line for line in read(path).splitlines() if not line.startswith('#')]


def baseline(program, top):
    """It is written once, then it only shrinks."""
    path = os.path.join(top, 'baseline')
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    wrong = sum(': error: ' in line or ': warning: ' in line for line in expected())
    result = check_known(program, top, '--write-baseline=baseline')
    first = entries(path)
    yield result[0] == 0 and sum_of(result) == (0, 0, wrong) and first == sorted(set(first)) and \
        len(first) == wrong, 'graph baseline: has all that is wrong, sorted', str(result)
    result = check_known(program, top, '--write-baseline=baseline')
    yield result == (2, '', 'baseline: error: it exists; with --baseline=baseline, what is fixed '
                     'is removed\n') and entries(path) == first, \
        'graph baseline: is not replaced by another one', str(result)
    result = check_known(program, top, '--baseline=baseline', '--no-notes')
    yield result == (0, f'{len(LINES)} dependencies: 0 errors, 0 warnings, {wrong} known\n', ''), \
        'graph baseline: what is in it is not complained of', str(result)
    missing, others = 'cycle drivers/b c', ['twice a b', 'twice not_here b', 'name b wifi']
    write(path, '\n'.join([*others, *(line for line in first if line != missing)]))
    result = check_known(program, top, '--baseline=baseline', '--no-notes')
    said = [line for line in result[2].splitlines() if 'in this cycle' not in line]
    yield result[0] == 1 and sum_of(result) == (1, 2, wrong - 1) and len(said) == 3 and \
        ' closes a cycle ' in said[0] and \
        said[1] == 'baseline:1: warning: a needs b, which is wrong no longer: write the baseline ' \
        'again [twice]' and said[2].startswith('baseline:3: warning: b needs wifi, '), \
        'graph baseline: what is new or fixed is printed, what is not here is not', str(result)
    result = check_known(program, top, '--baseline=baseline', '--write-baseline=baseline')
    kept = sorted([others[1], *(line for line in first if line != missing)])
    yield result[0] == 1 and entries(path) == kept, \
        'graph baseline: it shrinks, and takes in nothing', str(result) + str(entries(path))
    result = check_known(program, top, '--write-baseline=none/baseline')
    yield result[:2] == (2, '') and result[2].splitlines()[-1] == \
        'none/baseline.new: error: No such file or directory', \
        'graph baseline: a file that cannot be written is an error', str(result)
    os.mkfifo(os.path.join(top, 'pipe'))
    result = check_known(program, top, '--baseline=baseline', '--write-baseline=pipe')
    yield result == (2, '', 'pipe: error: not a regular file\n'), \
        'graph baseline: what is no file is not replaced', str(result)
    os.unlink(os.path.join(top, 'pipe'))


def waivers(program, top):
    """One dependency each, with a reason."""
    path = os.path.join(top, 'waivers')
    write(path, '# Why not\n\nname  b\tdevise   a vendor\'s name, \\ "as it is"\n'
                'later drivers/plain device is probed by hand\ntwice a twin none\n')
    usual = sum_of(check_known(program, top))
    result = check_known(program, top, '--waivers=waivers')
    said = [line for line in result[2].splitlines() if 'waive' in line]
    yield sum_of(result) == (usual[0] - 2, usual[1], 2) and len(said) == 3 and \
        ': note: b (CONFIG_B) needs devise,' in said[1] + said[0] and \
        ', waived: a vendor\'s name, \\ "as it is" [name]' in said[0] + said[1], \
        'graph waivers: an error with a waiver is a note with its reason', str(result)
    yield said[-1] == 'waivers:5: note: a needs twin, which is wrong no longer: remove the ' \
        'waiver if that is so everywhere [twice]', \
        'graph waivers: one without effect gets a note', str(said)
    result = check_known(program, top, '--waivers=waivers', '--no-notes')
    yield 'waive' not in result[2] and 'devise' not in result[2] and result[0] == 1, \
        'graph waivers: --no-notes leaves them out', str(result)
    for text, message in SAID['known'].items():
        write(path, text)
        option = '--baseline=waivers' if 'makes it a waiver' in message else '--waivers=waivers'
        result = check_known(program, top, option)
        yield result == (2, '', f'waivers:{message}\n'), \
            f'graph waivers: {text!r} makes no sense', str(result)
    result = check_known(program, top, '--waivers=/')
    yield result == (2, '', '/: error: Is a directory\n'), 'graph waivers: a folder', str(result)


def warn_only(program, top):
    usual = sum_of(check_known(program, top))
    result = check_known(program, top, '--warn-only')
    yield result[0] == 0 and 'error' not in result[2] and \
        sum_of(result) == (0, usual[0] + usual[1], 0), \
        'graph messages: --warn-only makes all errors warnings', str(result)


def known_modules(program, top):
    """The same of modules, which share a baseline with the kernel."""
    path = os.path.join(top, 'baseline')
    words = ['modules', '--names=names', 'build/modules.order']
    write(path, 'name y devise\ntwice a b\n')
    result = run_tool(program, ['modules', '--names=names', '--baseline=baseline', '--no-notes',
                                'build/modules.order'], cwd=top)
    yield result == (0, '4 dependencies of modules: 0 errors, 0 warnings, 1 known\n', ''), \
        'graph baseline: that of modules, which leaves others alone', str(result)
    result = run_tool(program, [*words, '--warn-only'], cwd=top)
    yield result[0] == 0 and ': warning: y needs devise,' in result[2], \
        'graph messages: modules --warn-only', str(result)
    write(path, 'name x device\n')
    result = run_tool(program, [*words, '--baseline=baseline', '--write-baseline=baseline'],
                      cwd=top)
    yield result[0] == 1 and not entries(path), \
        'graph baseline: that of modules shrinks', str(result)


def params(program, top):
    """The command line is taken apart as the kernel does it."""
    _, usual, _ = run_tool(program, ['json', 'vmlinux'], cwd=top)
    for words, off, message in SAID['params']:
        status, out, err = run_tool(program, ['json', f'--param={words}', 'vmlinux'], cwd=top)
        edges = len(json.loads(out)['edges']) if status == 0 else None
        wrong = message != '*' and (not message and err or not err.startswith(message))
        wrong = wrong or (edges == 0) != off or (not off and not message and out != usual)
        yield edges is not None and not wrong, f'graph messages: --param={words}', \
            f'{edges} edges, {err}'


def usage(program, top):
    """An option without effect, or what is no file, is an error."""
    for words, message in SAID['usage'].items():
        result = run_tool(program, [*words.split(), *([] if words == 'why' else ['vmlinux'])],
                          cwd=top)
        line = f'initcall-graph: error: {message}'
        yield result[0] == 2 and not result[1] and result[2].splitlines()[-1].startswith(line), \
            f'graph messages: {words}', str(result)
    write(os.path.join(top, 'nul'), ''.join(names(OTHERS)) + '\0')
    write(os.path.join(top, 'text'), 'a\tb\n')
    write(os.path.join(top, 'empty'), '')
    what = 'not from initcall_names.py --objects'
    for word, message in (
            ('--names=/nonexistent', '/nonexistent: error: No such file or directory'),
            ('--names=/', '/: error: Is a directory'), ('--names=nul', f'nul: error: {what}'),
            ('--names=text', f'text:1: error: {what}'), ('--names=empty', f'empty: error: {what}'),
            ('--names=names --objects=/nonexistent',
             '/nonexistent/include/config/auto.conf: error: No such file or directory')):
        result = run_tool(program, ['check', *word.split(), 'vmlinux'], cwd=top)
        yield result == (2, '', message + '\n'), f'graph messages: check {word}', str(result)
    result = run_tool('sh', ['-c', f'{program} svg vmlinux | true'], cwd=top)
    yield result == (0, '', ''), 'graph messages: svg into a pipe that is closed', str(result)


def messages(program, top):
    top = os.path.join(top, 'messages')
    prepare(top)
    for group in (checks, header, modules, baseline, waivers, warn_only, known_modules, params,
                  usage):
        yield from group(program, top)
