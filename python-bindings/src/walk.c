/* SPDX-License-Identifier: MIT */
/* Iterators over records, and the check of a disc. */
#include "walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "map.h"
#include "record.h"

/** So many items are met before a record is handed out: a lock for each would cost more than the walk. */
enum { BATCH_ITEMS = 256 };
enum { BATCH_BYTES = 65536 };
/** Bytes walked in one piece of a check, between two looks at the keyboard. */
#define CHECK_BYTES (UINT64_C(64) << 20)
/** Findings after which a piece of work ends early, so that all can be delivered. */
enum { FINDING_PAUSE = 1024 };

struct batch_item {
    struct kiwi_item item; /* its bytes, layout and defined type are beside it */
    struct kiwi_layout layout;
    struct kiwi_record_type *defined; /* of fields that the disc defines, else NULL */
    bool has_bytes;
    size_t bytes, path, file; /* where they begin in the batch's memory; file is the path of the file */
};

/** A walk and what it met since Python last asked. */
struct records {
    PyObject_HEAD
    struct handle handle;
    struct disc *disc;
    struct kiwi_walk *walk;
    struct kiwi_sectors sectors;
    struct batch_item *items;
    size_t count, next;
    char *memory;
    size_t used, capacity;
    bool busy; /* a thread is at work with it, without the interpreter */
    bool ended;
    struct kiwi_error error; /* of the end */
    struct kept_findings findings;
    PyObject *on_finding; /* or NULL */
};

static void close_walk(struct handle *handle)
{
    struct records *records = (struct records *)((char *)handle - offsetof(struct records, handle));
    kiwi_walk_close(records->walk);
    records->walk = NULL;
}

static enum kiwi_status open_walk(struct records *records, const struct kiwi_walk_options *options,
                                  struct kiwi_error *error)
{
    enum kiwi_status status;
    Py_BEGIN_ALLOW_THREADS
        status = kiwi_walk_open(records->disc->disc, options, &records->walk, error);
        if (status == KIWI_OK) {
            records->sectors = kiwi_walk_sectors(records->walk);
            disc_add_handle(records->disc, &records->handle, close_walk);
        }
    Py_END_ALLOW_THREADS
    return status;
}

/** Ends work with the disc; false with an exception. */
static bool leave(struct records *records)
{
    records->busy = false;
    return disc_leave(records->disc) &&
           findings_deliver(records->disc->state, &records->findings, records->on_finding);
}

/** A walk as an object of type, which is that of records or of a check. */
static PyObject *start_walk(struct disc *disc, PyTypeObject *type, struct kiwi_walk_options *options,
                            PyObject *on_finding)
{
    struct records *records = NEW(type);
    struct kiwi_error error;
    if (!records)
        return NULL;
    records->disc = REF(disc);
    records->on_finding = Py_XNewRef(on_finding);
    options->size = sizeof *options;
    options->finding = findings_take;
    options->context = &records->findings;
    if (!disc_enter(disc)) {
        UNREF(records);
        return NULL;
    }
    if (options->check)
        kiwi_disc_findings(disc->disc, findings_take, &records->findings);
    enum kiwi_status status = open_walk(records, options, &error);
    if (leave(records) && status == KIWI_OK)
        return (PyObject *)records;
    UNREF(records);
    return status == KIWI_OK ? NULL : disc_fail(disc, &error);
}

/** Forgets the items that were not handed out. */
static void drop_items(struct records *records)
{
    for (size_t i = 0; i < records->count; i++)
        free(records->items[i].defined);
    records->count = records->next = records->used = 0;
}

static void records_dealloc(PyObject *self)
{
    struct records *records = (struct records *)self;
    if (records->disc)
        disc_close_handle(records->disc, &records->handle);
    findings_deliver(NULL, &records->findings, NULL);
    Py_XDECREF(records->on_finding);
    UNREF(records->disc);
    drop_items(records);
    free(records->items);
    free(records->memory);
    free_object(self);
}

/* Records */

static bool keep_bytes(struct records *records, const void *bytes, size_t length, size_t *at)
{
    char *moved = grow_array(records->memory, &records->capacity, records->used, length, 1);
    if (!moved)
        return false;
    records->memory = moved;
    *at = records->used;
    if (length != 0)
        memcpy(records->memory + records->used, bytes, length);
    records->used += length;
    return true;
}

/** A copy of a type that the walk made, with its fields and their names; NULL without memory. */
static struct kiwi_record_type *copy_type(const struct kiwi_record_type *type)
{
    size_t length = sizeof *type + type->field_count * sizeof *type->fields;
    for (uint16_t i = 0; i < type->field_count; i++)
        length += strlen(type->fields[i].name) + 1;
    struct kiwi_record_type *copy = malloc(length);
    if (!copy)
        return NULL;
    struct kiwi_field *fields = (struct kiwi_field *)(copy + 1);
    char *names = (char *)(fields + type->field_count);
    *copy = *type;
    copy->fields = fields;
    for (uint16_t i = 0; i < type->field_count; i++) {
        fields[i] = type->fields[i];
        fields[i].name = strcpy(names, type->fields[i].name);
        names += strlen(names) + 1;
    }
    return copy;
}

static bool keep_item(struct records *records, const struct kiwi_item *item)
{
    struct batch_item *kept = &records->items[records->count];
    const char *path = kiwi_walk_path(records->walk);
    bool defined = item->type && !record_class_of(records->disc->state, item->type);
    kept->item = *item;
    kept->has_bytes = item->bytes;
    kept->defined = defined ? copy_type(item->type) : NULL;
    if (item->layout)
        kept->layout = *item->layout;
    records->count++;
    return (!defined || kept->defined) && keep_bytes(records, path, strlen(path) + 1, &kept->path) &&
           keep_bytes(records, item->file->path, strlen(item->file->path) + 1, &kept->file) &&
           (!kept->has_bytes || keep_bytes(records, item->bytes, (size_t)item->length, &kept->bytes));
}

/** The walk is over; error says why, if there is more to it. */
static void end(struct records *records)
{
    records->ended = true;
    kiwi_walk_status(records->walk, &records->error);
}

static void end_without_memory(struct records *records)
{
    records->ended = true;
    no_memory(&records->error);
}

/** Walks on until the batch is full. */
static void fill(struct records *records)
{
    struct kiwi_item item;
    drop_items(records);
    if (!records->items)
        records->items = malloc(BATCH_ITEMS * sizeof *records->items);
    if (!records->items)
        end_without_memory(records);
    while (!records->ended && records->count < BATCH_ITEMS && records->used < BATCH_BYTES &&
           records->findings.count < FINDING_PAUSE) {
        if (kiwi_walk_next(records->walk, &item) == KIWI_EVENT_END) {
            end(records);
        } else if ((item.type || item.gap == KIWI_GAP_UNKNOWN) && !keep_item(records, &item)) {
            drop_items(records);
            end_without_memory(records);
        }
    }
}

/** Begins work with a walk, whose items belong to one thread; false with an exception. */
static bool enter(struct records *records)
{
    if (records->busy) {
        PyErr_SetString(PyExc_ValueError, "another thread is asking this iterator");
        return false;
    }
    records->busy = true; /* before others can run while this one waits for the disc */
    records->busy = disc_enter(records->disc);
    return records->busy;
}

static bool next_batch(struct records *records)
{
    if (!enter(records))
        return false;
    Py_BEGIN_ALLOW_THREADS
        fill(records);
    Py_END_ALLOW_THREADS
    return leave(records);
}

/** The next item of the batch; what makes it may let other threads run. */
static PyObject *hand_out(struct records *records)
{
    struct batch_item *kept = &records->items[records->next++];
    struct kiwi_item item = kept->item;
    /* The disc may be closed by others meanwhile. */
    const struct kiwi_file file = {.path = records->memory + kept->file};
    item.file = &file;
    item.bytes = kept->has_bytes ? (const uint8_t *)records->memory + kept->bytes : NULL;
    item.layout = &kept->layout;
    if (kept->defined)
        item.type = kept->defined;
    records->busy = true;
    PyObject *record = record_from_item(records->disc, &item, records->memory + kept->path, records->sectors);
    records->busy = false;
    return record;
}

static PyObject *records_next(PyObject *self)
{
    struct records *records = (struct records *)self;
    while (records->busy || !records->walk || records->next == records->count) {
        if (!records->busy && records->ended && records->next == records->count)
            return records->error.status == KIWI_OK ? NULL : disc_fail(records->disc, &records->error);
        if (!next_batch(records))
            return NULL;
    }
    return hand_out(records);
}

PyObject *walk_records(PyObject *self, PyObject *arguments)
{
    struct disc *disc = (struct disc *)self;
    PyObject *path;
    struct python_level level;
    struct python_box box;
    const struct kiwi_file *file;
    struct kiwi_walk_options options = {.size = 0};
    if (!PyArg_ParseTuple(arguments, "OO&O&", &path, map_convert_level, &level, map_convert_box, &box) ||
        !disc_find_file(disc, path, &file))
        return NULL;
    options.file = file ? file->path : NULL;
    options.level = level.given ? &level.number : NULL;
    box.box = kiwi_box_from_wgs84(disc->datum, box.box);
    options.box = box.given ? &box.box : NULL;
    return start_walk(disc, disc->state->records, &options, disc->on_finding);
}

static PyTypeObject *walk_type(PyObject *module, const char *name, const char *doc, iternextfunc next)
{
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc},
                           {Py_tp_dealloc, records_dealloc},
                           {Py_tp_iter, PyObject_SelfIter},
                           {Py_tp_iternext, (void *)next},
                           {0, NULL}};
    PyType_Spec spec = {name, sizeof(struct records), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
                        slots};
    return module_make_type(module, &spec);
}

PyTypeObject *records_type(PyObject *module)
{
    return walk_type(
        module, "kiwi._kiwi.Records",
        "The records of a disc, one after the other; ends with ValueError when the disc is closed.",
        records_next);
}

/* Checking: the walk goes on in pieces; the last one hands out the account of each file */

static void check_piece(struct records *checking)
{
    struct kiwi_item item;
    uint64_t begin;
    uint64_t done;
    uint64_t total;
    kiwi_walk_progress(checking->walk, &begin, &total);
    for (unsigned i = 0; !checking->ended; i++) {
        if (kiwi_walk_next(checking->walk, &item) == KIWI_EVENT_END) {
            end(checking);
            kiwi_disc_unreadable(checking->disc->disc, findings_take, &checking->findings);
        }
        kiwi_walk_progress(checking->walk, &done, &total);
        if (i == UINT16_MAX || checking->findings.count >= FINDING_PAUSE ||
            (done > begin && done - begin >= CHECK_BYTES))
            break;
    }
}

static PyObject *accounts(const struct records *checking)
{
    PyObject *accounts = PyDict_New();
    for (size_t i = 0; accounts && i < kiwi_disc_file_count(checking->disc->disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(checking->disc->disc, i);
        struct kiwi_account account = kiwi_walk_account(checking->walk, file);
        PyObject *made = PyObject_CallFunction(
            checking->disc->state->account, "KKKK", (unsigned long long)account.field,
            (unsigned long long)account.padding, (unsigned long long)account.reserved,
            (unsigned long long)account.unknown);
        if (!made || PyDict_SetItemString(accounts, file->path, made) != 0)
            Py_CLEAR(accounts);
        Py_XDECREF(made);
    }
    return accounts;
}

/** None after each piece, the accounts at the end. */
static PyObject *checking_next(PyObject *self)
{
    struct records *checking = (struct records *)self;
    PyObject *result = NULL;
    if ((!checking->busy && checking->ended) || !enter(checking))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
        check_piece(checking);
    Py_END_ALLOW_THREADS
    result = checking->ended ? accounts(checking) : Py_NewRef(Py_None);
    if (!leave(checking))
        Py_CLEAR(result);
    if (result && checking->error.status != KIWI_OK) {
        Py_CLEAR(result);
        disc_fail(checking->disc, &checking->error);
    }
    return result;
}

PyObject *walk_check(PyObject *self, PyObject *on_finding)
{
    struct kiwi_walk_options options = {.check = true, .brief = true};
    return start_walk((struct disc *)self, ((struct disc *)self)->state->checking, &options, on_finding);
}

PyTypeObject *checking_type(PyObject *module)
{
    return walk_type(
        module, "kiwi._kiwi.Checking",
        "A check in pieces: None after each, the Account of each file by its path after the last.",
        checking_next);
}
