// The page around the views: it opens the view that the address names, and passes on the lines of the event stream.

import { clearReport, offerActors } from "./actor.js";
import { show as channel } from "./channel.js";
import { show as clock } from "./clock.js";
import { el } from "./dom.js";
import { show as faults } from "./faults.js";
import { show as requests } from "./requests.js";
import { lines } from "./service.js";
import { show as sessions } from "./sessions.js";
import { show as user } from "./user.js";
import { show as world } from "./world.js";

/** The views by the first part of the address. */
const VIEWS = new Map(Object.entries({ "": world, channels: channel, users: user, requests, sessions, faults, clock }));

/** The time between two deliveries of lines to the view, in milliseconds. */
const BETWEEN_DELIVERIES = 100;

/** The number of lines that wait for the view. With more, it is opened anew. */
const MOST_WAITING = 5000;

const main = document.getElementById("view");
const connection = document.getElementById("connection");

let receive;
let opening = 0;
let waiting = [];

/** Opens the view that the address names. A view returns the function that receives lines. */
async function open() {
  const current = (opening += 1);
  const [name, ...parts] = location.hash.replace(/^#\/?/, "").split("/");
  const page = el("div", { class: "view" });
  receive = undefined;
  waiting = [];
  let receiver;
  try {
    const view = VIEWS.get(name);
    if (!view) throw new Error(`The view “${name}” does not exist; choose one above`);
    receiver = await view(page, ...parts.map(decodeURIComponent));
  } catch (error) {
    const reason = error instanceof URIError ? "The address is malformed; choose a view above" : error.message;
    page.replaceChildren(el("h2", {}, "Nothing to show"), el("p", { class: "refused" }, reason));
  }
  if (current !== opening) return;
  const title = page.querySelector("h2")?.textContent;
  document.title = title ? `${title} – chime local` : "chime local";
  for (const link of document.querySelectorAll("nav a")) {
    const isHere = link.getAttribute("href") === `#/${name}`;
    isHere ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
  }
  main.replaceChildren(page);
  // What happened while the view was being opened waits.
  receive = receiver ?? (() => {});
}

function deliver() {
  if (!receive || waiting.length === 0) return;
  const arrived = waiting;
  waiting = [];
  if (arrived.length > MOST_WAITING || arrived.some((line) => line.World || line.Lagged)) {
    offerActors();
    open();
    return;
  }
  receive(arrived);
}

/** Reads the stream for as long as the page is open, and again whenever the service is back. */
async function listen() {
  for (let isFirst = true; ; isFirst = false) {
    try {
      for await (const line of lines()) {
        if (line.Ready) {
          connection.textContent = `Live, version ${line.Ready.Version}`;
          connection.className = "";
          offerActors();
          if (!isFirst) open();
        } else {
          waiting.push(line);
          // The view is hidden or slow: it will be opened anew.
          if (waiting.length > MOST_WAITING + 1) waiting.length = MOST_WAITING + 1;
        }
      }
    } catch {
      // The service ended, or does not run yet.
    }
    connection.textContent = "The service does not answer; waiting for it";
    connection.className = "refused";
    await new Promise((done) => setTimeout(done, 1000));
  }
}

addEventListener("hashchange", async () => {
  // An address without a slash is a place on the page.
  if (location.hash && !location.hash.startsWith("#/")) return;
  clearReport();
  await open();
  main.focus();
});
setInterval(deliver, BETWEEN_DELIVERIES);
open();
listen();
