/* SPDX-License-Identifier: MIT */
/* Where the names of streets stand: one label for the parts of a line with the same text. */
#include "label.h"

#include <math.h>

#include "sort.h"

/* The middle of a line is often a vertex, or half way between two units. The last bits of a length, in which
 * one system's cos() is not another's, must not decide then: a disc is the same everywhere. */
#define NEAR 1e-6

/** By sqrt(), which is exact everywhere; hypot() is not. */
static double step_length(struct cut_point a, struct cut_point b, double east_west)
{
    const double x = (double)(b.x - a.x) * east_west, y = (double)(b.y - a.y);

    return sqrt(x * x + y * y);
}

/** What is half a unit, or nearly, goes away from zero. */
static int64_t round_off(double units)
{
    return llround(units + copysign(NEAR, units));
}

static double line_length(const struct labelled *part, double east_west)
{
    double sum = 0;

    for (size_t i = 1; i < part->count; i++)
        sum += step_length(part->points[i - 1], part->points[i], east_west);
    return sum;
}

static int angle_of(struct cut_point a, struct cut_point b, double east_west)
{
    double degrees = atan2((double)(b.x - a.x) * east_west, (double)(b.y - a.y)) * 180 / acos(-1.0);

    return ((int)lround(degrees) + 360) % 180;
}

static void place_label(struct label *label, const struct labelled *part, double east_west)
{
    double rest = line_length(part, east_west) / 2, step = 0;
    struct cut_point a, b;
    size_t i;

    for (i = 1; i + 1 < part->count; i++) {
        step = step_length(part->points[i - 1], part->points[i], east_west);
        if (step > 0 && rest <= step * (1 + NEAR))
            break;
        rest -= step;
    }
    a = part->points[i - 1];
    b = part->points[i];
    step = step_length(a, b, east_west);
    rest = step > 0 ? fmax(0, fmin(1, rest / step)) : 0;
    label->x = a.x + round_off((double)(b.x - a.x) * rest);
    label->y = a.y + round_off((double)(b.y - a.y) * rest);
    label->angle = angle_of(a, b, east_west);
}

static int compare_texts(const void *left, const void *right)
{
    const struct labelled *a = left, *b = right;

    if (a->text != b->text)
        return a->text < b->text ? -1 : 1;
    return (a->points > b->points) - (a->points < b->points); /* input order: all points are in one array */
}

size_t label_lines(struct labelled *parts, size_t count, enum label_kind kind, double east_west,
                   struct label *labels)
{
    size_t made = 0, best;

    sort(parts, count, sizeof *parts, compare_texts);
    for (size_t i = 0; i < count;) {
        uint32_t text = parts[i].text;

        for (best = i; i < count && parts[i].text == text; i++)
            if (line_length(&parts[i], east_west) > line_length(&parts[best], east_west))
                best = i;
        labels[made] = (struct label){.kind = kind, .text = text, .priority = parts[best].priority};
        place_label(&labels[made++], &parts[best], east_west);
    }
    return made;
}
