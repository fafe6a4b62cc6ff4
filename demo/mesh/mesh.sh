#!/bin/sh
# Two Receptor nodes on loopback, and jobs that go through them:
#
#   RECEPTOR=/path/of/receptor demo/mesh/mesh.sh        one job, followed as it runs
#   RECEPTOR=/path/of/receptor demo/mesh/mesh.sh 100    so many jobs, eight at a time
#
# RUNNER names the ansible-runner of both ends (default: the one in PATH).
#
# A runner that is killed with SIGKILL cannot release its job: the unit, with the job's secrets, stays on both
# nodes (and runs to its end) until `receptorctl work release UNIT`; `receptorctl work list` names it.
set -eu
count=${1:-1}
here=$(cd "$(dirname "$0")" && pwd)
: "${RECEPTOR:?names the receptor program, see https://github.com/ansible/receptor/releases}"
runner=$(command -v "${RUNNER:-ansible-runner}")

dir=$(mktemp -d)
control='' exec1=''
# shellcheck disable=SC2317  # called by the trap
finish() {
  for pid in $exec1 $control; do kill "$pid" 2>/dev/null || true; done
  wait
  rm -rf "$dir"
}
trap finish EXIT
trap 'exit 130' INT TERM

mkdir "$dir/control" "$dir/exec1" "$dir/private" "$dir/private/project"
for node in control exec1; do
  sed "s|DIR|$dir|g; s|RUNNER|$runner|g" "$here/$node.yml" >"$dir/$node.yml"
done
# A worker sees the environment of the daemon that starts it, and sends it home: no more than it needs.
"$RECEPTOR" -c "$dir/control.yml" & control=$!
env -i PATH="$PATH" HOME="$HOME" "$RECEPTOR" -c "$dir/exec1.yml" & exec1=$!
until [ -S "$dir/control.sock" ]; do
  kill -0 "$control" 2>/dev/null || exit 1
  sleep 0.1
done

cp "$here/../project/"*.yml "$dir/private/project/"
job="run $dir/private -p test.yml --node exec1 --receptor-socket $dir/control.sock"
if [ "$count" -eq 1 ]; then
  # shellcheck disable=SC2086  # words
  "$runner" $job -i one
else
  # shellcheck disable=SC2086
  seq "$count" | xargs -P 8 -I '{}' "$runner" $job -q -i 'job{}'
  "$runner" status "$dir/private"
fi
