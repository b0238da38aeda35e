/* SPDX-License-Identifier: MIT */
/* kiwi.RegionLevel, Region, Node and Link: route planning. */
#include "regions.h"

#include <structmember.h>

#include "map.h"
#include "record.h"

/* Levels of regions, with copies of what libkiwi knows, so that they stay when the disc is closed */

struct region_level {
    PyObject_HEAD
    struct disc *disc;
    struct kiwi_region_level level;
    struct kiwi_sectors sectors;
    struct stored_record record;
};

struct region {
    PyObject_HEAD
    struct region_level *level;
    struct kiwi_region region; /* its level is that of level */
    PyObject *file;            /* path on the disc */
    struct stored_record record;
};

/** The graph of a region: a sequence of Node. */
struct nodes {
    PyObject_HEAD
    struct region *region;
    struct kiwi_graph *graph;
};

struct node {
    PyObject_HEAD
    struct nodes *nodes;
    struct kiwi_node node;
};

struct link {
    PyObject_HEAD
    struct node *from;
    struct kiwi_link link;
};

static PyObject *make_region_level(struct disc *disc, const struct kiwi_region_level *from)
{
    struct region_level *level = NEW(disc->state->region_level);
    if (!level)
        return NULL;
    level->disc = REF(disc);
    level->level = *from;
    level->sectors = kiwi_map_sectors(disc->map);
    if (stored_read(&level->record, &kiwi_type_region_level_management_record, from->file, from->offset,
                    from->record_size))
        return (PyObject *)level;
    UNREF(level);
    return PyErr_NoMemory();
}

static PyObject *make_region_levels(struct disc *disc)
{
    size_t count = disc->regions ? kiwi_regions_level_count(disc->regions) : 0;
    PyObject *levels = PyTuple_New((Py_ssize_t)count);
    for (size_t i = 0; levels && i < count; i++) {
        PyObject *level = make_region_level(disc, kiwi_regions_level(disc->regions, i));
        if (!level || PyTuple_SetItem(levels, (Py_ssize_t)i, level) != 0)
            Py_CLEAR(levels);
    }
    return levels;
}

static enum kiwi_status open_regions(struct disc *disc, struct kiwi_error *error)
{
    enum kiwi_status status;
    Py_BEGIN_ALLOW_THREADS
        status = disc_regions(disc, error);
    Py_END_ALLOW_THREADS
    return status;
}

PyObject *region_levels(PyObject *self, void *closure)
{
    struct disc *disc = (struct disc *)self;
    struct kiwi_error error;
    (void)closure;
    if (disc->region_levels)
        return REF(disc->region_levels);
    if (!disc_enter(disc))
        return NULL;
    enum kiwi_status status = open_regions(disc, &error);
    bool good = status == KIWI_OK || status == KIWI_ERROR_NOT_FOUND; /* a disc without route planning */
    PyObject *levels = good ? make_region_levels(disc) : NULL;
    if (!disc_leave(disc))
        Py_CLEAR(levels);
    if (!good)
        return disc_fail(disc, &error);
    if (levels && !disc->region_levels)
        disc->region_levels = REF(levels);
    return levels;
}

static void region_level_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    UNREF(((struct region_level *)self)->disc);
    stored_free(&((struct region_level *)self)->record);
    free_object(self);
}

struct disc *region_level_holds(PyObject *object, const struct kiwi_record_type *type,
                                struct record_bytes *bytes)
{
    struct region_level *level = (struct region_level *)object;
    bool holds = stored_holds(&level->record, type, bytes);
    bytes->sectors = level->sectors;
    return holds ? level->disc : NULL;
}

struct disc *region_holds(PyObject *object, const struct kiwi_record_type *type, struct record_bytes *bytes)
{
    struct region *region = (struct region *)object;
    bool holds = stored_holds(&region->record, type, bytes);
    bytes->sectors = region->level->sectors;
    return holds ? region->level->disc : NULL;
}

static int region_level_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((struct region_level *)self)->disc);
    return 0;
}

/** Ends a search for a region: what was found, NULL with an exception. */
static PyObject *finish_region(struct region_level *level, enum kiwi_status status, struct region *region,
                               const struct kiwi_error *error)
{
    const struct kiwi_region *found = &region->region;
    region->region.level = &level->level;
    region->file = status == KIWI_OK ? PyUnicode_FromString(found->file->path) : NULL;
    if (region->file && !stored_read(&region->record, &kiwi_type_region_management_record, found->file,
                                     found->record_offset, level->level.record.region_record_size)) {
        Py_CLEAR(region->file);
        PyErr_NoMemory();
    }
    if (disc_leave(level->disc) && region->file)
        return (PyObject *)region;
    UNREF(region);
    return status == KIWI_OK ? NULL : disc_fail(level->disc, error);
}

static struct region *begin_region(struct region_level *level)
{
    struct region *region = NEW(level->disc->state->region);
    if (!region)
        return NULL;
    region->level = REF(level);
    if (disc_enter(level->disc))
        return region;
    UNREF(region);
    return NULL;
}

static enum kiwi_status get_region(struct region_level *level, uint32_t number, struct kiwi_region *region,
                                   struct kiwi_error *error)
{
    struct disc *disc = level->disc;
    enum kiwi_status status;
    Py_BEGIN_ALLOW_THREADS
        status = disc_regions(disc, error);
        if (status == KIWI_OK)
            status = kiwi_regions_get(disc->regions, &level->level, number, region, error);
    Py_END_ALLOW_THREADS
    return status;
}

static Py_ssize_t region_level_length(PyObject *self)
{
    return (Py_ssize_t)((struct region_level *)self)->level.count;
}

static PyObject *region_level_item(PyObject *self, Py_ssize_t index)
{
    struct region_level *level = (struct region_level *)self;
    struct kiwi_error error;
    if (index < 0 || index >= region_level_length(self)) {
        PyErr_SetString(PyExc_IndexError, "no such region");
        return NULL;
    }
    struct region *region = begin_region(level);
    if (!region)
        return NULL;
    enum kiwi_status status = get_region(level, (uint32_t)index, &region->region, &error);
    return finish_region(level, status, region, &error);
}

static enum kiwi_status find_region(struct region_level *level, const double *place, uint32_t *number,
                                    struct kiwi_region *region, struct kiwi_error *error)
{
    struct disc *disc = level->disc;
    enum kiwi_status status;
    Py_BEGIN_ALLOW_THREADS
        status = disc_regions(disc, error);
        if (status == KIWI_OK)
            status = kiwi_regions_at(disc->regions, &level->level, disc_place(disc, place), number, region,
                                     error);
    Py_END_ALLOW_THREADS
    return status;
}

/** The next region at a place; NULL behind the last one, also with an exception. */
static PyObject *next_region(struct region_level *level, const double *place, uint32_t *number)
{
    struct kiwi_error error;
    struct region *region = begin_region(level);
    if (!region)
        return NULL;
    enum kiwi_status status = find_region(level, place, number, &region->region, &error);
    if (status != KIWI_ERROR_NOT_FOUND && status != KIWI_END)
        return finish_region(level, status, region, &error);
    UNREF(region);
    disc_leave(level->disc);
    return NULL;
}

static PyObject *region_level_at(PyObject *self, PyObject *arguments)
{
    struct region_level *level = (struct region_level *)self;
    double place[2];
    uint32_t number = 0;
    if (!PyArg_ParseTuple(arguments, "dd", &place[0], &place[1]) || !map_check_place(place))
        return NULL;
    PyObject *regions = PyList_New(0);
    PyObject *region;
    while (regions && (region = next_region(level, place, &number))) {
        if (PyList_Append(regions, region) != 0)
            Py_CLEAR(regions);
        UNREF(region);
    }
    if (PyErr_Occurred())
        Py_CLEAR(regions);
    return regions;
}

static PyObject *region_level_repr(PyObject *self)
{
    const struct region_level *level = (const struct region_level *)self;
    return PyUnicode_FromFormat("<kiwi.RegionLevel %d, %lu regions>", level->level.number,
                                (unsigned long)level->level.count);
}

static PyTypeObject *make_region_level_class(PyObject *module)
{
    static PyMethodDef methods[] = {
        {"at", region_level_at, METH_VARARGS,
         "at($self, latitude, longitude, /)\n--\n\nList of the regions whose boxes "
         "hold a place in degrees; boxes overlap."},
        {NULL, NULL, 0, NULL}};
    static PyMemberDef members[] = {
        {"number", T_INT, offsetof(struct region_level, level.number), READONLY,
         "Coarse levels are greater; -32 is the dummy level, which has the root of the hierarchy."},
        {"index", T_UINT, offsetof(struct region_level, level.index), READONLY, "Position in the file."},
        {"offset", T_ULONGLONG, offsetof(struct region_level, level.offset), READONLY,
         "Of its level management record (9.1.1), in bytes."},
        {NULL, 0, 0, 0, NULL}};
    static const char doc[] = "A level of route planning: a sequence of Region, with the fields of "
                              "RegionLevelManagementRecord (9.1.1).";
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc},
                           {Py_tp_dealloc, region_level_dealloc},
                           {Py_tp_traverse, region_level_traverse},
                           {Py_tp_repr, region_level_repr},
                           {Py_tp_iter, PySeqIter_New},
                           {Py_tp_methods, methods},
                           {Py_tp_members, members},
                           {Py_sq_length, region_level_length},
                           {Py_sq_item, region_level_item},
                           {0, NULL}};
    PyType_Spec spec = {"kiwi.RegionLevel", sizeof(struct region_level), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
    return module_add_type(module, &spec, NULL);
}

/* Regions */

static void region_dealloc(PyObject *self)
{
    UNREF(((struct region *)self)->level);
    Py_XDECREF(((struct region *)self)->file);
    stored_free(&((struct region *)self)->record);
    free_object(self);
}

static PyObject *region_box(PyObject *self, void *closure)
{
    const struct kiwi_region *region = &((struct region *)self)->region;
    (void)closure;
    if (region->dummy)
        return REF(Py_None);
    const struct kiwi_box box = kiwi_box_to_wgs84(((struct region *)self)->level->disc->datum, region->box);
    return Py_BuildValue("(dddd)", box.west, box.south, box.east, box.north);
}

static PyObject *region_parent(PyObject *self, void *closure)
{
    uint32_t parent = ((struct region *)self)->region.parent;
    (void)closure;
    return parent == UINT32_MAX ? REF(Py_None) : PyLong_FromUnsignedLong(parent);
}

static PyObject *region_children(PyObject *self, void *closure)
{
    const struct kiwi_region *region = &((struct region *)self)->region;
    unsigned long first = region->first_child == UINT32_MAX ? 0 : region->first_child;
    unsigned long count = region->first_child == UINT32_MAX ? 0 : region->child_count;
    (void)closure;
    return PyObject_CallFunction((PyObject *)&PyRange_Type, "kk", first, first + count);
}

static enum kiwi_status open_graph(struct nodes *nodes, struct kiwi_error *error)
{
    struct disc *disc = nodes->region->level->disc;
    enum kiwi_status status;
    Py_BEGIN_ALLOW_THREADS
        status = disc_regions(disc, error);
        if (status == KIWI_OK)
            status = kiwi_graph_open(&nodes->region->region, &nodes->graph, error);
    Py_END_ALLOW_THREADS
    return status;
}

static PyObject *region_nodes(PyObject *self, void *closure)
{
    struct region *region = (struct region *)self;
    struct disc *disc = region->level->disc;
    struct kiwi_error error;
    struct nodes *nodes = NEW(disc->state->nodes);
    (void)closure;
    if (!nodes)
        return NULL;
    nodes->region = REF(region);
    if (!disc_enter(disc)) {
        UNREF(nodes);
        return NULL;
    }
    enum kiwi_status status = open_graph(nodes, &error);
    if (disc_leave(disc) && status == KIWI_OK)
        return (PyObject *)nodes;
    UNREF(nodes);
    return status == KIWI_OK ? NULL : disc_fail(disc, &error);
}

static PyObject *region_repr(PyObject *self)
{
    const struct kiwi_region *region = &((struct region *)self)->region;
    return PyUnicode_FromFormat("<kiwi.Region %lu of level %d>", (unsigned long)region->number,
                                region->level->number);
}

#define REGION(name, type, doc)                                          \
    {                                                                    \
#name, type, offsetof(struct region, region.name), READONLY, doc \
    }

static PyTypeObject *make_region_class(PyObject *module)
{
    static PyMemberDef members[] = {
        {"level", T_OBJECT, offsetof(struct region, level), READONLY, "The RegionLevel that it belongs to."},
        {"file", T_OBJECT, offsetof(struct region, file), READONLY, "Path of the file that holds its frame."},
        REGION(number, T_UINT, "In its level."),
        REGION(offset, T_ULONGLONG, "Of its route planning data frame, in bytes."),
        REGION(size, T_ULONGLONG, "Of that frame in bytes; 0 = it has none."),
        {NULL, 0, 0, 0, NULL}};
    static PyGetSetDef attributes[] = {
        {"bbox", region_box, NULL, "(west, south, east, north) in degrees; None of a dummy region.", NULL},
        {"parent", region_parent, NULL, "Number in the next higher level, or None.", NULL},
        {"children", region_children, NULL, "Numbers in the next lower level, a range.", NULL},
        {"nodes", region_nodes, NULL, "Its graph (chapter 10), read when asked for: a sequence of Node.",
         NULL},
        {NULL, NULL, NULL, NULL, NULL}};
    static const char doc[] =
        "A region of route planning, with the fields of RegionManagementRecord (9.2.1).";
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc}, {Py_tp_dealloc, region_dealloc},
                           {Py_tp_repr, region_repr},           {Py_tp_members, members},
                           {Py_tp_getset, attributes},          {0, NULL}};
    PyType_Spec spec = {"kiwi.Region", sizeof(struct region), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
    return module_add_type(module, &spec, NULL);
}

/* Nodes: the graph is in memory, so nothing below needs the disc */

static void nodes_dealloc(PyObject *self)
{
    kiwi_graph_close(((struct nodes *)self)->graph);
    UNREF(((struct nodes *)self)->region);
    free_object(self);
}

static Py_ssize_t nodes_length(PyObject *self)
{
    return (Py_ssize_t)kiwi_graph_node_count(((struct nodes *)self)->graph);
}

/** No IndexError: that would end a loop as if there were no more. */
static void *too_short(const struct nodes *nodes, const char *what)
{
    const struct region *region = nodes->region;
    struct kiwi_error error = {.status = KIWI_ERROR_RANGE, .offset = region->region.offset};
    snprintf(error.text, sizeof error.text, "a record of a %s is too short for its fields", what);
    const char *path = PyUnicode_AsUTF8AndSize(region->file, NULL);
    return path ? raise_error(region->level->disc->state, &error, path, "") : NULL;
}

static PyObject *nodes_item(PyObject *self, Py_ssize_t index)
{
    struct nodes *nodes = (struct nodes *)self;
    struct node *node = NULL;
    if (index < 0 || index >= nodes_length(self))
        PyErr_SetString(PyExc_IndexError, "no such node");
    else
        node = NEW(nodes->region->level->disc->state->node);
    if (!node)
        return NULL;
    node->nodes = REF(nodes);
    if (kiwi_graph_node(nodes->graph, (uint32_t)index, &node->node))
        return (PyObject *)node;
    UNREF(node);
    return too_short(nodes, "node");
}

PyTypeObject *nodes_type(PyObject *module)
{
    static const char doc[] = "The graph of a region (chapter 10): a sequence of Node.";
    PyType_Slot slots[] = {
        {Py_tp_doc, (void *)(uintptr_t)doc}, {Py_tp_dealloc, nodes_dealloc}, {Py_tp_iter, PySeqIter_New},
        {Py_sq_length, nodes_length},        {Py_sq_item, nodes_item},       {0, NULL}};
    PyType_Spec spec = {"kiwi.Nodes", sizeof(struct nodes), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
                        slots};
    return module_add_type(module, &spec, NULL);
}

/** A record at an offset in the file that a graph was read from; its arguments are the caller's to set. */
static struct disc *record_in_graph(const struct nodes *nodes, uint64_t offset, struct record_bytes *bytes)
{
    size_t length;
    const uint8_t *frame = kiwi_graph_bytes(nodes->graph, &length);
    uint64_t at = offset - nodes->region->region.offset;
    if (at > length)
        return NULL;
    *bytes = (struct record_bytes){
        .bytes = frame + at, .available = length - at, .sectors = nodes->region->level->sectors};
    return nodes->region->level->disc;
}

struct disc *node_holds(PyObject *object, const struct kiwi_record_type *type, struct record_bytes *bytes)
{
    const struct node *node = (const struct node *)object;
    struct disc *disc = type == &kiwi_type_node_record
                            ? record_in_graph(node->nodes, node->node.offset, bytes)
                            : NULL;
    if (disc)
        bytes->arguments[0] = node->nodes->region->level->level.record.node_record_size;
    return disc;
}

static void node_dealloc(PyObject *self)
{
    UNREF(((struct node *)self)->nodes);
    free_object(self);
}

/** Closure: 0 is the longitude, 1 the latitude. */
static PyObject *node_place(PyObject *self, void *closure)
{
    const struct kiwi_node *node = &((struct node *)self)->node;
    if (!node->has_position)
        return REF(Py_None);
    const struct kiwi_place place = kiwi_to_wgs84(((struct node *)self)->nodes->region->level->disc->datum,
                                                  node->position);
    return PyFloat_FromDouble(closure ? place.latitude : place.longitude);
}

static PyObject *make_link(struct node *from, uint32_t index)
{
    struct link *link = NEW(from->nodes->region->level->disc->state->link);
    if (!link)
        return NULL;
    link->from = REF(from);
    if (kiwi_graph_link(from->nodes->graph, &from->node, index, &link->link))
        return (PyObject *)link;
    UNREF(link);
    return too_short(from->nodes, "link");
}

static PyObject *node_links(PyObject *self, void *closure)
{
    struct node *node = (struct node *)self;
    PyObject *links = PyTuple_New((Py_ssize_t)node->node.link_count);
    (void)closure;
    for (uint32_t i = 0; links && i < node->node.link_count; i++) {
        PyObject *link = make_link(node, i);
        if (!link || PyTuple_SetItem(links, (Py_ssize_t)i, link) != 0)
            Py_CLEAR(links);
    }
    return links;
}

static PyObject *node_may_pass(PyObject *self, PyObject *arguments)
{
    const struct node *node = (const struct node *)self;
    unsigned entry;
    unsigned exit;
    if (!PyArg_ParseTuple(arguments, "II", &entry, &exit))
        return NULL;
    return PyBool_FromLong(kiwi_graph_may_pass(node->nodes->graph, &node->node, entry, exit));
}

static PyObject *node_repr(PyObject *self)
{
    const struct node *node = (const struct node *)self;
    return PyUnicode_FromFormat("<kiwi.Node %lu, %lu links>", (unsigned long)node->node.number,
                                (unsigned long)node->node.link_count);
}

static PyTypeObject *make_node_class(PyObject *module)
{
    static PyMethodDef methods[] = {{"may_pass", node_may_pass, METH_VARARGS,
                                     "may_pass($self, entry, exit, /)\n--\n\nFalse if a regulation always "
                                     "prohibits to go from one of its links to another (10.7.1.2); links by "
                                     "their index."},
                                    {NULL, NULL, 0, NULL}};
    static PyMemberDef members[] = {
        {"number", T_UINT, offsetof(struct node, node.number), READONLY, "In its region."},
        {"offset", T_ULONGLONG, offsetof(struct node, node.offset), READONLY,
         "Of its record in the file, in bytes."},
        {NULL, 0, 0, 0, NULL}};
    static PyGetSetDef attributes[] = {
        {"longitude", node_place, NULL, "Degrees; None if the disc does not tell.", (void *)0},
        {"latitude", node_place, NULL, "Degrees; None if the disc does not tell.", (void *)1},
        {"links", node_links, NULL, "What leaves it: a tuple of Link; empty if it cannot be read.", NULL},
        {NULL, NULL, NULL, NULL, NULL}};
    static const char doc[] = "A node of route planning, with the fields of NodeRecord (10.6.2.1).";
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc},
                           {Py_tp_dealloc, node_dealloc},
                           {Py_tp_repr, node_repr},
                           {Py_tp_methods, methods},
                           {Py_tp_members, members},
                           {Py_tp_getset, attributes},
                           {0, NULL}};
    PyType_Spec spec = {"kiwi.Node", sizeof(struct node), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
    return module_add_type(module, &spec, NULL);
}

/* Links */

struct disc *link_holds(PyObject *object, const struct kiwi_record_type *type, struct record_bytes *bytes)
{
    const struct link *link = (const struct link *)object;
    const struct nodes *nodes = link->from->nodes;
    const struct kiwi_region_level_management_record *level = &nodes->region->level->level.record;
    struct disc *disc = NULL;
    if (type == &kiwi_type_link_record && (disc = record_in_graph(nodes, link->link.offset, bytes))) {
        bytes->arguments[0] = level->link_record_size;
        bytes->arguments[1] = link->from->node.record.boundary;
    } else if (type == &kiwi_type_link_cost_record && link->link.has_cost &&
               (disc = record_in_graph(nodes, link->link.cost_offset, bytes))) {
        bytes->arguments[0] = level->link_cost_record_size;
        bytes->arguments[1] = link->link.timed;
    }
    return disc;
}

static void link_dealloc(PyObject *self)
{
    UNREF(((struct link *)self)->from);
    free_object(self);
}

static PyObject *link_length(PyObject *self, void *closure)
{
    uint32_t length = ((struct link *)self)->link.length;
    (void)closure;
    return length == KIWI_NO_COST ? REF(Py_None) : PyLong_FromUnsignedLong(length);
}

static PyObject *link_time(PyObject *self, void *closure)
{
    uint32_t time = ((struct link *)self)->link.time;
    (void)closure;
    return time == KIWI_NO_COST ? REF(Py_None) : PyFloat_FromDouble(time / 10.0);
}

static PyObject *link_passable(PyObject *self, void *closure)
{
    const struct kiwi_link *link = &((struct link *)self)->link;
    (void)closure;
    return link->has_cost ? PyBool_FromLong(link->passable) : REF(Py_None);
}

static PyObject *link_repr(PyObject *self)
{
    const struct link *link = (const struct link *)self;
    return PyUnicode_FromFormat("<kiwi.Link from node %lu to node %lu of region %lu>",
                                (unsigned long)link->from->node.number, (unsigned long)link->link.node,
                                (unsigned long)link->link.region);
}

static PyTypeObject *make_link_class(PyObject *module)
{
    static PyMemberDef members[] = {
        {"index", T_UINT, offsetof(struct link, link.index), READONLY, "Of the node's links."},
        {"offset", T_ULONGLONG, offsetof(struct link, link.offset), READONLY,
         "Of its record in the file, in bytes."},
        {"region", T_UINT, offsetof(struct link, link.region), READONLY,
         "Number of the region at its other end."},
        {"node", T_UINT, offsetof(struct link, link.node), READONLY, "Number of the node at its other end."},
        {NULL, 0, 0, 0, NULL}};
    static PyGetSetDef attributes[] = {
        {"length", link_length, NULL, "Metres; None if the disc does not tell.", NULL},
        {"time", link_time, NULL, "Seconds; None if the disc does not tell.", NULL},
        {"passable", link_passable, NULL, "Away from the node; None if it has no link cost record.", NULL},
        {NULL, NULL, NULL, NULL, NULL}};
    static const char doc[] = "A link as seen from the node that it leaves, with the fields of LinkRecord "
                              "(10.7.1.1) and LinkCostRecord (10.10.2).";
    PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)doc},
                           {Py_tp_dealloc, link_dealloc},
                           {Py_tp_repr, link_repr},
                           {Py_tp_members, members},
                           {Py_tp_getset, attributes},
                           {0, NULL}};
    PyType_Spec spec = {"kiwi.Link", sizeof(struct link), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
    return module_add_type(module, &spec, NULL);
}

bool region_add_classes(struct state *state, PyObject *module)
{
    state->region_level = make_region_level_class(module);
    state->region = make_region_class(module);
    state->node = make_node_class(module);
    state->link = make_link_class(module);
    return state->region_level && state->region && state->node && state->link &&
           record_add_fields(state, state->region_level, &kiwi_type_region_level_management_record) &&
           record_add_fields(state, state->region, &kiwi_type_region_management_record) &&
           record_add_fields(state, state->node, &kiwi_type_node_record) &&
           record_add_fields(state, state->link, &kiwi_type_link_record) &&
           record_add_fields(state, state->link, &kiwi_type_link_cost_record);
}
