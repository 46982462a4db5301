#!/bin/sh
# Builds the Debian packages from a copy of the working tree, looks at them with lintian, installs them, runs what they
# brought, removes them, and sees that nothing stayed. As root, for it installs. `make check-deb` calls it.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
for tool in dpkg-buildpackage dh lintian; do
  command -v $tool >/dev/null || { echo "check-deb: needs $tool (apt-get install dpkg-dev debhelper lintian)" >&2; exit 1; }
done
[ "$(id -u)" -eq 0 ] || { echo 'check-deb: installs packages, so it must run as root' >&2; exit 1; }
if dpkg-query -W -f '${Status}\n' unspin libunspin0 2>/dev/null | grep -q '^install ok installed'; then
  echo 'check-deb: unspin is installed here already: remove it first' >&2; exit 1
fi

work=$(mktemp -d)
packages='unspin unspin-data libunspin0 libunspin-dev'
clean_up() { dpkg --purge $packages >/dev/null 2>&1 || :; rm -rf "$work"; }
trap clean_up EXIT

mkdir "$work/unspin"
(cd "$root" && tar -cf - --exclude=./.git --exclude='./build*' .) | tar -xf - -C "$work/unspin"
(cd "$work/unspin" && DEB_BUILD_OPTIONS="${DEB_BUILD_OPTIONS-nocheck}" dpkg-buildpackage -us -uc -b) >"$work/log" 2>&1 ||
  { tail -50 "$work/log"; echo 'check-deb: dpkg-buildpackage failed'; exit 1; }

# errors fail; warnings are shown
(cd "$work" && lintian --allow-root --fail-on error --tag-display-limit 0 ./*.changes) ||
  { echo 'check-deb: lintian finds errors'; exit 1; }

find / -xdev -path /proc -prune -o -path "$work" -prune -o -name '*unspin*' -print 2>/dev/null | grep -v ^/var/lib/dpkg | sort >"$work/before"
rm -f "$work"/*-dbgsym_*.deb
dpkg -i "$work"/*.deb >/dev/null
cd /
spun='The govt gave the fairway gentle to the plan, and the firms will lend a hand with the work.'
plain='The government gave the green light to the plan, and the firms will help with the work.'
fail() { echo "check-deb: $1"; exit 1; }
[ "$(echo "$spun" | env -u UNSPIN_DATA unspin clean)" = "$plain" ] || fail 'the installed program does not restore'
[ -e /usr/share/man/man1/unspin-clean.1.gz ] || fail 'no man page'
cc $(pkg-config --cflags unspin) /usr/share/doc/libunspin-dev/examples/example.c $(pkg-config --libs unspin) -o "$work/example"
[ "$(echo "$spun" | "$work/example" "$(pkg-config --variable=pkgdatadir unspin)" 2>/dev/null)" = "$plain" ] ||
  fail 'the example in C does not restore'
library=$(find /usr/lib -name libunspin.so.0)
[ "$(echo "$spun" | python3 -B "$root/tests/install/example.py" "$library" /usr/share/unspin 2>/dev/null)" = "$plain" ] ||
  fail 'the example in Python does not restore'
dpkg --purge $packages >/dev/null
find / -xdev -path /proc -prune -o -path "$work" -prune -o -name '*unspin*' -print 2>/dev/null | grep -v ^/var/lib/dpkg | sort >"$work/after"
left=$(comm -13 "$work/before" "$work/after" | grep -E '^/(usr|etc|var|opt)/' || :)
[ -z "$left" ] || fail "left behind: $left"
echo 'check-deb: built, checked, installed, ran, removed'
