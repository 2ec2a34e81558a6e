#!/usr/bin/env bash
# Installs programs, units and configuration samples: install.sh ROOT PREFIX
# ROOT is where the files go now ("$(DESTDIR)$(PREFIX)"), PREFIX where they will be found when they run.
# KECHID_EXTRAS chooses the roles (default edge,gui,hub), KECHID_PYTHON the interpreter.
set -euo pipefail

say() { printf 'install: %s\n' "$*" >&2; }
die() { say "$*"; exit 2; }

[ $# -eq 2 ] || die "usage: install.sh ROOT PREFIX"
case "$1$2" in *[[:space:]]*) die "a folder with a space in its name cannot hold programs: '$1' '$2'" ;; esac
case "$1" in /*) ;; *) die "ROOT '$1' is not an absolute path" ;; esac
case "$2" in /*) ;; *) die "PREFIX '$2' is not an absolute path" ;; esac
root=${1%/} prefix=${2%/}
[ -n "$root" ] && [ -n "$prefix" ] || die "the root folder itself is no place to install to"
cd "$(dirname "$0")/.."

mkdir -p "$root" 2>/dev/null && [ -w "$root" ] || die "$root: not writable"
root=$(cd "$root" && pwd -P)
[ "${1%/}" != "${2%/}" ] || prefix=$root
home=$prefix/lib/kechid
[ ! -e "$root/lib/kechid" ] || [ -e "$root/lib/kechid/pyvenv.cfg" ] \
  || die "$root/lib/kechid: exists and is not an installation of Kechid"
# Built beside the old one and moved into its place at the end: a failure leaves what was there.
stage=$root/lib/kechid.new

python=${KECHID_PYTHON:-python3}
"$python" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
  || die "$python: needs Python 3.11 to 3.13 with its venv package (KECHID_PYTHON names another)"

work=$(mktemp -d)
trap 'rm -rf "$work" "$stage"' EXIT

# --- programs: a copy of the sources is built, so that no stale build folder leaks into the wheel -------------
say "programs into $root/lib/kechid"
mkdir "$work/source"
tar -c --exclude=__pycache__ edge_agent gui hardware hub models sync setup.cfg pyproject.toml README.md LICENSE \
  | tar -x -C "$work/source"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore PYTHONDONTWRITEBYTECODE=1
rm -rf "$stage"
"$python" -m venv "$stage"
"$stage/bin/python" -m pip install --quiet --no-compile --constraint constraints.txt \
  "kechid[${KECHID_EXTRAS:-edge,gui,hub}] @ file://$work/source" \
  || die "packages could not be installed (no package index in reach, or an unknown role in KECHID_EXTRAS)"

# --- nothing of this machine's folders stays in what may be packed and moved ------------------------------------
site=$("$stage/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
rm -f "$site"/kechid-*.dist-info/direct_url.json
sed -i '/direct_url\.json/d' "$site"/kechid-*.dist-info/RECORD
grep -rlIF "$stage" "$stage/bin" "$stage/pyvenv.cfg" | xargs -r sed -i "s#$stage#$home#g"
"$stage/bin/python" -m pip uninstall --quiet --yes setuptools pip  # what runs at a border installs nothing
find "$stage" -name __pycache__ -type d -prune -exec rm -rf {} +
"$stage/bin/python" -m compileall -q -j 0 -s "$stage" -p "$home" "$site" >/dev/null 2>&1 \
  || say "some modules of third parties do not compile; they are not ours"
for program in kechid-edge kechid-hub kechid-models kechid-sync kechid-terminal; do
  [ -x "$stage/bin/$program" ] || die "the package brought no program $program"
done
rm -rf "$root/lib/kechid"
mv "$stage" "$root/lib/kechid"

mkdir -p "$root/bin"
for program in kechid-edge kechid-hub kechid-models kechid-sync kechid-terminal; do
  ln -sfn "../lib/kechid/bin/$program" "$root/bin/$program"
done

# --- units, accounts, folders, samples -----------------------------------------------------------------------------
put() { # FILE FOLDER [NAME]
  install -d "$root/$2"
  sed "s#@PREFIX@#$prefix#g" "$1" > "$work/file"
  install -m 0644 "$work/file" "$root/$2/${3:-$(basename "$1")}"
}
for unit in systemd/*.service systemd/*.target; do
  case "$unit" in
    */kechid-terminal.service) put "$unit" lib/systemd/user ;;
    *) put "$unit" lib/systemd/system ;;
  esac
done
put systemd/kechid.sysusers.conf lib/sysusers.d kechid.conf
put systemd/kechid.tmpfiles.conf lib/tmpfiles.d kechid.conf
for sample in systemd/*.toml.example; do put "$sample" share/kechid; done
put LICENSE share/kechid

say "done: $("$root/lib/kechid/bin/python" -c 'import sync.version; print(sync.version.VERSION)') in $root"
say "next: systemd-sysusers, systemd-tmpfiles --create, settings into /etc/kechid, systemctl enable --now border.target"
