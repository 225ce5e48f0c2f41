//! Invokes bots, beside the calls.

use std::sync::Arc;

use bytes::Bytes;
use chime_types::AppInstanceUserArn;
use chime_types::operations::SendChannelMessage;
use chime_types::shapes::{ChannelMessagePersistenceType, ChannelMessageType};
use serde::Deserialize;
use tokio::task::JoinSet;

use super::service::Service;
use crate::bots::BotInvocation;
use crate::functions::REQUEST_RESPONSE;
use crate::operations::{Handle, World};
use crate::refusal::Refusal;
use crate::tables::users;

/// The number of bots that are invoked at the same time.
const LARGEST: usize = 32;

/// What the Lambda function of a Lex bot answers.
#[derive(Default, Deserialize)]
struct Answer {
    #[serde(default)]
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    content: String,
}

/// Invokes bots for ever. Invocations that wait when the service ends are lost.
pub(super) async fn invoke_bots(service: &Arc<Service>) {
    // Their tasks end with it.
    let mut running = JoinSet::new();
    let mut waiting = service.bots.lock().await;
    loop {
        let Some(invocation) = waiting.recv().await else { return std::future::pending().await };
        while running.len() >= LARGEST {
            running.join_next().await;
        }
        while running.try_join_next().is_some() {}
        let service = Arc::clone(service);
        running.spawn(async move { invoke(&service, invocation).await });
    }
}

/// Invokes a bot, and sends what it answers.
async fn invoke(service: &Service, invocation: BotInvocation) {
    let BotInvocation { bot, alias, channel, message_id, payload } = invocation;
    let of = format!("it is {message_id} of {channel}");
    let answered = service.functions.invoke(&alias, REQUEST_RESPONSE, Bytes::from(payload)).await;
    let answer = match answered {
        Ok(answer) => serde_json::from_slice::<Answer>(&answer).unwrap_or_default(),
        Err(failure) => {
            return service
                .log
                .notice(&format!("bot {bot}: a message would invoke {alias}: {failure}; {of}"));
        }
    };
    for message in answer.messages.into_iter().filter(|message| !message.content.is_empty()) {
        let sent = SendChannelMessage::builder()
            .channel_arn(&channel)
            .content(message.content)
            .r#type(ChannelMessageType::Standard)
            .persistence(ChannelMessagePersistenceType::Persistent)
            .chime_bearer(bot.as_str())
            .client_request_token("answer")
            .build()
            .map_err(|invalid| Refusal::bad_request(invalid.to_string()))
            .and_then(|request| {
                service.store.write(service.clock.now(), |db| {
                    let arn: AppInstanceUserArn = bot
                        .as_str()
                        .parse()
                        .map_err(|_| Refusal::bad_request("the bot's ARN is malformed"))?;
                    let caller = users::find(db, &arn)?.ok_or_else(|| Refusal::not_found("bot"))?;
                    let world = World { db, settings: &service.settings, host: "" };
                    request.handle(caller, &world).map(drop)
                })
            });
        if let Err(refusal) = sent {
            let cause = refusal.cause().unwrap_or("refused").to_owned();
            service.log.notice(&format!("bot {bot}: its answer is refused: {cause}; {of}"));
        }
    }
}
