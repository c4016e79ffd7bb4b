#!/bin/bash
# Muara as a peer of the yardstick: `muara poll --all` on a config made from the origin's list. Called as
# run_muara.sh URLS_FILE WORKDIR ORIGIN_PORT K FRAC by the yardstick's compare.sh, which sets PERF_LIB:
#   cargo build --release && PERF_EXTRA=benches/perf …/perf/compare.sh 1000 muara
# MUARA: the binary (default: target/release/muara of this checkout).
# One more phase, `empty`, has no sources: what starting costs, to be subtracted from the others.
. "${PERF_LIB:?set by compare.sh}"; args "$@"

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
MUARA=${MUARA:-${CARGO_TARGET_DIR:-$top/target}/release/muara}
[ -x "$MUARA" ] || { echo "no $MUARA: cargo build --release first, or set MUARA"; exit 1; }

# Everything but the sources: config_head STATE. Topics in scripts with and without spaces, so that
# matching has something to do; nothing is limited that the peers do not limit.
config_head() {
  cat <<TOML
[daemon]
listen = "127.0.0.1:0"
state = "$1"

[polling]
first_poll = 5000

[[topic]]
name = "government"
title = "Government"
rule = "government or Regierung or gouvernement or gobierno or governo or правительств* or 政府 or حكومة"

[[topic]]
name = "police-and-market"
title = "Police and market"
rule = "(police or polizei or 警察) and (market or markt or 市场 or economy)"
TOML
}

# A domain is an address of loopback here; each holds many feeds.
domains() {
  sed -E 's|^https?://([^/:]+).*|\1|' "$URLS" | sort -u |
    while read -r host; do printf '\n[[domain]]\nname = "%s"\nconnections = 64\n' "$host"; done
}

sources() {
  local n=0 url
  while read -r url; do
    printf '\n[[source]]\nid = "s%d"\nurl = "%s"\nallow_private = true\n' "$n" "$url"
    n=$((n + 1))
  done < "$URLS"
}

config_head "$WORK/state-empty" > "$WORK/empty.toml"
{ config_head "$WORK/state"; domains; sources; } > "$WORK/config.toml"

measure --peer muara --phase empty --feeds 0 --items "echo 0" -- "$MUARA" --config "$WORK/empty.toml" poll --all
POLL="$MUARA --config $WORK/config.toml poll --all"
ITEMS_CMD="sqlite3 -readonly $WORK/state/muara.db 'select count(*) from entries'"
phases muara
