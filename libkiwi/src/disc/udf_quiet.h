/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_UDF_QUIET_H
#define KIWI_SRC_UDF_QUIET_H

/** Between these two libudfread does not print; threads may be between them at the same time. */
void kiwi_udf_quiet_begin(void);
void kiwi_udf_quiet_end(void);

#endif
