// What happens in the service is shown at once, without a reload.
import {
  APP_INSTANCE,
  boto,
  channel,
  check,
  FUNCTION,
  go,
  listen,
  message,
  open,
  row,
  send,
  shown,
  user,
  view,
} from "./harness.mjs";

/** Something that happens in the service is shown within a second. */
const appears = (locator, state) => shown(locator, state, 1000);
const byAdmin = (id = "general") => ({ ChannelArn: channel(id), ChimeBearer: user("admin") });

export async function live() {
  const page = await open();
  await page.getByText("Live, version").waitFor();
  for (const name of ["General", "Board"]) await page.getByRole("link", { name, exact: true }).waitFor();
  check("the users", await page.locator("tbody").nth(1).locator("a").allInnerTexts(), [
    "Admin",
    "Alice",
    "Bob",
    "Carol",
  ]);
  await page.getByRole("link", { name: "General" }).click();
  const contents = page.locator(".messages p.foreign");
  await contents.first().waitFor();
  check("the messages", await contents.allInnerTexts(), ["Good morning", "Lunch at one?"]);
  check("the title", await page.title(), "General – chime local");
  // Would be lost by a reload.
  await page.evaluate(() => {
    globalThis.marked = true;
  });

  const id = await send("At two");
  await appears(message(page, id).getByText("At two"));
  await boto("update_channel_message", {
    ChannelArn: channel("general"),
    ChimeBearer: user("bob"),
    MessageId: id,
    Content: "At three",
  });
  await appears(message(page, id).getByText("At three"));
  await appears(message(page, id).getByText("edited", { exact: true }));
  await boto("redact_channel_message", { ...byAdmin(), MessageId: id });
  await appears(message(page, id).getByText("redacted", { exact: true }));
  check("a redacted message's content", await message(page, id).getByText("At three").count(), 0);
  await boto("delete_channel_message", { ...byAdmin(), MessageId: id });
  await appears(message(page, id), "detached");

  const passing = await send("typing", { Type: "CONTROL", Persistence: "NON_PERSISTENT" });
  for (const badge of ["control", "not persistent"]) await appears(message(page, passing).getByText(badge));
  const targeted = await send("For you", { Target: [{ MemberArn: user("alice") }] });
  await appears(message(page, targeted).getByText("targeted"));

  await boto(
    "create_app_instance_user",
    {
      AppInstanceArn: APP_INSTANCE,
      AppInstanceUserId: "dan",
      Name: "Dan",
      ClientRequestToken: "dan",
    },
    "identity",
  );
  const dan = { ...byAdmin(), MemberArn: user("dan") };
  await boto("create_channel_membership", { ...dan, Type: "DEFAULT" });
  await appears(row(page, user("dan")));
  await boto("delete_channel_membership", { ...dan, ChimeBearer: user("dan") });
  await appears(row(page, user("dan")), "detached");
  await boto("create_channel_membership", { ...dan, Type: "DEFAULT" });
  await appears(row(page, user("dan")));
  await boto("create_channel_ban", dan);
  await appears(row(page, user("dan")), "detached");
  await appears(page.getByRole("button", { name: "Lift the ban of Dan" }));
  await boto("delete_channel_ban", dan);
  await appears(page.getByRole("button", { name: "Lift the ban of Dan" }), "detached");

  const unread = row(page, user("alice")).locator("td").nth(2);
  await appears(unread.getByText("2"));
  await boto("update_channel_read_marker", { ChannelArn: channel("general"), ChimeBearer: user("alice") });
  await appears(unread.getByText("0", { exact: true }));

  const session = await listen("alice");
  await appears(row(page, user("alice")).getByText("1 session"));
  session.kill();
  await appears(row(page, user("alice")).getByText("1 session"), "detached");

  await boto("update_channel", { ...byAdmin(), Name: "Everybody", Mode: "UNRESTRICTED" });
  await appears(page.getByRole("heading", { name: "Everybody" }));
  await boto("update_channel", { ...byAdmin(), Name: "General", Mode: "UNRESTRICTED" });
  await appears(page.getByRole("heading", { name: "General" }));
  check("no reload", await page.evaluate(() => globalThis.marked), true);

  await flow(page);
  await page.close();
}

/** Messages that a channel flow processes. */
async function flow(page) {
  const lambda = { ResourceArn: FUNCTION, InvocationType: "ASYNC" };
  const processor = { Name: "One", Configuration: { Lambda: lambda }, ExecutionOrder: 1, FallbackAction: "ABORT" };
  const { ChannelFlowArn } = await boto("create_channel_flow", {
    AppInstanceArn: APP_INSTANCE,
    Name: "Moderation",
    Processors: [processor],
    ClientRequestToken: "flow",
  });
  await boto("create_channel", {
    AppInstanceArn: APP_INSTANCE,
    ChannelId: "moderated",
    Name: "Moderated",
    ChimeBearer: user("bob"),
    ClientRequestToken: "moderated",
  });
  await boto("associate_channel_flow", { ChannelArn: channel("moderated"), ChannelFlowArn, ChimeBearer: user("bob") });
  await go(page, view("channels", channel("moderated")));
  await page.getByText("flow", { exact: true }).waitFor();
  await page.getByText("No messages yet.").waitFor();
  const waiting = await send("wait", { id: "moderated" });
  await appears(message(page, waiting).getByText("pending"));
  const failed = await send("fail", { id: "moderated" });
  await appears(message(page, failed).getByText("failed"));
  const denied = await send("deny", { id: "moderated" });
  await appears(message(page, denied).getByText("denied"));
  const passed = await send("pass", { id: "moderated" });
  await appears(message(page, passed));
  await appears(message(page, passed).getByText("pending"), "detached");
  // What the service keeps of them is shown after a reload, too.
  await page.reload();
  await message(page, passed).waitFor();
  await message(page, waiting).getByText("pending").waitFor();
  await message(page, failed).getByText("failed").waitFor();
}
