// One call by the AWS SDK for JavaScript: the question as JSON in an argument, the answer as JSON on
// standard output.
import {
  ChimeSDKMessagingClient,
  DescribeChannelMembershipForAppInstanceUserCommand,
} from "@aws-sdk/client-chime-sdk-messaging";

const client = new ChimeSDKMessagingClient({ maxAttempts: 1, endpoint: process.env.AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING });
try {
  const question = JSON.parse(process.argv[2]);
  const { $metadata, ...answer } = await client.send(new DescribeChannelMembershipForAppInstanceUserCommand(question));
  console.log(JSON.stringify({ answer, status: $metadata.httpStatusCode, requestId: $metadata.requestId }));
} catch (error) {
  const { httpStatusCode: status, requestId } = error.$metadata ?? {};
  console.log(JSON.stringify({ exception: error.name, message: error.message, status, requestId }));
}
