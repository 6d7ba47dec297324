#!/bin/sh
# Makes a Debian root at $1 unless it is there: in full, or not at all. Runs alone, in a mount namespace of its own,
# because debootstrap mounts /proc and /sys inside, and what it leaves when it is killed has to go with it.
set -eu
target=$1
packages=$2
if [ -z "${ALONE:-}" ]; then
  mkdir -p "$(dirname "$target")"
  chmod 700 "$(dirname "$target")"
  ALONE=1 exec flock "$(dirname "$target")/lock" unshare --mount --propagation private "$0" "$@"
fi
[ -d "$target" ] && exit 0
unfinished=$target.unfinished
rm -rf --one-file-system "$unfinished"
debootstrap --variant=minbase --include="$packages" bookworm "$unfinished" >&2
umount --recursive --quiet "$unfinished/proc" "$unfinished/sys" || true

# What no test reads would be copied each time.
rm -rf "$unfinished"/var/cache/apt/archives/*.deb "$unfinished"/var/lib/apt/lists/* \
  "$unfinished"/usr/share/doc "$unfinished"/usr/share/man "$unfinished"/usr/share/locale
mkdir -p "$unfinished/var/lib/apt/lists/partial"
: >"$unfinished/etc/resolv.conf"
printf '127.0.0.1 localhost\n::1 localhost\n' >"$unfinished/etc/hosts"

chroot "$unfinished" useradd --create-home --uid 1000 --shell /bin/bash tester
echo 'tester ALL=(ALL) NOPASSWD: ALL' >"$unfinished/etc/sudoers.d/tester"
chmod 440 "$unfinished/etc/sudoers.d/tester"
mv "$unfinished" "$target"
