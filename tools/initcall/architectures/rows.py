# SPDX-License-Identifier: GPL-2.0
"""What rows of the table are: an architecture, a compiler, a configuration."""

import dataclasses
import os
import re
import sys

from initcall.files import TOP, data, read, table
from initcall.kernel import debian
from initcall.kernel.tree import CONFIG, build_env
from initcall.kunit import TESTS
from initcall.process import Failure, ask

LLVM = 'llvm'
KUNIT, RESULTS, RIG = 'kunit', 'results', 'rig'
# Prints the architecture of the kernel and what kunit.py configures for its machine.
ASK = ('import importlib, sys; '
       'arch = importlib.import_module("kunit.qemu_configs." + sys.argv[1]).QEMU_ARCH; '
       'print(arch.linux_arch, arch.kconfig, sep="\\n")')
CONFIG_LINE = r'^(?:# )?CONFIG_\w+(?:=.*| is not set)$'


@dataclasses.dataclass(frozen=True)
class Row:
    """See rows.toml."""

    name: str
    boots: str = KUNIT
    arch: str = ''
    cross: str = ''
    rust: bool = False
    cpus: int = 1
    config: tuple = ()
    packages: str = ''

    def compiler(self):
        """Words for make that name it, and Rust's."""
        words = ['LLVM=-19', 'CC=ccache clang-19'] if self.cross == LLVM else [
            f'CC=ccache {self.cross}gcc']
        return words + (debian.rust() if self.rust else [])

    def prefix(self):
        return '' if self.cross == LLVM else self.cross

    def nm(self):
        return 'llvm-nm-19' if self.cross == LLVM else f'{self.cross}nm'

    def make_words(self, linux_arch):
        return [f'ARCH={linux_arch}', *([f'CROSS_COMPILE={self.prefix()}'] * bool(self.prefix())),
                *self.compiler()]


def allowed_skips():
    """{case: reason}"""
    return table('architectures', 'rows.toml')['skips']


def all_rows():
    """{name: Row}"""
    rows = {}
    for name, fields in table('architectures', 'rows.toml')['rows'].items():
        config = tuple(fields.pop('config', ()))
        rows[name] = Row(**{'name': name, 'arch': name, 'config': config, **fields})
    return rows


def chosen(names):
    """Rows by name, in the order of the table; all if there are no names."""
    rows = all_rows()
    unknown = [name for name in names if name not in rows]
    if unknown:
        raise Failure(f'error: ARCHS={" ".join(unknown)}: no such row; '
                      f'there are {", ".join(rows)}')
    return [row for name, row in rows.items() if not names or name in names]


def machine_of(source, arch):
    """(architecture of the kernel, configuration of the machine), as kunit.py has them."""
    if arch == 'um':
        return 'um', read(source, 'tools/testing/kunit/configs/arch_uml.config')
    env = {**os.environ, 'PYTHONPATH': os.path.join(source, 'tools/testing'),
           'PYTHONDONTWRITEBYTECODE': '1'}
    said = ask([sys.executable, '-c', ASK, arch], right=True, env=env).stdout
    linux_arch, _, config = said.partition('\n')
    if not re.fullmatch(r'\w+', linux_arch):    # which it then prints, and calls a success
        raise Failure(f'error: kunit.py cannot do {arch}: {said.strip()}')
    return linux_arch, config


def fragments(row, source):
    """Texts of which a later one wins."""
    own = '\n'.join(row.config)
    if row.boots == RIG:
        return [read(CONFIG), own]
    return [machine_of(source, row.arch)[1], read(TOP, TESTS, '.kunitconfig'),
            read(data('architectures', 'kunit.config')), own]


def write_fragment(row, tree, name, more=''):
    """One file of them, for KernelTree.configure()."""
    wanted = {}
    for text in (*fragments(row, tree.source), more):
        for line in re.findall(CONFIG_LINE, text, re.M):
            wanted[re.search(r'CONFIG_\w+', line).group()] = line
    path = os.path.join(tree.top, f'{name}.config')
    with open(path + '.new', 'w') as file:
        file.write('\n'.join(wanted.values()) + '\n')
    os.replace(path + '.new', path)
    return path


def environment():
    programs = os.pathsep.join([data('architectures', 'bin'), os.environ['PATH']])
    return {**build_env(), 'COLUMNS': '100', 'PATH': programs}
