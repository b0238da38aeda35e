/* SPDX-License-Identifier: MIT */
#ifndef COMMON_STANDARD_STREAMS_H
#define COMMON_STANDARD_STREAMS_H

/**
 * Opens those of the descriptors 0 to 2 that are closed, so that no file takes their place and is written
 * over by a message. What uses them fails as if they were closed. On Windows they carry bytes from here on,
 * and a console takes UTF-8 and colours. So does writing beyond a limit. To be called first.
 */
void standard_streams_keep(void);

/** How wide the terminal is that a descriptor leads to; 0: nobody knows, or it is none. */
unsigned standard_stream_columns(int descriptor);

#endif
