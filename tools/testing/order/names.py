# SPDX-License-Identifier: GPL-2.0
"""What machines and levels are called on the command lines of all these programs."""

ALL, EACH = 'all', 'each'
LEVELS = ('early', 'pure', 'core', 'postcore', 'arch', 'subsys', 'fs', 'rootfs', 'device', 'late')
PLAIN, PKVM, VIRT = 'plain', 'pkvm', 'virt'
# On the command line of the kernel: only declared dependencies are to help IMA.
NO_SETTLE = 'tpm_settle=off'


def main_half(level):
    """The level that a level or its _sync half is shuffled with."""
    return level.removesuffix('_sync')


def level_sets(words):
    """A list of sets, each joined by '+' as the kernel wants it; ValueError says what is wrong."""
    sets = list(dict.fromkeys(LEVELS if words == [EACH] else words))
    for levels in sets:
        unknown = [level for level in levels.split('+') if level not in LEVELS]
        if levels != ALL and unknown:
            raise ValueError(f'no such level: {unknown[0]}; there are {ALL}, {EACH}, '
                             f'{", ".join(LEVELS)}, and several joined by +')
    return sets
