/* SPDX-License-Identifier: MIT */
/* Opens a disc whose bytes come from a function of one's own, here one that counts what is read: own_source
 * DISC */
#include <errno.h>
#include <stdio.h>

#include <kiwi/kiwi.h>

struct counted {
    FILE *file;
    unsigned long long bytes;
};

/** One of these can fetch its bytes from anywhere: an archive, a server, a drive. */
static int read_counted(void *context, uint64_t offset, void *buffer, size_t length, size_t *received)
{
    struct counted *counted = context;
    if (fseek(counted->file, (long)offset, SEEK_SET) != 0)
        return errno;
    *received = fread(buffer, 1, length, counted->file);
    counted->bytes += *received;
    return ferror(counted->file) ? EIO : 0;
}

static enum kiwi_status print_disc(struct kiwi_source *source, struct kiwi_error *error)
{
    struct kiwi_disc *disc;
    enum kiwi_status status = kiwi_disc_open_source(source, "disc.iso", NULL, &disc, error);
    if (status != KIWI_OK)
        return status;
    printf("%s: %llu bytes\n", kiwi_disc_volume_id(disc), (unsigned long long)kiwi_disc_size(disc));
    for (size_t i = 0; i < kiwi_disc_file_count(disc); i++)
        printf("    %s (%s)\n", kiwi_disc_file(disc, i)->path,
               kiwi_file_kind_name(kiwi_disc_file(disc, i)->kind));
    kiwi_disc_close(disc);
    return KIWI_OK;
}

int main(int count, char **words)
{
    const struct kiwi_source_operations operations = {.read = read_counted};
    struct counted counted = {count == 2 ? fopen(words[1], "rb") : NULL, 0};
    struct kiwi_source *source;
    struct kiwi_error error;
    if (!counted.file || fseek(counted.file, 0, SEEK_END) != 0)
        return fprintf(stderr, "usage: own_source DISC\n"), 1;
    uint64_t size = (uint64_t)ftell(counted.file);
    enum kiwi_status status = kiwi_source_from_operations(&operations, &counted, size, &source, &error);
    if (status == KIWI_OK) {
        status = print_disc(source, &error);
        kiwi_source_unref(source);
    }
    if (status == KIWI_OK)
        printf("%s\n", counted.bytes < size ? "not all of it was read" : "all of it was read");
    else
        fprintf(stderr, "%s\n", error.text);
    fclose(counted.file);
    return status == KIWI_OK ? 0 : 1;
}
