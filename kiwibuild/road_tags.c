/* SPDX-License-Identifier: MIT */
/* What the tags of a road say: who may pass in which direction, bridges, tunnels, toll. A value that is not
 * understood is said, and never taken for another one. */
#include "road_tags.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { LONGEST_VALUE = 64 };

enum answer {
    ANSWER_NONE, /* empty */
    ANSWER_NO,
    ANSWER_YES,
    ANSWER_UNKNOWN,
};

/** How programs write booleans, in any case; json-c, GDAL and PostgreSQL among them. */
static bool is_one_of(const char *value, const char *const *words)
{
    while (*words && strcasecmp(*words, value) != 0)
        words++;
    return *words;
}

static bool means_yes(const char *value)
{
    static const char *const words[] = {"yes", "true", "1", "1.0", "y", "t", "on", NULL};
    return is_one_of(value, words);
}

static bool means_no(const char *value)
{
    static const char *const words[] = {"no", "false", "0", "0.0", "n", "f", "off", "none", NULL};
    return is_one_of(value, words);
}

bool value_is_no(const char *value)
{
    return !value || !*value || means_no(value);
}

/** Takes the next of several values with semicolons between them, without spaces around; false: there is
 * none. */
static bool next_value(const char **list, char value[LONGEST_VALUE])
{
    const char *start = *list + strspn(*list, " \t;");
    size_t length = strcspn(start, ";");
    *list = start + length;
    while (length > 0 && strchr(" \t", start[length - 1]))
        length--;
    snprintf(value, LONGEST_VALUE, "%.*s", (int)(length < LONGEST_VALUE ? length : LONGEST_VALUE - 1), start);
    return length > 0;
}

bool list_contains(const char *list, const char *value)
{
    char one[LONGEST_VALUE];
    while (next_value(&list, one))
        if (strcasecmp(one, value) == 0)
            return true;
    return false;
}

/** Yes if one of the values means it, else no if all do. */
static enum answer ask(const char *list, const struct values *yes, const struct values *no)
{
    enum answer answer = ANSWER_NONE;
    char value[LONGEST_VALUE];
    while (list && next_value(&list, value)) {
        if (means_yes(value) || values_contain(yes, value))
            return ANSWER_YES;
        if (answer != ANSWER_UNKNOWN)
            answer = means_no(value) || values_contain(no, value) ? ANSWER_NO : ANSWER_UNKNOWN;
    }
    return answer;
}

void report_tag(const struct report *report, const struct feature *feature, const char *reason,
                const char *tag)
{
    char text[sizeof report->passed_over->rows[0].reason];
    snprintf(text, sizeof text, reason, tag);
    pass_over(report->passed_over, 1, text, "%s: %s %lld, \"%s\"", report->file, feature->name.word,
              (long long)feature->name.number, tags_get(feature->tags, tag));
}

static const char not_understood[] = "values of %s are not understood, and count as if it were absent";

static bool is_set(const struct feature *feature, const struct meanings *meanings,
                   const struct report *report)
{
    enum answer answer = ask(tags_get(feature->tags, meanings->tag), &meanings->yes, &meanings->no);
    if (answer == ANSWER_UNKNOWN)
        report_tag(report, feature, not_understood, meanings->tag);
    return answer == ANSWER_YES;
}

/** The passage that other tags imply: that of roundabouts and motorways. */
static enum passage implied_passage(const struct profile *profile, const struct tags *tags)
{
    for (size_t i = 0; i < profile->implied_count; i++)
        if (values_contain(&profile->implied[i].yes, tags_get(tags, profile->implied[i].tag)))
            return PASSAGE_FORWARD;
    return PASSAGE_BOTH;
}

static enum passage read_passage(const struct profile *profile, const struct feature *feature,
                                 const struct report *report)
{
    static const struct values none;
    const char *list = tags_get(feature->tags, "oneway");
    char value[LONGEST_VALUE];
    if (list && ask(list, &profile->forward, &none) == ANSWER_YES)
        return PASSAGE_FORWARD;
    if (ask(list, &none, &profile->both) == ANSWER_NO)
        return PASSAGE_BOTH;
    if (list && next_value(&list, value)) {
        if (values_contain(&profile->backward, value))
            return PASSAGE_BACKWARD;
        if (values_contain(&profile->closed, value))
            return PASSAGE_CLOSED;
        report_tag(report, feature, not_understood, "oneway");
    }
    return implied_passage(profile, feature->tags);
}

/** Of the tags that say who may pass, the first one that is understood counts: it is about cars most closely.
 */
static bool may_pass(const struct profile *profile, const struct feature *feature,
                     const struct report *report)
{
    for (size_t i = 0; i < profile->access_tags.count; i++) {
        const char *tag = profile->access_tags.items[i];
        enum answer answer = ask(tags_get(feature->tags, tag), &profile->access.yes, &profile->access.no);
        if (answer == ANSWER_UNKNOWN)
            report_tag(report, feature, not_understood, tag);
        else if (answer != ANSWER_NONE)
            return answer == ANSWER_YES;
    }
    return true;
}

struct road_tags road_tags_read(const struct profile *profile, const struct feature *feature, bool for_cars,
                                const struct report *report)
{
    struct road_tags road = {
        .passage = read_passage(profile, feature, report),
        .bridge = is_set(feature, &profile->bridge, report),
        .tunnel = is_set(feature, &profile->tunnel, report),
        .toll = is_set(feature, &profile->toll, report),
    };
    if (for_cars && !may_pass(profile, feature, report))
        road.passage = PASSAGE_CLOSED;
    return road;
}
