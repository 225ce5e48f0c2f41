// One channel: its messages as they arrive, its members, and what the chosen user can do in it.

import { act, actor } from "./actor.js";
import { badge, button, code, count, el, facts, field, foreign, idOf, row, select, soon, table, time, userLink } from "./dom.js";
import { messageList } from "./messages.js";
import { pages } from "./pages.js";
import { get } from "./service.js";
import { kinds } from "./world.js";

/** How far the messages of one channel are counted. */
const COUNTED = 100000;

export async function show(page, arn) {
  const path = `channels/${encodeURIComponent(arn)}`;
  const about = el("div");
  const messages = messageList(arn, (message) => form.edit(message));
  const form = composer(arn);
  const [memberTable, memberBody] = table("Members", ["Name", "Role", "Unread", "Read until", "Actions"]);
  const members = pages(memberBody, `${path}/memberships`, "Memberships", (item) => memberRow(arn, item));
  const bans = el("div");
  page.append(
    about,
    el(
      "div",
      { class: "columns" },
      el("section", { "aria-label": "Messages" }, messages.element, form.element),
      el("section", { "aria-label": "Members" }, membershipActions(arn), memberTable, members.more, bans),
    ),
  );

  async function readAbout() {
    const channel = await get(path);
    about.replaceChildren(
      el("h2", {}, foreign(channel.Name)),
      el("p", {}, kinds(channel)),
      el("details", {}, el("summary", {}, "About this channel"), aboutChannel(channel)),
    );
    bans.replaceChildren(...banned(arn, channel.Bans));
    form.offerSubChannels(channel.SubChannels);
  }

  const readSoon = soon(() => Promise.all([readAbout(), members.reload()]), 500);
  await Promise.all([readAbout(), members.reload(), messages.reload()]);
  // By then the view is on the page.
  requestAnimationFrame(messages.toEnd);
  const ownPath = `/channels/${encodeURIComponent(arn)}`;
  return (lines) => {
    const own = lines.filter((line) => line.Event?.ChannelArn === arn).map((line) => line.Event);
    messages.receive(own);
    if (own.some((event) => event.Type === "DELETE_CHANNEL")) {
      page.prepend(el("p", { class: "refused", role: "alert" }, "This channel was deleted."));
    } else if (own.length > 0 || lines.some((line) => concerns(line, ownPath))) {
      readSoon();
    }
  };
}

/** Whether something happened that no event tells of: a read marker, a moderator, a ban, a session. */
function concerns({ Request, SessionOpened, SessionClosed }, path) {
  const isChange = Request && Request.method !== "GET" && Request.status < 300;
  return (isChange && Request.path.startsWith(path)) || SessionOpened || SessionClosed;
}

function aboutChannel(channel) {
  const { ElasticChannelConfiguration, ExpirationSettings, ChannelFlow } = channel;
  return facts([
    ["ARN", foreign(channel.ChannelArn)],
    ["Messages", count(channel.Messages, COUNTED)],
    ["Members", count(channel.Members, COUNTED)],
    ["Created", el("span", {}, time(channel.CreatedTimestamp), " by ", userLink(channel.CreatedBy))],
    ["Moderators", channel.Moderators.length > 0 && channel.Moderators.flatMap((user) => [userLink(user), " "])],
    ["Channel flow", ChannelFlow && code(JSON.stringify(ChannelFlow), "Channel flow")],
    ["Elastic", ElasticChannelConfiguration && code(JSON.stringify(ElasticChannelConfiguration), "Elastic channel")],
    ["Sub-channels", channel.SubChannels.map((sub) => `${sub.SubChannelId}: ${sub.Members} members`).join("; ") || null],
    ["Expiration", ExpirationSettings && code(JSON.stringify(ExpirationSettings), "Expiration")],
    ["Metadata", channel.Metadata && code(channel.Metadata, "Metadata of the channel")],
  ]);
}

function memberRow(arn, item) {
  const { Member, Type, Role, Unread, ReadMarkerTimestamp, SubChannelId, Sessions } = item;
  const query = { "sub-channel-id": SubChannelId };
  const remove = () => act("DeleteChannelMembership", "DELETE", ["channels", arn, "memberships", Member.Arn], { query });
  const ban = () => act("CreateChannelBan", "POST", ["channels", arn, "bans"], { body: { MemberArn: Member.Arn } });
  const who = Member.Name || idOf(Member.Arn);
  return row(
    Member.Arn,
    el("span", {}, userLink(Member), Sessions > 0 && badge(Sessions === 1 ? "1 session" : `${Sessions} sessions`, "live")),
    el("span", {}, Role, Type === "HIDDEN" && badge("hidden"), SubChannelId && badge(`sub-channel ${SubChannelId}`)),
    Unread > 0 ? badge(count(Unread), "unread") : "0",
    time(ReadMarkerTimestamp),
    el("span", {}, button("Remove", remove, { "aria-label": `Remove ${who}` }), button("Ban", ban, { "aria-label": `Ban ${who}` })),
  );
}

function banned(arn, bans) {
  const lift = (user) => () => act("DeleteChannelBan", "DELETE", ["channels", arn, "bans", user.Arn]);
  const entry = (user) =>
    el("li", {}, userLink(user), " ", button("Lift the ban", lift(user), { "aria-label": `Lift the ban of ${user.Name}` }));
  return bans.length === 0 ? [] : [el("h3", {}, "Banned"), el("ul", {}, bans.map(entry))];
}

/** What the chosen user can do with their own membership. */
function membershipActions(arn) {
  const join = () =>
    act("CreateChannelMembership", "POST", ["channels", arn, "memberships"], { body: { MemberArn: actor(), Type: "DEFAULT" } });
  const leave = () => act("DeleteChannelMembership", "DELETE", ["channels", arn, "memberships", actor()]);
  const read = () => act("UpdateChannelReadMarker", "PUT", ["channels", arn, "readMarker"]);
  return el("p", { class: "actions" }, button("Join", join), button("Leave", leave), button("Mark all as read", read));
}

/** The form that sends a message, or edits one. */
function composer(arn) {
  const content = el("textarea", { name: "content", rows: "2", required: true });
  const metadata = el("input", { name: "metadata" });
  const target = el("input", { name: "target", placeholder: "ARN of a member", list: "users" });
  const subChannel = el("select", { name: "subChannel" });
  const type = select("type", ["STANDARD", "CONTROL"]);
  const persistence = select("persistence", ["PERSISTENT", "NON_PERSISTENT"]);
  const whole = el(
    "details",
    {},
    el("summary", {}, "More"),
    field("Type", type),
    field("Persistence", persistence),
    field("Metadata", metadata),
    field("Target", target),
    field("Sub-channel", subChannel),
  );
  const submit = el("button", {}, "Send");
  const cancel = button("Cancel", () => edit(undefined), { hidden: true });
  let edited;

  function edit(message) {
    edited = message;
    content.value = message?.Content ?? "";
    metadata.value = message?.Metadata ?? "";
    submit.textContent = message ? "Save the edit" : "Send";
    cancel.hidden = !message;
    if (message) content.focus();
  }

  async function send() {
    const body = { Content: content.value, Metadata: metadata.value, SubChannelId: subChannel.value };
    if (edited) {
      const parts = ["channels", arn, "messages", edited.MessageId];
      const whole = { ...body, SubChannelId: edited.SubChannelId };
      if (await act("UpdateChannelMessage", "PUT", parts, { body: whole })) edit(undefined);
      return;
    }
    Object.assign(body, {
      Type: type.value,
      Persistence: persistence.value,
      ClientRequestToken: crypto.randomUUID(),
      Target: target.value ? [{ MemberArn: target.value.trim() }] : undefined,
    });
    if (await act("SendChannelMessage", "POST", ["channels", arn, "messages"], { body })) content.value = "";
  }

  content.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      element.requestSubmit();
    }
  });
  const submitted = (event) => {
    event.preventDefault();
    send();
  };
  const label = field("Message", content, "Enter sends it, Shift+Enter begins a line");
  const element = el("form", { class: "composer", onsubmit: submitted }, label, whole, submit, cancel);

  function offerSubChannels(subChannels) {
    const chosen = subChannel.value;
    const ids = subChannels.map((sub) => sub.SubChannelId);
    subChannel.replaceChildren(el("option", { value: "" }, "none"), ...ids.map((id) => el("option", { value: id }, id)));
    subChannel.value = ids.includes(chosen) ? chosen : "";
    subChannel.parentElement.hidden = ids.length === 0;
  }
  return { element, edit, offerSubChannels };
}
