#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the guest: run the kernel's selftest of deferred devices with more and with less
# that it can know, then with the runner of all selftests.

TEST=/selftests/devices/deferred/test_deferred_devices.sh
MODULES=/lib/modules/$(uname -r)

say() {
	echo "RIG: selftest=$1"
}

# Where the runner writes
mount -t devtmpfs none /dev
ln -s /proc/self/fd/1 /dev/stdout

say all
${TEST}
echo "RIG: status=$?"

say runner
cd /selftests && ./run_kselftest.sh
echo "RIG: status=$?"

# As on a kernel without initcall_depends()
mount -t tmpfs none /sys/kernel/debug/initcall_depends
say without
${TEST}
echo "RIG: status=$?"

# As if this driver were not in the image
mkdir /less
tr '\0' '\n' < "${MODULES}"/modules.builtin.modinfo | grep -v '^gpio_pca953x\.' |
	tr '\n' '\0' > /less/modules.builtin.modinfo
say less
MODULES_DIR=/less ${TEST}
echo "RIG: status=$?"

say unknown
MODULES_DIR=/none ${TEST}
echo "RIG: status=$?"

# As with CONFIG_DEBUG_FS=n
mount -t tmpfs none /sys/kernel/debug
mkdir /sys/kernel/debug/bdi
say unreadable
${TEST}
echo "RIG: status=$?"
say end
