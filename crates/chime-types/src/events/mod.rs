//! Events that the service sends to programs: to streams, to real-time sessions and to the processors of channel flows.
//!
//! An [`Event`] says what happened, with the shape that it happened to. In JSON, it is a record of a stream. A Lambda
//! function that reads a Kinesis stream gets the record's data as bytes, or as their base64:
//!
//! ```
#![doc = import!("events::Event")]
//!
//! fn on_record(data: &[u8]) -> Result<(), serde_json::Error> {
//!     match serde_json::from_slice(data)? {
//!         Event::CreateChannelMessage(message) => println!("new message {:?}", message.message_id),
//!         Event::DeleteChannel(channel) => println!("channel {:?} is gone", channel.channel_arn),
//!         event => println!("skipped {}", event.event_type()),
//!     }
//!     Ok(())
//! }
//!
//! let record = r#"{"EventType":"CREATE_CHANNEL_MESSAGE","Payload":{"MessageId":"8f2e","Content":"Hello"}}"#;
//! on_record(record.as_bytes())?;
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! On the WebSocket of a session, an event travels in a [`SessionFrame`]:
//!
//! ```
#![doc = import!("events::{Event, SessionFrame}")]
//!
//! let text = r#"{"Headers":{"x-amz-chime-event-type":"UPDATE_CHANNEL","x-amz-chime-message-type":"SYSTEM"},
//!     "Payload":"{\"Name\":\"General\",\"LastUpdatedTimestamp\":\"2021-06-03T16:26:31.013Z\"}"}"#;
//! let frame: SessionFrame = serde_json::from_str(text)?;
//! let Event::UpdateChannel(channel) = frame.event else { panic!("another event") };
//! assert_eq!(channel.name.unwrap().as_str(), "General");
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! The function of a channel flow's processor receives a [`ChannelFlowEvent`].
//!
//! The shapes are those of operations, but times are texts with three digits after the second, such as
//! `2021-06-03T16:26:31.013Z`. Numbers of seconds are read, too.

mod channel_details;
mod channel_flow;
mod event;
mod frame;
mod iso_times;
mod other;
#[cfg(test)]
mod tests;

pub use channel_details::ChannelDetails;
pub use channel_flow::{ChannelFlowEvent, ChannelFlowEventType, ProcessedMessage};
pub use event::{Event, OtherEvent};
pub use frame::{SessionFrame, SessionMessageType};
pub use other::OtherMembers;
