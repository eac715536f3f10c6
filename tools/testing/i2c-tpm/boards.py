#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Boot boards whose TPM sits on I2C, as their device trees tell, and judge them.

The machines are QEMU's imx8mp-evk (arm64) and ast2600-evb (32-bit arm) with swtpm
on an I2C bus. They lack nothing but somebody who looks after the order: the TPM's
bus, its reset line or its supply comes from a driver that is probed too late, or
the TPM's own probe is asynchronous.
"""

import collections
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'rig'))
from guest import Failure, initramfs  # noqa: E402
from rig import Case, device_tree, main  # noqa: E402
from verdict import bypassed, measured  # noqa: E402

SETTLED = 'drop=lsm_init:drivers/base/dd,drop=trusted:drivers/base/dd'
ASYNC = 'driver_async_probe=tpm_tis_i2c'
TPM = 'tpm_tis_i2c'
# The TPM, and the expander without which it cannot be bound.
MISSING = '3-002e, i2c: supplier 3-0021 not ready'
MAX_LATE = 10000     # ms for all of late_initcall, of which stock Linux takes a fraction of a second
SYMPHONY = 'freescale/imx8mp-var-som-symphony.dts'


class Board:
    """A board of QEMU's with the device tree @tree and @drivers of interest."""

    def __init__(self, tree, drivers):
        self.tree = tree
        self.drivers = tuple(drivers)
        self.dtb = os.path.splitext(os.path.basename(tree))[0] + '.dtb'
        self.bootargs = f'console={self.console}{self.ending} rig_drivers=' + ','.join(
            f'{bus}/{driver}' for driver in drivers for bus in ('i2c', 'platform'))

    def prepare(self, args):
        if not args.tree:
            raise Failure('the device trees of the kernel are needed: --tree')
        dts = os.path.join(args.tree, 'arch', self.arch, 'boot/dts')
        own = os.path.join(HERE, self.tree)
        device_tree(own if os.path.exists(own) else os.path.join(dts, self.tree), os.path.join(args.out, self.dtb),
                    [dts, HERE, os.path.join(args.tree, 'scripts/dtc/include-prefixes')])

    def command(self, args, work, tpm, bootargs):
        return ['-M', self.machine, '-smp', str(args.smp or 2), '-m', '1G', '-accel', 'tcg', '-display', 'none',
                '-monitor', 'none', '-nic', 'none', '-no-reboot', '-kernel', getattr(args, self.arch),
                '-dtb', os.path.join(args.out, self.dtb), '-initrd', initramfs(args.out, self.arch),
                '-append', bootargs, *tpm, *self.devices(),
                *self.serials, '-serial', f'file:{work}/console.log']


class Imx8mp(Board):
    """i.MX8MP, arm64; @bus is QEMU's, which counts from 0."""

    arch = 'arm64'
    program = 'qemu-system-aarch64'
    tools = ()
    machine = 'imx8mp-evk'
    console = 'ttymxc1,115200'
    ending = ''
    serials = ('-serial', 'null')

    def __init__(self, tree, drivers, bus):
        super().__init__(tree, drivers)
        self.bus = bus

    def devices(self):
        return ['-device', f'tpm-tis-i2c,tpmdev=tpm0,bus=i2c-bus.{self.bus},address=0x2e']


class Ast2600(Board):
    """ASPEED AST2600, 32-bit arm."""

    arch = 'arm'
    program = 'qemu-system-arm'
    tools = ()
    machine = 'ast2600-evb'
    console = 'ttyS4,115200'
    ending = ' rig_reboot=1'     # it cannot switch itself off
    serials = ()

    def devices(self):
        return ['-device', 'tpm-tis-i2c,tpmdev=tpm0,bus=aspeed.i2c.bus.12,address=0x2e',
                '-device', 'pca9552,bus=aspeed.i2c.bus.12,address=0x60']


EVK = Imx8mp('imx8mp-evk-tpm.dts', ('imx8mp-ccm', 'imx-i2c', TPM), 2)
VAR_SOM = Imx8mp(SYMPHONY, ('imx8mp-ccm', 'imx-i2c', TPM), 3)
RESET = Ast2600('ast2600-evb-reset.dts', ('aspeed-i2c-bus', 'leds-pca955x', TPM))
SUPPLY = Ast2600('ast2600-evb-supply.dts', ('gpio_aspeed', 'reg-fixed-voltage', TPM))
EVB = Ast2600('ast2600-evb-tpm.dts', ('aspeed-i2c-bus', TPM))

# All declarations of this board's drivers; gpio_mxc is named for bus recovery, and brings the clock as well.
IMX_PAIRS = ('i2c_imx:clk_imx8mp', 'i2c_imx:gpcv2', 'i2c_imx:gpio_mxc', 'gpio_mxc:clk_imx8mp', 'gpio_mxc:gpcv2')

# What makes a TPM late: name, in words, machine, more words for the command line; the declarations that concern it,
# and those that only this board needs, which are given on the command line.
Situation = collections.namedtuple('Situation', 'name what machine append declared added')
SITUATIONS = (
    Situation('clock', 'I2C controller at subsys, its clock at device level', EVK, '',
              IMX_PAIRS, ()),
    Situation('reset', 'reset line from an expander behind the TPM', RESET, '', (), (f'{TPM}:leds_pca955x',)),
    Situation('supply', 'supply switched by a GPIO, regulator at subsys', SUPPLY, '',
              ('fixed:gpio_aspeed', 'gpio_regulator:gpio_aspeed'), ()),
    Situation('async', 'asynchronous probe of the TPM, arm64', EVK, ASYNC, IMX_PAIRS, ()),
    Situation('async-arm', 'asynchronous probe of the TPM, arm', EVB, ASYNC, (), ()),
)


def bound_nowhere(boot):
    """What can never be bound is named, and does not hold up the boot."""
    return (boot.bypass and TPM not in boot.bound_at and 0 < boot.init_at - boot.late_at < MAX_LATE
            and f'initcall_depends: still deferred: {MISSING}' in boot.console)


def either(boot):
    """A race that nobody has promised to win."""
    return measured(boot) or bypassed(boot)


def options(situation):
    """Of a situation: name of the variant, value of the parameter, verdict."""
    def edges(verb, pairs, *more):
        return ','.join([*more, *(f'{verb}={pair}' for pair in pairs)])
    asynchronous = situation.append == ASYNC
    yield '-off', 'off', bypassed
    yield '', '', measured
    yield '-settled', edges('drop', situation.declared), measured
    yield '-pairs', edges('add', situation.added, SETTLED), either if asynchronous else measured


def situation_cases():
    words = {'-off': 'framework switched off', '': 'as declared', '-settled': 'only the wait of IMA',
             '-pairs': 'only the declared pairs'}
    for situation in SITUATIONS:
        for suffix, option, verdict in options(situation):
            yield Case(situation.name + suffix, f'{situation.what}; {words[suffix]}',
                       f'{option} {situation.append}', situation.machine, verdict, suffix in ('-off', ''))


CASES = {case.name: case for case in (
    *situation_cases(),
    Case('missing', 'an expander that is not there', '', VAR_SOM, bound_nowhere, True),
    Case('permissive', 'the same, fw_devlink=permissive', ' fw_devlink=permissive', VAR_SOM, measured,
         True),
)}
SHOWN = [name for name, case in CASES.items() if case.shown]


if __name__ == '__main__':
    sys.exit(main(CASES, SHOWN, description=__doc__))
