/* SPDX-License-Identifier: MIT */
/* Somebody ends the program: Ctrl-C, Ctrl-Break, or the window is closed. */
#include "common/interrupt.h"

#include "base/host_windows.h"

static void (*clean_up)(void);

static BOOL WINAPI on_control(DWORD event)
{
    (void)event;
    clean_up();
    return FALSE; /* the next handler is Windows' own, which ends the program */
}

void interrupt_watch(void (*clean)(void))
{
    clean_up = clean;
    SetConsoleCtrlHandler(on_control, TRUE);
}
