// Every view for everybody: accessibility, the keyboard, both color schemes, narrow and wide windows, and pictures.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import {
  actAs,
  boto,
  channel,
  check,
  CHIME,
  go,
  listen,
  local,
  open,
  outcome,
  RESULTS,
  run,
  send,
  shown,
  user,
  view,
} from "./harness.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function looks() {
  const { page, views, listeners } = await prepare();
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    for (const width of [1200, 400]) {
      await page.setViewportSize({ width, height: 800 });
      for (const [name, address] of Object.entries(views)) {
        await go(page, address);
        await page.evaluate(() => scrollTo(0, 0));
        await page.screenshot({ path: `${RESULTS}/${name}-${colorScheme}-${width}.png`, fullPage: true });
        await page.evaluate(() =>
          document.querySelectorAll("details").forEach((details) => {
            details.open = true;
          }),
        );
        check(`${name}, ${colorScheme}, ${width}`, await violations(page), []);
      }
    }
  }
  // The pictures of the documentation, if PICTURES names their directory.
  if (process.env.PICTURES) {
    await page.emulateMedia({ colorScheme: "light" });
    for (const [name, address, height] of [
      ["channel", views.channel, 700],
      ["request", views.signature, 760],
    ]) {
      await page.setViewportSize({ width: 900, height });
      await go(page, address);
      await page.evaluate(() => scrollTo(0, 0));
      await page.screenshot({ path: `${process.env.PICTURES}/console-${name}.png` });
    }
  }
  await page.close();
  await keyboard();
  listeners.forEach((listener) => listener.kill());
  await local("faults", { method: "DELETE" });
}

/** A page, and a world in which every view has something to show. */
async function prepare() {
  const refused = ["delete-channel", "--channel-arn", channel("general"), "--chime-bearer", user("alice")];
  const wrongly = { env: { ...process.env, AWS_SECRET_ACCESS_KEY: "wrong" } };
  for (const options of [{}, wrongly]) await run(CHIME, refused, options).catch(() => {});
  const [forbidden, unsigned] = (await local("requests")).slice(-2);
  const listeners = [await listen("alice"), await listen("bob")];
  const fault = { kind: "ThrottledClientException", operation: "SearchChannels", count: 2 };
  await local("faults", { method: "PUT", body: JSON.stringify([fault]) });
  const edited = await send("Lunch at two?");
  const parameters = { ChannelArn: channel("general"), ChimeBearer: user("bob") };
  await boto("update_channel_message", { ...parameters, MessageId: edited, Content: "Lunch at half past one?" });
  await boto("redact_channel_message", { ...parameters, MessageId: await send("Nonsense") });
  await send("See you there", { by: "alice" });
  const views = {
    world: "#/",
    channel: view("channels", channel("general")),
    user: view("users", user("alice")),
    requests: "#/requests",
    forbidden: view("requests", forbidden.request_id),
    signature: view("requests", unsigned.request_id),
    sessions: "#/sessions",
    faults: "#/faults",
    clock: "#/clock",
    nothing: "#/channels/%",
  };
  const page = await open();
  await page.getByText("Live, version").waitFor();
  await page.locator("#actor option").first().waitFor({ state: "attached" });
  return { page, views, listeners };
}

/** What is serious or critical in a page. */
async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run();
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      nodes: nodes.map((node) => node.html.slice(0, 200)),
    }));
  });
  return found.filter(({ impact }) => ["serious", "critical"].includes(impact));
}

/** Everything by Tab, Enter and the arrow keys. */
async function keyboard() {
  const page = await open();
  await page.getByRole("link", { name: "General" }).waitFor();
  const focused = () =>
    page.evaluate(() => {
      const { tagName, id, name, textContent } = document.activeElement;
      return { tagName, id, name, text: textContent.trim() };
    });
  /** Presses Tab until something has the focus. */
  const tabTo = async (what, isIt) => {
    for (let presses = 0; presses < 80; presses += 1) {
      await page.keyboard.press("Tab");
      if (isIt(await focused())) return check(`Tab leads to ${what}`, true, true);
    }
    check(`Tab leads to ${what}`, await focused(), what);
  };
  await page.keyboard.press("Tab");
  check("the first", (await focused()).text, "Skip to the view");
  await shown(page.getByRole("link", { name: "Skip to the view" }));
  await page.keyboard.press("Enter");
  check("the view", await focused().then(({ id }) => id), "view");
  await tabTo("a channel", ({ text }) => text === "General");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  check("the focus is seen", outline, "solid");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "General" }).waitFor();
  await shown(page.locator("main:focus"));

  // Back to the top of the page, where the actor is chosen.
  await page.keyboard.press("Shift+Tab");
  for (let presses = 0; presses < 20 && (await focused()).id !== "actor"; presses += 1)
    await page.keyboard.press("Shift+Tab");
  check("the choice of the actor", (await focused()).id, "actor");
  await page.keyboard.type("Bob");
  check("the actor", await page.getByLabel("Act as").inputValue(), user("bob"));
  await tabTo("the message", ({ name }) => name === "content");
  await page.keyboard.type("By the keyboard");
  await page.keyboard.press("Enter");
  await shown(page.locator(".messages").getByText("By the keyboard"));
  check("it can go on", (await focused()).name, "content");
  await tabTo("the request", ({ text }) => text === "Show the request");
  await page.keyboard.press("Enter");
  await shown(page.getByLabel("One request").getByText("SendChannelMessage", { exact: true }));

  // A message is edited and redacted, a member is banned.
  await go(page, view("channels", channel("general")));
  await page.getByRole("heading", { name: "General" }).waitFor();
  const last = page.locator(".messages > li").last();
  await tabTo("the list", ({ tagName }) => tagName === "OL");
  await page.locator(".messages > li").last().locator("a").focus();
  await tabTo("the details", ({ tagName }) => tagName === "SUMMARY");
  await page.keyboard.press("Enter");
  await tabTo("Edit", ({ text }) => text === "Edit");
  await page.keyboard.press("Enter");
  check(
    "the form has it",
    [(await focused()).name, await page.locator("textarea").inputValue()],
    ["content", "By the keyboard"],
  );
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("Edited");
  await page.keyboard.press("Enter");
  await shown(last.getByText("Edited", { exact: true }));
  await last.locator("a").focus();
  await tabTo("the details", ({ tagName }) => tagName === "SUMMARY");
  if (!(await last.locator("details").evaluate((details) => details.open))) await page.keyboard.press("Enter");
  await tabTo("Redact", ({ text }) => text === "Redact");
  await page.keyboard.press("Enter");
  await shown(last.getByText("redacted", { exact: true }));
  await actAs(page, "admin");
  await page.getByRole("button", { name: "Ban Bob" }).focus();
  await page.keyboard.press("Enter");
  await shown(outcome(page).getByText("CreateChannelBan: 201"));
  await tabTo("the ban", ({ text }) => text === "Lift the ban");
  await page.keyboard.press("Enter");
  await shown(outcome(page).getByText("DeleteChannelBan: 204"));
  await page.close();
}
