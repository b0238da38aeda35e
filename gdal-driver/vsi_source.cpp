// SPDX-License-Identifier: MIT
// A source of bytes over GDAL's virtual file systems.
#include "vsi_source.hpp"

#include <cerrno>
#include <mutex>

#include <cpl_vsi.h>

extern "C" {
#include "kiwidump/fail.h"
}

namespace
{

// A file of VSI has one position, so those who read take turns.
struct VsiFile {
    VSILFILE *file;
    std::mutex mutex;
};

int read_file(void *context, uint64_t offset, void *buffer, size_t length, size_t *received) noexcept
{
    auto *file = static_cast<VsiFile *>(context);
    const std::lock_guard<std::mutex> turn(file->mutex);
    *received = 0;
    if (VSIFSeekL(file->file, offset, SEEK_SET) != 0)
        return ECANCELED;
    *received = VSIFReadL(buffer, 1, length, file->file);
    // Not EIO: a connection that broke is no scratch, behind which the next sectors may be sound.
    return *received == length || VSIFEofL(file->file) ? 0 : ECANCELED;
}

void close_file(void *context) noexcept
{
    auto *file = static_cast<VsiFile *>(context);
    VSIFCloseL(file->file);
    delete file;
}

} // namespace

enum kiwi_status vsi_source_open(const char *path, struct kiwi_source **source, struct kiwi_error *error)
{
    const struct kiwi_source_operations operations = {read_file, close_file};
    VSIStatBufL state;
    if (VSIStatL(path, &state) == 0 && VSI_ISDIR(state.st_mode))
        return dump_fail(error, KIWI_ERROR_IO,
                         "%s: folders of virtual file systems are not read; name the image in it", path);
    VSILFILE *opened = VSIFOpenL(path, "rb");
    if (!opened)
        return dump_fail(error, KIWI_ERROR_IO, "%s: cannot be opened", path);
    if (VSIFSeekL(opened, 0, SEEK_END) != 0) {
        VSIFCloseL(opened);
        return dump_fail(error, KIWI_ERROR_IO, "%s: its size is not known", path);
    }
    const uint64_t size = VSIFTellL(opened);
    auto *file = new VsiFile{opened, {}};
    const enum kiwi_status status = kiwi_source_from_operations(&operations, file, size, source, error);
    if (status != KIWI_OK)
        close_file(file);
    return status;
}
