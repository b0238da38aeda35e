// SPDX-License-Identifier: MIT
// Where the page begins.

import { demo, served } from "./given";
import { start } from "./start";
import { texts } from "../texts/en";
import { app } from "./ui/app";
import { el } from "./ui/dom";

const root = el("div", { id: "page" }, el("p", { role: "status" }, texts.starting));
document.body.append(root);
start()
  .then(async (engine) => app(engine, root, demo(), await served()))
  .catch((error: unknown) => root.replaceChildren(el("p", { class: "error", role: "alert" }, texts.noEngine, String(error))));
