// SPDX-License-Identifier: MIT
// An engine for developing the page: the native programs, run by stand_in.mjs. Not shipped.

import { Stopped, type Call, type Engine, type Result, type Running, type Source } from "../../src/engine";

class StandIn implements Engine {
  private readonly discs = new Map<string, Source[]>();
  private opened = 0;

  async open(name: string, sources: Source[]): Promise<string> {
    const path = `/discs/${++this.opened}/${name}`;
    const folder = sources.length > 1 || sources[0]?.path !== name;
    for (const source of sources) {
      const target = folder ? `${path}/${source.path}` : path;
      await fetch(`/store?path=${encodeURIComponent(target)}`, { method: "POST", body: source.blob ?? source.bytes ?? "" });
    }
    this.discs.set(path, sources);
    return path;
  }

  async close(path: string): Promise<void> {
    this.discs.delete(path);
  }

  run(call: Call): Running {
    const controller = new AbortController();
    return { result: execute(call, controller.signal), stop: () => controller.abort() };
  }

  async search(path: string, text: string, limit: number): Promise<Uint8Array> {
    return (await this.run({ program: "kiwidump", args: [`--find=${text}`, "--quiet", "--limit", String(limit), path] }).result).stdout;
  }

  files(path: string): string[] {
    return (this.discs.get(path) ?? []).map((source) => source.path);
  }

  async read(path: string, offset: number, length: number): Promise<Uint8Array> {
    const response = await fetch(`/read?path=${encodeURIComponent(path)}&offset=${offset}&length=${length}`);
    return new Uint8Array(await response.arrayBuffer());
  }
}

async function execute(call: Call, signal: AbortSignal): Promise<Result> {
  const chunks: Uint8Array[] = [];
  let end = "";
  try {
    const response = await fetch("/run", { method: "POST", body: JSON.stringify({ program: call.program, args: call.args }), signal });
    const id = response.headers.get("x-call") ?? "";
    const reader = response.body?.getReader();
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read())
      if (call.onOutput) call.onOutput(next.value);
      else chunks.push(next.value);
    end = await (await fetch(`/end?call=${id}`, { signal })).text();
  } catch (error) {
    throw signal.aborted ? new Stopped() : error;
  }
  const { code, stderr } = JSON.parse(end) as { code: number; stderr: string };
  return { code, stderr, stdout: new Uint8Array(await new Blob(chunks).arrayBuffer()) };
}

export async function start(): Promise<Engine> {
  return new StandIn();
}

/** There is no demo disc in this page. */
export async function unpack(): Promise<Uint8Array> {
  return new Uint8Array(0);
}
