/* SPDX-License-Identifier: MIT */
/* The table of sub-commands. */
#include "commands.h"

const struct command commands[] = {
    {"plan", command_plan, "DISC PATCH", "print what would change, as JSON; writes nothing"},
    {"apply", command_apply, "DISC PATCH",
     "change the copy DISC, all or nothing; leaves a journal to undo it"},
    {"undo", command_undo, "DISC", "take back an interrupted or the last finished apply"},
    {"resume", command_resume, "DISC", "finish an interrupted apply or undo"},
    {"status", command_status, "DISC", "show the journals as JSON; exit 1 if one is open"},
    {"copy", command_copy, "ORIGINAL COPY",
     "copy a disc, and remember the original so that it is never changed"},
    {"import", command_import, "DISC PATCH", "print an IPS, UPS, BPS or PPF patch as a recipe"},
    {"export", command_export, "DISC PATCH OUTPUT", "write what a recipe does as an IPS, UPS or BPS patch"},
    {"texts", command_texts, "export|import DISC [TABLE]",
     "all texts of the modules as a table; translated ones as a recipe"},
    {"pictures", command_pictures, "list|export|import DISC [FOLDER]",
     "the pictures of the modules: list, write as files, changed ones as a recipe"},
    {"find", command_find, "DISC", "show where a text, number or pattern stands, in module, file and image"},
    {"checksum", command_checksum, "DISC", "find the rule of check values by untouched blocks, or prove one"},
};

const size_t command_count = sizeof commands / sizeof commands[0];
