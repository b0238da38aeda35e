# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by ./demo and ./test: Debian's packages that a build and its tests need, and steps that write to $log.

BUILD_PACKAGES="gcc libc6-dev meson ninja-build pkg-config python3 zlib1g-dev libexpat1-dev libjson-c-dev libssl-dev libudfread-dev scdoc"
# Of web/build and web/test.
PAGE_PACKAGES="dpkg-dev emscripten gcc-mips-linux-gnu"
PAGE_TEST_PACKAGES="chromium"
# Of the tutorial on the agree screen, and of ./demo --agree, which makes its disc.
AGREE_PACKAGES="gcc-mips-linux-gnu jq qemu-user"
TEST_PACKAGES="$AGREE_PACKAGES 7zip check fish g++ gddrescue gdal-bin genisoimage git gzip libarchive-tools libasan8 libgdal-dev libubsan1 musl-tools osmium-tool python3-dask python3-dbg python3-dev python3-distributed python3-gdal python3-jsonschema
    python3-matplotlib python3-mesonpy python3-mypy python3-numpy python3-pandas python3-pip python3-shapely python3-venv udftools xorriso zsh"

# logged WHAT COMMAND...: runs the command with its output in $log; if it fails, says so in a sentence and ends.
logged() {
    what=$1
    shift
    "$@" >"$log" 2>&1 && return 0
    echo "$0: $what failed; $log has all of it and ends with:" >&2
    tail -n 8 "$log" | cut -c 1-200 | sed 's/^/    /' >&2
    exit 1
}

# targets_with_tests BUILD: prints the targets of ninja that make everything. From 1.7 on meson does not count what only tests need among all;
# before, it did, and had no other name for it.
targets_with_tests() {
    ! ninja -C "$1" -t targets all | grep -q '^meson-test-prereq:' || echo meson-test-prereq
    echo all
}

# install_packages PACKAGE...: installs what is missing and says so; through sudo unless it runs as root.
install_packages() {
    missing=""
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing="$missing $package"
    done
    [ -z "$missing" ] && return 0
    root=""
    [ "$(id -u)" -eq 0 ] || root="sudo"
    for program in apt-get $root; do
        command -v "$program" >/dev/null && continue
        echo "$0: $program is not there to install what is needed; please install these packages of Debian, or what your system calls them:$missing" >&2
        exit 1
    done
    echo "Installing Debian packages:$missing"
    logged "apt-get update" $root apt-get update -q
    # shellcheck disable=SC2086
    logged "installing packages" $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
}
