#!/bin/sh
# Installs ansible-runner from a directory or URL that has its releases: picks the program for this
# machine, verifies its SHA-256 sum, and puts it into PREFIX/bin. Runs nothing that it has not verified.
#
#   sh install.sh [--from DIR_OR_URL] [--prefix DIR]
#
#   --from    where SHA256SUMS and the programs are; install.sh of a release knows its own
#   --prefix  default: /usr/local where that can be written, else ~/.local
set -eu

RELEASE=

fail() {
  echo "error: $*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

target() {
  [ "$(uname -s)" = Linux ] || fail "Cannot install on $(uname -s): expected Linux"
  case $(ldd --version 2>&1 || true) in
    *musl*) fail "Cannot install on musl: the programs need glibc 2.27 or newer (use the container image)" ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) echo x86_64-unknown-linux-gnu ;;
    aarch64 | arm64) echo aarch64-unknown-linux-gnu ;;
    *) fail "Cannot install on $(uname -m): expected x86_64 or aarch64" ;;
  esac
}

fetch() { # name
  case $FROM in
    http://* | https://*)
      if have curl; then
        curl -fsSL -o "$SCRATCH/$1" "$FROM/$1" || fail "Cannot download $FROM/$1"
      elif have wget; then
        wget -q -O "$SCRATCH/$1" "$FROM/$1" || fail "Cannot download $FROM/$1"
      else
        fail "Cannot download: install curl or wget"
      fi
      ;;
    *)
      cp "$FROM/$1" "$SCRATCH/$1" 2>/dev/null || fail "Cannot read $FROM/$1"
      ;;
  esac
}

verify() { # name
  grep -- "  $1\$" "$SCRATCH/SHA256SUMS" >"$SCRATCH/sum"
  if have sha256sum; then
    (cd "$SCRATCH" && sha256sum -c sum >/dev/null 2>&1) || fail "Cannot install $1: its SHA-256 sum is not that of SHA256SUMS"
  elif have shasum; then
    (cd "$SCRATCH" && shasum -a 256 -c sum >/dev/null 2>&1) || fail "Cannot install $1: its SHA-256 sum is not that of SHA256SUMS"
  else
    fail "Cannot verify $1: install sha256sum or shasum"
  fi
}

place() { # name, path, mode: whole or not at all
  mkdir -p "${2%/*}" 2>/dev/null || fail "Cannot make ${2%/*}"
  cp "$SCRATCH/$1" "$2.new.$$" 2>/dev/null || fail "Cannot write to ${2%/*} (try --prefix, or as root)"
  chmod "$3" "$2.new.$$"
  mv -f "$2.new.$$" "$2"
}

main() {
  FROM=$RELEASE
  PREFIX=
  while [ $# -gt 0 ]; do
    case $1 in
      --from | --prefix)
        [ $# -ge 2 ] || fail "Cannot read $1: expected a value after it"
        if [ "$1" = --from ]; then FROM=${2%/}; else PREFIX=${2%/}; fi
        shift 2
        ;;
      -h | --help)
        echo "usage: sh install.sh [--from DIR_OR_URL] [--prefix DIR]"
        exit 0
        ;;
      *) fail "Cannot read $1: expected --from or --prefix" ;;
    esac
  done
  [ -n "$FROM" ] || fail "Cannot tell where the releases are: expected --from DIR_OR_URL"
  if [ -z "$PREFIX" ]; then
    if [ -w /usr/local/bin ]; then PREFIX=/usr/local; else PREFIX=$HOME/.local; fi
  fi

  target=$(target)
  SCRATCH=$(mktemp -d)
  trap 'rm -rf "$SCRATCH"' EXIT
  trap 'exit 1' HUP INT TERM

  fetch SHA256SUMS
  name=$(sed -n "s/^[0-9a-f]\{64\}  \(ansible-runner-[0-9A-Za-z.-]*-$target\)\$/\1/p" "$SCRATCH/SHA256SUMS")
  case $name in
    '') fail "Cannot find a program for $target in $FROM/SHA256SUMS" ;;
    *"
"*) fail "Cannot choose a program for $target: $FROM/SHA256SUMS has several" ;;
  esac
  # A quarter of the bytes, where it can be unpacked.
  if have xz && grep -q -- "  $name\.xz\$" "$SCRATCH/SHA256SUMS"; then
    fetch "$name.xz"
    verify "$name.xz"
    xz -d "$SCRATCH/$name.xz" || fail "Cannot unpack $name.xz"
  else
    fetch "$name"
  fi
  verify "$name"
  place "$name" "$PREFIX/bin/ansible-runner" 755
  if grep -q '  ansible-runner\.1$' "$SCRATCH/SHA256SUMS"; then
    fetch ansible-runner.1
    verify ansible-runner.1
    place ansible-runner.1 "$PREFIX/share/man/man1/ansible-runner.1" 644
  fi

  echo "installed $PREFIX/bin/ansible-runner: $("$PREFIX/bin/ansible-runner" --version)"
  case ":$PATH:" in
    *":$PREFIX/bin:"*) ;;
    *) echo "add it to PATH: export PATH=\"$PREFIX/bin:\$PATH\"" ;;
  esac
  echo "see what this host lacks: ansible-runner doctor"
}

# Last, so that a script cut short does nothing.
main "$@"
