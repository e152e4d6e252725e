# What the scripts beside this file share. They source it.
# shellcheck shell=bash

root=$(dirname "$(dirname "$(realpath "${BASH_SOURCE[0]}")")")

fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# Prints the line of the script's header that shows its arguments.
usage() {
  sed -n 's/^#   packaging/usage: packaging/p' "$0" >&2
  exit 2
}

# Refuses a version that is not the one in Cargo.toml: the binary prints that one.
check_version() { # VERSION
  local own
  own=$(sed -n '/^\[workspace.package\]/,/^$/s/^version = "\(.*\)"/\1/p' "$root/Cargo.toml")
  [[ "$1" == "$own" ]] || fail "version $1 was asked for, but Cargo.toml says $own"
}

# Splits TARGET=BINARY into `target` and `binary`.
split_pair() { # TARGET=BINARY
  target=${1%%=*} binary=${1#*=}
  [[ "$1" == *=* && -n "$(field target)" ]] || fail "'$1' is not TARGET=BINARY with a target of packaging/targets.tsv"
  [[ -f "$binary" ]] || fail "$binary does not exist"
  binary=$(realpath "$binary")
}

# What a column of targets.tsv says about `target`.
field() { # COLUMN
  awk -F '\t' -v column="$1" -v target="$target" '
    /^#/ { next }
    !place { for (i = 1; i <= NF; i++) if ($i == column) place = i; next }
    $1 == target { print $place }' "$root/packaging/targets.tsv"
}

# The time of all files in a package: that of the commit, so that the same commit gives the same bytes.
set_date() {
  if [[ -z "${SOURCE_DATE_EPOCH:-}" ]]; then
    SOURCE_DATE_EPOCH=$(git -C "$root" log -1 --format=%ct 2>/dev/null || date +%s)
  fi
  export SOURCE_DATE_EPOCH
}
