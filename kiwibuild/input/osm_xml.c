/* SPDX-License-Identifier: MIT */
/* Reads OpenStreetMap's XML (https://wiki.openstreetmap.org/wiki/OSM_XML) with expat. */
#include <errno.h>
#include <expat.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "osm.h"
#include "tags.h"
#include "xml_place.h"

enum object {
    OBJECT_NONE,
    OBJECT_NODE,
    OBJECT_WAY,
    OBJECT_RELATION,
};

struct xml {
    XML_Parser parser;
    struct stream *stream;
    const struct osm_sink *sink;
    struct failure *failure;
    bool stopped; /* failure says why */
    unsigned depth;
    enum object object; /* that is open */
    bool deleted;
    int64_t id;
    struct position position;
    bool has_position;
    struct tag_list tags;
    int64_t *nodes; /* of a way */
    struct position *positions;
    size_t node_count, node_capacity, position_count, position_capacity;
    struct member *members; /* of a relation; role is a place in roles */
    size_t member_count, member_capacity;
    struct buffer roles;
    size_t *role_places;
    size_t role_capacity;
};

static void stop(struct xml *xml, const char *format, const char *value)
{
    char text[300];
    if (xml->stopped)
        return;
    xml->stopped = true;
    XML_StopParser(xml->parser, XML_FALSE);
    snprintf(text, sizeof text, format, value);
    refuse(xml->failure, EXIT_INPUT, "%s: line %llu, column %llu: %s", xml->stream->name,
           xml_line(xml->parser), xml_column(xml->parser), text);
}

/* Attributes */

static const char *attribute(const char *const *attributes, const char *name)
{
    for (; *attributes; attributes += 2)
        if (strcmp(attributes[0], name) == 0)
            return attributes[1];
    return NULL;
}

static int64_t read_id(struct xml *xml, const char *const *attributes, const char *name)
{
    const char *text = attribute(attributes, name);
    char *end = NULL;
    errno = 0;
    long long id = text ? strtoll(text, &end, 10) : 0;
    if (!text || !*text || *end || errno)
        stop(xml, text ? "\"%.40s\" is no id" : "an object or reference without an id", text ? text : "");
    return id;
}

static bool read_degrees(struct xml *xml, const char *text, int64_t *billionths)
{
    char *end;
    double degrees = strtod(text, &end);
    bool good = *text && !*end && fabs(degrees) <= 1000;
    if (good)
        *billionths = llround(degrees * 1e9);
    else
        stop(xml, "\"%.40s\" is no latitude or longitude", text);
    return good;
}

/** False if there is none. */
static bool read_position(struct xml *xml, const char *const *attributes, struct position *position)
{
    const char *latitude_text = attribute(attributes, "lat"), *longitude_text = attribute(attributes, "lon");
    int64_t latitude, longitude;
    if (!latitude_text || !longitude_text || !read_degrees(xml, latitude_text, &latitude) ||
        !read_degrees(xml, longitude_text, &longitude))
        return false;
    *position = osm_position(latitude, longitude);
    return true;
}

/* Elements */

static void begin_object(struct xml *xml, enum object object, const char *const *attributes)
{
    const char *visible = attribute(attributes, "visible"), *action = attribute(attributes, "action");
    xml->object = object;
    xml->id = read_id(xml, attributes, "id");
    xml->deleted = (visible && strcmp(visible, "false") == 0) || (action && strcmp(action, "delete") == 0);
    xml->has_position = object == OBJECT_NODE && read_position(xml, attributes, &xml->position);
    xml->node_count = xml->position_count = xml->member_count = xml->roles.size = 0;
    tag_list_clear(&xml->tags);
}

static void add_tag(struct xml *xml, const char *const *attributes)
{
    const char *key = attribute(attributes, "k"), *value = attribute(attributes, "v");
    if (!key || !value)
        stop(xml, "a tag without %s", key ? "v" : "k");
    else
        tag_list_add(&xml->tags, key, strlen(key), value, strlen(value));
}

static void add_node(struct xml *xml, const char *const *attributes)
{
    struct position position;
    xml->nodes = grow(xml->nodes, &xml->node_capacity, xml->node_count + 1, sizeof *xml->nodes);
    xml->nodes[xml->node_count++] = read_id(xml, attributes, "ref");
    if (!read_position(xml, attributes, &position))
        return;
    xml->positions = grow(xml->positions, &xml->position_capacity, xml->position_count + 1,
                          sizeof *xml->positions);
    xml->positions[xml->position_count++] = position;
}

static void add_member(struct xml *xml, const char *const *attributes)
{
    static const char *const types[] = {"node", "way", "relation"};
    const char *type = attribute(attributes, "type"), *role = attribute(attributes, "role");
    size_t count = xml->member_count;
    int number = 0;
    while (number < 3 && (!type || strcmp(types[number], type) != 0))
        number++;
    if (number == 3) {
        stop(xml, "a member of the type \"%.40s\"", type ? type : "");
        return;
    }
    xml->members = grow(xml->members, &xml->member_capacity, count + 1, sizeof *xml->members);
    xml->members[count] = (struct member){(enum member_type)number, read_id(xml, attributes, "ref"), ""};
    xml->role_places = grow(xml->role_places, &xml->role_capacity, count + 1, sizeof *xml->role_places);
    xml->role_places[count] = xml->roles.size;
    buffer_append(&xml->roles, role ? role : "", strlen(role ? role : "") + 1);
    xml->member_count++;
}

static void check_root(struct xml *xml, const char *name)
{
    if (strcmp(name, "osmChange") == 0)
        stop(xml, "%s", "a file of changes, which osmium apply-changes brings into a map");
    else if (strcmp(name, "osm") != 0)
        stop(xml, "the file is <%.60s>, not OpenStreetMap's <osm>", name);
}

static void XMLCALL begin(void *context, const char *name, const char **attributes)
{
    struct xml *xml = context;
    const char *const *list = attributes;
    xml->depth++;
    if (xml->depth == 1)
        check_root(xml, name);
    else if (xml->depth == 2 && strcmp(name, "node") == 0)
        begin_object(xml, OBJECT_NODE, list);
    else if (xml->depth == 2 && strcmp(name, "way") == 0)
        begin_object(xml, OBJECT_WAY, list);
    else if (xml->depth == 2 && strcmp(name, "relation") == 0)
        begin_object(xml, OBJECT_RELATION, list);
    else if (xml->depth == 3 && xml->object && strcmp(name, "tag") == 0)
        add_tag(xml, list);
    else if (xml->depth == 3 && xml->object == OBJECT_WAY && strcmp(name, "nd") == 0)
        add_node(xml, list);
    else if (xml->depth == 3 && xml->object == OBJECT_RELATION && strcmp(name, "member") == 0)
        add_member(xml, list);
}

static bool give_node(struct xml *xml)
{
    struct osm_node node = {xml->id, xml->position, *tag_list_get(&xml->tags)};
    if (!xml->sink->node)
        return true;
    if (xml->has_position)
        return xml->sink->node(xml->sink->context, &node, xml->failure);
    pass_over(xml->sink->passed_over, 1, "nodes have no latitude and longitude", "%s: node %lld",
              xml->stream->name, (long long)xml->id);
    return true;
}

static bool give_way(struct xml *xml)
{
    struct osm_way way = {xml->id, *tag_list_get(&xml->tags), xml->nodes,
                          xml->position_count == xml->node_count ? xml->positions : NULL, xml->node_count};
    return !xml->sink->way || xml->sink->way(xml->sink->context, &way, xml->failure);
}

static bool give_relation(struct xml *xml)
{
    struct relation relation = {xml->id, tag_list_get(&xml->tags), xml->members, xml->member_count};
    for (size_t i = 0; i < xml->member_count; i++)
        xml->members[i].role = (const char *)xml->roles.bytes + xml->role_places[i];
    return !xml->sink->relation || xml->sink->relation(xml->sink->context, &relation, xml->failure);
}

static void XMLCALL end(void *context, const char *name)
{
    struct xml *xml = context;
    enum object object = xml->object;
    bool done = true;
    (void)name;
    if (--xml->depth != 1 || !object || xml->stopped)
        return;
    xml->object = OBJECT_NONE;
    if (xml->deleted && xml->sink->node) /* counted once, in the first reading */
        pass_over(xml->sink->passed_over, 1, "objects are marked as deleted", "%s: id %lld",
                  xml->stream->name, (long long)xml->id);
    else if (!xml->deleted)
        done = object == OBJECT_NODE  ? give_node(xml)
               : object == OBJECT_WAY ? give_way(xml)
                                      : give_relation(xml);
    if (!done) {
        xml->stopped = true;
        XML_StopParser(xml->parser, XML_FALSE);
    }
}

/** Entities could make much of little, and no file of OpenStreetMap has any. */
static void XMLCALL begin_doctype(void *context, const char *name, const char *system, const char *public_id,
                                  int internal)
{
    (void)system;
    (void)public_id;
    (void)internal;
    stop(context, "a document type <!DOCTYPE %.40s>, which OpenStreetMap's files do not have", name);
}

static bool parse(struct xml *xml)
{
    struct stream *stream = xml->stream;
    bool more = true;
    while (more) {
        if (!stream_fill(stream, xml->failure))
            return false;
        int length = (int)(stream->end - stream->at);
        more = length > 0;
        enum XML_Status status = XML_Parse(xml->parser, (const char *)stream->bytes + stream->at, length,
                                           !more);
        stream->at = stream->end;
        if (status == XML_STATUS_ERROR) {
            stop(xml, "%s",
                 more ? XML_ErrorString(XML_GetErrorCode(xml->parser)) : "the file ends too early");
            return false;
        }
    }
    return true;
}

bool osm_xml_read(struct stream *stream, const struct osm_sink *sink, struct failure *failure)
{
    struct xml xml = {.stream = stream, .sink = sink, .failure = failure, .parser = XML_ParserCreate(NULL)};
    if (!xml.parser)
        return refuse_memory(failure);
    XML_SetUserData(xml.parser, &xml);
    XML_SetElementHandler(xml.parser, begin, end);
    XML_SetStartDoctypeDeclHandler(xml.parser, begin_doctype);
    bool done = parse(&xml);
    XML_ParserFree(xml.parser);
    tag_list_free(&xml.tags);
    release(xml.nodes);
    release(xml.positions);
    release(xml.members);
    release(xml.role_places);
    buffer_free(&xml.roles);
    return done;
}
