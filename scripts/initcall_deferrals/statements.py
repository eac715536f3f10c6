# SPDX-License-Identifier: GPL-2.0
"""Where statements of C begin and end, in text without comments and strings."""

import re

from initcall_makefile import closing

DIRECTIVE = re.compile(r'^[ \t]*#(?:[^\n]*\\\n)*[^\n]*', re.M)
# What is before a statement, but for the parenthesis of an if or a loop, and what that follows.
BEFORE = re.compile(r'(?:[;{}]|\belse|\bdo|[;{}]\s*(?:case\b[^;{}?]*|\w+)\s*:)$')
HEAD = re.compile(r'\b(?:if|while|for|\w*for_each\w*)\s*$')
# What a call is part of, as in p->ops->call(), and that its result is dropped on purpose.
OWNER = re.compile(r'(?:\(void\)\s*)?(?:\w+\s*(?:->|\.)\s*)*$')
# What is set by a pointer is a result, too.
ENDS = re.compile(r'\s*;')
SETS = re.compile(r'&\s*\w+\s*[,)]')


def without_directives(text):
    """Text without what the preprocessor reads, in the same lines and columns."""
    return DIRECTIVE.sub(lambda found: re.sub(r'[^\n]', ' ', found.group()), text)


def begins(before):
    """Whether a statement begins after this text of a function."""
    before = before.rstrip()
    if before.count('(') != before.count(')'):
        return False
    if not before.endswith(')'):
        return bool(BEFORE.search(before))
    start, depth = len(before) - 1, 1
    while depth and start >= 0:
        start = max(before.rfind('(', 0, start), before.rfind(')', 0, start))
        depth += 1 if before[start] == ')' else -1
    return bool(HEAD.search(before[:start]))


def is_dropped(text, place, name):
    """Whether a call in a function is a statement of its own, so that its result is dropped."""
    opened = text.find('(', place)
    if name.isupper() or opened < 0 or text[place:opened].strip() != name:
        return False
    end = closing(text, opened)
    return bool(ENDS.match(text, end)) and not SETS.search(text, opened, end) and \
        begins(text[:OWNER.search(text[:place]).start()])
