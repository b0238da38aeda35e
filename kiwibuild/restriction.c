/* SPDX-License-Identifier: MIT */
/* Turn restrictions: relations of OpenStreetMap become turns that a node of route planning prohibits
 * (https://wiki.openstreetmap.org/wiki/Relation:restriction). */
#include "restriction.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "sort.h"

/* Reading */

static void complain(struct passed_over *passed_over, const char *reason, const char *file, int64_t relation)
{
    if (passed_over)
        pass_over(passed_over, 1, reason, "%s: relation %lld", file, (long long)relation);
}

/** The value that is about cars: of restriction:motorcar rather than of restriction; NULL: none is. */
static const char *find_kind(const struct profile *profile, const struct tags *tags)
{
    char key[64];
    const char *except = tags_get(tags, "except");
    for (size_t i = 0; i < profile->access_tags.count; i++) {
        snprintf(key, sizeof key, "restriction:%s", profile->access_tags.items[i]);
        if (tags_get(tags, key))
            return tags_get(tags, key);
    }
    for (size_t i = 0; except && i < profile->access_tags.count; i++)
        if (list_contains(except, profile->access_tags.items[i]))
            return NULL;
    return tags_get(tags, "restriction");
}

enum kind {
    KIND_UNKNOWN,
    KIND_NO,
    KIND_ONLY,
    KIND_RED_LIGHT, /* says when to wait, not where to go */
};

static enum kind read_kind(const char *value)
{
    static const struct {
        const char *value;
        enum kind kind;
    } kinds[] = {
        {"no_left_turn", KIND_NO},
        {"no_right_turn", KIND_NO},
        {"no_straight_on", KIND_NO},
        {"no_u_turn", KIND_NO},
        {"no_entry", KIND_NO},
        {"no_exit", KIND_NO},
        {"only_left_turn", KIND_ONLY},
        {"only_right_turn", KIND_ONLY},
        {"only_straight_on", KIND_ONLY},
        {"only_u_turn", KIND_ONLY},
        {"no_left_turn_on_red", KIND_RED_LIGHT},
        {"no_right_turn_on_red", KIND_RED_LIGHT},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].value, value) == 0)
            return kinds[i].kind;
    return KIND_UNKNOWN;
}

static const struct member *next_member(const struct relation *relation, const struct member *last,
                                        const char *role)
{
    const struct member *end = relation->members + relation->member_count;
    for (const struct member *member = last ? last + 1 : relation->members; member < end; member++)
        if (strcmp(member->role, role) == 0)
            return member;
    return NULL;
}

/** The one member in the middle; NULL if there are none or several. */
static const struct member *find_via(const struct relation *relation)
{
    const struct member *via = next_member(relation, NULL, "via");
    return via && via->type != MEMBER_RELATION && !next_member(relation, via, "via") ? via : NULL;
}

static bool has_way(const struct relation *relation, const char *role)
{
    const struct member *member = NULL;
    while ((member = next_member(relation, member, role)))
        if (member->type == MEMBER_WAY)
            return true;
    return false;
}

static bool has_both_ends(const struct relation *relation)
{
    return has_way(relation, "from") && has_way(relation, "to");
}

static void add_pairs(struct network *network, const struct relation *relation, const struct member *via,
                      bool only, const char *file)
{
    struct restriction restriction = {.relation = relation->id,
                                      .via = via->id,
                                      .over_way = via->type == MEMBER_WAY,
                                      .only = only,
                                      .joint = NO_JOINT,
                                      .file = file};
    for (const struct member *from = NULL; (from = next_member(relation, from, "from"));) {
        for (const struct member *to = NULL; (to = next_member(relation, to, "to"));) {
            if (from->type != MEMBER_WAY || to->type != MEMBER_WAY)
                continue;
            restriction.from = from->id;
            restriction.to = to->id;
            network->restrictions = grow(network->restrictions, &network->restriction_capacity,
                                         network->restriction_count + 1, sizeof restriction);
            network->restrictions[network->restriction_count++] = restriction;
        }
    }
}

void restriction_add(struct network *network, const struct profile *profile, const struct relation *relation,
                     const struct report *report)
{
    const char *type = tags_get(relation->tags, "type");
    if (!type || strcmp(type, "restriction") != 0)
        return;
    const char *value = find_kind(profile, relation->tags);
    if (!value) {
        if (tags_get(relation->tags, "restriction:conditional"))
            complain(report->passed_over, "turn restrictions hold at some times only, and are left out",
                     report->file, relation->id);
        return;
    }
    enum kind kind = read_kind(value);
    const struct member *via = find_via(relation);
    if (kind == KIND_UNKNOWN)
        complain(report->passed_over, "turn restrictions of a kind that is not known are left out",
                 report->file, relation->id);
    else if (kind != KIND_RED_LIGHT && !via)
        complain(report->passed_over, "turn restrictions over several ways or over nothing are left out",
                 report->file, relation->id);
    else if (kind != KIND_RED_LIGHT && !has_both_ends(relation))
        complain(report->passed_over, "turn restrictions from or to no way are left out", report->file,
                 relation->id);
    else if (kind != KIND_RED_LIGHT)
        add_pairs(network, relation, via, kind == KIND_ONLY, report->file);
}

/* Placing */

static int compare_vias(const void *left, const void *right)
{
    const struct restriction *a = left, *b = right;
    if (a->over_way != b->over_way)
        return a->over_way ? 1 : -1;
    return (a->via > b->via) - (a->via < b->via);
}

void restrictions_place(struct network *network)
{
    struct restriction *items = network->restrictions;
    size_t count = network->restriction_count;
    sort(items, count, sizeof *items, compare_vias);
    for (size_t i = 0; i < count; i++)
        if (!items[i].over_way)
            items[i].via = network_node(network, items[i].via);
    sort(items, count, sizeof *items, compare_vias);
    for (size_t w = 0; count && w < network->way_count; w++) {
        for (size_t v = network->ways[w].first; v < network->ways[w].first + network->ways[w].count; v++) {
            const struct restriction wanted = {.via = network->ids[v]};
            struct restriction *found = bsearch(&wanted, items, count, sizeof *items, compare_vias);
            if (!found || network->ids[v] == NO_NODE)
                continue;
            while (found > items && compare_vias(found - 1, &wanted) == 0)
                found--;
            for (; found < items + count && compare_vias(found, &wanted) == 0; found++)
                found->joint = network->joints[v];
        }
    }
}

/* Applying */

/** Ends of links at a node, a bit for each. */
typedef uint32_t end_set;

struct applier {
    const struct network *network;
    struct route_graph *graph;
    struct passed_over *passed_over; /* NULL: nothing is to be said */
};

static const struct route_end *end_at(const struct applier *a, size_t node, size_t index)
{
    return &a->graph->ends[a->graph->nodes[node].first + index];
}

static const struct way *way_of(const struct applier *a, uint32_t link)
{
    return &a->network->ways[a->graph->links[link].way];
}

/** Whether a link may be driven from its end at a node, or towards it. */
static bool may_drive(const struct applier *a, const struct route_end *end, bool away)
{
    enum passage passage = way_of(a, end->link)->tags.passage;
    bool forward = away != end->reverse;
    return passage == PASSAGE_BOTH || (passage == PASSAGE_FORWARD) == forward;
}

/** The ends at a node that may be driven from there, or towards it; those of a way, unless that is 0. */
static end_set find_ends(const struct applier *a, size_t node, int64_t way, bool away)
{
    end_set ends = 0;
    for (size_t i = 0; i < a->graph->nodes[node].count; i++) {
        const struct route_end *end = end_at(a, node, i);
        if ((way == NO_WAY || way_of(a, end->link)->id == way) && may_drive(a, end, away))
            ends |= (end_set)1 << i;
    }
    return ends;
}

static bool is_single(end_set ends)
{
    return ends && !(ends & (ends - 1));
}

static void prohibit(const struct applier *a, size_t node, end_set entries, end_set exits)
{
    struct route_graph *graph = a->graph;
    for (uint8_t entry = 0; entry < MOST_ENDS; entry++) {
        for (uint8_t exit = 0; exit < MOST_ENDS; exit++) {
            if (!(entries >> entry & exits >> exit & 1))
                continue;
            graph->turns = grow(graph->turns, &graph->turn_capacity, graph->turn_count + 1,
                                sizeof *graph->turns);
            graph->turns[graph->turn_count++] = (struct route_turn){(uint32_t)node, entry, exit};
        }
    }
}

/** What may not be driven to, coming from the beginning of a restriction. */
static end_set not_allowed(const struct applier *a, size_t node, end_set to, bool only)
{
    return only ? find_ends(a, node, NO_WAY, true) & ~to : to;
}

static void apply_at_node(const struct applier *a, const struct restriction *restriction)
{
    size_t node = restriction->joint == NO_JOINT
                      ? SIZE_MAX
                      : route_graph_find(a->graph, a->network->positions[restriction->joint],
                                         restriction->joint);
    end_set from = node == SIZE_MAX ? 0 : find_ends(a, node, restriction->from, false);
    end_set to = node == SIZE_MAX ? 0 : find_ends(a, node, restriction->to, true);
    if (is_single(from) && is_single(to))
        prohibit(a, node, from, not_allowed(a, node, to, restriction->only));
    else if (from & (from - 1) || to & (to - 1))
        complain(a->passed_over, "turn restrictions whose roads go on beyond the node are left out",
                 restriction->file, restriction->relation);
    else
        complain(a->passed_over, "turn restrictions whose roads are not there, or not for cars, are left out",
                 restriction->file, restriction->relation);
}

/** Which of the ends at a node belongs to a link. */
static end_set ends_of_link(const struct applier *a, size_t node, size_t link)
{
    end_set ends = 0;
    for (size_t i = 0; i < a->graph->nodes[node].count; i++)
        if (end_at(a, node, i)->link == link)
            ends |= (end_set)1 << i;
    return ends;
}

/**
 * Over a link: a turn at one of its nodes says the same if the link can only be entered from the beginning of
 * the restriction, or be left to its end. False if it cannot.
 */
static bool apply_over_link(const struct applier *a, const struct restriction *restriction, size_t link,
                            bool reverse, bool *meant)
{
    size_t first = a->graph->links[link].nodes[reverse], last = a->graph->links[link].nodes[!reverse];
    end_set from = find_ends(a, first, restriction->from, false),
            to = find_ends(a, last, restriction->to, true);
    end_set begin = ends_of_link(a, first, link), end = ends_of_link(a, last, link);
    if (first == last || !is_single(from) || !is_single(to) || !(begin & find_ends(a, first, NO_WAY, true)))
        return true;
    *meant = true;
    if ((find_ends(a, first, NO_WAY, false) & ~begin) == from) {
        prohibit(a, last, end, not_allowed(a, last, to, restriction->only));
        return true;
    }
    if (!restriction->only && (find_ends(a, last, NO_WAY, true) & ~end) == to) {
        prohibit(a, first, from, begin);
        return true;
    }
    return false;
}

static void apply_over_way(const struct applier *a, const struct restriction *restriction)
{
    bool meant = false, done = true;
    for (size_t i = 0; i < a->graph->link_count; i++)
        if (way_of(a, (uint32_t)i)->id == restriction->via)
            for (int reverse = 0; reverse < 2; reverse++)
                done = apply_over_link(a, restriction, i, reverse, &meant) && done;
    if (!meant)
        complain(a->passed_over, "turn restrictions whose roads are not there, or not for cars, are left out",
                 restriction->file, restriction->relation);
    else if (!done)
        complain(a->passed_over, "turn restrictions over a way that others enter and leave are left out",
                 restriction->file, restriction->relation);
}

static int compare_turns(const void *left, const void *right)
{
    const struct route_turn *a = left, *b = right;
    if (a->node != b->node)
        return a->node < b->node ? -1 : 1;
    return (a->entry * MOST_ENDS + a->exit) - (b->entry * MOST_ENDS + b->exit);
}

/** Sorts the turns by node, each once, and counts them there. */
static void sort_turns(struct route_graph *graph)
{
    size_t kept = 0;
    sort(graph->turns, graph->turn_count, sizeof *graph->turns, compare_turns);
    for (size_t i = 0; i < graph->turn_count; i++) {
        struct route_node *node = &graph->nodes[graph->turns[i].node];
        if (i > 0 && compare_turns(&graph->turns[i], &graph->turns[i - 1]) == 0)
            continue;
        if (node->turn_count++ == 0)
            node->first_turn = (uint32_t)kept;
        graph->turns[kept++] = graph->turns[i];
    }
    graph->turn_count = kept;
}

void restrictions_apply(const struct network *network, struct route_graph *graph,
                        struct passed_over *passed_over)
{
    const struct applier applier = {network, graph, passed_over};
    for (size_t i = 0; i < network->restriction_count; i++)
        if (network->restrictions[i].over_way)
            apply_over_way(&applier, &network->restrictions[i]);
        else
            apply_at_node(&applier, &network->restrictions[i]);
    sort_turns(graph);
}
