#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# One test case for each device that is still deferred.
#
# A case is skipped if something that the device waits for has no driver in this image:
# it cannot be bound then. It fails if there is nothing of that kind, so that the device
# comes too late, or waits for something that has failed. Comments say what is known.
#
# What a device waits for is seen in device links, which the kernel makes from firmware.
# With CONFIG_INITCALL_DEPENDS_DEBUGFS, what drivers declare counts, too. Which drivers
# are in the image is known from modules.builtin.modinfo and modules.alias, which "make
# modules_install" installs; MODULES_DIR says where they are if not in /lib/modules.
# Without them, a supplier that is neither bound nor deferred is skipped as unknown.

DIR="$(dirname "$(readlink -f "$0")")"

. "${DIR}"/../../kselftest/ktap_helpers.sh

DEBUGFS=/sys/kernel/debug
MODULES_DIR=${MODULES_DIR:-/lib/modules/$(uname -r)}
# Seconds for the list to stop changing
PATIENCE=30
# Longest chain of suppliers that is followed; it ends a cycle, too.
DEPTH=16
TAB="$(printf '\t')"

# Names of deferred devices, with what the kernel says of each after a tab.
list() {
	cat "${DEBUGFS}"/devices_deferred
}

# What is deferred while probes go on may be bound a moment later.
settled_list() {
	now="$(list)"
	for _ in $(seq "${PATIENCE}"); do
		before="${now}"
		sleep 1
		now="$(list)"
		[ "${before}" = "${now}" ] && break
	done
	echo "${now}"
}

# "<alias> <module>" for all drivers that are built in or loaded
read_drivers() {
	tr '\0' '\n' < "${MODULES_DIR}"/modules.builtin.modinfo |
		sed -n 's/^\([^.=]*\)\.alias=\(.*\)/\2 \1/p'
	[ -r "${MODULES_DIR}"/modules.alias ] || return
	while read -r _ alias module; do
		[ -d /sys/module/"${module}" ] && echo "${alias} ${module}"
	done < "${MODULES_DIR}"/modules.alias
}

# The modules that have a driver for a modalias, or the driver itself
modules_of() {
	# By name, which needs no alias
	case "$1" in
	platform:*) [ -d /sys/bus/platform/drivers/"${1#platform:}" ] && echo "${1#platform:}" ;;
	esac
	echo "${DRIVERS}" | while read -r alias module; do
		# An alias is a pattern.
		# shellcheck disable=SC2254
		case "$1" in
		${alias}) echo "${module}" ;;
		esac
	done | sort -u
}

# Without its bus: a device name is unique enough for /sys/kernel/debug/devices_deferred.
device_of() {
	for path in /sys/bus/*/devices/"$1"; do
		[ -e "${path}" ] && [ ! -e "${path}"/driver ] && readlink -f "${path}" && return
	done
}

is_deferred() {
	echo "${DEFERRED}" | cut -f 1 | grep -qxF "$(basename "$1")"
}

# Suppliers that firmware names, and that are not bound
unbound_suppliers() {
	for link in "$1"/supplier:*; do
		[ "$(cat "${link}"/status 2> /dev/null)" = dormant ] || continue
		[ "$(cat "${link}"/sync_state_only)" = 0 ] || continue
		readlink -f "${link}"/supplier
	done
}

# The node of a supplier that has no device yet, from what the kernel says of a device
awaited_node() {
	echo "${DEFERRED}" | sed -n "s|^$(basename "$1")${TAB}.*wait for supplier \(/[^ ]*\)$|\1|p"
}

# As "modalias" in sysfs would have it if there were a device
node_modalias() {
	echo "of:N$(basename "$1" | cut -d @ -f 1)T(null)C$(tr '\0' '\n' < "$1"/compatible |
		sed '$!s/$/C/' | tr -d '\n')"
}

# Is there a driver for it? If not, or if that is not known, say so.
check_driver() {
	local name="$1" modalias="$2"

	[ -n "$(modules_of "${modalias}")" ] && return
	if [ -n "${DRIVERS}" ]; then
		echo "${name} has no driver in this image (${modalias:-no modalias})"
	else
		echo "whether ${name} has a driver in this image is not known without" \
		     "${MODULES_DIR}/modules.builtin.modinfo"
	fi
}

# Other devices are deferred by a driver, those of AMBA also while their ID cannot be read.
check_own_driver() {
	[ "$(basename "$(readlink -f "$1"/subsystem)")" = amba ] || return
	check_driver "$(basename "$1")" "$(sed -n 's/^MODALIAS=//p' "$1"/uevent)"
}

# Of a node without a device, the next one above that has to be bound first, or has a driver.
check_node() {
	node=/proc/device-tree"$1"
	while [ "${node}" != /proc/device-tree ]; do
		if [ -e "${node}"/compatible ]; then
			check_driver "$(basename "${node}")" "$(node_modalias "${node}")"
		fi
		node="$(dirname "${node}")"
		# What is a bus for the kernel needs no driver.
		[ -e "${node}"/compatible ] && grep -q simple- "${node}"/compatible && break
	done
}

# Modules that have a driver for a device, as far as they are in a dependency
declared_modules() {
	[ -r "${DEBUGFS}"/initcall_depends/edges ] || return
	{
		awk -v name="$(basename "$1")" '$1 == name {print $2}' \
			"${DEBUGFS}"/initcall_depends/held
		modules_of "$(cat "$1"/modalias 2> /dev/null)"
	} | sort -u
}

# Lines of debugfs about these: consumer, prerequisite, state.
edges_of() {
	for module in $(declared_modules "$1"); do
		awk -v module="${module}" '$1 == module' "${DEBUGFS}"/initcall_depends/edges
	done
}

# What keeps a device, or what it waits for, from being bound in this image
missing() {
	local device="$1" depth="$2" supplier node

	[ "${depth}" -gt 0 ] || return
	check_own_driver "${device}"
	for supplier in $(unbound_suppliers "${device}"); do
		if is_deferred "${supplier}"; then
			missing "${supplier}" $((depth - 1))
		else
			check_driver "$(basename "${supplier}")" \
				     "$(cat "${supplier}"/modalias 2> /dev/null)"
		fi
	done
	node="$(awaited_node "${device}")"
	[ -n "${node}" ] && check_node "${node}"
	edges_of "${device}" | awk '$3 ~ /^absent/ {print $2 " is declared, but not in this image"}'
}

# What is known of a device that nothing keeps from being bound
explain() {
	for supplier in $(unbound_suppliers "$1"); do
		if is_deferred "${supplier}"; then
			echo "it waits for $(basename "${supplier}"), which is deferred, too"
		else
			alias=$(cat "${supplier}"/modalias 2> /dev/null)
			echo "it waits for $(basename "${supplier}"), which" \
			     "$(modules_of "${alias}" | head -n 1) in this image has not bound"
		fi
	done
	edges_of "$1" | while read -r consumer prerequisite state; do
		echo "${consumer} needs ${prerequisite}: ${state}"
	done
}

check_device() {
	local name="$1" said="$2" device reasons

	device="$(device_of "${name}")"
	[ -n "${said}" ] && ktap_print_msg "${name}: ${said}"
	reasons="$(missing "${device}" "${DEPTH}")"
	if [ -n "${reasons}" ]; then
		echo "${reasons}" | sort -u | sed "s|^|# ${name}: |"
		ktap_test_skip "${name}"
	else
		explain "${device}" | sed "s|^|# ${name}: |"
		ktap_test_fail "${name}"
	fi
}

ktap_print_header

[ -d "${DEBUGFS}"/bdi ] || mount -t debugfs none "${DEBUGFS}" 2> /dev/null
if [ ! -r "${DEBUGFS}"/devices_deferred ]; then
	ktap_skip_all "${DEBUGFS}/devices_deferred cannot be read: CONFIG_DEBUG_FS, and root"
	exit "${KSFT_SKIP}"
fi

DRIVERS=
[ -r "${MODULES_DIR}"/modules.builtin.modinfo ] && DRIVERS="$(read_drivers)"
DEFERRED="$(settled_list)"

if [ -z "${DEFERRED}" ]; then
	ktap_set_plan 1
	ktap_test_pass "no device is deferred"
else
	ktap_set_plan "$(echo "${DEFERRED}" | wc -l)"
	while IFS="${TAB}" read -r name said; do
		check_device "${name}" "${said}"
	done << EOF
${DEFERRED}
EOF
fi

ktap_finished
