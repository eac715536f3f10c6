# SPDX-License-Identifier: GPL-2.0
"""A picture of two boots: when each driver was probed, and when IMA looked for the TPM.

All times are those that the kernels have printed, with initcall_debug.
"""

import collections
import html
import re

from initcall.process import Failure

LEFT, RIGHT, WIDTH = 130, 20, 860
ROW, BAR, HEAD, AXIS = 24, 14, 44, 30
COLORS = {'bound': '#2a7d2e', 'deferred': '#d9822b', 'failed': '#888888'}
PROBE = re.compile(r'^\[ *([\d.]+)\] probe of (\S+) with driver (\S+) returned (-?\d+) after '
                   r'(\d+) usecs', re.M)
IMA = re.compile(r'^\[ *([\d.]+)\] (ima: [^\r\n]*)', re.M)
EPROBE_DEFER, ENODEV = 517, 19

# Times in ms, from the start of the boot's first probe.
Probe = collections.namedtuple('Probe', 'driver start end state')
Boot = collections.namedtuple('Boot', 'title probes ima said')


def state_of(result):
    if result == 0:
        return 'bound'
    return 'deferred' if abs(result) == EPROBE_DEFER else 'failed'


def read_boot(title, console, drivers):
    """What to draw of a boot; a Failure if the console does not have it, as before Linux 7.3."""
    probes = []
    for when, _, driver, result, usecs in PROBE.findall(console):
        # A driver that has looked at a device and does not want it is of no interest.
        if driver in drivers and abs(int(result)) != ENODEV:
            end = float(when) * 1000
            probes.append(Probe(driver, end - int(usecs) / 1000, end, state_of(int(result))))
    lines = [(float(when) * 1000, said) for when, said in IMA.findall(console)]
    if not probes or not lines:
        raise Failure('error: there is no picture: this kernel does not print the drivers of '
                      f'probes, or a boot has none of {", ".join(drivers)}')
    said = next((said for _, said in lines if 'TPM' in said), 'IMA finds the TPM')
    first = min(probe.start for probe in probes)
    probes = [probe._replace(start=probe.start - first, end=probe.end - first)
              for probe in probes]
    return Boot(title, probes, lines[0][0] - first, said)


class Scale:
    """From ms to a place, the same for all boots."""

    def __init__(self, boots):
        times = [boot.ima for boot in boots]
        for boot in boots:
            times += [time for probe in boot.probes for time in (probe.start, probe.end)]
        margin = (max(times) - min(times)) / 25
        self.first, self.last = min(times) - margin, max(times) + margin

    def place(self, time):
        return LEFT + (time - self.first) / (self.last - self.first) * (WIDTH - LEFT - RIGHT)

    def ticks(self):
        """About ten, at round times."""
        step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10000)
                    if (self.last - self.first) / step <= 12)
        first = int(self.first // step + 1) * step
        return range(first, int(self.last) + 1, step)


def text(x, y, words, more=''):
    return f'<text x="{x:.1f}" y="{y:.1f}"{more}>{html.escape(words)}</text>'


def draw_probe(probe, scale, y):
    start = scale.place(probe.start)
    width = max(scale.place(probe.end) - start, 3)
    title = f'{probe.driver}: {probe.state}, {probe.start:.1f} to {probe.end:.1f} ms'
    return (f'<rect x="{start:.1f}" y="{y:.1f}" width="{width:.1f}" height="{BAR}" '
            f'fill="{COLORS[probe.state]}"><title>{html.escape(title)}</title></rect>')


def draw_boot(boot, drivers, scale, top):
    """A row for each driver, and a line where IMA starts."""
    bottom = top + HEAD + ROW * len(drivers)
    yield text(8, top + 18, boot.title, ' font-weight="bold"')
    for row, driver in enumerate(drivers):
        y = top + HEAD + row * ROW
        yield text(8, y + BAR - 2, driver)
        yield (f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y + BAR + 4}" y2="{y + BAR + 4}" '
               'stroke="#dddddd"/>')
        for probe in boot.probes:
            if probe.driver == driver:
                yield draw_probe(probe, scale, y)
    x = scale.place(boot.ima)
    anchor = ' text-anchor="end"' if x > WIDTH / 2 else ''
    yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top + 26}" y2="{bottom}" stroke="#b00020" ' \
        'stroke-width="2"/>'
    yield text(x + (-6 if anchor else 6), top + 36, boot.said, anchor + ' fill="#b00020"')


def draw_axis(scale, top):
    for time in scale.ticks():
        x = scale.place(time)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{top + 5}" stroke="#444444"/>'
        yield text(x, top + 18, str(time), ' text-anchor="middle"')
    yield text(8, top + 18, 'ms')


def draw_legend(top):
    x = LEFT
    for state, color in COLORS.items():
        yield f'<rect x="{x}" y="{top}" width="{BAR}" height="{BAR}" fill="{color}"/>'
        yield text(x + 20, top + 12, f'probe, {state}')
        x += 140
    yield f'<line x1="{x + 7}" x2="{x + 7}" y1="{top}" y2="{top + BAR}" stroke="#b00020" ' \
        'stroke-width="2"/>'
    yield text(x + 20, top + 12, 'IMA starts')


def draw(boots, drivers):
    """SVG of @boots, one above the other, with a row for each of @drivers."""
    scale, parts, top = Scale(boots), [], 10
    for boot in boots:
        parts += draw_boot(boot, drivers, scale, top)
        top += HEAD + ROW * len(drivers) + 10
    parts += draw_axis(scale, top)
    parts += draw_legend(top + AXIS)
    height = top + AXIS + 24
    return '\n'.join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" font-family="sans-serif" font-size="13">',
        '<rect width="100%" height="100%" fill="white"/>', *parts, '</svg>', ''])
