//! Channels.

use chime_types::{
    Channel as Answered, ChannelMembershipType, ChannelMode, ChannelPrivacy, CreateChannel,
    CreateChannelResponse, DeleteChannel, DescribeChannel, DescribeChannelResponse, ListChannels,
    ListChannelsResponse, UpdateChannel, UpdateChannelResponse,
};

use super::app_instances::app_instance;
use super::memberships::add_member;
use super::moderators::add_moderator;
use super::{
    Channel, Handle, SUMMARY, arn, bad_request, channel, conflict, forbidden, identity, json, native_user,
    structure, summary, time, word,
};
use crate::paging::{Page, Place};
use crate::store::{Call, Refused, new_id};

impl Handle for CreateChannel {
    /// The creator becomes the first member and moderator.
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let caller = call.caller()?;
        if self.elastic_channel_configuration.is_some() {
            let message = "ElasticChannelConfiguration: there are no elastic channels here; expected none";
            return Err(bad_request(message).into());
        }
        let app_instance = app_instance(call, &self.app_instance_arn)?;
        if app_instance != caller.app_instance {
            return Err(forbidden().into());
        }
        let id = self.channel_id.map_or_else(new_id, chime_types::Sensitive::into_string);
        let arn = format!("{}/channel/{id}", self.app_instance_arn);
        let mode = self.mode.unwrap_or(ChannelMode::Unrestricted);
        let privacy = self.privacy.unwrap_or(ChannelPrivacy::Public);
        let inserted = call
            .db
            .prepare_cached(
                "INSERT OR IGNORE INTO channels
                 (app_instance_id, arn, name, mode, privacy, metadata, expiration, created_by, created_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
            )?
            .execute((
                app_instance,
                &arn,
                self.name.as_str(),
                mode.as_str(),
                privacy.as_str(),
                self.metadata.as_ref().map(chime_types::Sensitive::as_str),
                json(self.expiration_settings.as_ref())?,
                caller.id,
                call.now(),
            ))?;
        if inserted == 0 {
            return Err(conflict("ChannelId: there is a channel of that id already").into());
        }
        let channel = Channel { id: call.db.last_insert_rowid(), app_instance, mode, privacy };
        add_member(call, &channel, caller, &ChannelMembershipType::Default, caller)?;
        add_moderator(call, &channel, caller)?;
        // The creator may be named among them.
        for (index, member) in self.member_arns.iter().flatten().enumerate() {
            let user =
                native_user(call, app_instance, member)?.ok_or_else(|| no_user("MemberArns", index))?;
            add_member(call, &channel, &user, &ChannelMembershipType::Default, caller)?;
        }
        for (index, moderator) in self.moderator_arns.iter().flatten().enumerate() {
            let user =
                native_user(call, app_instance, moderator)?.ok_or_else(|| no_user("ModeratorArns", index))?;
            add_moderator(call, &channel, &user)?;
        }
        let mut answer = CreateChannelResponse::default();
        answer.channel_arn = Some(arn.try_into().map_err(|_| bad_request("the ARN is malformed"))?);
        Ok(answer)
    }
}

fn no_user(parameter: &str, index: usize) -> Refused {
    bad_request(format!("{parameter}: item {} is no user of the app instance", index + 1)).into()
}

impl Handle for DescribeChannel {
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let caller = call.caller()?;
        let (found, standing) = channel(call, &self.channel_arn, caller)?;
        if !standing.may_read() {
            return Err(forbidden().into());
        }
        let described = call
            .db
            .prepare_cached(&format!(
                "SELECT {SUMMARY}, c.created_at, c.updated_at, c.expiration, u.arn, u.name
                 FROM channels c JOIN users u ON u.user_id = c.created_by WHERE channel_id = ?2"
            ))?
            .query_row((caller.id, found.id), |row| {
                let summary = summary(row)?;
                let mut described = Answered::default();
                described.name = summary.name;
                described.channel_arn = summary.channel_arn;
                described.mode = summary.mode;
                described.privacy = summary.privacy;
                described.metadata = summary.metadata;
                described.last_message_timestamp = summary.last_message_timestamp;
                described.created_timestamp = time(row, 6)?;
                described.last_updated_timestamp = time(row, 7)?;
                described.expiration_settings = structure(row, 8)?;
                described.created_by = Some(identity(arn(row, 9)?, word(row, 10)?));
                Ok(described)
            })?;
        let mut answer = DescribeChannelResponse::default();
        answer.channel = Some(described);
        Ok(answer)
    }
}

impl Handle for UpdateChannel {
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let caller = call.caller()?;
        let (found, standing) = channel(call, &self.channel_arn, caller)?;
        if !standing.may_moderate() {
            return Err(forbidden().into());
        }
        call.db
            .prepare_cached(
                "UPDATE channels SET name = coalesce(?2, name), mode = coalesce(?3, mode),
                    metadata = coalesce(?4, metadata), updated_at = ?5 WHERE channel_id = ?1",
            )?
            .execute((
                found.id,
                self.name.as_ref().map(chime_types::Sensitive::as_str),
                self.mode.as_ref().map(ChannelMode::as_str),
                self.metadata.as_ref().map(chime_types::Sensitive::as_str),
                call.now(),
            ))?;
        let mut answer = UpdateChannelResponse::default();
        answer.channel_arn = Some(self.channel_arn);
        Ok(answer)
    }
}

impl Handle for DeleteChannel {
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let caller = call.caller()?;
        let (found, standing) = channel(call, &self.channel_arn, caller)?;
        if !standing.may_moderate() {
            return Err(forbidden().into());
        }
        call.db.prepare_cached("DELETE FROM channels WHERE channel_id = ?1")?.execute([found.id])?;
        Ok(())
    }
}

impl Handle for ListChannels {
    /// Administrators see all channels, and all or one kind of them; everybody else the public ones, and may not ask
    /// for the private ones.
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let caller = call.caller()?;
        let app_instance = app_instance(call, &self.app_instance_arn)?;
        if app_instance != caller.app_instance {
            return Err(forbidden().into());
        }
        let privacy = match self.privacy {
            privacy if caller.administrator => privacy,
            Some(ChannelPrivacy::Private) => return Err(forbidden().into()),
            _ => Some(ChannelPrivacy::Public),
        };
        let privacy = privacy.as_ref().map(ChannelPrivacy::as_str);
        let page =
            Page::new(("channels", app_instance, privacy), self.max_results, self.next_token.as_ref())?;
        let rows = call
            .db
            .prepare_cached(&format!(
                "SELECT {SUMMARY}, c.channel_id FROM channels c
                 WHERE app_instance_id = ?2 AND channel_id > ?3 AND (?4 IS NULL OR privacy = ?4)
                 ORDER BY channel_id LIMIT ?5"
            ))?
            .query_map((caller.id, app_instance, page.after_key(), privacy, page.rows), |row| {
                Ok((Place::key(row.get(6)?), summary(row)?))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        let mut answer = ListChannelsResponse::default();
        let (channels, next_token) = page.finish(rows);
        answer.channels = Some(channels);
        answer.next_token = next_token;
        Ok(answer)
    }
}
