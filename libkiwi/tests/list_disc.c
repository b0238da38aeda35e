/* SPDX-License-Identifier: MIT */
/* Prints what kiwi_disc_open() finds, for comparison with other people's readers: LBA, size, kind, path. */
#include <kiwi/disc.h>

#include <stdio.h>

static void print_finding(void *context, const struct kiwi_finding *finding)
{
    static const char *const severities[] = {"note", "warning", "error"};

    (void)context;
    printf("finding %s %s: %s: expected %s, found %s\n", severities[finding->severity], finding->file,
           finding->field, finding->expected, finding->found);
}

int main(int argc, char **argv)
{
    struct kiwi_disc_options options = {.size = sizeof options, .finding = print_finding};
    struct kiwi_disc *disc;
    struct kiwi_error error;

    if (argc != 2) {
        fputs("usage: list_disc PATH\n", stderr);
        return 2;
    }
    if (kiwi_disc_open(argv[1], &options, &disc, &error) != KIWI_OK) {
        printf("error %d %s\n", (int)error.status, error.text);
        return 3;
    }
    printf("disc %d %u '%s' %llu '%s'\n", (int)kiwi_disc_container(disc), kiwi_disc_file_systems(disc),
           kiwi_disc_volume_id(disc), (unsigned long long)kiwi_disc_size(disc), kiwi_disc_charset(disc));
    for (size_t i = 0; i < kiwi_disc_file_count(disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(disc, i);

        printf("file %lld %llu %d %s",
               file->extent_count > 0 ? (long long)(file->extents[0].offset / 2048) : -1LL,
               (unsigned long long)file->size, (int)file->kind, file->path);
        for (size_t part = 1; part < file->extent_count; part++)
            printf(" +%llu", (unsigned long long)(file->extents[part].offset / 2048));
        putchar('\n');
    }
    kiwi_disc_close(disc);
    return 0;
}
