#!/usr/bin/env bash
# Sets this machine up for Kechid: system packages, virtual environment, wheels. Says what it does; a second run is a stamp check.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\033[1mset-up\033[0m %s\n' "$*" >&2; }
die() { printf 'set-up: %s\n' "$*" >&2; exit 2; }

stamp=.venv/.ready-$(cat setup.cfg pyproject.toml constraints.txt scripts/setup.sh tests/node/package-lock.json | sha256sum | cut -c1-16)
[ -e "$stamp" ] && exit 0

# --- Python ------------------------------------------------------------------------------------------------
python=""
for candidate in ${KECHID_PYTHON:-} python3.11 python3.12 python3.13 python3; do
  if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
    python=$candidate; break
  fi
done
[ -n "$python" ] || die "needs Python 3.11, 3.12 or 3.13 (apt-get install python3 python3-venv); found $(python3 --version 2>&1 || echo none)"

# --- system packages: what for -> package -------------------------------------------------------------------
missing=()
libraries=$(/sbin/ldconfig -p 2>/dev/null || true)
need() { eval "$2" >/dev/null 2>&1 || missing+=($1); }
need mosquitto 'test -x /usr/sbin/mosquitto || command -v mosquitto'
need xvfb 'command -v Xvfb'
need xdotool 'command -v xdotool'
need chromium 'command -v chromium || command -v chromium-browser || command -v google-chrome'
need chromium-driver 'command -v chromedriver'
need postgresql 'ls /usr/lib/postgresql/*/bin/initdb'
need haproxy 'test -x /usr/sbin/haproxy || command -v haproxy'
need tesseract-ocr 'command -v tesseract'
tesseract_data=$(tesseract --list-langs 2>/dev/null || true)
for language in aze kat ukr ron rus; do
  need "tesseract-ocr-$language" "grep -qx $language <<< \"\$tesseract_data\""
done
need softhsm2 'ls /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so 2>/dev/null | grep -q .'
need npm 'command -v npm'
# The browser tests take a third of the time in it; not every distribution has it.
need chromium-headless-shell 'command -v chromium-headless-shell'
need fonts-dejavu-core 'ls /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf'
for library in libegl1:libEGL.so.1 libgl1:libGL.so.1 libxkbcommon-x11-0:libxkbcommon-x11.so.0 libxcb-cursor0:libxcb-cursor.so.0 \
  libxcb-icccm4:libxcb-icccm.so.4 libxcb-keysyms1:libxcb-keysyms.so.1 libxcb-shape0:libxcb-shape.so.0 libxcb-image0:libxcb-image.so.0 \
  libxcb-render-util0:libxcb-render-util.so.0 libxcb-randr0:libxcb-randr.so.0 libxcb-xkb1:libxcb-xkb.so.1 libdbus-1-3:libdbus-1.so.3 \
  libfontconfig1:libfontconfig.so.1 libglib2.0-0:libgthread-2.0.so.0; do
  need "${library%%:*}" "[[ \$libraries == *'${library##*:} '* ]]"
done
"$python" -c 'import ensurepip, venv' 2>/dev/null || missing+=("$("$python" -c 'import sys; print(f"python3.{sys.version_info[1]}-venv")')")

if [ ${#missing[@]} -gt 0 ]; then
  sudo=""
  [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null && sudo="sudo -n"; }
  if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || [ -n "$sudo" ]; }; then
    say "system packages: ${missing[*]}"
    $sudo apt-get update -qq >&2 || say "apt-get update failed; trying with the lists that are here"
    apt-cache show chromium-headless-shell >/dev/null 2>&1 || missing=("${missing[@]/chromium-headless-shell}")
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ${missing[*]} >/tmp/kechid-apt.$$ 2>&1 \
      || { tail -n 3 /tmp/kechid-apt.$$ >&2; say "some system packages could not be installed: what needs them will say so"; }
    rm -f /tmp/kechid-apt.$$
  else
    say "no root and no sudo, so these are missing: ${missing[*]} (broker, screen and browser tests are skipped, the demo needs mosquitto)"
  fi
fi

# --- virtual environment and wheels --------------------------------------------------------------------------
say "virtual environment .venv with $("$python" --version)"
# Without any stamp it was never finished: an interrupted installation is not mended but made anew.
ls .venv/.ready-* >/dev/null 2>&1 || "$python" -m venv --clear .venv || die "cannot make .venv: install the venv package of your Python"
say "packages (about 600 MB, a few minutes the first time)"
export PIP_DISABLE_PIP_VERSION_CHECK=1
.venv/bin/python -m pip install --quiet --progress-bar on --constraint constraints.txt --editable '.[edge,gui,hub,s3,dev]' 2> >(grep -v '^WARNING: Location' >&2) \
  || die "packages could not be installed (no package index in reach?); run again when it is"

# --- a real Ethereum node for the tests ----------------------------------------------------------------------
say "Ethereum node of the tests (anvil, from npm)"
npm ci --prefix tests/node --ignore-scripts --no-audit --no-fund --loglevel=error >&2 \
  || say "anvil cannot be had: the tests that need an Ethereum node are skipped"
rm -f .venv/.ready-*
touch "$stamp"
say "ready"
