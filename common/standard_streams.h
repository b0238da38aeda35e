/* SPDX-License-Identifier: MIT */
#ifndef COMMON_STANDARD_STREAMS_H
#define COMMON_STANDARD_STREAMS_H

/**
 * Opens those of the descriptors 0 to 2 that are closed, so that no file takes their place and is written
 * over by a message. What uses them fails as if they were closed. To be called first.
 */
void standard_streams_keep(void);

#endif
