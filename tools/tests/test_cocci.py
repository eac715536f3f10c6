# SPDX-License-Identifier: GPL-2.0
"""The semantic patches and what drives them, on a kernel in miniature.

data/cocci/before has a small file for each shape of a dependency and for each trap;
after has those of them that are to be changed, and report.txt has the evidence.
"""

import difflib
import glob
import json
import os
import shutil
import sys

import pytest

from initcall import spatch
from initcall.cocci import command
from initcall.files import SCRIPTS, data, read, table
from initcall.kernel.debian import newer_spatch
from initcall.process import ask, initcall

CASES = data('cocci')
RULES = os.path.join(SCRIPTS, 'coccinelle', 'api', 'initcall_depends.cocci')


# Says of each argument, the body of a function, whether the result of call() is dropped.
ARE_DROPPED = '''
import json, sys
from initcall_deferrals.statements import is_dropped, without_directives
texts = [f'int f(void)\\n{{\\n\\t{without_directives(body)}\\n}}\\n' for body in sys.argv[1:]]
print(json.dumps([is_dropped(text, text.index('call'), 'call') for text in texts]))
'''


def run(*words, cwd=None, env=None):
    return ask([str(word) for word in words], cwd=cwd, env={**os.environ, **(env or {})},
               apart=True)


def cocci(tree, *words):
    """The driver, on a tree."""
    return run(*command(tree, *words))


def sources(tree):
    return sorted(os.path.relpath(path, tree)
                  for path in glob.glob(os.path.join(tree, '**', '*.c'), recursive=True))


def expected(path):
    after = os.path.join(CASES, 'after', path)
    return read(after if os.path.exists(after) else os.path.join(CASES, 'before', path))


@pytest.fixture
def mini(tmp_path):
    """A copy of the kernel in miniature."""
    shutil.copytree(os.path.join(CASES, 'before'), tmp_path / 'tree')
    return str(tmp_path / 'tree')


def check_cocci_applied(mini):
    """Each file is what it should be, and a second time changes nothing."""
    result = cocci(mini, '--mode', 'apply')
    yield result.returncode == 0, 'cocci: apply', result.stderr
    for path in sources(os.path.join(CASES, 'before')):
        yield read(mini, path) == expected(path), f'cocci: {path}', read(mini, path)
    missing = set(sources(os.path.join(CASES, 'after'))) - set(sources(mini))
    yield not missing, 'cocci: nothing is expected of a file that is not there', \
        ', '.join(sorted(missing))
    again = cocci(mini, '--mode', 'apply')
    yield again.returncode == 0 and not again.stdout, \
        'cocci: apply, a second time, changes nothing', again.stdout


def check_cocci_reports(mini):
    """What is printed, and that printing changes nothing."""
    report = cocci(mini, '--mode', 'report')
    yield report.stdout == read(CASES, 'report.txt'), 'cocci: report, with evidence', \
        report.stdout + report.stderr
    org = cocci(mini, '--mode', 'org')
    yield org.stdout.count('* TODO [[view:') == report.stdout.count('\n') > 0, \
        'cocci: org has the same', org.stdout
    context = cocci(mini, '--mode', 'context').stdout
    calls = [line for line in context.splitlines() if line.startswith('-')
             and not line.startswith('---')]
    yield len(calls) >= 30 and '-\tret = p_parts_use();' in calls, \
        'cocci: context shows the calls', context
    for place in ('drivers/twins/', 'drivers/consumers/c_flag.c'):
        part = cocci(mini, place, '--mode', 'report')
        here = [line for line in report.stdout.splitlines() if line.startswith(place)]
        yield part.stdout.splitlines() == here != [], f'cocci: M={place} limits it', \
            part.stdout + part.stderr
    yield f"Entering directory '{mini}'" in report.stderr, \
        'cocci: an editor can find the files', report.stderr
    untouched = all(read(mini, path) == read(CASES, 'before', path) for path in sources(mini))
    yield untouched, 'cocci: printing changes no file', mini


def check_cocci_json(mini):
    """For programs: the same as the report, and what could not be read."""
    result = cocci(mini, '--mode', 'json')
    known = json.loads(result.stdout)
    places = [f"{each['consumer']}:{each['line']}:{each['column']}-"
              for each in known['dependencies']]
    lines = [line for line in read(CASES, 'report.txt').splitlines() if ': needs ' in line]
    yield len(places) == len(lines) > 50 and all(map(str.startswith, lines, places)), \
        'cocci: json has what the report has', result.stdout
    sure = {each['confidence']: each['written'] for each in known['dependencies']}
    yield sure == {'certain': True, 'compatible': True, 'some': False, 'inert': False}, \
        'cocci: json says how sure each is', str(sure)
    unread = [each['file'] for each in known['given_up']]
    yield unread == ['drivers/traps/t_unread.c'] and \
        'drivers/traps/t_unread.c:9: warning: spatch does not understand' in result.stderr, \
        'cocci: what spatch does not understand is said', result.stderr


def check_cocci_all(mini):
    """What only some devices need, or link order gives, is declared on request."""
    doubtful = ['c_attach', 'c_driver', 'c_member', 'c_peek', 'c_unless', 'c_variable']
    traps = ['t_early_return', 't_edge', 't_else', 't_finds', 't_ignores', 't_inert', 't_library',
             't_maybe', 't_node', 't_once', 't_one_driver', 't_property', 't_switch']
    usual, every = (cocci(mini, '--mode', 'patch', *words) for words in ((), ('--all',)))
    more = {name for name in [*doubtful, *traps] if f'/{name}.c' in every.stdout}
    less = {name for name in [*doubtful, *traps] if f'/{name}.c' in usual.stdout}
    yield more == {*doubtful, *traps} and not less, 'cocci: --all', str((more, less))


def check_cocci_patch(mini, tmp_path):
    """The patch does what apply does; so does what coccicheck runs, with the table."""
    table = os.path.join(tmp_path, 'table')
    patch = cocci(mini, '--mode', 'patch', '--table', table)
    shutil.copytree(mini, tmp_path / 'patched')
    (tmp_path / 'diff').write_text(patch.stdout)
    result = run('patch', '-p1', '--fuzz=0', '-d', tmp_path / 'patched', '-i', tmp_path / 'diff')
    same = all(read(tmp_path, 'patched', path) == expected(path) for path in sources(mini))
    yield result.returncode == 0 and same, 'cocci: patch is what apply does', result.stdout
    consumers = sorted(path for path in sources(mini)
                       if os.path.exists(os.path.join(CASES, 'after', path)))
    found = spatch.run('-D', 'patch', '-D', f'table={table}', '--macro-file',
                       'include/linux/compiler_attributes.h', '--cocci-file', RULES, *consumers,
                       cwd=mini, env={'srctree': '.'})
    start, after = (patch.stdout.index(f'--- a/drivers/{name}/') for name in ('softdeps', 'twins'))
    wanted = patch.stdout[:start] + patch.stdout[after:]
    yield found.stdout == wanted, 'cocci: the semantic patch alone makes the same diff', \
        differences(found.stdout, wanted) + found.stderr
    none = spatch.run('-D', 'report', '--cocci-file', RULES, consumers[0], cwd=mini,
                      env={'srctree': '.'})
    yield none.returncode == 0 and not none.stdout and \
        'initcall_depends.table: warning: there is no such table' in none.stderr, \
        'cocci: the semantic patch says that it has no table', none.stdout + none.stderr


def check_cocci_ends_of_lines(mini):
    """A file with CRLF keeps them, and gets no other."""
    paths = [os.path.join('drivers', 'consumers', name) for name in ('c_two.c', 'c_before.c')]
    for path in paths:
        with open(os.path.join(mini, path), newline='') as file:
            text = file.read()
        with open(os.path.join(mini, path), 'w', newline='') as file:
            file.write(text.replace('\n', '\r\n'))
    result = cocci(mini, 'drivers/consumers', '--mode', 'apply')
    for path in paths:
        with open(os.path.join(mini, path), newline='') as file:
            text = file.read()
        yield text == expected(path).replace('\n', '\r\n'), f'cocci: {path} keeps CRLF', \
            text + result.stderr


def check_cocci_ways(mini):
    """A call to which there are more ways than could ever be followed one by one.

    The condition is at their end, so that no way is surer than another before.
    """
    path, call, last = 'drivers/consumers/c_aliased.c', 'p_aliased_get()', 60
    steps = [f'static int step{last + 1}(void)\n{{\n\treturn {call};\n}}\n',
             f'static int step{last}(void)\n{{\n\tif (!wanted)\n\t\treturn 0;\n\n'
             f'\treturn step{last + 1}();\n}}\n']
    steps += [f'static int step{number}(void)\n{{\n\tint ret = step{number + 1}();\n\n'
              f'\tif (ret)\n\t\treturn ret;\n\n\treturn step{number + 1}();\n}}\n'
              for number in reversed(range(last))]
    text = read(mini, path).replace(call, 'step0()')
    with open(os.path.join(mini, path), 'w') as file:
        file.write(text.replace('static int c_', '\n'.join(steps) + '\nstatic int c_', 1))
    report = cocci(mini, path).stdout
    yield report.count('\n') == 1 and ': needs initcall_depends("p_aliased")' in report and \
        'some: !(!wanted))' in report, 'cocci: one of many ways', report


def check_cocci_statements():
    """What is a statement of its own, whose result is dropped, and what is not."""
    for kind, bodies in table('statements.toml').items():
        result = run(sys.executable, '-c', ARE_DROPPED, *bodies, env={'PYTHONPATH': SCRIPTS})
        found = json.loads(result.stdout)
        yield len(found) == len(bodies), f'cocci: {kind}', result.stderr
        for body, answer in zip(bodies, found):
            yield answer == (kind == 'dropped'), f'cocci: {kind}: {" ".join(body.split())}', body


def check_cocci_reader_gone(mini):
    """Of what is printed, nobody may read more than a line."""
    for reader in ('true', 'head -n 1'):
        result = run('sh', '-c', f'"$@" | {reader}', 'sh', *initcall('cocci', mini))
        yield 'error:' not in result.stderr and 'Traceback' not in result.stderr and \
            'Broken' not in result.stderr, f'cocci: | {reader}', result.stderr


def differences(one, other):
    return '\n'.join(difflib.unified_diff(one.splitlines(), other.splitlines(), 'found', 'wanted',
                                          lineterm=''))


def emptied(mini):
    """A copy that adds its folders in another way, as kernels before 6.1 do."""
    shutil.copytree(mini, f'{mini}-emptied')
    with open(os.path.join(f'{mini}-emptied', 'Kbuild'), 'w') as file:
        file.write('drivers-y += drivers/\n')
    return f'{mini}-emptied'


def check_cocci_refused(mini):
    """What cannot be done is said, with a status."""
    for what, words, expected_text in (
            ('no tree', [''], 'error: KDIR is empty'),
            ('no kernel tree', [os.path.join(mini, 'drivers')],
             'error: not a complete Linux kernel source tree: it has no Kbuild, drivers'),
            ('no such folder', [mini, 'drivers/none'], 'drivers/none: error: no such folder'),
            ('a folder elsewhere', [mini, '..'], 'error: no such folder'),
            ('Makefiles that add nothing', [emptied(mini)],
             'error: its Makefiles add no object; those of Linux before 6.1 are not understood')):
        result = cocci(*words)
        yield result.returncode == 1 and expected_text in result.stderr, \
            f'cocci: {what} is an error', result.stderr
    result = cocci(mini, '--mode', 'nonsense')
    yield result.returncode == 2 and 'nonsense' in result.stderr, \
        'cocci: an unknown mode is an error', result.stderr


def check_cocci_newer(mini):
    """With the spatch of a later release."""
    program = newer_spatch()
    version = run(program, '--version').stdout.split('\n')[0]
    report = run(*command(mini), env={'SPATCH': program})
    yield 'version 1.1' not in version and report.stdout == read(CASES, 'report.txt'), \
        f'cocci: report, with {version}', \
        differences(report.stdout, read(CASES, 'report.txt')) + report.stderr


def check_coccicheck(tree, tmp_path):
    """The kernel's own make coccicheck, on a folder, with a table that its own script has made."""
    table, folder = str(tmp_path / 'table'), 'drivers/char/tpm'
    report = run(os.path.join('scripts', 'initcall_cocci.py'), '.', folder, '--table',
                 table, cwd=tree.source)
    check = run('make', '-s', 'coccicheck', 'MODE=report', f'M={folder}',
                f'SPFLAGS=-D table={table}',
                f'COCCI={tree.source}/scripts/coccinelle/api/initcall_depends.cocci',
                cwd=tree.source)
    found = {line.replace('./', folder + '/', 1) for line in check.stdout.splitlines()
            if line.startswith('./')}
    yield found == set(report.stdout.splitlines()) and \
        'needs initcall_depends("tpm_crb_ffa")' in report.stdout, \
        'cocci: make coccicheck in a kernel tree', \
        report.stdout + report.stderr + check.stdout + check.stderr
