// A busy service and a large channel: the time until the page answers input, its memory, and the time to open.
import { setTimeout } from "node:timers/promises";
import {
  channel,
  check,
  context,
  go,
  LARGE,
  median,
  open,
  outcome,
  shown,
  start,
  until,
  user,
  view,
} from "./harness.mjs";

const RATE = 200;
const SECONDS = 10;

export async function load() {
  const service = await start("--unverified", "--seed", LARGE);
  await opening(service);
  await busy(service);
  await service.stop();
}

/** Opens the channel with 10^5 messages. */
async function opening({ url }) {
  const page = await open("", { service: url });
  await page.getByRole("link", { name: "Large" }).waitFor();
  const times = [];
  for (let number = 0; number < 7; number += 1) {
    const time = await page.evaluate(
      (address) =>
        new Promise((done) => {
          const began = performance.now();
          const observer = new MutationObserver(() => {
            if (!document.querySelector(".messages > li[data-key]")) return;
            observer.disconnect();
            // After the next frame.
            requestAnimationFrame(() => globalThis.setTimeout(() => done(performance.now() - began)));
          });
          observer.observe(document.getElementById("view"), { childList: true, subtree: true });
          location.hash = address;
        }),
      view("channels", channel("large")),
    );
    times.push(time);
    check(
      "the newest at the end",
      await page.locator(".messages > li").last().locator("p.foreign").innerText(),
      "Message 99999",
    );
    const left = () =>
      page.locator(".messages").evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight);
    await until("the list is at its end", async () => (await left()) < 2);
    await go(page, "#/");
  }
  const typical = median(times);
  console.log(
    `a channel of 100,000 messages opens within ${Math.round(typical)} ms, at most ${Math.round(Math.max(...times))} ms`,
  );
  check("it opens within 300 ms", typical <= 300, true);

  // Older pages cost the same.
  await go(page, view("channels", channel("large")));
  await page.getByRole("button", { name: "Show older messages" }).click();
  await page.getByText("Message 99900", { exact: true }).waitFor();
  check("two pages", await page.locator(".messages > li").count(), 100);
  await page.close();
}

/** Sends messages at a rate for some seconds by a few connections, and returns the rate that was reached. */
async function send(url, seconds) {
  const path = `${url}/channels/${encodeURIComponent(channel("busy"))}/messages`;
  const headers = { "x-amz-chime-bearer": user("alice"), "content-type": "application/json" };
  const statuses = new Set();
  const began = performance.now();
  let next = 0;
  const sender = async () => {
    while (next < RATE * seconds) {
      const number = next;
      next += 1;
      await setTimeout(Math.max(0, began + (number * 1000) / RATE - performance.now()));
      const message = { Content: `Message ${number}`, Type: "STANDARD", Persistence: "PERSISTENT" };
      const body = JSON.stringify({ ...message, ClientRequestToken: crypto.randomUUID() });
      const response = await fetch(path, { method: "POST", headers, body });
      await response.arrayBuffer();
      statuses.add(response.status);
    }
  };
  await Promise.all(Array.from({ length: 20 }, sender));
  check("all are sent", statuses, new Set([201]));
  return (next * 1000) / (performance.now() - began);
}

async function busy({ url }) {
  const page = await open(view("channels", channel("busy")), { service: url });
  const protocol = await context.newCDPSession(page);
  const memory = async () => {
    await protocol.send("HeapProfiler.enable");
    await protocol.send("HeapProfiler.collectGarbage");
    const { usedSize } = await protocol.send("Runtime.getHeapUsage");
    const { nodes } = await protocol.send("Memory.getDOMCounters");
    return { megabytes: usedSize / 1e6, nodes, elements: await page.locator("*").count() };
  };
  const drawn = (content) => page.locator(".messages").getByText(content, { exact: true }).waitFor();
  await page.getByText("No messages yet.").waitFor();
  // So many that the oldest leave the page.
  await send(url, 4);
  await drawn(`Message ${RATE * 4 - 1}`);
  const before = await memory();

  await page.evaluate(() => {
    globalThis.delays = [];
    globalThis.longest = 0;
    const measure = (event) =>
      requestAnimationFrame(() => globalThis.setTimeout(() => delays.push(performance.now() - event.timeStamp)));
    document.querySelector("textarea").addEventListener("keydown", measure);
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration);
    });
    observer.observe({ type: "longtask" });
  });
  await page.locator("textarea").focus();
  const sending = send(url, SECONDS);
  let typed = "";
  while (typed.length < 5 * SECONDS) {
    await page.keyboard.press("a");
    typed += "a";
    await setTimeout(150);
  }
  const rate = await sending;
  await drawn(`Message ${RATE * SECONDS - 1}`);
  check("what was typed", await page.locator("textarea").inputValue(), typed);
  const { delays, longest } = await page.evaluate(() => ({ delays, longest }));
  const after = await memory();
  const round = (number) => Math.round(number * 10) / 10;
  console.log(
    `${Math.round(rate)} messages a second: ${delays.length} keys are answered within ${Math.round(median(delays))} ms, ` +
      `at most ${Math.round(Math.max(...delays))} ms; the longest task takes ${Math.round(longest)} ms; ` +
      `the heap has ${round(before.megabytes)} MB, then ${round(after.megabytes)} MB; ` +
      `${before.nodes} nodes, then ${after.nodes}; ${before.elements} elements, then ${after.elements}`,
  );
  check("every key is answered", delays.length, typed.length);
  check("input within 200 ms", delays.filter((delay) => delay > 200).length <= delays.length / 20, true);
  check("the heap stays flat", after.megabytes - before.megabytes < 4, true);
  check("nodes are bounded", [after.elements < before.elements * 1.2, after.nodes < before.nodes * 1.5], [true, true]);
  check("messages on the page", await page.locator(".messages > li").count(), 500);
  // The page still does everything.
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("Done");
  await page.keyboard.press("Enter");
  await shown(outcome(page).getByText("SendChannelMessage: 201"));
  await shown(page.locator(".messages").getByText("Done"));
  await page.close();
}
