# SPDX-License-Identifier: GPL-2.0
"""Tools for initcall_depends(): python3 -m initcall COMMAND. The Makefile calls this."""

import argparse
import importlib
import os
import subprocess
import sys

from initcall import needs, packages
from initcall.arguments import Parser
from initcall.files import fix_cache
from initcall.process import Failure, guarded, in_charge

# Command: module, function there, what it does. Of a function f there is f_arguments(parser), and
# perhaps check_f(args), which raises a Failure if the arguments make no sense; for run(), and for
# those that share them, these are arguments() and check().
COMMANDS = {
    'run': ('rig.targets', 'run', 'boot without and with the framework, show what IMA measured'),
    'boards': ('boards.targets', 'boards', 'the same for two boards with a TPM on I2C'),
    'boards-table': ('boards.targets', 'table', 'boot these often, in six ways'),
    'bench': ('bench.tables', 'run', 'measure what ordering costs, write tables and a picture'),
    'discover': ('order.targets', 'discover', 'find out which declarations are missing'),
    'torture': ('order.targets', 'torture', 'boot random orders of initcalls'),
    'shrink': ('order.targets', 'shrink', 'find the declaration that an order lacks'),
    'check': ('checks', 'run', 'run the tests that take less than an hour, or some of them'),
    'check-full': ('checks', 'run', 'and those with boards and sanitizers'),
    'check-arch': ('architectures.targets', 'run', 'KUnit and the rig on other architectures'),
    'cocci-check': ('checks', 'run', 'convert a whole kernel tree, compile and boot it'),
    'install': ('overlay.install', 'add', 'put the framework into a kernel source tree'),
    'uninstall': ('overlay.install', 'remove', 'take it out again'),
    'series': ('series.make', 'run', 'make patches for the mailing lists, and git branches'),
    'series-check': ('series.check', 'run', 'compile and test the tree after each patch'),
    'initcall-graph': ('graph.build', 'run', 'build the tool that shows the order of an image'),
    'cocci': ('cocci', 'run', 'find drivers that rely on deferred probing'),
    'clean': ('clean', 'run', 'remove what was built'),
}
# Those that do nothing else than boot the rigs' machines.
BOOTS = ('run', 'boards', 'boards-table', 'bench', 'discover', 'torture', 'shrink')
# What these are made of.
PARTS = {
    'boot-ffa': ('rig.ffa', 'run', 'boots with a TPM by CRB over FF-A'),
    'boot-modules': ('rig.modules', 'run', 'the same with modules'),
    'boot-field': ('rig.field', 'run', 'boots with trouble that was reported from the field'),
    'boot-boards': ('boards.boards', 'run', 'boots of boards with a TPM on I2C'),
    'count-boards': ('boards.campaign', 'run', 'many of these'),
    'check-row': ('architectures.one', 'run', 'one row of check-arch, as a line of JSON'),
    'boot-one': ('order.one', 'run', 'one boot, as a line of JSON'),
    'learn-lines': ('order.discover', 'run', 'boots that say which lines are missing'),
    'boot-orders': ('order.torture', 'run', 'boots with random orders'),
    'find-pairs': ('order.shrink', 'run', 'boots until it is known what an order lacks'),
    'series-test': ('series.check', 'kunit', 'KUnit at a commit of a series, for git bisect run'),
    'fuzz': ('graph.fuzz', 'run', 'the fuzzers of initcall-graph'),
}


def function(command, form='{}', default='run'):
    """That of a command, or one that belongs to it; None if there is none."""
    module, name, _ = {**COMMANDS, **PARTS}[command]
    module = importlib.import_module(f'initcall.{module}')
    return getattr(module, form.format(name), None) or getattr(module, default, None)


def help_text():
    rows = [f'  {name:15} {what}' for name, (_, _, what) in COMMANDS.items()]
    rows += ['', 'parts of these:', *(f'  {name:15} {what}' for name, (_, _, what)
                                      in PARTS.items())]
    return '\n'.join(['commands:', *rows, '', 'COMMAND --help says more.'])


def parse(words):
    """The module of a command is loaded when it is wanted."""
    parser = argparse.ArgumentParser(
        prog='initcall', description=__doc__, epilog=help_text(),
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('command', metavar='COMMAND', choices=[*COMMANDS, *PARTS])
    command = parser.parse_args(words[:1]).command
    module, _, what = {**COMMANDS, **PARTS}[command]
    parser = Parser(
        prog=f'initcall {command}', formatter_class=argparse.RawDescriptionHelpFormatter,
        description=f'{what}\n\n' + importlib.import_module(f'initcall.{module}').__doc__)
    function(command, '{}_arguments', 'arguments')(parser)
    parser.check_variables()
    args = parser.parse_args(words[1:])
    args.command = command
    return args


def work(args):
    """All that can be wrong with the arguments first, then what it takes, packages, the work."""
    if 'kdir' in args and 'kernel' in args:
        tree = importlib.import_module('initcall.kernel.tree')
        args.choice = tree.choose(args.kernel, args.kdir)
        if args.command in BOOTS:
            tree.check_boots(args.choice)
    check = function(args.command, 'check_{}', 'check')
    if check:
        check(args)
    needs.announce(args.command, bool(getattr(args, 'only', None)))
    packages.install(args.command, getattr(args, 'packages', ''))
    return function(args.command)(args)


def main():
    return guarded(done)


def done():
    """Do it; whatever goes wrong is one line and an exit status."""
    try:
        with in_charge():
            fix_cache()
            return work(parse(sys.argv[1:]))
    except (Failure, subprocess.SubprocessError) as failure:
        text = str(failure)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        text = f'{error.filename or ""}: error: {error.strerror or error}'.removeprefix(': ')
    except KeyboardInterrupt as interrupt:
        print(('\n' if sys.stderr.isatty() else '')
              + (str(interrupt) or 'interrupted; the next run goes on from here'), file=sys.stderr)
        return 130
    print(text if 'error: ' in text else f'error: {text}', file=sys.stderr)
    return 1


if __name__ == '__main__':
    sys.exit(main())
