# SPDX-License-Identifier: GPL-2.0
"""make bench ONLY=memory: what of the framework stays in memory after boot."""

import collections

from initcall.kernel.resident import MAX_TEXT, resident
from initcall.kernel.tree import KernelTree

KINDS = ('code', 'data', 'literals', 'tables')


def measure(choice):
    with KernelTree(choice).prepared() as tree:
        return resident(tree, choice)


def rows_of(results):
    """The core as a whole, and each object of the driver core and init/main.c."""
    yield 'kernel/initcall_depends/', sum(results.core.values(), collections.Counter())
    for path, size in results.grown.items():
        yield path.removesuffix('.o') + '.c', size


def tables(results):
    return {'': [['bytes more in', *KINDS],
                 *([path, *(size[kind] for kind in KINDS)] for path, size in rows_of(results))]}


def goals(results):
    core = sum(results.core.values(), collections.Counter())
    code = sum(size['code'] for size in results.grown.values())
    yield 'no code and no data of the core stays after boot', \
        f'{core["code"]} and {core["data"]} bytes', not core['code'] and not core['data']
    yield f'at most {MAX_TEXT} bytes of code more in the driver core', f'{code} bytes', \
        0 < code <= MAX_TEXT
