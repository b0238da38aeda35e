/* SPDX-License-Identifier: MIT */
/* The lower corners of a picture: the scale bar and the title of the disc. */
#include <math.h>
#include <string.h>

#include "picture/picture.h"

/** A length that is easy to say, and at most as long as it was. */
static double round_length(double metres)
{
    double power = pow(10, floor(log10(metres)));
    double digits = metres / power;
    return (digits >= 5 ? 5 : digits >= 2 ? 2 : 1) * power;
}

/** What stands in the lower corners: the scale bar and the title of the disc. */
struct legend {
    char title[512];
    size_t length;
    double metres, bar, width; /* what the bar stands for, and widths in pixels */
};

static struct legend make_legend(const struct picture *picture)
{
    static const char space[] = " \n\r\t";
    const struct kiwi_data_volume *volume = kiwi_map_volume(picture->map);
    struct legend legend = {.metres = round_length(picture->width * picture->metres / 5)};
    size_t raw = sizeof volume->disk_title;
    legend.bar = legend.metres / picture->metres;
    while (raw > 0 && (volume->disk_title[raw - 1] == '\0' || strchr(space, volume->disk_title[raw - 1])))
        raw--;
    legend.length = kiwi_disc_text(picture->dump->disc, volume->disk_title, raw, legend.title,
                                   sizeof legend.title);
    legend.width = labels_width(legend.title, legend.length) * 11 + 16;
    if (legend.width >= picture->width - legend.bar - 40)
        legend.length = 0; /* no room */
    return legend;
}

void picture_reserve_legend(struct picture *picture)
{
    const struct legend legend = make_legend(picture);
    labels_reserve(&picture->labels, 8, picture->height - 38, legend.bar + 16, 30);
    if (legend.length > 0)
        labels_reserve(&picture->labels, picture->width - legend.width - 8, picture->height - 28,
                       legend.width, 20);
}

void picture_put_legend(struct picture *picture)
{
    const struct legend legend = make_legend(picture);
    double y = picture->height;
    picture_put(picture,
                "<g class=\"legend\"><rect x=\"8\" y=\"%.1f\" width=\"%.1f\" height=\"30\" rx=\"4\"/>"
                "<path d=\"M16 %.1fv6h%.1fv-6\"/><text x=\"%.1f\" y=\"%.1f\">",
                y - 38, legend.bar + 16, y - 22, legend.bar, 16 + legend.bar / 2, y - 24);
    picture_put(picture, legend.metres >= 1000 ? "%.0f km" : "%.0f m",
                legend.metres >= 1000 ? legend.metres / 1000 : legend.metres);
    output_literal(picture->output, "</text>");
    if (legend.length > 0) {
        picture_put(
            picture,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"20\" rx=\"4\"/><text x=\"%.1f\" y=\"%.1f\">",
            picture->width - legend.width - 8, y - 28, legend.width, picture->width - legend.width / 2 - 8,
            y - 14);
        picture_put_text(picture, legend.title, legend.length);
        output_literal(picture->output, "</text>");
    }
    output_literal(picture->output, "</g>\n</svg>\n");
}
