# SPDX-License-Identifier: GPL-2.0
"""KUnit by the kernel's own kunit.py: which cases there are, and what has become of them."""

import glob
import json
import os
import re
import sys

from initcall.files import TOP, read

TESTS = 'lib/kunit/initcall_depends'
# Folders with tests of ours, and what adds them to the build.
FOLDERS = {TESTS: 'Makefile', 'drivers/base/test': 'Makefile.insert'}
SUITES = 'initcall_depends', 'probe_settle'


def kunit_py(source, *words):
    return [sys.executable, os.path.join(source, 'tools/testing/kunit/kunit.py'), *words]


def cases_in(paths):
    return {case for path in paths for case in re.findall(r'\bKUNIT_CASE\w*\((\w+)', read(path))}


def kunit_cases():
    """All that the sources have."""
    return cases_in(path for folder in FOLDERS
                    for path in glob.glob(os.path.join(TOP, folder, '*.c')))


def configured_cases(config):
    """Those of the files that a configuration compiles, as their Makefile says."""
    options = set(re.findall(r'^(CONFIG_\w+)=y$', config, re.M))
    paths = []
    for folder, makefile in FOLDERS.items():
        lines = re.findall(r'^\+?obj-(?:y|\$\((\w+)\))\s+[+:]?= (.*)$',
                           read(TOP, folder, makefile), re.M)
        paths += [os.path.join(TOP, folder, f'{word[:-2]}.c') for option, words in lines
                  if not option or option in options for word in words.split()]
    return cases_in(paths)


def flat(group, inside=False):
    """(case, status) of all suites of ours; that of a case with parameters is the worst of them."""
    inside = inside or group['name'].startswith(SUITES)
    for below in group.get('sub_groups', ()):
        if inside:
            states = {case['status'] for case in below['test_cases']}
            worst = [state for state in ('ERROR', 'FAIL', 'PASS', 'SKIP') if state in states]
            yield below['name'], worst[0] if worst else 'ERROR'
        else:
            yield from flat(below)
    if inside:
        yield from ((case['name'], case['status']) for case in group.get('test_cases', ()))


def read_results(path):
    """{case: status}, as kunit.py has written them."""
    if not os.path.exists(path):
        return {}
    with open(path) as file:
        return dict(flat({'name': '', **json.load(file)}))


def reason_of(log, case):
    """Why KUnit has skipped it."""
    found = re.search(rf'\b{case}(?: # SKIP| \() ?(.*?)\)?\r?$', read(log), re.M)
    return found.group(1) if found else 'no reason given'
