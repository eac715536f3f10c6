#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Which prerequisites of built-in code are modules?
#
# usage: initcall-modular.sh <.modinfo of vmlinux.o> [modules.order]
#
# initcall_depends() cannot put a module in front of a built-in consumer, and the
# kernel cannot tell a prerequisite that is a module from one that is configured
# out. So this tells it, as C source, those names in built-in initcall_depends()
# lines that are modules of this build, spelled as they are there. '-' and '_' are
# the same in the name of a module; with slashes it is a path.

set -e

modinfo=$1
modules=${2:-/dev/null}

prerequisites()
{
	tr '\0' '\n' < "$modinfo" | sed -n 's/^[^=]*\.initcall_depends=//p' | LC_ALL=C sort -u
}

prerequisites | awk -v modules="$modules" '
function key(name) {
	gsub(/-/, "_", name)
	return name
}
BEGIN {
	while ((getline path < modules) > 0) {
		sub(/\.k?o$/, "", path)
		known[key(path)]
		sub(/.*\//, "", path)
		known[key(path)]
	}
	print "/* Generated: prerequisites of built-in code that are modules */"
}
key($0) in known {
	names = names "\n\t\"" $0 "\\0\""
}
END {
	if (names)
		print "static const char initcall_modular[]\n" \
		      "__used __section(\".init.initcall_modular\") __aligned(1) =" names ";"
}'
