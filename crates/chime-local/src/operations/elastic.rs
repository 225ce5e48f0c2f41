//! Elastic channels: which sub-channel a call is about, and in which sub-channels members are.
//!
//! The service does not document how it balances sub-channels. Here, a new member goes to the sub-channel with the fewest
//! members. A sub-channel is added when all have as many members as they should have, and removed when it has too few and
//! the others have room for them.

use chime_types::shapes::ElasticChannelConfiguration;
use chime_types::{ChannelArn, Exception};

use crate::access::Standing;
use crate::events;
use crate::ids::new_id;
use crate::refusal::Refusal;
use crate::store::Transaction;
use crate::tables::channels::{self, ChannelRow};
use crate::tables::sub_channels::SubChannelRow;
use crate::tables::{memberships, sub_channels};

/// The sub-channel that a call is about; none if the channel is not elastic.
///
/// Moderators and administrators must name one. Members have their own, and may name no other.
pub(super) fn sub_channel(
    db: &Transaction<'_>,
    channel: &ChannelRow,
    standing: &Standing,
    named: Option<&String>,
    arn: &ChannelArn,
) -> Result<Option<SubChannelRow>, Refusal> {
    if channel.elastic.is_none() {
        return not_elastic(named).map(|()| None);
    }
    let named = named.map(|id| find(db, channel.key, id)).transpose()?;
    if standing.may_moderate() {
        return named.map(Some).ok_or_else(|| {
            Refusal::bad_request(
                "SubChannelId: missing; moderators and administrators must name a sub-channel of an elastic channel",
            )
        });
    }
    let own = standing.sub_channel().map(|id| find(db, channel.key, id)).transpose()?;
    let own = own.filter(|own| named.as_ref().is_none_or(|named| named.key == own.key));
    own.map(Some)
        .ok_or_else(|| standing.refuse("members of an elastic channel see only their sub-channel", arn))
}

/// Refuses a sub-channel of a channel that is not elastic.
pub(super) fn not_elastic(named: Option<&String>) -> Result<(), Refusal> {
    match named {
        None => Ok(()),
        Some(_) => Err(Refusal::bad_request(
            "SubChannelId: the channel is not an elastic channel; expected no value",
        )),
    }
}

/// Refuses a sub-channel that a channel does not have.
pub(super) fn check_exists(
    db: &Transaction<'_>,
    channel: &ChannelArn,
    named: Option<&String>,
) -> Result<(), Refusal> {
    let (Some(id), Some(channel)) = (named, channels::key(db, channel)?) else { return Ok(()) };
    find(db, channel, id).map(drop)
}

/// Refuses what elastic channels do not have.
pub(super) fn refuse_elastic(channel: &ChannelRow, what: &str) -> Result<(), Refusal> {
    match channel.elastic {
        None => Ok(()),
        Some(_) => Err(Refusal::bad_request(format!("ChannelArn: elastic channels have no {what}"))),
    }
}

fn find(db: &Transaction<'_>, channel: i64, id: &str) -> Result<SubChannelRow, Refusal> {
    sub_channels::find(db, channel, id)?
        .ok_or_else(|| Refusal::bad_request("SubChannelId: the channel has no sub-channel with this ID"))
}

/// The sub-channel of a new member of a channel; none if the channel is not elastic.
///
/// A moderator is added to the sub-channel that the call names. For other members, the service decides.
pub(super) fn place(
    db: &Transaction<'_>,
    channel: &ChannelRow,
    is_moderator: bool,
    named: Option<&String>,
) -> Result<Option<SubChannelRow>, Refusal> {
    let Some(configuration) = &channel.elastic else { return not_elastic(named).map(|()| None) };
    match named {
        Some(id) if is_moderator => find(db, channel.key, id).map(Some),
        None if !is_moderator => room(db, channel.key, configuration).map(Some),
        Some(_) => Err(Refusal::bad_request(
            "SubChannelId: the service chooses the sub-channel of members who are not moderators; expected no value",
        )),
        None => Err(Refusal::bad_request(
            "SubChannelId: missing; a moderator is added to a sub-channel by its ID",
        )),
    }
}

/// The sub-channel with the fewest members, or a new one if all are full.
fn room(
    db: &Transaction<'_>,
    channel: i64,
    configuration: &ElasticChannelConfiguration,
) -> Result<SubChannelRow, Refusal> {
    let all = sub_channels::all(db, channel)?;
    let target = i64::from(configuration.target_memberships_per_sub_channel);
    if let Some(least) = least_of(&all).filter(|least| least.members < target) {
        return Ok(least.clone());
    }
    if all.len() >= usize::try_from(configuration.maximum_sub_channels).unwrap_or_default() {
        let message = "The limit of the elastic channel's sub-channels and their members is reached";
        return Err(Refusal::new(Exception::ResourceLimitExceededException, message));
    }
    let id = new_id();
    let key = sub_channels::insert(db, channel, &id)?;
    let key = key.ok_or_else(|| Refusal::failure("the sub-channel exists"))?;
    Ok(SubChannelRow { key, id, members: 0 })
}

/// The sub-channel with the fewest members, the oldest of several.
fn least_of<'s>(all: impl IntoIterator<Item = &'s SubChannelRow>) -> Option<&'s SubChannelRow> {
    all.into_iter().min_by_key(|sub_channel| (sub_channel.members, sub_channel.key))
}

/// Removes sub-channels that have too few members, whose members move to the others.
pub(super) fn balance(db: &Transaction<'_>, channel: &ChannelRow) -> rusqlite::Result<()> {
    let Some(configuration) = &channel.elastic else { return Ok(()) };
    let target = i64::from(configuration.target_memberships_per_sub_channel);
    let minimum = target * i64::from(configuration.minimum_membership_percentage);
    loop {
        let mut all = sub_channels::all(db, channel.key)?;
        let Some(least) = least_of(&all).cloned() else { return Ok(()) };
        all.retain(|other| other.key != least.key);
        let room: i64 = all.iter().map(|other| (target - other.members).max(0)).sum();
        if least.members * 100 >= minimum || room < least.members || all.is_empty() {
            return Ok(());
        }
        for membership in memberships::keys_of_sub_channel(db, least.key)? {
            let Some(to) = all.iter_mut().min_by_key(|other| (other.members, other.key)) else { break };
            memberships::move_to(db, membership, to.key, db.write_time())?;
            events::member_moved(db, channel.key, membership)?;
            to.members += 1;
        }
        sub_channels::delete(db, least.key)?;
    }
}
