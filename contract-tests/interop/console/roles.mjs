// What each role may do, what the page says when it is refused, and how a refusal is explained.
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import {
  actAs,
  APP_INSTANCE,
  boto,
  channel,
  check,
  CHIME,
  context,
  go,
  local,
  message,
  open,
  outcome,
  row,
  run,
  send,
  shown,
  user,
  view,
} from "./harness.mjs";

const OPERATIONS = {
  send: "SendChannelMessage",
  edit: "UpdateChannelMessage",
  redact: "RedactChannelMessage",
  read: "UpdateChannelReadMarker",
  join: "CreateChannelMembership",
  leave: "DeleteChannelMembership",
  ban: "CreateChannelBan",
};

// What each of them does in this order, and the status. `…own` is about the message that was sent.
const ROLES = {
  alice: {
    send: 201,
    "edit own": 200,
    "edit Bob's": 403,
    "redact Bob's": 403,
    "redact own": 200,
    read: 200,
    ban: 403,
    leave: 204,
    join: 201,
  },
  mia: { send: 201, "edit own": 200, "edit Bob's": 403, "redact Bob's": 200, read: 200, leave: 204, ban: 201 },
  admin: { send: 201, "edit own": 200, "edit Bob's": 403, "redact Bob's": 200, read: 200, leave: 204, ban: 201 },
  eve: { send: 403, "edit Bob's": 403, "redact Bob's": 403, read: 403, leave: 403, ban: 403, join: 201, send2: 201 },
};

const id = "roles";
const arn = channel(id);
const byAdmin = { ChannelArn: arn, ChimeBearer: user("admin") };

export async function roles() {
  for (const name of ["mia", "eve"]) {
    const created = { AppInstanceArn: APP_INSTANCE, AppInstanceUserId: name, Name: name, ClientRequestToken: name };
    await boto("create_app_instance_user", created, "identity");
  }
  await boto("create_channel", {
    AppInstanceArn: APP_INSTANCE,
    ChannelId: id,
    Name: "Roles",
    ClientRequestToken: id,
    ChimeBearer: user("admin"),
  });
  for (const name of ["alice", "bob", "mia"]) {
    await boto("create_channel_membership", { ...byAdmin, MemberArn: user(name), Type: "DEFAULT" });
  }
  await boto("create_channel_moderator", { ...byAdmin, ChannelModeratorArn: user("mia") });
  const page = await open(view("channels", arn));
  for (const [name, steps] of Object.entries(ROLES)) await act(page, name, steps);
  await page.close();
  await explanations();
}

async function act(page, name, steps) {
  const bobs = await send(`Bob's for ${name}`, { id });
  await shown(message(page, bobs));
  await actAs(page, name);
  let own;
  for (const [step, status] of Object.entries(steps)) {
    const [what, whose] = step.replace("2", "").split(" ");
    const before = (await local("requests")).length;
    const about = message(page, whose === "own" ? own : bobs);
    if (what === "send") {
      await page.getByRole("textbox", { name: "Message" }).fill(`Sent by ${name}`);
      await page.getByRole("button", { name: "Send" }).click();
    } else if (what === "edit") {
      await about.getByText("Details").click();
      await about.getByRole("button", { name: "Edit" }).click();
      await page.getByRole("textbox", { name: "Message" }).fill(`Edited by ${name}`);
      await page.getByRole("button", { name: "Save the edit" }).click();
    } else if (what === "redact") {
      if (!(await about.locator("details").evaluate((details) => details.open)))
        await about.getByText("Details").click();
      await about.getByRole("button", { name: "Redact" }).click();
    } else if (what === "ban") {
      await page.getByRole("button", { name: "Ban Bob" }).click();
    } else {
      const button = { read: "Mark all as read", join: "Join", leave: "Leave" }[what];
      await page.getByRole("button", { name: button, exact: true }).click();
    }
    await shown(outcome(page).filter({ hasText: `${OPERATIONS[what]}: ${status}` }));
    const [record] = (await local("requests")).slice(before).filter(({ operation }) => operation === OPERATIONS[what]);
    check(`${name} can ${step}`, [record.bearer, record.status], [user(name), status]);
    if (status === 403) {
      check("the exception", (await outcome(page).innerText()).includes(": 403 ForbiddenException: "), true);
      await shown(outcome(page).and(page.locator(".refused")));
      const explained = await page.context().newPage();
      await explained.goto(
        await outcome(page)
          .getByRole("link")
          .evaluate((link) => link.href),
      );
      await shown(explained.getByLabel("One request").getByText(record.cause));
      await shown(explained.getByLabel("One request").getByText(user(name), { exact: true }));
      await explained.close();
    }
    if (what === "send" && status === 201) {
      const item = page.locator(".messages > li").filter({ hasText: `Sent by ${name}` });
      await shown(item);
      own = await item.getAttribute("data-key");
    }
    if (step === "edit own") await shown(about.getByText(`Edited by ${name}`));
    // The form still has the message whose edit was refused.
    if (what === "edit" && status === 403) await page.getByRole("button", { name: "Cancel" }).click();
    if (what === "redact" && status === 200) await shown(about.getByText("redacted", { exact: true }));
    if (what === "leave" && status === 204) await shown(row(page, user(name)), "detached");
    if (what === "join") await shown(row(page, user(name)));
    if (what === "ban" && status === 201) {
      await page.getByRole("button", { name: "Lift the ban of Bob" }).click();
      await shown(outcome(page).filter({ hasText: "DeleteChannelBan: 204" }));
      await boto("create_channel_membership", { ...byAdmin, MemberArn: user("bob"), Type: "DEFAULT" });
      await shown(row(page, user("bob")));
    }
  }
}

/** Refused requests are explained as in the log, and the command repeats them. */
async function explanations() {
  const page = await open("#/requests");
  await page.getByRole("heading", { name: "Requests" }).waitFor();
  const asked = ["describe-channel", "--channel-arn", arn, "--chime-bearer", user("eve")];
  const wrongly = { env: { ...process.env, AWS_SECRET_ACCESS_KEY: "wrong" } };
  await run(CHIME, asked, wrongly).then(
    () => check("it is refused", false, true),
    () => {},
  );
  const forbidden = ["delete-channel", "--channel-arn", arn, "--chime-bearer", user("eve")];
  await run(CHIME, forbidden).then(
    () => check("it is refused", false, true),
    () => {},
  );

  const records = (await local("requests")).slice(-2);
  for (const record of records) {
    const link = page.locator(`a[href="${view("requests", record.request_id)}"]`);
    await shown(link);
    await link.click();
    const section = page.getByLabel("One request");
    await shown(section.getByText(record.request_id));
    const text = await section.innerText();
    // The log's text, without its indentation.
    const log = readFileSync(process.env.LOG, "utf8");
    const [, lines] = log.slice(log.indexOf(record.request_id)).match(/.*\n((?: {2}.*\n)*)/);
    const logged = lines
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line);
    check("the log explains it", logged.length > 0, true);
    if (record.cause) {
      check("the cause in the log", logged, [`cause: ${record.cause}`]);
      check("the cause", text.includes(record.cause), true);
      continue;
    }
    const { differs, canonical_request, string_to_sign } = record.signature;
    check("the difference in the log", logged[0], `differs: ${differs}`);
    check("the difference", text.includes(differs), true);
    const [request, toSign] = await section
      .locator("ol")
      .evaluateAll((lists) => lists.map((list) => [...list.querySelectorAll("li")].map((item) => item.innerText)));
    const withEmpty = (text) => text.split("\n").map((line) => line || "(empty line)");
    check("the canonical request", request, withEmpty(canonical_request));
    check("the string to sign", toSign, withEmpty(string_to_sign));
    const between = logged.slice(logged.indexOf("canonical request:") + 1, logged.indexOf("string to sign:"));
    check(
      "the canonical request in the log",
      between,
      request.filter((line) => line !== "(empty line)"),
    );
  }

  // The command that repeats what was sent, with its text filled in.
  const sent = await send("Once", { id, by: "alice" });
  const { request_id } = (await local("requests")).findLast(({ operation }) => operation === "SendChannelMessage");
  await go(page, view("requests", request_id));
  await shown(page.getByLabel("One request").getByText(request_id));
  const command = await page.getByLabel("One request").locator("dd code").innerText();
  check(
    "the command",
    command,
    [
      `chime send-channel-message --channel-arn ${arn} --content TEXT --type STANDARD --persistence PERSISTENT`,
      `--chime-bearer ${user("alice")}`,
    ].join(" "),
  );
  const env = { ...process.env, PATH: `${dirname(CHIME)}:${process.env.PATH}` };
  const { stdout } = await run("sh", ["-c", command.replace("TEXT", "Twice")], { env });
  await go(page, view("channels", arn));
  await shown(message(page, JSON.parse(stdout).MessageId).getByText("Twice"));
  await shown(message(page, sent).getByText("Once"));
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goBack();
  await page.getByRole("button", { name: "Copy" }).click();
  await shown(page.getByRole("button", { name: "Copied" }));
  check("the clipboard", await page.evaluate(() => navigator.clipboard.readText()), command);
  await page.close();
}
