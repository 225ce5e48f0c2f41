//! Access rules: the caller, and the caller's role in a channel.

use chime_types::operation::Bearer;
use chime_types::shapes::{ChannelMembershipType, ChannelMode, ChannelPrivacy};
use chime_types::{AppInstanceArn, AppInstanceUserArn, ChannelArn};
use http::HeaderValue;

use crate::refusal::Refusal;
use crate::store::Transaction;
use crate::tables::channels::{self, ChannelRow};
use crate::tables::users::UserRow;
use crate::tables::{app_instances, users};

/// The caller, as an operation receives it: a user, perhaps a user, or nobody in particular.
pub(crate) trait Caller: Sized {
    /// The bearer that the operation requires.
    const BEARER: Bearer;

    /// The caller whom the bearer names, if the operation lets that caller in.
    fn identify(db: &Transaction<'_>, bearer: Option<&HeaderValue>) -> Result<Self, Refusal>;

    /// The key of the user who calls; 0 if that is not known.
    fn key(&self) -> i64;
}

impl Caller for UserRow {
    const BEARER: Bearer = Bearer::Required;

    fn identify(db: &Transaction<'_>, bearer: Option<&HeaderValue>) -> Result<Self, Refusal> {
        Option::identify(db, bearer)?.ok_or_else(|| Refusal::unauthorized("x-amz-chime-bearer: missing"))
    }

    fn key(&self) -> i64 {
        self.key
    }
}

impl Caller for Option<UserRow> {
    const BEARER: Bearer = Bearer::Optional;

    fn identify(db: &Transaction<'_>, bearer: Option<&HeaderValue>) -> Result<Self, Refusal> {
        let Some(bearer) = bearer else { return Ok(None) };
        let arn = std::str::from_utf8(bearer.as_bytes()).ok().and_then(|text| text.parse().ok());
        let arn = arn.ok_or_else(|| Refusal::unauthorized("x-amz-chime-bearer: not the ARN of a user"))?;
        let user = users::find(db, &arn)?;
        user.map(Some).ok_or_else(|| Refusal::unauthorized("x-amz-chime-bearer: the user does not exist"))
    }

    fn key(&self) -> i64 {
        self.as_ref().map_or(0, |user| user.key)
    }
}

impl Caller for () {
    const BEARER: Bearer = Bearer::None;

    fn identify(_: &Transaction<'_>, _: Option<&HeaderValue>) -> Result<Self, Refusal> {
        Ok(())
    }

    fn key(&self) -> i64 {
        0
    }
}

/// The caller's standing in a channel.
#[allow(clippy::struct_excessive_bools, reason = "each is a role of its own")]
pub(crate) struct Standing {
    /// The caller belongs to the channel's app instance.
    is_native: bool,
    /// The channel is public, and the caller belongs to its app instance and is not banned.
    is_invited: bool,
    is_administrator: bool,
    is_moderator: bool,
    is_banned: bool,
    membership: Option<ChannelMembershipType>,
    /// The ID of the caller's sub-channel.
    sub_channel: Option<String>,
}

impl Standing {
    /// The refusal of a call that a rule does not allow in this role.
    pub(crate) fn refuse(&self, rule: &str, channel: &ChannelArn) -> Refusal {
        let caller = match &self.membership {
            _ if self.is_administrator => "an administrator",
            _ if self.is_moderator => "a moderator",
            Some(r#type) if *r#type == ChannelMembershipType::Hidden => "a hidden member",
            Some(_) => "a member",
            None if self.is_banned => "banned",
            None if self.is_native => "not a member",
            None => "not a user of the app instance",
        };
        Refusal::forbidden(format!("{rule}; the caller is {caller}; the channel is {channel}"))
    }

    /// Refuses a caller who must not see the channel.
    pub(crate) fn check_read(&self, channel: &ChannelArn) -> Result<(), Refusal> {
        if self.may_read() {
            return Ok(());
        }
        Err(self.refuse("only members, moderators and administrators may see a private channel", channel))
    }

    /// Whether the caller may see the channel, its members and its messages.
    pub(crate) fn may_read(&self) -> bool {
        self.is_invited || self.is_member() || self.may_moderate()
    }

    /// Refuses a caller who must not change the channel.
    pub(crate) fn check_moderate(&self, channel: &ChannelArn) -> Result<(), Refusal> {
        if self.may_moderate() {
            return Ok(());
        }
        Err(self.refuse("only moderators and administrators may do this", channel))
    }

    /// Returns whether the caller may change the channel and its memberships.
    pub(crate) fn may_moderate(&self) -> bool {
        self.is_administrator || self.is_moderator
    }

    /// Whether the caller is a member, hidden or not.
    pub(crate) fn is_member(&self) -> bool {
        self.membership.is_some()
    }

    /// Whether the caller is an administrator of the channel's app instance.
    pub(crate) fn is_administrator(&self) -> bool {
        self.is_administrator
    }

    /// The ID of the caller's sub-channel, if the caller is a member of an elastic channel.
    pub(crate) fn sub_channel(&self) -> Option<&str> {
        self.sub_channel.as_deref()
    }

    /// Whether the caller is banned.
    pub(crate) fn is_banned(&self) -> bool {
        self.is_banned
    }

    /// Whether the caller reads without seeing the members or sending.
    pub(crate) fn is_hidden(&self) -> bool {
        self.membership == Some(ChannelMembershipType::Hidden) && !self.may_moderate()
    }

    /// Whether the caller may send messages.
    pub(crate) fn may_send(&self) -> bool {
        self.is_member() && !self.is_hidden()
    }

    /// Whether the caller may become a member without being added by another.
    pub(crate) fn may_join(&self) -> bool {
        self.is_invited
    }

    /// Whether the caller may add members to the channel.
    pub(crate) fn may_add_members(&self, channel: &ChannelRow) -> bool {
        self.may_moderate() || (self.may_send() && channel.mode == ChannelMode::Unrestricted)
    }
}

/// A channel and the caller's standing in it; none if the channel does not exist.
pub(crate) fn find_channel(
    db: &Transaction<'_>,
    arn: &ChannelArn,
    caller: &UserRow,
) -> rusqlite::Result<Option<(ChannelRow, Standing)>> {
    let Some((channel, roles)) = channels::find(db, arn, caller.key)? else { return Ok(None) };
    let native = channel.app_instance == caller.app_instance;
    let standing = Standing {
        is_native: native,
        is_invited: native && channel.privacy == ChannelPrivacy::Public && !roles.is_banned,
        is_administrator: native && caller.is_administrator,
        is_moderator: roles.is_moderator,
        is_banned: roles.is_banned,
        membership: roles.membership,
        sub_channel: roles.sub_channel,
    };
    Ok(Some((channel, standing)))
}

/// A channel and the caller's standing in it, where a channel that does not exist is answered like one that the caller
/// must not see: most operations document no `NotFoundException`.
pub(crate) fn channel(
    db: &Transaction<'_>,
    arn: &ChannelArn,
    caller: &UserRow,
) -> Result<(ChannelRow, Standing), Refusal> {
    find_channel(db, arn, caller)?
        .ok_or_else(|| Refusal::forbidden(format!("the channel does not exist; it is {arn}")))
}

/// A channel that the caller may change.
pub(crate) fn moderated_channel(
    db: &Transaction<'_>,
    arn: &ChannelArn,
    caller: &UserRow,
) -> Result<ChannelRow, Refusal> {
    let (channel, standing) = channel(db, arn, caller)?;
    standing.check_moderate(arn)?;
    Ok(channel)
}

/// The key of an app instance, where one that does not exist is answered like one that the caller must not see: the
/// operations document no `NotFoundException`.
pub(crate) fn app_instance(db: &Transaction<'_>, arn: &AppInstanceArn) -> Result<i64, Refusal> {
    app_instances::key(db, arn)?
        .ok_or_else(|| Refusal::forbidden(format!("the app instance does not exist; it is {arn}")))
}

/// The key of an app instance that the caller belongs to.
pub(crate) fn own_app_instance(
    db: &Transaction<'_>,
    arn: &AppInstanceArn,
    caller: &UserRow,
) -> Result<i64, Refusal> {
    let app_instance = app_instance(db, arn)?;
    if app_instance == caller.app_instance {
        return Ok(app_instance);
    }
    Err(Refusal::forbidden(format!("only its own users may act in an app instance; it is {arn}")))
}

/// A user of an app instance; none if the user does not exist or belongs to another.
pub(crate) fn user_of(
    db: &Transaction<'_>,
    app_instance: i64,
    arn: &AppInstanceUserArn,
) -> rusqlite::Result<Option<UserRow>> {
    Ok(users::find(db, arn)?.filter(|user| user.app_instance == app_instance))
}

/// The refusal of a caller who asks about the channels of another user.
pub(crate) fn about_others(what: &str) -> Refusal {
    Refusal::forbidden(format!(
        "only administrators may ask about other users of their app instance; the caller is not one; {what}"
    ))
}

/// The key of the user about whose channels a caller asks, by default the caller.
///
/// An unknown user is answered like one whom the caller may not ask about.
pub(crate) fn user_asked_about(
    db: &Transaction<'_>,
    user: Option<&AppInstanceUserArn>,
    caller: &UserRow,
) -> Result<i64, Refusal> {
    let Some(arn) = user.filter(|arn| **arn != caller.arn) else { return Ok(caller.key) };
    let user = user_of(db, caller.app_instance, arn)?;
    if !caller.is_administrator {
        return Err(about_others(&format!("the user is {arn}")));
    }
    Ok(user.ok_or_else(|| Refusal::forbidden(format!("the user does not exist; it is {arn}")))?.key)
}
