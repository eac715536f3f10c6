# SPDX-License-Identifier: GPL-2.0
"""The pages build with the kernel's own make htmldocs, and name tests that exist."""

import glob
import os
import re
import shutil

from initcall.boards.boards import DISCOVERED, HELD
from initcall.files import TOP, read
from initcall.kunit import kunit_cases
from initcall.process import Failure
from initcall.rig.ffa import CASES
from initcall.rig.field import HINT

PAGES = {'driver-api': ('initcall_depends', 'initcall_depends_boards', 'initcall_depends_bench',
                        'initcall_depends_convert', 'initcall_depends_discover',
                        'initcall_depends_series', 'initcall_graph'),
         'admin-guide': ('initcall-depends', 'initcall-depends-troubleshooting')}
# Folders with what prints the lines that the page for administrators has.
PRINTING = ('kernel/initcall_depends', 'drivers/base', 'drivers/char/tpm', 'security/integrity/ima')


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


def messages():
    """A pattern for each line that the kernel may print."""
    for folder in PRINTING:
        for path in glob.glob(os.path.join(TOP, folder, '*.c')):
            for text in re.findall(r'\bpr_\w+\("(.*)\\n"', read(path)):
                parts = re.split(r'%(?:\.64)?(?:ps|td|llu|[sdu])', text)
                if any(parts):
                    yield '.*'.join(map(re.escape, parts))


def named_messages():
    """What the page for administrators says that the log has, and whether it may have that."""
    text = read(TOP, 'Documentation', 'admin-guide', 'initcall-depends.rst')
    named = re.findall(r'^``(.*)``$', text.split('\nLog\n===\n')[1], re.M)
    known = re.compile(rf'(?:tpm: |ima: |driver core: )?(?:{"|".join(messages())})')
    missing = [line for line in named if not known.fullmatch(line)]
    yield bool(named) and not missing, f'docs: {len(named)} lines of the log are in the sources', \
        '\n'.join(missing)


def examples():
    """Where the page with symptoms quotes a boot of the tests, it is what that has to print."""
    text = read(TOP, 'Documentation', 'admin-guide', 'initcall-depends-troubleshooting.rst')
    missing = [line for line in (DISCOVERED, HELD, HINT) if line not in ' '.join(text.split())]
    yield not missing, 'docs: examples are what boots of the tests print', '\n'.join(missing)


def check_htmldocs(tree):
    """All pages, and what these promise."""
    for folder in PAGES:
        try:
            bad = build_pages(tree, folder)
            yield not bad, f'docs: make htmldocs SPHINXDIRS={folder}, no warning in our files', \
                '\n'.join(bad)
        except Failure as failure:
            yield False, f'docs: make htmldocs SPHINXDIRS={folder}', str(failure)
    yield from named_tests()
    yield from named_messages()
    yield from examples()
