// The requests as they are answered, and one of them with its explanation.

import { badge, button, el, facts, field, foreign, idOf, addressOf, table, time } from "./dom.js";
import { get } from "./service.js";

/** The number of requests on the page. */
const MOST = 300;

const isRefused = (request) => request.status === null || request.status >= 400;

export async function show(page, id) {
  const [element, body] = table("Requests, the newest first", ["Time", "Operation", "Caller", "Status", "ms"]);
  const filter = el("input", { type: "search", oninput: draw });
  const refused = el("input", { type: "checkbox", onchange: draw });
  const detail = el("div", { class: "detail" });
  page.append(
    el("h2", {}, "Requests"),
    el(
      "form",
      { class: "filters", onsubmit: (event) => event.preventDefault() },
      field("Filter", filter, "A part of the operation, the caller, the exception, the status or the ID"),
      el("label", {}, refused, " Only refused ones"),
    ),
    detail,
    element,
  );

  // The oldest first, as the service lists them.
  let known = await get("requests");

  function isWanted(request) {
    if (refused.checked && !isRefused(request)) return false;
    const { operation, path, bearer, exception, status, request_id } = request;
    const text = [operation ?? path, bearer, exception, status, request_id].join(" ").toLowerCase();
    return text.includes(filter.value.trim().toLowerCase());
  }
  function draw() {
    body.replaceChildren(...known.filter(isWanted).slice(-MOST).reverse().map(requestRow));
  }
  function explain() {
    const request = id && known.find((request) => request.request_id === id);
    if (request) detail.replaceChildren(explanation(request));
    else if (id) detail.replaceChildren(el("p", { class: "refused" }, "The service does not remember this request."));
  }

  draw();
  explain();
  return (lines) => {
    const fresh = lines.flatMap((line) => line.Request ?? []);
    known = known.concat(fresh).slice(-1000);
    body.prepend(...fresh.filter(isWanted).reverse().map(requestRow));
    while (body.children.length > MOST) body.lastChild.remove();
  };
}

function requestRow(request) {
  const { time: at, operation, method, path, bearer, status, exception, duration, request_id } = request;
  const caller = bearer ? el("span", { title: bearer }, foreign(idOf(bearer))) : "–";
  const result = badge(exception ? `${status ?? "closed"} ${exception}` : `${status ?? "closed"}`, isRefused(request) ? "wrong" : "");
  const link = el("a", { href: addressOf("requests", request_id) }, foreign(operation ?? `${method} ${path}`));
  const cells = [time(at), link, caller, result, duration.toFixed(1)];
  return el("tr", {}, cells.map((cell) => el("td", {}, cell)));
}

function explanation(request) {
  const { signature, cause, command, operation, method, path, bearer, status, exception } = request;
  return el(
    "section",
    { "aria-label": "One request" },
    el("h3", {}, foreign(operation ?? `${method} ${path}`)),
    facts([
      ["Status", badge(exception ? `${status ?? "closed"} ${exception}` : `${status ?? "closed"}`, isRefused(request) ? "wrong" : "")],
      ["Cause", cause && foreign(cause)],
      ["Signature", signature && foreign(signature.differs)],
      ["Caller", bearer && foreign(bearer)],
      ["Request", foreign(`${method} ${path}`)],
      ["Time", time(request.time)],
      ["Duration", `${request.duration.toFixed(1)} ms`],
      ["Request ID", foreign(request.request_id)],
      ["Repeat it", command && repetition(command)],
    ]),
    signature && signed("The canonical request to sign", signature.canonical_request),
    signature?.string_to_sign && signed("The string to sign", signature.string_to_sign),
  );
}

function repetition(command) {
  const copy = button("Copy", async () => {
    await navigator.clipboard.writeText(command);
    copy.textContent = "Copied";
  });
  return el("span", {}, el("code", { class: "foreign" }, command), " ", copy);
}

/** Text that is signed, line by line. */
function signed(title, text) {
  const lines = text.split("\n").map((line) => el("li", {}, el("code", { class: "foreign" }, line || "(empty line)")));
  return el("div", {}, el("h4", {}, title), el("ol", { class: "signed" }, lines));
}
