# SPDX-License-Identifier: GPL-2.0
"""What a boot has shown: what was bound when, what IMA recorded, what the TPM holds."""

import collections
import hashlib
import re
import struct

BYPASS = 'No TPM chip found, activating TPM-bypass!'
# Held devices are drained after this, and before the first late_initcall is called.
LATE_LEVEL = 'entering initcall level: late'
# IMA takes a PCR that it cannot read for one of zeros.
LOST = 'ima: Error Communicating to TPM chip'


def read_measurements(data):
    """Of each entry of IMA's binary list: PCR, SHA-1 of the content, and the content."""
    at = 0
    while at < len(data):
        number, digest, name_len = struct.unpack_from('<I20sI', data, at)
        at += 28 + name_len
        length, = struct.unpack_from('<I', data, at)
        yield number, digest, data[at + 4:at + 4 + length]
        at += 4 + length


def replay_measurements(entries):
    """What they make of an empty PCR 10."""
    pcr = bytes(32)
    for number, digest, content in entries:
        value = hashlib.sha256(content).digest() if any(digest) else b'\xff' * 32
        if number == 10:
            pcr = hashlib.sha256(pcr + value).digest()
    return pcr


def measured_name(content):
    """What was measured: the second field of template ima-ng, a path, say."""
    first, = struct.unpack_from('<I', content, 0)
    second, = struct.unpack_from('<I', content, 4 + first)
    return content[8 + first:8 + first + second].rstrip(b'\0').decode(errors='replace')


class Boot:
    """One boot, from its console."""

    def __init__(self, case, console):
        self.case = case
        self.console = console
        self.facts = collections.defaultdict(list)
        for name, value in re.findall(r'^RIG: ([\w-]+)=(.*?)\r?$', console, re.M):
            self.facts[name].append(value)
        self.bypass = BYPASS in console
        self.calls = re.findall(r'\] calling  (\w+)\+', console)
        self.read_probes()
        self.read_settling()
        self.level_at = self.told_at(LATE_LEVEL)
        self.late_at = self.told_at(r'calling  ', console.find(LATE_LEVEL))
        self.init_at = self.told_at(r'Run \S+ as init process')
        self.judge()

    def fact(self, name):
        return self.facts[name][0] if self.facts[name] else ''

    def told_at(self, pattern, place=0):
        """When the kernel printed it, in ms from its start; 0 if it did not.

        What is printed before a place in the console does not count.
        """
        found = re.compile(r'^\[ *([\d.]+)\] ' + pattern, re.M).search(self.console, max(place, 0))
        return float(found.group(1)) * 1000 if found else 0

    def names_of(self, label):
        """Names of the drivers that a row is about; a module's, or the driver itself."""
        return self.facts[f'driver_of_{label}'] or [label]

    def read_probes(self):
        """Attempts of each driver, as the driver core prints them with initcall_debug.

        Linux 7.3 names device and driver; before, only the device is named.
        """
        pattern = r'^\[ *([\d.]+)\] probe of (\S+)(?: with driver (\S+))? returned (-?\d+) '
        probes = re.findall(pattern, self.console, re.M)
        self.probes, self.bound_at = {}, {}
        for label in self.case.machine.drivers:
            self.probes[label] = []
            drivers, devices = self.names_of(label), self.facts[f'device_of_{label}']
            for when, device, driver, result in probes:
                if (driver not in drivers) if driver else (device not in devices):
                    continue
                self.probes[label].append(int(result))
                if int(result) == 0:
                    self.bound_at.setdefault(label, float(when) * 1000)

    def read_settling(self):
        """How long probing has settled for the sake of a TPM, and how much IMA missed then."""
        settled = re.search(r'\] tpm: (?:none )?found after probing settled for (\d+) ms',
                            self.console)
        self.settled_ms = int(settled.group(1)) if settled else None
        escaped = re.search(r'\] ima: (\d+) reads? escaped ', self.console)
        self.escaped = int(escaped.group(1)) if escaped else 0

    def entry_expected(self):
        """Linux 7.3 says in the name of the first entry that probing settled before it."""
        found = re.search(r'\bLinux version (\d+)\.(\d+)', self.console)
        version = tuple(map(int, found.groups())) if found else ()
        is_late = self.settled_ms is not None and version >= (7, 3)
        return 'boot_aggregate_late' if is_late else 'boot_aggregate'

    def judge(self):
        """Compare what IMA wrote down with what the TPM holds."""
        pcrs = [bytes.fromhex(self.fact(f'pcr{i}')) for i in range(11)]
        entry = self.fact('first_entry').split()
        recorded = entry[3].split(':')[1] if len(entry) == 5 else ''
        expected = hashlib.sha256(b''.join(pcrs[:10])).hexdigest()
        self.entry = entry[4] if len(entry) == 5 else ''
        self.recorded_right = all(pcrs[:10]) and recorded == expected
        self.aggregate_right = self.entry == self.entry_expected() and self.recorded_right
        entries = list(read_measurements(bytes.fromhex(self.fact('measurements'))))
        self.entries = len(entries)
        self.names = [measured_name(content) for _, _, content in entries]
        self.replay_right = bool(pcrs[10]) and pcrs[10] == replay_measurements(entries)
        self.pcr10 = pcrs[10].hex()
        self.recorded = recorded

    def order(self):
        return sorted(self.bound_at, key=self.bound_at.get)

    def passed(self):
        return bool(self.case.ok(self))


def measured(boot):
    return boot.aggregate_right and boot.replay_right and LOST not in boot.console


def bypassed(boot):
    """IMA has gone on without a TPM, which was there a moment later."""
    return boot.bypass and not boot.aggregate_right and bool(boot.fact('pcr0'))
