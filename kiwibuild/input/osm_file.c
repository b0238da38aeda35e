/* SPDX-License-Identifier: MIT */
/* Makes features of OpenStreetMap's objects. A file is read up to three times, so that its objects may stand
 * in any order: nodes and what relations refer to, then ways, then relations. */
#include <stdlib.h>
#include <string.h>

#include "kiwibuild/sort.h"
#include "kiwibuild/stage.h"
#include "area_tags.h"
#include "input.h"
#include "multipolygon.h"
#include "node_table.h"
#include "osm.h"

enum {
    LEAST_RING = 4, /* vertices */
    X_LIMIT = 180 * X_PER_DEGREE,
};
#define Y_LIMIT (90 * (int64_t)Y_PER_DEGREE)

/** A way that a relation needs. */
struct kept_way {
    int64_t id;
    size_t first, count; /* of its nodes */
};

struct osm_file {
    struct input *input;
    const char *name;
    struct node_table table;
    struct id_set areas;      /* ways that areas of relations are made of */
    struct id_set boundaries; /* ways of relations that are a boundary=administrative */
    bool relations;           /* the file has some */
    struct kept_way *kept;
    size_t kept_count, kept_capacity;
    int64_t *kept_nodes;
    struct position *kept_positions;
    size_t vertex_count, kept_node_capacity, kept_position_capacity;
    bool kept_unsorted;
    struct position *positions; /* of the way at hand */
    size_t position_capacity;
    struct strand *strands; /* of the relation at hand */
    size_t strand_capacity;
    struct multipolygon multipolygon;
    struct contour *contours;
    size_t contour_capacity;
    struct tag *tags;
    size_t tag_capacity;
};

static bool give(struct osm_file *file, enum shape_kind kind, struct feature_name name,
                 const struct tags *tags, const struct contour *contours, size_t count,
                 struct failure *failure)
{
    const struct feature feature = {kind, name, tags, contours, count};
    return file->input->sink.take(file->input->sink.context, &feature, failure);
}

/** Objects that are in two files, or twice in one, are taken once. */
static bool is_new(struct osm_file *file, struct id_set *set, const char *word, int64_t id)
{
    if (id_set_add(set, id))
        return true;
    pass_over(&file->input->passed_over, 1,
              "objects with tags stand twice in the input, of which the first ones count", "%s: %s %lld",
              file->name, word, (long long)id);
    return false;
}

/* The first time: nodes, and what relations refer to */

static bool take_node(void *context, const struct osm_node *node, struct failure *failure)
{
    struct osm_file *file = context;
    if (llabs(node->position.x) > X_LIMIT || llabs(node->position.y) > Y_LIMIT) {
        pass_over(&file->input->passed_over, 1, "nodes are not on the earth", "%s: node %lld", file->name,
                  (long long)node->id);
        return true;
    }
    node_table_add(&file->table, node->id, node->position);
    if (node->tags.count == 0 || !is_new(file, &file->input->nodes, "node", node->id))
        return true;
    const struct contour contour = {&node->position, &node->id, 1, false};
    return give(file, SHAPE_POINT, (struct feature_name){"node", node->id}, &node->tags, &contour, 1,
                failure);
}

static bool is_type(const struct relation *relation, const char *type)
{
    const char *value = tags_get(relation->tags, "type");
    return value && strcmp(value, type) == 0;
}

static bool is_administrative(const struct relation *relation)
{
    const char *boundary = tags_get(relation->tags, "boundary");
    return boundary && strcmp(boundary, "administrative") == 0 &&
           (is_type(relation, "boundary") || is_type(relation, "multipolygon"));
}

/** Boundaries of administration are lines, of which each is drawn once, however many areas it bounds. */
static bool is_area(const struct relation *relation)
{
    return (is_type(relation, "multipolygon") || is_type(relation, "boundary")) &&
           !is_administrative(relation);
}

static bool take_members(void *context, const struct relation *relation, struct failure *failure)
{
    struct osm_file *file = context;
    (void)failure;
    file->relations = true;
    struct id_set *set = is_administrative(relation) ? &file->boundaries
                         : is_area(relation)         ? &file->areas
                                                     : NULL;
    for (size_t i = 0; set && i < relation->member_count; i++)
        if (relation->members[i].type == MEMBER_WAY)
            id_set_add(set, relation->members[i].id);
    return true;
}

/* The second time: ways */

static void keep_way(struct osm_file *file, const struct osm_way *way)
{
    size_t first = file->vertex_count;
    struct kept_way kept = {way->id, first, way->node_count};
    file->kept_nodes = grow(file->kept_nodes, &file->kept_node_capacity, first + way->node_count + 1,
                            sizeof *file->kept_nodes);
    file->kept_positions = grow(file->kept_positions, &file->kept_position_capacity,
                                first + way->node_count + 1, sizeof *file->kept_positions);
    memcpy(file->kept_nodes + first, way->nodes, way->node_count * sizeof *way->nodes);
    memcpy(file->kept_positions + first, file->positions, way->node_count * sizeof *file->positions);
    file->vertex_count += way->node_count;
    if (file->kept_count > 0 && file->kept[file->kept_count - 1].id > way->id)
        file->kept_unsorted = true;
    file->kept = grow(file->kept, &file->kept_capacity, file->kept_count + 1, sizeof kept);
    file->kept[file->kept_count++] = kept;
}

/** The tags of a way that is a boundary by its relation, though it does not say so itself. */
static struct tags boundary_tags(struct osm_file *file, const struct osm_way *way)
{
    size_t count = way->tags.count;
    if (!id_set_has(&file->boundaries, way->id) || tags_get(&way->tags, "boundary"))
        return way->tags;
    file->tags = grow(file->tags, &file->tag_capacity, count + 1, sizeof *file->tags);
    if (count)
        memcpy(file->tags, way->tags.items, count * sizeof *file->tags);
    file->tags[count] = (struct tag){"boundary", "administrative"};
    return (struct tags){file->tags, count + 1};
}

/** The places of a way's nodes; false if some are not in the file. */
static bool find_positions(struct osm_file *file, const struct osm_way *way, bool *found)
{
    bool whole = true;
    for (size_t i = 0; i < way->node_count; i++) {
        if (way->positions)
            file->positions[i] = way->positions[i];
        found[i] = way->positions || node_table_find(&file->table, way->nodes[i], &file->positions[i]);
        whole = whole && found[i];
    }
    return whole;
}

/** A way some of whose nodes are not there: the pieces that are. */
static bool give_pieces(struct osm_file *file, const struct osm_way *way, const struct tags *tags,
                        const bool *found, struct failure *failure)
{
    for (size_t first = 0, end; first < way->node_count; first = end + 1) {
        for (end = first; end < way->node_count && found[end]; end++)
            ;
        const struct contour contour = {file->positions + first, way->nodes + first, end - first, false};
        if (contour.count >= 2 &&
            !give(file, SHAPE_LINE, (struct feature_name){"way", way->id}, tags, &contour, 1, failure))
            return false;
    }
    return true;
}

static bool give_way(struct osm_file *file, const struct osm_way *way, const struct tags *tags,
                     struct failure *failure)
{
    bool closed = way->node_count >= LEAST_RING && way->nodes[0] == way->nodes[way->node_count - 1];
    const struct contour contour = {file->positions, way->nodes, way->node_count, false};
    return give(file, closed && tags_mean_area(tags) ? SHAPE_AREA : SHAPE_LINE,
                (struct feature_name){"way", way->id}, tags, &contour, 1, failure);
}

static void count_missing(struct osm_file *file, const struct osm_way *way, const bool *found, bool area)
{
    size_t missing = 0;
    while (found[missing])
        missing++;
    pass_over(&file->input->passed_over, 1,
              area ? "areas lack nodes that are not in the file, and are left out"
                   : "ways lack nodes that are not in the file; their other parts are built",
              "%s: way %lld, node %lld", file->name, (long long)way->id, (long long)way->nodes[missing]);
}

/** A way with tags, or one that a relation needs. */
static bool place_way(struct osm_file *file, const struct osm_way *way, bool *found, struct failure *failure)
{
    struct tags tags = boundary_tags(file, way);
    bool whole = find_positions(file, way, found);
    bool area = way->nodes[0] == way->nodes[way->node_count - 1] && tags_mean_area(&tags);
    if (whole && id_set_has(&file->areas, way->id))
        keep_way(file, way);
    if (tags.count == 0)
        return true;
    if (whole)
        return give_way(file, way, &tags, failure);
    count_missing(file, way, found, area);
    return area || give_pieces(file, way, &tags, found, failure);
}

static bool take_way(void *context, const struct osm_way *way, struct failure *failure)
{
    struct osm_file *file = context;
    if (way->tags.count == 0 && !id_set_has(&file->areas, way->id) && !id_set_has(&file->boundaries, way->id))
        return true;
    if (!is_new(file, &file->input->ways, "way", way->id))
        return true;
    if (way->node_count < 2) {
        pass_over(&file->input->passed_over, 1, "ways have fewer than two nodes", "%s: way %lld", file->name,
                  (long long)way->id);
        return true;
    }
    file->positions = grow(file->positions, &file->position_capacity, way->node_count,
                           sizeof *file->positions);
    bool *found = allocate(way->node_count, sizeof *found);
    bool done = place_way(file, way, found, failure);
    release(found);
    return done;
}

/* The third time: relations */

static int compare_kept(const void *left, const void *right)
{
    const struct kept_way *a = left, *b = right;
    return (a->id > b->id) - (a->id < b->id);
}

/** Appends a way to the strands of a relation; false if it is not there. */
static bool add_strand(struct osm_file *file, int64_t id, size_t *count)
{
    const struct kept_way wanted = {.id = id};
    const struct kept_way *way = file->kept_count ? bsearch(&wanted, file->kept, file->kept_count,
                                                            sizeof *file->kept, compare_kept)
                                                  : NULL;
    if (!way)
        return false;
    file->strands = grow(file->strands, &file->strand_capacity, *count + 1, sizeof *file->strands);
    file->strands[(*count)++] = (struct strand){file->kept_nodes + way->first,
                                                file->kept_positions + way->first, way->count};
    return true;
}

static int compare_strands(const void *left, const void *right)
{
    const struct strand *a = left, *b = right;
    return (a->nodes > b->nodes) - (a->nodes < b->nodes);
}

/** The ways of a relation, each once, in the order of the file. */
static size_t collect_strands(struct osm_file *file, const struct relation *relation)
{
    size_t count = 0, kept = 0, missing = 0;
    int64_t first = 0;
    for (size_t i = 0; i < relation->member_count; i++) {
        const struct member *member = &relation->members[i];
        if (member->type == MEMBER_WAY && !add_strand(file, member->id, &count) && missing++ == 0)
            first = member->id;
    }
    if (missing)
        pass_over(&file->input->passed_over, 1,
                  "relations have ways that are not whole in the file; their closed rings are built",
                  "%s: relation %lld, way %lld", file->name, (long long)relation->id, (long long)first);
    sort(file->strands, count, sizeof *file->strands, compare_strands);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || file->strands[kept - 1].nodes != file->strands[i].nodes)
            file->strands[kept++] = file->strands[i];
    return kept;
}

static struct contour contour_of(const struct multipolygon *multipolygon, const struct ring *ring)
{
    return (struct contour){multipolygon->positions + ring->first, multipolygon->nodes + ring->first,
                            ring->count, ring->hole};
}

/** A ring that is no hole, with the holes in it. */
static bool give_polygon(struct osm_file *file, size_t outer, const struct relation *relation,
                         struct failure *failure)
{
    const struct multipolygon *m = &file->multipolygon;
    size_t count = 1;
    file->contours = grow(file->contours, &file->contour_capacity, m->ring_count, sizeof *file->contours);
    file->contours[0] = contour_of(m, &m->rings[outer]);
    for (size_t i = m->rings[outer].first_inner; i != SIZE_MAX; i = m->rings[i].next_inner)
        file->contours[count++] = contour_of(m, &m->rings[i]);
    return give(file, SHAPE_AREA, (struct feature_name){"relation", relation->id}, relation->tags,
                file->contours, count, failure);
}

static bool give_area(struct osm_file *file, const struct relation *relation, struct failure *failure)
{
    struct passed_over *passed_over = &file->input->passed_over;
    struct multipolygon *m = &file->multipolygon;
    size_t count = collect_strands(file, relation);
    long long id = (long long)relation->id;
    if (!multipolygon_make(m, file->strands, count)) {
        pass_over(passed_over, 1, "relations have too many rings", "%s: relation %lld", file->name, id);
        return true;
    }
    if (m->open)
        pass_over(passed_over, 1, "relations have rings that are open, which are left out",
                  "%s: relation %lld, node %lld", file->name, id, (long long)m->open_node);
    else if (!m->ring_count)
        pass_over(passed_over, 1, "relations of areas have no ring", "%s: relation %lld", file->name, id);
    for (size_t i = 0; i < m->ring_count; i++)
        if (!m->rings[i].hole && !give_polygon(file, i, relation, failure))
            return false;
    return true;
}

static bool take_relation(void *context, const struct relation *relation, struct failure *failure)
{
    struct osm_file *file = context;
    const struct feature_sink *sink = &file->input->sink;
    if (!is_new(file, &file->input->relations, "relation", relation->id))
        return true;
    if (is_area(relation) && !give_area(file, relation, failure))
        return false;
    return !sink->take_relation || sink->take_relation(sink->context, relation, failure);
}

/* Files */

struct passes {
    struct stream *stream;
    struct osm_blocks blocks;
    bool pbf;
};

static bool read_once(struct passes *passes, const struct osm_sink *sink, struct failure *failure)
{
    return stream_seek(passes->stream, 0, failure) &&
           (passes->pbf ? osm_pbf_read(passes->stream, &passes->blocks, sink, failure)
                        : osm_xml_read(passes->stream, sink, failure));
}

static bool read_nodes(struct osm_file *file, struct passes *passes, struct failure *failure)
{
    const struct osm_sink sink = {take_node, NULL, take_members, file, &file->input->passed_over};
    int64_t first;
    stage_begin("reading nodes");
    if (!read_once(passes, &sink, failure))
        return false;
    size_t dropped = node_table_finish(&file->table, &first);
    if (dropped)
        pass_over(&file->input->passed_over, dropped,
                  "nodes stand twice in the file, of which the first ones count", "%s: node %lld", file->name,
                  (long long)first);
    return true;
}

static bool read_ways(struct osm_file *file, struct passes *passes, struct failure *failure)
{
    const struct osm_sink sink = {NULL, take_way, NULL, file, &file->input->passed_over};
    stage_begin("reading ways");
    bool done = read_once(passes, &sink, failure);
    if (done && file->kept_unsorted)
        sort(file->kept, file->kept_count, sizeof *file->kept, compare_kept);
    return done;
}

static bool read_relations(struct osm_file *file, struct passes *passes, struct failure *failure)
{
    const struct osm_sink sink = {NULL, NULL, take_relation, file, &file->input->passed_over};
    stage_begin("reading relations");
    return !file->relations || read_once(passes, &sink, failure);
}

static void free_file(struct osm_file *file)
{
    node_table_free(&file->table);
    id_set_free(&file->areas);
    id_set_free(&file->boundaries);
    multipolygon_free(&file->multipolygon);
    release(file->kept);
    release(file->kept_nodes);
    release(file->kept_positions);
    release(file->positions);
    release(file->strands);
    release(file->contours);
    release(file->tags);
}

bool osm_file_read(struct input *input, struct stream *stream, bool pbf, struct failure *failure)
{
    struct osm_file file = {.input = input, .name = stream->name};
    struct passes passes = {.stream = stream, .pbf = pbf};
    bool done = stream_keep(stream, failure) && read_nodes(&file, &passes, failure) &&
                read_ways(&file, &passes, failure) && read_relations(&file, &passes, failure);
    free_file(&file);
    release(passes.blocks.kinds);
    return done;
}
