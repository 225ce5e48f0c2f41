// Values that are markup, scripts, marks of direction, very long or emoji are shown as text, and break no layout.
import { once } from "node:events";
import { request } from "node:http";
import {
  APP_INSTANCE,
  boto,
  channel,
  check,
  go,
  local,
  message,
  open,
  send,
  SERVICE,
  shown,
  until,
  user,
  view,
} from "./harness.mjs";

const VALUES = {
  image: `<img src=x onerror="ran=1;alert(1)">`,
  script: `</script><script>ran=1;alert(1)</script>`,
  svg: `"><svg onload="ran=1"><a href="javascript:ran=1">click</a>`,
  direction: "safe\u202Eexe.cod\u2066 end",
  hebrew: "שלום <b>עולם</b>",
  emoji: "👩‍👩‍👧‍👦🏳️‍🌈 e\u0301 Z\u0351\u036B\u0343",
  entities: "&lt;b&gt; &amp; ${ran=1} {{ran=1}}",
  long: "x".repeat(100),
};

const VIEWS = () => [
  "#/",
  view("channels", channel("hostile")),
  view("users", user("hostile")),
  "#/requests",
  "#/sessions",
  "#/faults",
  "#/clock",
];

/** Makes a channel and users of which nothing is nice. */
export async function makeHostile() {
  const byAdmin = { ChannelArn: channel("hostile"), ChimeBearer: user("admin") };
  const Metadata = VALUES.image + "y".repeat(900);
  const create = async (operation, parameters, service) => {
    const made = await boto(operation, { ClientRequestToken: crypto.randomUUID(), ...parameters }, service);
    check(`${operation} succeeds`, made.Error, undefined);
    return made;
  };
  const parameters = { AppInstanceArn: APP_INSTANCE, AppInstanceUserId: "hostile", Name: VALUES.image, Metadata };
  await create("create_app_instance_user", parameters, "identity");
  const longest = `l${"o".repeat(62)}g`;
  await create(
    "create_app_instance_user",
    { ...parameters, AppInstanceUserId: longest, Name: VALUES.long },
    "identity",
  );
  const device = { AppInstanceUserArn: user("hostile"), Name: VALUES.script, Type: "APNS" };
  const ResourceArn = `arn:aws:mobiletargeting:us-east-1:123456789012:apps/${"a".repeat(32)}`;
  const EndpointAttributes = { DeviceToken: "a-device-token" };
  await create("register_app_instance_user_endpoint", { ...device, ResourceArn, EndpointAttributes }, "identity");
  await create("create_channel", {
    AppInstanceArn: APP_INSTANCE,
    ChannelId: "hostile",
    Name: VALUES.svg,
    Metadata,
    ChimeBearer: user("admin"),
  });
  for (const id of ["hostile", longest]) {
    await boto("create_channel_membership", { ...byAdmin, MemberArn: user(id), Type: "DEFAULT" });
  }
  await boto("create_channel_ban", { ...byAdmin, MemberArn: user(longest) });
  const contents = [...Object.values(VALUES), "z".repeat(4096), `${VALUES.image}${"🦀".repeat(1000)}`];
  const ids = [];
  for (const content of contents) {
    const MessageAttributes = { color: { StringValues: [VALUES.script] } };
    const more = { Metadata: VALUES.script, ContentType: "text/html", MessageAttributes };
    ids.push([await send(content, { id: "hostile", by: "hostile", ...more }), content]);
  }
  // A request that is not an operation, of nobody.
  const path = `/${encodeURIComponent(VALUES.image)}/${"p".repeat(1000)}`;
  const headers = { "x-amz-chime-bearer": Buffer.from(VALUES.direction + VALUES.image).toString("latin1") };
  const odd = request({ port: new URL(SERVICE).port, path, headers }).end();
  (await once(odd, "response"))[0].resume();
  return ids;
}

export async function hostile() {
  // Some of it arrives while it is watched, the rest is there.
  const watching = await open();
  await watching.getByRole("link", { name: "General" }).waitFor();
  const sent = await makeHostile();
  await shown(watching.getByRole("link", { name: VALUES.svg }));
  await watching.close();

  const page = await open(view("channels", channel("hostile")));
  const text = (locator) => locator.evaluate((element) => element.textContent);
  for (const [id, content] of sent) {
    const item = message(page, id);
    await shown(item);
    check("the content", await text(item.locator("p.foreign")), content);
    check("the sender", await text(item.locator("a .foreign")), VALUES.image);
    check(
      "the metadata",
      (await item.locator("pre").evaluateAll((all) => all.map((pre) => pre.textContent)))[1],
      VALUES.script,
    );
  }
  const marks = message(page, sent[3][0]).locator("p.foreign");
  check(
    "marks of direction end with the text",
    await marks.evaluate((element) => getComputedStyle(element).unicodeBidi),
    "isolate",
  );

  for (const width of [1200, 400]) {
    await page.setViewportSize({ width, height: 800 });
    for (const address of VIEWS()) {
      await go(page, address);
      await page.locator("#view h2").filter({ hasNotText: "Nothing to show" }).waitFor();
      await page.evaluate(() =>
        document.querySelectorAll("details").forEach((details) => {
          details.open = true;
        }),
      );
      await fits(page, `${address} at ${width}`);
      await isText(page);
    }
  }
  // One request, whose path is hostile.
  const odd = (await local("requests")).find(({ operation, path }) => !operation && path.includes("onerror"));
  await go(page, view("requests", odd.request_id));
  const section = page.getByLabel("One request");
  await shown(section.getByText(odd.request_id));
  check(
    "the caller",
    await text(
      section
        .locator("div")
        .filter({ hasText: /^Caller/ })
        .locator("dd"),
    ),
    odd.bearer,
  );
  await fits(page, "a request at 400");
  await isText(page);
  await page.setViewportSize({ width: 1200, height: 800 });
  await fits(page, "a request at 1200");

  // Addresses are values of somebody else, too.
  for (const address of [
    `#/${VALUES.image}`,
    `#/channels/${VALUES.image}`,
    `#/requests/${VALUES.script}`,
    "#/users/%3Cimg%20src=x%3E",
  ]) {
    await go(page, address);
    await until("a message", () => page.locator("#view .refused").count());
    await isText(page);
  }
  check("nothing ran", await page.evaluate(() => globalThis.ran), 0);
  await page.close();
}

/** The document is not wider than the window. */
export async function fits(page, what) {
  const wide = () =>
    page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.scrollingElement;
      if (scrollWidth <= clientWidth) return [];
      const isWide = (element) => element.getBoundingClientRect().right > clientWidth;
      return [...document.querySelectorAll("body *")].filter(isWide).map((element) => element.outerHTML.slice(0, 90));
    });
  check(`nothing is too wide in ${what}`, await wide(), []);
}

/** No element of a value exists, and nothing ran. */
async function isText(page) {
  const foreign = "img, svg, b, iframe, body script, a[href^='javascript'], [onerror], [onload]";
  check("no element of a value", await page.locator(foreign).count(), 0);
  check("no script ran", await page.evaluate(() => globalThis.ran), 0);
}
