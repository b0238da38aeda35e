/* SPDX-License-Identifier: MIT */
/* Writes ALLDATA.KWI, and the map's other files, from first byte to last. */
#include "alldata.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base_files.h"
#include "base_kept.h"
#include "guidance.h"
#include "index_file.h"
#include "map_frame.h"
#include "neighbour.h"
#include "other_data.h"
#include "common/progress.h"
#include "region.h"
#include "target.h"

#define FOLDER "MAP/"

enum {
    UNUSED_HEADER_RECORDS = 47, /* as on the 2007 Australian disc, zero behind them */
    ALL_HEADER_RECORDS = 113,
    FOLDER_SIZE = sizeof FOLDER - 1,
};

/** The files on their way out, one after the other; buffer is what has not been written yet. */
struct output {
    FILE *file;
    unsigned file_number;
    struct buffer buffer;
    uint64_t written;
    struct progress progress;
    uint64_t total;
    struct failure *failure;
    bool good; /**< everything could be encoded */
};

static bool flush(struct output *output)
{
    if (output->buffer.size &&
        fwrite(output->buffer.bytes, 1, output->buffer.size, output->file) != output->buffer.size)
        return refuse(output->failure, EXIT_SYSTEM, "ALLDATA.KWI: %s", strerror(errno));
    output->written += output->buffer.size;
    output->buffer.size = 0;
    progress_show(&output->progress, output->written, output->total);
    return output->good;
}

/** Goes on in another file; there is no way back. The buffer must be empty. */
static bool switch_file(struct output *output, unsigned number)
{
    char name[FOLDER_SIZE + FILE_NAME_SIZE + 1] = FOLDER;
    FILE *file = output->file;

    if (number == output->file_number)
        return true;
    output->file = NULL;
    if (!target_close_file(file, output->failure))
        return false;
    volume_file_name(number, name + FOLDER_SIZE);
    output->file = target_create(name, output->failure);
    output->file_number = number;
    return output->file;
}

static void set_text(char *field, size_t size, const char *text)
{
    size_t length = strlen(text);

    memset(field, 0, size);
    memcpy(field, text, length < size ? length : size);
}

static void set_versions(struct kiwi_data_volume *record, const struct alldata_options *options)
{
    if (options->data_version) {
        memset(record->data_version, 0, sizeof record->data_version);
        snprintf(record->data_version, sizeof record->data_version, "DATA VERSION %.40s\n",
                 options->data_version);
    }
    if (options->title)
        set_text(record->disk_title, sizeof record->disk_title, options->title);
}

/** The Data Volume of another disc, with what is behind its fields. */
static void append_base_volume(struct output *output, const struct volume *volume,
                               const struct alldata_options *options)
{
    struct kiwi_data_volume record;
    uint8_t *bytes = buffer_room(&output->buffer, DATA_VOLUME_SIZE);

    memcpy(bytes, options->base->head, DATA_VOLUME_SIZE);
    output->good = kiwi_data_volume_decode(&record, bytes, DATA_VOLUME_SIZE) && output->good;
    record.has_main_map = true;
    record.has_route_planning = volume->regions;
    record.has_index = options->index;
    set_versions(&record, options);
    output->good = kiwi_data_volume_encode(&record, bytes, DATA_VOLUME_SIZE) > 0 && output->good;
    output->buffer.size += DATA_VOLUME_SIZE;
}

static void append_data_volume(struct output *output, const struct volume *volume,
                               const struct alldata_options *options)
{
    static const struct kiwi_mid independent = {{0xFFFFFF, 0xFFFFFF, 0xFF, 0xFF}, -1, 0xFF, 0xFFFF};
    const struct level *level = volume->levels[0].level;
    struct kiwi_data_volume record = {
        .system_specific_id = independent,
        .data_author_id = independent,
        .system_id = independent,
        .has_main_map = true,
        .has_route_planning = volume->regions,
        .has_index = options->index,
        .logical_sector_size = (uint16_t)volume->layout->logical_sector_size,
        .sector_size = SECTOR,
        .inside = KIWI_GROUND_LAND,
        .outside = KIWI_GROUND_SEA,
        .lower_left = cell_position(level, level->origin_row, level->origin_column),
        .upper_right = cell_position(level, level->origin_row + tiers_total(&level->rows),
                                     level->origin_column + tiers_total(&level->columns)),
    };

    set_text(record.data_author_text, sizeof record.data_author_text, "kiwibuild");
    set_text(record.format_version, sizeof record.format_version, "FORMAT VERSION KIWI01-22-00\n");
    set_versions(&record, options);
    set_text(record.media_version, sizeof record.media_version, "V 01.00.00");
    append_encoded(&output->buffer, &output->good, kiwi_data_volume_encode(&record, ROOM(&output->buffer)));
    buffer_pad(&output->buffer, DATA_VOLUME_SIZE);
}

/** Of the management header that leads to the index. */
static void set_index_record(struct kiwi_management_header_record *record, const struct volume *volume)
{
    static const char name[] = "INDEXDAT.KWI";
    const uint64_t unit = volume->layout->logical_sector_size;

    record->address = 0;
    record->size = (uint16_t)((INDEX_HEADER_SIZE + unit - 1) / unit);
    memcpy(record->file_name, name, sizeof record->file_name); /* fills the field */
}

/** Of the management header that leads to route planning. */
static void set_region_record(struct kiwi_management_header_record *record, const struct volume *volume)
{
    const uint64_t unit = volume->layout->logical_sector_size;

    record->address = kiwi_dsa(volume->regions_start, layout_sectors(volume->layout));
    record->size = (uint16_t)((volume->regions->header_size + unit - 1) / unit);
    if (volume->layout->map_file_size)
        memcpy(record->file_name, REGION_FILE, sizeof REGION_FILE - 1);
}

static void append_header_table(struct output *output, const struct volume *volume,
                                const struct alldata_options *options)
{
    const uint64_t unit = volume->layout->logical_sector_size;
    const int count = options->base ? ALL_HEADER_RECORDS - 1 : UNUSED_HEADER_RECORDS;
    struct kiwi_management_header_record record = {0};

    record.address = kiwi_dsa(volume->map_start, layout_sectors(volume->layout));
    record.size = (uint16_t)(volume->map_size / unit);
    volume_name_field(volume->map_file, (uint8_t *)record.file_name);
    output->good = output->good && volume->map_size / unit <= UINT16_MAX;
    for (int i = 0; i <= count; i++) { /* the next record is number i + 2 */
        append_encoded(&output->buffer, &output->good,
                       kiwi_management_header_record_encode(&record, ROOM(&output->buffer)));
        record.address = KIWI_DSA_NULL;
        record.size = 0;
        memset(record.file_name, 0, sizeof record.file_name);
        if (i == 0 && volume->regions)
            set_region_record(&record, volume);
        if (i == 1 && options->index)
            set_index_record(&record, volume);
        if (i > 1 && options->base)
            record = base_header_record(options->base, i + 2);
        if (volume->other_size)
            other_data_set_record(&record, volume, (enum kiwi_management_header_kind)(i + 2));
    }
    buffer_pad(&output->buffer, DATA_VOLUME_SIZE + HEADER_TABLE_SIZE);
}

struct information {
    const struct volume *volume;
    struct output *output;
};

static bool write_information(void *context, const struct volume_level *level, int64_t block_row,
                              int64_t block_column)
{
    struct information *information = context;
    struct output *output = information->output;

    if (!volume_block_has_data(information->volume, level, block_row, block_column))
        return true;
    output->good = volume_append_information(information->volume, level, block_row, block_column,
                                             &output->buffer) &&
                   output->good;
    return flush(output);
}

static bool write_level_information(const struct volume *volume, const struct volume_level *level,
                                    struct output *output)
{
    struct information information = {volume, output};

    for (unsigned set = 0; set < level->level->rows.block_sets * level->level->columns.block_sets; set++)
        if (!volume_each_block(level, set, write_information, &information))
            return false;
    return true;
}

/** A frame with the route guidance that goes with it. */
static bool write_frame(const struct volume_level *level, const struct volume_frame *frame,
                        const struct frame_site *site, struct output *output)
{
    output->good = frame_append(&frame->frame, level->level, site, &output->buffer) && output->good;
    if (frame->guidance)
        output->good = guidance_append(level->level, site, &output->buffer) && output->good;
    return flush(output);
}

/** One repetition: the frames stay the same, what says where they are changes. */
static bool write_copy(const struct volume *volume, const struct volume_level *level, size_t copy,
                       struct output *output)
{
    for (size_t i = 0; i < level->row_count * level->column_count; i++) {
        size_t index = level->order[i];
        const struct volume_cell *cell = &level->cells[index];

        for (size_t part = 0; part < cell_frame_count(cell); part++) {
            const struct volume_frame *frame = &cell->frames[part];
            struct frame_site site;
            struct address address;

            if (!frame->size)
                continue;
            address = volume_address(volume, level, frame, copy);
            site = neighbour_site(volume, level, index, part, copy);
            if (volume->layout->guidance.headers) {
                site.guidance = address.offset + frame->size;
                site.guidance_size = frame->guidance;
            }
            if (!switch_file(output, address.file) || !write_frame(level, frame, &site, output))
                return false;
        }
    }
    return true;
}

static bool write_level_frames(const struct volume *volume, const struct volume_level *level,
                               struct output *output)
{
    const size_t copies = (size_t)volume->grid->north * volume->grid->east;

    for (size_t copy = 0; copy < copies; copy++)
        if (!write_copy(volume, level, copy, output))
            return false;
    return true;
}

/** Zeros up to a place, counted over all files. */
static void pad_to(struct output *output, uint64_t place)
{
    size_t rest = (size_t)(place - output->written);

    memset(buffer_room(&output->buffer, rest), 0, rest);
    output->buffer.size += rest;
}

/** What follows the map begins behind its whole sectors, or if the map is split in a file of its own. */
static bool begin_behind(const struct volume *volume, const char *name, uint64_t start, struct output *output)
{
    FILE *file = output->file;

    if (!volume->layout->map_file_size) {
        pad_to(output, start);
        return true;
    }
    output->file = NULL;
    if (!target_close_file(file, output->failure))
        return false;
    output->file = target_create(name, output->failure);
    return output->file;
}

/** Zeros up to a place in the first file, which may be far away. */
static bool fill_to(struct output *output, uint64_t place)
{
    enum { PIECE = 1 << 20 };

    while (output->written + output->buffer.size < place) {
        uint64_t rest = place - output->written - output->buffer.size;

        pad_to(output, place - rest + (rest < PIECE ? rest : PIECE));
        if (!flush(output))
            return false;
    }
    return true;
}

/** What is kept of another disc's ALLDATA.KWI, at its old place, and zeros up to the end. */
static bool write_kept(const struct base_disc *base, uint64_t end, struct output *output)
{
    const struct kiwi_file *file = kiwi_map_file(base->map);
    struct kiwi_error error;

    for (size_t i = 0; i < base->kept_count; i++) {
        const struct base_kept *kept = &base->kept[i];

        if (!fill_to(output, kept->offset))
            return false;
        for (uint64_t done = 0; done < kept->size;) {
            const uint64_t rest = kept->size - done;
            size_t wanted = rest < SECTOR ? (size_t)rest : SECTOR, received = 0;

            if (kiwi_source_read(file->source, kept->offset + done, buffer_room(&output->buffer, wanted),
                                 wanted, &received, &error) != KIWI_OK ||
                received < wanted)
                return refuse(output->failure, EXIT_SYSTEM, "%s: %s: cannot be read whole", base->path,
                              file->path);
            output->buffer.size += wanted;
            done += wanted;
            if (!flush(output))
                return false;
        }
    }
    return fill_to(output, end);
}

static bool write_regions(const struct volume *volume, struct output *output)
{
    if (!volume->regions)
        return true;
    if (!begin_behind(volume, FOLDER REGION_FILE, volume->regions_start, output))
        return false;
    output->good = regions_append(volume->regions, volume->regions_start, &output->buffer) && output->good;
    return flush(output);
}

static bool write_other_data(const struct volume *volume, struct output *output)
{
    if (!volume->other_size)
        return true;
    if (volume->layout->map_file_size) /* what is before them fills whole sectors */
        pad_to(output, volume->size - volume->other_size);
    if (!flush(output) || !begin_behind(volume, FOLDER OTHER_FILE, volume->other_start, output))
        return false;
    output->good = other_data_append(volume, &output->buffer) && output->good;
    return flush(output);
}

static bool write_all(const struct volume *volume, const struct alldata_options *options,
                      struct output *output)
{
    if (options->base)
        append_base_volume(output, volume, options);
    else
        append_data_volume(output, volume, options);
    append_header_table(output, volume, options);
    if (!flush(output) || (volume->head_size > DATA_VOLUME_SIZE + HEADER_TABLE_SIZE &&
                           !write_kept(options->base, volume->head_size, output)))
        return false;
    if (!switch_file(output, volume->map_file))
        return false;
    output->good = volume_append_map(volume, &output->buffer) && output->good;
    if (!flush(output))
        return false;
    for (int i = 0; i < volume->grid->level_count; i++)
        if (!write_level_information(volume, &volume->levels[i], output))
            return false;
    for (int i = 0; i < volume->grid->level_count; i++)
        if (!write_level_frames(volume, &volume->levels[i], output))
            return false;
    if (!write_regions(volume, output) || !write_other_data(volume, output))
        return false;
    if (options->base && base_kept_end(options->base) > volume->head_size &&
        !write_kept(options->base, volume->size, output))
        return false;
    pad_to(output, volume->size);
    return flush(output);
}

bool alldata_write(const struct volume *volume, const struct alldata_options *options,
                   struct failure *failure)
{
    struct output output = {.good = true, .failure = failure, .total = volume->size};
    bool done;

    progress_start(&output.progress, options->progress);
    failure->text[0] = '\0';
    output.file = target_create("ALLDATA.KWI", failure);
    if (!output.file)
        return false;
    done = write_all(volume, options, &output);
    buffer_free(&output.buffer);
    if (output.file && !target_close_file(output.file, failure))
        return false;
    if (done)
        progress_end(&output.progress);
    if (!done && failure->text[0])
        return false;
    return done ||
           refuse(failure, EXIT_INPUT, "a value does not fit into its field; this is a fault of kiwibuild");
}
