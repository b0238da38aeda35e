#!/bin/sh
# SPDX-License-Identifier: MIT
# Every public header compiles by itself, as C11 and, where a compiler is found, as C++: headers.sh INCLUDE GENERATED. TAP output.
set -u
include=$1
generated=$2
warnings='-Wall -Wextra -Werror -pedantic'
cxx=${CXX:-c++}
number=0
failed=0

folder=$(mktemp -d /tmp/kiwi-headers-XXXXXX) || exit 1
trap 'rm -rf "$folder"' EXIT

# point NAME COMMAND...
point() {
    number=$((number + 1))
    title=$1
    shift
    if "$@" >"$folder/messages" 2>&1; then
        echo "ok $number - $title"
    else
        echo "not ok $number - $title"
        sed 's/^/# /' "$folder/messages"
        failed=1
    fi
}

has_cxx=0
if command -v "${cxx%% *}" >/dev/null; then
    has_cxx=1
fi
for header in "$include"/kiwi/*.h "$generated"/kiwi/*.h; do
    name=$(basename "$header")
    if [ ! -f "$header" ]; then
        echo "not ok $((number += 1)) - there are headers in $(dirname "$header")"
        failed=1
        continue
    fi
    # twice: it has a guard
    printf '#include <kiwi/%s>\n#include <kiwi/%s>\nextern int unused;\n' "$name" "$name" >"$folder/alone.c"
    cp "$folder/alone.c" "$folder/alone.cc"
    # shellcheck disable=SC2086
    point "$name alone, C11" ${CC:-cc} -std=c11 $warnings -fsyntax-only -I"$include" -I"$generated" "$folder/alone.c"
    if [ $has_cxx = 1 ]; then
        # shellcheck disable=SC2086
        point "$name alone, C++" $cxx -std=c++11 $warnings -fsyntax-only -I"$include" -I"$generated" "$folder/alone.cc"
    else
        number=$((number + 1))
        echo "ok $number - $name alone, C++ # SKIP no C++ compiler"
    fi
done

# A C++ program calls the library by its C names.
if [ $has_cxx = 1 ]; then
    printf '#include <kiwi/kiwi.h>\nauto call = &kiwi_walk_open; const kiwi_record_type *type = &kiwi_type_link_shape;\n' >"$folder/call.cc"
    # shellcheck disable=SC2086
    point "C names in C++" $cxx -std=c++11 $warnings -I"$include" -I"$generated" -c "$folder/call.cc" -o "$folder/call.o"
    point "no mangled names" sh -c "! nm '$folder/call.o' | grep ' U _Z'"
fi
echo "1..$number"
exit $failed
