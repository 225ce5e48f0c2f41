//! What a session receives about its user's channels when it begins.

use std::cmp::Reverse;

use chime_types::events::{ChannelDetails, Event};
use chime_types::shapes::ChannelMembershipType;

use super::connect::PrefetchOrder;
use crate::shapes;
use crate::store::Transaction;
use crate::tables::memberships::{self, ChannelOfUser};
use crate::tables::messages::{self, Bound};
use crate::tables::{channels, sub_channels};

/// The largest numbers of channels, and of messages and members of each.
const CHANNELS: usize = 50;
const MESSAGES: usize = 20;
const MEMBERS: u32 = 30;

/// The number of memberships that are read at a time.
const PIECE: u32 = 1000;

/// The channels of a user, each with its latest messages.
pub(super) fn details(db: &Transaction<'_>, user: i64, order: PrefetchOrder) -> rusqlite::Result<Vec<Event>> {
    let mut channels = Vec::new();
    let mut after = 0;
    loop {
        let piece = memberships::list_channels_of_user(db, user, user, after, PIECE)?;
        let Some((last, _)) = piece.last() else { break };
        after = *last;
        channels.extend(piece.into_iter().map(|(_, channel)| channel));
    }
    channels.sort_by_key(|channel| {
        let is_unread = order == PrefetchOrder::Unread && is_unread(channel);
        (Reverse(is_unread), std::cmp::Reverse(channel.channel.last_message_at))
    });
    channels.truncate(CHANNELS);
    channels.into_iter().map(|channel| one(db, user, channel)).collect()
}

fn is_unread(channel: &ChannelOfUser) -> bool {
    channel.channel.last_message_at.is_some_and(|last| channel.read_at.is_none_or(|read| last > read))
}

fn one(db: &Transaction<'_>, user: i64, of_user: ChannelOfUser) -> rusqlite::Result<Event> {
    let ChannelOfUser { channel, read_at, sub_channel, r#type } = of_user;
    let mut details = ChannelDetails::default();
    if let Some(key) = channels::key(db, &channel.arn)? {
        let sub_channel = sub_channel.map(|id| sub_channels::find(db, key, &id)).transpose()?.flatten();
        let sub_channel = sub_channel.map(|sub_channel| sub_channel.key);
        let bounds = (&Bound::NONE, &Bound::NONE);
        let limit = u32::try_from(MESSAGES).unwrap_or_default() + 1;
        let mut rows = messages::list(db, user, (key, sub_channel), bounds, false, limit)?;
        details.channel_messages_has_more = Some(rows.len() > MESSAGES);
        rows.truncate(MESSAGES);
        details.channel_messages = Some(rows.into_iter().map(shapes::message_summary).collect());
        // Hidden members do not see the others.
        if r#type != ChannelMembershipType::Hidden {
            let default = ChannelMembershipType::Default;
            let members = memberships::list_members(db, key, sub_channel, &default, 0, MEMBERS)?;
            let members = members.into_iter().map(|(_, member)| shapes::membership_summary(member));
            details.channel_memberships = Some(members.collect());
        }
    }
    details.read_marker_timestamp = read_at.map(Into::into);
    details.channel = Some(shapes::channel_summary(channel));
    Ok(Event::ChannelDetails(details))
}
