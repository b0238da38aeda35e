# SPDX-License-Identifier: MIT
# Sourced by ./demo and ./test: Debian's packages that a build and its tests need, installed where they are missing.

BUILD_PACKAGES="gcc libc6-dev meson ninja-build pkg-config python3 zlib1g-dev libjson-c-dev libmd-dev libudfread-dev scdoc genisoimage xorriso"
TEST_PACKAGES="check g++ gcc-mips-linux-gnu gdal-bin gzip jq libasan8 libubsan1 python3-dbg python3-dev python3-jsonschema
    python3-matplotlib python3-mesonpy python3-mypy python3-numpy python3-pandas python3-pip python3-shapely python3-venv qemu-user"

# install_packages PACKAGE...: says what it does; uses sudo unless it runs as root.
install_packages() {
    missing=""
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing="$missing $package"
    done
    [ -z "$missing" ] && return 0
    echo "Installing Debian packages:$missing"
    root=""
    [ "$(id -u)" -eq 0 ] || root="sudo"
    # shellcheck disable=SC2086
    $root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends $missing >/dev/null
}
