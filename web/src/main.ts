// SPDX-License-Identifier: MIT
// Where the page begins.

import { start } from "./start";
import { texts } from "../texts/en";
import { app } from "./ui/app";
import { el } from "./ui/dom";

const root = el("div", { id: "page" }, el("p", { role: "status" }, texts.starting));
document.body.append(root);
start()
  .then((engine) => app(engine, root, null))
  .catch((error: unknown) => root.replaceChildren(el("p", { class: "error", role: "alert" }, texts.noEngine, String(error))));
