# SPDX-License-Identifier: GPL-2.0
"""Find what the kernel reports of itself in the log of a boot.

A report has a key by which it is known again in another boot of the same image:
its headline without addresses, times and processes, and where the headline
is that of several reports, the locks or functions concerned.
"""

import collections
import re

from initcall.files import table

Report = collections.namedtuple('Report', 'key text')

HEADLINE = re.compile('|'.join(table('sanitizers', 'reports.toml')['headlines']))
TRACE = re.compile(r'\bCall [Tt]race:')
# In front of what the kernel says: time, and with CONFIG_PRINTK_CALLER which task says it.
STAMP = re.compile(r'^(?:RIG: kmemleak=)?\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? ?|^RIG: kmemleak=')
# A lock, as in "(&dev->mutex){....}-{4:4}"; a function, as in "really_probe+0x1c/0x40".
LOCK = re.compile(r'\(([^(){}]+)\)\{')
FUNCTION = re.compile(r'([A-Za-z_][\w.]*)\+0x[0-9a-f]+/0x[0-9a-f]+')
# Of these there may be several with the same headline.
OF_LOCKS = re.compile(r'locking dependency|recursive locking|inconsistent lock|irq-safe|'
                      r'wait context|unlock balance')
OF_FUNCTIONS = re.compile(r'unreferenced object|Call [Tt]race:|^=* ?BUG \w| in 0x')
CONCERNED = 12
LENGTH = 60


def normalised(headline):
    """Without what differs from boot to boot."""
    text = re.sub(r'(\w)\+0x[0-9a-f]+/0x[0-9a-f]+', r'\1', headline)
    text = re.sub(r'\b0x[0-9a-f]+\b|\b[0-9a-f]{8,}\b', '#', text)
    text = re.sub(r'\bCPU#?:? ?\d+', 'CPU', text)
    text = re.sub(r'\b(?:PID:? ?\d+|[\w/:.-]+/\d+(?:\[\d+\])?(?:/\d+)?)$', '', text)
    text = re.sub(r'(data-race in )(\S+) / (\S+)',
                  lambda race: race[1] + ' / '.join(sorted(race.group(2, 3))), text)
    return ' '.join(text.split())


def key_of(lines):
    key = [normalised(lines[0])]
    if OF_LOCKS.search(lines[0]):
        key += LOCK.findall('\n'.join(lines[:CONCERNED]))
    if OF_FUNCTIONS.search(lines[0]):
        key += FUNCTION.findall('\n'.join(lines))[:CONCERNED]
    return ' '.join(key)


def find_reports(log):
    """All reports in the text of a log, in order."""
    lines = [STAMP.sub('', line.rstrip()) for line in log.splitlines()]
    starts = []
    for number, line in enumerate(lines):
        if TRACE.search(line):      # one that no headline explains
            starts += [number] if not starts or number - starts[-1] > LENGTH else []
        elif HEADLINE.search(line):
            starts.append(number)
    ends = starts[1:] + [len(lines)]
    for start, end in zip(starts, ends):
        text = lines[start:min(end, start + LENGTH)]
        yield Report(key_of(text), '\n'.join(text))


def new_reports(log, stock_logs):
    """Reports of a boot that none of the boots of the stock kernel shows, each once."""
    known = {report.key for stock in stock_logs for report in find_reports(stock)}
    new = {}
    for report in find_reports(log):
        if report.key not in known:
            new.setdefault(report.key, report)
    return list(new.values())
