// SPDX-License-Identifier: MIT
// The engine: a few workers that have the same discs, so that a map can be looked at while a disc is checked.

import { Stopped, type Call, type Engine, type Result, type Running, type Source } from "../src/engine";
import { joined } from "./bytes";
import type { Answer, Order } from "./protocol";
import { parts } from "./tree";

/** More would only wait for the same drive; each keeps some of the discs in memory. */
const WORKERS = 3;

interface Job {
  order: Order;
  /** Who takes what comes meanwhile. */
  call: Partial<Call>;
  chunks: Uint8Array[];
  resolve(result: Result): void;
  reject(error: Error): void;
}

class Hand {
  job: Job | null = null;

  constructor(
    private readonly worker: Worker,
    private readonly onIdle: (hand: Hand) => void,
  ) {
    worker.onmessage = (event: MessageEvent<Answer>) => this.take(event.data);
    worker.onerror = (event) => this.fail(new Error(event.message));
  }

  say(order: Order): void {
    this.worker.postMessage(order);
  }

  run(job: Job): void {
    this.job = job;
    this.say(job.order);
  }

  end(): void {
    this.worker.terminate();
  }

  private fail(error: Error): void {
    const job = this.job;
    this.job = null;
    job?.reject(error);
    this.onIdle(this);
  }

  private take(answer: Answer): void {
    const job = this.job;
    if (!job) return;
    if (answer.kind === "message") job.call.onMessage?.(answer.line);
    else if (answer.kind === "failed") this.fail(new Error(answer.error));
    else if (answer.kind === "done") {
      this.job = null;
      job.resolve({ code: answer.code, stdout: joined(job.chunks), stderr: answer.stderr });
      this.onIdle(this);
    } else if (job.call.onOutput) job.call.onOutput(answer.chunk);
    else job.chunks.push(answer.chunk);
  }
}

async function readSource(source: Source, offset: number, length: number): Promise<Uint8Array> {
  const end = Math.min(source.size, offset + length);
  if (end <= offset) return new Uint8Array(0);
  if (source.bytes) return source.bytes.slice(offset, end);
  if (source.blob) return new Uint8Array(await source.blob.slice(offset, end).arrayBuffer());
  const answer = await fetch(source.url ?? "", { headers: { Range: `bytes=${offset}-${end - 1}` } });
  if (answer.status !== 206) throw new Error(`${source.path}: the server answered ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

export class Pool implements Engine {
  /** By the path that programs have for it. */
  private readonly discs = new Map<string, Source[]>();
  private readonly hands: Hand[] = [];
  /** The last one worked last: what it has read is likely what comes next. */
  private readonly idle: Hand[] = [];
  private readonly waiting: Job[] = [];
  /** Has an index open. It is not among the hands: what it learned would be lost when it is stopped. */
  private searching: Hand | null = null;
  private nextSearch: Job | null = null;
  private opened = 0;

  constructor(
    private readonly module: WebAssembly.Module,
    private readonly makeWorker: () => Worker,
  ) {
    this.addHand();
  }

  async open(name: string, sources: Source[]): Promise<string> {
    const single = sources.length === 1 && sources[0] && parts(sources[0].path)?.length === 1;
    const path = `/discs/${++this.opened}/${name.replaceAll("/", "_")}`;
    const placed = sources.map((source) => ({ ...source, path: single ? path : `${path}/${(parts(source.path) ?? []).join("/")}` }));
    this.discs.set(path, placed);
    this.say({ kind: "open", path, sources: placed });
    return path;
  }

  async close(path: string): Promise<void> {
    if (this.discs.delete(path)) this.say({ kind: "close", path });
  }

  files(path: string): string[] {
    return (this.discs.get(path) ?? []).map((source) => (source.path === path ? path.slice(path.lastIndexOf("/") + 1) : source.path.slice(path.length + 1)));
  }

  async read(path: string, offset: number, length: number): Promise<Uint8Array> {
    for (const sources of this.discs.values()) {
      const source = sources.find((one) => one.path === path);
      if (source) return readSource(source, offset, length);
    }
    throw new Error(`${path} is not open`);
  }

  async search(path: string, text: string, limit: number): Promise<Uint8Array> {
    const result = await new Promise<Result>((resolve, reject) => {
      this.nextSearch?.reject(new Stopped("stopped"));
      this.nextSearch = { order: { kind: "search", path, text, limit }, call: {}, chunks: [], resolve, reject };
      this.goOn();
    });
    return result.stdout;
  }

  private goOn(): void {
    this.searching ??= this.makeHand(() => this.goOn());
    if (!this.nextSearch || this.searching.job) return;
    this.searching.run(this.nextSearch);
    this.nextSearch = null;
  }

  run(call: Call): Running {
    let job: Job;
    const result = new Promise<Result>((resolve, reject) => {
      job = { order: { kind: "run", program: call.program, args: call.args }, call, chunks: [], resolve, reject };
      this.waiting.push(job);
      this.next();
    });
    return { result, stop: () => this.stop(job) };
  }

  private next(): void {
    while (this.waiting.length > 0) {
      if (this.idle.length === 0 && this.hands.length < WORKERS) this.addHand();
      const hand = this.idle.pop();
      if (!hand) return;
      hand.run(this.waiting.shift() as Job);
    }
  }

  private say(order: Order): void {
    for (const hand of this.hands) hand.say(order);
    this.searching?.say(order);
  }

  private makeHand(onIdle: (hand: Hand) => void): Hand {
    const hand = new Hand(this.makeWorker(), onIdle);
    hand.say({ kind: "module", module: this.module });
    for (const [path, sources] of this.discs) hand.say({ kind: "open", path, sources });
    return hand;
  }

  private addHand(): void {
    const hand = this.makeHand((done) => {
      this.idle.push(done);
      this.next();
    });
    this.hands.push(hand);
    this.idle.push(hand);
  }

  /** A program that runs cannot be asked to end: its worker goes, and a new one comes when it is needed. */
  private stop(job: Job): void {
    const place = this.waiting.indexOf(job);
    const number = this.hands.findIndex((hand) => hand.job === job);
    if (place >= 0) this.waiting.splice(place, 1);
    for (const hand of number >= 0 ? this.hands.splice(number, 1) : []) hand.end();
    job.reject(new Stopped("stopped"));
    this.next();
  }
}
