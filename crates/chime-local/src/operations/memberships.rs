//! Memberships of channels, and how far members have read.

use chime_types::operations::{
    BatchCreateChannelMembership, BatchCreateChannelMembershipResponse, CreateChannelMembership,
    CreateChannelMembershipResponse, DeleteChannelMembership, DescribeChannelMembership,
    DescribeChannelMembershipForAppInstanceUser, DescribeChannelMembershipForAppInstanceUserResponse,
    DescribeChannelMembershipResponse, GetChannelMembershipPreferences,
    GetChannelMembershipPreferencesResponse, ListChannelMemberships,
    ListChannelMembershipsForAppInstanceUser, ListChannelMembershipsForAppInstanceUserResponse,
    ListChannelMembershipsResponse, PutChannelMembershipPreferences, PutChannelMembershipPreferencesResponse,
    UpdateChannelReadMarker, UpdateChannelReadMarkerResponse,
};
use chime_types::shapes::{
    AllowNotifications, AppInstanceUserMembershipSummary, BatchChannelMemberships,
    BatchCreateChannelMembershipError, ChannelMembershipForAppInstanceUserSummary,
    ChannelMembershipPreferences, ChannelMembershipType, ChannelMode, ErrorCode, PushNotificationPreferences,
};
use chime_types::{AppInstanceUserArn, ChannelArn, Exception};

use super::elastic::{balance, not_elastic, place, refuse_elastic, sub_channel};
use super::handle::{Handle, World};
use super::parts::{channel_summary, identity};
use crate::access::{about_others, channel, find_channel, user_asked_about, user_of};
use crate::events;
use crate::filter_rule::check_preferences;
use crate::limits::{CHANNELS_OF_A_USER, MEMBERS_OF_A_CHANNEL};
use crate::paging::{Page, Place};
use crate::refusal::Refusal;
use crate::shapes::{self, membership_summary};
use crate::store::Transaction;
use crate::tables::channels::ChannelRow;
use crate::tables::memberships::{self, ChannelOfUser, NewMembership};
use crate::tables::sub_channels::SubChannelRow;
use crate::tables::users::UserRow;
use crate::tables::{bans, moderators};

/// Makes a user a member; false if the user is one already.
pub(super) fn add_member(
    db: &Transaction<'_>,
    (channel, sub_channel): (i64, Option<i64>),
    member: i64,
    r#type: &ChannelMembershipType,
    invited_by: i64,
) -> Result<bool, Refusal> {
    let now = db.write_time();
    let new = NewMembership {
        channel,
        sub_channel,
        user: member,
        r#type,
        invited_by,
        read_at: None,
        preferences: None,
        created_at: now,
        updated_at: now,
    };
    if !memberships::insert(db, &new)? {
        return Ok(false);
    }
    // An elastic channel has the limit of its sub-channels.
    let members = if sub_channel.is_none() { memberships::count_of_channel(db, channel)? } else { 0 };
    for (count, limit, what) in [
        (members, MEMBERS_OF_A_CHANNEL, "members of a channel"),
        (memberships::count_of_user(db, member)?, CHANNELS_OF_A_USER, "channels of a user"),
    ] {
        if count > limit {
            let message = format!("The limit of {limit} {what} is reached");
            return Err(Refusal::new(Exception::ResourceLimitExceededException, message));
        }
    }
    Ok(true)
}

/// A channel that the caller may add members to.
fn channel_to_extend(
    db: &Transaction<'_>,
    arn: &ChannelArn,
    caller: &UserRow,
    is_joining: bool,
) -> Result<ChannelRow, Refusal> {
    let (channel, standing) = find_channel(db, arn, caller)?.ok_or_else(|| Refusal::not_found("channel"))?;
    if standing.may_add_members(&channel) || is_joining && standing.may_join() {
        return Ok(channel);
    }
    let rule = match channel.mode {
        _ if is_joining && standing.is_banned() => "a banned user cannot join",
        _ if is_joining => "only public channels can be joined",
        ChannelMode::Unrestricted => {
            "only members who are not hidden, moderators and administrators may add members"
        }
        _ => "only moderators and administrators may add members to a RESTRICTED channel",
    };
    Err(standing.refuse(rule, arn))
}

impl Handle for CreateChannelMembership {
    type Caller = UserRow;

    /// Any user of the app instance may join a public channel.
    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let is_joining = self.member_arn == caller.arn;
        let channel = channel_to_extend(db, &self.channel_arn, &caller, is_joining)?;
        let member = user_of(db, channel.app_instance, &self.member_arn)?
            .ok_or_else(|| Refusal::not_found("app instance user"))?;
        if bans::exists(db, channel.key, member.key)? {
            return Err(Refusal::forbidden(format!(
                "a banned user cannot be added; delete the ban first; the channel is {}",
                self.channel_arn
            )));
        }
        let place = place_of(db, &channel, &member, &self.r#type, self.sub_channel_id.as_ref())?;
        let (place, sub_channel_id) = place.map(|place| (place.key, place.id)).unzip();
        if !add_member(db, (channel.key, place), member.key, &self.r#type, caller.key)? {
            return Err(Refusal::conflict("MemberArn: the user is a member already"));
        }
        events::member_added(db, channel.key, &self.member_arn)?;
        let mut answer =
            CreateChannelMembershipResponse::default().channel_arn(self.channel_arn).member(identity(member));
        answer.sub_channel_id = sub_channel_id;
        Ok(answer)
    }
}

/// The sub-channel that a new member of an elastic channel is put into.
fn place_of(
    db: &Transaction<'_>,
    channel: &ChannelRow,
    member: &UserRow,
    r#type: &ChannelMembershipType,
    named: Option<&String>,
) -> Result<Option<SubChannelRow>, Refusal> {
    if *r#type == ChannelMembershipType::Hidden {
        refuse_elastic(channel, "hidden members")?;
    }
    // Nobody moves by being added again.
    if memberships::exists(db, channel.key, member.key)? {
        return Ok(None);
    }
    let is_moderator = member.is_administrator || moderators::exists(db, channel.key, member.key)?;
    place(db, channel, is_moderator, named)
}

impl Handle for BatchCreateChannelMembership {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let channel = channel_to_extend(db, &self.channel_arn, &caller, false)?;
        let r#type = self.r#type.unwrap_or(ChannelMembershipType::Default);
        let named = self.sub_channel_id.as_ref();
        let (mut members, mut errors) = (Vec::new(), Vec::new());
        for arn in self.member_arns {
            let (code, message) = match user_of(db, channel.app_instance, &arn)? {
                None => (ErrorCode::NotFound, "The app instance user does not exist"),
                Some(member) if bans::exists(db, channel.key, member.key)? => {
                    (ErrorCode::Forbidden, "The user is banned")
                }
                Some(member) => {
                    let place = place_of(db, &channel, &member, &r#type, named)?.map(|place| place.key);
                    if add_member(db, (channel.key, place), member.key, &r#type, caller.key)? {
                        members.push(identity(member));
                        continue;
                    }
                    (ErrorCode::Conflict, "The user is a member already")
                }
            };
            let error = BatchCreateChannelMembershipError::default()
                .member_arn(arn)
                .error_code(code)
                .error_message(message);
            errors.push(error);
        }
        let mut made = BatchChannelMemberships::default()
            .invited_by(identity(caller))
            .r#type(r#type)
            .members(members)
            .channel_arn(self.channel_arn);
        made.sub_channel_id = self.sub_channel_id;
        events::members_added(db, channel.key, &made, channel.elastic.is_some())?;
        Ok(BatchCreateChannelMembershipResponse::default().batch_channel_memberships(made).errors(errors))
    }
}

impl Handle for DescribeChannelMembership {
    type Caller = UserRow;

    /// Only moderators, administrators and hidden members themselves learn of hidden members.
    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let (channel, standing) =
            find_channel(db, &self.channel_arn, &caller)?.ok_or_else(|| Refusal::not_found("channel"))?;
        let own = caller.arn == self.member_arn;
        standing.check_read(&self.channel_arn)?;
        if standing.is_hidden() && !own {
            let rule = "hidden members may describe their own membership only";
            return Err(standing.refuse(rule, &self.channel_arn));
        }
        if channel.elastic.is_none() {
            not_elastic(self.sub_channel_id.as_ref())?;
        }
        let named = self.sub_channel_id;
        let found = memberships::find(db, channel.key, &self.member_arn)?
            .filter(|found| named.is_none() || named == found.sub_channel)
            .filter(|found| own || standing.may_moderate() || found.r#type != ChannelMembershipType::Hidden)
            .ok_or_else(|| Refusal::not_found("channel membership"))?;
        let described = shapes::membership(self.channel_arn, found);
        Ok(DescribeChannelMembershipResponse::default().channel_membership(described))
    }
}

impl Handle for ListChannelMemberships {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let (channel, standing) = channel(db, &self.channel_arn, &caller)?;
        let r#type = self.r#type.unwrap_or(ChannelMembershipType::Default);
        let of_the_hidden = r#type == ChannelMembershipType::Hidden;
        standing.check_read(&self.channel_arn)?;
        if standing.is_hidden() {
            return Err(standing.refuse("hidden members may not list members", &self.channel_arn));
        }
        if of_the_hidden && !standing.may_moderate() {
            let rule = "only moderators and administrators may list hidden members";
            return Err(standing.refuse(rule, &self.channel_arn));
        }
        let sub_channel =
            sub_channel(db, &channel, &standing, self.sub_channel_id.as_ref(), &self.channel_arn)?;
        let sub_channel = sub_channel.map(|sub_channel| sub_channel.key);
        let list = ("memberships", channel.key, sub_channel, r#type.as_str());
        let page = Page::new(list, self.max_results, self.next_token.as_ref())?;
        let rows =
            memberships::list_members(db, channel.key, sub_channel, &r#type, page.after_key(), page.rows)?;
        let (members, next_token) =
            page.finish(rows, |(key, _)| Place::key(*key), |(_, member)| membership_summary(member));
        let mut answer = ListChannelMembershipsResponse::default()
            .channel_arn(self.channel_arn)
            .channel_memberships(members);
        answer.next_token = next_token;
        Ok(answer)
    }
}

impl Handle for DeleteChannelMembership {
    type Caller = UserRow;

    /// Deleting a user who is not a member succeeds.
    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let (channel, standing) = channel(db, &self.channel_arn, &caller)?;
        let own = standing.is_member() && caller.arn == self.member_arn;
        if !standing.may_moderate() && !own {
            let rule = "only moderators and administrators may remove others, and only members can leave";
            return Err(standing.refuse(rule, &self.channel_arn));
        }
        if channel.elastic.is_none() {
            not_elastic(self.sub_channel_id.as_ref())?;
        }
        let found = memberships::find(db, channel.key, &self.member_arn)?;
        if self.sub_channel_id.is_some()
            && found.is_some_and(|found| found.sub_channel != self.sub_channel_id)
        {
            return Err(Refusal::bad_request("SubChannelId: the member is not in this sub-channel"));
        }
        events::member_removed(db, channel.key, &self.member_arn)?;
        memberships::delete(db, channel.key, &self.member_arn)?;
        Ok(balance(db, &channel)?)
    }
}

fn summary(membership: ChannelOfUser) -> ChannelMembershipForAppInstanceUserSummary {
    let mut user = AppInstanceUserMembershipSummary::default().r#type(membership.r#type);
    user.read_marker_timestamp = membership.read_at.map(Into::into);
    user.sub_channel_id = membership.sub_channel;
    ChannelMembershipForAppInstanceUserSummary::default()
        .channel_summary(channel_summary(membership.channel))
        .app_instance_user_membership_summary(user)
}

impl Handle for DescribeChannelMembershipForAppInstanceUser {
    type Caller = UserRow;

    /// Administrators may ask about any user of their app instance, other users about themselves.
    fn handle(self, caller: UserRow, world: &World<'_>) -> Result<Self::Output, Refusal> {
        let own = caller.arn == self.app_instance_user_arn;
        if !own && !caller.is_administrator {
            return Err(about_others(&format!("the channel is {}", self.channel_arn)));
        }
        let found = memberships::find_channel_of_user(
            world.db,
            caller.key,
            caller.app_instance,
            &self.channel_arn,
            &self.app_instance_user_arn,
        )?;
        let found = found.ok_or_else(|| {
            let (user, channel) = (&self.app_instance_user_arn, &self.channel_arn);
            not_a_member(world).because(format!("{user} is not a member; the channel is {channel}"))
        })?;
        Ok(DescribeChannelMembershipForAppInstanceUserResponse::default().channel_membership(summary(found)))
    }
}

/// The answer about a user who is not a member is documented nowhere; it is a setting.
fn not_a_member(world: &World<'_>) -> Refusal {
    let message = "The user is not a member of the channel, or the caller may not see the membership";
    Refusal::new(world.settings.not_a_member.clone(), message)
}

impl Handle for ListChannelMembershipsForAppInstanceUser {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let user = user_asked_about(db, self.app_instance_user_arn.as_ref(), &caller)?;
        let page = Page::new(("channels of a user", user), self.max_results, self.next_token.as_ref())?;
        let rows = memberships::list_channels_of_user(db, caller.key, user, page.after_key(), page.rows)?;
        let (memberships, next_token) =
            page.finish(rows, |(key, _)| Place::key(*key), |(_, membership)| summary(membership));
        let mut answer =
            ListChannelMembershipsForAppInstanceUserResponse::default().channel_memberships(memberships);
        answer.next_token = next_token;
        Ok(answer)
    }
}

impl Handle for UpdateChannelReadMarker {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let (channel, standing) = channel(db, &self.channel_arn, &caller)?;
        if !standing.is_member() {
            return Err(standing.refuse("only members have a read marker", &self.channel_arn));
        }
        refuse_elastic(&channel, "read markers")?;
        memberships::set_read_marker(db, channel.key, caller.key, db.write_time())?;
        Ok(UpdateChannelReadMarkerResponse::default().channel_arn(self.channel_arn))
    }
}

/// A channel in which the caller is a member and asks about nobody else.
fn own_membership(
    db: &Transaction<'_>,
    arn: &ChannelArn,
    member: &AppInstanceUserArn,
    caller: &UserRow,
) -> Result<ChannelRow, Refusal> {
    let (channel, standing) = channel(db, arn, caller)?;
    if *member == caller.arn && standing.is_member() {
        refuse_elastic(&channel, "preferences")?;
        return Ok(channel);
    }
    Err(standing.refuse("members may get and set only their own preferences", arn))
}

impl Handle for GetChannelMembershipPreferences {
    type Caller = UserRow;

    /// Until they are set, all notifications are allowed.
    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let channel = own_membership(db, &self.channel_arn, &self.member_arn, &caller)?;
        let preferences = memberships::preferences(db, channel.key, caller.key)?.unwrap_or_else(|| {
            ChannelMembershipPreferences::default()
                .push_notifications(PushNotificationPreferences::new(AllowNotifications::All))
        });
        Ok(GetChannelMembershipPreferencesResponse::default()
            .channel_arn(self.channel_arn)
            .member(identity(caller))
            .preferences(preferences))
    }
}

impl Handle for PutChannelMembershipPreferences {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        check_preferences(&self.preferences).map_err(Refusal::bad_request)?;
        let channel = own_membership(db, &self.channel_arn, &self.member_arn, &caller)?;
        memberships::set_preferences(db, channel.key, caller.key, &self.preferences)?;
        Ok(PutChannelMembershipPreferencesResponse::default()
            .channel_arn(self.channel_arn)
            .member(identity(caller))
            .preferences(self.preferences))
    }
}
