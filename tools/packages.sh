#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Install the Debian packages that are missing: packages.sh PACKAGE...
#
# As root, or with sudo; where neither is possible, say which and stop.

set -eu

missing=
for package in "$@"; do
	state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
	[ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null 2>&1 || ! sudo -v; then
		echo "error: these Debian packages are needed, and only root can install them:" >&2
		echo "  apt-get install --no-install-recommends$missing" >&2
		exit 1
	fi
	as_root=sudo
fi

log=$(mktemp "${TMPDIR:-/tmp}/packages-XXXXXX.log")
echo "installing Debian packages:$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
if ! { $as_root apt-get update &&
       $as_root apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1 </dev/null; then
	tail -n 5 "$log" >&2
	echo "error: packages could not be installed; full log: $log" >&2
	exit 1
fi
rm -f "$log"
