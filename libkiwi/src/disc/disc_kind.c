/* SPDX-License-Identifier: MIT */
/* Kinds of files: by name and folder, and by their first bytes. */
#include "disc/disc.h"

#include "bytes/source.h"
#include "bytes/utf8.h"
#include "disc/file_kind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The longest field that a mark is looked for in. */
enum { MARK_LIMIT = 64 };

/* So many files are asked for their content if none is named ALLDATA.KWI; a seek on a DVD takes 0.1 s. */
enum { PROBE_LIMIT = 64 };

static bool matches(const char *name, const char *pattern)
{
    size_t head = strcspn(pattern, "*");
    size_t length = strlen(name);
    size_t tail = pattern[head] == '*' ? strlen(pattern) - head - 1 : 0;
    char begin[32];
    char wanted[32];

    if (pattern[head] != '*')
        return kiwi_compare_case(name, pattern) == 0;
    if (length < head + tail || head >= sizeof begin)
        return false;
    memcpy(begin, name, head);
    memcpy(wanted, pattern, head);
    begin[head] = wanted[head] = '\0';
    return kiwi_compare_case(begin, wanted) == 0 &&
           kiwi_compare_case(name + length - tail, pattern + head + 1) == 0;
}

const char *kiwi_base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static bool has_extension(const char *path, const char *extension)
{
    const char *dot = strrchr(kiwi_base_name(path), '.');

    return dot && kiwi_compare_case(dot + 1, extension) == 0;
}

static bool is_in_folder(const char *path, const char *folder)
{
    const char *end = kiwi_base_name(path);
    size_t length = strlen(folder);
    char name[16];

    if (end == path || (size_t)(end - 1 - path) < length || length >= sizeof name)
        return false;
    end--;
    memcpy(name, end - length, length);
    name[length] = '\0';
    return kiwi_compare_case(name, folder) == 0 &&
           ((size_t)(end - path) == length || end[-(ptrdiff_t)length - 1] == '/');
}

static bool fits(const struct kiwi_file_name *name, const char *path)
{
    return matches(kiwi_base_name(path), name->pattern) &&
           (!name->folder || is_in_folder(path, name->folder));
}

const struct kiwi_file_name *kiwi_file_name_of(const char *path)
{
    for (size_t i = 0; i < kiwi_file_name_count; i++)
        if (fits(&kiwi_file_names[i], path))
            return &kiwi_file_names[i];
    return NULL;
}

enum kiwi_file_kind kiwi_kind_by_name(const char *path, const char **reason)
{
    const struct kiwi_file_name *name = kiwi_file_name_of(path);

    if (name) {
        *reason = name->reason;
        return name->kind;
    }
    *reason = has_extension(path, "KWI") ? "extension KWI" : "name and place tell nothing";
    return KIWI_FILE_UNKNOWN;
}

bool kiwi_kind_is_kiwi(const struct kiwi_file *file)
{
    bool sure = file->kind == kiwi_file_mark.kind || has_extension(file->path, "KWI");

    for (size_t i = 0; i < kiwi_file_name_count && !sure; i++)
        sure = kiwi_file_names[i].sure && file->kind == kiwi_file_names[i].kind &&
               fits(&kiwi_file_names[i], file->path);
    return sure;
}

/* Reads the field of the mark; true if the mark is in it. */
static bool read_mark(struct kiwi_source *source, uint8_t found[MARK_LIMIT], size_t *length)
{
    const struct kiwi_file_mark *mark = &kiwi_file_mark;
    size_t wanted = mark->length < MARK_LIMIT ? mark->length : MARK_LIMIT;
    size_t text = strlen(mark->text);

    *length = 0;
    if (!source || kiwi_source_read_before(source, mark->offset, found, wanted, length, NULL) != KIWI_OK)
        return false;
    for (size_t i = 0; i < *length && text <= *length - i; i++)
        if (memcmp(found + i, mark->text, text) == 0)
            return true;
    return false;
}

static void report_mark(const struct kiwi_disc *disc, const struct kiwi_file *file, const uint8_t *bytes,
                        size_t length)
{
    char expected[48];
    char found[MARK_LIMIT];
    size_t used = 0;

    for (size_t i = 0; i < length && i < 16; i++)
        used += (size_t)snprintf(found + used, sizeof found - used, "%s%02x", i > 0 ? " " : "", bytes[i]);
    snprintf(expected, sizeof expected, "text with %s", kiwi_file_mark.text);
    kiwi_report(&disc->reporter, KIWI_WARNING, file->path, kiwi_file_mark.offset, kiwi_file_mark.field,
                expected, used > 0 ? found : "nothing that can be read");
}

/* Kinds by names; true if the mark is in a file that should have it. */
static bool classify_by_name(struct kiwi_disc *disc)
{
    uint8_t bytes[MARK_LIMIT];
    size_t length;
    bool found = false;

    for (size_t i = 0; i < disc->file_count; i++) {
        struct kiwi_file *file = &disc->files[i];

        file->kind = kiwi_kind_by_name(file->path, &file->reason);
        if (file->kind != kiwi_file_mark.kind)
            continue;
        if (read_mark(file->source, bytes, &length)) {
            file->reason = kiwi_file_mark.there;
            found = true;
        } else {
            file->reason = kiwi_file_mark.missing;
            report_mark(disc, file, bytes, length);
        }
    }
    return found;
}

void kiwi_kind_classify(struct kiwi_disc *disc)
{
    uint8_t bytes[MARK_LIMIT];
    size_t length;
    size_t probes = disc->container == KIWI_CONTAINER_FILE ? 1 : PROBE_LIMIT;
    bool found = classify_by_name(disc);

    for (size_t i = 0; i < disc->file_count && !found && probes > 0; i++) {
        struct kiwi_file *file = &disc->files[i];

        if (file->kind != KIWI_FILE_UNKNOWN ||
            (disc->container != KIWI_CONTAINER_FILE && !has_extension(file->path, "KWI")))
            continue;
        probes--;
        if (read_mark(file->source, bytes, &length)) {
            file->kind = kiwi_file_mark.kind;
            file->reason = kiwi_file_mark.there;
        }
    }
}

const char *kiwi_file_kind_name(enum kiwi_file_kind kind)
{
    return kiwi_file_kinds[(unsigned)kind < KIWI_FILE_KIND_COUNT ? kind : KIWI_FILE_UNKNOWN].name;
}

bool kiwi_file_kind_is_text(enum kiwi_file_kind kind)
{
    return (unsigned)kind < KIWI_FILE_KIND_COUNT && kiwi_file_kinds[kind].is_text;
}

const char *kiwi_file_kind_called(enum kiwi_file_kind kind, uint64_t count)
{
    if ((unsigned)kind >= KIWI_FILE_KIND_COUNT)
        return NULL;
    return count == 1 ? kiwi_file_kinds[kind].one : kiwi_file_kinds[kind].many;
}
