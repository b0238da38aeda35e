// SPDX-License-Identifier: MIT
// What emscripten's C library lacks, named for its linker: system.ts answers, with an error where a page has no such thing.
mergeInto(LibraryManager.library, Object.fromEntries(["fgetxattr", "fremovexattr", "fsetxattr", "getrandom", "getxattr"].map((name) => [name, function () { return -1; }])));
