#!/bin/sh
# SPDX-License-Identifier: MIT
# What depends on the C library, with musl, that has neither CP932 nor a posix_close() of ours: musl.sh ROOT GENERATED. TAP output.
set -u
root=$1
generated=$2
folder=$(mktemp -d /tmp/kiwi-musl-XXXXXX) || exit 1
trap 'rm -rf "$folder"' EXIT
number=0
failed=0

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

cat >"$folder/main.c" <<'C'
#include "bytes/text.h"
#include <kiwi/disc.h>
#include <stdio.h>
#include <string.h>
int main(void)
{
    static const char metadata[] = "CHCD ::= SJIS ;", bytes[] = "\x82\xA0\xB1";
    char utf8[32];
    struct kiwi_text text;
    kiwi_text_init(&text);
    if (!kiwi_text_read_metadata(&text, metadata, sizeof metadata - 1))
        return 1;
    kiwi_text_convert(&text, bytes, sizeof bytes - 1, utf8, sizeof utf8);
    printf("%s: %s\n", text.charset, utf8);
    return strcmp(utf8, "\xE3\x81\x82\xEF\xBD\xB1") != 0; /* a Hiragana and a Katakana of half width */
}
C
compile() {
    musl-gcc -std=c11 -Wall -Wextra -Werror -D_XOPEN_SOURCE=700 -D_FILE_OFFSET_BITS=64 -static -I"$root/libkiwi/src" -I"$root/libkiwi/include" \
        -I"$generated" "$@"
}
point "texts compile" compile -o "$folder/main" "$folder/main.c" "$root/libkiwi/src/bytes/text.c" "$root/libkiwi/src/bytes/utf8.c"
point "Japanese is read" "$folder/main"
point "the door for writing compiles" compile -c -I"$root" -o "$folder/files.o" "$root/common/files_posix.c"
point "marks of copies compile" compile -c -I"$root" -o "$folder/attribute.o" "$root/kiwipatch/attribute_posix.c"
echo "1..$number"
exit $failed
