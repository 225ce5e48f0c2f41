// The world: app instances with their channels, users and bots.

import { badge, channelLink, code, count, el, facts, foreign, row, soon, table, time, userLink } from "./dom.js";
import { pages } from "./pages.js";
import { get } from "./service.js";

/** Requests that change nothing need no new look at the world. */
const changes = (line) => (line.Request && line.Request.method !== "GET" && line.Request.status < 300) || line.Event;

export async function show(page) {
  const instances = el("div");
  let lists = [];
  let arns;
  page.append(el("h2", {}, "World"), instances);

  async function read() {
    const { AppInstances } = await get("app-instances");
    const fresh = AppInstances.map((instance) => instance.AppInstanceArn).join();
    if (fresh !== arns) {
      arns = fresh;
      lists = AppInstances.map(appInstance);
      instances.replaceChildren(...lists.map((list) => list.element));
      if (lists.length === 0) instances.append(el("p", {}, "No app instance exists. CreateAppInstance makes one."));
    }
    await Promise.all(lists.map((list, position) => list.read(AppInstances[position])));
  }

  const readSoon = soon(read, 500);
  await read();
  return (lines) => {
    if (lines.some((line) => changes(line) || line.SessionOpened || line.SessionClosed)) readSoon();
  };
}

function appInstance({ AppInstanceArn }) {
  const about = el("div");
  const parameters = { "app-instance-arn": AppInstanceArn };
  const [channelTable, channelBody] = table("Channels", ["Name", "Kind", "Members", "Messages", "Last message"]);
  const [userTable, userBody] = table("Users and bots", ["Name", "Kind", "Channels", "Sessions"]);
  const channels = pages(channelBody, "channels", "Channels", channelRow, parameters);
  const users = pages(userBody, "users", "Users", userRow, parameters);
  const element = el("section", {}, about, channelTable, channels.more, userTable, users.more);

  async function read(instance) {
    about.replaceChildren(
      el("h3", {}, foreign(instance.Name)),
      facts([
        ["ARN", foreign(instance.AppInstanceArn)],
        ["Channels", count(instance.Channels)],
        ["Users", count(instance.Users)],
        ["Bots", count(instance.Bots)],
        ["Administrators", instance.Administrators.length > 0 && list(instance.Administrators)],
        ["Created", time(instance.CreatedTimestamp)],
        ["Metadata", instance.Metadata && code(instance.Metadata, "Metadata of the app instance")],
      ]),
    );
    await Promise.all([channels.reload(), users.reload()]);
  }
  return { element, read };
}

const list = (users) => users.flatMap((user, position) => [position > 0 && ", ", userLink(user)]);

function channelRow(channel) {
  return row(
    channel.ChannelArn,
    channelLink(channel),
    kinds(channel),
    count(channel.Members),
    count(channel.Messages),
    time(channel.LastMessageTimestamp),
  );
}

/** What kind of a channel it is. */
export function kinds({ Privacy, Mode, ElasticChannelConfiguration, ChannelFlowArn }) {
  return el(
    "span",
    {},
    badge(Privacy.toLowerCase()),
    badge(Mode.toLowerCase()),
    ElasticChannelConfiguration && badge("elastic"),
    ChannelFlowArn && badge("flow"),
  );
}

function userRow(user) {
  const kind = el("span", {}, badge(user.Kind.toLowerCase()), user.IsAdministrator && badge("administrator"));
  return row(user.Arn, userLink(user), kind, count(user.Channels), user.Sessions ? `${user.Sessions} open` : "–");
}
