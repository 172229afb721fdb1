#!/bin/sh
# browser.sh PAGES SLIDER-FOLDER SCREENSHOTS: makes the pages and drives them in headless Chromium. 77
# means skipped. The screenshots are left for people to look at.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
skip() {
  echo "skipped: $*"
  exit 77
}
[ -f "$2/dist/index.js" ] || skip "img-comparison-slider is not in samples/node_modules"
command -v node >/dev/null 2>&1 || skip "node is not installed"
browser=$(command -v chromium || command -v chromium-browser || true)
[ -n "$browser" ] || skip "chromium is not installed"
[ -d "$here/node_modules/playwright-core" ] && [ -d "$here/node_modules/axe-core" ] ||
  skip "tests/browser/node_modules is not there; tests/run fetches it"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$1" "$scratch" "$2/dist/index.js"
mkdir -p "$3"
node "$here/browser.mjs" "$browser" "$scratch" "$3"
