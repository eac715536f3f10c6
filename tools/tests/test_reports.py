# SPDX-License-Identifier: GPL-2.0
"""Does reports.py find what there is to find, and nothing else?

The logs are made up, in the form that the kernel gives them.
"""

import unittest

from initcall.files import table
from initcall.rig.reports import find_reports, new_reports

QUIET = '''\
[    0.000000] kasan: KernelAddressSanitizer initialized (generic)
[    0.100000] Lock dependency validator: Copyright (c) 2006 Red Hat, Inc., Ingo Molnar
[    0.200000] calling  debug_init+0x0/0x1c @ 1
[    0.300000] initcall_depends: lock_consumer goes on: deferred probing is not done after 100 ms
[    0.400000] kmemleak: Kernel memory leak detector initialized (mem pool available: 38000)
RIG: kmemleak_scanned=1
'''

# What is planted, and a word of the key by which it has to be known.
PLANTED = table('sanitizers', 'reports.toml')['planted']


def deadlock(lock, other):
    return (f'[    1.000000] WARNING: possible circular locking dependency detected\n'
            f'[    1.000000] swapper/0/1 is trying to acquire lock:\n'
            f'[    1.000000] ffff800081234567 ({lock}){{+.+.}}-{{4:4}}, at: probe+0x10/0x20\n'
            f'[    1.000000] but task is already holding lock:\n'
            f'[    1.000000] ffff800081234568 ({other}){{+.+.}}-{{4:4}}, at: probe+0x30/0x40\n')


def leak(address, function):
    return (f'RIG: kmemleak=unreferenced object {address} (size 64):\n'
            f'RIG: kmemleak=  comm "swapper/0", pid 1, jiffies 4294892296\n'
            f'RIG: kmemleak=  backtrace (crc 0):\n'
            f'RIG: kmemleak=    __kmalloc_noprof+0x10/0x20\n'
            f'RIG: kmemleak=    {function}+0x30/0x40\n')


class Reports(unittest.TestCase):
    def keys(self, log):
        return [report.key for report in find_reports(log)]

    def test_quiet(self):
        self.assertEqual(self.keys(QUIET), [])

    def test_planted(self):
        for what, (line, word) in PLANTED.items():
            with self.subTest(what):
                trace = '[    0.510000] Call trace:\n[    0.510000]  foo+0x10/0x20\n'
                keys = self.keys(f'{QUIET}[    0.500000] {line}\n{trace}{QUIET}')
                self.assertEqual(len(keys), 1)
                self.assertIn(word, keys[0])

    def test_bare_trace(self):
        log = '[    0.500000] Call trace:\n[    0.500000]  foo+0x10/0x20\n'
        self.assertEqual(self.keys(QUIET + log), ['Call trace: foo'])

    def test_callers(self):
        log = '[    0.500000][    T1] BUG: KASAN: null-ptr-deref in foo+0x1/0x2\n'
        self.assertEqual(self.keys(log), ['BUG: KASAN: null-ptr-deref in foo'])

    def test_stock(self):
        """What the stock kernel shows, elsewhere and at another time, is not new."""
        stock = '[    0.500000] WARNING: kernel/foo.c:12 at foo+0x10/0x20, CPU#1: swapper/0/1\n'
        again = '[    7.123456] WARNING: kernel/foo.c:12 at foo+0x10/0x20, CPU#0: kworker/u8:1/22\n'
        other = '[    0.500000] WARNING: kernel/foo.c:13 at foo+0x10/0x20, CPU#1: swapper/0/1\n'
        self.assertEqual(new_reports(again, [QUIET, stock]), [])
        self.assertEqual(len(new_reports(other + other, [QUIET, stock])), 1)
        self.assertEqual(len(new_reports(again, [QUIET])), 1)

    def test_locks(self):
        """A deadlock of other locks is another one."""
        stock = deadlock('&dev->mutex', 'a_lock')
        self.assertEqual(new_reports(deadlock('&dev->mutex', 'a_lock'), [stock]), [])
        self.assertEqual(len(new_reports(deadlock('&dev->mutex', 'initcall_probe_mutex'),
                                         [stock])), 1)

    def test_leaks(self):
        """A leak from elsewhere is another one."""
        stock = leak('0xffff000001234560', 'foo')
        self.assertEqual(new_reports(leak('0xffff000007654320', 'foo'), [stock]), [])
        self.assertEqual(len(new_reports(leak('0xffff000001234560', 'remember'), [stock])), 1)

    def test_nameless(self):
        """UML knows the names of callers, not those of init functions."""
        stock = 'BUG: KASAN: slab-use-after-free in 0x6001c5ab\n [<60003ecb>] ? foo+0x10/0x20\n'
        self.assertEqual(new_reports(stock.replace('c5ab', 'c5ff'), [stock]), [])
        self.assertEqual(len(new_reports(stock.replace('foo', 'initcall_probe_tell'), [stock])), 1)

    def test_races(self):
        """A race is the same, whichever access was caught first."""
        stock = 'BUG: KCSAN: data-race in foo / bar\n'
        self.assertEqual(new_reports('BUG: KCSAN: data-race in bar / foo\n', [stock]), [])

