/* SPDX-License-Identifier: MIT */
/* All pictures of a file: as a list, as files of a folder, and those that were changed there as a recipe. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/host.h"
#include "common/files.h"
#include "common/read_file.h"
#include "document.h"
#include "part.h"
#include "picture.h"

/** A picture with the name of its file in a folder. */
struct named {
    struct picture picture;
    size_t part;
    char name[PICTURE_NAME];
};

struct collection {
    const struct patch_request *request;
    struct plan plan;
    struct parts parts;
    struct named *items;
    size_t count, room;
    struct failure *failure;
};

/** The module by its place in the tables and its name, as kiwidump --extract calls them, and the place in it.
 */
static void make_name(const struct part *part, struct named *named)
{
    char module[60] = "file";
    if (part->module)
        snprintf(module, sizeof module, "%.53s", part->module->name);
    for (char *c = module; *c; c++)
        if (!(*c >= 'a' && *c <= 'z') && !(*c >= 'A' && *c <= 'Z') && !(*c >= '0' && *c <= '9') &&
            *c != '-' && *c != '.')
            *c = '_';
    snprintf(named->name, sizeof named->name, "%" PRIu32 ".%" PRIu32 "-%s-0x%" PRIx64 ".%s",
             part->module ? part->module->system : 0, part->module ? part->module->module : 0, module,
             named->picture.offset - part->offset, picture_format(&named->picture));
}

static bool collect_part(struct collection *collection, size_t index)
{
    const struct part *part = &collection->parts.items[index];
    struct picture_search *search;
    struct named named = {.part = index};
    bool any;
    if (!picture_search_begin(collection->plan.target.image.source, part->offset, part->offset + part->length,
                              &search, collection->failure))
        return false;
    bool done;
    while ((done = picture_search_next(search, &named.picture, &any, collection->failure)) && any) {
        struct named *items = grow_array(collection->items, &collection->room, collection->count, 1,
                                         sizeof *items);
        done = items || refuse_memory(collection->failure);
        if (!done)
            break;
        collection->items = items;
        make_name(part, &named);
        items[collection->count++] = named;
    }
    picture_search_end(search);
    return done;
}

static void close_collection(struct collection *collection)
{
    free(collection->items);
    free(collection->parts.items);
    plan_close(&collection->plan);
}

static bool open_collection(struct collection *collection, const struct patch_request *request,
                            struct failure *failure)
{
    *collection = (struct collection){.request = request, .failure = failure};
    if (!plan_open(&collection->plan, &io_host, request->disc, request->file, false, failure))
        return false;
    collection->plan.target.image.monitor = request->monitor;
    bool done = parts_find(&collection->plan, request->module, &collection->parts, failure);
    for (size_t i = 0; done && i < collection->parts.count; i++)
        done = collect_part(collection, i);
    if (!done)
        close_collection(collection);
    return done;
}

/* List */

static bool put_pictures(struct json *json, void *context, struct failure *failure)
{
    const struct collection *collection = context;
    (void)failure;
    json_key(json, "pictures");
    json_begin_array(json);
    for (size_t i = 0; i < collection->count; i++) {
        const struct named *named = &collection->items[i];
        const struct picture *picture = &named->picture;
        const struct part *part = &collection->parts.items[named->part];
        json_begin_object(json);
        put_text(json, "name", named->name);
        put_text(json, "module", part->module ? part->module->name : NULL);
        put_number(json, "place", picture->offset - part->offset);
        put_number(json, "file_offset", picture->offset - collection->plan.target.base);
        put_number(json, "size", picture->size);
        put_text(json, "format", picture_format(picture));
        put_number(json, "width", picture->is_gif ? picture->gif.width : picture->bmp.width);
        put_number(json, "height", picture->is_gif ? picture->gif.height : picture->bmp.height);
        put_number(json, "bits", picture->is_gif ? picture->gif.bits : picture->bmp.bits);
        json_end_object(json);
    }
    json_end_array(json);
    return true;
}

bool patch_pictures_list(const struct patch_request *request, struct output *output, uint64_t *count,
                         struct failure *failure)
{
    struct collection collection;
    if (!open_collection(&collection, request, failure))
        return false;
    *count = collection.count;
    bool done = document_write(output, put_pictures, &collection, failure);
    close_collection(&collection);
    return done;
}

/* Export */

static char *path_in(const char *folder, const char *name)
{
    size_t room = strlen(folder) + strlen(name) + 2;
    char *path = malloc(room);
    if (path)
        snprintf(path, room, "%s/%s", folder, name);
    return path;
}

static bool read_old(const struct collection *collection, const struct picture *picture, uint8_t *bytes)
{
    struct kiwi_error error;
    size_t received;
    if (kiwi_source_read(collection->plan.target.image.source, picture->offset, bytes, (size_t)picture->size,
                         &received, &error) != KIWI_OK)
        return refuse(collection->failure, EXIT_SYSTEM, "reading failed: %s", error.text);
    return received == picture->size || refuse(collection->failure, EXIT_SYSTEM, "the file became shorter");
}

static bool write_file(const char *path, const uint8_t *bytes, size_t length, struct failure *failure)
{
    FILE *file = files_create_stream(path);
    if (!file)
        return refuse(failure, errno == EEXIST ? EXIT_REFUSED : EXIT_SYSTEM, "%.300s: %s", path,
                      strerror(errno));
    bool written = fwrite(bytes, 1, length, file) == length;
    written = fclose(file) == 0 && written;
    return written || refuse_system(failure, path, errno);
}

static bool export_picture(const struct collection *collection, const struct named *named)
{
    char *path = path_in(collection->request->patch, named->name);
    uint8_t *bytes = malloc((size_t)named->picture.size);
    bool done = path && bytes ? read_old(collection, &named->picture, bytes) &&
                                    write_file(path, bytes, (size_t)named->picture.size, collection->failure)
                              : refuse_memory(collection->failure);
    free(bytes);
    free(path);
    return done;
}

bool patch_pictures_export(const struct patch_request *request, uint64_t *count, struct failure *failure)
{
    struct collection collection;
    if (!open_collection(&collection, request, failure))
        return false;
    int error = files_make_folder(request->patch);
    bool done = error == 0 || refuse_system(failure, request->patch, error);
    *count = collection.count;
    for (size_t i = 0; done && i < collection.count; i++)
        done = export_picture(&collection, &collection.items[i]);
    close_collection(&collection);
    return done;
}

/* Import */

/** Whether a file of the folder is that of a picture; others are reported. */
static bool is_named(const struct collection *collection, const char *name)
{
    for (size_t i = 0; i < collection->count; i++)
        if (strcmp(collection->items[i].name, name) == 0)
            return true;
    return false;
}

static void report(const struct collection *collection, const struct patch_table_reports *reports,
                   const char *name, const char *text, size_t *problems)
{
    char line[600];
    snprintf(line, sizeof line, "%.200s/%.150s: %.200s", collection->request->patch, name, text);
    ++*problems;
    reports->problem(reports->context, line);
}

struct strangers {
    const struct collection *collection;
    const struct patch_table_reports *reports;
    size_t *problems;
};

static bool take_name(void *context, const char *name)
{
    const struct strangers *strangers = context;
    if (name[0] != '.' && !is_named(strangers->collection, name))
        report(strangers->collection, strangers->reports, name, "the disc has no picture of that name",
               strangers->problems);
    return true;
}

static bool report_strangers(const struct collection *collection, const struct patch_table_reports *reports,
                             size_t *problems)
{
    struct strangers strangers = {collection, reports, problems};
    int error = kiwi_host_list(collection->request->patch, take_name, &strangers);
    return error == 0 || refuse_system(collection->failure, collection->request->patch, error);
}

/** What is left of the old picture becomes zeros, which readers of both formats do not look at. */
static bool add_picture(struct collection *collection, const struct named *named, const uint8_t *bytes,
                        size_t length)
{
    size_t size = (size_t)named->picture.size;
    uint8_t *both = calloc(2, size);
    char why[PICTURE_NAME + 20];
    bool done = both ? read_old(collection, &named->picture, both) : refuse_memory(collection->failure);
    if (done) {
        memcpy(both + size, bytes, length);
        snprintf(why, sizeof why, "picture %s", named->name);
        done = memcmp(both, both + size, size) == 0 ||
               changes_add(&collection->plan.changes, named->picture.offset, both + size, size, why, NULL,
                           collection->failure);
    }
    free(both);
    return done;
}

static bool import_picture(struct collection *collection, const struct named *named,
                           const struct patch_table_reports *reports, size_t *problems)
{
    char *path = path_in(collection->request->patch, named->name);
    struct failure why = {EXIT_DONE, ""};
    struct kiwi_host_info info;
    char *bytes = NULL;
    size_t length = 0;
    bool done = path || refuse_memory(collection->failure);
    int error = done ? kiwi_host_info(path, true, &info) : 0;
    if (error != 0) { /* a picture that nobody wants to change */
        done = error == ENOENT || refuse_system(collection->failure, path, error);
    } else if (done && !read_file(path, (size_t)named->picture.size, &bytes, &length, &why)) {
        done = why.code == EXIT_INPUT;
        if (done)
            report(collection, reports, named->name, "larger than the old picture", problems);
        else
            *collection->failure = why;
    } else if (done && !picture_suits(&named->picture, (const uint8_t *)bytes, length, &why)) {
        report(collection, reports, named->name, why.text, problems);
    } else if (done) {
        done = add_picture(collection, named, (const uint8_t *)bytes, length);
    }
    free(bytes);
    free(path);
    return done;
}

/** A recipe must be readable again. */
static bool check_size(const struct collection *collection)
{
    enum { BYTES_LIMIT = 3 << 20 }; /* each is four digits and more of the 16 MB that a recipe may have */
    uint64_t total = 0;
    for (size_t i = 0; i < collection->plan.changes.count; i++)
        total += collection->plan.changes.items[i].length;
    return total <= BYTES_LIMIT ||
           refuse(collection->failure, EXIT_REFUSED,
                  "%" PRIu64 " bytes of pictures are too many for one recipe, which holds %d; make several",
                  total, BYTES_LIMIT);
}

bool patch_pictures_import(const struct patch_request *request, const struct patch_table_reports *reports,
                           struct output *output, struct failure *failure)
{
    struct collection collection;
    size_t problems = 0;
    if (!open_collection(&collection, request, failure))
        return false;
    bool done = report_strangers(&collection, reports, &problems);
    for (size_t i = 0; done && i < collection.count; i++)
        done = import_picture(&collection, &collection.items[i], reports, &problems);
    if (done && problems != 0)
        done = refuse(failure, EXIT_INPUT, "%zu files do not fit; there is no recipe", problems);
    if (done && collection.plan.changes.count == 0)
        done = refuse(failure, EXIT_INPUT, "no picture was changed");
    done = done && check_size(&collection) &&
           parts_write_recipe(&collection.plan, &collection.parts, request, "pictures", output, failure);
    close_collection(&collection);
    return done;
}
