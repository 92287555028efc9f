#!/usr/bin/env bash
# Makes the archives that are handed out, in target/dist, with their SHA256SUMS.
#   tools/dist.sh [linux-x86_64] [linux-arm64] [windows-x86_64] [windows-i686]     (all of them unless named)
# The same source makes the same bytes: files are sorted, and dated by the commit (SOURCE_DATE_EPOCH).
set -euo pipefail

cd "$(dirname "$0")/.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1767225600)}
dist=$target/dist
mkdir -p "$dist"
[ $# -gt 0 ] || set -- linux-x86_64 linux-arm64 windows-x86_64 windows-i686

for kind in "$@"; do
  name=honnin-$version-$kind
  prefix=$dist/tree/$name
  rm -rf "$prefix"
  case $kind in
    linux-x86_64) tools/portable.sh x86_64 "$prefix"; triple=x86_64-unknown-linux-gnu ;;
    linux-arm64) tools/portable.sh arm64 "$prefix"; triple=aarch64-unknown-linux-gnu ;;
    windows-*) tools/windows.sh "${kind#windows-}" "$prefix"; triple=${kind#windows-}-pc-windows-gnu ;;
    *) echo "dist: there is no $kind" >&2; exit 2 ;;
  esac
  case $kind in
    linux-x86_64) tools/bill.py "$triple" "$prefix" ;;
    *) RUSTC=/usr/bin/rustc tools/bill.py "$triple" "$prefix" ;; # Debian's Rust built these
  esac
  case $kind in
    linux-*)
      tar --create --sort=name --format=gnu --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
        --mode=u=rwX,go=rX --directory "$dist/tree" "$name" | gzip -9 --no-name >"$dist/$name.tar.gz"
      ;;
    windows-*)
      rm -f "$dist/$name.zip"
      find "$prefix" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
      (cd "$dist/tree" && find "$name" -type f | LC_ALL=C sort | TZ=UTC zip --quiet -X -9 "$dist/$name.zip" --names-stdin)
      ;;
  esac
done
tools/recipes.sh
(
  cd "$dist"
  find . -maxdepth 1 -name "honnin*$version*" -type f -printf '%P\n' | LC_ALL=C sort | xargs sha256sum -- >SHA256SUMS
)
cat "$dist/SHA256SUMS"
