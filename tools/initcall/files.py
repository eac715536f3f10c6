# SPDX-License-Identifier: GPL-2.0
"""Where things are: this repository, its data, and the cache for all that is fetched or made."""

import os

TOOLS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOP = os.path.dirname(TOOLS)
DATA = os.path.join(TOOLS, 'data')
SCRIPTS = os.path.join(TOP, 'scripts')
GRAPH = os.path.join(TOP, 'initcall-graph')


def data(*parts):
    return os.path.join(DATA, *parts)


def table(*parts):
    """A TOML file of data."""
    import tomllib      # kits go to machines with an older Python, too
    with open(data(*parts), 'rb') as file:
        return tomllib.load(file)


def cache(*parts):
    top = os.environ.get('INITCALL_CACHE')
    if not top:
        top = os.path.join(os.environ.get('XDG_CACHE_HOME') or '~/.cache', 'initcall-depends')
    return os.path.join(os.path.abspath(os.path.expanduser(top)), *parts)


def fix_cache():
    """What is started in another folder has the same."""
    os.environ['INITCALL_CACHE'] = cache()


def log_path(name):
    """For what belongs to no kernel tree."""
    return cache('log', name + '.log')


def read(*parts):
    """Text of a file, whatever bytes a console has put into it."""
    with open(os.path.join(*parts), errors='replace') as file:
        return file.read()


def write_aside(path, text):
    """A new file in the place of one that may be a hard link; not touched if nothing changes."""
    if os.path.exists(path) and read(path) == text:
        return
    with open(path + '.new', 'w') as file:
        file.write(text)
    os.replace(path + '.new', path)


def same(one, other):
    try:
        with open(one, 'rb') as a, open(other, 'rb') as b:
            return a.read() == b.read()
    except FileNotFoundError:
        return False


def cores():
    return len(os.sched_getaffinity(0))
