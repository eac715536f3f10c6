# SPDX-License-Identifier: GPL-2.0
"""make check, conversions: drivers that declare something compile, and what they name exists.

Those for other machines than the rigs' are compiled only. A name with a typing error in it
would be one that is not configured, and so would have no effect and say nothing.
"""

import contextlib
import glob
import os
import re
import subprocess

from build import ARM64, ARM64_CONFIG, CROSS, HERE, overlay
from progress import Failure
from source import log_of

FRAGMENT = os.path.join(HERE, 'testing', 'conversions', 'conversions.config')
# Folders of those who declare and those who are declared.
FOLDERS = ('drivers/char/tpm/', 'drivers/clk/', 'drivers/dma/', 'drivers/firmware/', 'drivers/gpio/', 'drivers/i2c/',
           'drivers/interconnect/', 'drivers/mailbox/', 'drivers/pinctrl/', 'drivers/pmdomain/', 'drivers/regulator/',
           'drivers/reset/', 'drivers/soc/qcom/', 'drivers/spi/', 'drivers/tee/', 'net/netlink/', 'net/socket.o', 'security/')


def modules_in(folder):
    """Names of the modules that have an initcall in what has been built there."""
    objects = glob.glob(os.path.join(folder, '**', '*.o'), recursive=True)
    run = subprocess.run(['xargs', '-0', 'aarch64-linux-gnu-nm', '--quiet'], input='\0'.join(objects), text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return set(re.findall(r' __initcall__kmod_(\w+?)__\d', run.stdout))


def exists(name, known, tree):
    return os.path.exists(os.path.join(tree.source, name + '.c')) if '/' in name else name.replace('-', '_') in known


def object_of(tree, path):
    return os.path.join(tree.output('conversions'), path.removesuffix('.c') + '.o')


def conversions(tree):
    for path in overlay.declared():     # so that none is up to date and silent
        with contextlib.suppress(FileNotFoundError):
            os.unlink(object_of(tree, path))
    try:
        tree.configure('conversions', [*ARM64_CONFIG, FRAGMENT], ARM64)
        tree.make('compiling all conversions', 'conversions', [*CROSS, 'W=1', *FOLDERS])
    except Failure as failure:
        yield False, 'conversions: compile', str(failure)
        return
    known = modules_in(tree.output('conversions')) | modules_in(os.path.join(tree.output('rig'), 'arch'))
    log = log_of('conversions')
    for path, names in overlay.declared().items():
        if not tree.has(path):
            continue
        built = object_of(tree, path)
        yield os.path.exists(built), f'conversions: {path} is compiled', built
        missing = [name for name in names if not exists(name, known, tree)]
        yield not missing, f'conversions: {path}: {", ".join(names)}', f'no such module: {", ".join(missing)}'
        bad = re.findall(rf'^.*{re.escape(path)}:\d+.*(?:warning|error):.*$', log, re.M)
        yield not bad, f'conversions: {path}: no warning, W=1', '\n'.join(bad)
