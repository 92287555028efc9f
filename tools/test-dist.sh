#!/usr/bin/env bash
# Tests target/dist's archive for Linux x86_64 as a stranger would use it, in clean Debian 12 and 13 chroots (as root).
#   tools/test-dist.sh
set -euo pipefail

cd "$(dirname "$0")/.."
target=$(realpath "${CARGO_TARGET_DIR:-target}")
dist=$target/dist
rooms=${HONNIN_ROOMS:-$target/rooms}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
archive=$dist/honnin-$version-linux-x86_64.tar.gz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "test-dist: $*" >&2; exit 1; }

(cd "$dist" && sha256sum --quiet --check SHA256SUMS)
mkdir "$work/honnin"
tar -xzf "$archive" -C "$work/honnin" --strip-components=1
prefix=$work/honnin
library=$prefix/lib/libhonnin.so.1

wanted=$(sed -n 's/.*HONNIN_CALL \(honnin_[a-z0-9_]*\)(.*/\1/p' "$prefix/include/honnin.h" | sort)
shown=$(nm -D --defined-only "$library" | awk '$3 != "HONNIN_1.0" {print $3}' | sort)
[ "$(sed 's/$/@@HONNIN_1.0/' <<<"$wanted")" = "$shown" ] || fail "the exports are not those of the header: $shown"
others=$(nm -g --defined-only "$prefix/lib/libhonnin.a" | awk 'NF == 3 {print $3}' | grep -v '^honnin_' || true)
[ -z "$others" ] || fail "the static library shows $others"
echo "   exports: $(wc -l <<<"$wanted") functions, and nothing else"
for file in "$library" "$prefix/bin/honnin"; do
  newest=$(objdump -T "$file" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -n 1)
  [ "$(printf '%s\nGLIBC_2.28\n' "$newest" | sort -V | tail -n 1)" = GLIBC_2.28 ] || fail "$(basename "$file") needs $newest"
  echo "   $(basename "$file") needs $newest"
done

# Size: at most 8 MB. What of it is OpenSSL is not measured here yet.
size=$(stat -Lc %s "$library")
[ "$size" -le 8388608 ] || fail "libhonnin.so has $size bytes"
echo "   libhonnin.so: $size bytes"

# A configuration of OpenSSL that somebody else wrote is not opened.
printf 'openssl_conf = a\n[a]\nproviders = b\n[b]\nevil = c\n[c]\nmodule = %s/evil.so\nactivate = 1\n' "$work" >"$work/evil.cnf"
OPENSSL_CONF=$work/evil.cnf P=1234 strace -f -e trace=open,openat -o "$work/trace" \
  "$prefix/bin/honnin" text --virtual --pin-env P --lang en >/dev/null
grep -q libc "$work/trace" || fail 'strace saw nothing'
if grep -q evil "$work/trace"; then fail 'OPENSSL_CONF is obeyed'; fi
echo '   a hostile OPENSSL_CONF is not opened'

gcc -std=c99 -Wall -Wextra -Werror -I "$prefix/include" tests/dist/neighbours.c -ldl -o "$work/neighbours"
rustc --edition 2024 --crate-type cdylib -O tests/dist/neighbour.rs -o "$work/libneighbour.so"
for order in first last; do
  "$work/neighbours" "$library" "$work/libneighbour.so" neighbour_answer "$order" >/dev/null
  "$work/neighbours" "$library" libcrypto.so.3 SHA256 "$order" >"$work/version"
  for other in ${HONNIN_OTHER_OPENSSL:-}; do "$work/neighbours" "$library" "$other" SHA256 "$order" >>"$work/version"; done
done
echo "   beside another Rust, and beside $(sort -u "$work/version" | tr '\n' ';')"

for suite in bookworm trixie; do
  room=$rooms/$suite
  if [ ! -d "$room/usr/share/cmake-3.25" ] && [ ! -d "$room/usr/share/cmake-3.31" ]; then
    echo "== A clean $suite: about two minutes."
    debootstrap --variant=minbase --include=gcc,g++,libc6-dev,cmake,make,pkg-config "$suite" "$room" >"$work/log" ||
      { tail "$work/log" >&2; exit 1; }
  fi
  rm -rf "$room/room"
  mkdir -p "$room/room/tests"
  cp -a "$prefix" sdk-c-examples "$room/room/"
  cp -a tests/dist "$room/room/tests/"
  echo "== $suite"
  chroot "$room" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 sh /room/tests/dist/in-room.sh
  cp "$dist"/deb/*.deb "$room/room/"
  chroot "$room" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 sh -ec '
    cd /room && dpkg -i ./*.deb >dpkg.log
    missing=$(dpkg-query -L libhonnin1 libhonnin-dev honnin | grep "^/" | while read -r f; do [ -e "$f" ] || echo "$f"; done)
    [ -z "$missing" ] || { echo "not installed: $missing" >&2; exit 1; }
    gcc -std=c99 sdk-c-examples/read_and_sign.c $(pkg-config --cflags --libs honnin) -o of-deb
    ./of-deb --virtual sdk-c-examples/Makefile | grep -q "signature of 256 bytes"
    honnin --version
    dpkg --purge honnin libhonnin-dev libhonnin1 >>dpkg.log
    left=$(find / -xdev -name "*honnin*" -not -path "/room/*" -not -path "/proc/*" -not -path "/var/log/*")
    [ -z "$left" ] || { echo "left behind: $left" >&2; exit 1; }
    echo "   the Debian packages install, serve, and leave nothing behind"'
done
