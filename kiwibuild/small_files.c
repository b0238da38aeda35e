/* SPDX-License-Identifier: MIT */
/* Writes METADATA.KWI, SPEC.KWI and VERSION.TXT. */
#include "small_files.h"

#include "target.h"

static bool write_file(const char *name, const char *before, const char *value, const char *after,
                       struct failure *failure)
{
    FILE *file = target_create(name, failure);

    if (!file)
        return false;
    fprintf(file, "%s%s%s\r\n", before, value, after);
    return target_close_file(file, failure);
}

bool small_files_write(const char *data_version, bool shift_jis, struct failure *failure)
{
    return write_file("METADATA.KWI", "LANG::=", "UK English",
                      shift_jis ? " ; CHCD ::=SJIS ; COOR::=WGS84 ;"
                                : " ; CHCD ::=ISO 8859-1 ; COOR::=WGS84 ;",
                      failure) &&
           write_file("SPEC.KWI", "SUPERMETA::=", "KIWIBUILD:1.00", " ;", failure) &&
           write_file("VERSION.TXT", "COMMENT=", data_version, ";", failure);
}
