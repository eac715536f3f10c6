#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Init of a guest that has the programs of the host: it makes a root in memory, with the host's
# /usr and /etc, read only, and units and rules in /run, and becomes systemd. "rig_unbind" among
# the kernel's parameters: the slow device is not bound yet.

set -e
here=${0%/*}
top=/mnt
mount -t tmpfs tmpfs $top
cd $top
mkdir dev etc old proc run sys tmp usr var
mount --bind /etc etc
mount --bind /usr usr
for name in bin lib lib64 sbin; do
	ln -s usr/$name $name
done
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t tmpfs tmpfs run
cp -r "$here/run/." run
if grep -q -w rig_unbind proc/cmdline; then
	echo settle-test-slow > sys/bus/platform/drivers/settle-test-slow/unbind
fi
pivot_root . old
umount -l old
exec chroot . /lib/systemd/systemd --unit=rig.target
