#!/usr/bin/env bash
# One package under Wine, with a pcscd of its own; called by tools/test-windows.sh in namespaces of its own.
#   HONNIN: the command that plays the card, ROOM: the chroot with Wine, PLACE: the programs in it
set -euo pipefail

ip link set lo up
mount -t tmpfs tmpfs /run
mkdir -m 755 /run/pcscd
mount --bind /run/pcscd "$ROOM/run/pcscd"
mount -t proc proc "$ROOM/proc"
mount --rbind /dev "$ROOM/dev"
logs=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$logs"' EXIT
polkit=$(pcscd --help | grep -o -- --disable-polkit || true)
pcscd --foreground --error ${polkit:+"$polkit"} >"$logs/pcscd" 2>&1 &
for _ in $(seq 50); do [ -S /run/pcscd/pcscd.comm ] && break; sleep 0.1; done
"$HONNIN" virtual-card --pcscd --ca-out "$logs/ca" >"$logs/card" 2>&1 &
for _ in $(seq 50); do "$HONNIN" info >/dev/null 2>&1 && break; sleep 0.1; done

inside=/${PLACE#"$ROOM"/}
wine() {
  local program=$1
  shift
  timeout 120 chroot "$ROOM" env HOME=/root WINEDEBUG=-all LD_LIBRARY_PATH=/opt/pcsc HONNIN_PIN=ABC123 \
    sh -c 'cd "$0" && exec wine "$@" 2>/tmp/stderr' "$inside" "$program" "$@"
}
# expect WHAT TEXT PROGRAM...: the program ends well and its output has the text.
expect() {
  local what=$1 text=$2 output
  shift 2
  if ! output=$(wine "$@") || ! grep -qF -- "$text" <<<"$output"; then
    { printf 'test-windows: %s: no "%s" in\n%s\n' "$what" "$text" "$output"; cat "$ROOM/tmp/stderr"; } >&2
    exit 1
  fi
  echo "   $what"
}
wine wineboot -i >/dev/null

expect 'the command starts' 'honnin ' honnin.exe --version
expect 'doctor sees the reader and its card' 'Virtual PCD 00 00' honnin.exe doctor
expect 'the kind of the card' 'PLASTIC' honnin.exe info
expect 'a program in C lists readers' 'Virtual PCD 00 00' list_readers.exe
expect 'a program in C reads and signs' 'signature of 256 bytes' read_and_sign.exe --password ABC123 honnin.exe
expect 'a connection of a program' '' own_connection.exe
expect 'a card shared, claimed and given back' 'shared, claimed, given back' share.exe
expect 'the till serves customers, in UTF-8' '署名しました' pos_identify.exe --encoding utf-8 --script demo-rest.txt
expect 'the till serves customers by tap' '署名しました' pos_identify.exe --encoding utf-8 --tap --script demo-tap.txt
expect 'the gate answers and tells no age' '【○ 可】' age_gate.exe --virtual '{}' --script demo-age.txt
expect 'the counter sees the photo' '確認しました' counter_check.exe photo.png --virtual '{}' --script demo-counter.txt
inside=$inside/decoy expect 'PC/SC is the one of Windows, whatever lies beside the program' 'PLASTIC' honnin.exe info
chroot "$ROOM" env HOME=/root wineserver -k 2>/dev/null || true
