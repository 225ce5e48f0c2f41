//! Moderators of channels.

use chime_types::{
    ChannelModeratorSummary, CreateChannelModerator, CreateChannelModeratorResponse, DeleteChannelModerator,
    ListChannelModerators, ListChannelModeratorsResponse,
};

use super::{
    Channel, Handle, User, arn, bad_request, channel, conflict, forbidden, identity, native_user, word,
};
use crate::paging::{Page, Place};
use crate::store::{Call, Refused};

/// Makes a user a moderator; false if the user is one already.
pub(super) fn add_moderator(call: &Call<'_>, channel: &Channel, moderator: &User) -> rusqlite::Result<bool> {
    let made = call
        .db
        .prepare_cached("INSERT OR IGNORE INTO moderators (channel_id, user_id) VALUES (?1, ?2)")?
        .execute((channel.id, moderator.id))?;
    Ok(made == 1)
}

/// The channel, where the caller may decide who moderates it.
fn to_moderate(call: &Call<'_>, arn: &chime_types::ChannelArn, caller: &User) -> Result<Channel, Refused> {
    let (channel, standing) = channel(call, arn, caller)?;
    if standing.may_moderate() { Ok(channel) } else { Err(forbidden().into()) }
}

impl Handle for CreateChannelModerator {
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let caller = call.caller()?;
        let channel = to_moderate(call, &self.channel_arn, caller)?;
        let moderator = native_user(call, channel.app_instance, &self.channel_moderator_arn)?
            .ok_or_else(|| bad_request("ChannelModeratorArn: it is no user of the app instance"))?;
        if !add_moderator(call, &channel, &moderator)? {
            return Err(conflict("ChannelModeratorArn: the user is a moderator already").into());
        }
        let mut answer = CreateChannelModeratorResponse::default();
        answer.channel_arn = Some(self.channel_arn);
        answer.channel_moderator = Some(moderator.identity());
        Ok(answer)
    }
}

impl Handle for DeleteChannelModerator {
    /// Who is no moderator is none afterwards either: that is no error.
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let caller = call.caller()?;
        let channel = to_moderate(call, &self.channel_arn, caller)?;
        call.db
            .prepare_cached(
                "DELETE FROM moderators WHERE channel_id = ?1
                 AND user_id = (SELECT user_id FROM users WHERE arn = ?2)",
            )?
            .execute((channel.id, self.channel_moderator_arn.as_str()))?;
        Ok(())
    }
}

impl Handle for ListChannelModerators {
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let caller = call.caller()?;
        let channel = to_moderate(call, &self.channel_arn, caller)?;
        let page = Page::new(("moderators", channel.id), self.max_results, self.next_token.as_ref())?;
        let rows = call
            .db
            .prepare_cached(
                "SELECT u.arn, u.name, o.moderator_id FROM moderators o JOIN users u USING (user_id)
                 WHERE o.channel_id = ?1 AND o.moderator_id > ?2 ORDER BY o.moderator_id LIMIT ?3",
            )?
            .query_map((channel.id, page.after_key(), page.rows), |row| {
                let mut summary = ChannelModeratorSummary::default();
                summary.moderator = Some(identity(arn(row, 0)?, word(row, 1)?));
                Ok((Place::key(row.get(2)?), summary))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        let mut answer = ListChannelModeratorsResponse::default();
        let (moderators, next_token) = page.finish(rows);
        answer.channel_arn = Some(self.channel_arn);
        answer.channel_moderators = Some(moderators);
        answer.next_token = next_token;
        Ok(answer)
    }
}
