// One user or bot: its channels, its devices and its sessions.

import { setActor } from "./actor.js";
import { badge, button, channelLink, code, count, el, facts, foreign, row, soon, table, time, update } from "./dom.js";
import { get } from "./service.js";
import { SESSION_COLUMNS, sessionRow } from "./sessions.js";

export async function show(page, arn) {
  const about = el("div");
  const [channelTable, channels] = table("Channels", ["Name", "Type", "Unread", "Read until"]);
  const [deviceTable, devices] = table("Devices", ["Name", "Type", "Messages", "Updated"]);
  const [sessionTable, sessions] = table("Sessions", SESSION_COLUMNS);
  page.append(about, channelTable, sessionTable, deviceTable);

  async function read() {
    const user = await get(`users/${encodeURIComponent(arn)}`);
    about.replaceChildren(
      el("h2", {}, foreign(user.Name)),
      el("p", {}, badge(user.Kind.toLowerCase()), user.IsAdministrator && badge("administrator")),
      facts([
        ["ARN", foreign(user.Arn)],
        ["Created", time(user.CreatedTimestamp)],
        ["Metadata", user.Metadata && code(user.Metadata, "Metadata of the user")],
        ["Configuration", user.Configuration && code(JSON.stringify(user.Configuration), "Configuration of the bot")],
      ]),
      button("Act as this user", () => setActor(user)),
    );
    update(channels, user.Channels.map(channelRow));
    update(devices, user.Endpoints.map(deviceRow));
    update(sessions, user.Sessions.map(sessionRow));
  }

  await read();
  const readSoon = soon(read, 500);
  return (lines) => {
    if (lines.some((line) => line.Event || line.SessionOpened || line.SessionClosed || line.Request?.method !== "GET")) {
      readSoon();
    }
  };
}

function channelRow(channel) {
  const { ChannelArn, Type, Unread, ReadMarkerTimestamp } = channel;
  const unread = Unread > 0 ? badge(count(Unread), "unread") : "0";
  return row(ChannelArn, channelLink(channel), Type.toLowerCase(), unread, time(ReadMarkerTimestamp));
}

function deviceRow({ EndpointId, Name, Type, AllowMessages, LastUpdatedTimestamp }) {
  return row(EndpointId, foreign(Name || EndpointId), Type, AllowMessages, time(LastUpdatedTimestamp));
}
