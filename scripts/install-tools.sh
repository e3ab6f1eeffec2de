#!/usr/bin/env bash
# Installs what building and testing need on a Debian 12 machine that already has Rust. It says what it does, does
# nothing where nothing is missing, and asks for no input.
set -euo pipefail

say() { printf '%s\n' "$*"; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    say "this needs root or sudo: $*" >&2
    exit 1
  fi
}

apt_ready=no
install_packages() {
  say "installing: $*"
  if [ "$apt_ready" = no ]; then
    as_root apt-get -qq update
    apt_ready=yes
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "$@" >/dev/null </dev/null
}

# The tests start servers of their own, so the package should not make and start one. Debian's switch for that lies in
# a file of the package postgresql-common; it is put back afterwards.
install_postgresql() {
  local switch=/etc/postgresql-common/createcluster.conf
  install_packages postgresql-common
  as_root cp -p "$switch" "$switch.before-mainstay"
  printf 'create_main_cluster = false\n' | as_root tee -a "$switch" >/dev/null
  local status=0
  install_packages postgresql-15 || status=$?
  as_root mv "$switch.before-mainstay" "$switch"
  return "$status"
}

for part in cargo rustfmt cargo-clippy; do
  command -v "$part" >/dev/null || { say "missing: $part; install Rust with rustfmt and clippy first" >&2; exit 1; }
done

# SQLite and the cryptography are built from C; make runs the stages.
{ command -v cc && command -v make; } >/dev/null || install_packages build-essential

# The server itself; psql alone is not enough.
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || install_postgresql

# The web parts in web/ are built with Node and npm when the program is built.
{ command -v node && command -v npm; } >/dev/null || install_packages nodejs npm
node_version=$(node --version)
node_major=${node_version#v}
[ "${node_major%%.*}" -ge 18 ] || { say "node $node_version is too old; the web parts need 18 or later" >&2; exit 1; }

# The pages are looked at, and tried by tests, in a real browser.
command -v chromium >/dev/null || install_packages chromium

command -v cargo-nextest >/dev/null || say "cargo-nextest is not here: the tests run with cargo test, which takes longer"
say "nothing is missing"
