// SPDX-License-Identifier: MIT
// An open disc, and what may be asked of it: outputs of the programs as JSON, as lines, as text; bytes of its files.

import { Stopped, type Call, type Engine, type Result, type Source } from "../engine";
import { texts } from "../../texts/en";
import { get, list, number, parse, text, type Json } from "./json";

/** A program that did not do what was asked, in its own words. */
export class Failure extends Error {
  constructor(readonly code: number, message: string) {
    super(message);
  }
}

/** Exit codes from here on mean that there is no output (EXIT STATUS of the manual pages). */
const FIRST_FAILURE = 2;

/** Where the engine puts what is opened, which says nothing to people. */
const ENGINE_FOLDER = /\/discs\/\d+\//g;

export interface DiscFile {
  path: string;
  size: number;
  kind: string;
  extents: { offset: number; length: number }[];
}

export interface Options {
  /** The discs behind the options; only this one if nothing is said. */
  paths?: string[];
  signal?: AbortSignal;
  onOutput?: (chunk: Uint8Array) => void;
  onMessage?: (line: string) => void;
}

export class Disc {
  readonly files: DiscFile[];

  private constructor(
    readonly engine: Engine,
    readonly name: string,
    readonly path: string,
    readonly sources: Source[],
    readonly document: Json,
    readonly notes: string,
  ) {
    this.files = list(document, "files").map((file) => ({
      path: text(file, "path"),
      size: number(file, "size") || 0,
      kind: text(file, "kind"),
      extents: list(file, "extents").map((extent) => ({ offset: number(extent, "offset") || 0, length: number(extent, "length") || 0 })),
    }));
  }

  static async open(engine: Engine, name: string, sources: Source[], options: Options = {}): Promise<Disc> {
    const path = await engine.open(name, sources);
    try {
      const result = await call(engine, { program: "kiwidump", args: [path] }, options);
      return new Disc(engine, name, path, sources, parse(decode(result.stdout)), result.stderr);
    } catch (error) {
      await engine.close(path);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.engine.close(this.path);
  }

  get title(): string {
    return text(this.document, "data_volume", "fields", "disk_title").trim() || this.name;
  }

  /** One file or image, not a folder. */
  get single(): boolean {
    return this.sources.length === 1 && this.engine.files(this.path).length === 1;
  }

  async json(args: string[], options: Options = {}): Promise<Json> {
    const output = (await this.text(args, options)).trim();
    return output === "" ? null : parse(output);
  }

  async text(args: string[], options: Options = {}): Promise<string> {
    return decode((await this.run(args, options)).stdout);
  }

  async output(args: string[], options: Options = {}): Promise<Uint8Array> {
    return (await this.run(args, options)).stdout;
  }

  run(args: string[], options: Options = {}): Promise<Result> {
    return call(this.engine, { program: "kiwidump", args: [...args, ...(options.paths ?? [this.path])] }, options);
  }

  /** Hands out the output line by line, as it comes. */
  async lines(args: string[], onLine: (line: string) => void, options: Options = {}): Promise<Result> {
    const splitter = new Lines(onLine);
    const onOutput = (chunk: Uint8Array): void => splitter.add(chunk);
    const result = await call(this.engine, { program: "kiwidump", args: [...args, ...(options.paths ?? [this.path])], onOutput }, options);
    splitter.end();
    return result;
  }

  /** What the index has of a text, as `--find` prints it. */
  async search(wanted: string, limit: number): Promise<Json[]> {
    const found = await this.engine.search(this.path, wanted, limit).catch((error: unknown) => {
      if (error instanceof Stopped) throw error;
      return this.output([`--find=${wanted}`, "--limit", String(limit)]); // which says why not
    });
    return decode(found).split("\n").filter((line) => line !== "").map(parse);
  }

  /** Opens the index, so that the first search is as fast as the others. */
  async prepareSearch(): Promise<void> {
    await this.engine.search(this.path, "", 0).catch(() => null);
  }

  patch(args: string[], options: Options = {}): Promise<Result> {
    return call(this.engine, { program: "kiwipatch", args }, options);
  }

  /** Bytes of a file of the disc, through the pieces that it lies in on an image. */
  async bytes(file: DiscFile, offset: number, length: number): Promise<Uint8Array> {
    const wanted = Math.max(0, Math.min(length, file.size - offset));
    const result = new Uint8Array(wanted);
    if (get(this.document, "disc", "container") === "directory") {
      result.set(await this.engine.read(`${this.path}/${file.path}`, offset, wanted));
      return result;
    }
    const extents = file.extents.length > 0 ? file.extents : [{ offset: 0, length: file.size }];
    let begin = 0;
    for (const extent of extents) {
      const from = Math.max(offset, begin);
      const to = Math.min(offset + wanted, begin + extent.length);
      if (from < to) result.set(await this.engine.read(this.path, extent.offset + from - begin, to - from), from - offset);
      begin += extent.length;
    }
    return result;
  }
}

const decoder = new TextDecoder();

export function decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Cuts chunks of UTF-8 into lines. */
class Lines {
  private readonly decoder = new TextDecoder();
  private rest = "";

  constructor(private readonly onLine: (line: string) => void) {}

  add(chunk: Uint8Array): void {
    this.cut(this.decoder.decode(chunk, { stream: true }));
  }

  end(): void {
    this.cut(this.decoder.decode());
    if (this.rest !== "") this.onLine(this.rest);
  }

  private cut(more: string): void {
    const lines = (this.rest + more).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) this.onLine(line);
  }
}

async function call(engine: Engine, what: Call, options: Options): Promise<Result> {
  options.signal?.throwIfAborted();
  const running = engine.run({ onOutput: options.onOutput, ...what, onMessage: options.onMessage });
  const stop = (): void => running.stop();
  options.signal?.addEventListener("abort", stop);
  try {
    const result = await running.result;
    options.signal?.throwIfAborted();
    if (result.code >= FIRST_FAILURE) throw new Failure(result.code, result.stderr.trim().replace(ENGINE_FOLDER, "") || texts.errors.noWords(result.code));
    return result;
  } finally {
    options.signal?.removeEventListener("abort", stop);
  }
}
