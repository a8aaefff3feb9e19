# shellcheck shell=bash
#
# Sourced by the scripts that keep Python programs in a folder of the cache. The caller defines say and die.

cache="${PHOENIX_KT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/phoenix-kt}"

python_works() {
  "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1
}

find_python() {
  local candidate
  for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11 python3.14; do
    if python_works "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
  die "needs Python 3.11 to 3.14; name one with PYTHON=…"
}

retry() {
  local try
  for try in 1 2 3; do
    "$@" && return
    say "try $try of 3 failed: $1 $2"
    sleep $((try * 2))
  done
  return 1
}

create_venv() {
  python_works "$1/bin/python" && return
  "$(find_python)" -m venv --clear "$1"
}

# uv installs in a tenth of pip's time. Where it is not on the machine, it goes into the venv, not beside it.
find_uv() {
  if uv --version >/dev/null 2>&1; then
    echo uv
  elif "$1/bin/python" -m pip install --quiet uv >&2; then
    echo "$1/bin/uv"
  fi
}

install_packages() {
  local folder=$1 list=$2 uv
  uv=$(find_uv "$folder")
  if [[ -n $uv ]]; then
    # Without byte code the first start takes minutes where it cannot be written later.
    retry "$uv" pip install --quiet --compile-bytecode --python "$folder/bin/python" --requirement "$list"
  else
    say "uv is not to be had, pip takes some minutes"
    retry "$folder/bin/python" -m pip install --quiet --requirement "$list"
  fi
}

# The marker is written last, so that an interrupted installation is not taken for a finished one.
is_installed() { [[ -x $1/bin/python ]] && cmp -s "$2" "$1/.phoenix-kt-installed"; }

# install_venv WHAT FOLDER LIST MODULES    MODULES, as in "a, b.c", must then be there to import
install_venv() {
  local what=$1 folder=$2 list=$3 modules=$4
  is_installed "$folder" "$list" && return
  mkdir -p "$cache"
  # Two checkouts may install at once: the second waits and finds the work done.
  exec 9>"$cache/install.lock"
  if command -v flock >/dev/null; then flock 9; fi
  if ! is_installed "$folder" "$list"; then
    say "installing $what into $folder"
    rm -f "$folder/.phoenix-kt-installed"
    create_venv "$folder"
    install_packages "$folder" "$list"
    "$folder/bin/python" -c "import $modules"
    cp "$list" "$folder/.phoenix-kt-installed"
  fi
  exec 9>&-
}
