// The messages of a channel, the oldest at the top, as they are sent, edited, redacted and deleted.

import { act } from "./actor.js";
import { badge, button, code, el, foreign, time, userLink } from "./dom.js";
import { get } from "./service.js";

const SIZE = 50;

/** The number of messages on the page. Older ones leave it when newer ones arrive. */
const MOST = 500;

/** A list of the messages of a channel. `edit` is called with a message to edit. */
export function messageList(arn, edit) {
  const list = el("ol", { class: "messages", tabindex: "0", "aria-label": "Messages of the channel" });
  const older = button("Show older messages", () => readOlder(), { hidden: true });
  const element = el("div", {}, older, list);
  const shown = new Map();
  let token;

  const path = `channels/${encodeURIComponent(arn)}/messages`;
  const entry = (message) => {
    const item = messageItem(arn, message, edit);
    shown.get(message.MessageId)?.replaceWith(item);
    shown.set(message.MessageId, item);
    return item;
  };

  async function read() {
    const page = await get(path, { "max-results": SIZE, "next-token": token });
    token = page.NextToken;
    older.hidden = !token;
    return page.Messages.reverse();
  }

  async function reload() {
    token = undefined;
    const messages = await read();
    shown.clear();
    list.replaceChildren(...messages.map(entry));
    if (messages.length === 0) list.append(el("li", { class: "empty" }, "No messages yet."));
    requestAnimationFrame(toEnd);
  }

  function toEnd() {
    list.scrollTo(0, list.scrollHeight);
  }

  async function readOlder() {
    // What left the page is read again from its newest message.
    if (token === undefined) return reload();
    const height = list.scrollHeight;
    const messages = await read();
    list.prepend(...messages.filter((message) => !shown.has(message.MessageId)).map(entry));
    list.scrollTop += list.scrollHeight - height;
  }

  /** Shows what the events of the channel say. */
  function receive(events) {
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 50;
    // Of a message, only the last event counts.
    const last = new Map();
    for (const { Type, Payload } of events) {
      if (Payload?.MessageId) last.set(Payload.MessageId, { Type, Payload });
    }
    const fresh = [];
    for (const [id, { Type, Payload }] of last) {
      const isKnown = shown.has(id);
      if (Type === "DELETE_CHANNEL_MESSAGE") {
        shown.get(id)?.remove();
        shown.delete(id);
      } else if (isKnown || Type.includes("CREATE_CHANNEL_MESSAGE")) {
        const item = entry(Payload);
        if (!isKnown) fresh.push(item);
      }
    }
    if (fresh.length === 0) return;
    list.querySelector(".empty")?.remove();
    list.append(...fresh);
    while (list.children.length > MOST) {
      shown.delete(list.firstChild.dataset.key);
      list.firstChild.remove();
      token = undefined;
      older.hidden = false;
    }
    if (isAtEnd) toEnd();
  }
  return { element, reload, receive, toEnd };
}

function messageItem(arn, message, edit) {
  const { MessageId, Status, Type, Persistence, Redacted, Target, SubChannelId, MessageAttributes, Metadata } = message;
  const parts = ["channels", arn, "messages", MessageId];
  const redact = () =>
    act("RedactChannelMessage", "POST", parts, { query: { operation: "redact" }, body: { SubChannelId } });
  const remove = () => act("DeleteChannelMessage", "DELETE", parts, { query: { "sub-channel-id": SubChannelId } });
  const status = Status?.Value;
  return el(
    "li",
    { "data-key": MessageId },
    el(
      "p",
      { class: "line" },
      userLink(message.Sender),
      time(message.CreatedTimestamp),
      status && status !== "SENT" && badge(status.toLowerCase(), status === "PENDING" ? "" : "wrong"),
      Type === "CONTROL" && badge("control"),
      Persistence === "NON_PERSISTENT" && badge("not persistent"),
      Redacted && badge("redacted"),
      message.LastEditedTimestamp && badge("edited"),
      Target?.length > 0 && badge("targeted"),
    ),
    message.Content !== undefined && foreign(message.Content, "p"),
    el(
      "details",
      {},
      el("summary", {}, "Details"),
      el("p", {}, "ID ", foreign(MessageId)),
      message.LastEditedTimestamp && el("p", {}, "Edited ", time(message.LastEditedTimestamp)),
      Status?.Detail && el("p", {}, "Status detail ", foreign(Status.Detail)),
      message.ContentType && el("p", {}, "Content type ", foreign(message.ContentType)),
      SubChannelId && el("p", {}, "Sub-channel ", foreign(SubChannelId)),
      Target?.map(({ MemberArn }) => el("p", {}, "Target ", foreign(MemberArn))),
      MessageAttributes && code(JSON.stringify(MessageAttributes), "Attributes"),
      Metadata && code(Metadata, "Metadata"),
      button("Edit", () => edit(message)),
      button("Redact", redact),
      button("Delete", remove),
    ),
  );
}
