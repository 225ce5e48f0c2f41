// The service's clock, and the world as a whole: reset, export and import.

import { attempt } from "./actor.js";
import { button, el, field, foreign } from "./dom.js";
import { change, exportWorld, get } from "./service.js";

const STEPS = [
  ["PT1M", "A minute"],
  ["PT1H", "An hour"],
  ["P1D", "A day"],
  ["P30D", "30 days"],
];

export async function show(page) {
  const now = el("time");
  const draw = ({ Time }) => {
    now.textContent = new Date(Time).toLocaleString();
    now.title = Time;
    now.dateTime = Time;
  };
  draw(await get("clock"));

  const by = el("input", { name: "by", value: "P1D", required: true, pattern: "P.+" });
  const move = (advance) => attempt(() => change("POST", "clock", JSON.stringify({ advance })), "The clock is moved.");
  const submitted = (event) => {
    event.preventDefault();
    move(by.value.trim());
  };

  const file = el("input", { type: "file", accept: "application/json,.json" });
  async function load() {
    const [chosen] = file.files;
    if (!chosen) throw new Error("Choose a file first, such as one that Export saved");
    await change("PUT", "world", await chosen.text());
  }
  const isSure = (question, action, success) => () => confirm(question) && attempt(action, success);

  page.append(
    el("h2", {}, "Clock and data"),
    el("p", {}, "When this view was opened or the clock was last moved, the service's clock said ", now, "."),
    el(
      "form",
      { class: "grid", onsubmit: submitted },
      field("Move the clock forward by", by, "A duration such as PT6H or P30D. The clock cannot be moved back."),
      el("button", {}, "Move"),
    ),
    el("p", { class: "actions" }, STEPS.map(([duration, text]) => button(text, () => move(duration)))),
    el("h3", {}, "Data"),
    el("p", {}, "An export is a file that this page, ", foreign("chime local --seed", "code"), " and tests load."),
    el(
      "p",
      { class: "actions" },
      button("Export", () => attempt(save, "The world is saved as chime-local.json.")),
      button("Reset", isSure("Put the world back to its start?", () => change("POST", "reset"), "The world is reset.")),
    ),
    field("File", file),
    el("p", {}, button("Import", isSure("Replace the world with the file's?", load, "The world is imported."))),
  );
  return (lines) => lines.filter((line) => line.Clock).slice(-1).forEach((line) => draw(line.Clock));
}

async function save() {
  const address = URL.createObjectURL(await exportWorld());
  el("a", { href: address, download: "chime-local.json" }).click();
  URL.revokeObjectURL(address);
}
