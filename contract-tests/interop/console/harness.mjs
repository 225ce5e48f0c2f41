// What all checks of the console need: the browser, its pages, the service beside the browser, and `check`.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

export const { CHIME, HOME, SERVICE, LARGE, FREE_PORT, BESIDE, FUNCTION, LOG, APP_INSTANCE, RESULTS } = process.env;
export const [user, channel] = ["user", "channel"].map((kind) => (id) => `${APP_INSTANCE}/${kind}/${id}`);

let passed = 0;
export function check(what, actual, expected) {
  assert.deepEqual(actual, expected, what);
  passed += 1;
}
export const checksPassed = () => passed;

/** Waits for something to be shown, or to go away. */
export async function shown(locator, state = "visible", timeout = 5000) {
  await locator.waitFor({ state, timeout });
  passed += 1;
}

/** Waits until a function returns something true, and returns it. */
export async function until(what, act, milliseconds = 10_000) {
  const end = performance.now() + milliseconds;
  for (;;) {
    const value = await act();
    if (value) return value;
    if (performance.now() > end) assert.fail(`${what}: not within ${milliseconds} ms`);
    await setTimeout(20);
  }
}

export const median = (numbers) => [...numbers].sort((one, other) => one - other)[numbers.length >> 1];

/** An operation by boto3, with the name that Python gives it. */
export async function boto(operation, parameters, service = "messaging") {
  const body = JSON.stringify(parameters);
  return (await fetch(`${BESIDE}/${service}/${operation}`, { method: "POST", body })).json();
}

/** A message by boto3: its ID. */
export async function send(content, { id = "general", by = "bob", ...more } = {}) {
  const parameters = { Type: "STANDARD", Persistence: "PERSISTENT", ChimeBearer: user(by), ...more };
  const sent = await boto("send_channel_message", { ChannelArn: channel(id), Content: content, ...parameters });
  assert(sent.MessageId, JSON.stringify(sent));
  return sent.MessageId;
}

/** The answer of the administrative path. */
export async function local(path, { method = "GET", body, service = SERVICE } = {}) {
  return (await fetch(`${service}/_local/${path}`, { method, body, headers: { "x-chime-local": "admin" } })).json();
}

/** Runs `chime`, or a command of a shell that finds it. */
export const run = promisify(execFile);

// Nothing that a check starts outlives it, even if it fails.
const started = [];
process.on("exit", () => started.forEach((child) => child.kill()));

/** A session by `chime listen`: its process, once it is open. */
export async function listen(id, ...options) {
  const listener = spawn(CHIME, ["listen", "--app-instance-user-arn", user(id), ...options], { stdio: "ignore" });
  started.push(listener);
  const isOpen = async () => (await local("sessions")).some((session) => session.AppInstanceUserArn === user(id));
  await until("a session", isOpen);
  return listener;
}

/** Another service: its address, and a function that ends it. */
export async function start(...options) {
  const command = ["local", "--quiet", ...(options.includes("--port") ? [] : ["--port", "0"]), ...options];
  const service = spawn(CHIME, command, { stdio: ["ignore", "pipe", "inherit"] });
  started.push(service);
  let url;
  for await (const line of createInterface({ input: service.stdout })) {
    url ??= line.match(/this machine: (http:.*)/)?.[1].replace("127.0.0.1", "localhost");
    if (!line.includes("Ctrl-C")) continue;
    const stop = async () => {
      service.kill();
      await once(service, "exit");
    };
    return { url, stop };
  }
  assert.fail(`chime local ${options.join(" ")} does not start`);
}

export const context = await chromium.launchPersistentContext(`${HOME}/profile`, {
  executablePath: "/usr/bin/chromium",
  env: { ...process.env, HOME },
  acceptDownloads: true,
  locale: "en-US",
  timezoneId: "UTC",
  viewport: { width: 1200, height: 800 },
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    // A name of no machine, as a foreign page would have.
    "--host-resolver-rules=MAP evil.test 127.0.0.1",
  ],
});
context.setDefaultTimeout(10_000);

/** What no page may do: fail, open a dialog that is not its own, or try what its policy forbids. */
export const wrong = [];
const QUESTIONS = ["Put the world back to its start?", "Replace the world with the file's?"];

await context.addInitScript(() => {
  globalThis.ran = 0;
  addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective}`));
});

/** A page of the console. */
export async function open(address = "", { service = SERVICE, hears = true } = {}) {
  const page = await context.newPage();
  if (hears) {
    page.on("pageerror", (error) => wrong.push(`${page.url()}: ${error.stack}`));
    page.on("console", (message) => {
      const isAnswer = /^Failed to load resource: (the server responded|net::ERR)/.test(message.text());
      if (message.type() === "error" && !isAnswer) wrong.push(`${page.url()}: ${message.text()}`);
    });
    page.on("dialog", (dialog) => {
      if (!QUESTIONS.includes(dialog.message())) wrong.push(`${page.url()}: dialog ${dialog.message()}`);
      dialog.accept();
    });
  }
  await page.goto(`${service}/_local/${address}`);
  return page;
}

/** The address of a view below the page's own. */
export const view = (name, id) => `#/${name}/${encodeURIComponent(id)}`;

/** Opens another view in a page. */
export async function go(page, address) {
  await page.evaluate((address) => {
    document.querySelector(".view")?.setAttribute("data-left", "");
    location.hash = address;
  }, address);
  await page.locator(".view:not([data-left])").waitFor();
}

/** Chooses the user in whose name the page acts. */
export async function actAs(page, id) {
  await page.getByLabel("Act as").selectOption(user(id));
}

/** What became of the last action. */
export const outcome = (page) => page.locator("#outcome p");

export const row = (page, key) => page.locator(`tr[data-key="${key}"]`);
export const message = (page, id) => page.locator(`.messages > li[data-key="${id}"]`);
