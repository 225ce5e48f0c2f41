// The sessions that are open.

import { attempt } from "./actor.js";
import { button, el, row, select, soon, table, time, update, userLink } from "./dom.js";
import { change, get } from "./service.js";

export const SESSION_COLUMNS = ["User", "Session ID", "Connected", "Events", "Close"];

/** The codes to close a session with, of which clients make something different. */
const CODES = [
  ["1001", "1001: the service goes away"],
  ["1011", "1011: the service failed"],
  ["4002", "4002: the client asked for it"],
  ["4003", "4003: forbidden"],
  ["4401", "4401: not authorized"],
];

export async function show(page) {
  const [element, body] = table("Open sessions", SESSION_COLUMNS);
  page.append(el("h2", {}, "Sessions"), element);

  const read = async () => update(body, (await get("sessions")).map(sessionRow));
  await read();
  const readSoon = soon(read, 500);
  return (lines) => {
    if (lines.some((line) => line.SessionOpened || line.SessionClosed || line.Event)) readSoon();
  };
}

export function sessionRow({ Id, SessionId, AppInstanceUserArn, ConnectedAt, Events }) {
  const codes = select("code", CODES);
  codes.setAttribute("aria-label", "Code");
  const close = () => attempt(() => change("DELETE", `sessions/${Id}?code=${codes.value}`), "The session is closed.");
  const user = userLink({ Arn: AppInstanceUserArn });
  return row(Id, user, SessionId, time(ConnectedAt), Events, el("span", {}, codes, button("Close", close)));
}
