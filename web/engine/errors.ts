// SPDX-License-Identifier: MIT
// Numbers of errors that a program understands: those of WASI, which emscripten's <errno.h> has.

export const enum Errno {
  NONE = 0,
  BADF = 8,
  EXIST = 20,
  INVAL = 28,
  IO = 29,
  ISDIR = 31,
  NOENT = 44,
  NOSPC = 51,
  NOSYS = 52,
  NOTDIR = 54,
  NOTEMPTY = 55,
  NOTSUP = 58,
  NOTTY = 59,
  ROFS = 69,
  SPIPE = 70,
}

export class SystemError extends Error {
  constructor(readonly number: Errno) {
    super(`error ${number}`);
  }
}
