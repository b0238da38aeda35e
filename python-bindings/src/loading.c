/* SPDX-License-Identifier: MIT */
/* kiwi.Module: programs of LOADING.KWI. */
#include "loading.h"

#include <string.h>

#include <structmember.h>

#include "record.h"

/** A program in LOADING.KWI, with the bytes of its two records. */
struct module {
    PyObject_HEAD
    struct disc *disc;
    PyObject *file; /* its File */
    struct kiwi_loading_module module;
    struct kiwi_sectors sectors;
    uint8_t identification[64];
    uint8_t management[256];
    size_t management_length; /* 0 if the file ends before it */
};

struct disc *module_holds(PyObject *object, const struct kiwi_record_type *type, struct record_bytes *bytes)
{
    const struct module *module = (const struct module *)object;
    *bytes = (struct record_bytes){.sectors = module->sectors};
    if (type == &kiwi_type_module_identification) {
        bytes->bytes = module->identification;
        bytes->available = sizeof module->identification;
    } else if (type == &kiwi_type_module_management_information) {
        bytes->bytes = module->management;
        bytes->available = module->management_length;
    } else {
        return NULL;
    }
    return module->disc;
}

static struct module *make_module(struct disc *disc, PyObject *file, struct kiwi_source *source,
                                  const struct kiwi_loading_module *from)
{
    struct module *module = NEW(disc->state->module);
    size_t received = 0;
    if (!module)
        return NULL;
    module->disc = REF(disc);
    module->file = REF(file);
    module->module = *from;
    module->sectors = KIWI_USUAL_SECTORS;
    kiwi_source_read(source, from->identification_offset, module->identification,
                     sizeof module->identification, &received, NULL);
    if (from->has_management)
        kiwi_source_read(source, from->management_offset, module->management, sizeof module->management,
                         &module->management_length, NULL);
    return module;
}

static PyObject *make_modules(struct disc *disc, PyObject *file, struct kiwi_source *source,
                              const struct kiwi_loading *loading)
{
    size_t count = kiwi_loading_module_count(loading);
    PyObject *modules = PyTuple_New((Py_ssize_t)count);
    for (size_t i = 0; modules && i < count; i++) {
        struct module *module = make_module(disc, file, source, kiwi_loading_module(loading, i));
        if (!module || PyTuple_SetItem(modules, (Py_ssize_t)i, (PyObject *)module) != 0)
            Py_CLEAR(modules);
    }
    return modules;
}

static enum kiwi_status open_loading(struct disc *disc, const struct kiwi_file *file,
                                     struct kiwi_loading **loading, struct kiwi_error *error)
{
    enum kiwi_status status;
    Py_BEGIN_ALLOW_THREADS
        status = kiwi_loading_open(disc->disc, file, loading, error);
    Py_END_ALLOW_THREADS
    return status;
}

/** The modules of the first LOADING.KWI, between disc_enter() and disc_leave(). */
static PyObject *read_modules(struct disc *disc, PyObject *files, enum kiwi_status *status,
                              struct kiwi_error *error)
{
    const struct kiwi_file *file = kiwi_disc_find_kind(disc->disc, KIWI_FILE_LOADING);
    struct kiwi_loading *loading;
    if (!file || !file->source)
        return PyTuple_New(0);
    *status = open_loading(disc, file, &loading, error);
    if (*status != KIWI_OK)
        return NULL;
    PyObject *modules = NULL;
    for (size_t i = 0; i < kiwi_disc_file_count(disc->disc); i++)
        if (kiwi_disc_file(disc->disc, i) == file)
            modules = make_modules(disc, PyTuple_GetItem(files, (Py_ssize_t)i), file->source, loading);
    kiwi_loading_close(loading);
    return modules;
}

PyObject *loading_modules(PyObject *self, void *closure)
{
    struct disc *disc = (struct disc *)self;
    PyObject *files = disc_files(disc);
    enum kiwi_status status = KIWI_OK;
    struct kiwi_error error;
    (void)closure;
    if (!files || !disc_enter(disc))
        return NULL;
    PyObject *modules = read_modules(disc, files, &status, &error);
    if (!disc_leave(disc))
        Py_CLEAR(modules);
    return status == KIWI_OK ? modules : disc_fail(disc, &error);
}

static void module_dealloc(PyObject *self)
{
    UNREF(((struct module *)self)->disc);
    Py_XDECREF(((struct module *)self)->file);
    free_object(self);
}

/** Texts that libkiwi made; closure says which. */
enum text { TEXT_TITLE, TEXT_RULE, TEXT_EVIDENCE };

static PyObject *module_text(PyObject *self, void *closure)
{
    const struct kiwi_loading_module *module = &((struct module *)self)->module;
    switch ((enum text)(uintptr_t)closure) {
    case TEXT_TITLE: return PyUnicode_FromString(module->name);
    case TEXT_RULE: return PyUnicode_FromString(kiwi_loading_rule_name(module->rule));
    case TEXT_EVIDENCE: break;
    }
    return PyUnicode_FromString(module->evidence);
}

static PyObject *module_offset(PyObject *self, void *closure)
{
    (void)closure;
    return offset_object(((struct module *)self)->module.offset);
}

static PyObject *module_sections(PyObject *self, void *closure)
{
    const struct kiwi_loading_module *module = &((struct module *)self)->module;
    PyObject *sections = PyTuple_New((Py_ssize_t)module->section_count);
    (void)closure;
    for (size_t i = 0; sections && i < module->section_count; i++) {
        const struct kiwi_loading_section *from = &module->sections[i];
        PyObject *section = Py_BuildValue("(sKK)", from->tag, (unsigned long long)from->offset,
                                          (unsigned long long)from->length);
        if (!section || PyTuple_SetItem(sections, (Py_ssize_t)i, section) != 0)
            Py_CLEAR(sections);
    }
    return sections;
}

static PyObject *module_read(PyObject *self, PyObject *none)
{
    const struct module *module = (const struct module *)self;
    unsigned long long offset = module->module.rule == KIWI_LOADING_NOWHERE ? 0 : module->module.offset;
    (void)none;
    return PyObject_CallMethod(module->file, "read", "KK", offset, (unsigned long long)module->module.size);
}

static PyObject *module_repr(PyObject *self)
{
    const struct kiwi_loading_module *module = &((struct module *)self)->module;
    return PyUnicode_FromFormat("<kiwi.Module '%s', %llu bytes>", module->name,
                                (unsigned long long)module->size);
}

bool loading_add_classes(struct state *state, PyObject *module)
{
    static PyMethodDef methods[] = {
        {"read", module_read, METH_NOARGS,
         "read($self, /)\n--\n\nThe bytes of the program; none if nobody knows where it "
         "lies."},
        {NULL, NULL, 0, NULL}};
    static PyMemberDef members[] = {
        {"file", T_OBJECT, offsetof(struct module, file), READONLY, "The File that it lies in."},
        {"system", T_UINT, offsetof(struct module, module.system), READONLY, "Number of its system."},
        {"module", T_UINT, offsetof(struct module, module.module), READONLY, "Number in its system."},
        {"size", T_ULONGLONG, offsetof(struct module, module.size), READONLY, "Bytes of the program."},
        {"ambiguous", T_BOOL, offsetof(struct module, module.ambiguous), READONLY,
         "True if another rule for its address fits as well."},
        {NULL, 0, 0, 0, NULL}};
    static PyGetSetDef attributes[] = {
        {"title", module_text, NULL, "Its name up to the first NUL; '?' for what is not ASCII.",
         (void *)TEXT_TITLE},
        {"rule", module_text, NULL,
         "How its address was understood: 'sector', 'dsa', 'byte', 'words', "
         "'maker' or 'none'.",
         (void *)TEXT_RULE},
        {"evidence", module_text, NULL, "Why that rule.", (void *)TEXT_EVIDENCE},
        {"offset", module_offset, NULL, "Of the program in the file, in bytes; None if nobody knows.", NULL},
        {"sections", module_sections, NULL, "Pieces that the maker lists: (tag, offset, length) in bytes.",
         NULL},
        {NULL, NULL, NULL, NULL, NULL}};
    static const char doc[] = "A program of the unit in LOADING.KWI, with the fields of ModuleIdentification "
                              "(30.2.2.1) and ModuleManagementInformation (30.2.2.2).";
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc},
                           {Py_tp_dealloc, module_dealloc},
                           {Py_tp_repr, module_repr},
                           {Py_tp_methods, methods},
                           {Py_tp_members, members},
                           {Py_tp_getset, attributes},
                           {0, NULL}};
    PyType_Spec spec = {"kiwi.Module", sizeof(struct module), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
    state->module = module_add_type(module, &spec, NULL);
    return state->module && record_add_fields(state, state->module, &kiwi_type_module_identification) &&
           record_add_fields(state, state->module, &kiwi_type_module_management_information);
}
