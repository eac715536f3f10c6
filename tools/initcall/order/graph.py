# SPDX-License-Identifier: GPL-2.0
"""Sets of dependencies, each a pair (consumer, prerequisite) of names as a declaration has them."""


def path(edges, start, end):
    """The shortest way from one to the other as a list of names, or None."""
    ways, seen = [[start]], {start}
    while ways:
        way = ways.pop(0)
        for consumer, prerequisite in edges:
            if consumer != way[-1] or prerequisite in seen:
                continue
            if prerequisite == end:
                return [*way, end]
            seen.add(prerequisite)
            ways.append([*way, prerequisite])
    return None


def add_words(edges):
    """What initcall_depends= says for them."""
    return [f'add={consumer}:{prerequisite}' for consumer, prerequisite in edges]


def with_base(base, words):
    """The words of @base, separated by commas, and @words, as one text.

    What @words add is not dropped by @base: the kernel does all add= before the first drop=.
    """
    added = {word.replace('-', '_').removeprefix('add=') for word in words}
    kept = [word for word in base.split(',') if word and not (
        word.startswith('drop=') and word.replace('-', '_').removeprefix('drop=') in added)]
    return ','.join([*kept, *words])
