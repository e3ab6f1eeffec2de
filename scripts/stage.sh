#!/usr/bin/env bash
# stage.sh NAME COMMAND...: runs the command and says how long it took by the clock on the wall.
set -euo pipefail

name=$1
shift
printf '== %s\n' "$name"
status=0
start=$EPOCHREALTIME
"$@" || status=$?
end=$EPOCHREALTIME
milliseconds=$(((${end/[.,]/} - ${start/[.,]/}) / 1000))
verdict=ok
[ "$status" -eq 0 ] || verdict="failed with exit code $status"
printf '== %s: %s, %d.%03d s\n' "$name" "$verdict" $((milliseconds / 1000)) $((milliseconds % 1000))
exit "$status"
