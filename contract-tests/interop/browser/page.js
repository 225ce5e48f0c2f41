// What a page does with the SDKs, for `drive.mjs`, which hands it the service's address and credentials.
import * as messaging from "@aws-sdk/client-chime-sdk-messaging";
import * as chime from "amazon-chime-sdk-js";

let service;
let session;

// The client that all calls and sessions of the page use.
function use({ endpoint, region, credentials }) {
  service = new messaging.ChimeSDKMessagingClient({ endpoint, region, credentials, maxAttempts: 1 });
}

// Calls an operation: its response, or the error as a program sees it.
async function call(operation, parameters) {
  try {
    const { $metadata, ...response } = await service.send(new messaging[`${operation}Command`](parameters));
    return { response, requestId: $metadata.requestId };
  } catch (error) {
    return { error: error.name, message: error.message, requestId: error.$metadata?.requestId };
  }
}

// Starts a session; `heard` receives what it tells.
async function start(userArn, { prefetchOn, prefetchSortBy } = {}) {
  const configuration = new chime.MessagingSessionConfiguration(userArn, null, undefined, service);
  configuration.prefetchOn = prefetchOn;
  configuration.prefetchSortBy = prefetchSortBy;
  session = new chime.DefaultMessagingSession(configuration, new chime.NoOpLogger(chime.LogLevel.OFF));
  session.addObserver({
    messagingSessionDidStartConnecting: (reconnecting) => tell("connecting", reconnecting),
    messagingSessionDidStart: () => tell("started"),
    messagingSessionDidStop: ({ code }) => tell("stopped", code),
    messagingSessionDidReceiveMessage: ({ type, headers, payload }) => {
      tell("event", { type, headers, payload: payload && JSON.parse(payload) });
    },
  });
  await session.start();
}

function tell(what, detail) {
  const row = document.querySelector("#events").insertRow();
  const text = detail?.payload?.Content ?? detail?.payload?.Channel?.Name ?? detail?.payload?.ChannelArn;
  for (const cell of [what, detail?.type ?? detail, text]) row.insertCell().textContent = cell ?? "";
  return window.heard(what, detail);
}

// Opens a session without the SDK's reconnects: "open" or "refused".
async function dial(scheme, host, userArn) {
  const query = new Map([["userArn", [userArn]], ["sessionId", ["dialed"]]]);
  const url = await new chime.DefaultSigV4(service).signURL("GET", scheme, "chime", host, "/connect", "", query);
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    socket.onopen = () => resolve("open");
    socket.onerror = () => resolve("refused");
  });
}

// Fetches without an SDK: the status, or the error.
async function reach(url, options) {
  try {
    return (await fetch(url, options)).status;
  } catch (error) {
    return error.message;
  }
}

Object.assign(window, { use, call, start, stop: () => session.stop(), dial, reach });
