#!/usr/bin/env bash
# Installs the Debian packages that are missing, and says which before it does.
#   tools/setup.sh [build] [run] [lint] [test] [till] [python] [race] [pages] [windows] [arm64] [clean] [dist] [spark] [fuzz] [viewers]
set -euo pipefail

packages=() components=()
for purpose in "$@"; do
  case $purpose in
    build) packages+=(gcc libc6-dev make perl) ;; # OpenSSL is built from source
    run) packages+=(openssl) ;;                   # verifies what we signed
    lint) components+=(fmt clippy) ;;
    till) packages+=(g++ pkg-config binutils) ;; # the C library as a prefix, and the C++ till against it
    python) packages+=(python3 python3-venv) ;;  # the wheel; its other tools come from the Python registry
    test)
      # A real PC/SC service with a reader in software, in a network of its own, and other people's card tools.
      packages+=(pcscd vsmartcard-vpcd opensc iproute2 util-linux binutils openssl)
      # Compilers for the examples and the headers, and valgrind to watch the library.
      packages+=(gcc g++ clang cmake make pkg-config valgrind)
      # abidiff compares the interface with its baseline.
      packages+=(abigail-tools git)
      # strace shows that nothing is asked of a network; suites that others made come from the Python registry.
      packages+=(strace python3 python3-venv)
      # pdfsig judges our signatures in PDF files, which qpdf writes in its own ways; the command asks time-stamping
      # authorities with curl.
      packages+=(poppler-utils poppler-data qpdf curl)
      # Viewers of PDF beside poppler, and fonts of both kinds for visible signatures.
      packages+=(mupdf-tools ghostscript fonts-ipafont-gothic fonts-noto-cjk)
      # Completions are typed in each shell.
      packages+=(bash zsh fish)
      components+=(fmt clippy)
      ;;
    # Viewers of PDF say whether a file looks as it was signed. PDFium comes from the Python registry.
    viewers)
      packages+=(poppler-utils mupdf-tools ghostscript openssl python3 python3-venv)
      packages+=(default-jdk-headless libpdfbox2-java libitext5-java libbcprov-java libbcpkix-java libbcutil-java)
      ;;
    # The help sheet as PDF, pictures of screens, the reader of manual pages that complains, the reference as HTML.
    pages) packages+=(python3 weasyprint fonts-noto-cjk poppler-utils mandoc doxygen) ;;
    # Fuzz targets, beside the nightly toolchain.
    fuzz) packages+=(g++ libssl-dev pkg-config) ;;
    # ThreadSanitizer: a standard library built with it, and its runtime, which must be as new.
    race)
      packages+=(rustc-web cargo-web rust-web-src clang-19 libclang-rt-19-dev)
      packages+=(gcc libc6-dev libssl-dev pkg-config util-linux binutils)
      ;;
    # What judges Debian packages.
    dist) packages+=(lintian debootstrap strace binutils python3 python3-venv) ;;
    # PySpark comes from the Python registry, and Java from here.
    spark) packages+=(default-jre-headless procps) ;;
    # A Debian with Python only, for the wheel.
    clean) packages+=(debootstrap python3 util-linux) ;;
    # Rust's standard library is built for Windows from source; Wine runs what comes out.
    windows)
      packages+=(rustc-web cargo-web rust-web-src gcc libc6-dev make perl pkg-config)
      packages+=(gcc-mingw-w64-x86-64-win32 g++-mingw-w64-x86-64-win32 zip gcc-mingw-w64-i686-win32 g++-mingw-w64-i686-win32)
      packages+=(debootstrap pcscd vsmartcard-vpcd iproute2 util-linux)
      ;;
    # The same for arm64; qemu runs what comes out.
    arm64)
      packages+=(rustc-web cargo-web rust-web-src gcc g++ libc6-dev make perl pkg-config)
      packages+=(gcc-aarch64-linux-gnu g++-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user)
      ;;
    *) echo "setup: unknown purpose $purpose" >&2; exit 2 ;;
  esac
done

if ! command -v cargo >/dev/null; then
  echo 'setup: cargo was not found. Install a Rust toolchain, 1.88 or later: https://rustup.rs' >&2
  exit 1
fi
for component in ${components[@]+"${components[@]}"}; do
  if ! cargo "$component" --version >/dev/null 2>&1; then
    echo "setup: cargo $component does not work: the toolchain lacks it (rustup component add ${component/#fmt/rustfmt})" >&2
    exit 1
  fi
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "setup: this is no Debian, so nothing is installed. What these Debian packages have must be there: ${packages[*]}"
  exit 0
fi

missing=()
for package in $(printf '%s\n' "${packages[@]}" | sort -u); do
  dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
# Debian's Rust, where it is asked for, must compile this workspace: an older one counts as missing, with what belongs to it.
needed=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$(dirname "$0")/../Cargo.toml")
for package in rustc-web cargo-web rust-web-src; do
  [[ " ${packages[*]-} " == *" $package "* ]] || continue
  version=$(dpkg-query --show --showformat='${Version}' "$package" 2>/dev/null || true)
  [ -z "$version" ] || ! dpkg --compare-versions "$version" lt "$needed" || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi

echo "== These Debian packages are missing and will be installed with apt-get: ${missing[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "setup: there is no sudo. As root: apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
run() { ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive "$@" </dev/null; }
install() { run apt-get install --yes --quiet --no-install-recommends "${missing[@]}"; }
# Lists that are absent, or older than the archive, name packages that are not there any more, or old ones.
fresh=$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -mtime -1 -print -quit 2>/dev/null || true)
[ -n "$fresh" ] || run apt-get update --quiet || true
install || { run apt-get update --quiet && install; }
