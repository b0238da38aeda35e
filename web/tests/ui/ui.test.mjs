// SPDX-License-Identifier: MIT
// The page from end to end, in a browser: node --test web/tests/ui/ui.test.mjs, with what harness.mjs asks of the environment.

import { after, before, describe } from "node:test";
import { close, launch } from "./harness.mjs";
import { bytesTests } from "./bytes_tests.mjs";
import { mapTests } from "./map_tests.mjs";
import { openTests } from "./open_tests.mjs";
import { toolsTests } from "./tools_tests.mjs";

before(launch);
after(close);
describe("opening", openTests);
describe("map", mapTests);
describe("bytes", bytesTests);
describe("check, compare, patch, export", toolsTests);
