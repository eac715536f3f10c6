# SPDX-License-Identifier: GPL-2.0
"""Faults that are planted in a real build of the kernel, and what the check of the build says."""

import contextlib
import os
import re
import shutil

from build import HERE, fragment_without, link_copy
from progress import Failure
from source import log_of, read

PLANTED = os.path.join(HERE, 'testing', 'initcall-graph', 'planted')
CONFIG = PLANTED + '.config'
FOLDER = 'samples/initcall_depends'
FAULTS = ('PLANTED_CYCLE', 'PLANTED_NAMES', 'PLANTED_AMBIGUOUS', 'PLANTED_INVERTED')
# W=1 for the notes; all else that is built says nothing with it in our files.
WORDS = ['CC=ccache gcc', 'W=1', 'vmlinux', 'modules']

# Consumer, its Kconfig symbol, prerequisite, what is said: in the order of the severities.
NOTES = (
    ('planted_level', 'PLANTED', 'planted_first', 'note', ' (CONFIG_PLANTED), which comes first anyway, at an earlier level'),
    ('planted_stale', 'PLANTED', 'planted_first', 'note', ' (CONFIG_PLANTED), which comes first anyway, in link order'),
    ('planted_retry', 'PLANTED', 'planted_late', 'note',
     ' (CONFIG_PLANTED), which comes later and is honoured by retry: late, not subsys'),
    ('planted_out', 'PLANTED', 'planted_absent', 'note', ' (CONFIG_PLANTED_ABSENT), which is not configured'),
    ('planted_builtin', 'PLANTED', 'planted_module', 'warning',
     ' (CONFIG_PLANTED_MODULE), which is a module, but is itself built in: build in both or neither'),
)
ERRORS = (
    ('planted_a', 'PLANTED_CYCLE', 'planted_b', 'error', ' (CONFIG_PLANTED_CYCLE) in a cycle of 3 dependencies:'),
    ('planted_a', 'PLANTED_CYCLE', 'planted_b', 'note',
     ' (CONFIG_PLANTED_CYCLE), ignored at boot: against link order'),
    ('planted_b', 'PLANTED_CYCLE', 'planted_c', 'note',
     ' (CONFIG_PLANTED_CYCLE), ignored at boot: against link order'),
    ('planted_c', 'PLANTED_CYCLE', 'planted_a', 'note', ' (CONFIG_PLANTED_CYCLE)'),
    ('planted_self', 'PLANTED_CYCLE', 'planted-self', 'error', ' (CONFIG_PLANTED_CYCLE), which is itself'),
    ('planted_typo', 'PLANTED_NAMES', 'planted_frist', 'error',
     ', but nothing in this tree has that name; did you mean planted_first of CONFIG_PLANTED?'),
    ('planted_nonsense', 'PLANTED_NAMES', 'nothing_is_called_like_this', 'error',
     ', but nothing in this tree has that name'),
    ('planted_path', 'PLANTED_NAMES', f'{FOLDER}/planted/two/planted_twin', 'note',
     ' (CONFIG_PLANTED), which comes first anyway, in link order'),
    ('planted_path', 'PLANTED_NAMES', f'{FOLDER}/planted/tow/planted_twin', 'error',
     f', but nothing in this tree has that name; did you mean {FOLDER}/planted/two/planted_twin of CONFIG_PLANTED?'),
    ('planted_ambiguous', 'PLANTED_AMBIGUOUS', 'planted_twin', 'error',
     ' (CONFIG_PLANTED), but there are several planted_twin: give the path'),
    ('planted_inverted', 'PLANTED_INVERTED', 'planted_late', 'error',
     ' (CONFIG_PLANTED), which comes later, and has no driver to retry: late, not subsys'),
)


def line_of(consumer, prerequisite):
    lines = read(PLANTED, f'{consumer}.c').splitlines()
    return lines.index(f'initcall_depends("{prerequisite}");') + 1


def expected(rows):
    """The exact lines."""
    for consumer, symbol, prerequisite, severity, text in rows:
        yield (f'{FOLDER}/planted/{consumer}.c:{line_of(consumer, prerequisite)}: {severity}: '
               f'{consumer} (CONFIG_{symbol}) needs {prerequisite}{text}')
    if any(row[0] == 'planted_ambiguous' for row in rows):
        where = f'{FOLDER}/planted/planted_ambiguous.c:{line_of("planted_ambiguous", "planted_twin")}'
        yield from (f'{where}: note: one is "{FOLDER}/planted/{folder}/planted_twin" (CONFIG_PLANTED)'
                    for folder in ('one', 'two'))


def plant(tree):
    """A copy of the source with the faults in it."""
    copy = tree.__class__.__new__(tree.__class__)
    copy.__dict__.update(tree.__dict__, source=os.path.join(tree.top, 'src-planted'))
    link_copy(tree.source, copy.source)
    samples = os.path.join(copy.source, FOLDER)
    shutil.copytree(PLANTED, os.path.join(samples, 'planted'))
    for name, line in (('Makefile', 'obj-y += planted/'), ('Kconfig', f'source "{FOLDER}/planted/Kconfig"')):
        text = read(samples, name)
        os.unlink(os.path.join(samples, name))      # a hard link
        with open(os.path.join(samples, name), 'w') as file:
            file.write(f'{text}\n{line}\n')
    return copy


def build(copy, fragment):
    """Whether it passes, and what it says of what was planted."""
    copy.configure('planted', [fragment], [])
    try:
        copy.make('building with faults', 'planted', WORDS)
        passed = True
    except Failure:
        passed = False
    pattern = rf'^(?:{FOLDER}/planted/\S+:\d+|\S*vmlinux\S*): (?:error|warning|note): .*$'
    return passed, re.findall(pattern, log_of('planted'), re.M)


def planted(tree):
    copy = plant(tree)
    harmless = fragment_without([CONFIG], FAULTS, copy.output('planted-harmless'))
    # Notes are told when the image is checked, and only then.
    with contextlib.suppress(FileNotFoundError):
        os.unlink(os.path.join(copy.output('planted'), '.vmlinux.initcall-check'))
    passed, told = build(copy, harmless)
    yield passed, 'planted: notes and warnings do not make the build fail', log_of('planted')[-2000:]
    for line in expected(NOTES):
        yield told.count(line) == 1, f'planted: {line.split(": ", 1)[1]}', '\n'.join(told)
    yield len(told) == len(NOTES), 'planted: nothing else is said', '\n'.join(told)
    passed, told = build(copy, CONFIG)
    yield not passed, 'planted: errors make the build fail', ''
    lines = [*expected(NOTES), *expected(ERRORS)]
    for line in expected(ERRORS):
        yield told.count(line) == 1, f'planted: {line.split(": ", 1)[1]}', '\n'.join(told)
    yield len(told) == len(lines), 'planted: nothing else is said', '\n'.join(sorted(set(told) - set(lines)))
    passed, told = build(copy, CONFIG)
    yield not passed and len(told) == len(lines), 'planted: the build fails again when nothing has changed', ''
    passed, _ = build(copy, harmless)
    yield passed, 'planted: it passes as soon as the errors are gone', log_of('planted')[-2000:]
