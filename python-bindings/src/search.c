/* SPDX-License-Identifier: MIT */
/* Searching the index: entries and their address ranges. */
#include "search.h"

#include <string.h>

#include <structmember.h>

#include "kiwidump/options.h"

/* A search */

struct entries {
    PyObject_HEAD
    struct handle handle;
    struct disc *disc;
    struct kiwi_find *find;
};

/** A street, place or point of interest; its texts are name and key. */
struct entry {
    PyObject_HEAD
    struct disc *disc;
    struct kiwi_index_entry entry;
    PyObject *name, *key, *file;
};

struct ranges {
    PyObject_HEAD
    struct disc *disc;
    struct kiwi_ranges ranges;
};

static void close_find(struct handle *handle)
{
    struct entries *entries = (struct entries *)((char *)handle - offsetof(struct entries, handle));
    kiwi_find_close(entries->find);
    entries->find = NULL;
}

static enum kiwi_status open_find(struct entries *entries, const struct kiwi_find_options *options,
                                  struct kiwi_error *error)
{
    enum kiwi_status status;
    Py_BEGIN_ALLOW_THREADS
        status = disc_index(entries->disc, error);
        if (status == KIWI_OK)
            status = kiwi_find_open(entries->disc->index, options, &entries->find, error);
        if (status == KIWI_OK)
            disc_add_handle(entries->disc, &entries->handle, close_find);
    Py_END_ALLOW_THREADS
    return status;
}

static PyObject *find(struct disc *disc, const struct kiwi_find_options *options)
{
    struct entries *entries = NEW(disc->state->entries);
    struct kiwi_error error;
    if (!entries)
        return NULL;
    entries->disc = REF(disc);
    if (!disc_enter(disc)) {
        UNREF(entries);
        return NULL;
    }
    enum kiwi_status status = open_find(entries, options, &error);
    if (disc_leave(disc) && status == KIWI_OK)
        return (PyObject *)entries;
    UNREF(entries);
    return status == KIWI_OK ? NULL : disc_fail(disc, &error);
}

PyObject *search_find(PyObject *self, PyObject *arguments)
{
    struct kiwi_find_options options = {.size = sizeof options};
    struct options read = {.text = NULL};
    PyObject *text;
    const char *match;
    if (!PyArg_ParseTuple(arguments, "UsiI", &text, &match, &options.zone, &options.kinds))
        return NULL;
    if (!options_read_match(&read, match)) {
        PyErr_SetString(PyExc_ValueError, "match must be folded, contains, prefix or exact");
        return NULL;
    }
    PyObject *bytes = PyUnicode_AsUTF8String(text);
    PyObject *entries = NULL;
    options.match = read.match;
    options.text = bytes ? PyBytes_AsString(bytes) : NULL;
    if (bytes)
        entries = find((struct disc *)self, &options);
    Py_XDECREF(bytes);
    return entries;
}

static void entries_dealloc(PyObject *self)
{
    struct entries *entries = (struct entries *)self;
    if (entries->disc)
        disc_close_handle(entries->disc, &entries->handle);
    UNREF(entries->disc);
    free_object(self);
}

/** The texts live only until the disc is left. */
static struct entry *copy_entry(struct disc *disc, const struct kiwi_index_entry *from)
{
    struct entry *entry = NEW(disc->state->entry);
    if (!entry)
        return NULL;
    entry->disc = REF(disc);
    entry->entry = *from;
    entry->entry.position = kiwi_to_wgs84(disc->datum, from->position);
    entry->name = PyUnicode_DecodeUTF8(from->name, (Py_ssize_t)strlen(from->name), "replace");
    entry->key = PyUnicode_DecodeUTF8(from->key, (Py_ssize_t)strlen(from->key), "replace");
    entry->file = PyUnicode_FromString(from->file->path);
    entry->entry.name = entry->entry.key = "";
    if (entry->name && entry->key && entry->file)
        return entry;
    UNREF(entry);
    return NULL;
}

static enum kiwi_status next_entry(struct entries *entries, struct kiwi_index_entry *entry,
                                   struct kiwi_error *error)
{
    enum kiwi_status status;
    Py_BEGIN_ALLOW_THREADS
        status = kiwi_find_next(entries->find, entry, error);
    Py_END_ALLOW_THREADS
    return status;
}

static PyObject *entries_next(PyObject *self)
{
    struct entries *entries = (struct entries *)self;
    struct kiwi_index_entry found;
    struct kiwi_error error;
    if (!disc_enter(entries->disc))
        return NULL;
    enum kiwi_status status = next_entry(entries, &found, &error);
    struct entry *entry = status == KIWI_OK ? copy_entry(entries->disc, &found) : NULL;
    if (!disc_leave(entries->disc)) {
        UNREF(entry);
        return NULL;
    }
    if (status != KIWI_OK && status != KIWI_END)
        disc_fail(entries->disc, &error);
    return (PyObject *)entry;
}

PyTypeObject *entries_type(PyObject *module)
{
    static const char doc[] =
        "What a search finds, one IndexEntry after the other; ends with ValueError when the disc is closed.";
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc},
                           {Py_tp_dealloc, entries_dealloc},
                           {Py_tp_iter, PyObject_SelfIter},
                           {Py_tp_iternext, entries_next},
                           {0, NULL}};
    PyType_Spec spec = {"kiwi._kiwi.Entries", sizeof(struct entries), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
                        slots};
    return module_make_type(module, &spec);
}

/* Address ranges */

static PyObject *entry_ranges(PyObject *self, void *closure)
{
    struct entry *entry = (struct entry *)self;
    struct ranges *ranges = NEW(entry->disc->state->ranges);
    (void)closure;
    if (!ranges)
        return NULL;
    ranges->disc = REF(entry->disc);
    ranges->ranges.entry = entry->entry;
    return (PyObject *)ranges;
}

static void ranges_dealloc(PyObject *self)
{
    UNREF(((struct ranges *)self)->disc);
    free_object(self);
}

static PyObject *degrees_or_none(bool given, double degrees)
{
    return given ? PyFloat_FromDouble(degrees) : REF(Py_None);
}

static PyObject *number_or_none(bool given, uint32_t number)
{
    return given ? PyLong_FromUnsignedLong(number) : REF(Py_None);
}

static PyObject *area_codes(const struct kiwi_address_range *range)
{
    const uint32_t limit = sizeof range->area_code / sizeof range->area_code[0];
    uint32_t count = range->area_codes < limit ? range->area_codes : limit;
    PyObject *codes = PyTuple_New((Py_ssize_t)count);
    for (uint32_t i = 0; codes && i < count; i++) {
        PyObject *code = PyLong_FromUnsignedLong(range->area_code[i]);
        if (!code || PyTuple_SetItem(codes, (Py_ssize_t)i, code) != 0)
            Py_CLEAR(codes);
    }
    return codes;
}

static PyObject *make_range(const struct disc *disc, const struct kiwi_address_range *range)
{
    const struct kiwi_place place = kiwi_to_wgs84(disc->datum, range->position);
    return PyObject_CallFunction(
        disc->state->address_range, "sKNNNNNNN", range->file->path, (unsigned long long)range->offset,
        degrees_or_none(range->has_position, place.latitude),
        degrees_or_none(range->has_position, place.longitude),
        number_or_none(range->has_numbers && range->first != UINT32_MAX, range->first),
        number_or_none(range->has_numbers && range->last != UINT32_MAX, range->last),
        number_or_none(range->has_link, range->link), PyBool_FromLong(range->representative),
        area_codes(range));
}

static enum kiwi_status next_range(struct ranges *ranges, struct kiwi_address_range *range,
                                   struct kiwi_error *error)
{
    enum kiwi_status status;
    Py_BEGIN_ALLOW_THREADS
        status = disc_index(ranges->disc, error);
        if (status == KIWI_OK)
            status = kiwi_ranges_next(ranges->disc->index, &ranges->ranges, range, error);
    Py_END_ALLOW_THREADS
    return status;
}

static PyObject *ranges_next(PyObject *self)
{
    struct ranges *ranges = (struct ranges *)self;
    struct kiwi_address_range range;
    struct kiwi_error error;
    if (!disc_enter(ranges->disc))
        return NULL;
    enum kiwi_status status = next_range(ranges, &range, &error);
    PyObject *made = status == KIWI_OK ? make_range(ranges->disc, &range) : NULL;
    if (!disc_leave(ranges->disc))
        Py_CLEAR(made);
    else if (status != KIWI_OK && status != KIWI_END)
        disc_fail(ranges->disc, &error);
    return made;
}

PyTypeObject *ranges_type(PyObject *module)
{
    static const char doc[] =
        "The address ranges of an index entry (11.2.2); ends with ValueError when the disc is closed.";
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc},
                           {Py_tp_dealloc, ranges_dealloc},
                           {Py_tp_iter, PyObject_SelfIter},
                           {Py_tp_iternext, ranges_next},
                           {0, NULL}};
    PyType_Spec spec = {"kiwi._kiwi.Ranges", sizeof(struct ranges), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
                        slots};
    return module_make_type(module, &spec);
}

/* Entries */

static void entry_dealloc(PyObject *self)
{
    struct entry *entry = (struct entry *)self;
    UNREF(entry->disc);
    Py_XDECREF(entry->name);
    Py_XDECREF(entry->key);
    Py_XDECREF(entry->file);
    free_object(self);
}

/** What an entry may have or not; closure says which. */
enum optional { OPTIONAL_LATITUDE, OPTIONAL_LONGITUDE, OPTIONAL_ZONE, OPTIONAL_STREET, OPTIONAL_CATEGORY };

static PyObject *entry_optional(PyObject *self, void *closure)
{
    const struct kiwi_index_entry *entry = &((struct entry *)self)->entry;
    switch ((enum optional)(uintptr_t)closure) {
    case OPTIONAL_LATITUDE: return degrees_or_none(entry->has_position, entry->position.latitude);
    case OPTIONAL_LONGITUDE: return degrees_or_none(entry->has_position, entry->position.longitude);
    case OPTIONAL_ZONE: return number_or_none(entry->zone >= 0, (uint32_t)entry->zone);
    case OPTIONAL_STREET: return number_or_none(entry->has_street, entry->street);
    case OPTIONAL_CATEGORY: break;
    }
    return number_or_none(entry->has_category, entry->category);
}

static PyObject *entry_kind(PyObject *self, void *closure)
{
    enum kiwi_entry_kind kind = ((struct entry *)self)->entry.kind;
    (void)closure;
    return PyUnicode_FromString(kind == KIWI_ENTRY_STREET  ? "street"
                                : kind == KIWI_ENTRY_PLACE ? "place"
                                                           : "poi");
}

static PyObject *entry_geo(PyObject *self, void *closure)
{
    const struct kiwi_index_entry *entry = &((struct entry *)self)->entry;
    (void)closure;
    if (!entry->has_position) {
        PyErr_SetString(PyExc_AttributeError, "the disc does not tell where it is");
        return NULL;
    }
    return Py_BuildValue("{sss(dd)}", "type", "Point", "coordinates", entry->position.longitude,
                         entry->position.latitude);
}

static PyObject *entry_repr(PyObject *self)
{
    return PyUnicode_FromFormat("<kiwi.IndexEntry %R>", ((struct entry *)self)->name);
}

PyTypeObject *entry_type(PyObject *module)
{
    static PyMemberDef members[] = {
        {"name", T_OBJECT, offsetof(struct entry, name), READONLY, "To show."},
        {"key", T_OBJECT, offsetof(struct entry, key), READONLY, "What the unit compares with."},
        {"file", T_OBJECT, offsetof(struct entry, file), READONLY, "Path of the file with its record."},
        {"offset", T_ULONGLONG, offsetof(struct entry, entry.offset), READONLY, "Of its record, in bytes."},
        {"range_count", T_UINT, offsetof(struct entry, entry.ranges), READONLY,
         "Address ranges, as declared."},
        {NULL, 0, 0, 0, NULL}};
    static PyGetSetDef attributes[] = {
        {"kind", entry_kind, NULL, "'street', 'place' or 'poi'.", NULL},
        {"latitude", entry_optional, NULL, "Degrees, or None.", (void *)OPTIONAL_LATITUDE},
        {"longitude", entry_optional, NULL, "Degrees, or None.", (void *)OPTIONAL_LONGITUDE},
        {"zone", entry_optional, NULL, "Number of its zone, or None.", (void *)OPTIONAL_ZONE},
        {"street", entry_optional, NULL, "Number of the street, or None.", (void *)OPTIONAL_STREET},
        {"category", entry_optional, NULL, "Code of the category, or None.", (void *)OPTIONAL_CATEGORY},
        {"ranges", entry_ranges, NULL, "Its address ranges: a new iterator of AddressRange.", NULL},
        {"__geo_interface__", entry_geo, NULL, "Where it is, as a GeoJSON Point.", NULL},
        {NULL, NULL, NULL, NULL, NULL}};
    static const char doc[] =
        "A street, place or point of interest that the disc's index knows (chapter 11).";
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc},
                           {Py_tp_dealloc, entry_dealloc},
                           {Py_tp_repr, entry_repr},
                           {Py_tp_members, members},
                           {Py_tp_getset, attributes},
                           {0, NULL}};
    PyType_Spec spec = {"kiwi.IndexEntry", sizeof(struct entry), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
                        slots};
    return module_add_type(module, &spec, NULL);
}
