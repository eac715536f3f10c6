# SPDX-License-Identifier: GPL-2.0
"""make check-full: a whole make coccicheck of drivers/char, with ours among the kernel's own."""

import os
import re

from initcall import cocci
from initcall.files import cores, read
from initcall.process import ask
from tests.test_coccicheck import BROKEN, MODES, OURS

FOLDER = 'drivers/char'
NAMES = {f'api/{name}.cocci' for name in OURS}


def has_mode(script, mode):
    return re.search(rf'virtual\s+{mode}', read(script))


def scripts(tree, mode):
    """Those that coccicheck has to run."""
    top = os.path.join(tree.source, 'scripts', 'coccinelle')
    paths = [os.path.join(folder, name) for folder, _, names in os.walk(top)
             for name in names if name.endswith('.cocci')]
    return {os.path.relpath(path, top) for path in paths if has_mode(path, mode)}


def coccicheck(tree, mode, table):
    """Whether it and ours went well, what each semantic patch has found, all that was said."""
    words = [f'SPFLAGS=-D table={table}'] if table else []
    done = ask(['make', '-s', 'coccicheck', f'MODE={mode}', f'M={FOLDER}', f'J={cores()}', *words],
               cwd=tree.source)
    parts = re.split(r'^\S*spatch -D .*--cocci-file \S+/scripts/coccinelle/(\S+) .*\n',
                     done.stdout, flags=re.M)
    said = dict(zip(parts[1::2], parts[2::2]))
    # Of several processes, which one is first to say something is chance.
    found = {name: sorted(line for line in text.splitlines() if re.match(r'[-+* ]|\./', line))
             for name, text in said.items()}
    well = done.returncode == 0 and not any(BROKEN.search(said.get(name, '')) for name in NAMES)
    return well, found, done.stdout


def check_char(tree, tmp_path):
    """Ours stop nothing, with and without a table, and change nothing of what others find."""
    table = tmp_path / 'table'
    made = ask(cocci.command('--table', str(table), '--', tree.source, FOLDER))
    yield made.returncode == 0 and 'tpm_crb_ffa' in read(table), 'char: a table', made.stdout
    for mode in MODES:
        wanted, runs = scripts(tree, mode), []
        for words in (None, table):
            passed, found, said = coccicheck(tree, mode, words)
            runs.append({name: lines for name, lines in found.items() if name not in NAMES})
            what = f'char: {mode}, {"with" if words else "without"} a table'
            yield passed and set(found) == wanted and len(wanted) > len(NAMES), \
                f'{what}: all semantic patches run', f'{wanted ^ set(found)}\n{said}'
            depends = found.get('api/initcall_depends.cocci', [])
            # What is certain is declared there.
            yield bool(depends) == (bool(words) and mode != 'patch'), \
                f'{what}: ours find what the table has', said
        yield runs[0] == runs[1] and any(runs[0].values()), \
            f'char: {mode}: what others find does not depend on the table', str(runs)
