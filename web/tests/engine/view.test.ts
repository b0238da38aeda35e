// SPDX-License-Identifier: MIT
// python -m kiwi.view: the page reads an image and a folder through it, and asks nobody else.

import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { session, type Session } from "../browser";
import { native, ROOT, town, wholeDiscs } from "./discs";

let chromium: Session;
const servers: ChildProcess[] = [];

before(async () => void (chromium = await session()));

after(async () => {
  for (const server of servers) server.kill("SIGINT");
  await chromium.close();
});

async function serve(disc: string, page: string): Promise<string> {
  // The module by its file: it needs nothing else of its package.
  const server = spawn("python3", [join(ROOT, "python-bindings/kiwi/view.py"), "--no-browser", "--page", page, disc], { stdio: ["ignore", "pipe", "inherit"] });
  servers.push(server);
  const [address] = (await once(createInterface(server.stdout), "line")) as [string];
  return address;
}

for (const disc of [town(), wholeDiscs().find((path) => path.endsWith("/town")) ?? ""])
  test(`outputs on what is served: ${disc.endsWith(".iso") ? "an image" : "a folder"}`, async () => {
    const { page, errors } = await chromium.open(await serve(disc, process.env["KIWI_BARE_PAGE"] ?? ""));
    for (const args of [[], ["--features"], ["--check"]]) {
      const found = await page.evaluate(async (args) => {
        const engine = await window.engine;
        const given = await window.served();
        const path = await engine.open(given?.name ?? "", given?.sources ?? []);
        const { code, stdout } = await engine.run({ program: "kiwidump", args: [...args, path] }).result;
        await engine.close(path);
        return { code, text: new TextDecoder().decode(stdout) };
      }, args);
      const wanted = native("kiwidump", [...args, disc]);
      assert.equal(found.code, wanted.code);
      assert.ok(found.text === wanted.stdout.toString(), `${args.join(" ")}: the outputs differ`);
    }
    assert.deepEqual(errors, []);
    await page.close();
  });

test("the page opens what it is served with", async () => {
  const { page, errors } = await chromium.open(await serve(town(), process.env["KIWI_PAGE"] ?? ""));
  await page.waitForSelector("[role=tab]");
  assert.deepEqual([errors, chromium.requests], [[], []]);
});
