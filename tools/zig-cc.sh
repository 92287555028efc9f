#!/usr/bin/env bash
# Writes FOLDER/zig-cc: zig as a C compiler and linker for Linux on MACHINE with glibc 2.28, by the Python that has ziglang.
#   tools/zig-cc.sh FOLDER MACHINE PYTHON          MACHINE: x86_64, aarch64
set -euo pipefail

# The name of a compiler is compiled into OpenSSL, so it is put on the PATH and has none. Rust asks for gcc's unwinder, in place of
# which zig has one that is linked in. The names that Rust has for targets are none of zig's.
cat >"$1/zig-cc" <<SCRIPT
#!/bin/sh
for word do
  shift
  case "\$word" in
    -lgcc_s) set -- "\$@" -lunwind ;;
    --target=*) ;;
    *) set -- "\$@" "\$word" ;;
  esac
done
exec "$3" -m ziglang cc -target $2-linux-gnu.2.28 "\$@"
SCRIPT
chmod +x "$1/zig-cc"
