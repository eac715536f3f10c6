# SPDX-License-Identifier: GPL-2.0
"""What machines and levels are called on the command lines, and how these are read."""

import argparse
import os
import re

ALL, EACH = 'all', 'each'
LEVELS = ('early', 'pure', 'core', 'postcore', 'arch', 'subsys', 'fs', 'rootfs', 'device', 'late')
PLAIN, PKVM, VIRT = 'plain', 'pkvm', 'virt'
# On the command line of the kernel: only declared dependencies are to help IMA.
NO_SETTLE = 'tpm_settle=off'


def main_half(level):
    """The level that a level or its _sync half is shuffled with."""
    return level.removesuffix('_sync')


def level_set(text):
    """Levels joined by '+', as the kernel wants them; or all, or each."""
    unknown = [level for level in text.split('+') if level not in LEVELS]
    if text not in (ALL, EACH) and unknown:
        raise argparse.ArgumentTypeError(f'no such level: {unknown[0]}; there are {ALL}, {EACH}, '
                                         f'{", ".join(LEVELS)}, and several joined by +')
    return text


def level_sets(words):
    return list(dict.fromkeys(level for word in words
                              for level in (LEVELS if word == EACH else [word])))


def words(text):
    """For initcall_depends=."""
    wrong = [word for word in text.split(',')
             if not re.fullmatch(r'(?:add|drop)=[^\s:]+:[^\s:]+|verbose', word)]
    if wrong and text not in ('', 'none'):
        raise argparse.ArgumentTypeError(
            f'"{wrong[0]}": expected "none", or add=CONSUMER:PREREQUISITE, '
            'drop=CONSUMER:PREREQUISITE and verbose, separated by commas')
    return '' if text == 'none' else text


def existing(text, is_there, kind):
    path = os.path.abspath(os.path.expanduser(text))
    if not is_there(path):
        raise argparse.ArgumentTypeError(f'{path}: no such {kind}')
    return path


def file(text):
    return existing(text, os.path.isfile, 'file')


def folder(text):
    return existing(text, os.path.isdir, 'folder')


def new_file(text):
    path = os.path.abspath(os.path.expanduser(text))
    existing(os.path.dirname(path), os.path.isdir, 'folder')
    return path
