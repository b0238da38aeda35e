# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced by what fetches from Debian without installing: apt with a list of its own. No root is needed.

# debian_mirror: prints the archive that this machine takes packages from.
debian_mirror() {
    # shellcheck disable=SC2016 # apt's own variables
    apt-get indextargets --format '$(REPO_URI) $(COMPONENT)' | awk '$2 == "main" && $1 ~ /\/debian\/?$/ { print $1; exit }'
}

# apt_list STATE TYPE SUITE...: makes the folder STATE with a list of packages of that type (deb, deb-src or with options of apt) and these suites.
apt_list() {
    state=$1
    type=$2
    shift 2
    mkdir -p "$state/lists/partial" "$state/archives/partial"
    mirror=$(debian_mirror)
    for suite in "$@"; do
        echo "$type $mirror $suite main"
    done >"$state/sources.list"
}

# apt_aside STATE ARGUMENT...: apt-get with the list in STATE, and nothing of the system's.
apt_aside() {
    state=$1
    shift
    apt-get -q -o Dir::Etc::SourceList="$state/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$state/lists" \
        -o Dir::Cache="$state" -o APT::Sandbox::User="$(id -un)" "$@"
}
