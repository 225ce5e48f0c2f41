//! Memberships of channels, and how far members have read.

use chime_types::{
    AppInstanceUserMembershipSummary, BatchChannelMemberships, BatchCreateChannelMembership,
    BatchCreateChannelMembershipError, BatchCreateChannelMembershipResponse, ChannelMembership,
    ChannelMembershipForAppInstanceUserSummary, ChannelMembershipSummary, ChannelMembershipType, ChannelMode,
    CreateChannelMembership, CreateChannelMembershipResponse, DeleteChannelMembership,
    DescribeChannelMembership, DescribeChannelMembershipForAppInstanceUser,
    DescribeChannelMembershipForAppInstanceUserResponse, DescribeChannelMembershipResponse, ErrorCode,
    Exception, ListChannelMemberships, ListChannelMembershipsForAppInstanceUser,
    ListChannelMembershipsForAppInstanceUserResponse, ListChannelMembershipsResponse, ServiceError,
    UpdateChannelReadMarker, UpdateChannelReadMarkerResponse,
};
use rusqlite::{OptionalExtension, Row};

use super::{
    Channel, Handle, SUMMARY, Standing, User, arn, channel, conflict, find_channel, forbidden, identity,
    native_user, no_sub_channel, not_found, summary, time, user, word,
};
use crate::paging::{Page, Place};
use crate::router::refuse;
use crate::store::{Call, Refused};

/// How many members a channel may have.
pub(crate) const MEMBERS_OF_A_CHANNEL: usize = 10_000;

/// How many channels a user may be in.
const CHANNELS_OF_A_USER: usize = 20_000;

/// Makes a user a member; false if the user is one already.
pub(super) fn add_member(
    call: &Call<'_>,
    channel: &Channel,
    member: &User,
    r#type: &ChannelMembershipType,
    invited_by: &User,
) -> Result<bool, Refused> {
    let made = call
        .db
        .prepare_cached(
            "INSERT OR IGNORE INTO memberships (channel_id, user_id, type, invited_by, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        )?
        .execute((channel.id, member.id, r#type.as_str(), invited_by.id, call.now()))?;
    if made == 0 {
        return Ok(false);
    }
    for (of, id, most, what) in [
        ("channel_id", channel.id, MEMBERS_OF_A_CHANNEL, "members of a channel"),
        ("user_id", member.id, CHANNELS_OF_A_USER, "channels of a user"),
    ] {
        let count: u32 = call
            .db
            .prepare_cached(&format!("SELECT count(*) FROM memberships WHERE {of} = ?1"))?
            .query_row([id], |row| row.get(0))?;
        if usize::try_from(count).is_ok_and(|count| count > most) {
            let message = format!("The limit of {most} {what} is reached");
            return Err(refuse(Exception::ResourceLimitExceededException, message).into());
        }
    }
    Ok(true)
}

/// The channel, where the caller may add members to it.
fn to_add_to(call: &Call<'_>, arn: &chime_types::ChannelArn, caller: &User) -> Result<Channel, Refused> {
    let (channel, standing) = find_channel(call, arn, caller)?.ok_or_else(|| not_found("channel"))?;
    let member =
        standing.member.is_some() && !standing.is_hidden() && channel.mode == ChannelMode::Unrestricted;
    if standing.may_moderate() || member { Ok(channel) } else { Err(forbidden().into()) }
}

impl Handle for CreateChannelMembership {
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let caller = call.caller()?;
        no_sub_channel(self.sub_channel_id.as_ref())?;
        let channel = to_add_to(call, &self.channel_arn, caller)?;
        let member = native_user(call, channel.app_instance, &self.member_arn)?
            .ok_or_else(|| not_found("app instance user"))?;
        if !add_member(call, &channel, &member, &self.r#type, caller)? {
            return Err(conflict("MemberArn: the user is a member already").into());
        }
        let mut answer = CreateChannelMembershipResponse::default();
        answer.channel_arn = Some(self.channel_arn);
        answer.member = Some(member.identity());
        Ok(answer)
    }
}

impl Handle for BatchCreateChannelMembership {
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let caller = call.caller()?;
        no_sub_channel(self.sub_channel_id.as_ref())?;
        let channel = to_add_to(call, &self.channel_arn, caller)?;
        let r#type = self.r#type.unwrap_or(ChannelMembershipType::Default);
        let (mut members, mut errors) = (Vec::new(), Vec::new());
        for arn in self.member_arns {
            let (code, message) = match native_user(call, channel.app_instance, &arn)? {
                None => (ErrorCode::NotFound, "There is no such app instance user"),
                Some(member) if add_member(call, &channel, &member, &r#type, caller)? => {
                    members.push(member.identity());
                    continue;
                }
                Some(_) => (ErrorCode::Conflict, "The user is a member already"),
            };
            let mut error = BatchCreateChannelMembershipError::default();
            error.member_arn = Some(arn);
            error.error_code = Some(code);
            error.error_message = Some(message.to_owned());
            errors.push(error);
        }
        let mut made = BatchChannelMemberships::default();
        made.invited_by = Some(caller.identity());
        made.r#type = Some(r#type);
        made.members = Some(members);
        made.channel_arn = Some(self.channel_arn);
        let mut answer = BatchCreateChannelMembershipResponse::default();
        answer.batch_channel_memberships = Some(made);
        answer.errors = Some(errors);
        Ok(answer)
    }
}

impl Handle for DescribeChannelMembership {
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let caller = call.caller()?;
        no_sub_channel(self.sub_channel_id.as_ref())?;
        let (channel, standing) =
            find_channel(call, &self.channel_arn, caller)?.ok_or_else(|| not_found("channel"))?;
        let own = caller.arn == self.member_arn;
        if !standing.may_read() || (standing.is_hidden() && !own) {
            return Err(forbidden().into());
        }
        let found = call
            .db
            .prepare_cached(
                "SELECT m.type, m.created_at, m.updated_at, u.arn, u.name, i.arn, i.name
                 FROM memberships m JOIN users u USING (user_id) JOIN users i ON i.user_id = m.invited_by
                 WHERE m.channel_id = ?1 AND u.arn = ?2",
            )?
            .query_row((channel.id, self.member_arn.as_str()), |row| {
                let mut found = ChannelMembership::default();
                found.r#type = Some(word(row, 0)?);
                found.created_timestamp = time(row, 1)?;
                found.last_updated_timestamp = time(row, 2)?;
                found.member = Some(identity(arn(row, 3)?, word(row, 4)?));
                found.invited_by = Some(identity(arn(row, 5)?, word(row, 6)?));
                Ok(found)
            })
            .optional()?;
        // Nobody but those who decide learns of hidden members.
        let visible = found.filter(|found| {
            own || standing.may_moderate() || found.r#type != Some(ChannelMembershipType::Hidden)
        });
        let mut membership = visible.ok_or_else(|| not_found("channel membership"))?;
        membership.channel_arn = Some(self.channel_arn);
        let mut answer = DescribeChannelMembershipResponse::default();
        answer.channel_membership = Some(membership);
        Ok(answer)
    }
}

impl Handle for ListChannelMemberships {
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let caller = call.caller()?;
        no_sub_channel(self.sub_channel_id.as_ref())?;
        let (channel, standing) = channel(call, &self.channel_arn, caller)?;
        let r#type = self.r#type.unwrap_or(ChannelMembershipType::Default);
        let of_the_hidden = r#type == ChannelMembershipType::Hidden;
        if !standing.may_read() || standing.is_hidden() || (of_the_hidden && !standing.may_moderate()) {
            return Err(forbidden().into());
        }
        let list = ("memberships", channel.id, r#type.as_str());
        let page = Page::new(list, self.max_results, self.next_token.as_ref())?;
        let rows = call
            .db
            .prepare_cached(
                "SELECT u.arn, u.name, m.membership_id FROM memberships m JOIN users u USING (user_id)
                 WHERE m.channel_id = ?1 AND m.membership_id > ?2 AND m.type = ?3
                 ORDER BY m.membership_id LIMIT ?4",
            )?
            .query_map((channel.id, page.after_key(), r#type.as_str(), page.rows), |row| {
                let mut summary = ChannelMembershipSummary::default();
                summary.member = Some(identity(arn(row, 0)?, word(row, 1)?));
                Ok((Place::key(row.get(2)?), summary))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        let mut answer = ListChannelMembershipsResponse::default();
        let (memberships, next_token) = page.finish(rows);
        answer.channel_arn = Some(self.channel_arn);
        answer.channel_memberships = Some(memberships);
        answer.next_token = next_token;
        Ok(answer)
    }
}

impl Handle for DeleteChannelMembership {
    /// Who is no member is none afterwards either: that is no error.
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let caller = call.caller()?;
        no_sub_channel(self.sub_channel_id.as_ref())?;
        let (channel, standing) = channel(call, &self.channel_arn, caller)?;
        let own = standing.member.is_some() && caller.arn == self.member_arn;
        if !standing.may_moderate() && !own {
            return Err(forbidden().into());
        }
        call.db
            .prepare_cached(
                "DELETE FROM memberships WHERE channel_id = ?1
                 AND user_id = (SELECT user_id FROM users WHERE arn = ?2)",
            )?
            .execute((channel.id, self.member_arn.as_str()))?;
        Ok(())
    }
}

/// A channel and what a user is in it, from a row of [`SUMMARY`], type and read marker.
fn membership(row: &Row<'_>) -> rusqlite::Result<ChannelMembershipForAppInstanceUserSummary> {
    let mut user = AppInstanceUserMembershipSummary::default();
    user.r#type = Some(word(row, 6)?);
    user.read_marker_timestamp = time(row, 7)?;
    let mut membership = ChannelMembershipForAppInstanceUserSummary::default();
    membership.channel_summary = Some(summary(row)?);
    membership.app_instance_user_membership_summary = Some(user);
    Ok(membership)
}

impl Handle for DescribeChannelMembershipForAppInstanceUser {
    /// Administrators may ask about any user of their app instance, everybody else about themselves.
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let caller = call.caller()?;
        let own = caller.arn == self.app_instance_user_arn;
        if !own && !caller.administrator {
            return Err(forbidden().into());
        }
        let found = call
            .db
            .prepare_cached(&format!(
                "SELECT {SUMMARY}, m.type, m.read_at
                 FROM channels c JOIN memberships m USING (channel_id) JOIN users u USING (user_id)
                 WHERE c.arn = ?2 AND u.arn = ?3 AND (u.user_id = ?1 OR c.app_instance_id = ?4)"
            ))?
            .query_row(
                (
                    caller.id,
                    self.channel_arn.as_str(),
                    self.app_instance_user_arn.as_str(),
                    caller.app_instance,
                ),
                membership,
            )
            .optional()?;
        let mut answer = DescribeChannelMembershipForAppInstanceUserResponse::default();
        answer.channel_membership = Some(found.ok_or_else(|| not_a_member(call))?);
        Ok(answer)
    }
}

/// What a user who is no member gets is documented nowhere; it is a setting.
fn not_a_member(call: &Call<'_>) -> ServiceError {
    let message = "The user is no member of such a channel, or the caller may not know";
    refuse(call.settings.not_a_member.clone(), message)
}

impl Handle for ListChannelMembershipsForAppInstanceUser {
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let caller = call.caller()?;
        let asked = self.app_instance_user_arn.as_ref().unwrap_or(&caller.arn);
        let of = if *asked == caller.arn {
            caller.id
        } else {
            // A user that does not exist is answered like one whom the caller may not ask about.
            user(call, asked)?
                .filter(|asked| caller.administrator && asked.app_instance == caller.app_instance)
                .ok_or_else(forbidden)?
                .id
        };
        let page = Page::new(("channels of a user", of), self.max_results, self.next_token.as_ref())?;
        let rows = call
            .db
            .prepare_cached(&format!(
                "SELECT {SUMMARY}, m.type, m.read_at, m.membership_id
                 FROM memberships m JOIN channels c USING (channel_id)
                 WHERE m.user_id = ?2 AND m.membership_id > ?3
                 ORDER BY m.membership_id LIMIT ?4"
            ))?
            .query_map((caller.id, of, page.after_key(), page.rows), |row| {
                Ok((Place::key(row.get(8)?), membership(row)?))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        let mut answer = ListChannelMembershipsForAppInstanceUserResponse::default();
        let (memberships, next_token) = page.finish(rows);
        answer.channel_memberships = Some(memberships);
        answer.next_token = next_token;
        Ok(answer)
    }
}

impl Handle for UpdateChannelReadMarker {
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let caller = call.caller()?;
        let (channel, Standing { member, .. }) = channel(call, &self.channel_arn, caller)?;
        if member.is_none() {
            return Err(forbidden().into());
        }
        call.db
            .prepare_cached("UPDATE memberships SET read_at = ?3 WHERE channel_id = ?1 AND user_id = ?2")?
            .execute((channel.id, caller.id, call.now()))?;
        let mut answer = UpdateChannelReadMarkerResponse::default();
        answer.channel_arn = Some(self.channel_arn);
        Ok(answer)
    }
}
