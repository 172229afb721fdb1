# shellcheck shell=sh disable=SC2154 # root comes from the script that sources this
# Sourced by samples/run and tests/run: installs what is missing, and says nothing when nothing is.
# Works as root and through sudo. $root is the repository.

say() { printf '%s\n' "$*" >&2; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    say "sudo is not installed, and $(id -un) is not root"
    return 1
  fi
}

# keep_caller PROGRAM ARGUMENTS...: through sudo, only the installing needs root; what is built in the
# caller's own clone shall belong to the caller.
keep_caller() {
  [ "$(id -u)" -eq 0 ] && [ "${SUDO_UID:-0}" != 0 ] || return 0
  [ "$(stat -c %u "$root")" = "$SUDO_UID" ] || return 0
  exec sudo -H -u "#$SUDO_UID" -- "$@"
}

missing_packages() {
  for package in "$@"; do
    case "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)" in
    'install ok installed') ;;
    *) printf '%s ' "$package" ;;
    esac
  done
}

install_packages() {
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  say "installing: $missing"
  log=$(mktemp)
  # shellcheck disable=SC2086 # a list of words is meant
  if ! { as_root apt-get update -q &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
      $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    say "these packages are missing and could not be installed. As root, run"
    say "  apt-get install --no-install-recommends $missing"
    say "and then this again."
    exit 1
  fi
  rm -f "$log"
}

# Build tools and the libraries of every floor.
install_build_packages() {
  install_packages build-essential cmake ninja-build pkg-config ca-certificates \
    libjpeg62-turbo-dev libpng-dev liblcms2-dev libexif-dev libheif-dev libtiff-dev libwebp-dev \
    libstb-dev libdeflate-dev libcairo2-dev libpango1.0-dev libjansson-dev nettle-dev libsqlite3-dev libseccomp-dev libsodium-dev libvlfeat-dev \
    libcmocka-dev fonts-dejavu-core
}

have_models() {
  [ -f "$root/samples/node_modules/@mediapipe/face_mesh/face_mesh_solution_packed_assets.data" ] &&
    [ -d "$root/samples/node_modules/img-comparison-slider" ]
}

# All that needs root. npm comes with some Node.js installations and with Debian's package of its own.
install_needed() {
  install_build_packages
  have_models || command -v npm >/dev/null 2>&1 || install_packages nodejs npm
}

# The face model and the report's slider, pinned by the lock file's integrity hashes.
install_models() {
  have_models && return 0
  say "fetching the face model"
  log=$(mktemp)
  if ! (cd "$root/samples" && npm ci --ignore-scripts --no-audit --no-fund) >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    say "the face model could not be fetched from the npm registry; run this again with a network"
    exit 1
  fi
  rm -f "$log"
}

# For the test of report.html in a browser, which is skipped without it. Needs root.
install_browser() {
  command -v chromium >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && return 0
  (command -v chromium >/dev/null 2>&1 || install_packages chromium
  command -v npm >/dev/null 2>&1 || install_packages nodejs npm) ||
    say "without Chromium the test of the report in a browser is skipped"
}

# What drives the browser, pinned by the lock file's integrity hashes.
install_browser_driver() {
  [ -d "$root/tests/browser/node_modules/axe-core" ] && return 0
  command -v npm >/dev/null 2>&1 || return 0
  say "fetching what drives the browser in a test"
  (cd "$root/tests/browser" && npm ci --ignore-scripts --no-audit --no-fund) >/dev/null 2>&1 ||
    say "it could not be fetched: the test of the report in a browser is skipped"
}

# build FOLDER CMAKE-OPTIONS...: configures once, then builds; quiet unless it fails.
build() {
  folder=$1
  shift
  log=$(mktemp)
  if ! { cmake -S "$root" -B "$folder" -G Ninja "$@" && cmake --build "$folder" --target "${build_target:-all}"; } >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    rm -f "$log"
    say "the build failed"
    exit 1
  fi
  rm -f "$log"
}
