# SPDX-License-Identifier: GPL-2.0
"""Faults that are planted in a real build of the kernel, and what the check of the build says."""

import contextlib
import os
import re
import shutil

from initcall.files import data, read, table, write_aside
from initcall.kernel.tree import fragment_without
from initcall.process import Failure, ask

PLANTED = data('initcall-graph', 'planted')
CONFIG = PLANTED + '.config'
FOLDER = 'samples/initcall_depends'
FAULTS = ('PLANTED_CYCLE', 'PLANTED_NAMES', 'PLANTED_AMBIGUOUS', 'PLANTED_INVERTED')
# Of a module, so that it is found after all of vmlinux.
LOADED = 'PLANTED_LOADED'
# That of KUnit's kernel: nearly all files are the same. W=1 for the notes.
WORDS = ['ARCH=um', 'CC=ccache gcc', 'W=1']

NOTHING = ', but nothing in this tree has that name'
SAID = table('initcall-graph', 'planted.toml')
NOTES, ERRORS = SAID['notes'], SAID['errors']


def line_of(consumer, prerequisite):
    """The last one, if there are several."""
    lines = read(PLANTED, f'{consumer}.c').splitlines()
    return len(lines) - lines[::-1].index(f'initcall_depends("{prerequisite}");')


def expected(rows):
    """The exact lines."""
    for consumer, symbol, prerequisite, severity, text in rows:
        yield (f'{FOLDER}/planted/{consumer}.c:{line_of(consumer, prerequisite)}: {severity}: '
               f'{consumer} (CONFIG_{symbol}) needs {prerequisite}{text}')
    if any(row[0] == 'planted_ambiguous' for row in rows):
        line = line_of("planted_ambiguous", "planted_twin")
        where = f'{FOLDER}/planted/planted_ambiguous.c:{line}'
        yield from (f'{where}: note: one is "{FOLDER}/planted/{folder}/planted_twin" '
                    '(CONFIG_PLANTED)' for folder in ('one', 'two'))


def plant(copy):
    """Faults, none of which is configured by default."""
    samples = os.path.join(copy.source, FOLDER)
    shutil.copytree(PLANTED, os.path.join(samples, 'planted'))
    for name, line in (('Makefile', 'obj-y += planted/'),
                       ('Kconfig', f'source "{FOLDER}/planted/Kconfig"')):
        path = os.path.join(samples, name)
        write_aside(path, f'{read(path)}\n{line}\n')
    return copy


def build(copy, fragment):
    """Whether it passes, and what it says of what was planted."""
    copy.configure('planted', [os.path.join(copy.output('uml'), '.config'), fragment], WORDS[:1])
    try:
        copy.make('building with faults', 'planted', [*WORDS, 'vmlinux', 'modules'])
        passed = True
    except Failure:
        passed = False
    pattern = rf'^(?:{FOLDER}/planted/\S+:\d+|\S*vmlinux\S*): (?:error|warning|note): .*$'
    return passed, re.findall(pattern, copy.log_of('planted'), re.M)


def faulty(copy):
    """The same errors each time, and each of them once."""
    fragment = fragment_without([CONFIG], (LOADED,), copy.output('planted-faulty'))
    passed, said = build(copy, fragment)
    yield not passed, 'planted: errors make the build fail', ''
    lines = [*expected(NOTES), *expected(ERRORS)]
    for line in expected(ERRORS):
        yield said.count(line) == 1, f'planted: {line.split(": ", 1)[1]}', '\n'.join(said)
    yield len(said) == len(lines), 'planted: nothing else is said', \
        '\n'.join(sorted(set(said) - set(lines)))
    passed, said = build(copy, fragment)
    yield not passed and len(said) == len(lines), \
        'planted: the build fails again when nothing has changed', ''


def loaded(copy):
    """A name in a module."""
    fragment = fragment_without([CONFIG], FAULTS, copy.output('planted-loaded'))
    line = (f'{FOLDER}/planted/planted_loaded.c:{line_of("planted_loaded", "planted_modul")}: '
            f'error: planted_loaded needs planted_modul{NOTHING}; '
            'did you mean planted_module of CONFIG_PLANTED_MODULE? [name]')
    for again in ('', ' again'):
        passed, said = build(copy, fragment)
        yield not passed and line in said, \
            f'planted: a wrong name in a module makes the build fail{again}', '\n'.join(said)


def tolerant_fragment(copy, more):
    """All faults, and what makes the check of the build put up with them."""
    return fragment_without([CONFIG], (), copy.output('planted-tolerant'), more)


def write_baseline(copy, path):
    """As the documentation says, with what a build that failed has left."""
    lines = []
    for command, operand, words in (('check', 'vmlinux.unstripped', ['--objects=.']),
                                    ('modules', 'modules.order', [])):
        names = '.vmlinux.initcall-names' if words else '.modules.initcall-names'
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        ask(['scripts/initcall-graph/initcall-graph', command, f'--names={names}', *words,
             f'--write-baseline={path}', operand], cwd=copy.output('planted'), right=True)
        lines += read(path).splitlines()
    write_aside(path, '\n'.join(sorted(set(lines))) + '\n')


def tolerated(copy):
    """Warnings only; a baseline; a waiver: each in a build."""
    passed, said = build(copy, tolerant_fragment(copy, 'CONFIG_INITCALL_DEPENDS_WARN_ONLY=y\n'))
    errors = [line for line in expected(ERRORS) if ': error: ' in line]
    yield passed and all(line.replace(': error: ', ': warning: ') in said for line in errors), \
        'planted: CONFIG_INITCALL_DEPENDS_WARN_ONLY makes all errors warnings', '\n'.join(said)
    known, waivers = (os.path.join(copy.output('planted-tolerant'), name)
                      for name in ('baseline', 'waivers'))
    write_baseline(copy, known)
    write_aside(waivers, '')
    fragment = tolerant_fragment(copy, f'CONFIG_INITCALL_DEPENDS_BASELINE="{known}"\n'
                                 f'CONFIG_INITCALL_DEPENDS_WAIVERS="{waivers}"\n')
    passed, said = build(copy, fragment)
    yield passed and sum(': note: ' in line and ', known [' in line for line in said) >= \
        len(errors), 'planted: what is in the baseline does not make the build fail', \
        '\n'.join(said)
    line = f'itself {FOLDER}/planted/planted_self planted-self'
    write_aside(known, read(known).replace(line + '\n', ''))
    passed, said = build(copy, fragment)
    yield not passed and [text for text in said if ': error: ' in text] == \
        [text for text in errors if 'planted-self' in text], \
        'planted: what is not in the baseline makes the build fail', '\n'.join(said)
    write_aside(waivers, f'{line} because\n')
    passed, said = build(copy, fragment)
    yield passed and any('itself, waived: because [itself]' in text for text in said), \
        'planted: an edge with a waiver does not make the build fail', '\n'.join(said)
    write_aside(waivers, f'{line}\n')
    passed, _ = build(copy, fragment)
    yield not passed and f'{waivers}:1: error: a waiver needs a reason' in copy.log_of('planted'), \
        'planted: a waiver without a reason makes the build fail', copy.log_of('planted')[-2000:]


def harmless_fragment(copy):
    return fragment_without([CONFIG], (*FAULTS, LOADED), copy.output('planted-harmless'))


def check_planted(uml_tree, uml):
    copy, harmless = uml_tree, harmless_fragment(uml_tree)
    # Notes are printed when the image is checked, and only then.
    with contextlib.suppress(FileNotFoundError):
        os.unlink(os.path.join(copy.output('planted'), '.vmlinux.initcall-check'))
    passed, said = build(copy, harmless)
    yield passed, 'planted: notes and warnings do not make the build fail', \
        copy.log_of('planted')[-2000:]
    for line in expected(NOTES):
        yield said.count(line) == 1, f'planted: {line.split(": ", 1)[1]}', '\n'.join(said)
    yield len(said) == len(NOTES), 'planted: nothing else is said', '\n'.join(said)
    yield from faulty(copy)
    yield from loaded(copy)
    yield from tolerated(copy)
    passed, _ = build(copy, harmless)
    yield passed, 'planted: it passes as soon as the errors are gone', \
        copy.log_of('planted')[-2000:]
