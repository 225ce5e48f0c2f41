//! Channels.

use std::collections::BTreeSet;

use chime_types::operations::{
    CreateChannel, CreateChannelResponse, DeleteChannel, DescribeChannel, DescribeChannelResponse,
    ListChannels, ListChannelsResponse, ListSubChannels, ListSubChannelsResponse,
    PutChannelExpirationSettings, PutChannelExpirationSettingsResponse, SearchChannels,
    SearchChannelsResponse, UpdateChannel, UpdateChannelResponse,
};
use chime_types::shapes::{
    ChannelMembershipType, ChannelMode, ChannelPrivacy, SearchFieldOperator, SubChannelSummary,
};
use chime_types::{AppInstanceUserArn, ChannelArn, InvalidValue, Sensitive};

use super::handle::{Handle, World};
use super::memberships::add_member;
use super::parts::{attach_tags, channel_summary, new_arn};
use crate::access::{channel, moderated_channel, own_app_instance, user_of};
use crate::deletion::delete_channel;
use crate::events;
use crate::ids::new_id;
use crate::limits::{check_elastic, check_metadata, check_tags};
use crate::paging::{Page, Place};
use crate::refusal::Refusal;
use crate::shapes;
use crate::tables::channels::{self, ChannelChange, Found, MembersCondition, NewChannel};
use crate::tables::sub_channels::SubChannelRow;
use crate::tables::users::UserRow;
use crate::tables::{moderators, sub_channels, users};

impl Handle for CreateChannel {
    type Caller = UserRow;

    /// The creator becomes the first member and moderator, and may be named among the members and moderators. In an elastic
    /// channel, the creator is a moderator only.
    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        if let Some(configuration) = &self.elastic_channel_configuration {
            check_elastic(&self, configuration).map_err(Refusal::bad_request)?;
        }
        check_metadata(self.metadata.as_ref()).map_err(Refusal::bad_request)?;
        check_tags(self.tags.as_deref().unwrap_or_default()).map_err(Refusal::bad_request)?;
        let app_instance = own_app_instance(db, &self.app_instance_arn, &caller)?;
        let id = self.channel_id.map_or_else(new_id, Sensitive::into_string);
        let arn = format!("{}/channel/{id}", self.app_instance_arn);
        let now = db.write_time();
        let new = NewChannel {
            app_instance,
            arn: &arn,
            name: &self.name,
            mode: self.mode.as_ref().unwrap_or(&ChannelMode::Unrestricted),
            privacy: self.privacy.as_ref().unwrap_or(&ChannelPrivacy::Public),
            metadata: self.metadata.as_ref(),
            expiration_settings: self.expiration_settings.as_ref(),
            elastic: self.elastic_channel_configuration.as_ref(),
            created_by: caller.key,
            created_at: now,
            updated_at: now,
        };
        let channel = channels::insert(db, &new)?
            .ok_or_else(|| Refusal::conflict("ChannelId: a channel with this ID exists"))?;
        attach_tags(db, &arn, self.tags.as_deref())?;
        let r#type = ChannelMembershipType::Default;
        if self.elastic_channel_configuration.is_some() {
            sub_channels::insert(db, channel, &new_id())?;
        } else {
            add_member(db, (channel, None), caller.key, &r#type, caller.key)?;
        }
        moderators::insert(db, channel, caller.key, caller.key, now)?;
        for (index, member) in self.member_arns.iter().flatten().enumerate() {
            let user = user_of(db, app_instance, member)?.ok_or_else(|| no_user("MemberArns", index))?;
            add_member(db, (channel, None), user.key, &r#type, caller.key)?;
        }
        for (index, moderator) in self.moderator_arns.iter().flatten().enumerate() {
            let user =
                user_of(db, app_instance, moderator)?.ok_or_else(|| no_user("ModeratorArns", index))?;
            moderators::insert(db, channel, user.key, caller.key, now)?;
        }
        events::channel_created(db, channel)?;
        Ok(CreateChannelResponse::default().channel_arn(new_arn::<ChannelArn>(arn)?))
    }
}

fn no_user(parameter: &str, index: usize) -> Refusal {
    Refusal::bad_request(format!("{parameter}: item {} is not a user of the app instance", index + 1))
}

impl Handle for DescribeChannel {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let (channel, standing) = channel(db, &self.channel_arn, &caller)?;
        standing.check_read(&self.channel_arn)?;
        let details = channels::details(db, caller.key, channel.key)?
            .ok_or_else(|| Refusal::failure("the channel is gone"))?;
        Ok(DescribeChannelResponse::default().channel(shapes::channel(details)))
    }
}

impl Handle for UpdateChannel {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        check_metadata(self.metadata.as_ref()).map_err(Refusal::bad_request)?;
        let channel = moderated_channel(db, &self.channel_arn, &caller)?;
        if channel.elastic.is_some()
            && self.mode.as_ref().is_some_and(|mode| *mode != ChannelMode::Restricted)
        {
            return Err(Refusal::bad_request(
                "Mode: an elastic channel is RESTRICTED; expected RESTRICTED or no value",
            ));
        }
        let change = ChannelChange {
            name: self.name.as_ref(),
            mode: self.mode.as_ref(),
            metadata: self.metadata.as_ref(),
            updated_at: db.write_time(),
        };
        channels::update(db, channel.key, &change)?;
        events::channel_updated(db, channel.key)?;
        Ok(UpdateChannelResponse::default().channel_arn(self.channel_arn))
    }
}

impl Handle for DeleteChannel {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let channel = moderated_channel(db, &self.channel_arn, &caller)?;
        delete_channel(db, channel.key)?;
        Ok(())
    }
}

impl Handle for ListChannels {
    type Caller = UserRow;

    /// Administrators see all channels, or those with one privacy; other users see the public ones, and may not ask for
    /// the private ones.
    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let app_instance = own_app_instance(db, &self.app_instance_arn, &caller)?;
        let privacy = match self.privacy {
            privacy if caller.is_administrator => privacy,
            Some(ChannelPrivacy::Private) => {
                return Err(Refusal::forbidden(format!(
                    "only administrators may list private channels; the caller is not one; the app instance is {}",
                    self.app_instance_arn
                )));
            }
            _ => Some(ChannelPrivacy::Public),
        };
        let list = ("channels", app_instance, privacy.as_ref().map(ChannelPrivacy::as_str));
        let page = Page::new(list, self.max_results, self.next_token.as_ref())?;
        let rows =
            channels::list(db, caller.key, app_instance, privacy.as_ref(), page.after_key(), page.rows)?;
        let (channels, next_token) =
            page.finish(rows, |(key, _)| Place::key(*key), |(_, channel)| channel_summary(channel));
        let mut answer = ListChannelsResponse::default().channels(channels);
        answer.next_token = next_token;
        Ok(answer)
    }
}

impl Handle for SearchChannels {
    type Caller = Option<UserRow>;

    /// Without a bearer, the account's credentials decide. A value that is not a user of the caller's app instance is a
    /// member of nothing. Where a user has many channels, a page may have fewer channels than asked for, or none, and
    /// still a token.
    fn handle(self, caller: Option<UserRow>, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let app_instance = caller.as_ref().map(|caller| caller.app_instance);
        let mut conditions = Vec::new();
        let mut is_possible = true;
        for (index, field) in self.fields.iter().enumerate() {
            let mut users = BTreeSet::new();
            for value in &field.values {
                let arn: AppInstanceUserArn = value.parse().map_err(|invalid: InvalidValue| {
                    Refusal::bad_request(format!("Fields: item {}: Values: {invalid}", index + 1))
                })?;
                match users::find(db, &arn)? {
                    Some(user) if app_instance.is_none_or(|own| own == user.app_instance) => {
                        users.insert(user.key);
                    }
                    _ => is_possible = false,
                }
            }
            let is_exact = field.operator == SearchFieldOperator::Equals;
            conditions.push(MembersCondition { users: users.into_iter().collect(), is_exact });
        }
        let member = caller.as_ref().filter(|caller| !caller.is_administrator).map(|caller| caller.key);
        let caller_key = caller.as_ref().map_or(0, |caller| caller.key);
        let what: Vec<_> =
            conditions.iter().map(|condition| (&condition.users, condition.is_exact)).collect();
        let page = Page::new(("search", member, what), self.max_results, self.next_token.as_ref())?;
        let found = if is_possible {
            channels::search(db, caller_key, member, &conditions, page.after_key(), page.rows)?
        } else {
            Found::default()
        };
        let (channels, next_token) =
            page.finish(found.channels, |(key, _)| Place::key(*key), |(_, channel)| channel_summary(channel));
        let mut answer = SearchChannelsResponse::default().channels(channels);
        answer.next_token = next_token.or(found.looked_up_to.map(|key| page.token(Place::key(key))));
        Ok(answer)
    }
}

impl Handle for ListSubChannels {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let channel = moderated_channel(db, &self.channel_arn, &caller)?;
        let page = Page::new(("sub-channels", channel.key), self.max_results, self.next_token.as_ref())?;
        let rows = sub_channels::list(db, channel.key, page.after_key(), page.rows)?;
        let (sub_channels, next_token) =
            page.finish(rows, |sub_channel| Place::key(sub_channel.key), sub_channel_summary);
        let mut answer =
            ListSubChannelsResponse::default().channel_arn(self.channel_arn).sub_channels(sub_channels);
        answer.next_token = next_token;
        Ok(answer)
    }
}

fn sub_channel_summary(sub_channel: SubChannelRow) -> SubChannelSummary {
    SubChannelSummary::default()
        .sub_channel_id(sub_channel.id)
        .membership_count(i32::try_from(sub_channel.members).unwrap_or(i32::MAX))
}

impl Handle for PutChannelExpirationSettings {
    type Caller = Option<UserRow>;

    /// Without a bearer, the account's credentials decide.
    fn handle(self, caller: Option<UserRow>, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let channel = match caller {
            Some(caller) => moderated_channel(db, &self.channel_arn, &caller)?.key,
            None => channels::key(db, &self.channel_arn)?.ok_or_else(|| {
                Refusal::forbidden(format!("the channel does not exist; it is {}", self.channel_arn))
            })?,
        };
        channels::set_expiration(db, channel, self.expiration_settings.as_ref(), db.write_time())?;
        let mut answer = PutChannelExpirationSettingsResponse::default().channel_arn(self.channel_arn);
        answer.expiration_settings = self.expiration_settings;
        Ok(answer)
    }
}
