# SPDX-License-Identifier: GPL-2.0
"""Command lines: errors name N=abc, as written for make, not --boots abc."""

import argparse
import os
import re

from initcall.process import Failure

# Variable of the Makefile, if it is not the option in capitals.
VARIABLES = {'--boots': 'N', '--boot': 'COMMAND', '--folder': 'M', '--machine': 'MACHINES',
             '--without-conversions': 'CONVERSIONS'}
# What the Makefile reads itself, or this package from the environment.
ANYWHERE = {'INITCALL_CACHE', 'PYTHON', 'XDG_CACHE_HOME'}


def natural(text):
    if not re.fullmatch(r'\d+', text):
        raise argparse.ArgumentTypeError(f'{text}: expected a number from 0 on')
    return int(text)


def positive(text):
    if not natural(text):
        raise argparse.ArgumentTypeError(f'{text}: expected a number from 1 on')
    return int(text)


def variable(option):
    return VARIABLES.get(option, option.removeprefix('--').upper())


class Parser(argparse.ArgumentParser):
    """Errors name the variable, if make has made an option of one."""

    def error(self, message):
        if 'MAKELEVEL' not in os.environ:
            super().error(message)
        found = re.match(r'argument (--[\w-]+): (.*)', message, re.S)
        if found:
            name = variable(found[1])
            value = os.environ.get(name, '')
            message = f'{name}={value}: {found[2].removeprefix(f"{value}: ")}'
        message = re.sub(r'--[a-z][\w-]+', lambda option: variable(option[0]) + '=', message)
        self.exit(2, f'error: {message}\n')

    def check_variables(self):
        """What is said to make, and this target does not look at, is an error."""
        known = {variable(word) for action in self._actions
                 for word in action.option_strings or [action.metavar or '']}
        known &= set(os.environ.get('INITCALL_VARIABLES', '').split())
        for name in os.environ.pop('INITCALL_SAID', '').split():
            if name not in known | ANYWHERE:
                raise Failure(f'error: {name}= has no effect here; this target knows '
                              + (', '.join(sorted(known)) or 'no variables'))
            # As a variable of the shell is, which is not set.
            if name in known and not os.environ.get(name):
                raise Failure(f'error: {name} is empty'
                              + ': say KDIR=<kernel source tree>' * (name == 'KDIR'))
