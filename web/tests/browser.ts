// SPDX-License-Identifier: MIT
// Debian's chromium without a window, for tests: pages from file:// and from servers on this machine, and a proxy that sees whoever asks for more.

import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { launch, type Browser, type Page } from "puppeteer-core";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];

/** What chromium itself asks for, whatever page is open. */
const OWN = ["accounts.google.com", "android.clients.google.com", "clients2.google.com", "content-autofill.googleapis.com",
  "optimizationguide-pa.googleapis.com", "update.googleapis.com"];

export interface Session {
  browser: Browser;
  /** What was asked of places that are not on this machine. */
  requests: string[];
  /** A page whose errors, and what its policy refused, are in `errors`. */
  open(url: string): Promise<{ page: Page; errors: string[] }>;
  close(): Promise<void>;
}

async function proxy(requests: string[]): Promise<Server> {
  const take = (url = ""): void => {
    const host = /^(?:[a-z]+:\/\/)?([^/:]*)/.exec(url)?.[1] ?? "";
    if (!OWN.includes(host)) requests.push(url);
  };
  const server = createServer((request, response) => {
    take(request.url);
    response.writeHead(404).end();
  });
  server.on("connect", (request, socket) => {
    take(request.url);
    socket.end("HTTP/1.1 404 Not Found\r\n\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

export async function session(): Promise<Session> {
  const requests: string[] = [];
  const server = await proxy(requests);
  const executablePath = CHROMIUM.find(existsSync);
  if (!executablePath) throw new Error("Debian's package chromium is not there");
  const browser = await launch({
    executablePath,
    // The sandbox does not start as root or in a container; only pages of this tree are opened.
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
      "--no-pings", "--no-first-run", "--lang=en", `--proxy-server=http://127.0.0.1:${(server.address() as AddressInfo).port}`, "--proxy-bypass-list=127.0.0.1"],
    protocolTimeout: 600_000,
  });
  return {
    browser,
    requests,
    open: async (url) => {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      page.on("requestfailed", (request) => errors.push(`${request.url()} failed`));
      await page.goto(url);
      return { page, errors };
    },
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}
