#!/usr/bin/env bash
# Tests the archives in target/dist as a stranger would use them (as root): that for Linux x86_64 beside other libraries, in
# clean Debian 12 and 13, by Conan, and as Debian packages; that for arm64 under qemu, those for Windows under Wine.
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
soname=$(readlink "$prefix/lib/libhonnin.so")
library=$prefix/lib/$soname

wanted=$(sed -n 's/.*HONNIN_CALL \(honnin_[a-z0-9_]*\)(.*/\1/p' "$prefix/include/honnin.h" | sort)
shown=$(nm -D --defined-only "$library" | awk '$3 !~ /^HONNIN_/ {print $3}' | sort)
mapped=$(awk '/^HONNIN_/ {version = $1} /^    honnin_/ {sub(";", "", $1); print $1 "@@" version}' packaging/honnin.map | sort)
[ "$wanted" = "$(sed 's/@@.*//' <<<"$mapped")" ] && [ "$mapped" = "$shown" ] || fail "the exports are not those of the header: $shown"
others=$(nm -g --defined-only "$prefix/lib/libhonnin.a" | awk 'NF == 3 {print $3}' | grep -v '^honnin_' || true)
[ -z "$others" ] || fail "the static library shows $others"
echo "   exports: $(wc -l <<<"$wanted") functions, and nothing else"
for file in "$library" "$prefix/bin/honnin"; do
  newest=$(objdump -T "$file" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -n 1)
  [ "$(printf '%s\nGLIBC_2.28\n' "$newest" | sort -V | tail -n 1)" = GLIBC_2.28 ] || fail "$(basename "$file") needs $newest"
  echo "   $(basename "$file") needs $newest"
done

# Size: at most 8 MiB, of which at most 3 MiB are not OpenSSL.
size=$(stat -Lc %s "$library")
[ "$size" -le $((8 << 20)) ] || fail "libhonnin.so has $size bytes"
objects=$target/portable/x86_64/cargo/x86_64-unknown-linux-gnu/dist/libhonnin.a
if [ -e "$objects" ]; then
  # zig's linker writes no map, so the same objects are linked once more by one that does.
  gcc -shared -o "$work/measured.so" $(sed 's/^/-Wl,-u,/' <<<"$wanted") "$objects" -Wl,--version-script=packaging/honnin.map \
    -Wl,--gc-sections -Wl,-Map="$work/map" $(sed -n 's/^Libs.private: //p' "$prefix/lib/pkgconfig/honnin.pc")
  share=$(tools/share.py "$work/map" "$work/measured.so")
  rest=$((size - share))
  [ "$rest" -le $((3 << 20)) ] || fail "libhonnin.so has $rest bytes beside the $share of OpenSSL"
  echo "   libhonnin.so: $size bytes, of which $share are OpenSSL and $rest are not"
else
  echo "   libhonnin.so: $size bytes; it was built elsewhere, so the share of OpenSSL is not known"
fi

# A configuration of OpenSSL that somebody else wrote is not opened.
printf 'openssl_conf = a\n[a]\nproviders = b\n[b]\nevil = c\n[c]\nmodule = %s/evil.so\nactivate = 1\n' "$work" >"$work/evil.cnf"
OPENSSL_CONF=$work/evil.cnf P=1234 strace -f -e trace=open,openat -o "$work/trace" \
  "$prefix/bin/honnin" text --virtual --pin-env P --lang en >/dev/null
grep -q libc "$work/trace" || fail 'strace saw nothing'
if grep -q evil "$work/trace"; then fail 'OPENSSL_CONF is obeyed'; fi
gcc -std=c99 -Wall -Wextra -Werror -I "$prefix/include" tests/dist/neighbours.c -ldl -o "$work/neighbours"
rustc --edition 2024 --crate-type cdylib -O tests/dist/neighbour.rs -o "$work/libneighbour.so"
OPENSSL_CONF=$work/evil.cnf strace -f -e trace=open,openat -o "$work/trace" \
  "$work/neighbours" "$library" "$work/libneighbour.so" neighbour_answer first >/dev/null
grep -q libhonnin "$work/trace" || fail 'strace saw nothing'
if grep -q evil "$work/trace"; then fail 'OPENSSL_CONF is obeyed by the library'; fi
echo '   a hostile OPENSSL_CONF is not opened'

# Start, the best of many: the library in 5 ms, the command in 10 ms.
gcc -std=c99 -O1 -D_GNU_SOURCE -Wall -Wextra -Werror tests/dist/load.c -ldl -o "$work/load"
for way in "5 $library" "10 $prefix/bin/honnin --version"; do
  # shellcheck disable=SC2086 # lists of words
  took=$("$work/load" $way) || fail "to start took $took ms: $way"
  echo "   ${way##*/} takes $took ms"
done

tools/other-openssl.sh "$target/other-openssl"
for order in first last; do
  "$work/neighbours" "$library" "$work/libneighbour.so" neighbour_answer "$order" >/dev/null
  "$work/neighbours" "$library" libcrypto.so.3 SHA256 "$order" >"$work/version"
  "$work/neighbours" "$library" "$target/other-openssl/libcrypto.so.1.1" SHA256 "$order" >>"$work/version"
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
    library=$0
    cd /room && dpkg -i ./*.deb >dpkg.log
    missing=$(dpkg-query -L "$library" libhonnin-dev honnin | grep "^/" | while read -r f; do [ -e "$f" ] || echo "$f"; done)
    [ -z "$missing" ] || { echo "not installed: $missing" >&2; exit 1; }
    gcc -std=c99 sdk-c-examples/read_and_sign.c $(pkg-config --cflags --libs honnin) -o of-deb
    ./of-deb --virtual sdk-c-examples/Makefile | grep -q "signature of 256 bytes"
    honnin --version
    dpkg --purge honnin libhonnin-dev "$library" >>dpkg.log
    left=$(find / -xdev -name "*honnin*" -not -path "/room/*" -not -path "/proc/*" -not -path "/var/log/*")
    [ -z "$left" ] || { echo "left behind: $left" >&2; exit 1; }
    echo "   the Debian packages install, serve, and leave nothing behind"' "libhonnin${soname#libhonnin.so.}"
done

lintian --fail-on error --allow-root "$dist"/deb/*.deb >"$work/lintian" || { cat "$work/lintian" >&2; fail 'lintian'; }
echo '== lintian finds no error'

[ -x "$target/conan/bin/conan" ] || { python3 -m venv "$target/conan" && "$target/conan/bin/pip" install --quiet conan; }
export CONAN_HOME=$work/conan-home EXAMPLES=$PWD/sdk-c-examples HONNIN_ARCHIVES=$dist
"$target/conan/bin/conan" profile detect >"$work/conan.log" 2>&1
cp -r tests/dist/conan "$work/program"
for shared in True False; do
  "$target/conan/bin/conan" create "$dist/recipes/conan" --options "honnin/*:shared=$shared" --test-folder "$work/program" \
    >>"$work/conan.log" 2>&1 || { tail -n 20 "$work/conan.log" >&2; fail 'conan create'; }
done
[ "$(grep -c 'signature of 256 bytes' "$work/conan.log")" = 2 ] || fail 'programs built by Conan do not read'
echo '== Conan makes a package, shared and static, and a program of either reads and signs'

for kind in linux-x86_64 linux-arm64 windows-x86_64 windows-i686; do
  [ -n "$(ls "$dist/honnin-$version-$kind".* 2>/dev/null)" ] || continue
  cmake -DPORT="$dist/recipes/vcpkg/honnin" -DARCHIVES="$dist" -DKIND=$kind -DOUT="$work/vcpkg-$kind" \
    -P tests/dist/vcpkg.cmake >"$work/vcpkg.log" 2>&1 || { cat "$work/vcpkg.log" >&2; fail "the port of vcpkg for $kind"; }
done
echo '== the port of vcpkg names the archives and their files (vcpkg itself is not here)'

if [ -e "$dist/honnin-$version-linux-arm64.tar.gz" ]; then
  echo '== arm64'
  tar -xzf "$dist/honnin-$version-linux-arm64.tar.gz" -C "$work"
  tools/test-arm64.sh "$work/honnin-$version-linux-arm64"
fi
if [ -e "$dist/honnin-$version-windows-x86_64.zip" ]; then
  for kind in x86_64 i686; do
    python3 -m zipfile -e "$dist/honnin-$version-windows-$kind.zip" "$work"
    chmod -R u+rwX "$work/honnin-$version-windows-$kind"
  done
  tools/test-windows.sh "$prefix/bin/honnin" "$work/honnin-$version-windows-x86_64" "$work/honnin-$version-windows-i686"
fi
