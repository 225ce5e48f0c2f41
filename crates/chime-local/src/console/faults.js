// The faults that are armed, how often they still strike, and a form that arms one.

import { attempt } from "./actor.js";
import { button, el, field, row, select, table, update } from "./dom.js";
import { change, get } from "./service.js";

const OF_CALLS = [
  "ThrottledClientException",
  "ServiceUnavailableException",
  "ServiceFailureException",
  "ForbiddenException",
  "NotFoundException",
  "ConflictException",
  "BadRequestException",
  "UnauthorizedClientException",
  "ResourceLimitExceededException",
  ["drop", "drop the connection"],
  ["delay", "delay the answer"],
];
const OF_SESSIONS = [
  ["close", "close with a code"],
  ["end", "end without a close"],
  ["silent", "fall silent"],
  ["expire", "let the credentials expire"],
  ["delay", "delay the event"],
  ["drop", "drop the event"],
  ["duplicate", "duplicate the event"],
  ["reorder", "send the event after the next one"],
];

export async function show(page) {
  const [element, body] = table("Armed faults, in their order", ["Strikes", "Kind", "How often"]);
  const draw = (faults) => {
    update(body, faults.map(faultRow));
    element.hidden = faults.length === 0;
    none.hidden = faults.length > 0;
  };
  const none = el("p", {}, "No fault is armed.");
  const clear = button("Clear all", () => attempt(() => change("DELETE", "faults"), "No fault is armed any more."));
  page.append(el("h2", {}, "Faults"), none, element, clear, el("h3", {}, "Arm a fault"), form());

  draw(await get("faults"));
  return (lines) => lines.filter((line) => line.Faults).slice(-1).forEach((line) => draw(line.Faults));
}

function faultRow(fault, position) {
  const { kind, operation, user, milliseconds, code, after, count, rate, seed } = fault;
  const numbers = [milliseconds !== undefined && `${milliseconds} ms`, code, after > 0 && `after ${after} events`];
  const strikes = [operation ?? "every operation", user].filter(Boolean).join(" of ");
  const often = count ? `${count} more ${count === 1 ? "time" : "times"}` : rate !== undefined ? `${rate} of all, seed ${seed ?? 0}` : "always";
  return row(position, strikes, [kind, ...numbers].filter(Boolean).join(", "), often);
}

function form() {
  const strikes = select("strikes", [
    ["calls", "calls"],
    ["Connect", "connects of sessions"],
    ["Event", "events of sessions"],
  ]);
  const kind = el("select", { name: "kind" });
  const operation = el("input", { name: "operation", placeholder: "every operation" });
  const user = el("input", { name: "user", placeholder: "every user", list: "users" });
  const number = (name, value, min = 0) => el("input", { name, type: "number", min, value });
  const [milliseconds, code, after] = [number("milliseconds", 250), number("code", 1011), number("after", 0)];
  const often = select("often", [
    ["count", "a number of times"],
    ["rate", "a share of the times"],
    ["always", "always"],
  ]);
  const count = number("count", 1, 1);
  const rate = el("input", { name: "rate", type: "number", min: 0, max: 1, step: "any", value: 0.1 });

  /** Shows the fields that the choices so far have. */
  function adapt() {
    const isOfCalls = strikes.value === "calls";
    const show = (control, isShown) => (control.parentElement.hidden = !isShown);
    show(operation, isOfCalls);
    show(user, !isOfCalls);
    show(milliseconds, kind.value === "delay");
    show(code, kind.value === "close");
    show(after, ["close", "end", "silent"].includes(kind.value));
    show(count, often.value === "count");
    show(rate, often.value === "rate");
  }
  function offerKinds() {
    const offered = select("kind", strikes.value === "calls" ? OF_CALLS : OF_SESSIONS);
    kind.replaceChildren(...offered.children);
    kind.selectedIndex = 0;
    adapt();
  }

  async function arm(event) {
    event.preventDefault();
    const isGiven = (control) => !control.parentElement.hidden && control.value !== "";
    const numbers = [milliseconds, code, after, count, rate].filter(isGiven);
    const texts = [operation, user].filter(isGiven);
    const fault = {
      kind: kind.value,
      operation: strikes.value === "calls" ? undefined : strikes.value,
      ...Object.fromEntries(numbers.map((control) => [control.name, Number(control.value)])),
      ...Object.fromEntries(texts.map((control) => [control.name, control.value.trim()])),
    };
    const add = async () => change("PUT", "faults", JSON.stringify([...(await get("faults")), fault]));
    await attempt(add, "The fault is armed.");
  }

  const element = el(
    "form",
    { class: "grid", onsubmit: arm, onchange: adapt },
    field("Strikes", strikes),
    field("Kind", kind),
    field("Operation", operation),
    field("User", user),
    field("Milliseconds", milliseconds),
    field("Code", code),
    field("Events before it", after),
    field("How often", often),
    field("Times", count),
    field("Share, from 0 to 1", rate),
    el("button", {}, "Arm"),
  );
  strikes.addEventListener("change", offerKinds);
  offerKinds();
  return element;
}
