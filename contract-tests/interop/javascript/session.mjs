// Sessions by amazon-chime-sdk-js, unchanged, in Node, where only the WebSocket is not its own.
//
// The variables are those that `chime local --tls` prints, with the HTTPS address; NODE_EXTRA_CA_CERTS has the authority.
import * as messaging from "@aws-sdk/client-chime-sdk-messaging";
import chime from "amazon-chime-sdk-js";
import WebSocket from "ws";

globalThis.WebSocket = WebSocket;
globalThis.CloseEvent ??= class CloseEvent extends Event {
  constructor(type, details) {
    super(type);
    Object.assign(this, details);
  }
};

const [INSTANCE] = process.argv.slice(2);
const [GENERAL, BOARD] = ["general", "board"].map((id) => `${INSTANCE}/channel/${id}`);
const user = (id) => `${INSTANCE}/user/${id}`;

let passed = 0;
function check(what, condition, detail) {
  if (!condition) {
    console.log(`FAILED: ${what} ${JSON.stringify(detail)}`);
    process.exit(1);
  }
  passed += 1;
}

const client = (credentials) =>
  new messaging.ChimeSDKMessagingClient({
    maxAttempts: 1,
    endpoint: process.env.AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING,
    ...(credentials && { credentials }),
  });
const service = client();
const call = (operation, parameters) => service.send(new messaging[`${operation}Command`](parameters));

// A session, and what it receives.
class Session {
  constructor(id, { prefetch, credentials } = {}) {
    this.received = [];
    this.wanted = [];
    const configuration = new chime.MessagingSessionConfiguration(user(id), null, undefined, client(credentials));
    if (prefetch) configuration.prefetchOn = chime.PrefetchOn.Connect;
    this.session = new chime.DefaultMessagingSession(configuration, new chime.NoOpLogger(chime.LogLevel.OFF));
    this.stopped = new Promise((stopped) => {
      this.session.addObserver({
        messagingSessionDidReceiveMessage: (message) => {
          this.received.push(message);
          this.wanted.shift()?.();
        },
        messagingSessionDidStop: stopped,
      });
    });
  }

  async next() {
    while (this.received.length === 0) await new Promise((received) => this.wanted.push(received));
    return this.received.shift();
  }

  async expect(type, condition = () => true) {
    const message = await this.next();
    const payload = message.payload && JSON.parse(message.payload);
    check(type, message.type === type && condition(payload ?? {}, message), message);
    return payload;
  }
}

const alice = new Session("alice", { prefetch: true });
await alice.session.start();
await alice.expect("SESSION_ESTABLISHED");
for (const [name, unread] of [["General", true], ["Board", false]]) {
  await alice.expect("CHANNEL_DETAILS", (details) => {
    const { Channel, ChannelMessages, ChannelMemberships, ReadMarkerTimestamp } = details;
    const isUnread = Date.parse(ChannelMessages[0].CreatedTimestamp) > Date.parse(ReadMarkerTimestamp);
    return Channel.Name === name && isUnread === unread && ChannelMemberships.length > 0;
  });
}

const general = { ChannelArn: GENERAL, ChimeBearer: user("bob") };
const text = { Content: "Hello", Type: "STANDARD", Persistence: "PERSISTENT" };
const { MessageId } = await call("SendChannelMessage", { ...general, ...text });
const isIt = (payload) => payload.MessageId === MessageId && payload.ChannelArn === GENERAL;
const seconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
await alice.expect("CREATE_CHANNEL_MESSAGE", (payload, { headers }) => {
  const isStandard = headers["x-amz-chime-message-type"] === "STANDARD";
  return isIt(payload) && isStandard && payload.Content === "Hello" && seconds.test(payload.CreatedTimestamp);
});
await call("UpdateChannelMessage", { ...general, MessageId, Content: "Hello all", Metadata: "" });
await alice.expect("UPDATE_CHANNEL_MESSAGE", (payload) => isIt(payload) && payload.Content === "Hello all");
await call("RedactChannelMessage", { ...general, MessageId });
await alice.expect("REDACT_CHANNEL_MESSAGE", (payload) => isIt(payload) && payload.Redacted && !payload.Content);
await call("DeleteChannelMessage", { ...general, MessageId, ChimeBearer: user("admin") });
await alice.expect("DELETE_CHANNEL_MESSAGE", isIt);

const typing = { Content: "typing", Type: "CONTROL", Persistence: "NON_PERSISTENT" };
await call("SendChannelMessage", { ...general, ...typing });
await alice.expect("CREATE_CHANNEL_MESSAGE", (payload, { headers }) => {
  return payload.Content === "typing" && headers["x-amz-chime-message-type"] === "CONTROL";
});

const board = { ChannelArn: BOARD, ChimeBearer: user("admin") };
await call("CreateChannelMembership", { ...board, MemberArn: user("bob"), Type: "DEFAULT" });
await alice.expect("CREATE_CHANNEL_MEMBERSHIP", (payload) => payload.Member.Arn === user("bob"));
await call("BatchCreateChannelMembership", { ...board, MemberArns: [user("carol")] });
await alice.expect("BATCH_CREATE_CHANNEL_MEMBERSHIP", (payload) => payload.Members[0].Arn === user("carol"));
await call("CreateChannelBan", { ...board, MemberArn: user("carol") });
await alice.expect("DELETE_CHANNEL_MEMBERSHIP", (payload) => payload.Member.Arn === user("carol"));
await call("UpdateChannel", { ...board, Name: "Board of directors", Mode: "RESTRICTED" });
await alice.expect("UPDATE_CHANNEL", (payload) => payload.Name === "Board of directors");
await call("DeleteChannel", board);
await alice.expect("DELETE_CHANNEL", (payload) => payload.ChannelArn === BOARD);

alice.session.stop();
const stopped = await alice.stopped;
check("the session stops", stopped.code === 1005, stopped.code);

const wrong = new Session("alice", { credentials: { accessKeyId: "CHIMELOCAL", secretAccessKey: "wrong" } });
// The endpoint is asked for with good credentials, so that the handshake is what is refused.
wrong.session.configuration.endpointUrl = new URL(process.env.AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING).host;
const refused = await wrong.session.start().then(() => null, (event) => event);
check("a wrong secret is refused with 4401", refused?.code === 4401, refused?.code);

console.log(`amazon-chime-sdk-js in Node: ${passed} checks passed`);
process.exit(0);
