#!/bin/sh
# Builds a package, puts it into a repository of files, and has apt install and remove it.
set -eu
export DEBIAN_FRONTEND=noninteractive
work=/opt/packages
mkdir -p "$work/build/DEBIAN" "$work/build/usr/bin"
cat >"$work/build/DEBIAN/control" <<CONTROL
Package: greeting
Version: 1.0
Architecture: all
Maintainer: Tester <tester@localhost>
Description: prints a greeting
CONTROL
cat >"$work/build/DEBIAN/postinst" <<'SCRIPT'
#!/bin/sh
set -e
useradd --system --no-create-home greeter
install -d -o greeter -g greeter -m 750 /var/lib/greeting
SCRIPT
chmod 755 "$work/build/DEBIAN/postinst"
printf '#!/bin/sh\necho hello\n' >"$work/build/usr/bin/greeting"
chmod 755 "$work/build/usr/bin/greeting"
dpkg-deb --root-owner-group --build "$work/build" "$work/greeting.deb" >/dev/null

(
  dpkg-deb --field "$work/greeting.deb"
  echo 'Filename: ./greeting.deb'
  echo "Size: $(stat -c %s "$work/greeting.deb")"
  echo "SHA256: $(sha256sum "$work/greeting.deb" | cut -d' ' -f1)"
) >"$work/Packages"
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
echo "deb [trusted=yes] file:$work ./" >/etc/apt/sources.list.d/local.list

apt-get update -qq
apt-get install -qq --yes greeting >/dev/null
greeting
dpkg-query --show --showformat '${Package} ${Version} ${Status}\n' greeting
stat -c '%U %a' /var/lib/greeting
apt-get remove -qq --yes greeting >/dev/null
[ ! -e /usr/bin/greeting ] && echo removed
