#!/bin/busybox sh
# First process of the emulated machine: what a system has at its start, then the checks, then off.
# The kernel hands on `devices` and `now`, which are not for itself; it knows of no clock.
/bin/busybox --install -s /bin
export PATH=/usr/bin:/bin HOME=/root LANG=C.UTF-8

mkdir -p /proc /sys /dev /tmp /run /root /var/lib
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
ifconfig lo 127.0.0.1 up
date -s "@$now" >/dev/null

echo "Linux $(uname -r), $(getconf GNU_LIBC_VERSION), pages of $(getconf PAGESIZE) bytes"
grep -m1 Features /proc/cpuinfo
/usr/lib/yikatong/bin/yikatong doctor --preflight

sh /proof/checks.sh /usr/lib/yikatong /usr/lib/aarch64-linux-gnu/libcrypto.so.3 \
  /var/lib/proof 8700 "$devices" \
  /usr/lib/yikatong/lib/runtime run -A --no-config --no-lock --no-remote --no-check \
  /proof/play_visit_at.js
poweroff -f
