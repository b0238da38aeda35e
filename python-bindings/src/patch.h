/* SPDX-License-Identifier: MIT */
#ifndef KIWI_PYTHON_PATCH_H
#define KIWI_PYTHON_PATCH_H

#include "module.h"

/** The private functions beneath kiwi/patch.py, for PyModule_AddFunctions(). */
extern PyMethodDef patch_functions[];

#endif
