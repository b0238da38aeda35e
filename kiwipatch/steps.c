/* SPDX-License-Identifier: MIT */
/* The changes of each kind of recipe step, and the checksums that follow from them. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/bmp.h"
#include "common/bytes.h"
#include "base/grow.h"
#include "plan.h"
#include "search.h"

static const char *const kind_names[] = {"text",   "pattern", "number",  "field",
                                         "module", "picture", "checksum"};

static const char *why(const struct step *step)
{
    return step->why ? step->why : kind_names[step->kind];
}

static bool read_exactly(const struct plan *plan, uint64_t offset, void *bytes, size_t length,
                         struct failure *failure)
{
    struct kiwi_error error;
    size_t received;
    if (kiwi_source_read(plan->target.image.source, offset, bytes, length, &received, &error) != KIWI_OK)
        return refuse(failure, EXIT_SYSTEM, "reading failed: %s", error.text);
    return received == length || refuse(failure, EXIT_REFUSED, "the file became shorter");
}

static bool inside(const struct plan *plan, const struct step *step, uint64_t at, uint64_t length,
                   struct failure *failure)
{
    if (at <= plan->region_size && length <= plan->region_size - at)
        return true;
    return refuse(failure, EXIT_REFUSED, "%.200s: %" PRIu64 " bytes at %" PRIu64 " go beyond the end",
                  why(step), length, at);
}

/* Patterns: texts and numbers are such, too. */

/** What stands there where find fits: find, with replace laid over it. */
static bool make_patched(const struct pattern *find, const struct pattern *replace, struct pattern *patched)
{
    *patched = (struct pattern){malloc(find->length), malloc(find->length), find->length};
    for (size_t i = 0; patched->bytes && patched->mask && i < find->length; i++) {
        patched->bytes[i] = (uint8_t)((find->bytes[i] & ~replace->mask[i]) |
                                      (replace->bytes[i] & replace->mask[i]));
        patched->mask[i] = find->mask[i] | replace->mask[i];
    }
    return patched->bytes && patched->mask;
}

/** Nothing was found: perhaps because it has been done already. */
static bool refuse_missing(const struct plan *plan, const struct step *step, const struct pattern *find,
                           const struct pattern *replace, uint64_t from, uint64_t to, uint64_t found,
                           struct failure *failure)
{
    struct pattern patched = {0};
    struct hits hits = {0};
    bool done = make_patched(find, replace, &patched) || refuse_memory(failure);
    done = done && search_pattern(plan->target.image.source, from, to, &patched, &hits, failure);
    bool already = done && found == 0 && hits.count >= step->expect;
    free(hits.offsets);
    pattern_free(&patched);
    if (!done)
        return false;
    if (already)
        return refuse(failure, EXIT_REFUSED, "%.200s: the new bytes are there already: is it patched?",
                      why(step));
    return refuse(failure, EXIT_REFUSED, "%.200s: found %" PRIu64 " time(s), the recipe expects %" PRIu64,
                  why(step), found, step->expect);
}

static bool change_hit(struct plan *plan, const struct step *step, const struct pattern *replace,
                       uint64_t offset, struct failure *failure)
{
    uint8_t *bytes = malloc(replace->length);
    bool done = bytes ? read_exactly(plan, offset, bytes, replace->length, failure) : refuse_memory(failure);
    for (size_t i = 0; done && i < replace->length; i++)
        bytes[i] = (uint8_t)((bytes[i] & ~replace->mask[i]) | (replace->bytes[i] & replace->mask[i]));
    done = done && changes_add(&plan->changes, offset, bytes, replace->length, why(step), NULL, failure);
    free(bytes);
    return done;
}

static bool add_pattern(struct plan *plan, const struct step *step, const struct pattern *find,
                        const struct pattern *replace, struct failure *failure)
{
    uint64_t from = plan->region;
    uint64_t to = plan->region + plan->region_size;
    struct hits hits;
    if (step->has_at) {
        if (!inside(plan, step, step->at, find->length, failure))
            return false;
        from += step->at;
        to = from + find->length;
    } else {
        uint64_t start = step->from < plan->region_size ? step->from : plan->region_size;
        uint64_t end = step->to < plan->region_size ? step->to : plan->region_size;
        to = from + end;
        from += start;
    }
    bool done = search_pattern(plan->target.image.source, from, to, find, &hits, failure);
    if (done && hits.count != step->expect)
        done = refuse_missing(plan, step, find, replace, from, to, hits.count, failure);
    for (uint64_t i = 0; done && i < hits.count; i++)
        done = change_hit(plan, step, replace, hits.offsets[i], failure);
    free(hits.offsets);
    return done;
}

/* Texts. */

/** The name that iconv has for the encoding of a step, or NULL. */
static const char *charset_of(const struct plan *plan, const struct step *step, struct failure *failure)
{
    if (strcasecmp(step->encoding, "disc") != 0)
        return step->encoding;
    if (kiwi_disc_charset(plan->target.disc)[0])
        return kiwi_disc_iconv_charset(plan->target.disc);
    refuse(failure, EXIT_INPUT, "%.200s: the disc does not say its encoding; name one in the recipe",
           why(step));
    return NULL;
}

/** Fills replace with the new text and its padding, find's length in all. */
static bool pad_text(const struct step *step, const uint8_t *text, size_t length, const uint8_t *unit,
                     size_t unit_length, struct pattern *replace, struct failure *failure)
{
    size_t room = replace->length;
    if (length > room)
        return refuse(failure, EXIT_INPUT, "%.200s: the new text has %zu bytes, the old one only %zu",
                      why(step), length, room);
    if (length < room && (step->pad == PAD_NONE || (room - length) % unit_length != 0))
        return refuse(failure, EXIT_INPUT,
                      "%.200s: the new text has %zu bytes, the old one %zu, and \"pad\" does not fill it",
                      why(step), length, room);
    size_t units = (room - length) / unit_length;
    size_t before = step->pad == PAD_CENTRE ? units / 2 : 0;
    size_t at = 0;
    for (size_t i = 0; i < before; i++, at += unit_length)
        memcpy(replace->bytes + at, unit, unit_length);
    memcpy(replace->bytes + at, text, length);
    at += length;
    for (size_t i = before; i < units; i++, at += unit_length)
        memcpy(replace->bytes + at, unit, unit_length);
    return true;
}

static bool add_text(struct plan *plan, const struct step *step, struct failure *failure)
{
    const char *charset = charset_of(plan, step, failure);
    uint8_t *old_text = NULL;
    uint8_t *new_text = NULL;
    uint8_t *unit = NULL;
    size_t old_length = 0;
    size_t new_length = 0;
    size_t unit_length = 1;
    bool done = charset &&
                encode_text(step->text, strlen(step->text), charset, &old_text, &old_length, failure) &&
                encode_text(step->text_replace, strlen(step->text_replace), charset, &new_text, &new_length,
                            failure) &&
                encode_text(step->pad == PAD_NUL ? "\0" : " ", 1, charset, &unit, &unit_length, failure);
    struct pattern find = {old_text, malloc(old_length + 1), old_length};
    struct pattern replace = {malloc(old_length + 1), find.mask, old_length};
    if (done && (!find.mask || !replace.bytes))
        done = refuse_memory(failure);
    if (done)
        memset(find.mask, 0xFF, old_length);
    done = done && pad_text(step, new_text, new_length, unit, unit_length, &replace, failure) &&
           add_pattern(plan, step, &find, &replace, failure);
    free(old_text);
    free(new_text);
    free(unit);
    free(find.mask);
    free(replace.bytes);
    return done;
}

/* Files with new bytes. */

static bool check_hash(const struct step *step, struct kiwi_source *source, uint64_t offset, uint64_t length,
                       const char *wanted, const char *what, struct failure *failure)
{
    uint8_t hash[HASH_SIZE];
    char text[HASH_TEXT];
    if (!hash_source(source, offset, length, hash, failure))
        return false;
    hash_text(hash, text);
    return strcmp(text, wanted) == 0 ||
           refuse(failure, EXIT_REFUSED, "%.150s: %s has SHA-256 %.16s..., the recipe wants %.16s...",
                  why(step), what, text, wanted);
}

/** Headers of the old and the new picture must be the same up to the palette. */
static bool check_picture(const struct plan *plan, const struct step *step, struct kiwi_source *content,
                          struct failure *failure)
{
    uint8_t heads[2][14 + 124];
    struct bmp bmp;
    size_t received = 0;
    uint64_t size = kiwi_source_size(content);
    size_t length = size < sizeof heads[0] ? (size_t)size : sizeof heads[0];
    if (!inside(plan, step, step->at, size, failure) ||
        !read_exactly(plan, plan->region + step->at, heads[0], length, failure))
        return false;
    if (kiwi_source_read(content, 0, heads[1], length, &received, NULL) != KIWI_OK || received < length)
        return refuse(failure, EXIT_SYSTEM, "%.200s: reading the picture failed", why(step));
    bool picture = bmp_read_head(heads[0], length, plan->region_size - step->at, &bmp);
    if (length < 6 || memcmp(heads[1], "BM", 2) != 0 || load32_little(heads[1] + 2) != size)
        return refuse(failure, EXIT_INPUT, "%.200s: no BMP picture", why(step));
    if (!picture || memcmp(heads[0], heads[1], 14 + bmp.information) != 0)
        return refuse(failure, EXIT_REFUSED, "%.200s: the picture on the disc has another format or size",
                      why(step));
    return true;
}

static bool add_opened_content(struct plan *plan, const struct step *step, struct kiwi_source *content,
                               struct failure *failure)
{
    uint64_t size = kiwi_source_size(content);
    uint64_t offset = plan->region + (step->kind == STEP_PICTURE ? step->at : 0);
    if (!check_hash(step, content, 0, size, step->sha256, "the new file", failure))
        return false;
    if (step->kind == STEP_MODULE && size != plan->region_size)
        return refuse(failure, EXIT_REFUSED,
                      "%.200s: the new one has %" PRIu64 " bytes, the old one %" PRIu64, why(step), size,
                      plan->region_size);
    if (step->kind == STEP_PICTURE && !check_picture(plan, step, content, failure))
        return false;
    if (step->old_sha256 && !check_hash(step, plan->target.image.source, offset, size, step->old_sha256,
                                        "what stands there", failure))
        return false;
    if (!changes_add_content(&plan->changes, offset, content, why(step), failure))
        return false;
    plan->changes.items[plan->changes.count - 1].module = step->kind == STEP_MODULE;
    return true;
}

static bool add_content(struct plan *plan, const struct recipe *recipe, const struct step *step,
                        struct failure *failure)
{
    struct kiwi_source *content;
    struct kiwi_error error;
    size_t room = strlen(recipe->folder) + strlen(step->content) + 1;
    char *path = malloc(room);
    if (!path)
        return refuse_memory(failure);
    snprintf(path, room, "%s%s", step->content[0] == '/' ? "" : recipe->folder, step->content);
    bool opened = kiwi_source_open(path, &content, &error) == KIWI_OK;
    free(path);
    if (!opened)
        return refuse(failure, EXIT_SYSTEM, "%.200s: %.300s", why(step), error.text);
    bool done = add_opened_content(plan, step, content, failure);
    kiwi_source_unref(content);
    return done;
}

bool plan_add_step(struct plan *plan, const struct recipe *recipe, const struct step *step,
                   struct failure *failure)
{
    switch (step->kind) {
    case STEP_TEXT: return add_text(plan, step, failure);
    case STEP_PATTERN:
    case STEP_NUMBER: return add_pattern(plan, step, &step->find, &step->replace, failure);
    case STEP_FIELD: return plan_add_field(plan, step, failure);
    case STEP_MODULE:
    case STEP_PICTURE: return add_content(plan, recipe, step, failure);
    case STEP_CHECKSUM: return true;
    }
    return true;
}

static bool note_block(struct plan *plan, const struct step *step, struct failure *failure)
{
    struct summed_block *blocks = grow_array(plan->blocks, &plan->block_room, plan->block_count, 1,
                                             sizeof *blocks);
    if (!blocks)
        return refuse_memory(failure);
    plan->blocks = blocks;
    blocks[plan->block_count++] = (struct summed_block){plan->region + step->at, step->length, step->rule};
    return true;
}

bool plan_add_checksum(struct plan *plan, const struct step *step, struct failure *failure)
{
    struct kiwi_source *source = plan->target.image.source;
    struct kiwi_source *overlay = NULL;
    uint64_t offset = plan->region + step->at;
    uint32_t stored = 0;
    uint32_t wanted = 0;
    uint8_t bytes[CHECKSUM_SIZE];
    char rule[CHECKSUM_RULE_TEXT];
    char text[CHECKSUM_RULE_TEXT + 200];
    if (!inside(plan, step, step->at, step->length, failure) ||
        !checksum_rule_stored(&step->rule, source, offset, step->length, &stored, failure) ||
        !checksum_rule_wanted(&step->rule, source, offset, step->length, &wanted, failure))
        return false;
    checksum_rule_text(&step->rule, rule);
    if (stored != wanted)
        return refuse(failure, EXIT_REFUSED,
                      "rule %s does not fit the untouched block at %" PRIu64 ": %08" PRIX32
                      ", not %08" PRIX32,
                      rule, step->at, stored, wanted);
    if (!changes_overlay(&plan->changes, source, &overlay, failure))
        return false;
    bool done = checksum_rule_stored(&step->rule, overlay, offset, step->length, &stored, failure) &&
                checksum_rule_wanted(&step->rule, overlay, offset, step->length, &wanted, failure);
    kiwi_source_unref(overlay);
    if (!done || !note_block(plan, step, failure))
        return false;
    if (wanted == stored)
        return true;
    checksum_rule_store(&step->rule, wanted, bytes);
    snprintf(text, sizeof text, "%.150s: %s", step->why ? step->why : "checksum follows", rule);
    if (!changes_add(&plan->changes, offset + step->length - CHECKSUM_SIZE, bytes, CHECKSUM_SIZE, text, NULL,
                     failure))
        return false;
    plan->changes.items[plan->changes.count - 1].derived = true;
    return changes_sort(&plan->changes, failure);
}

bool plan_add_boot(struct plan *plan, const struct step *step, struct failure *failure)
{
    const struct plan_file *file = &plan->files[0];
    struct kiwi_source *source = plan->target.image.source;
    struct kiwi_source *overlay = NULL;
    uint32_t stored = 0;
    uint32_t wanted = 0;
    uint8_t bytes[CHECKSUM_SIZE];
    char text[200];
    if (!boot_find(file->loading, file->file->size, &plan->boot))
        return refuse(failure, EXIT_REFUSED,
                      "%.150s has no components xipImage and pmb, which rule " BOOT_RULE " is about",
                      file->file->path);
    if (!boot_values(&plan->boot, source, file->base, &stored, &wanted, failure))
        return false;
    if (stored != wanted)
        return refuse(failure, EXIT_REFUSED,
                      "rule " BOOT_RULE " does not fit the untouched kernel: %08" PRIX32 ", not %08" PRIX32,
                      wanted, stored);
    plan->has_boot = true;
    if (!changes_overlay(&plan->changes, source, &overlay, failure))
        return false;
    bool done = boot_values(&plan->boot, overlay, file->base, &stored, &wanted, failure);
    kiwi_source_unref(overlay);
    if (!done || stored == wanted)
        return done;
    boot_store(wanted, bytes);
    snprintf(text, sizeof text, "%.150s: " BOOT_RULE, step->why ? step->why : "checksum follows");
    if (!changes_add(&plan->changes, file->base + plan->boot.value, bytes, CHECKSUM_SIZE, text, NULL,
                     failure))
        return false;
    plan->changes.items[plan->changes.count - 1].derived = true;
    return changes_sort(&plan->changes, failure);
}
