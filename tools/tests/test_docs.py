# SPDX-License-Identifier: GPL-2.0
"""The pages build with the kernel's own make htmldocs, and name tests that exist."""

import glob
import os
import re
import shutil

from initcall.files import TOP, read
from initcall.kunit import kunit_cases
from initcall.process import Failure
from initcall.rig.ffa import CASES

PAGES = {'driver-api': ('initcall_depends', 'initcall_depends_boards', 'initcall_depends_bench',
                        'initcall_depends_convert', 'initcall_depends_discover',
                        'initcall_depends_series', 'initcall_graph'),
         'admin-guide': ('initcall-depends', 'initcall-depends-troubleshooting')}


def build_pages(tree, folder):
    """A folder with the kernel's make; returns what is said of our files.

    Of the folder only the table of contents and our pages are read: all of it takes minutes
    and shows nothing more, but for a declaration of the same name on another page.
    """
    output = tree.output('docs-' + folder)
    patterns = ','.join(['index.rst', *(f'{page}.rst' for page in PAGES[folder])])
    # Sphinx is silent about a page that it has read before.
    shutil.rmtree(output, ignore_errors=True)
    os.makedirs(output)
    tree.run(f'make htmldocs, {folder}', [
        'make', '-C', tree.source, f'O={output}', f'SPHINXDIRS={folder}',
        f'SPHINXOPTS=-D include_patterns={patterns}', 'htmldocs'], f'htmldocs-{folder}')
    # Sphinx goes on after an error, and calls it a success.
    for page in PAGES[folder]:
        if not glob.glob(os.path.join(output, 'Documentation', 'output', '**', page + '.html'),
                         recursive=True):
            raise Failure(f'{page}.html has not been made')
    log = tree.log_of(f'htmldocs-{folder}').replace(tree.top, '')
    return [line for line in log.splitlines()
            if 'initcall' in line and re.search(r'\b(?:warning|error|severe|critical)\b', line,
                                                re.I)]


def named_tests():
    """What the page calls a test, and whether there is such a test."""
    text = read(TOP, 'Documentation', 'driver-api', 'initcall_depends.rst')
    for role, known in (('kunit', kunit_cases()), ('boot', CASES)):
        named = set(re.findall(rf':{role}:`([^`]*)`', text))
        missing = sorted(named - set(known))
        yield bool(named) and not missing, f'docs: {len(named)} tests named ({role}) exist', \
            ', '.join(missing)


def check_htmldocs(tree):
    """All pages, and the tests that the page for authors of drivers promises."""
    for folder in PAGES:
        try:
            bad = build_pages(tree, folder)
            yield not bad, f'docs: make htmldocs SPHINXDIRS={folder}, no warning in our files', \
                '\n'.join(bad)
        except Failure as failure:
            yield False, f'docs: make htmldocs SPHINXDIRS={folder}', str(failure)
    yield from named_tests()
