/* SPDX-License-Identifier: MIT */
/* Words of the copy of a frame that is mended, and lists of records in it. */
#include <string.h>

#include "bytes/codec.h"
#include "map/mend.h"

/** A field at a fixed place of a record; every field that is mended is one. */
static const struct kiwi_field *find(const struct kiwi_record_type *type, const char *name)
{
    for (unsigned i = 0; i < type->field_count; i++)
        if (type->fields[i].run == 0 && strcmp(type->fields[i].name, name) == 0)
            return &type->fields[i];
    return NULL;
}

static uint32_t load(const uint8_t *bytes, unsigned width)
{
    return width == 1 ? bytes[0] : width == 2 ? kiwi_load16(bytes) : kiwi_load32(bytes);
}

uint64_t kiwi_mend_value(const struct kiwi_mender *mender, const struct kiwi_record_type *type, uint64_t at,
                         const char *name)
{
    const struct kiwi_field *field = find(type, name);
    if (!field || at >= mender->length || field->offset + (uint64_t)field->width > mender->length - at)
        return 0;
    uint32_t word = load(mender->bytes + at + field->offset, field->width);
    uint64_t unit = field->type == KIWI_TYPE_SWS || field->type == KIWI_TYPE_D ? 2 : 1;
    return field->high < field->low ? word * unit
                                    : ((word >> field->low) & kiwi_bit_mask(field->high, field->low)) * unit;
}

void kiwi_mend_word(struct kiwi_mender *mender, const struct kiwi_record_type *type, uint64_t at,
                    const char *name, uint64_t value)
{
    const struct kiwi_field *field = find(type, name);
    if (!field || at + field->offset + field->width > mender->length)
        return;
    uint8_t *bytes = mender->bytes + at + field->offset;
    uint32_t mask = field->high < field->low ? UINT32_MAX : kiwi_bit_mask(field->high, field->low);
    unsigned low = field->high < field->low ? 0 : field->low;
    uint64_t unit = field->type == KIWI_TYPE_SWS || field->type == KIWI_TYPE_D ? 2 : 1;
    uint32_t word = load(bytes, field->width);
    uint64_t stated = (word >> low) & mask;
    uint32_t raw = value == KIWI_NULL ? mask : (uint32_t)(value / unit) & mask;
    word = (word & ~(mask << low)) | raw << low;
    for (unsigned i = field->width; i > 0; i--, word >>= 8)
        bytes[i - 1] = (uint8_t)word;
    mender->changes++;
    kiwi_map_report_derived(mender->map, mender->parcel->file, type, mender->offset + at, mender->path, name,
                            value, field->type == KIWI_TYPE_D && stated == mask ? KIWI_NULL : stated * unit);
}

void kiwi_mend_doubt(const struct kiwi_mender *mender, enum kiwi_severity severity,
                     const struct kiwi_record_type *type, uint64_t at, const char *field,
                     const char *expected, uint64_t found)
{
    kiwi_map_report_field(mender->map, severity, mender->parcel->file, type, mender->offset + at,
                          mender->path, field, expected, found);
}

uint64_t kiwi_mend_list(struct kiwi_mender *mender, kiwi_mend_record *record, uint64_t at, uint64_t limit,
                        uint32_t *count)
{
    uint32_t stated = *count;
    uint32_t found = 0;
    mender->surplus = 0;
    while (at < limit && (found < stated || (mender->may_grow && kiwi_any(mender->bytes + at, limit - at)))) {
        mender->left = found < stated ? stated - found - 1 : 0;
        uint64_t size = record(mender, at, limit);
        if (size == 0)
            break;
        at += size;
        found++;
    }
    /* Fewer than stated, or more that fill what is left. */
    if (found < stated || (found > stated && (at == limit || !kiwi_any(mender->bytes + at, limit - at))))
        *count = found;
    return at;
}

bool kiwi_mend_is_padding(const struct kiwi_mender *mender, uint64_t at, uint64_t limit)
{
    enum { PADDING = 4096 }; /* more is looked at nowhere, since it may be asked for at each record */
    return at <= limit && limit - at <= PADDING && !kiwi_any(mender->bytes + at, limit - at);
}
