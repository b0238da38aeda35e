/* SPDX-License-Identifier: MIT */
/* --extract: writes the files of a disc, and the pieces inside of them, into a folder. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "dump.h"
#include "loading.h"
#include "common/files.h"
#include "common/progress.h"

/** Everything for writing the files of one disc. */
struct extract {
    struct dump *dump;
    size_t cut; /* files of which the image has a part only, or nothing */
    uint64_t done, total;
    struct progress progress;
};

static enum kiwi_status fail_system(struct kiwi_error *error, const char *path, int code)
{
    enum kiwi_status status = code == EEXIST || code == ELOOP || code == ENOTDIR || code == EISDIR
                                  ? KIWI_ERROR_RANGE
                                  : KIWI_ERROR_IO;
    dump_fail(error, status, "%s: %s", path, strerror(code));
    error->system_error = code;
    return status;
}

/** Whether each part of a path is a plain name. */
static bool is_safe_path(const char *path)
{
    for (;;) {
        size_t length = strcspn(path, "/");
        if (!files_allow_name(path, length))
            return false;
        if (path[length] == '\0')
            return true;
        path += length + 1;
    }
}

/** What becomes a file: one of the disc, or a piece of one. */
struct piece {
    const char *path, *kind;
    struct kiwi_source *source;
    uint64_t offset, size;
    uint64_t recorded_size; /* greater than size if the image ends before the file does */
};

static enum kiwi_status copy(struct extract *extract, const struct piece *piece, int descriptor,
                             struct kiwi_error *error)
{
    static uint8_t bytes[(size_t)1 << 20];
    uint64_t at = 0;
    while (at < piece->size) {
        size_t received;
        size_t wanted = piece->size - at < sizeof bytes ? (size_t)(piece->size - at) : sizeof bytes;
        enum kiwi_status status = kiwi_source_read_around(piece->source, piece->offset + at, bytes, wanted,
                                                          &received, error);
        if (status != KIWI_OK)
            return status;
        if (received == 0)
            return dump_fail(error, KIWI_ERROR_IO, "%s ends early", piece->path);
        int code = files_write(descriptor, bytes, received);
        if (code != 0)
            return fail_system(error, piece->path, code);
        at += received;
        extract->done += received;
        if (extract->progress.on)
            progress_show(&extract->progress, extract->done, extract->total);
    }
    return KIWI_OK;
}

/** What of a piece is missing; nothing if it is whole. */
static void put_unreadable(struct json *json, const struct piece *piece)
{
    struct kiwi_extent bad;
    uint64_t end = piece->offset + piece->size;
    if (!kiwi_source_unreadable(piece->source, piece->offset, end, &bad))
        return;
    json_key(json, "unreadable");
    json_begin_array(json);
    do {
        json_begin_object(json);
        json_key(json, "offset");
        json_unsigned(json, bad.offset - piece->offset);
        json_key(json, "size");
        json_unsigned(json, bad.length);
        json_end_object(json);
    } while (kiwi_source_unreadable(piece->source, bad.offset + bad.length, end, &bad));
    json_end_array(json);
}

static void put_piece(struct json *json, const struct piece *piece)
{
    json_begin_object(json);
    json_key(json, "path");
    json_string(json, piece->path);
    json_key(json, "size");
    json_unsigned(json, piece->size);
    if (piece->recorded_size > piece->size) {
        json_key(json, "recorded_size");
        json_unsigned(json, piece->recorded_size);
    }
    json_key(json, "kind");
    json_string(json, piece->kind);
    put_unreadable(json, piece);
    json_end_object(json);
}

static enum kiwi_status write_piece(struct extract *extract, const struct piece *piece,
                                    struct kiwi_error *error)
{
    const char *folder = extract->dump->options.folder;
    int descriptor;
    int code = files_create_below(folder, piece->path, &descriptor);
    if (code != 0)
        return fail_system(error, piece->path, code);
    enum kiwi_status status = copy(extract, piece, descriptor, error);
    code = files_close(descriptor);
    if (code != 0 && status == KIWI_OK)
        status = fail_system(error, piece->path, code);
    if (status != KIWI_OK)
        files_remove_below(folder, piece->path); /* no half files */
    if (status == KIWI_OK)
        put_piece(&extract->dump->json, piece);
    return status;
}

static enum kiwi_status write_module(void *context, const struct kiwi_file *file,
                                     const struct loading_piece *found, struct kiwi_error *error)
{
    const struct piece piece = {found->path,   found->kind, file->source,
                                found->offset, found->size, found->size};
    struct extract *extract = context;
    uint64_t done = extract->done;
    enum kiwi_status status = write_piece(extract, &piece, error);
    extract->done = done; /* its bytes were counted with the file */
    return status;
}

/** A file that the image cuts off: what is there gets a name that no program takes for the file's own. */
static enum kiwi_status write_cut(struct extract *extract, const struct kiwi_file *file,
                                  struct kiwi_error *error)
{
    static const char suffix[] = ".incomplete";
    const size_t length = strlen(file->path);
    char *path = malloc(length + sizeof suffix);
    if (!path)
        return dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    memcpy(path, file->path, length);
    memcpy(path + length, suffix, sizeof suffix);
    const struct piece piece = {
        path, kiwi_file_kind_name(file->kind), file->source, 0, file->size, file->recorded_size};
    extract->cut++;
    extract->dump->unreadable = true;
    enum kiwi_status status = write_piece(extract, &piece, error);
    free(path);
    return status;
}

/** A file of the disc, and what lies inside it for itself. */
static enum kiwi_status write_file(struct extract *extract, const struct kiwi_file *file,
                                   struct kiwi_error *error)
{
    struct dump *dump = extract->dump;
    const struct piece piece = {
        file->path, kiwi_file_kind_name(file->kind), file->source, 0, file->size, file->recorded_size};
    if (!file->source) { /* which the opening said */
        dump->unreadable = true;
        return KIWI_OK;
    }
    if (file->recorded_size > file->size)
        return write_cut(extract, file, error);
    enum kiwi_status status = write_piece(extract, &piece, error);
    if (status != KIWI_OK || file->kind != KIWI_FILE_LOADING)
        return status;
    findings_mute(&dump->findings); /* bytes are copied, not judged */
    status = loading_pieces(dump->disc, file, write_module, extract, error);
    findings_listen(&dump->findings);
    return status;
}

static bool is_chosen(const struct extract *extract, const struct kiwi_file *file)
{
    const char *only = extract->dump->options.file;
    return !only || kiwi_disc_find(extract->dump->disc, only, NULL) == file;
}

/** Refuses before anything is written if a name is not safe. */
static enum kiwi_status check_names(struct extract *extract, struct kiwi_error *error)
{
    for (size_t i = 0; i < kiwi_disc_file_count(extract->dump->disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(extract->dump->disc, i);
        if (!is_chosen(extract, file))
            continue;
        if (!is_safe_path(file->path))
            return dump_fail(
                error, KIWI_ERROR_RANGE,
                "the name of file %lu of the disc is not safe to write; choose others with --file",
                (unsigned long)i + 1);
        extract->total += file->size;
    }
    return KIWI_OK;
}

enum kiwi_status dump_extract(struct dump *dump, struct kiwi_error *error)
{
    struct extract extract = {.dump = dump};
    enum kiwi_status status = check_names(&extract, error);
    if (status != KIWI_OK)
        return status;
    int code = files_make_folder(dump->options.folder);
    if (code != 0 && code != EEXIST)
        return fail_system(error, dump->options.folder, code);
    progress_begin(&extract.progress, dump->options.quiet);
    for (size_t i = 0; status == KIWI_OK && i < kiwi_disc_file_count(dump->disc) && dump->output->error == 0;
         i++) {
        const struct kiwi_file *file = kiwi_disc_file(dump->disc, i);
        if (is_chosen(&extract, file))
            status = write_file(&extract, file, error);
    }
    progress_end(&extract.progress);
    if (extract.cut > 0 && !dump->options.quiet)
        fprintf(
            stderr,
            "kiwidump: error: the image does not have all of %zu file%s: what it has is named .incomplete\n",
            extract.cut, extract.cut == 1 ? "" : "s");
    return status;
}
