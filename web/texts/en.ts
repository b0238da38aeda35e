// SPDX-License-Identifier: MIT
// Every text of the page, in English. Another language is another file with the same names.

export const texts = {
  title: "kiwi",
  lead: "Look into the map disc of a car's navigation unit: see its map, search it, check it, patch a copy.",
  privacy: "Everything happens on this computer. Nothing is sent anywhere, and the disc is never written to.",
  starting: "Starting…",
  noEngine: "The page could not start its engine: ",
  open: {
    drop: "Drop a disc image, a folder or a KIWI file here",
    file: "Choose a file…",
    folder: "Choose a folder…",
    demo: "Look at a demo disc (Göteborg)",
    kinds: "An image (.iso, .bin, .img), the folder of a mounted disc, or one file such as ALLDATA.KWI.",
    another: "Open another disc",
    working: (name: string) => `Opening ${name}`,
    nothing: "There was no file in what you dropped. Drop the image, or the folder with ALLDATA.KWI in it.",
  },
  tabs: {
    label: "What to look at",
    overview: "Overview",
    map: "Map",
    bytes: "Bytes",
    check: "Check",
    compare: "Compare",
    patch: "Patch",
    export: "Export",
  },
  work: {
    stop: "Stop",
    stopped: "Stopped.",
    seconds: (seconds: number) => `${seconds} s`,
  },
  errors: {
    own: "This is a fault of the page. Reload it and try again; if it comes back, please report it with what you did.",
    noWords: (code: number) => `The program ended with exit code ${code} and said nothing.`,
    advice: (code: number): string =>
      ({
        2: "The page asked for something that the program does not know. Please report what you did.",
        3: "Is it the right file? Choose the image of the whole disc, or its folder with ALLDATA.KWI, not a part of it.",
        4: "Reading failed. If the disc is in a drive, copy it to an image with ddrescue first and open that.",
        5: "It was refused because it would not be safe. The message says what would have to be different.",
      })[code] ?? "Try it again; if it comes back, please report it with what you did.",
  },
  overview: {
    summary: "This disc",
    files: "Files",
    path: "Name",
    size: "Size",
    kind: "What it is",
    bytes: "Show the bytes",
    levels: "Levels of the map",
    level: "Level",
    scale: "Made for",
    grid: "Grid",
    cell: "One cell",
    levelBytes: "Its record",
    onMap: "Show on the map",
    modules: "Programs and data for the unit (LOADING.KWI)",
    module: "Module",
    version: "Version",
    moduleKind: "Kind",
    moduleTitle: "Title",
    all: "Everything as the program says it",
    notes: "The program has a word about this disc",
    counting: "Counting what is on the disc",
    unknownKind: "not known",
    wantsLevels: "This disc has no map that can be read.",
  },
};

export type Texts = typeof texts;
