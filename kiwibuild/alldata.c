/* SPDX-License-Identifier: MIT */
#include "alldata.h"

#include <errno.h>
#include <string.h>

#include "neighbour.h"

enum {
    UNUSED_HEADER_RECORDS = 47, /* as on the 2007 Australian disc, zero behind them */
};

/** The file on its way out; buffer is what has not been written yet. */
struct output {
    FILE *file;
    struct buffer buffer;
    uint64_t written, total;
    int percent; /**< last shown, -1 = do not show */
    bool good;   /**< everything could be encoded */
    bool failed; /**< the file could not be written */
};

static void show_progress(struct output *output)
{
    int percent = (int)(output->written * 100 / output->total);

    if (output->percent < 0 || percent == output->percent)
        return;
    output->percent = percent;
    fprintf(stderr, "\rkiwibuild: %3d %%%s", percent, percent == 100 ? "\n" : "");
}

static bool flush(struct output *output)
{
    if (output->buffer.size &&
        fwrite(output->buffer.bytes, 1, output->buffer.size, output->file) != output->buffer.size)
        output->failed = true;
    output->written += output->buffer.size;
    output->buffer.size = 0;
    show_progress(output);
    return output->good && !output->failed;
}

static void set_text(char *field, size_t size, const char *text)
{
    size_t length = strlen(text);

    memcpy(field, text, length < size ? length : size);
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
        .logical_sector_size = LOGICAL_SECTOR,
        .sector_size = SECTOR,
        .inside = KIWI_GROUND_LAND,
        .outside = KIWI_GROUND_SEA,
        .lower_left = cell_position(level, level->origin_row, level->origin_column),
        .upper_right = cell_position(level, level->origin_row + tiers_total(&level->rows),
                                     level->origin_column + tiers_total(&level->columns)),
    };

    set_text(record.data_author_text, sizeof record.data_author_text, "kiwibuild");
    set_text(record.format_version, sizeof record.format_version, "FORMAT VERSION KIWI01-22-00\n");
    snprintf(record.data_version, sizeof record.data_version, "DATA VERSION %.40s\n", options->data_version);
    set_text(record.disk_title, sizeof record.disk_title, options->title);
    set_text(record.media_version, sizeof record.media_version, "V 01.00.00");
    append_encoded(&output->buffer, &output->good, kiwi_data_volume_encode(&record, ROOM(&output->buffer)));
    buffer_pad(&output->buffer, DATA_VOLUME_SIZE);
}

static void append_header_table(struct output *output, const struct volume *volume)
{
    struct kiwi_management_header_record record = {0};
    int i;

    record.address = kiwi_dsa(MAP_START, disc_sectors);
    record.size = (uint16_t)(volume->map_size / LOGICAL_SECTOR);
    output->good = output->good && volume->map_size / LOGICAL_SECTOR <= UINT16_MAX;
    for (i = 0; i <= UNUSED_HEADER_RECORDS; i++) {
        append_encoded(&output->buffer, &output->good,
                       kiwi_management_header_record_encode(&record, ROOM(&output->buffer)));
        record.address = KIWI_DSA_NULL;
        record.size = 0;
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
    output->good =
        volume_append_information(information->volume, level, block_row, block_column, &output->buffer) &&
        output->good;
    return flush(output);
}

static bool write_level_information(const struct volume *volume, const struct volume_level *level,
                                    struct output *output)
{
    struct information information = {volume, output};
    unsigned set;

    for (set = 0; set < level->level->rows.block_sets * level->level->columns.block_sets; set++)
        if (!volume_each_block(level, set, write_information, &information))
            return false;
    return true;
}

/** One repetition: the frames stay the same, what tells their place changes. */
static bool write_copy(const struct volume *volume, const struct volume_level *level, unsigned north,
                       unsigned east, struct output *output)
{
    size_t i;
    unsigned part;

    for (i = 0; i < level->row_count * level->column_count; i++) {
        size_t index = level->order[i];
        const struct volume_cell *cell = &level->cells[index];

        for (part = 0; part < cell->side * cell->side; part++) {
            struct frame_place place = neighbour_place(volume, level, index, part, north * level->period_rows,
                                                       east * level->period_columns);

            output->good =
                frame_append(&cell->frames[part], level->level, &place, &output->buffer) && output->good;
            if (!flush(output))
                return false;
        }
    }
    return true;
}

static bool write_level_frames(const struct volume *volume, const struct volume_level *level,
                               struct output *output)
{
    unsigned north, east;

    for (north = 0; north < volume->grid->north; north++)
        for (east = 0; east < volume->grid->east; east++)
            if (!write_copy(volume, level, north, east, output))
                return false;
    return true;
}

static bool write_all(const struct volume *volume, const struct alldata_options *options,
                      struct output *output)
{
    int i;

    append_data_volume(output, volume, options);
    append_header_table(output, volume);
    output->good = volume_append_map(volume, &output->buffer) && output->good;
    if (!flush(output))
        return false;
    for (i = 0; i < LEVEL_COUNT; i++)
        if (!write_level_information(volume, &volume->levels[i], output))
            return false;
    for (i = 0; i < LEVEL_COUNT; i++)
        if (!write_level_frames(volume, &volume->levels[i], output))
            return false;
    if (output->written < volume->size)
        memset(buffer_room(&output->buffer, SECTOR), 0, SECTOR);
    output->buffer.size = (size_t)(volume->size - output->written);
    return flush(output);
}

bool alldata_write(const struct volume *volume, const struct alldata_options *options, FILE *file,
                   struct failure *failure)
{
    struct output output = {
        .file = file, .total = volume->size, .percent = options->progress ? 0 : -1, .good = true};
    bool done = write_all(volume, options, &output);

    buffer_free(&output.buffer);
    if (output.failed)
        return refuse(failure, EXIT_SYSTEM, "ALLDATA.KWI: %s", strerror(errno));
    return done ||
           refuse(failure, EXIT_INPUT, "a value does not fit into its field; this is a fault of kiwibuild");
}
