/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../kiwidump/json.h"
#include "arguments.h"
#include "commands.h"
#include "target.h"

typedef bool recover(struct image *image, enum transaction_result *result, struct failure *failure);

static int run(const char *command, recover *action, int argc, char **argv)
{
    static const char *const words[] = {
        [TRANSACTION_NOTHING] = "there was nothing to do",
        [TRANSACTION_DISCARDED] = "an unfinished journal was removed; nothing had been changed",
        [TRANSACTION_OLD] = "it is as it was before",
        [TRANSACTION_NEW] = "all changes are made",
    };
    struct arguments arguments;
    struct failure failure;
    static struct image image;
    enum transaction_result result;
    char *host;
    if (!arguments_read(&arguments, argc, argv, "f", 1, &failure) ||
        !target_locate(arguments.disc, arguments.file, &host, &failure))
        return complain(command, &failure);
    bool done = image_open(&io_posix, host, true, &image, &failure);
    free(host);
    if (done) {
        done = action(&image, &result, &failure);
        if (done)
            printf("%s: %s\n", image.path, words[result]);
        image_close(&image);
    }
    if (done && fflush(stdout) != 0)
        done = refuse(&failure, EXIT_SYSTEM, "done, but writing the output failed: %s", strerror(errno));
    return done ? EXIT_DONE : complain(command, &failure);
}

int command_undo(int argc, char **argv)
{
    return run("undo", transaction_undo, argc, argv);
}

int command_resume(int argc, char **argv)
{
    return run("resume", transaction_resume, argc, argv);
}

/* status */

static void put_number(struct json *json, const char *key, uint64_t value)
{
    json_key(json, key);
    json_unsigned(json, value);
}

static void put_sectors(struct json *json, struct image *image, struct journal *journal)
{
    struct sector_states states;
    struct failure failure;
    if (!transaction_inspect(image, journal, &states, &failure)) {
        json_key(json, "problem");
        json_string(json, failure.text);
        return;
    }
    put_number(json, "sectors", journal->count);
    put_number(json, "old", states.old_sectors);
    put_number(json, "new", states.new_sectors);
    put_number(json, "torn", states.mixed);
    put_number(json, "foreign", states.foreign);
}

static bool put_journal(struct json *json, struct image *image, unsigned number, struct failure *failure)
{
    static const char *const states[] = {"incomplete", "open", "committed", "undoing", "undone", "damaged"};
    struct journal journal;
    char hash[HASH_TEXT];
    bool found = false;
    char *path = journal_path(image->path, number);
    bool done = path ? journal_open(image->io, path, false, &journal, &found, failure)
                     : refuse_memory(failure);
    free(path);
    if (!done || !found)
        return done;
    json_begin_object(json);
    json_key(json, "path");
    json_string(json, journal.path);
    json_key(json, "state");
    json_string(json, states[journal.state]);
    if (journal.state != JOURNAL_UNSEALED && journal.state != JOURNAL_DAMAGED) {
        hash_text(journal.plan, hash);
        json_key(json, "plan");
        json_string(json, hash);
        put_sectors(json, image, &journal);
    }
    if (journal.damage) {
        json_key(json, "problem");
        json_string(json, journal.damage);
    }
    json_end_object(json);
    journal_close(&journal);
    return true;
}

static bool status(struct image *image, struct journals *journals, struct failure *failure)
{
    struct output *output = calloc(1, sizeof *output);
    if (!output)
        return refuse_memory(failure);
    output->descriptor = STDOUT_FILENO;
    struct json json = {.output = output, .indent = true};
    bool done = journals_find(image->io, image->path, journals, failure);
    json_begin_object(&json);
    json_key(&json, "image");
    json_string(&json, image->path);
    json_key(&json, "open");
    json_bool(&json, journals->open != 0);
    json_key(&json, "journals");
    json_begin_array(&json);
    for (unsigned number = 1; done && number <= journals->last; number++)
        done = put_journal(&json, image, number, failure);
    json_end_array(&json);
    json_end_object(&json);
    if (done)
        output_flush(output);
    if (done && output->error != 0 && output->error != EPIPE)
        done = refuse(failure, EXIT_SYSTEM, "writing failed: %s", strerror(output->error));
    free(output);
    return done;
}

int command_status(int argc, char **argv)
{
    struct arguments arguments;
    struct failure failure;
    static struct image image;
    struct journals journals;
    char *host;
    if (!arguments_read(&arguments, argc, argv, "f", 1, &failure) ||
        !target_locate(arguments.disc, arguments.file, &host, &failure))
        return complain("status", &failure);
    bool done = image_open(&io_posix, host, false, &image, &failure);
    free(host);
    if (done) {
        done = status(&image, &journals, &failure);
        image_close(&image);
    }
    if (!done)
        return complain("status", &failure);
    return journals.open != 0 ? EXIT_FINDINGS : EXIT_DONE;
}
