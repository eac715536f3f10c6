# SPDX-License-Identifier: GPL-2.0
"""A kernel tree as Kbuild sees it: the module of a file, and whether that has an initcall."""

import collections
import functools
import os
import re

import initcall_names
from initcall_deferrals import index
from initcall_deferrals.source import silenced
from initcall_edit import MACRO, underscores

IRQCHIP = re.compile(r'^IRQCHIP_MATCH\(\s*"[^"]*",\s*(\w+)\)', re.M)

# A member and a function, in a table of constants.
TABLED = re.compile(r'(?<![\w)\]>])\.(\w+)\s*=\s*&?([a-z_]\w*)\s*[,}\n]')
# Tables whose probe binds no device: when that of a component fails, the sound card waits, and
# its driver does not.
COMPONENT = re.compile(r'\bstruct snd_soc_(?:component_driver|dai_driver|dai_ops)\b[^;{]*=\s*\{'
                       r'.*?^\};', re.M | re.S)
# The probe of a driver for ACPI devices has another name.
ACPI = re.compile(r'^(?:static )?struct acpi_driver \w+ = \{.*?^\};', re.M | re.S)
ONCE = re.compile(r'platform_(?:driver_probe|create_bundle)\(\s*&?\w+,\s*(\w+)')

REGISTERED = re.compile(r'^(?:module|builtin)_\w*driver\w*\(', re.M)
MODULE_INIT = re.compile(r'^module_init\((\w+)\)', re.M)
# A header of the driver's own, and functions in one: inline, and those that are elsewhere.
QUOTED = re.compile(r'^#\s*include\s+"([^"]+)"', re.M)
INLINE = re.compile(r'\binline\b[^;{}()]*\b(\w+)\s*\([^;{}]*\{([^}]*)\}')
NOTHING = re.compile(r'\s*(?:return\s+(?:-?[A-Z0-9_]+|false|true|ERR_PTR\(-\w+\))?\s*;)?\s*')
PROTOTYPE = re.compile(r'^[ \t]*(?!.*\b(?:inline|return|define)\b)\w[^;{}()=]{0,200}\b(\w+)\s*'
                       r'\([^;{}]{0,1000}\);', re.M)   # or large tables take minutes
INCLUDE = re.compile(r'^#\s*include\s+["<]([^">]+)[">]', re.M)
DECLARED = re.compile(r'^(?!static\b)\w[\w \t*]*\b(\w+)\([^;{}]{0,1000}\);', re.M)
INITCALL = re.compile(r'^(\w+)_initcall(?:_sync)?\((\w+)\)', re.M)
LEVELS = ('early', 'pure', 'core', 'postcore', 'arch', 'subsys', 'fs', 'rootfs', 'device', 'late')


class Tree:
    """What the Makefiles and the files say about modules."""

    def __init__(self, kdir, cache):
        self.kdir = kdir
        self.index = index.load(kdir, cache)
        # Lists, in JSON, are what tuples have been.
        self.all = [initcall_names.Module(*(tuple(field) if isinstance(field, list) else field
                                            for field in fields))
                    for fields in self.index.modules]
        self.by_stem = initcall_names.modules_of(self.all)
        self.count = collections.Counter(module.name for module in self.all)
        including = self.index.included
        # .c files that include others, and the names of those, without folder and suffix.
        self.merged = {*including, *(os.path.basename(name) for names in including.values()
                                     for name in names)}
        # {name: headers that declare it, without their folders}, of what is not exported
        self.declaring = {}
        self.initcall = functools.lru_cache(maxsize=None)(self.has_initcall)
        self.text = functools.lru_cache(maxsize=256)(self.read)
        self.silenced = functools.lru_cache(maxsize=64)(self.in_c)

    def read(self, path):
        try:
            with open(os.path.join(self.kdir, path), errors='replace') as file:
                return file.read()
        except OSError:
            return ''

    @functools.lru_cache(maxsize=None)
    def words(self, path):
        """All that could be a name in a file."""
        return frozenset(re.findall(r'\w+', self.text(path)))

    def in_c(self, path):
        """The lines of a file with C alone."""
        return silenced(self.text(path)).split('\n')

    def modules(self, file):
        return self.by_stem.get(file.removesuffix('.c'), [])

    @functools.lru_cache(maxsize=None)
    def siblings(self, file):
        """All files of the modules that a file is in, itself included."""
        files = {file}
        for module in self.modules(file):
            files.update(stem + '.c' for stem in module.objects)
        return sorted(files)

    @functools.lru_cache(maxsize=None)
    def mentions(self, name):
        """All files of the tree that have a name in a string."""
        return set(index.grep(self.kdir, ['-lF', f'"{name}"', *index.rooms(self.kdir)]))

    @functools.lru_cache(maxsize=None)
    def users(self, name):
        """All files of the tree with a name, but for headers which only say that it exists."""
        words = ['-lwF', name, *index.rooms(self.kdir, 'include')]
        headers = index.grep(self.kdir, words, ending='h')
        return {*index.grep(self.kdir, words)} | {
            path for path in headers if len(re.findall(rf'\b{name}\b', self.text(path))) >
            PROTOTYPE.findall(self.text(path)).count(name)}

    @functools.lru_cache(maxsize=None)
    def with_headers(self, file):
        """A file and the headers beside it that it includes, and so on."""
        todo = [file]
        for each in todo:
            paths = (os.path.normpath(os.path.join(os.path.dirname(each), name))
                     for name in QUOTED.findall(self.text(each)))
            todo += [path for path in dict.fromkeys(paths) if path not in todo and self.text(path)]
        return todo

    @functools.lru_cache(maxsize=None)
    def inlines(self, file):
        """Inline functions of the headers beside a file that have no other form there."""
        headers = [each for each in self.with_headers(file) if each.endswith('.h')]
        found = {name for header in headers for name, body in INLINE.findall(self.text(header))
                 if not NOTHING.fullmatch(body)}
        return found.difference(*map(self.declares, headers))

    @functools.lru_cache(maxsize=None)
    def declares(self, file):
        """Functions that a header says are elsewhere."""
        return set(PROTOTYPE.findall(self.text(file))) if file.endswith('.h') else set()

    @functools.lru_cache(maxsize=None)
    def inlined(self, name):
        """The text of each inline function of that name."""
        paths = index.grep(self.kdir, ['-lE', rf'\binline\b.*\b{name}\(',
                                       *index.rooms(self.kdir, 'include')], ending='h')
        body = re.compile(rf'\binline\b[^;{{}}]*\b{name}\([^{{;]*\{{.*?^\}}', re.M | re.S)
        return [found for path in paths for found in body.findall(self.text(path))]

    def is_merged(self, file):
        """Whether a .c file includes another one, or is included."""
        return file in self.merged or os.path.basename(file).removesuffix('.c') in self.merged

    def has_function(self, file, name):
        """Whether a function of that name seems to begin in a file."""
        return bool(re.search(rf'^\w[^;=(){{}}]*\b{name}\([^;{{]*\{{', self.text(file), re.M))

    def same(self, one, other):
        return one == other or any(module in self.modules(other) for module in self.modules(one))

    def has_initcall(self, module):
        return any(MACRO.search(self.text(stem + '.c')) for stem in module.objects)

    def starts(self, file):
        """Whether a module of the file has an initcall."""
        return any(self.initcall(module) for module in self.modules(file))

    def stands_alone(self, file):
        """Whether some configuration makes a module without an initcall of the file alone."""
        return any(module.objects == (file.removesuffix('.c'),) and not self.initcall(module)
                   for module in self.modules(file))

    @functools.lru_cache(maxsize=None)
    def knows(self, file, name):
        """Whether a file knows a function that is not exported by what it includes."""
        texts = [self.text(each) for each in self.with_headers(file)]
        headers = {os.path.basename(header) for text in texts for header in INCLUDE.findall(text)}
        own = re.compile(rf'^[ \t]*#[ \t]*define[ \t]+{name}\(', re.M)
        declared = self.declaring[name] & headers or any(
            found.group(1) == name for found in DECLARED.finditer(texts[0]))
        return bool(declared) and not any(map(own.search, texts))

    def declared(self, module):
        """The name to declare: that of the module, or its path if it is not the only one."""
        return module.name if self.count[module.name] == 1 else module.path

    def softdep(self, name):
        """What to declare for a name in MODULE_SOFTDEP(), or '!' and why not."""
        modules = [module for module in self.all if underscores(module.name) == underscores(name)]
        if not modules:
            return '!no module of this tree has that name'
        if len(modules) > 1:
            return '!several modules have that name'
        if modules[0].path.startswith('crypto/'):
            return '!crypto looks it up by name when it is used'
        if not self.initcall(modules[0]):
            return '!it has no initcall'
        return modules[0].name

    def levels(self, file):
        """{function: number of its level} of the initcalls of a file."""
        return {function: LEVELS.index(level)
                for level, function in INITCALL.findall(self.text(file)) if level in LEVELS} | {
                    function: LEVELS.index('device')
                    for function in MODULE_INIT.findall(self.text(file))}

    @functools.lru_cache(maxsize=None)
    def driver_level(self, file):
        """The level at which a module of the file registers its first driver."""
        drivers, others = set(), {LEVELS.index('device')}
        for each in self.siblings(file):
            text = self.text(each)
            if REGISTERED.search(text):
                drivers.add(LEVELS.index('device'))
            for function, level in self.levels(each).items():
                body = re.search(rf'\b{function}\(void\)\s*\{{.*?^\}}', text, re.M | re.S)
                (drivers if body and 'driver' in body.group() else others).add(level)
        return min(drivers or others)

    @functools.lru_cache(maxsize=None)
    def entries(self, folder):
        """What the Makefile of a folder links, in this order: paths, of folders with a '/'."""
        makefile = initcall_names.read_folder(self.kdir, self.kdir, folder)
        words = [word.text for name in ('obj-y', 'obj-m') for word in makefile.value(name)]
        return [initcall_names.under(folder, word) + '/' * word.endswith('/') for word in words]

    def linked_first(self, one, other):
        """Whether one of two modules, by path, is linked before the other."""
        folder = '.'
        while True:
            places = [next((place for place, entry in enumerate(self.entries(folder))
                            if f'{path}.o'.startswith(entry)), None) for path in (one, other)]
            if None in places or places[0] != places[1]:
                return None not in places and places[0] < places[1]
            folder = self.entries(folder)[places[0]].rstrip('/')
            if folder.endswith('.o'):
                return False

    @functools.lru_cache(maxsize=None)
    def tabled(self, file):
        """(member, name, line) of what tables of constants in a file have."""
        text = COMPONENT.sub(lambda found: re.sub(r'[^\n]+', '', found.group()), self.text(file))
        text = ACPI.sub(lambda found: re.sub(r'\.add\b', '.probe', found.group()), text)
        return [(*found.groups(), text.count('\n', 0, found.start(2)) + 1)
                for found in TABLED.finditer(text)]

    @functools.lru_cache(maxsize=None)
    def irqchip_probes(self, file):
        return IRQCHIP.findall(self.text(file))

    @functools.lru_cache(maxsize=None)
    def once_probes(self, file):
        """Probes that run once, when their driver is registered: others may wait for them."""
        return ONCE.findall(self.text(file))
