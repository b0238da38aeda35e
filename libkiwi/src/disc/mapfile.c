/* SPDX-License-Identifier: MIT */
/*
 * Map files of GNU ddrescue: comments, a line with the state of the work, and blocks by ascending place (its
 * manual, "Mapfile structure"). What no block is about was not read either.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes/fail.h"
#include "bytes/source.h"

/* Three numbers and a letter; only comments, with the command in them, are longer. */
enum { LINE_SIZE = 128 };

static const char current_states[] = "?*/-FG+";
static const char block_states[] = "?*/-+";
static const char rescued = '+';

struct mapfile {
    const char *path;
    FILE *stream;
    unsigned long line;
    char text[LINE_SIZE];
    struct kiwi_error *error;
};

static enum kiwi_status refuse(const struct mapfile *map, const char *expected)
{
    return kiwi_fail(map->error, KIWI_ERROR_NOT_KIWI, 0, KIWI_NULL,
                     "'%s', line %lu: expected %s of a ddrescue map file, found '%.40s'", map->path,
                     map->line, expected, map->text);
}

/* The next line that is no comment, without its end. KIWI_END: there is none. */
static enum kiwi_status next_line(struct mapfile *map)
{
    for (;;) {
        size_t length = 0;
        int c;

        map->line++;
        while ((c = getc(map->stream)) != EOF && c != '\n')
            if (length < LINE_SIZE - 1)
                map->text[length++] = c == '\0' ? '\1' : (char)c;
            else if (map->text[0] != '#')
                break;
        map->text[length] = '\0';
        if (ferror(map->stream))
            return kiwi_fail(map->error, KIWI_ERROR_IO, errno, KIWI_NULL, "cannot read '%s': %s", map->path,
                             kiwi_errno_text(errno));
        if (c != EOF && c != '\n')
            return refuse(map, "a short line");
        if (length > 0 && map->text[length - 1] == '\r')
            map->text[length - 1] = '\0';
        if (map->text[strspn(map->text, " \t")] != '\0' && map->text[0] != '#')
            return KIWI_OK;
        if (c == EOF)
            return KIWI_END;
    }
}

/* A number, decimal, octal or hexadecimal as in C, and the blanks behind it. */
static bool take_number(const char **at, uint64_t *number)
{
    char *end;

    *at += strspn(*at, " \t");
    if (**at < '0' || **at > '9')
        return false;
    errno = 0;
    *number = strtoull(*at, &end, 0);
    *at = end + strspn(end, " \t");
    return errno == 0 && (*at > end || *end == '\0');
}

static bool take_state(const char **at, const char *states, char *state)
{
    *state = **at;
    if (*state == '\0' || !strchr(states, *state))
        return false;
    (*at)++;
    *at += strspn(*at, " \t");
    return true;
}

/* Where ddrescue is, what it does, and in which pass; versions before 1.20 leave the pass away. */
static bool is_work(const char *at)
{
    uint64_t number;
    char state;

    return take_number(&at, &number) && take_state(&at, current_states, &state) &&
           (*at == '\0' || take_number(&at, &number)) && *at == '\0';
}

static enum kiwi_status take_blocks(struct mapfile *map, struct kiwi_source *source)
{
    uint64_t end = 0; /* of the block before */
    enum kiwi_status status;

    while ((status = next_line(map)) == KIWI_OK) {
        const char *at = map->text;
        uint64_t offset;
        uint64_t length;
        char state;

        if (!take_number(&at, &offset) || !take_number(&at, &length) ||
            !take_state(&at, block_states, &state) || *at != '\0')
            return refuse(map, "position, size and status of a block");
        if (offset < end || length > UINT64_MAX - offset)
            return refuse(map, "a block behind the one before");
        kiwi_source_give_up(source, end, offset - end);
        if (state != rescued)
            kiwi_source_give_up(source, offset, length);
        end = offset + length;
    }
    if (status == KIWI_END)
        kiwi_source_give_up(source, end, UINT64_MAX);
    return status == KIWI_END ? KIWI_OK : status;
}

enum kiwi_status kiwi_source_apply_mapfile(struct kiwi_source *source, const char *path,
                                           struct kiwi_error *error)
{
    assert(source && path && !kiwi_source_memory(source));
    struct mapfile map = {.path = path, .error = error, .stream = fopen(path, "r")};

    if (!map.stream)
        return kiwi_fail(error, KIWI_ERROR_IO, errno, KIWI_NULL, "cannot open '%s': %s", path,
                         kiwi_errno_text(errno));
    enum kiwi_status status = next_line(&map);
    if (status == KIWI_END || (status == KIWI_OK && !is_work(map.text)))
        status = refuse(&map, "the line about the work");
    if (status == KIWI_OK)
        status = take_blocks(&map, source);
    fclose(map.stream);
    return status;
}
