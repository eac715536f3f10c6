#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Show the critical path of a boot, from a log with initcall_debug.

Initcalls run one after the other, so that each of them delays all that follows. But one
that waits for an asynchronous probe is not to blame: the probe is. The critical path to
something goes back from it, from initcall to initcall, and where one has waited for a probe,
to the initcall that started this.

LOG is what dmesg prints; without it, standard input is read. Boot with initcall_debug and
without quiet, and see that nothing is lost: log_buf_len=4M. The log of a kernel before 7.3
does not name the drivers of probes.
"""

import argparse
import bisect
import collections
import html
import os
import re
import signal
import sys

STAMP = r'^(?:<\d+>)?\[ *(\d+\.\d+)\](?:\[ *[TC]\d+\])? (?:\S+ kernel: )?'
LINES = {name: re.compile(STAMP + pattern) for name, pattern in (
    ('level', r'entering initcall level: (\w+)'),
    ('call', r'calling +(\S+?)(?:\+0x\S+)?(?: \[(\w+)\])? @ (\d+)'),
    ('return', r'initcall (\S+?)(?:\+0x\S+)?(?: \[(\w+)\])? returned (-?\d+) '),
    ('probe', r'probe of (\S+)(?: with driver (.+?))? returned (-?\d+) after (\d+) usecs'),
    ('held', r'initcall_depends: (\S+): (\S+) is held for (\S+)'),
    ('init', r'Run (\S+) as init process'),
)}
DEFERRED = 517
# What goes on that soon after a probe has ended has waited for it: in ms, or as a part of the
# wait. The thread of a busy machine is late to go on.
SOON, SOON_PART = 1.0, 0.02
# It is no wait if it is shorter.
WAIT = 0.1
WIDTH, LEFT, ROW, BAR = 1100, 90, 22, 16
COLOURS = {'initcall': '#4a78b5', 'probe': '#2a7d2e', 'deferred': '#d9822b', 'gap': '#dddddd'}
CRITICAL = '#c00020'

# In ms since the start of the kernel. Of a probe, name is the device; of an initcall,
# detail is its level; a gap is what the thread that runs initcalls does between two.
Span = collections.namedtuple('Span', 'kind name detail start end result')
Held = collections.namedtuple('Held', 'at device module prerequisite')


class Failure(Exception):
    """What the user has to know."""


class Boot:
    """A boot, as its log has it."""

    def __init__(self, path):
        self.path, self.level = path, 'early'
        self.initcalls, self.probes, self.held = [], [], []
        self.late = self.init = None
        self.running = {}
        for line in read_lines(path):
            self.take(line.rstrip('\r\n'))
        if not self.initcalls:
            raise Failure(f'{path}: error: no initcalls in it; boot with initcall_debug, without '
                          'quiet, and with a large log_buf_len')
        self.initcalls.sort(key=lambda span: span.start)
        self.segments = list(self.find_segments())
        self.starts = [segment.start for segment in self.segments]

    def take(self, line):
        for name, pattern in LINES.items():
            found = pattern.match(line)
            if found:
                getattr(self, f'take_{name}')(float(found.group(1)) * 1000, *found.groups()[1:])
                return

    def take_level(self, _at, level):
        self.level = level

    def take_call(self, at, function, module, thread):
        if module or self.init or thread not in ('0', '1'):
            return
        self.running[function] = at
        if self.level == 'late' and self.late is None:
            self.late = at

    def take_return(self, at, function, _module, result):
        start = self.running.pop(function, None)
        if start is not None:
            self.initcalls.append(Span('initcall', function, self.level, start, at, int(result)))

    def take_probe(self, at, device, driver, result, usecs):
        self.probes.append(Span('probe', device, driver or '', max(at - int(usecs) / 1000, 0), at,
                                abs(int(result))))

    def take_held(self, at, device, module, prerequisite):
        self.held.append(Held(at, device, module, prerequisite))

    def take_init(self, at, _program):
        self.init = self.init or at

    def find_segments(self):
        """Initcalls and the gaps between them, without a hole."""
        at = 0
        for span in self.initcalls:
            if span.start > at:
                yield Span('gap', f'between initcalls, before {span.name}', span.detail, at,
                           span.start, 0)
            if span.end > at:
                yield span._replace(start=max(span.start, at))
            at = max(at, span.end)
        if self.init and self.init > at:
            yield Span('gap', 'after the last initcall, before init', '', at, self.init, 0)

    def segment(self, at):
        """What the thread that runs initcalls did just before."""
        return self.segments[max(bisect.bisect_left(self.starts, at) - 1, 0)]

    def bound(self, name):
        """The probe that has bound a device, or the first device of a driver."""
        return next((probe for probe in self.probes
                     if name in (probe.name, probe.detail) and not probe.result), None)


def read_lines(path):
    try:
        with open(path, errors='replace') if path != '-' else sys.stdin as file:
            yield from file
    except OSError as error:
        raise Failure(f'{path}: error: {error.strerror}') from None


def waited(segment, probe, until):
    """For how long a probe has held up the thread that runs initcalls; 0 if it has not.

    What begins and ends in an initcall is a part of it. What has begun before it does not
    hold it up, unless it returns as soon as that has ended.
    """
    waiting = probe.end - max(segment.start, probe.start)
    if segment.kind == 'initcall' and probe.start >= segment.start:
        return 0
    is_soon = 0 <= until - probe.end <= max(SOON, SOON_PART * waiting)
    return waiting if is_soon and waiting >= WAIT else 0


def last_probe(boot, segment, until):
    """The last one that has ended in a segment and was part of it, or was waited for."""
    found = [probe for probe in boot.probes
             if segment.start < probe.end <= until and probe.start < until and
             (probe.start >= segment.start or waited(segment, probe, until))]
    return max(found, key=lambda probe: (probe.end, -probe.start), default=None)


def walk(boot, until):
    """The critical path to a moment: spans without a hole, the last one first."""
    while until > boot.starts[0]:
        segment = boot.segment(until)
        probe = last_probe(boot, segment, until)
        if not probe:
            yield segment._replace(end=until)
            until = segment.start
            continue
        if probe.end < until:
            yield segment._replace(start=probe.end, end=until)
        yield probe
        until = probe.start


def find_goal(boot, goal):
    """(what it is in words, when it is reached, its critical path)"""
    if goal == 'late':
        what, at = 'late_initcall', boot.late
    elif goal == 'init':
        what, at = 'init', boot.init
    else:
        probe = boot.bound(goal)
        if not probe:
            raise Failure(f'{boot.path}: error: {goal} is never bound: nothing says "probe of '
                          f'{goal} ... returned 0", or "with driver {goal}"')
        return (f'{probe.name} bound by {probe.detail or "a driver"}', probe.end,
                [*reversed(list(walk(boot, probe.start))), probe])
    if at is None:
        raise Failure(f'{boot.path}: error: the boot does not get to {what}')
    return what, at, list(reversed(list(walk(boot, at))))


def waits(boot):
    """(for how long, who, for which probe), the longest first."""
    for segment in boot.segments:
        found = [(waited(segment, probe, segment.end), probe) for probe in boot.probes]
        longest = max(found, key=lambda pair: pair[0], default=(0, None))
        if longest[0]:
            yield longest[0], segment, longest[1]


def length(span):
    return span.end - span.start


def name_of(span, modules):
    if span.kind == 'probe':
        driver = f' by {span.detail}' if span.detail else ''
        result = ' (deferred)' if span.result == DEFERRED else \
            f' (error {span.result})' if span.result else ''
        return f'probe of {span.name}{driver}{result}'
    return f'{span.name} ({modules[span.name]})' if span.name in modules else span.name


def shorten(path, least):
    """[spans]: those that are long alone, others together with their neighbours."""
    groups = []
    for span in path:
        if length(span) < least and groups and length(groups[-1][-1]) < least:
            groups[-1].append(span)
        else:
            groups.append([span])
    return groups


def plural(count, noun):
    return f'{count} {noun}{"s" if count > 1 else ""}' if count else ''


def print_group(group, modules):
    took = group[-1].end - group[0].start
    if len(group) == 1:
        what = name_of(group[0], modules)
    else:
        levels = list(dict.fromkeys(span.detail for span in group if span.kind == 'initcall'))
        count = sum(span.kind == 'initcall' for span in group)
        probes = sum(span.kind == 'probe' for span in group)
        parts = [plural(count, 'initcall'), plural(probes, 'probe')]
        what = ', '.join(part for part in parts if part) or 'between initcalls'
        what += f' ({levels[0]}{" to " + levels[-1] if len(levels) > 1 else ""})' if levels else ''
    print(f'{group[0].start:10.1f} {took:9.1f}  {what}')


def print_path(boot, goal, least, modules):
    what, at, path = find_goal(boot, goal)
    print(f'{what} after {at:.1f} ms\n{"at, ms":>10} {"took, ms":>9}')
    for group in shorten(path, at / 100 if least is None else least):
        print_group(group, modules)
    tries = [probe for probe in boot.probes if probe.name == path[-1].name]
    if path[-1].kind == 'probe':
        deferred = sum(each.result == DEFERRED for each in tries)
        print(f'{plural(len(tries), "probe")}, {deferred} deferred')
    for held in boot.held:
        if held.device == path[-1].name:
            print(f'{held.at:10.1f}            held, as {held.module} needs {held.prerequisite}')
    print()


def print_waits(boot, least, modules):
    least = boot.segments[-1].end / 100 if least is None else least
    found = sorted((wait for wait in waits(boot) if wait[0] >= least), key=lambda wait: -wait[0])
    print(f'{"waited, ms":>10}')
    for took, segment, probe in found:
        print(f'{took:10.1f}  {name_of(segment, modules)}, for {name_of(probe, modules)}')
    if not found:
        print(f'{"-":>10}  for no probe')


def read_modules(folder):
    """{function: module}, from the file order of debugfs."""
    if not folder:
        return {}
    rows = [line.split() for line in read_lines(os.path.join(folder, 'order'))]
    modules = {row[4]: row[3] for row in rows if len(row) > 5 and not row[0].startswith('#')}
    if not modules:
        raise Failure(f'{folder}/order: error: not what CONFIG_INITCALL_DEPENDS_DEBUGFS shows')
    return modules


def times_of(boot, goal):
    """{what: ms} on the critical path."""
    times = collections.Counter()
    for span in find_goal(boot, goal)[2]:
        kind = 'gaps between initcalls' if span.kind == 'gap' else name_of(span, {})
        times[kind] += length(span)
    return times


def print_changes(old, new, goal, least):
    before, after = times_of(old, goal), times_of(new, goal)
    what, old_at, _ = find_goal(old, goal)
    new_at = find_goal(new, goal)[1]
    print(f'{what}: {old_at:.1f} ms, then {new_at:.1f} ms ({new_at - old_at:+.1f})')
    changes = sorted(((after[name] - before[name], name) for name in before | after),
                     key=lambda change: -abs(change[0]))
    shown = [change for change in changes
             if abs(change[0]) >= (max(old_at, new_at) / 100 if least is None else least)]
    for change, name in shown:
        print(f'{before[name]:10.1f} {after[name]:9.1f} {change:+9.1f}  {name}')
    rest = new_at - old_at - sum(change for change, _ in shown)
    print(f'{"":10} {"":9} {rest:+9.1f}  all else\n')


def bound_at(boot):
    """{(device, driver): (when, number of probes)}, as each was bound first."""
    tries, found = collections.Counter(), {}
    for probe in boot.probes:
        key = probe.name, probe.detail
        tries[key] += 1
        if not probe.result:
            found.setdefault(key, (probe.end, tries[key]))
    return found


def print_bound(old, new):
    before, after = bound_at(old), bound_at(new)
    print(f'{"bound, ms":>10} {"then, ms":>9}  {"probes":9} device')
    for key in sorted(before | after, key=lambda key: after.get(key, before.get(key))):
        times = [f'{boot[key][0]:.1f}' if key in boot else '-' for boot in (before, after)]
        tries = ' -> '.join(str(boot[key][1]) if key in boot else '-' for boot in (before, after))
        driver = f' by {key[1]}' if key[1] else ''
        print(f'{times[0]:>10} {times[1]:>9}  {tries:9} {key[0]}{driver}')


def lanes(spans):
    """[[spans]]: as few rows as possible, in none of which two overlap."""
    rows = []
    for span in sorted(spans, key=lambda span: span.start):
        row = next((row for row in rows if row[-1].end <= span.start), None)
        if row:
            row.append(span)
        else:
            rows.append([span])
    return rows


def draw_bar(span, scale, top, name, is_critical):
    left, width = LEFT + span.start * scale, max(length(span) * scale, 1)
    colour = COLOURS['deferred' if span.result == DEFERRED else span.kind]
    said = html.escape(name)
    yield (f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{BAR}" fill="{colour}">'
           f'<title>{said}: {span.start:.1f} to {span.end:.1f} ms</title></rect>')
    if is_critical:
        yield (f'<rect x="{left:.1f}" y="{top + BAR}" width="{width:.1f}" height="3" '
               f'fill="{CRITICAL}"/>')
    if width > 7 * len(name) and span.kind != 'gap':
        yield f'<text x="{left + 3:.1f}" y="{top + 12}" fill="white">{said}</text>'


def draw_axis(until, scale, bottom):
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10 ** 9)
                if until / step <= 15)
    for at in range(0, int(until) + 1, step):
        x = LEFT + at * scale
        yield (f'<line x1="{x:.1f}" x2="{x:.1f}" y1="24" y2="{bottom}" stroke="#eeeeee"/>'
               f'<text x="{x:.1f}" y="20" text-anchor="middle">{at}</text>')


def draw_goals(goals, scale, bottom):
    for number, (name, when) in enumerate(goals.items(), 1):
        x, y = LEFT + when * scale, bottom + 14 * number
        yield (f'<line x1="{x:.1f}" x2="{x:.1f}" y1="24" y2="{y}" stroke="{CRITICAL}"/>'
               f'<text x="{x - 4:.1f}" y="{y}" text-anchor="end">{html.escape(name)}</text>')


def draw(boot, goal, modules):
    """SVG: initcalls in the first row, probes below, what is on the critical path underlined."""
    what, at, path = find_goal(boot, goal)
    goals = {name: when for name, when in (('late_initcall', boot.late), ('init', boot.init),
                                           (what, at)) if when}
    critical = {(span.kind, span.name, span.end) for span in path}
    until = max(*goals.values(), boot.segments[-1].end)
    scale, rows = (WIDTH - LEFT - 20) / until, [boot.segments, *lanes(boot.probes)]
    bottom = 30 + ROW * len(rows)
    parts = list(draw_axis(until, scale, bottom))
    for number, row in enumerate(rows):
        top, title = 30 + number * ROW, ('initcalls', 'probes', '')[min(number, 2)]
        parts.append(f'<text x="4" y="{top + 12}">{title}</text>')
        for span in row:
            parts += draw_bar(span, scale, top, name_of(span, modules),
                              (span.kind, span.name, span.end) in critical)
    parts += draw_goals(goals, scale, bottom)
    height = bottom + 14 * len(goals) + 10
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
            f'viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="11">\n'
            '<rect width="100%" height="100%" fill="white"/>\n<text x="4" y="20">ms</text>\n'
            + '\n'.join(parts) + '\n</svg>')


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('log', nargs='?', default='-', metavar='LOG')
    parser.add_argument('--to', action='append', metavar='GOAL', help='late (late_initcall), init, '
                        'or a device or driver that is bound; may be repeated (default: late '
                        'and init)')
    parser.add_argument('--since', metavar='OLD', help='compare with the log of another boot')
    parser.add_argument('--svg', action='store_true',
                        help='a picture, with the path to the last goal')
    parser.add_argument('--debugfs', metavar='DIR', help='initcall_depends in debugfs, or a copy, '
                        'for the names of modules')
    parser.add_argument('--min', type=float, metavar='MS', help='shortest time that gets a line of '
                        'its own (default: 1 %% of all)')
    return parser.parse_args()


def show(options):
    boot, goals = Boot(options.log), options.to or ['late', 'init']
    modules = read_modules(options.debugfs)
    if options.svg:
        print(draw(boot, goals[-1], modules))
    elif options.since:
        old = Boot(options.since)
        for goal in goals:
            print_changes(old, boot, goal, options.min)
        print_bound(old, boot)
    else:
        for goal in goals:
            print_path(boot, goal, options.min, modules)
        print_waits(boot, options.min, modules)


def main():
    options = parse_arguments()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)    # head(1) and the like may have seen enough
    try:
        show(options)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == '__main__':
    sys.exit(main())
