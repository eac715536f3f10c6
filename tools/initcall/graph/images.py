# SPDX-License-Identifier: GPL-2.0
"""Small kernel images: ELF files with as much in them as initcall-graph reads, and nothing else.

Any class, byte order and form of the records can be had, so that no kernel has to be built for it.
"""

import dataclasses
import os
import struct

LEVELS = ('early', '0', '0s', '1', '1s', '2', '2s', '3', '3s', '4', '4s', '5', '5s', 'rootfs',
          'rootfss', '6', '6s', '7', '7s')
PROGBITS, SYMTAB, STRTAB, RELA = 1, 2, 3, 4
ALLOC = 2
NOTYPE, FUNC = 0, 2
GLOBAL = 16
RELOCATABLE, EXECUTABLE = 1, 2

# What the images are about: module, level, function. All are in drivers/.
INITCALLS = (
    ('early_one', 'early', 'early_init'), ('i2c', '4', 'i2c_driver_init'), ('crb', '6', 'crb_init'),
    ('crb-ffa', '6', 'crb_ffa_init'), ('ffa', '6', 'ffa_init'), ('kvm', '6', 'kvm_init'),
    ('clk', '6', 'clk_init'), ('kvm', '6s', 'kvm_late_init'), ('ima', '7', 'ima_init'),
    ('dd', '7', 'dd_init'), ('egg', '7', 'egg_init'), ('hen', '7', 'hen_init'),
    ('one/core', '6', 'core_init'), ('two/core', '6', 'core_driver_init'),
    ('left', 'rootfss', 'left_init'), ('right', '6', 'right_init'))
# Consumer, prerequisite as written, the state that comes of it.
EDGES = (
    ('crb', 'crb_ffa', 'active'), ('crb-ffa', 'ffa', 'active'), ('ffa', 'kvm', 'active'),
    ('ima', 'dd', 'active'), ('crb', 'absent', 'absent'), ('i2c', 'clk', 'active'),
    ('egg', 'hen', 'cycle'), ('hen', 'egg', 'active'), ('crb', 'core', 'ambiguous'),
    ('one/core', 'drivers/two/core', 'active'), ('left', 'i2c', 'active'))
# A module that has an initcall for the console only, which the kernel does not order.
CONSOLE = 'absent'
# See include/linux/initcall_module.h
STRING_ALIGN = 2
# What shows that the kernel takes initcall_depends=, and can run initcalls in a random order.
OPTIONS = 'initcall_options_parse'
SHUFFLE = 'initcall_shuffle'


@dataclasses.dataclass(frozen=True)
class Form:
    """How an architecture and its configuration write it down."""

    bits: int = 64
    little: bool = True
    relative: bool = True       # records hold offsets, not pointers
    rela: bool = False          # pointers are zero in the file, relocations have them
    stubs: bool = False         # the table of initcalls refers to stubs, as with LTO

    def name(self):
        words = [f'{self.bits}', 'little' if self.little else 'big',
                 'relative' if self.relative else 'absolute']
        return '-'.join(words + ['rela'] * self.rela + ['stubs'] * self.stubs)


FORMS = tuple(Form(bits, little, *rest) for bits in (64, 32) for little in (True, False)
              for rest in ((True,), (False,), (False, True), (True, False, True),
                           (False, True, True)))


def modfile(module):
    """KBUILD_MODFILE"""
    return f'drivers/{module}'


def modname(module):
    """KBUILD_MODNAME"""
    return module.split('/')[-1].replace('-', '_')


class Memory:
    """The initialised memory of a kernel, and what the linker knows of it."""

    def __init__(self, form):
        self.form = form
        # In the upper half, as kernels are: addresses look negative.
        self.base = 0xffff800080000000 if form.bits == 64 else 0xc0008000
        self.data = bytearray()
        self.symbols = []
        self.relocations = []

    def pack(self, code, *values):
        return struct.pack(('<' if self.form.little else '>') + code, *values)

    def here(self):
        return self.base + len(self.data)

    def mark(self, name):
        self.symbols.append((name, self.here(), NOTYPE))

    def string(self, text):
        address = self.here()
        self.data += text.encode() + b'\0'
        self.data += bytes(-len(self.data) % STRING_ALIGN)
        return address

    def pointer(self, target):
        if self.form.relative:
            self.data += self.pack('i', target - self.here())
            return
        if self.form.rela:
            self.relocations.append((self.here(), target))
            target = 0
        self.data += self.pack('Q' if self.form.bits == 64 else 'I', target)

    def align(self):
        self.data += bytes(-len(self.data) % 8)


def write_functions(memory, initcalls):
    """Only their addresses matter: there is no code."""
    found = {}
    for i, (module, level, function) in enumerate(initcalls):
        found[function] = memory.here()
        memory.data += bytes(4)
        stub = f'__initstub__kmod_{modname(module)}__{i}_{100 + i}_{function}{level}'
        memory.symbols.append((stub if memory.form.stubs else function, found[function], FUNC))
    return found


def write_table(memory, initcalls, functions):
    """{function: its entry}"""
    memory.align()
    entries = {}
    for level in LEVELS:
        memory.mark('__initcall_start' if level == 'early' else f'__initcall{level}_start')
        for function in (call[2] for call in initcalls if call[1] == level):
            entries[function] = memory.here()
            memory.pointer(functions[function])
    memory.mark('__initcall_end')
    memory.mark('__con_initcall_start')
    entries[CONSOLE] = memory.here()
    memory.pointer(memory.base)
    memory.mark('__con_initcall_end')
    return entries


def write_records(memory, name, records):
    memory.align()
    memory.mark(f'__start_initcall_{name}')
    for record in records:
        for target in record:
            memory.pointer(target)
    memory.mark(f'__stop_initcall_{name}')


def build_memory(form, initcalls, edges):
    memory = Memory(form)
    modules = {CONSOLE, *(words[0] for words in (*initcalls, *edges))}
    words = {edge[1] for edge in edges}.union(map(modfile, modules), map(modname, modules))
    memory.mark('__start_initcall_strings')
    strings = {word: memory.string(word) for word in sorted(words)}
    memory.mark('__stop_initcall_strings')
    names = {module: (strings[modfile(module)], strings[modname(module)]) for module in modules}
    entries = write_table(memory, initcalls, write_functions(memory, initcalls))
    write_records(memory, 'modules', [(entries[CONSOLE], *names[CONSOLE])] + [
        (entries[call[2]], *names[call[0]]) for call in initcalls])
    write_records(memory, 'depends', [(strings[edge[1]], *names[edge[0]]) for edge in edges])
    memory.symbols += [(name, memory.here() + i, FUNC) for i, name in enumerate((OPTIONS, SHUFFLE))]
    return memory


def symbol_tables(memory):
    """The symbols, and their names."""
    names, table = b'\0', bytes(24 if memory.form.bits == 64 else 16)
    for name, value, kind in memory.symbols:
        if memory.form.bits == 64:
            table += memory.pack('IBBHQQ', len(names), GLOBAL | kind, 0, 1, value, 0)
        else:
            table += memory.pack('IIIBBH', len(names), value, 0, GLOBAL | kind, 0, 1)
        names += name.encode() + b'\0'
    return table, names


def relocation_table(memory):
    """All of them relative to where the kernel is loaded; the type is of no interest."""
    code, bias = ('QQQ', 1 << 64) if memory.form.bits == 64 else ('III', 1 << 32)
    return b''.join(memory.pack(code, place, 0, target % bias)
                    for place, target in memory.relocations)


def declared_at(number, edge):
    """File and line of a declaration, in the order of EDGES."""
    return f'drivers/{edge[0].split()[0]}.c:{10 + number}'


def modinfo(edges):
    lines = [f'{modname(edge[0])}.initcall_depends_at={declared_at(number, edge)}:{edge[1]}'
             for number, edge in enumerate(edges)]
    return b''.join(line.encode() + b'\0' for line in lines)


def assemble(memory, sections, kind=EXECUTABLE):
    """An ELF file: header, sections as (name, type, flags, address, link, entry size, bytes)."""
    wide = memory.form.bits == 64
    names = b'\0' + b''.join(section[0].encode() + b'\0' for section in sections) + b'.shstrtab\0'
    sections = [('', 0, 0, 0, 0, 0, b''), *sections, ('.shstrtab', STRTAB, 0, 0, 0, 0, names)]
    size = 64 if wide else 52
    body, headers = bytearray(), bytearray()
    for name, section, flags, address, link, entry, data in sections:
        body += bytes(-len(body) % 8)
        place = names.index(b'\0' + name.encode() + b'\0') + 1 if name else 0
        offset = size + len(body) if section else 0
        headers += memory.pack('IIQQQQIIQQ' if wide else '10I', place, section, flags, address,
                               offset, len(data), link, 0, 8 if section else 0, entry)
        body += data
    body += bytes(-len(body) % 8)
    ident = struct.pack('4B3B9x', *b'\x7fELF', 2 if wide else 1, 1 if memory.form.little else 2, 1)
    header = memory.pack('HHIQQQIHHHHHH' if wide else 'HHIIIIIHHHHHH', kind, 183 if wide else 40, 1,
                         memory.base, 0, size + len(body), 0, size, 0, 0,
                         len(headers) // len(sections), len(sections), len(sections) - 1)
    return ident + header + bytes(body) + bytes(headers)


def build(form, initcalls=INITCALLS, edges=EDGES, info=None, strings=()):
    """The bytes of an image; @info is its .modinfo, if it is not that of @edges.

    @strings: symbols of strings that have not been merged
    """
    memory = build_memory(form, initcalls, edges)
    memory.symbols += [(name, memory.base + i, NOTYPE) for i, name in enumerate(strings)]
    table, names = symbol_tables(memory)
    wide = form.bits == 64
    sections = [('.init.data', PROGBITS, ALLOC, memory.base, 0, 0, bytes(memory.data)),
                ('.symtab', SYMTAB, 0, 0, 3, 24 if wide else 16, table),
                ('.strtab', STRTAB, 0, 0, 0, 0, names),
                ('.modinfo', PROGBITS, 0, 0, 0, 0, modinfo(edges) if info is None else info)]
    if memory.relocations:
        sections.append(('.rela.dyn', RELA, ALLOC, memory.here(), 0, 24 if wide else 12,
                         relocation_table(memory)))
    return assemble(memory, sections)


def build_module(lines, form=Form()):
    """A module (=m) with declarations, as (file and line, prerequisite)."""
    info = b''.join(f'initcall_depends_at={at}:{name}'.encode() + b'\0' for at, name in lines)
    return assemble(Memory(form), [('.modinfo', PROGBITS, ALLOC, 0, 0, 0, info)], RELOCATABLE)


def build_wrapping(count=8):
    """Dependencies from the end of the address space on; only the first one has room there."""
    memory = build_memory(Form(), INITCALLS, ())
    start = -16 % (1 << 64)
    memory.symbols = [symbol for symbol in memory.symbols if '_initcall_depends' not in symbol[0]]
    memory.symbols += [('__start_initcall_depends', start, NOTYPE),
                       ('__stop_initcall_depends', -1 % (1 << 64), NOTYPE)]
    # One section reaches over the end, the other one goes on from there, with strings after both.
    text = 512
    records = b''.join(memory.pack('iii', text - at, text - at - 4, text - at - 8)
                       for at in range(-16, 12 * count, 12))
    low = records[16:].ljust(text, b'\0') + b'a\0'
    table, names = symbol_tables(memory)
    return assemble(memory, [
        ('.init.data', PROGBITS, ALLOC, memory.base, 0, 0, bytes(memory.data)),
        ('.symtab', SYMTAB, 0, 0, 3, 24, table), ('.strtab', STRTAB, 0, 0, 0, 0, names),
        ('.high', PROGBITS, ALLOC, start, 0, 0, records), ('.low', PROGBITS, ALLOC, 0, 0, 0, low)])


def all_images():
    """{name: bytes}"""
    return {**{form.name(): build(form) for form in FORMS}, '64-wrapping': build_wrapping()}


def write_all(folder):
    os.makedirs(folder, exist_ok=True)
    for name, data in all_images().items():
        with open(os.path.join(folder, name), 'wb') as file:
            file.write(data)
