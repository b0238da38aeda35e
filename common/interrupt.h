/* SPDX-License-Identifier: MIT */
#ifndef COMMON_INTERRUPT_H
#define COMMON_INTERRUPT_H

/** If somebody ends the program (Ctrl-C and the like), clean is called first; it may do what a signal handler
 * may. */
void interrupt_watch(void (*clean)(void));

#endif
