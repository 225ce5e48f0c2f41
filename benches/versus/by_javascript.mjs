// The call by the AWS SDK for JavaScript: reads how many calls to make and how many at a time, and prints the processor
// time they took, in nanoseconds.
//
// usage: by_javascript.mjs DIRECTORY ADDRESS, where the directory has the SDK in its node_modules
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const [directory, address] = process.argv.slice(2);
const require = createRequire(`${resolve(directory)}/`);
const sdk = require("@aws-sdk/client-chime-sdk-messaging");

const instance = "arn:aws:chime:us-east-1:123456789012:app-instance/5c2d6f1e-6d3b-4a57-9a1f-0c1f2e3d4b5a";
const question = {
  ChannelArn: `${instance}/channel/d699fc1f7cd5bb2e35cbf0f19c557067cbbe80c46d1fb6dfbdb0ae0755281220`,
  AppInstanceUserArn: `${instance}/user/alice`,
  ChimeBearer: `${instance}/user/alice`,
};
const client = new sdk.ChimeSDKMessagingClient({
  endpoint: `http://${address}`,
  region: "us-east-1",
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "not/a+real/secret" },
});

async function ask(calls) {
  for (let call = 0; call < calls; call += 1) {
    const command = new sdk.DescribeChannelMembershipForAppInstanceUserCommand(question);
    const { ChannelSummary, AppInstanceUserMembershipSummary } = (await client.send(command)).ChannelMembership;
    if (!(ChannelSummary.LastMessageTimestamp > AppInstanceUserMembershipSummary.ReadMarkerTimestamp)) {
      throw new Error("the answer says that something is unread");
    }
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const [calls, inFlight] = line.split(" ").map(Number);
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: inFlight }, () => ask(calls / inFlight)));
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) * 1000);
}
