//! Fetching the messages that were sent while a session was lost.

use std::collections::hash_map::RandomState;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chime_types::events::{Event, SessionFrame};
use chime_types::operation::Operation;
use chime_types::operations::{ListChannelMembershipsForAppInstanceUser, ListChannelMessages};
use chime_types::shapes::{
    ChannelMessage, ChannelMessagePersistenceType, ChannelMessageStatus, ChannelMessageSummary, SortOrder,
};
use chime_types::{AppInstanceUserArn, ChannelArn, Sensitive, Timestamp};

use super::item::SessionItem;
use super::queue::{Gone, Queue};
use crate::{Client, Error, Pacing};

/// The messages whose IDs are remembered, so that none is delivered twice.
const REMEMBERED: usize = 16_384;

/// How far before the last message the list of a gap begins, in microseconds, since events may overtake each other.
const OVERLAP: i64 = 5_000_000;

/// The items of a page.
const PAGE: i32 = 50;

/// The attempts at a page that the service throttles.
const MAX_THROTTLED: u32 = 10;

/// The part of the quota that is left to the program's own calls, as a divisor.
const SHARE: u32 = 2;

/// Fetches the messages of gaps. Clones share what has been delivered.
#[derive(Clone, Debug)]
pub(super) struct GapFiller {
    client: Client,
    user: AppInstanceUserArn,
    pacing: Pacing,
    delivered: Arc<Mutex<Delivered>>,
}

/// What the consumer has.
#[derive(Debug, Default)]
struct Delivered {
    channels: HashMap<ChannelArn, Place>,
    /// The hashes of message IDs, the oldest first.
    order: VecDeque<u64>,
    ids: HashSet<u64>,
    hasher: RandomState,
}

/// How far a channel has been delivered.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// Messages up to this time are older than the session.
    floor: Timestamp,
    /// The time of the last message.
    last: Timestamp,
}

/// A channel of which messages may be missing.
struct Changed {
    channel: ChannelArn,
    sub_channel: Option<String>,
    place: Place,
}

impl Delivered {
    /// Notes a message. Returns whether it is new.
    fn is_new(&mut self, id: &str) -> bool {
        let hash = self.hasher.hash_one(id);
        if !self.ids.insert(hash) {
            return false;
        }
        self.order.push_back(hash);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }

    fn reached(&mut self, channel: &ChannelArn, time: Timestamp) {
        match self.channels.get_mut(channel) {
            Some(place) => place.last = place.last.max(time),
            None => {
                self.channels.insert(channel.clone(), Place { floor: time, last: time });
            }
        }
    }
}

impl GapFiller {
    pub(super) fn new(client: Client, user: AppInstanceUserArn) -> Self {
        let pacing = Pacing::new(Pacing::of(&client).per_second() / SHARE);
        Self { client, user, pacing, delivered: Arc::default() }
    }

    fn delivered(&self) -> MutexGuard<'_, Delivered> {
        self.delivered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the last message of each channel before the session begins.
    pub(super) async fn begin(&self) -> Result<(), Error> {
        let before = Timestamp::from_epoch_micros(0);
        for Changed { channel, place, .. } in self.channels(before, true).await? {
            self.delivered().channels.insert(channel, place);
        }
        Ok(())
    }

    /// Notes an event that is about to be delivered. Returns whether to deliver it.
    pub(super) fn note(&self, item: &SessionItem) -> bool {
        let SessionItem::Event(frame) = item else { return true };
        let mut delivered = self.delivered();
        match &frame.event {
            Event::CreateChannelMessage(message) => {
                if let Some(id) = &message.message_id
                    && !delivered.is_new(id)
                {
                    return false;
                }
                let is_listed = message.persistence != Some(ChannelMessagePersistenceType::NonPersistent);
                if let (Some(channel), Some(time), true) =
                    (&message.channel_arn, message.created_timestamp, is_listed)
                {
                    delivered.reached(channel, time);
                }
            }
            Event::DeleteChannel(channel) => {
                channel.channel_arn.as_ref().map(|channel| delivered.channels.remove(channel));
            }
            Event::DeleteChannelMembership(membership) => {
                let member = membership.member.as_ref().and_then(|member| member.arn.as_ref());
                if member.is_some_and(|member| member.as_str() == self.user.as_str()) {
                    membership.channel_arn.as_ref().map(|channel| delivered.channels.remove(channel));
                }
            }
            _ => {}
        }
        true
    }

    /// Fetches the messages of a gap and adds them to the queue. `from` is the start of the gap, for channels that the
    /// user has joined since.
    pub(super) async fn fill(&self, queue: &Queue, from: Timestamp) -> Result<(), Gone> {
        let changed = match self.channels(before(from), false).await {
            Ok(changed) => changed,
            Err(error) => {
                return queue.push(Ok(SessionItem::NotFilled { channel_arn: None, error }), 0).await;
            }
        };
        for changed in changed {
            let channel = changed.channel.clone();
            match self.messages(queue, changed).await? {
                Ok(()) => {}
                Err(error) => {
                    let item = SessionItem::NotFilled { channel_arn: Some(channel), error };
                    queue.push(Ok(item), 0).await?;
                }
            }
        }
        Ok(())
    }

    /// Returns the user's channels with messages that may not have been delivered, or all channels. New channels begin
    /// at `from`.
    async fn channels(&self, from: Timestamp, all: bool) -> Result<Vec<Changed>, Error> {
        let mut found = Vec::new();
        let request = ListChannelMembershipsForAppInstanceUser::builder()
            .app_instance_user_arn(&self.user)
            .chime_bearer(&self.user)
            .max_results(PAGE)
            .build()?;
        let mut pages = Paged::new(request);
        while let Some(answer) = pages.next(self).await? {
            let delivered = self.delivered();
            for membership in answer.channel_memberships.unwrap_or_default() {
                let Some(summary) = membership.channel_summary else { continue };
                let Some(channel) = summary.channel_arn else { continue };
                let last = summary.last_message_timestamp;
                let known = delivered.channels.get(&channel).copied();
                let place = match (known, last) {
                    (Some(place), _) => place,
                    (None, Some(last)) if all => Place { floor: last, last },
                    (None, _) => Place { floor: from, last: from },
                };
                if all || last.is_some_and(|last| last > place.last) {
                    let sub_channel = membership
                        .app_instance_user_membership_summary
                        .and_then(|membership| membership.sub_channel_id);
                    found.push(Changed { channel, sub_channel, place });
                }
            }
        }
        Ok(found)
    }

    /// Delivers the messages of a channel, the oldest first.
    async fn messages(&self, queue: &Queue, changed: Changed) -> Result<Result<(), Error>, Gone> {
        let Changed { channel, sub_channel, place } = changed;
        let request = ListChannelMessages::builder()
            .channel_arn(&channel)
            .chime_bearer(&self.user)
            .sort_order(SortOrder::Ascending)
            .not_before(place.floor.max(before(place.last)))
            .max_results(PAGE)
            .set_sub_channel_id(sub_channel.clone())
            .build();
        let mut pages = match request {
            Ok(request) => Paged::new(request),
            Err(invalid) => return Ok(Err(invalid.into())),
        };
        loop {
            let answer = match pages.next(self).await {
                Ok(Some(answer)) => answer,
                Ok(None) => return Ok(Ok(())),
                Err(error) => return Ok(Err(error)),
            };
            for summary in answer.channel_messages.unwrap_or_default() {
                let is_before = summary.created_timestamp.is_some_and(|time| time <= place.floor);
                if is_before || !is_sent(&summary) {
                    continue;
                }
                let length = 1024
                    + summary.content.as_ref().map_or(0, |content| content.as_str().len())
                    + summary.metadata.as_ref().map_or(0, |metadata| metadata.as_str().len());
                let message = whole(summary, &channel, sub_channel.as_ref());
                // Room first, so that a message that is not delivered is not noted.
                let room = queue.room(length).await?;
                let frame = SessionFrame::new(Event::CreateChannelMessage(message));
                let item = SessionItem::Event(Box::new(frame));
                if self.note(&item) {
                    room.put(Ok(item));
                }
            }
        }
    }

    /// Makes a call at the pace that the quota allows.
    async fn paced<O: Operation + Clone>(&self, request: &O) -> Result<O::Output, Error> {
        let mut throttled = 0;
        loop {
            self.pacing.turn(&self.user).await;
            match self.client.call(request.clone()).await {
                Err(error) if error.is_throttled() && throttled < MAX_THROTTLED => {
                    self.pacing.throttled(&self.user);
                    throttled += 1;
                }
                result => return result,
            }
        }
    }
}

/// The pages of a list.
struct Paged<O>(Option<O>);

impl<O: Operation + Clone> Paged<O> {
    fn new(request: O) -> Self {
        Self(Some(request))
    }

    /// The next page, or `None` after the last one.
    async fn next(&mut self, through: &GapFiller) -> Result<Option<O::Output>, Error> {
        let Some(mut request) = self.0.take() else { return Ok(None) };
        let answer = through.paced(&request).await?;
        if let Some(token) = O::next_token(&answer) {
            // A service that repeats a token would never end the list.
            let before: Option<Sensitive> = request.replace_next_token(token.clone());
            self.0 = Some(request).filter(|_| before.as_ref() != Some(token));
        }
        Ok(Some(answer))
    }
}

/// The time from which a list begins whose messages are later than `time`.
fn before(time: Timestamp) -> Timestamp {
    Timestamp::from_epoch_micros(time.as_epoch_micros().saturating_sub(OVERLAP))
}

/// Whether a message has gone through its channel flow.
fn is_sent(summary: &ChannelMessageSummary) -> bool {
    let status = summary.status.as_ref().and_then(|status| status.value.as_ref());
    status.is_none_or(|status| *status == ChannelMessageStatus::Sent)
}

/// The message of a summary.
fn whole(
    summary: ChannelMessageSummary,
    channel: &ChannelArn,
    sub_channel: Option<&String>,
) -> ChannelMessage {
    let mut message = ChannelMessage::default();
    message.channel_arn = Some(channel.clone());
    message.sub_channel_id = sub_channel.cloned();
    message.persistence = Some(ChannelMessagePersistenceType::Persistent);
    message.message_id = summary.message_id;
    message.content = summary.content;
    message.metadata = summary.metadata;
    message.r#type = summary.r#type;
    message.created_timestamp = summary.created_timestamp;
    message.last_updated_timestamp = summary.last_updated_timestamp;
    message.last_edited_timestamp = summary.last_edited_timestamp;
    message.sender = summary.sender;
    message.redacted = summary.redacted;
    message.status = summary.status;
    message.message_attributes = summary.message_attributes;
    message.content_type = summary.content_type;
    message.target = summary.target;
    message
}
