// Faults, sessions, the clock, and the world as a whole.
import { readFileSync, writeFileSync } from "node:fs";
import {
  APP_INSTANCE,
  boto,
  channel,
  check,
  CHIME,
  go,
  HOME,
  listen,
  local,
  open,
  outcome,
  row,
  run,
  send,
  shown,
  until,
  user,
  view,
} from "./harness.mjs";

export async function operations() {
  await sessions();
  await faults();
  await clock();
  await data();
}

async function sessions() {
  const page = await open("#/sessions");
  await page.getByRole("heading", { name: "Sessions" }).waitFor();
  await page.locator(".scrolled").getByText("Open sessions").waitFor();
  const channelPage = await open(view("channels", channel("general")));
  await row(channelPage, user("bob")).waitFor();
  const ended = [];
  const listener = await listen("bob");
  listener.on("exit", (code) => ended.push(code));
  const [{ Id, SessionId }] = await local("sessions");
  const session = row(page, Id);
  await shown(session.getByText(SessionId));
  await shown(session.getByRole("link", { name: "bob" }));
  await shown(row(channelPage, user("bob")).getByText("1 session"));
  const events = session.locator("td").nth(3);
  await shown(events.getByText("1", { exact: true }));
  await send("For the session");
  await shown(events.getByText("2", { exact: true }));
  await session.getByLabel("Code").selectOption("4401");
  await session.getByRole("button", { name: "Close" }).click();
  await shown(outcome(page).getByText("The session is closed."));
  await until("the client ends", () => ended.length > 0);
  check("the client is refused", ended, [254]);
  await shown(session, "detached");
  await shown(row(channelPage, user("bob")).getByText("1 session"), "detached");

  // The user's own view has them, too.
  await go(channelPage, view("users", user("bob")));
  await channelPage.getByRole("heading", { name: "Bob" }).waitFor();
  const again = await listen("bob");
  const [{ Id: second }] = await local("sessions");
  await shown(row(channelPage, second));
  again.kill();
  await shown(row(channelPage, second), "detached");
  await page.close();
  await channelPage.close();
}

async function faults() {
  const page = await open("#/faults");
  await page.getByText("No fault is armed.").waitFor();
  const form = page.locator("main form");
  const arm = async (choices, texts, fault) => {
    for (const [name, value] of Object.entries(choices)) await form.locator(`[name=${name}]`).selectOption(value);
    for (const [name, value] of Object.entries(texts)) await form.locator(`[name=${name}]`).fill(value);
    const armed = (await local("faults")).length;
    await form.getByRole("button", { name: "Arm" }).click();
    await until("it is armed", async () => (await local("faults")).length > armed);
    check("the fault", (await local("faults")).at(-1), fault);
    await shown(outcome(page).getByText("The fault is armed."));
    await shown(row(page, armed));
  };
  const cells = (position) => row(page, position).locator("td");

  const operation = "SendChannelMessage";
  await arm(
    { kind: "ThrottledClientException" },
    { operation, count: "2" },
    {
      kind: "ThrottledClientException",
      operation,
      count: 2,
    },
  );
  await shown(cells(0).nth(2).getByText("2 more times"));
  const parameters = { ChannelArn: channel("general"), Content: "Hello", Type: "STANDARD", Persistence: "PERSISTENT" };
  const asked = [
    "send-channel-message",
    "--channel-arn",
    parameters.ChannelArn,
    "--content",
    "Hello",
    "--type",
    "STANDARD",
    "--persistence",
    "PERSISTENT",
    "--chime-bearer",
    user("bob"),
    "--debug",
  ];
  // The client retries: both strikes.
  const { stderr } = await run(CHIME, asked);
  check("the retries", stderr.match(/429|ThrottledClientException/g)?.length >= 2, true);
  await shown(page.getByText("No fault is armed."));
  const { MessageId } = await boto("send_channel_message", { ...parameters, ChimeBearer: user("bob") });
  check("afterwards", typeof MessageId, "string");

  await arm(
    { strikes: "Connect", kind: "close" },
    { code: "1013", count: "2" },
    {
      kind: "close",
      operation: "Connect",
      code: 1013,
      after: 0,
      count: 2,
    },
  );
  await shown(cells(0).nth(1).getByText("close, 1013"));
  await shown(cells(0).nth(2).getByText("2 more times"));
  const listener = await listen("bob");
  await shown(page.getByText("No fault is armed."));
  // The client connects a third time, and that session stays.
  await until("a session that stays", async () => (await local("sessions")).some(({ Events }) => Events > 0));

  await arm(
    { strikes: "Event", kind: "duplicate" },
    { user: user("bob"), count: "2" },
    {
      kind: "duplicate",
      operation: "Event",
      user: user("bob"),
      count: 2,
    },
  );
  await send("Twice");
  await shown(cells(0).nth(2).getByText("1 more time", { exact: true }));
  await send("Twice again");
  await shown(page.getByText("No fault is armed."));
  listener.kill();

  await arm(
    { strikes: "calls", kind: "delay", often: "rate" },
    { operation: "", milliseconds: "1", rate: "0.5" },
    {
      kind: "delay",
      milliseconds: 1,
      rate: 0.5,
      seed: 0,
    },
  );
  await arm(
    { kind: "drop", often: "always" },
    { operation: "CreateChannel" },
    { kind: "drop", operation: "CreateChannel" },
  );
  await shown(row(page, 1).getByText("always"));
  await page.getByRole("button", { name: "Clear all" }).click();
  await shown(page.getByText("No fault is armed.", { exact: true }));
  check("no fault", await local("faults"), []);
  // What the service refuses is shown.
  await form.getByLabel("Operation").fill("Dance");
  await form.getByRole("button", { name: "Arm" }).click();
  await shown(outcome(page).and(page.locator(".refused")).filter({ hasText: "Dance" }));
  await page.close();
}

async function clock() {
  const page = await open("#/clock");
  const [before] = [new Date((await local("clock")).Time)];
  await page.getByRole("button", { name: "An hour" }).click();
  await shown(outcome(page).getByText("The clock is moved."));
  const shownTime = async () => new Date(await page.locator("main time").getAttribute("datetime"));
  const after = new Date((await local("clock")).Time);
  check("an hour later", Math.round((after - before) / 3_600_000), 1);
  await until("the clock is shown", async () => Math.abs((await shownTime()) - after) < 10_000, 1000);
  await page.getByLabel("Move the clock forward by").fill("PT30M");
  await page.getByRole("button", { name: "Move" }).click();
  await until("half an hour later", async () => (await shownTime()) - after > 1_790_000, 1000);
  await page.getByLabel("Move the clock forward by").fill("P1Y");
  await page.getByRole("button", { name: "Move" }).click();
  await shown(outcome(page).and(page.locator(".refused")).filter({ hasText: "advance" }));
  await page.close();
}

async function data() {
  const page = await open("#/clock");
  const watching = await open();
  await watching.getByRole("link", { name: "General" }).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export" }).click(),
  ]);
  check("its name", download.suggestedFilename(), "chime-local.json");
  const file = `${HOME}/exported.json`;
  await download.saveAs(file);
  const exported = await local("world");
  check("the export", JSON.parse(readFileSync(file)), exported);

  // A world that is replaced opens the view anew.
  const replace = async (button, file) => {
    if (file) await page.getByLabel("File").setInputFiles(file);
    await page.locator("h2").evaluate((heading) => {
      heading.id = "before";
    });
    await page.getByRole("button", { name: button }).click();
    await shown(page.locator("#before"), "detached");
  };
  await replace("Reset");
  await shown(outcome(page).getByText("The world is reset."));
  await shown(watching.getByRole("link", { name: "Board" }));
  const channels = (world) => world.AppInstances[0].Channels.map(({ ChannelId }) => ChannelId);
  check("the channels after a reset", channels(await local("world")), ["general", "board"]);

  await replace("Import", file);
  await shown(outcome(page).getByText("The world is imported."));
  check("the world after an import", await local("world"), exported);

  const other = `${HOME}/other.json`;
  writeFileSync(
    other,
    JSON.stringify({
      AppInstances: [
        { AppInstanceArn: APP_INSTANCE, Name: "Imported", Users: [{ AppInstanceUserId: "zoe", Name: "Zoe" }] },
      ],
    }),
  );
  await replace("Import", other);
  await shown(watching.getByRole("heading", { name: "Imported" }));
  // The user who was chosen is gone.
  await shown(watching.locator("#actor option:checked").filter({ hasText: "Zoe" }), "attached");
  writeFileSync(other, "{");
  await page.getByLabel("File").setInputFiles(other);
  await page.getByRole("button", { name: "Import" }).click();
  await shown(outcome(page).and(page.locator(".refused")));
  writeFileSync(other, '{"AppInstances":[]}');
  await replace("Import", other);
  await shown(watching.getByText("No app instance exists."));
  await replace("Reset");
  await shown(watching.getByRole("link", { name: "Board" }));
  await page.close();
  await watching.close();
}
