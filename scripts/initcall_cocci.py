#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Find what relies on deferred probing in a kernel tree, and declare it with initcall_depends().

  report, org   each dependency, with what shows that it is one, and how sure that is
  json          the same for programs, with what could not be read and what was left out
  context       the calls in question, as lines of a diff
  patch         one diff of the whole tree
  apply         change the tree, which need not have the overlay

patch and apply declare what each device of a driver needs, or each with some compatible string;
with --all, all that is reported. The tree is not changed but by apply. With --cache, what a file
of that content has given before is taken from there. What is found goes to stdout, what has been
done to stderr.
"""

import argparse
import collections
import contextlib
import dataclasses
import functools
import json
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import time

sys.dont_write_bytecode = True      # this may run from a source tree that is not to be written to
import initcall_edit  # noqa: E402
from initcall_deferrals.facts import SCRIPTS, cores, in_batches, run_rules  # noqa: E402
from initcall_deferrals.find import Search  # noqa: E402
from initcall_deferrals.index import grep  # noqa: E402
from initcall_deferrals.paths import RANK  # noqa: E402
from initcall_deferrals.text import Texts  # noqa: E402
from initcall_deferrals.tree import Tree  # noqa: E402
from initcall_makefile import Failure  # noqa: E402

RULES = os.path.join(SCRIPTS, 'coccinelle', 'api')
FACTS = os.path.join(SCRIPTS, 'initcall_deferrals', 'facts.smpl')
DEPENDS = os.path.join(RULES, 'initcall_depends.cocci')
SOFTDEP = os.path.join(RULES, 'initcall_depends_softdep.cocci')
MODES = ('report', 'json', 'org', 'context', 'patch', 'apply')


def arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('kdir', metavar='KDIR', help='top of a kernel source tree')
    parser.add_argument('folder', metavar='M', nargs='?', default='',
                        help='look for consumers in this folder only')
    parser.add_argument('--mode', choices=MODES, default='report')
    parser.add_argument('--all', action='store_true',
                        help='declare also what only some devices need, or happens to be right')
    parser.add_argument('--table', metavar='FILE',
                        help='keep the table that initcall_depends.cocci reads')
    parser.add_argument('--cache', metavar='FOLDER', help='keep there what is found in each file')
    options = parser.parse_args()
    if not options.kdir:
        raise Failure('error: KDIR is empty: say KDIR=<kernel source tree>')
    options.kdir = os.path.abspath(os.path.expanduser(options.kdir))
    missing = [name for name in ('Kbuild', 'Makefile', 'drivers')
               if not os.path.exists(os.path.join(options.kdir, name))]
    if missing:
        raise Failure(f'{options.kdir}: error: not a complete Linux kernel source tree: it has no '
                      + ', '.join(missing))
    folder = os.path.relpath(os.path.join(options.kdir, options.folder), options.kdir)
    if folder.startswith('..') or not os.path.exists(os.path.join(options.kdir, folder)):
        raise Failure(f'{options.folder}: error: no such folder in {options.kdir}')
    options.folder = '' if folder == '.' else folder
    return options


def table_lines(hits):
    """What initcall_depends.cocci reads."""
    for hit in hits:
        words = (hit.consumer, hit.line, hit.symbol, hit.shape, hit.declared, hit.provider, hit.at,
                 hit.confidence, hit.condition)
        yield '\t'.join(map(str, words)) + '\n'


def softdep_words(found):
    """All words of MODULE_SOFTDEP() lines."""
    return {initcall_edit.underscores(word) for lines in found.softdeps.values()
            for _, line in lines for word in re.findall(r'[\w-]+', line)}


def module_lines(found):
    """What initcall_depends_softdep.cocci reads: what can be declared, and what cannot."""
    for word in sorted(softdep_words(found)):
        yield f'{word}\t{found.tree.softdep(word)}\n'


def printed(mode, rules, kdir, table, files):
    """What a semantic patch prints of some files, in their order."""
    silent = ['--no-show-diff'] if mode == 'org' else []
    text, _ = run_rules(mode, rules, kdir, files, '-D', table, *silent)
    if mode == 'context':       # spatch names a temporary file
        return re.sub(r'^--- (\S+)\n\+\+\+ .*$', r'--- \1\n+++ \1', text, flags=re.M)
    return ''.join(sorted(text.splitlines(True), key=in_order))


def in_order(line):
    """To sort messages by file, line and column."""
    path = re.search(r'[^\s:\[]+\.c(?=:)', line)
    numbers = re.findall(r'(?<=[:=])\d+', line)[:2]
    return path.group() if path else '', [int(number) for number in numbers], line


def show(mode, options, found):
    """What the semantic patches print of the calls and of MODULE_SOFTDEP() lines, file by file."""
    consumers = {hit.consumer for hit in found.hits}
    with tempfile.TemporaryDirectory() as work:
        for rules, name, lines, files in (
                (DEPENDS, 'table', table_lines(found.hits), consumers),
                (SOFTDEP, 'modules', module_lines(found), found.softdeps)):
            table = os.path.join(work, name)
            with open(table, 'w') as file:
                file.writelines(lines)
            for _, text in in_batches('printing', sorted(files), functools.partial(
                    printed, mode, rules, options.kdir, f'{name}={table}')):
                print(text, end='')


def column(found, hit):
    """Where on its line a call begins, in characters."""
    line = found.tree.text(hit.consumer).splitlines()[hit.line - 1]
    place = re.search(rf'\b{re.escape(hit.symbol)}\b', line)
    return place.start() if place else 0


def softdep_messages(found):
    """(file, line, expression, message) for each word of MODULE_SOFTDEP() lines."""
    known = dict(line.rstrip('\n').split('\t') for line in module_lines(found))
    for path, lines in sorted(found.softdeps.items()):
        for line, expression in lines:
            for word, declared, reason in initcall_edit.softdep_words(expression, known):
                yield path, line, expression, (
                    f'initcall_depends("{declared}") for {word}' if declared else
                    f'{word} is left: {reason}')


def report(options, found):
    """What the semantic patches print in this mode; an editor can jump to each place."""
    if os.path.realpath(os.curdir) != os.path.realpath(options.kdir):
        print(f"initcall_cocci: Entering directory '{options.kdir}'", file=sys.stderr)
    for hit in found.hits:
        text = initcall_edit.message(hit.declared, hit.symbol, hit.shape, hit.provider, hit.at,
                                     hit.confidence, hit.condition)
        start = column(found, hit)
        print(f'{hit.consumer}:{hit.line}:{start}-{start + len(hit.symbol)}: {text}')
    start = len('MODULE_SOFTDEP(')
    for path, line, expression, text in softdep_messages(found):
        print(f'{path}:{line}:{start}-{start + len(expression)}: {text}')


def as_json(found):
    """All that is known, for programs."""
    print(json.dumps({
        'dependencies': [{**dataclasses.asdict(hit), 'column': column(found, hit),
                          'written': hit.confidence in initcall_edit.WRITTEN}
                         for hit in found.hits],
        'softdeps': [{'file': path, 'line': line, 'message': text}
                     for path, line, _, text in softdep_messages(found)],
        'given_up': [{'file': path, 'line': line, 'reason': why}
                     for (path, line), why in sorted(found.search.given_up.items())],
        'left_out': dict(sorted(found.program.passed_over(found.search.in_scope).items())),
    }, indent=1))


def changed_files(options, found):
    """(file, old text, new text) of each file that is to declare something."""
    names = collections.defaultdict(set)
    for hit in found.hits:
        if options.all or hit.confidence in initcall_edit.WRITTEN:
            names[hit.consumer].add(hit.declared)
    known = dict(line.rstrip('\n').split('\t') for line in module_lines(found))
    for path in sorted({*names, *found.softdeps}):
        with open(os.path.join(options.kdir, path), errors='surrogateescape', newline='') as file:
            old = file.read()
        before = [declared for _, expression in found.softdeps.get(path, ())
                  for _, declared, _ in initcall_edit.softdep_words(expression, known) if declared]
        new = initcall_edit.declare(initcall_edit.convert_softdeps(old, before), names[path])
        if new != old:
            yield path, old, new


def patch(options, found):
    for path, old, new in changed_files(options, found):
        sys.stdout.buffer.write(initcall_edit.diff(path, old, new).encode(errors='surrogateescape'))


def apply(options, found):
    """All new texts first, then one rename for each file."""
    changes = list(changed_files(options, found))
    try:
        for path, _, new in changes:
            name = os.path.join(options.kdir, path)
            with open(name + '.initcall_depends', 'w', errors='surrogateescape',
                      newline='') as file:
                file.write(new)
            shutil.copymode(name, name + '.initcall_depends')
        for path, _, _ in changes:
            os.replace(os.path.join(options.kdir, path + '.initcall_depends'),
                       os.path.join(options.kdir, path))
            print(path)
    finally:
        for path, _, _ in changes:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(os.path.join(options.kdir, path + '.initcall_depends'))


class Found:
    """Everything that is known of a tree in the end."""

    def __init__(self, options):
        self.tree = Tree(options.kdir, options.cache)
        self.search = Search(options, FACTS, self.tree)
        self.program = self.search.run()
        texts = Texts(self.program, options.kdir, self.search.rooms)
        self.hits = [hit for hit in sorted({*self.program.hits(), *texts.hits()})
                     if self.search.in_scope(hit.consumer)]
        self.softdeps = collections.defaultdict(list)
        for each in grep(options.kdir, ['-nE', r'^MODULE_SOFTDEP\(', *self.search.scope]):
            path, line, text = each.split(':', 2)
            expression = re.match(r'MODULE_SOFTDEP\((.*?)\)?;?\s*$', text).group(1)
            self.softdeps[path].append((int(line), expression))


def counted(hits, field):
    """How many modules are needed by how many files, and of what kind."""
    best = sorted(hits, key=lambda hit: RANK[hit.confidence], reverse=True)     # comes last
    pairs = {(hit.consumer, hit.declared): getattr(hit, field) for hit in best}
    kinds = collections.Counter(pairs.values())
    return (f'{len(pairs)} dependencies in {len({file for file, _ in pairs})} files: '
            + ', '.join(f'{count} {kind}' for kind, count in sorted(kinds.items())))


def summary(found, start):
    """What has been done, in a few lines."""
    for (path, line), why in sorted(found.search.given_up.items()):
        print(f'{path}:{line}: warning: {why}', file=sys.stderr)
    print(f'{len(found.search.lines)} files looked at, ' + counted(found.hits, 'shape'),
          file=sys.stderr)
    print('of these: ' + counted(found.hits, 'confidence'), file=sys.stderr)
    for reason, count in sorted(found.program.passed_over(found.search.in_scope).items()):
        print(f'passed over: {count} {reason}', file=sys.stderr)
    own, child = (resource.getrusage(who).ru_maxrss
                  for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f'{time.monotonic() - start:.0f} s, at most {(own + cores() * child) // 1024} MiB in all '
          'processes together', file=sys.stderr)


def main():
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    start = time.monotonic()
    try:
        options = arguments()
        found = Found(options)
        if options.table:
            with open(options.table, 'w') as file:
                file.writelines(table_lines(found.hits))
        if options.mode == 'json':
            as_json(found)
        elif options.mode in ('org', 'context'):
            show(options.mode, options, found)
        else:
            {'report': report, 'patch': patch, 'apply': apply}[options.mode](options, found)
        summary(found, start)
        sys.stdout.flush()
    except BrokenPipeError:     # whatever reads that has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (Failure, OSError) as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print('\ninterrupted; the tree is as it was, and the next run goes on from here',
              file=sys.stderr, flush=True)
        os._exit(130)       # what still runs ends with us
    return 0


if __name__ == '__main__':
    sys.exit(main())
