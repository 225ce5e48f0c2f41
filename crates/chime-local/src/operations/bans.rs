//! Bans from channels.

use chime_types::operations::{
    CreateChannelBan, CreateChannelBanResponse, DeleteChannelBan, DescribeChannelBan,
    DescribeChannelBanResponse, ListChannelBans, ListChannelBansResponse,
};
use chime_types::shapes::ChannelBanSummary;

use super::elastic::balance;
use super::handle::{Handle, World};
use super::parts::identity;
use crate::access::{find_channel, moderated_channel, user_of};
use crate::events;
use crate::paging::{Page, Place};
use crate::refusal::Refusal;
use crate::shapes;
use crate::tables::bans::BanRow;
use crate::tables::users::UserRow;
use crate::tables::{bans, memberships, moderators};

impl Handle for CreateChannelBan {
    type Caller = UserRow;

    /// A user who is not a member can be banned, too.
    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let channel = moderated_channel(db, &self.channel_arn, &caller)?;
        let user = user_of(db, channel.app_instance, &self.member_arn)?
            .ok_or_else(|| Refusal::bad_request("MemberArn: not a user of the app instance"))?;
        if user.is_administrator || moderators::exists(db, channel.key, user.key)? {
            return Err(Refusal::forbidden(format!(
                "administrators and moderators cannot be banned; the channel is {}",
                self.channel_arn
            )));
        }
        if !bans::insert(db, channel.key, user.key, caller.key, db.write_time())? {
            return Err(Refusal::conflict("MemberArn: the user is banned already"));
        }
        events::user_banned(db, channel.key, &self.member_arn)?;
        events::member_removed(db, channel.key, &self.member_arn)?;
        memberships::delete(db, channel.key, &self.member_arn)?;
        balance(db, &channel)?;
        Ok(CreateChannelBanResponse::default().channel_arn(self.channel_arn).member(identity(user)))
    }
}

impl Handle for DescribeChannelBan {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let (channel, standing) =
            find_channel(db, &self.channel_arn, &caller)?.ok_or_else(|| Refusal::not_found("channel"))?;
        standing.check_moderate(&self.channel_arn)?;
        let found = bans::find(db, channel.key, &self.member_arn)?
            .ok_or_else(|| Refusal::not_found("channel ban"))?;
        let ban = shapes::ban(self.channel_arn, found);
        Ok(DescribeChannelBanResponse::default().channel_ban(ban))
    }
}

impl Handle for DeleteChannelBan {
    type Caller = UserRow;

    /// Deleting the ban of a user who is not banned succeeds.
    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let channel = moderated_channel(db, &self.channel_arn, &caller)?;
        events::ban_ended(db, channel.key, &self.member_arn)?;
        bans::delete(db, channel.key, &self.member_arn)?;
        Ok(())
    }
}

fn summary(ban: BanRow) -> ChannelBanSummary {
    ChannelBanSummary::default().member(identity(ban.user))
}

impl Handle for ListChannelBans {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let channel = moderated_channel(db, &self.channel_arn, &caller)?;
        let page = Page::new(("bans", channel.key), self.max_results, self.next_token.as_ref())?;
        let rows = bans::list(db, channel.key, page.after_key(), page.rows)?;
        let (bans, next_token) = page.finish(rows, |ban| Place::key(ban.key), summary);
        let mut answer = ListChannelBansResponse::default().channel_arn(self.channel_arn).channel_bans(bans);
        answer.next_token = next_token;
        Ok(answer)
    }
}
