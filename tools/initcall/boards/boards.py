# SPDX-License-Identifier: GPL-2.0
"""Boot boards whose TPM is on an I2C bus, and judge them.

The machines are QEMU's imx8mp-evk (arm64) and ast2600-evb (32-bit arm) with swtpm on an I2C
bus. All that they lack is the right order: the TPM's bus, its reset line or its supply comes
from a driver that is probed too late, or the TPM's own probe is asynchronous.

Declarations of controllers are not in the kernel that is booted, but on its command line:
those of the overlay's set "pairs", as far as they concern the board, and those that only
the board needs. Stock is declarations off and settling off.
"""

import collections
import os
import re

from initcall.files import data
from initcall.process import Failure
from initcall.rig import boot as rig
from initcall.rig.boot import Case, device_tree
from initcall.rig.guest import initramfs
from initcall.rig.verdict import bypassed, measured

NO_SETTLE = 'tpm_settle=off'
ASYNC = 'driver_async_probe=tpm_tis_i2c'
TPM = 'tpm_tis_i2c'
# The TPM, and the expander without which it cannot be bound.
MISSING = re.compile(r' 3-002e: still deferred: .*\bsupplier 3-0021 not ready')
# ms for all of late_initcall, of which stock Linux takes a fraction of a second
MAX_LATE = 10000
# The example of Documentation/admin-guide/initcall-depends-troubleshooting.rst
DISCOVERED = ('initcall_depends: 30a40000.i2c: imx-i2c (i2c_imx) was deferred, bound after '
              'imx8mp_clk_driver_init (clk_imx8mp): drivers/i2c/busses/i2c-imx: '
              'initcall_depends("clk_imx8mp")')
HELD = 'initcall_depends: 30a40000.i2c: i2c-imx is held for clk-imx8mp'
SYMPHONY = 'freescale/imx8mp-var-som-symphony.dts'


class Board:
    """A board of QEMU's with the device tree @tree and @drivers of interest."""

    def __init__(self, tree, drivers):
        self.tree = tree
        self.drivers = tuple(drivers)
        self.dtb = os.path.splitext(os.path.basename(tree))[0] + '.dtb'
        names = [f'{bus}/{driver}' for driver in drivers for bus in ('i2c', 'platform')]
        self.bootargs = f'console={self.console}{self.ending} rig_drivers={",".join(names)}'

    def prepare(self, args):
        if not args.tree:
            raise Failure('the device trees of the kernel are needed: --tree')
        dts = os.path.join(args.tree, 'arch', self.arch, 'boot/dts')
        own = data('i2c-tpm', self.tree)
        source = own if os.path.exists(own) else os.path.join(dts, self.tree)
        device_tree(source, os.path.join(args.out, self.dtb),
                    [dts, data('i2c-tpm'), os.path.join(args.tree, 'scripts/dtc/include-prefixes')])

    def parts(self, args):
        return [os.path.join(args.out, self.dtb)]

    def words(self, args):
        return ['-M', self.machine, '-smp', str(args.smp or 2), '-m', '1G', '-accel', 'tcg',
                '-display', 'none', '-monitor', 'none', '-nic', 'none', '-no-reboot',
                '-kernel', getattr(args, self.arch), '-dtb', *self.parts(args),
                '-initrd', initramfs(args.out, self.arch), *self.devices(), *self.serials]

    def command(self, args, work, tpm, bootargs):
        return [*self.words(args), *tpm, '-append', bootargs, '-serial', f'file:{work}/console.log']


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
NO_BUS = Imx8mp('imx8mp-evk-no-bus.dts', ('imx8mp-ccm', 'imx-i2c', TPM), 2)
RESET = Ast2600('ast2600-evb-reset.dts', ('aspeed-i2c-bus', 'leds-pca955x', TPM))
SUPPLY = Ast2600('ast2600-evb-supply.dts', ('gpio_aspeed', 'reg-fixed-voltage', TPM))
EVB = Ast2600('ast2600-evb-tpm.dts', ('aspeed-i2c-bus', TPM))

# Of the set "pairs": gpio_mxc is there for bus recovery, and needs the clock as well.
IMX_PAIRS = ('i2c_imx:clk_imx8mp', 'i2c_imx:gpcv2', 'i2c_imx:gpio_mxc', 'gpio_mxc:clk_imx8mp',
             'gpio_mxc:gpcv2')
ASPEED_PAIRS = ('fixed:gpio_aspeed',)

# What makes a TPM late: name, in words, machine, more words for the command line; the
# declarations of the set "pairs" that concern it, and those that only this board needs.
Situation = collections.namedtuple('Situation', 'name what machine append pairs own')
SITUATIONS = (
    Situation('clock', 'I2C controller at subsys, its clock at device level', EVK, '',
              IMX_PAIRS, ()),
    Situation('reset', 'reset line from an expander that comes after the TPM', RESET, '',
              (), (f'{TPM}:leds_pca955x',)),
    Situation('supply', 'supply switched by a GPIO, regulator at subsys', SUPPLY, '',
              ASPEED_PAIRS, ()),
    Situation('async', 'asynchronous probe of the TPM, arm64', EVK, ASYNC, IMX_PAIRS, ()),
    Situation('async-arm', 'asynchronous probe of the TPM, arm', EVB, ASYNC, (), ()),
)


def add(*pairs):
    return ','.join(f'add={pair}' for pair in pairs)


def unsettled(boot):
    """With what is declared alone."""
    return measured(boot) and boot.settled_ms is None


def settled(boot):
    """IMA had to wait for its TPM, and got it."""
    return measured(boot) and boot.settled_ms is not None


def bound_nowhere(boot):
    """What can never be bound is named, and does not hold up the boot."""
    return (boot.bypass and TPM not in boot.bound_at
            and 0 < boot.init_at - boot.level_at < MAX_LATE and boot.settled_ms is not None
            and bool(MISSING.search(boot.console)))


def discovered(boot):
    return DISCOVERED in boot.console


def held(boot):
    """No controller is probed before its clock is there, and IMA need not wait."""
    return unsettled(boot) and HELD in boot.console and not any(boot.probes['imx-i2c'])


def bus_missing(boot):
    return boot.bypass and TPM not in boot.bound_at


def either(boot):
    """A race that nothing decides."""
    return measured(boot) or bypassed(boot)


def variants(situation):
    """Of a situation: suffix of the name, in words, command line, verdict."""
    declared, race = add(*situation.pairs, *situation.own), situation.append == ASYNC
    yield '-off', 'declarations and settling off', f'off {NO_SETTLE}', bypassed
    yield '', 'declarations and settling', declared, measured if race else unsettled
    yield '-settled', 'settling alone', 'off', settled
    yield '-pairs', 'declarations alone', f'{declared} {NO_SETTLE}', \
        either if race else unsettled


def situation_cases(situations):
    for situation in situations:
        for suffix, words, option, verdict in variants(situation):
            yield Case(situation.name + suffix, f'{situation.what}; {words}',
                       f'{option} {situation.append}', situation.machine, verdict,
                       suffix in ('-off', ''))


CASES = {case.name: case for case in (
    *situation_cases(SITUATIONS),
    Case('clock-discover', 'discover names what the I2C controller waits for',
         f'discover {NO_SETTLE}', EVK, discovered, False),
    Case('clock-add', 'that, as the only dependency', f'verbose,{add("i2c_imx:clk_imx8mp")} '
         f'{NO_SETTLE}', EVK, held, False),
    Case('missing', 'an expander that is not there', add(*IMX_PAIRS), VAR_SOM, bound_nowhere, True),
    Case('permissive', 'the same, fw_devlink=permissive',
         f'{add(*IMX_PAIRS)} fw_devlink=permissive', VAR_SOM, measured, True),
    Case('no-bus', 'an expander on a bus without a driver, fw_devlink.strict=1',
         f'{add(*IMX_PAIRS)} {NO_SETTLE} fw_devlink.strict=1', NO_BUS, bus_missing, False),
)}
SHOWN = [name for name, case in CASES.items() if case.shown]


def arguments(parser):
    rig.arguments(parser, CASES, SHOWN)


def run(args):
    return rig.run(args, CASES, SHOWN)
