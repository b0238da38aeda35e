/* SPDX-License-Identifier: MIT */
#ifndef BASE_ICONV_ICONV_H
#define BASE_ICONV_ICONV_H

#include <stddef.h>

/* POSIX iconv() between UTF-8 and the code pages of Windows, which has no iconv of its own. */

typedef struct kiwi_iconv *iconv_t;

/** One of the two is UTF-8; (iconv_t)-1 and EINVAL: Windows has no such code page. */
iconv_t iconv_open(const char *to, const char *from);
/** (size_t)-1 and errno: EILSEQ, EINVAL (cut by the end) or E2BIG; else 0. No state is kept between calls. */
size_t iconv(iconv_t converter, char **in, size_t *in_left, char **out, size_t *out_left);
int iconv_close(iconv_t converter);

#endif
