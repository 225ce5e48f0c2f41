// Protection from other origins and hosts, malformed addresses, and a service that goes away.
import {
  BESIDE,
  channel,
  check,
  context,
  FREE_PORT,
  go,
  local,
  open,
  SERVICE,
  shown,
  start,
  user,
  view,
} from "./harness.mjs";

const PORT = new URL(SERVICE).port;
const admin = { "x-chime-local": "admin" };

export async function safety() {
  await origins();
  await policy();
  await withoutConsole();
  await addresses();
  await restart();
}

/** What a page of another origin reaches below `/_local/`: the status, or the reason for which the browser refuses. */
async function reach(page, base) {
  const requests = [
    ["world", {}],
    ["world", { headers: admin }],
    ["requests", { headers: admin }],
    ["events", { headers: admin }],
    ["credentials", { headers: admin }],
    ["app-instances", { headers: admin }],
    ["faults", { method: "PUT", headers: admin, body: '[{"kind":"drop"}]' }],
    ["faults", { method: "DELETE", headers: admin }],
    ["clock", { method: "POST", headers: admin, body: '{"advance":"P1D"}' }],
    ["reset", { method: "POST", headers: admin }],
    ["world", { method: "PUT", headers: admin, body: '{"AppInstances":[]}' }],
    // What needs no permission of the browser.
    ["clock", { method: "POST", mode: "no-cors", body: '{"advance":"P1D"}' }],
    ["reset", { method: "POST", mode: "no-cors" }],
    ["world", { mode: "no-cors" }],
  ];
  const ask = async ([base, requests]) => {
    const results = new Set();
    for (const [path, options] of requests) {
      try {
        const response = await fetch(`${base}/_local/${path}`, options);
        results.add(response.type === "opaque" ? "opaque" : response.status);
        if (response.ok) results.add(await response.text());
      } catch (error) {
        results.add(error.message);
      }
    }
    return [...results];
  };
  return page.evaluate(ask, [base, requests]);
}

async function origins() {
  const state = async () => JSON.stringify([await local("world"), await local("faults")]);
  const before = await state();
  const { Time } = await local("clock");
  const beside = new URL(BESIDE).port;
  for (const origin of [`http://localhost:${beside}`, `http://evil.test:${beside}`]) {
    const page = await context.newPage();
    await page.goto(`${origin}/`);
    check(`what ${origin} reaches`, await reach(page, SERVICE), ["Failed to fetch", "opaque"]);
    const framed = await page.evaluate(async (address) => {
      const frame = document.createElement("iframe");
      frame.src = address;
      document.body.append(frame);
      await new Promise((done) => frame.addEventListener("load", done));
      return frame.contentWindow.length;
    }, `${SERVICE}/_local/`);
    check("nothing is in the frame", [framed, await page.frames()[1]?.locator("header").count()], [0, 0]);
    await page.close();
  }
  // A name that leads to the service by now: the same origin for the browser.
  const page = await context.newPage();
  for (const path of ["_local/", "_local/console/main.js", ""]) {
    const response = await page.goto(`http://evil.test:${PORT}/${path}`);
    check("a rebound name", [response.status(), await page.locator("script, header").count()], [403, 0]);
  }
  check("what a rebound name reaches", await reach(page, ""), [403]);
  await page.close();
  check("nothing is changed", await state(), before);
  check("the clock goes on as before", new Date((await local("clock")).Time) - new Date(Time) < 60_000, true);
}

async function policy() {
  const page = await open("", { hears: false });
  const [response] = await Promise.all([page.waitForResponse(/_local\/$/), page.reload()]);
  const headers = response.headers();
  check("the policy", headers["content-security-policy"].startsWith("default-src 'self'; "), true);
  check(
    "the other headers",
    [headers["x-content-type-options"], headers["referrer-policy"]],
    ["nosniff", "no-referrer"],
  );
  const violations = await page.evaluate(async () => {
    const violations = [];
    addEventListener("securitypolicyviolation", (event) => violations.push(event.effectiveDirective));
    const script = document.createElement("script");
    script.textContent = "globalThis.ran = 1";
    const other = document.createElement("script");
    other.src = "data:text/javascript,globalThis.ran = 1";
    const image = document.createElement("div");
    image.innerHTML = "<img src='data:,' onerror='globalThis.ran = 1'>";
    document.body.append(script, other, image);
    await fetch("http://evil.test/").catch(() => {});
    while (violations.length < 5) await new Promise((done) => setTimeout(done, 10));
    return violations.sort();
  });
  const expected = ["connect-src", "img-src", "script-src-attr", "script-src-elem", "script-src-elem"];
  check("what the policy refuses", violations, expected);
  check("nothing ran", await page.evaluate(() => globalThis.ran), 0);
  await page.close();
}

async function withoutConsole() {
  const get = (url, path, headers) => fetch(url + path, { redirect: "manual", headers });
  const html = { accept: "text/html,*/*" };
  const redirected = await get(SERVICE, "/", html);
  check("a browser is led to the page", [redirected.status, redirected.headers.get("location")], [302, "/_local/"]);
  check("another client is not", (await get(SERVICE, "/")).status, 403);
  const without = await start("--no-console");
  const statuses = async (headers) => {
    const paths = ["/", "/_local/", "/_local/console/main.js", "/_local/world", "/_local/events", "/_local/health"];
    const answers = await Promise.all(paths.map((path) => get(without.url, path, headers)));
    await Promise.all(answers.map((answer) => answer.body?.cancel()));
    return answers.map((answer) => answer.status);
  };
  check("without the console", await statuses({ ...html, ...admin }), [403, 404, 404, 200, 200, 200]);
  const page = await context.newPage();
  check("a browser", (await page.goto(`${without.url}/_local/`)).status(), 404);
  await page.close();
  await without.stop();
}

async function addresses() {
  const page = await open(view("channels", channel("general")));
  await page.getByRole("heading", { name: "General" }).waitFor();
  for (const [address, heading] of [
    [view("users", user("alice")), "Alice"],
    ["#/requests", "Requests"],
    ["#/sessions", "Sessions"],
    ["#/faults", "Faults"],
    ["#/clock", "Clock and data"],
    ["#/", "World"],
    ["#", "World"],
  ]) {
    const direct = await open(address);
    await direct.getByRole("heading", { name: heading, exact: true }).waitFor();
    await direct.close();
  }
  for (const [address, reason] of [
    ["#/channels/%", "The address is malformed"],
    ["#/nothing", "“nothing”"],
    ["#/toString", "“toString”"],
    ["#/channels", "channel"],
    ["#/users/", "user"],
    [view("channels", channel("none")), "the channel does not exist"],
    ["#/channels/x", "the channel does not exist"],
    [view("users", user("none")), "the user does not exist"],
    ["#/requests/none", "does not remember this request"],
  ]) {
    await go(page, address);
    await page
      .locator("#view .refused")
      .filter({ hasText: reason })
      .waitFor()
      .catch(() => {});
    check(
      `what ${address} says`,
      (await page.locator("#view .refused").allInnerTexts()).map((text) => text.includes(reason)),
      [true],
    );
    const direct = await open(address);
    await direct.locator("#view .refused").filter({ hasText: reason }).waitFor();
    await direct.close();
  }
  // Back to where everything is well.
  await go(page, "#/");
  await page.getByRole("heading", { name: "World" }).waitFor();
  await page.close();
}

async function restart() {
  const port = ["--port", FREE_PORT];
  const first = await start(...port);
  const page = await open(view("channels", channel("general")), { service: first.url });
  await page.getByText("Live, version").waitFor();
  await page.getByRole("link", { name: "Alice" }).first().waitFor();
  await page.evaluate(() => {
    globalThis.marked = true;
  });
  await first.stop();
  await page.getByText("The service does not answer").waitFor();
  // An action says so, too.
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await page.locator("#outcome .refused").waitFor();
  await go(page, "#/sessions");
  await page.locator("#view .refused").waitFor();
  await go(page, view("channels", channel("general")));
  await page.locator("#view .refused").waitFor();
  const second = await start(...port);
  await page.getByText("Live, version").waitFor();
  await page.getByText("Lunch at one?").waitFor();
  check("what went wrong is gone", await page.locator(".refused").count(), 0);
  await page.getByLabel("Act as").selectOption(user("bob"));
  await page.getByRole("textbox", { name: "Message" }).fill("Back again");
  await page.getByRole("button", { name: "Send" }).click();
  await shown(page.locator(".messages").getByText("Back again"));
  check("no reload", await page.evaluate(() => globalThis.marked), true);
  await page.close();
  await second.stop();
}
