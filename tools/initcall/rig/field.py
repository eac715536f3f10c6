# SPDX-License-Identifier: GPL-2.0
"""Boot an arm kernel without modules into trouble that people have reported, and judge it.

"flash" is a Cubieboard whose MAC address is in a ROM: sun4i_emac comes before nvmem's
fixed_layout, and takes any error for "no address". For "mac", it is in an EEPROM. "power" and
"pins" are on QEMU's "virt": a GPIO without power, and a pin controller that is missing for good
without CONFIG_MODULES.

The same image has each of them with declarations off and, on the command line, with them. If
the image declares them itself, the boots without a suffix are right, too.
"""

import os
import re

from initcall.files import data
from initcall.rig import boot as rig
from initcall.rig.boot import Case, device_tree
from initcall.rig.guest import initramfs
from initcall.rig.virt import Virt

MAC = '52:54:00:0b:0e:05'
MAC_AT, EEPROM_SIZE = 0x10, 4096
# As in cubieboard.dts
ROM = 0x4e000000
# Firmware's references would make the driver core wait, where it understands them.
PERMISSIVE = 'fw_devlink=permissive'
HINT = ('initcall_depends: 1c0b000.ethernet: sun4i-emac (sun4i_emac) did not wait for '
        '1c2ac00.i2c:eeprom@50:nvmem-layout, which firmware says it needs: perhaps '
        'add=sun4i_emac:fixed_layout')
# Consumer, prerequisite. The ROM is there before Ethernet drivers are; the EEPROM has no device
# before its bus has one.
FLASH_EDGES = (('sun4i_emac', 'fixed_layout'),)
MAC_EDGES = (*FLASH_EDGES, ('fixed_layout', 'at24'), ('at24', 'i2c_mv64xxx'))
RAIL_EDGES = (*MAC_EDGES, ('at24', 'fixed'), ('fixed', 'pinctrl_sun4i_a10'))
POWER_EDGES = (('field_power', 'field_clk'), ('fixed', 'field_power'))
PINS_EDGES = (('field_pins', 'pinctrl_single'),)


class Cubieboard:
    """Allwinner A10 with an EEPROM on I2C; @define: what the device tree has of cubieboard.dts."""

    arch = 'arm'
    program = 'qemu-system-arm'
    tools = ()
    drivers = ()
    bootargs = 'console=ttyS0,115200 rig_brief=1 rig_reboot=1'

    def __init__(self, define=()):
        self.define = define
        self.dtb = '-'.join(['cubieboard', *define]) + '.dtb'

    def prepare(self, args):
        dts = os.path.join(args.tree, 'arch/arm/boot/dts')
        device_tree(data('field', 'cubieboard.dts'), os.path.join(args.out, self.dtb),
                    [dts, os.path.join(args.tree, 'scripts/dtc/include-prefixes')], self.define)
        content = bytearray(EEPROM_SIZE)
        content[MAC_AT:MAC_AT + 6] = bytes.fromhex(MAC.replace(':', ''))
        with open(os.path.join(args.out, 'eeprom'), 'wb') as file:
            file.write(content)

    def command(self, args, work, tpm, bootargs):
        return ['-M', 'cubieboard', '-accel', 'tcg', '-display', 'none', '-monitor', 'none',
                '-no-reboot', '-kernel', args.arm, '-dtb', os.path.join(args.out, self.dtb),
                '-initrd', initramfs(args.out, self.arch), '-append', bootargs,
                '-drive', f'if=none,id=rom,format=raw,snapshot=on,file={args.out}/eeprom',
                '-device', f'at24c-eeprom,bus=i2c,address=0x50,rom-size={EEPROM_SIZE},drive=rom',
                '-device', f'loader,file={args.out}/eeprom,addr={ROM:#x},force-raw=on',
                *tpm, '-serial', f'file:{work}/console.log']


class Virt32(Virt):
    """QEMU's 32-bit "virt"."""

    arch = 'arm'
    program = 'qemu-system-arm'
    bootargs = 'console=ttyAMA0 rig_brief=1 oops=panic'
    options = ['-machine', 'virt,gic-version=2,highmem=off', '-cpu', 'cortex-a15', '-m', '256M',
               '-accel', 'tcg', '-display', 'none', '-monitor', 'none', '-no-reboot',
               '-nodefaults']

    def __init__(self, part):
        self.name, self.more = f'virt-{part}', data('field', f'{part}.dts')


BOARD, RAIL, FLASH = (Cubieboard(define) for define in ((), ('RAIL',), ('FLASH',)))
POWER, PINS = Virt32('power'), Virt32('pins')


def probes(boot, driver):
    """What each probe by a driver has returned; those that are held make none."""
    return [int(result) for result in
            re.findall(rf'\] probe of \S+ with driver {driver} returned (-?\d+) ', boot.console)]


def mac_random(boot):
    return 'using random MAC address' in boot.console and f'MAC: {MAC}' not in boot.console \
        and probes(boot, 'sun4i-emac') == [0]


def mac_right(boot):
    return 'using random MAC address' not in boot.console and f'MAC: {MAC}' in boot.console \
        and probes(boot, 'sun4i-emac') == [0]


def hinted(boot):
    return mac_random(boot) and HINT in boot.console


def power_abort(boot):
    """The power is off again for want of a clock, and the regulator's driver touches the GPIO."""
    return probes(boot, 'field-power') == [517] and 'PC is at field_bank_set' in boot.console \
        and bool(re.search(r'Unhandled fault: .*external abort', boot.console))


power_abort.end = 'Kernel panic - not syncing: Fatal exception'


def power_right(boot):
    """No probe in vain, so that the power was never switched off, and in the right order."""
    done = re.findall(r'\] probe of \S+ with driver (field-clk|field-power|reg-fixed-voltage) '
                      r'returned (-?\d+) ', boot.console)
    return done == [('field-clk', '0'), ('field-power', '0'), ('reg-fixed-voltage', '0')]


def pins_missing(boot):
    return probes(boot, 'field-pins') == [19] and 'has its pins' not in boot.console


def pins_right(boot):
    return probes(boot, 'field-pins') == [0] and 'field-pins: has its pins' in boot.console


def add(edges):
    return ','.join(f'add={consumer}:{prerequisite}' for consumer, prerequisite in edges)


def cases():
    for name, what, machine, more, edges, wrong, right in (
            ('flash', 'a MAC address in a ROM', FLASH, PERMISSIVE, FLASH_EDGES, mac_random,
             mac_right),
            ('mac', 'a MAC address in an EEPROM', BOARD, PERMISSIVE, MAC_EDGES, mac_random,
             mac_right),
            ('rail', 'the same, and the EEPROM is deferred', RAIL, PERMISSIVE, RAIL_EDGES,
             mac_random, mac_right),
            ('power', 'a GPIO bank without power', POWER, '', POWER_EDGES, power_abort,
             power_right),
            ('pins', 'pins that are missing for good without modules', PINS, PERMISSIVE,
             PINS_EDGES, pins_missing, pins_right)):
        for suffix, words, option, ok, shown in (
                ('-off', 'declarations off', 'off', wrong, True),
                ('-add', 'add=', f'verbose,{add(edges)}', right, True),
                ('', 'as declared', 'verbose', right, False)):
            yield Case(name + suffix, f'{what}: {words}', f'{option} {more}', machine, ok, shown)


CASES = {case.name: case for case in cases()}
CASES['mac-hint'] = Case('mac-hint', 'discover names what has not been waited for',
                         f'discover {PERMISSIVE}', BOARD, hinted, True)
SHOWN = [name for name, case in CASES.items() if case.shown]


def arguments(parser):
    rig.arguments(parser, CASES, SHOWN)


def run(args):
    return rig.run(args, CASES, SHOWN, lambda results: None)
