# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154
# Sourced by tools/test-*: bare Debians to try in what a user does. It needs root, debootstrap and $suite, bookworm or trixie.
# What Debian sends is kept in $KIWI_BARE, /var/tmp/kiwi-bare if that is not set.
[ "$(id -u)" -eq 0 ] || { echo "$0: a bare system is made as root" >&2; exit 1; }
project=$(cd "$(dirname "$0")/.." && pwd)
. "$project/tools/apt.sh"
kept=${KIWI_BARE:-/var/tmp/kiwi-bare}/$suite
mkdir -p "$kept/packages"

# make_base: the system that all others are copies of.
make_base() {
    [ ! -f "$kept/base.tar" ] || return 0
    # With how this machine reaches it.
    mirror=$(debian_mirror)
    echo "Making a bare $suite from $mirror"
    rm -rf "$kept/base"
    debootstrap --variant=minbase --include=sudo "$suite" "$kept/base" "$mirror" >"$kept/debootstrap.log" || { tail -n 5 "$kept/debootstrap.log" >&2; exit 1; }
    apt-config dump --format '%F "%v";%n' | grep -E '^Acquire::(http|https|ftp|Check)' >"$kept/base/etc/apt/apt.conf.d/99host" || true
    # A mirror behind https is not believed without certificates.
    case $mirror in https:*) mkdir -p "$kept/base/etc/ssl/certs"; cp /etc/ssl/certs/ca-certificates.crt "$kept/base/etc/ssl/certs/" ;; esac
    tar -C "$kept/base" -cf "$kept/base.tar.part" .
    rm -rf "$kept/base"
    mv "$kept/base.tar.part" "$kept/base.tar"
}

# make_system: a system in $system that nobody has used.
make_system() {
    make_base
    rm -rf "$system"
    mkdir "$system"
    tar -C "$system" -xf "$kept/base.tar"
    cp /etc/resolv.conf "$system/etc/resolv.conf"
}

# in_bare COMMAND [OPTION]: runs a shell command as $user in $system, in namespaces that take all mounts with them; OPTION is one of unshare.
in_bare() {
    # shellcheck disable=SC2016,SC2086
    unshare --mount --pid --fork --kill-child ${2:-} sh -eu -c '
        mount --make-rprivate /
        mount -t proc proc "$0/proc"
        mount --rbind /sys "$0/sys"
        mount --rbind /dev "$0/dev"
        mount --bind "$1/packages" "$0/var/cache/apt/archives"
        exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
            chroot "$0" su "$2" -c "$3"' "$system" "$kept" "$user" "$1"
}
