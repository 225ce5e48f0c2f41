// amazon-chime-sdk-js, unchanged, in Chromium: sessions, every kind of event, calls, and pages that must not reach the
// service. `browser.py` starts what this needs.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const { CHIME, HOME, PAGES, SERVICE, SECURE, GUIDE, APP_INSTANCE, GOLDEN, RESULTS } = process.env;
const [user, channel] = ["user", "channel"].map((kind) => (id) => `${APP_INSTANCE}/${kind}/${id}`);
const PORT = new URL(SERVICE).port;
const access = {
  region: process.env.AWS_REGION,
  credentials: {
    accessKeyId: process.env.AWS_ACCESS_KEY_ID,
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
  },
};

let passed = 0;
function check(what, actual, expected) {
  assert.deepEqual(actual, expected, what);
  passed += 1;
}

const run = promisify(execFile);
// A call by the command `chime`: its response.
async function chime(bearer, command, ...options) {
  const { stdout } = await run(CHIME, [command, "--chime-bearer", user(bearer), ...options]);
  return stdout && JSON.parse(stdout);
}

const admin = { "x-chime-local": "admin" };
async function local(path, method = "GET") {
  return (await fetch(`${SERVICE}/_local/${path}`, { method, headers: admin })).text();
}

const context = await chromium.launchPersistentContext(`${HOME}/profile`, {
  executablePath: "/usr/bin/chromium",
  env: { ...process.env, HOME },
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-sync", "--no-first-run",
    "--disable-background-networking", "--disable-component-update",
    // A name of no machine, as a foreign page would have.
    "--host-resolver-rules=MAP evil.test 127.0.0.1",
  ],
});

// A page, and what its session tells.
async function open(url) {
  const page = await context.newPage();
  const waiting = [];
  const heard = [];
  const failures = [];
  page.on("pageerror", (error) => failures.push(error.message));
  await page.exposeFunction("heard", (what, detail) => {
    heard.push([what, detail]);
    waiting.shift()?.();
  });
  await page.goto(url);
  const next = async () => {
    while (heard.length === 0) await new Promise((wake) => waiting.push(wake));
    return heard.shift();
  };
  const expect = async (what, detail) => check(`${url} hears`, await next(), [what, detail]);
  const event = async () => {
    const [what, detail] = await next();
    check("an event", what, "event");
    return detail;
  };
  const ask = (...asked) => page.evaluate(([name, ...parameters]) => window[name](...parameters), asked);
  return { page, failures, expect, event, ask };
}

// A page of this machine, with a session of a user.
async function session(id, options) {
  const opened = await open(`${PAGES}/index.html`);
  await opened.ask("use", { endpoint: SECURE, ...access });
  await opened.ask("start", user(id), options);
  await opened.expect("connecting", false);
  await opened.expect("started", undefined);
  const established = await opened.event();
  check("the first event", established.type, "SESSION_ESTABLISHED");
  return { ...opened, established };
}

// Prefetch: 60 channels, of which 50 arrive. `browser.py` says which are unread and when each was used.
const channels = JSON.parse(process.env.CHANNELS);
const latest = (some) => [...some].sort((one, other) => other.last.localeCompare(one.last));
const [unread, read] = [true, false].map((is) => latest(channels.filter((channel) => channel.unread === is)));
const orders = {
  unread: [...unread, ...read].slice(0, 50),
  "last-message-timestamp": latest(channels).slice(0, 50),
};
assert(unread.length < 50 && orders.unread.some((one) => !orders["last-message-timestamp"].includes(one)));
let details;
for (const prefetchSortBy of [undefined, ...Object.keys(orders)]) {
  const paul = await session("paul", { prefetchOn: "connect", prefetchSortBy });
  const prefetched = [];
  while (prefetched.length < 50) prefetched.push(await paul.event());
  check("the kind", new Set(prefetched.map(({ type }) => type)), new Set(["CHANNEL_DETAILS"]));
  const expected = orders[prefetchSortBy ?? "unread"].map(({ id }) => channel(id));
  check(`the channels by ${prefetchSortBy}`, prefetched.map(({ payload }) => payload.Channel.ChannelArn), expected);
  // The next event is of another kind: nothing more is prefetched.
  const parameters = { Type: "STANDARD", Persistence: "NON_PERSISTENT", ChimeBearer: user("paul"), Content: "Done" };
  await paul.ask("call", "SendChannelMessage", { ...parameters, ChannelArn: channel("busy") });
  check("after the prefetch", (await paul.event()).payload.Content, "Done");
  const busy = prefetched.find(({ payload }) => payload.Channel.ChannelArn === channel("busy")).payload;
  const sizes = [busy.ChannelMessages.length, busy.ChannelMemberships.length, busy.ChannelMessagesHasMore];
  check("a busy channel", sizes, [20, 30, true]);
  check("the newest first", busy.ChannelMessages[0].Content, "Message 25");
  details = prefetched.find(({ payload }) => payload.Channel.ChannelArn === channel("quiet"));
  check("no errors", paul.failures, []);
  await paul.page.close();
}

// Every kind of event, by what causes it.
const alice = await session("alice");
const golden = [
  { cause: "the connection", events: [alice.established] },
  { cause: "prefetch", events: [details] },
];
async function causes(count, bearer, command, ...options) {
  const response = await chime(bearer, command, ...options);
  const events = [];
  while (events.length < count) events.push(await alice.event());
  golden.push({ cause: `chime ${command}`, events });
  return response;
}
const on = (id) => ["--channel-arn", channel(id)];
const text = (content) => ["--content", content, "--type", "STANDARD", "--persistence", "PERSISTENT"];
const member = (id) => ["--member-arn", user(id)];

const everything = [
  "--metadata", '{"important":true}', "--content-type", "text/plain",
  "--message-attributes", '{"color":{"StringValues":["red"]}}',
];
const { MessageId } = await causes(1, "bob", "send-channel-message", ...on("general"), ...text("Hello"), ...everything);
const it = ["--message-id", MessageId];
await causes(1, "bob", "update-channel-message", ...on("general"), ...it, "--content", "Hello all");
await causes(1, "bob", "redact-channel-message", ...on("general"), ...it);
await causes(1, "admin", "delete-channel-message", ...on("general"), ...it);
const target = ["--target", `MemberArn=${user("alice")}`];
await causes(1, "bob", "send-channel-message", ...on("general"), ...text("You"), ...target);
const typing = ["--content", "typing", "--type", "CONTROL", "--persistence", "NON_PERSISTENT"];
await causes(1, "bob", "send-channel-message", ...on("general"), ...typing);

const sent = await causes(2, "alice", "send-channel-message", ...on("moderated"), ...text("Hello"));
await causes(2, "alice", "send-channel-message", ...on("moderated"), ...text("Buy now"));
await causes(2, "alice", "send-channel-message", ...on("moderated"), ...text("crash"));
for (const content of ["Hello all", "Buy now", "crash"]) {
  const changed = ["--message-id", sent.MessageId, "--content", content];
  await causes(2, "alice", "update-channel-message", ...on("moderated"), ...changed);
}

await causes(1, "admin", "create-channel-membership", ...on("board"), ...member("carol"), "--type", "DEFAULT");
await causes(1, "admin", "batch-create-channel-membership", ...on("board"), "--member-arns", user("bob"), user("dan"));
await causes(1, "carol", "delete-channel-membership", ...on("board"), ...member("carol"));
await causes(1, "admin", "create-channel-ban", ...on("board"), ...member("bob"));
const directors = ["--name", "Directors", "--mode", "RESTRICTED", "--metadata", "{}"];
await causes(1, "admin", "update-channel", ...on("board"), ...directors);
await causes(1, "admin", "delete-channel", ...on("board"));
await causes(1, "admin", "delete-channel-membership", ...on("private"), ...member("alice"));

// A member leaves the other sub-channel, which makes room for Alice. She hears of both.
await causes(2, "e0", "delete-channel-membership", ...on("elastic"), ...member("e0"));
await causes(1, "e1", "send-channel-message", ...on("elastic"), ...text("Welcome"));

// The page calls the service itself.
const preflights = [];
const protocol = await context.newCDPSession(alice.page);
protocol.on("Network.requestWillBeSent", ({ request }) => {
  if (request.method === "OPTIONS") preflights.push(new URL(request.url).pathname);
});
await protocol.send("Network.enable");
const hello = { Content: "From the page", Type: "STANDARD", Persistence: "PERSISTENT" };
const by = (id, more) => ({ ChannelArn: channel("general"), ChimeBearer: user(id), ...more });
const answer = await alice.ask("call", "SendChannelMessage", by("alice", hello));
check("a message", answer.response.ChannelArn, channel("general"));
check("its request ID", answer.requestId.length, 36);
const echo = await alice.event();
check("its event", [echo.type, echo.payload.MessageId], ["CREATE_CHANNEL_MESSAGE", answer.response.MessageId]);
check("the preflight", preflights, [`/channels/${encodeURIComponent(channel("general"))}/messages`]);
const refused = await alice.ask("call", "DescribeChannel", by("dan", { ChannelArn: channel("private") }));
check("an exception's name", [refused.error, refused.requestId.length], ["ForbiddenException", 36]);

// The service closes the session: after these codes the SDK connects again, and after the others it does not.
const close = async (code) => {
  const sessions = JSON.parse(await local("sessions"));
  const [mine] = sessions.filter(({ AppInstanceUserArn }) => AppInstanceUserArn === user("alice"));
  await local(`sessions/${mine.Id}?code=${code}`, "DELETE");
};
const established = async (reconnecting) => {
  await alice.expect("connecting", reconnecting);
  await alice.expect("started", undefined);
  check("established", (await alice.event()).type, "SESSION_ESTABLISHED");
};
// The table is that of the Rust client's test, too.
for (const { code, reconnects } of JSON.parse(readFileSync(process.env.CLOSE_CODES))) {
  // The SDK's own stop has no code, see below.
  if (code === null) continue;
  await close(code);
  if (reconnects) {
    await established(true);
    continue;
  }
  await alice.expect("stopped", code);
  await alice.ask("start", user("alice"));
  await established(false);
}
await alice.ask("stop");
await alice.expect("stopped", 1005);
check("no errors", alice.failures, []);
await alice.page.screenshot({ path: `${RESULTS}/browser.png`, fullPage: true });

// Kinds that the golden file has: all of them.
const names = new Map();
function normalized(value, key) {
  if (typeof value !== "string") {
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map((item) => normalized(item));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normalized(item, key)]));
  }
  if (/Timestamp$/.test(key)) return value.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, "TIME");
  if (!/^(MessageId|SubChannelId)$/.test(key)) return value;
  if (!names.has(value)) names.set(value, `${key} ${names.size + 1}`);
  return names.get(value);
}
const actual = `${JSON.stringify(normalized(golden), null, 2)}\n`;
writeFileSync(`${RESULTS}/browser-events.json`, actual);
check(`the events, which are in ${RESULTS}/browser-events.json`, JSON.parse(actual), JSON.parse(readFileSync(GOLDEN)));
const kinds = new Set(golden.flatMap(({ events }) => events.map(({ type }) => type)));
check("all kinds of events", kinds.size, 18);

// Pages of this machine, and others: what they reach.
const world = { headers: admin };
const logged = async () => JSON.parse(await local("requests"));
async function reaches({ ask }, endpoint) {
  const before = (await logged()).length;
  await ask("use", { endpoint, ...access });
  const reached = {
    call: (await ask("call", "DescribeChannel", by("alice"))).error ?? "answered",
    plain: await ask("dial", "ws", new URL(endpoint).host, user("alice")),
    secure: await ask("dial", "wss", `localhost:${PORT}`, user("alice")),
    admin: await ask("reach", `${endpoint}/_local/world`, world),
    health: await ask("reach", `${endpoint}/_local/health`),
  };
  return { ...reached, statuses: [...new Set((await logged()).slice(before).map(({ status }) => status))] };
}
const blocked = "Failed to fetch";
const own = await open(`${PAGES}/index.html`);
check("a page of this machine", await reaches(own, SERVICE), {
  call: "answered", plain: "open", secure: "open", admin: blocked, health: blocked, statuses: [200, 101],
});
const foreign = await open(`${PAGES.replace("localhost", "evil.test")}/index.html`);
check("a foreign page", await reaches(foreign, SERVICE), {
  call: "TypeError", plain: "refused", secure: "refused", admin: blocked, health: blocked, statuses: [403],
});

// A foreign page whose name leads to the service from now on: the same origin for the browser. The refusal is the
// document, since a page that comes from elsewhere would be stopped by the browser itself.
const rebound = `http://evil.test:${PORT}`;
const rebinding = await open(rebound);
await rebinding.page.addScriptTag({ path: `${RESULTS}/browser/pages/page.js` });
check("a page by DNS rebinding", await reaches(rebinding, rebound), {
  call: "AccessDeniedException", plain: "refused", secure: "refused", admin: 403, health: 403, statuses: [403],
});
const certified = await foreign.page.goto(`https://evil.test:${PORT}/`).catch((error) => error.message);
check("no certificate for a foreign name", /ERR_CERT/.test(certified), true);

// The files of the documentation: a page of Alice, and a program of Bob.
const guide = { cwd: `${RESULTS}/browser/guide` };
const server = spawn("npm", ["start", "--", "--log-level=warning"], { ...guide, stdio: ["pipe", "ignore", "inherit"], detached: true });
const listener = spawn("node", ["listen.mjs"], { ...guide, stdio: ["ignore", "pipe", "inherit"] });
try {
  const lines = createInterface({ input: listener.stdout })[Symbol.asyncIterator]();
  check("Bob's session", (await lines.next()).value, "SESSION_ESTABLISHED ");
  const page = await context.newPage();
  while (!(await page.goto(GUIDE).catch(() => null))) await setTimeout(50);
  const items = page.locator("#events li");
  await items.getByText("CHANNEL_DETAILS General").waitFor();
  await page.locator("input").fill("Hello, Bob");
  await page.getByRole("button").click();
  check("Bob receives it", (await lines.next()).value, "CREATE_CHANNEL_MESSAGE Hello, Bob");
  await items.getByText("CREATE_CHANNEL_MESSAGE Hello, Bob").waitFor();
} finally {
  listener.kill();
  process.kill(-server.pid);
}

await context.close();
console.log(`amazon-chime-sdk-js in Chromium: ${passed} checks passed`);
