//! Identifiers that the tests use where any will do.

/// An app instance.
pub const APP_INSTANCE: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/i";
/// A channel of [`APP_INSTANCE`].
pub const CHANNEL: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/i/channel/c";
/// A channel flow of [`APP_INSTANCE`].
pub const CHANNEL_FLOW: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/i/channel-flow/f";
/// A user of [`APP_INSTANCE`].
pub const USER: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/i/user/u";
/// A bot of [`APP_INSTANCE`], which makes the calls.
pub const BEARER: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/i/bot/b";

/// The identifier by which a processor answers for a message.
pub const CALLBACK_ID: &str = "5c0a54d7-62d6-4a1e-9d67-4d2f4f0a9c11";

/// A Lambda function, which processes the messages of a channel flow.
pub const LAMBDA_FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:moderate";

/// An application of Amazon Pinpoint, which delivers push notifications.
pub const PINPOINT_APP: &str = "arn:aws:mobiletargeting:us-east-1:123456789012:apps/7b2a";

/// An alias of a Lex bot.
pub const LEX_BOT_ALIAS: &str = "arn:aws:lex:us-east-1:123456789012:bot-alias/ABCDEFGHIJ/TSTALIASID";

/// A stream of Kinesis, which receives events.
pub const STREAM: &str = "arn:aws:kinesis:us-east-1:123456789012:stream/chime-messaging-events";

/// Returns an identifier of the kind that a member of that name contains.
pub fn arn_of(member: &str) -> &'static str {
    match member {
        "AppInstanceArn" => APP_INSTANCE,
        "ChannelArn" => CHANNEL,
        "ChannelFlowArn" => CHANNEL_FLOW,
        "AppInstanceBotArn" => BEARER,
        _ => USER,
    }
}
