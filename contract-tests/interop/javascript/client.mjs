// Calls by the AWS SDK for JavaScript: each a line of JSON on standard input, what came of it a line of JSON on
// standard output.
import { createInterface } from "node:readline";
import * as identity from "@aws-sdk/client-chime-sdk-identity";
import * as messaging from "@aws-sdk/client-chime-sdk-messaging";

const options = { maxAttempts: 1, endpoint: process.env.AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING };
const services = [
  [messaging, new messaging.ChimeSDKMessagingClient(options)],
  [identity, new identity.ChimeSDKIdentityClient(options)],
];

// Its parameters that are times are `Date`s.
const TIMES = ["NotBefore", "NotAfter"];

for await (const line of createInterface({ input: process.stdin })) {
  const { call, with: parameters } = JSON.parse(line);
  for (const name of TIMES.filter((name) => name in parameters)) parameters[name] = new Date(parameters[name]);
  const [service, client] = services.find(([service]) => `${call}Command` in service);
  try {
    const { $metadata, ...answer } = await client.send(new service[`${call}Command`](parameters));
    const { httpStatusCode: status, requestId } = $metadata;
    console.log(JSON.stringify({ answer, status, requestId }));
  } catch (error) {
    const { httpStatusCode: status, requestId } = error.$metadata ?? {};
    console.log(JSON.stringify({ exception: error.name, message: error.message, status, requestId }));
  }
}
