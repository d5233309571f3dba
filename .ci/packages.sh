# Sourced by ./test and ./demo: finds out which Debian packages are missing and installs them.
# shellcheck shell=bash

missing=()

# need PACKAGE CHECK: remembers the package unless the check succeeds.
need() {
  if ! eval "$2" >/dev/null 2>&1; then
    missing+=("$1")
  fi
}

need_rust() {
  if ! command -v cargo >/dev/null 2>&1 && [ -f "${CARGO_HOME:-$HOME/.cargo}/env" ]; then
    . "${CARGO_HOME:-$HOME/.cargo}/env"
  fi
  if ! command -v cargo >/dev/null 2>&1; then
    echo "Rust is missing: install it from https://rustup.rs and run this again." >&2
    exit 1
  fi
  # The SQLite engine and the linker need a C compiler.
  need gcc 'command -v cc'
}

# Notices are set in BIZ UD; characters it lacks are taken from IPAmj Mincho.
need_fonts() {
  need fonts-morisawa-bizud-gothic 'compgen -G "/usr/share/fonts/*/*/BIZUDGothic*" || compgen -G "/usr/share/fonts/*/*/*/BIZUDGothic*"'
  need fonts-morisawa-bizud-mincho 'compgen -G "/usr/share/fonts/*/*/BIZUDMincho*" || compgen -G "/usr/share/fonts/*/*/*/BIZUDMincho*"'
  need fonts-ipamj-mincho          'compgen -G "/usr/share/fonts/*/*/ipamjm*" || compgen -G "/usr/share/fonts/*/*/*/ipamjm*"'
}

install_needed() {
  if [ ${#missing[@]} -eq 0 ]; then
    return
  fi
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
      echo "These packages are missing and only root can install them: ${missing[*]}" >&2
      echo "As root: apt-get install --no-install-recommends ${missing[*]}" >&2
      exit 1
    fi
    as_root=(sudo)
  fi
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "These packages are missing and this system has no apt-get: ${missing[*]}" >&2
    echo "Install what they contain in your system's own way and run this again." >&2
    exit 1
  fi
  echo "Installing ${missing[*]} …"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}
