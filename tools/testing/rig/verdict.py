# SPDX-License-Identifier: GPL-2.0
"""What a boot has shown: what was bound when, what IMA recorded, what the TPM holds."""

import collections
import hashlib
import re
import struct

BYPASS = 'No TPM chip found, activating TPM-bypass!'
# IMA takes a PCR that it cannot read for one of zeros.
LOST = 'ima: Error Communicating to TPM chip'


def replay_measurements(data):
    """Number of entries of IMA's binary list, and what they make of an empty PCR 10."""
    pcr, count, at = bytes(32), 0, 0
    while at < len(data):
        number, digest, name_len = struct.unpack_from('<I20sI', data, at)
        at += 28 + name_len
        length, = struct.unpack_from('<I', data, at)
        content = data[at + 4:at + 4 + length]
        at += 4 + length
        value = hashlib.sha256(content).digest() if any(digest) else b'\xff' * 32
        if number == 10:
            pcr = hashlib.sha256(pcr + value).digest()
        count += 1
    return count, pcr


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
        self.late_at = self.told_at('entering initcall level: late')
        self.init_at = self.told_at(r'Run \S+ as init process')
        self.judge()

    def fact(self, name):
        return self.facts[name][0] if self.facts[name] else ''

    def told_at(self, pattern):
        """When the kernel said something, in ms from its start; 0 if it did not."""
        found = re.search(r'^\[ *([\d.]+)\] ' + pattern, self.console, re.M)
        return float(found.group(1)) * 1000 if found else 0

    def names_of(self, label):
        """Names of the drivers that a row is about; a module's, or the driver itself."""
        return self.facts[f'driver_of_{label}'] or [label]

    def read_probes(self):
        """Attempts of each driver, as the driver core tells them with initcall_debug.

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

    def judge(self):
        """Compare what IMA wrote down with what the TPM holds."""
        pcrs = [bytes.fromhex(self.fact(f'pcr{i}')) for i in range(11)]
        entry = self.fact('first_entry').split()
        recorded = entry[3].split(':')[1] if len(entry) == 5 else ''
        expected = hashlib.sha256(b''.join(pcrs[:10])).hexdigest()
        self.entry = entry[4] if len(entry) == 5 else ''
        self.recorded_right = all(pcrs[:10]) and recorded == expected
        self.aggregate_right = self.entry == 'boot_aggregate' and self.recorded_right
        self.entries, replay = replay_measurements(bytes.fromhex(self.fact('measurements')))
        self.replay_right = bool(pcrs[10]) and pcrs[10] == replay
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
