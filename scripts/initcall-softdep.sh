#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Make a module's initcall_depends() lines soft dependencies.
#
# usage: OBJCOPY=<objcopy> initcall-softdep.sh <module.ko>
#
# Of several softdep lines of one module, modprobe obeys only the first. So all
# that there is, of MODULE_SOFTDEP() and of initcall_depends(), becomes one line. A
# path means built-in code, which modprobe knows nothing of, and is left out.

set -e

module=$1
modinfo=$module.modinfo

# Most modules have no such line, and stay as they are.
LC_ALL=C grep -aq 'initcall_depends=' "$module" || exit 0

trap 'rm -f "$modinfo" "$modinfo.new"' EXIT
$OBJCOPY -O binary -j .modinfo "$module" "$modinfo"

# NUL ends an entry there; newlines can be part of one.
entries()
{
	tr '\0\n' '\n\0' < "$modinfo"
}

softdep=$(entries | LC_ALL=C sed -n -e 's/^softdep=//p' -e '/\//!s/^initcall_depends=/pre: /p' |
	  tr '\n' ' ')
[ "$softdep" ] || exit 0
{
	entries | LC_ALL=C grep -av '^softdep=' | tr '\0\n' '\n\0'
	printf 'softdep=%s\0' "${softdep% }"
} > "$modinfo.new"
$OBJCOPY --update-section .modinfo="$modinfo.new" "$module"
