/* SPDX-License-Identifier: MIT */
/* Searching a way on the disc. */
#include "route.h"

#include <stdlib.h>

#include "map.h"

/** A way that was searched: all of it, so that the disc is needed no longer. */
struct way {
    struct kiwi_route_summary summary;
    int level;
    struct kiwi_route_leg *legs;
};

static void convert(const struct disc *disc, struct kiwi_place *place)
{
    *place = kiwi_to_wgs84(disc->datum, *place);
}

/** Reads the way, with all places in WGS 84. */
static enum kiwi_status read_legs(const struct disc *disc, struct kiwi_route *route, struct way *way,
                                  struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    way->summary = *kiwi_route_summary(route);
    way->level = way->summary.level->number;
    way->legs = calloc((size_t)way->summary.leg_count + 1, sizeof *way->legs);
    if (!way->legs)
        return no_memory(error);
    convert(disc, &way->summary.from.position);
    convert(disc, &way->summary.to.position);
    for (uint32_t i = 0; status == KIWI_OK && i < way->summary.leg_count; i++) {
        status = kiwi_route_leg(route, i, &way->legs[i], error);
        convert(disc, &way->legs[i].ends[0]);
        convert(disc, &way->legs[i].ends[1]);
    }
    return status;
}

static enum kiwi_status search(struct disc *disc, const struct kiwi_place *ends,
                               const struct kiwi_route_options *options, struct way *way,
                               struct kiwi_error *error)
{
    struct kiwi_route *route = NULL;
    enum kiwi_status status;
    Py_BEGIN_ALLOW_THREADS
        status = disc_regions(disc, error);
        if (status == KIWI_OK)
            status = kiwi_route_open(disc->regions, ends[0], ends[1], options, &route, error);
        if (status == KIWI_OK)
            status = read_legs(disc, route, way, error);
        kiwi_route_close(route);
    Py_END_ALLOW_THREADS
    return status;
}

static PyObject *place_object(bool given, const struct kiwi_place *position)
{
    return given ? Py_BuildValue("(dd)", position->longitude, position->latitude) : REF(Py_None);
}

static PyObject *leg_object(const struct state *state, const struct kiwi_route_leg *leg)
{
    PyObject *class = PyDict_GetItemString(state->enumerations, kiwi_enum_road_type.name);
    PyObject *road_type = PyObject_CallFunction(class, "i", leg->road_class);
    if (!road_type) {
        PyErr_Clear(); /* a code without a name */
        road_type = PyLong_FromLong(leg->road_class);
    }
    return Py_BuildValue("(IIIIIIdNNNINN)", leg->region, leg->node, leg->link, leg->to_region, leg->to_node,
                         leg->length, leg->time / 10, PyBool_FromLong(leg->time_assumed), road_type,
                         PyBool_FromLong(leg->toll), leg->link_id,
                         place_object(leg->has_start, &leg->ends[0]),
                         place_object(leg->has_destination, &leg->ends[1]));
}

static PyObject *end_object(const struct kiwi_route_end *end)
{
    return Py_BuildValue("(IINI)", end->region, end->node, place_object(true, &end->position), end->distance);
}

static PyObject *way_object(const struct state *state, const struct way *way)
{
    PyObject *legs = PyList_New((Py_ssize_t)way->summary.leg_count);
    for (uint32_t i = 0; legs && i < way->summary.leg_count; i++) {
        PyObject *leg = leg_object(state, &way->legs[i]);
        if (!leg || PyList_SetItem(legs, (Py_ssize_t)i, leg) != 0)
            Py_CLEAR(legs);
    }
    if (!legs)
        return NULL;
    return Py_BuildValue("((iNNKdN)N)", way->level, end_object(&way->summary.from),
                         end_object(&way->summary.to), (unsigned long long)way->summary.length,
                         way->summary.time / 10, PyBool_FromLong(way->summary.time_assumed), legs);
}

PyObject *route_find(PyObject *self, PyObject *arguments)
{
    struct disc *disc = (struct disc *)self;
    struct kiwi_route_options options = {.size = sizeof options};
    struct way way = {.legs = NULL};
    struct kiwi_place ends[2];
    struct kiwi_error error;
    double places[2][2];
    struct python_level level;
    if (!PyArg_ParseTuple(arguments, "(dd)(dd)O&", &places[0][0], &places[0][1], &places[1][0], &places[1][1],
                          map_convert_level, &level) ||
        !map_check_place(places[0]) || !map_check_place(places[1]))
        return NULL;
    for (int i = 0; i < 2; i++)
        ends[i] = disc_place(disc, places[i]);
    options.has_level = level.given;
    options.level = level.number;
    if (!disc_enter(disc))
        return NULL;
    enum kiwi_status status = search(disc, ends, &options, &way, &error);
    PyObject *made = NULL;
    if (disc_leave(disc))
        made = status == KIWI_OK ? way_object(disc->state, &way) : disc_fail(disc, &error);
    free(way.legs);
    return made;
}
