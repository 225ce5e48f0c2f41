//! Moderators of channels.

use chime_types::operations::{
    CreateChannelModerator, CreateChannelModeratorResponse, DeleteChannelModerator, ListChannelModerators,
    ListChannelModeratorsResponse,
};
use chime_types::shapes::ChannelModeratorSummary;

use super::handle::{Handle, World};
use super::parts::identity;
use crate::access::{moderated_channel, user_of};
use crate::paging::{Page, Place};
use crate::refusal::Refusal;
use crate::tables::moderators;
use crate::tables::users::{NamedUser, UserRow};

impl Handle for CreateChannelModerator {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let channel = moderated_channel(db, &self.channel_arn, &caller)?;
        let moderator = user_of(db, channel.app_instance, &self.channel_moderator_arn)?
            .ok_or_else(|| Refusal::bad_request("ChannelModeratorArn: not a user of the app instance"))?;
        if !moderators::insert(db, channel.key, moderator.key)? {
            return Err(Refusal::conflict("ChannelModeratorArn: the user is a moderator already"));
        }
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
        moderators::delete(db, channel.key, &self.channel_moderator_arn)?;
        Ok(())
    }
}

fn summary((_, moderator): (i64, NamedUser)) -> ChannelModeratorSummary {
    ChannelModeratorSummary::default().moderator(identity(moderator))
}

impl Handle for ListChannelModerators {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let channel = moderated_channel(db, &self.channel_arn, &caller)?;
        let page = Page::new(("moderators", channel.key), self.max_results, self.next_token.as_ref())?;
        let rows = moderators::list(db, channel.key, page.after_key(), page.rows)?;
        let (moderators, next_token) = page.finish(rows, |(key, _)| Place::key(*key), summary);
        let mut answer = ListChannelModeratorsResponse::default()
            .channel_arn(self.channel_arn)
            .channel_moderators(moderators);
        answer.next_token = next_token;
        Ok(answer)
    }
}
