# SPDX-License-Identifier: GPL-2.0
"""make check-full: does a case of KUnit fail for each fault that is put into the core?"""

import os

from initcall.files import read, table, write_aside
from initcall.process import Failure
from tests.test_kunit import CORE, kunit_run, kunitconfig

NAME = 'uml-mutants'
# A fault may be a probe that never ends. Without one, all cases take a few seconds.
MAX_SECONDS = 60


def mutated(text, mutant):
    old, new = mutant['old'], mutant['new']
    if text.count(old) != 1:
        raise Failure(f'tools/data/mutants.toml: error: {mutant["file"]} has {text.count(old)} '
                      f'times, not once: {old!r}')
    return text.replace(old, new)


def results(copy, config):
    return kunit_run(copy, copy.output(NAME), 'KUnit under UML', NAME,
                     f'--kunitconfig={config}', f'--timeout={MAX_SECONDS}').results


def check_mutants(any_tree):
    """A case that has not run, as the fault does not compile, has not failed."""
    copy = any_tree.copied('src-mutants')
    config = kunitconfig(copy, [])
    right = results(copy, config)
    for mutant in table('mutants.toml')['mutant']:
        path = os.path.join(copy.source, CORE, mutant['file'])
        text = read(path)
        write_aside(path, mutated(text, mutant))
        try:
            found = results(copy, config)
        finally:
            write_aside(path, text)
        red = mutant['red']
        yield right.get(red) == 'PASS' and found.get(red) == 'FAIL', \
            f'mutants: {mutant["what"]}: {red} fails', \
            f'{found.get(red)}; failed: {sorted(case for case in found if found[case] == "FAIL")}'
