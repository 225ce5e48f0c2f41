//! Moderators of channels.

use chime_types::AppInstanceUserArn;
use chime_types::operations::{
    CreateChannelModerator, CreateChannelModeratorResponse, DeleteChannelModerator,
    DescribeChannelModeratedByAppInstanceUser, DescribeChannelModeratedByAppInstanceUserResponse,
    DescribeChannelModerator, DescribeChannelModeratorResponse, ListChannelModerators,
    ListChannelModeratorsResponse, ListChannelsModeratedByAppInstanceUser,
    ListChannelsModeratedByAppInstanceUserResponse,
};
use chime_types::shapes::{ChannelModeratedByAppInstanceUserSummary, ChannelModeratorSummary};

use super::elastic::balance;
use super::handle::{Handle, World};
use super::parts::{channel_summary, identity};
use crate::access::{find_channel, moderated_channel, user_asked_about, user_of};
use crate::events;
use crate::paging::{Page, Place};
use crate::refusal::Refusal;
use crate::shapes;
use crate::store::Transaction;
use crate::tables::channels::{ChannelRow, ListedChannel};
use crate::tables::moderators::ModeratorRow;
use crate::tables::users::UserRow;
use crate::tables::{bans, channels, memberships, moderators};

impl Handle for CreateChannelModerator {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let channel = moderated_channel(db, &self.channel_arn, &caller)?;
        let moderator = user_of(db, channel.app_instance, &self.channel_moderator_arn)?
            .ok_or_else(|| Refusal::bad_request("ChannelModeratorArn: not a user of the app instance"))?;
        if bans::exists(db, channel.key, moderator.key)? {
            return Err(Refusal::forbidden(format!(
                "a banned user cannot be a moderator; delete the ban first; the channel is {}",
                self.channel_arn
            )));
        }
        if !moderators::insert(db, channel.key, moderator.key, caller.key, db.write_time())? {
            return Err(Refusal::conflict("ChannelModeratorArn: the user is a moderator already"));
        }
        events::moderator_added(db, channel.key, &self.channel_moderator_arn)?;
        leave_sub_channel(db, &channel, &self.channel_moderator_arn)?;
        Ok(CreateChannelModeratorResponse::default()
            .channel_arn(self.channel_arn)
            .channel_moderator(identity(moderator)))
    }
}

impl Handle for DeleteChannelModerator {
    type Caller = UserRow;

    /// Deleting a user who is not a moderator succeeds.
    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let channel = moderated_channel(db, &self.channel_arn, &caller)?;
        events::moderator_removed(db, channel.key, &self.channel_moderator_arn)?;
        moderators::delete(db, channel.key, &self.channel_moderator_arn)?;
        Ok(leave_sub_channel(db, &channel, &self.channel_moderator_arn)?)
    }
}

/// Takes a user whose role changes out of an elastic channel.
fn leave_sub_channel(
    db: &Transaction<'_>,
    channel: &ChannelRow,
    user: &AppInstanceUserArn,
) -> rusqlite::Result<()> {
    if channel.elastic.is_some() {
        events::member_removed(db, channel.key, user)?;
        memberships::delete(db, channel.key, user)?;
    }
    balance(db, channel)
}

impl Handle for DescribeChannelModerator {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let (channel, standing) =
            find_channel(db, &self.channel_arn, &caller)?.ok_or_else(|| Refusal::not_found("channel"))?;
        standing.check_moderate(&self.channel_arn)?;
        let found = moderators::find(db, channel.key, &self.channel_moderator_arn)?
            .ok_or_else(|| Refusal::not_found("channel moderator"))?;
        let moderator = shapes::moderator(self.channel_arn, found);
        Ok(DescribeChannelModeratorResponse::default().channel_moderator(moderator))
    }
}

fn summary(moderator: ModeratorRow) -> ChannelModeratorSummary {
    ChannelModeratorSummary::default().moderator(identity(moderator.user))
}

impl Handle for ListChannelModerators {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let channel = moderated_channel(db, &self.channel_arn, &caller)?;
        let page = Page::new(("moderators", channel.key), self.max_results, self.next_token.as_ref())?;
        let rows = moderators::list(db, channel.key, page.after_key(), page.rows)?;
        let (moderators, next_token) = page.finish(rows, |moderator| Place::key(moderator.key), summary);
        let mut answer = ListChannelModeratorsResponse::default()
            .channel_arn(self.channel_arn)
            .channel_moderators(moderators);
        answer.next_token = next_token;
        Ok(answer)
    }
}

fn moderated(channel: ListedChannel) -> ChannelModeratedByAppInstanceUserSummary {
    ChannelModeratedByAppInstanceUserSummary::default().channel_summary(channel_summary(channel))
}

impl Handle for DescribeChannelModeratedByAppInstanceUser {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let user = user_asked_about(db, Some(&self.app_instance_user_arn), &caller)?;
        let found = channels::find_moderated(db, caller.key, &self.channel_arn, user)?.ok_or_else(|| {
            let (user, channel) = (&self.app_instance_user_arn, &self.channel_arn);
            Refusal::forbidden(format!("{user} is not a moderator; the channel is {channel}"))
        })?;
        Ok(DescribeChannelModeratedByAppInstanceUserResponse::default().channel(moderated(found)))
    }
}

impl Handle for ListChannelsModeratedByAppInstanceUser {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let user = user_asked_about(db, self.app_instance_user_arn.as_ref(), &caller)?;
        let page = Page::new(("moderated channels", user), self.max_results, self.next_token.as_ref())?;
        let rows = channels::list_moderated(db, caller.key, user, page.after_key(), page.rows)?;
        let (channels, next_token) =
            page.finish(rows, |(key, _)| Place::key(*key), |(_, channel)| moderated(channel));
        let mut answer = ListChannelsModeratedByAppInstanceUserResponse::default().channels(channels);
        answer.next_token = next_token;
        Ok(answer)
    }
}
