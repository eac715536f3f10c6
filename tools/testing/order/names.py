# SPDX-License-Identifier: GPL-2.0
"""What machines and levels are called on the command lines of all these programs."""

ALL, EACH = 'all', 'each'
LEVELS = ('early', 'pure', 'core', 'postcore', 'arch', 'subsys', 'fs', 'rootfs', 'device', 'late')
PLAIN, PKVM, VIRT = 'plain', 'pkvm', 'virt'


def level_sets(words):
    """A list of sets, each joined by '+' as the kernel wants it; ValueError says what is wrong."""
    sets = list(dict.fromkeys(LEVELS if words == [EACH] else words))
    for levels in sets:
        unknown = [level for level in levels.split('+') if level not in LEVELS]
        if levels != ALL and unknown:
            raise ValueError(f'no such level: {unknown[0]}; there are {ALL}, {EACH}, {", ".join(LEVELS)}, and several joined by +')
    return sets
