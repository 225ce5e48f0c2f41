//! Fills an empty store with a seed.

use std::collections::{HashMap, HashSet};
use std::fmt::Display;
use std::io;
use std::time::SystemTime;

use chime_types::operation::Operation;
use chime_types::operations::{
    ChannelFlowCallback, CreateAppInstance, CreateAppInstanceBot, CreateAppInstanceUser, CreateChannel,
    CreateChannelFlow, DescribeAppInstanceUserEndpoint, GetChannelMessage, PutAppInstanceRetentionSettings,
    PutMessagingStreamingConfigurations, RegisterAppInstanceUserEndpoint, SendChannelMessage,
};
use chime_types::shapes::{
    ChannelMembershipType, ChannelMessageCallback, ChannelMessagePersistenceType, ChannelMessageStatus,
    ChannelMessageType, Tag,
};
use chime_types::{AppInstanceArn, AppInstanceUserArn, ChannelFlowArn, InvalidParameter, Sensitive};
use uuid::Uuid;

use super::document::{
    AppInstanceSeed, BOT, BanSeed, BotSeed, ChannelFlowSeed, ChannelSeed, EndpointSeed, FormerUserSeed,
    MembershipSeed, MessageSeed, PendingMessageSeed, Seed, UserSeed,
};
use super::invalid::InvalidSeed;
use crate::filter_rule::check_preferences;
use crate::ids::new_id;
use crate::limits::{
    CALLBACK_LIMIT, CHANNELS_OF_A_USER, GRACE_DAYS, MEMBERS_OF_A_CHANNEL, check_attributes,
    check_configuration, check_content, check_elastic, check_expiration_of_a_user, check_metadata,
    check_processors, check_streaming_configurations, check_tags,
};
use crate::store::{Store, Time, Transaction};
use crate::tables::app_instances::{NewAppInstance, Retention};
use crate::tables::bots::NewBot;
use crate::tables::channel_flows::NewChannelFlow;
use crate::tables::channels::NewChannel;
use crate::tables::endpoints::NewEndpoint;
use crate::tables::memberships::NewMembership;
use crate::tables::messages::{NewMessage, Processed};
use crate::tables::processings::{NewProcessing, Turn};
use crate::tables::users::NewUser;
use crate::tables::{
    administrators, app_instances, bans, bots, channel_flows, channels, endpoints, latest_write, memberships,
    messages, moderators, processings, streaming_configurations, sub_channels, tags, users,
};

const DUPLICATE: &str = "duplicate";

impl Seed {
    /// Puts this world into an empty store. Anything without a time in the seed gets the current time.
    pub(crate) fn load(&self, db: &Transaction<'_>) -> Result<(), InvalidSeed> {
        let mut loading = Loading { db, now: db.now(), channels_of_users: HashMap::new() };
        for (index, app_instance) in self.app_instances.iter().enumerate() {
            loading.app_instance(&format!("AppInstances[{index}]"), app_instance)?;
        }
        Ok(())
    }
}

impl Seed {
    /// Replaces the world of a store by this one, at once. A seed that is refused changes nothing.
    pub(crate) fn replace_world(&self, store: &Store, now: SystemTime) -> io::Result<()> {
        let prepared = Store::in_memory()?;
        prepared
            .write(now, |db| {
                self.load(db)?;
                if let Some(time) = latest_write(db)? {
                    db.continue_after(time);
                }
                Ok(())
            })
            .map_err(|error: InvalidSeed| io::Error::new(io::ErrorKind::InvalidData, error))?;
        store.replace(&prepared).map_err(io::Error::other)
    }
}

/// A seed that is being loaded.
struct Loading<'t> {
    db: &'t Transaction<'t>,
    now: Time,
    /// The number of channels of each user so far.
    channels_of_users: HashMap<i64, usize>,
}

/// A user who is in the store already.
struct LoadedUser {
    arn: AppInstanceUserArn,
    key: i64,
    created_at: Time,
    /// The user is one of `FormerUsers`.
    is_deleted: bool,
}

/// The users of an app instance by their ids.
type Users = HashMap<String, LoadedUser>;

/// An app instance that is in the store already.
struct LoadedAppInstance {
    arn: AppInstanceArn,
    key: i64,
    users: Users,
    /// The keys of the channel flows by their IDs.
    channel_flows: HashMap<String, i64>,
}

impl LoadedAppInstance {
    /// The user whom a member of the object at a path names.
    fn user(&self, path: &str, member: &str, id: &str) -> Result<&LoadedUser, InvalidSeed> {
        let reason = || format!("{id:?} is not a user; expected the AppInstanceUserId of one of Users");
        let user = self.users.get(id).filter(|user| !user.is_deleted);
        user.ok_or_else(|| InvalidSeed::at(path, member, reason()))
    }

    /// Returns the user whom a member of the object at a path names, who may be deleted.
    fn named_user(&self, path: &str, member: &str, id: &str) -> Result<&LoadedUser, InvalidSeed> {
        self.users.get(id).map_or_else(|| self.user(path, member, id), Ok)
    }
}

/// A channel that is in the store already.
struct LoadedChannel<'s> {
    arn: &'s str,
    key: i64,
    creator: i64,
    created_at: Time,
    /// The keys of the users whom a message may be for: members, and those who were.
    targets: HashSet<i64>,
    /// The ids of the new persistent messages that are being processed.
    pending: HashSet<&'s str>,
    is_elastic: bool,
    /// The keys of the sub-channels by their IDs.
    sub_channels: HashMap<&'s str, i64>,
}

impl LoadedChannel<'_> {
    /// The sub-channel that the object at a path is in; none if the channel is not elastic.
    fn sub_channel(&self, path: &str, id: Option<&String>) -> Result<Option<i64>, InvalidSeed> {
        let invalid = |reason: &str| Err(InvalidSeed::at(path, "SubChannelId", reason));
        match id {
            None if self.is_elastic => invalid("missing; expected one of SubChannels"),
            None => Ok(None),
            Some(id) => match self.sub_channels.get(id.as_str()) {
                Some(key) => Ok(Some(*key)),
                None => invalid("it is not a sub-channel; expected one of SubChannels of an elastic channel"),
            },
        }
    }
}

/// When an object was created and last updated: `otherwise` where the seed does not say it.
fn times(
    path: &str,
    created: Option<Time>,
    updated: Option<Time>,
    otherwise: Time,
) -> Result<(Time, Time), InvalidSeed> {
    let created_at = created.unwrap_or_else(|| updated.map_or(otherwise, |updated| updated.min(otherwise)));
    let updated_at = updated.unwrap_or(created_at);
    if updated_at < created_at {
        let reason = format!("{updated_at} is before CreatedTimestamp; expected {created_at} or later");
        return Err(InvalidSeed::at(path, "LastUpdatedTimestamp", reason));
    }
    Ok((created_at, updated_at))
}

impl Loading<'_> {
    fn app_instance(&mut self, path: &str, seed: &AppInstanceSeed) -> Result<(), InvalidSeed> {
        let arn: AppInstanceArn =
            seed.app_instance_arn.parse().map_err(|error| InvalidSeed::at(path, "AppInstanceArn", error))?;
        let invalid = |error: InvalidParameter| InvalidSeed::refused(path, &error);
        let mut request = CreateAppInstance::builder()
            .name(seed.name.clone())
            .client_request_token("seed")
            .build()
            .map_err(invalid)?;
        request.metadata.clone_from(&seed.metadata);
        request.tags = given_tags(&seed.tags);
        request.check().map_err(invalid)?;
        check_metadata(seed.metadata.as_ref()).map_err(|reason| at_member(path, &reason))?;
        check_tags(&seed.tags).map_err(|reason| at_member(path, &reason))?;
        let (created_at, updated_at) =
            times(path, seed.created_timestamp, seed.last_updated_timestamp, self.now)?;
        let new = NewAppInstance {
            arn: arn.as_str(),
            name: &seed.name,
            metadata: seed.metadata.as_ref(),
            created_at,
            updated_at,
        };
        let key = app_instances::insert(self.db, &new)?;
        let key = key.ok_or_else(|| InvalidSeed::at(path, "AppInstanceArn", DUPLICATE))?;
        self.tags(arn.as_str(), &seed.tags)?;
        self.retention(path, seed, &arn, key)?;
        self.streaming(path, seed, &arn, key)?;
        let mut home = LoadedAppInstance { arn, key, users: Users::new(), channel_flows: HashMap::new() };
        for (index, user) in seed.users.iter().enumerate() {
            self.user(&format!("{path}.Users[{index}]"), user, &mut home)?;
        }
        for (index, bot) in seed.bots.iter().enumerate() {
            self.bot(&format!("{path}.Bots[{index}]"), bot, &mut home)?;
        }
        for (index, user) in seed.former_users.iter().enumerate() {
            self.former_user(&format!("{path}.FormerUsers[{index}]"), user, &mut home)?;
        }
        for (index, admin) in seed.admins.iter().enumerate() {
            let member = format!("Admins[{index}]");
            let user = home.user(path, &member, admin)?;
            let since = seed.admins_since.get(admin).copied().unwrap_or(user.created_at);
            once(administrators::insert(self.db, user.key, since)?, path, &member, DUPLICATE)?;
        }
        if let Some(id) = seed.admins_since.keys().find(|id| !seed.admins.contains(id)) {
            let reason = format!("{id:?} is not an administrator; expected one of Admins");
            return Err(InvalidSeed::at(path, "AdminsSince", reason));
        }
        for (index, endpoint) in seed.endpoints.iter().enumerate() {
            self.endpoint(&format!("{path}.Endpoints[{index}]"), endpoint, &home)?;
        }
        for (index, flow) in seed.channel_flows.iter().enumerate() {
            self.channel_flow(&format!("{path}.ChannelFlows[{index}]"), flow, &mut home)?;
        }
        for (index, channel) in seed.channels.iter().enumerate() {
            self.channel(&format!("{path}.Channels[{index}]"), channel, &home)?;
        }
        Ok(())
    }

    fn retention(
        &self,
        path: &str,
        seed: &AppInstanceSeed,
        arn: &AppInstanceArn,
        key: i64,
    ) -> Result<(), InvalidSeed> {
        let Some(settings) = &seed.app_instance_retention_settings else { return Ok(()) };
        PutAppInstanceRetentionSettings::builder()
            .app_instance_arn(arn)
            .app_instance_retention_settings(settings.clone())
            .build()
            .map_err(|error| InvalidSeed::refused(path, &error))?;
        let days = settings.channel_retention_settings.as_ref().and_then(|settings| settings.retention_days);
        let initiate_deletion_at =
            seed.initiate_deletion_timestamp.unwrap_or(self.now.after_days(GRACE_DAYS));
        let retention = Retention { days, initiate_deletion_at: days.map(|_| initiate_deletion_at) };
        Ok(app_instances::set_retention(self.db, key, retention, self.now)?)
    }

    fn streaming(
        &self,
        path: &str,
        seed: &AppInstanceSeed,
        arn: &AppInstanceArn,
        key: i64,
    ) -> Result<(), InvalidSeed> {
        if seed.streaming_configurations.is_empty() {
            return Ok(());
        }
        PutMessagingStreamingConfigurations::builder()
            .app_instance_arn(arn)
            .streaming_configurations(seed.streaming_configurations.clone())
            .build()
            .map_err(|error| InvalidSeed::refused(path, &error))?;
        check_streaming_configurations(&seed.streaming_configurations)
            .map_err(|reason| at_member(path, &reason))?;
        for configuration in &seed.streaming_configurations {
            streaming_configurations::put(self.db, key, configuration)?;
        }
        Ok(())
    }

    fn user(&self, path: &str, seed: &UserSeed, home: &mut LoadedAppInstance) -> Result<(), InvalidSeed> {
        let invalid = |error: InvalidParameter| InvalidSeed::refused(path, &error);
        let mut request = CreateAppInstanceUser::builder()
            .app_instance_arn(&home.arn)
            .app_instance_user_id(&seed.app_instance_user_id)
            .name(seed.name.clone())
            .client_request_token("seed")
            .build()
            .map_err(invalid)?;
        request.metadata.clone_from(&seed.metadata);
        request.expiration_settings.clone_from(&seed.expiration_settings);
        request.tags = given_tags(&seed.tags);
        request.check().map_err(invalid)?;
        check_metadata(seed.metadata.as_ref()).map_err(|reason| at_member(path, &reason))?;
        check_expiration_of_a_user(seed.expiration_settings.as_ref())
            .map_err(|reason| at_member(path, &reason))?;
        check_tags(&seed.tags).map_err(|reason| at_member(path, &reason))?;
        let arn: AppInstanceUserArn = format!("{}/user/{}", home.arn, seed.app_instance_user_id)
            .parse()
            .map_err(|error| InvalidSeed::at(path, "AppInstanceUserId", error))?;
        let (created_at, updated_at) =
            times(path, seed.created_timestamp, seed.last_updated_timestamp, self.now)?;
        let new = NewUser {
            app_instance: home.key,
            arn: arn.as_str(),
            name: &seed.name,
            metadata: seed.metadata.as_ref(),
            expiration_settings: seed.expiration_settings.as_ref(),
            created_at,
            updated_at,
        };
        let key = users::insert(self.db, &new)?;
        let key = key.ok_or_else(|| InvalidSeed::at(path, "AppInstanceUserId", DUPLICATE))?;
        self.tags(arn.as_str(), &seed.tags)?;
        let user = LoadedUser { arn, key, created_at, is_deleted: false };
        home.users.insert(seed.app_instance_user_id.clone(), user);
        Ok(())
    }

    fn bot(&self, path: &str, seed: &BotSeed, home: &mut LoadedAppInstance) -> Result<(), InvalidSeed> {
        let invalid = |error: InvalidParameter| InvalidSeed::refused(path, &error);
        let mut request = CreateAppInstanceBot::builder()
            .app_instance_arn(&home.arn)
            .configuration(seed.configuration.clone())
            .client_request_token("seed")
            .build()
            .map_err(invalid)?;
        request.name.clone_from(&seed.name);
        request.metadata.clone_from(&seed.metadata);
        request.tags = given_tags(&seed.tags);
        request.check().map_err(invalid)?;
        check_metadata(seed.metadata.as_ref()).map_err(|reason| at_member(path, &reason))?;
        check_configuration(&seed.configuration).map_err(|reason| at_member(path, &reason))?;
        check_tags(&seed.tags).map_err(|reason| at_member(path, &reason))?;
        let arn: AppInstanceUserArn = format!("{}/bot/{}", home.arn, seed.app_instance_bot_id)
            .parse()
            .map_err(|error| InvalidSeed::at(path, "AppInstanceBotId", error))?;
        let (created_at, updated_at) =
            times(path, seed.created_timestamp, seed.last_updated_timestamp, self.now)?;
        let new = NewBot {
            app_instance: home.key,
            arn: arn.as_str(),
            name: seed.name.as_ref(),
            metadata: seed.metadata.as_ref(),
            configuration: &seed.configuration,
            created_at,
            updated_at,
        };
        let key = bots::insert(self.db, &new)?;
        let key = key.ok_or_else(|| InvalidSeed::at(path, "AppInstanceBotId", DUPLICATE))?;
        self.tags(arn.as_str(), &seed.tags)?;
        let bot = LoadedUser { arn, key, created_at, is_deleted: false };
        home.users.insert(format!("{BOT}{}", seed.app_instance_bot_id), bot);
        Ok(())
    }

    /// A user or a bot that was deleted. What it was besides its name is lost.
    fn former_user(
        &self,
        path: &str,
        seed: &FormerUserSeed,
        home: &mut LoadedAppInstance,
    ) -> Result<(), InvalidSeed> {
        let id = &seed.app_instance_user_id;
        let arn = if let Some(id) = id.strip_prefix(BOT) {
            format!("{}/bot/{id}", home.arn)
        } else {
            CreateAppInstanceUser::builder()
                .app_instance_arn(&home.arn)
                .app_instance_user_id(id)
                .name(seed.name.clone())
                .client_request_token("seed")
                .build()
                .map_err(|error| InvalidSeed::refused(path, &error))?;
            format!("{}/user/{id}", home.arn)
        };
        let arn: AppInstanceUserArn =
            arn.parse().map_err(|error| InvalidSeed::at(path, "AppInstanceUserId", error))?;
        let new = NewUser {
            app_instance: home.key,
            arn: arn.as_str(),
            name: &seed.name,
            metadata: None,
            expiration_settings: None,
            created_at: self.now,
            updated_at: self.now,
        };
        let key = users::insert(self.db, &new)?;
        let key = key.ok_or_else(|| InvalidSeed::at(path, "AppInstanceUserId", DUPLICATE))?;
        users::delete(self.db, key)?;
        home.users.insert(id.clone(), LoadedUser { arn, key, created_at: self.now, is_deleted: true });
        Ok(())
    }

    fn endpoint(&self, path: &str, seed: &EndpointSeed, home: &LoadedAppInstance) -> Result<(), InvalidSeed> {
        let invalid = |error: InvalidParameter| InvalidSeed::refused(path, &error);
        let user = home.user(path, "User", &seed.user)?;
        let mut request = RegisterAppInstanceUserEndpoint::builder()
            .app_instance_user_arn(&user.arn)
            .endpoint_attributes(seed.endpoint_attributes.clone())
            .resource_arn(&seed.resource_arn)
            .r#type(&seed.r#type)
            .client_request_token("seed")
            .allow_messages(&seed.allow_messages)
            .build()
            .map_err(invalid)?;
        request.name.clone_from(&seed.name);
        request.check().map_err(invalid)?;
        let id = seed.endpoint_id.clone().unwrap_or_else(|| Uuid::new_v4().to_string());
        // It must be one that can be asked for.
        DescribeAppInstanceUserEndpoint::builder()
            .app_instance_user_arn(user.arn.as_str())
            .endpoint_id(&id)
            .build()
            .map_err(invalid)?;
        if endpoints::is_registered(self.db, home.key, &seed.endpoint_attributes.device_token)? {
            return Err(InvalidSeed::at(path, "EndpointAttributes.DeviceToken", DUPLICATE));
        }
        let (created_at, updated_at) =
            times(path, seed.created_timestamp, seed.last_updated_timestamp, self.now)?;
        let new = NewEndpoint {
            id: &id,
            user: user.key,
            name: seed.name.as_ref(),
            r#type: &seed.r#type,
            resource_arn: &seed.resource_arn,
            attributes: &seed.endpoint_attributes,
            allow_messages: &seed.allow_messages,
            created_at,
            updated_at,
        };
        once(endpoints::insert(self.db, &new)?, path, "EndpointId", DUPLICATE)
    }

    fn channel_flow(
        &self,
        path: &str,
        seed: &ChannelFlowSeed,
        home: &mut LoadedAppInstance,
    ) -> Result<(), InvalidSeed> {
        let invalid = |error: InvalidParameter| InvalidSeed::refused(path, &error);
        let mut request = CreateChannelFlow::builder()
            .app_instance_arn(&home.arn)
            .name(seed.name.clone())
            .processors(seed.processors.clone())
            .client_request_token("seed")
            .build()
            .map_err(invalid)?;
        request.tags = given_tags(&seed.tags);
        request.check().map_err(invalid)?;
        check_processors(&seed.processors).map_err(|reason| at_member(path, &reason))?;
        check_tags(&seed.tags).map_err(|reason| at_member(path, &reason))?;
        let arn: ChannelFlowArn = format!("{}/channel-flow/{}", home.arn, seed.channel_flow_id)
            .parse()
            .map_err(|error| InvalidSeed::at(path, "ChannelFlowId", error))?;
        let (created_at, updated_at) =
            times(path, seed.created_timestamp, seed.last_updated_timestamp, self.now)?;
        let new = NewChannelFlow {
            app_instance: home.key,
            arn: arn.as_str(),
            name: &seed.name,
            processors: &seed.processors,
            created_at,
            updated_at,
        };
        let key = channel_flows::insert(self.db, &new)?;
        let key = key.ok_or_else(|| InvalidSeed::at(path, "ChannelFlowId", DUPLICATE))?;
        self.tags(arn.as_str(), &seed.tags)?;
        home.channel_flows.insert(seed.channel_flow_id.clone(), key);
        Ok(())
    }

    fn channel(
        &mut self,
        path: &str,
        seed: &ChannelSeed,
        home: &LoadedAppInstance,
    ) -> Result<(), InvalidSeed> {
        let invalid = |error: InvalidParameter| InvalidSeed::refused(path, &error);
        let creator = home.named_user(path, "CreatedBy", &seed.created_by)?;
        let mut request = CreateChannel::builder()
            .app_instance_arn(&home.arn)
            .name(seed.name.clone())
            .client_request_token("seed")
            .chime_bearer(&creator.arn)
            .channel_id(&seed.channel_id)
            .mode(&seed.mode)
            .privacy(&seed.privacy)
            .build()
            .map_err(invalid)?;
        request.metadata.clone_from(&seed.metadata);
        request.expiration_settings.clone_from(&seed.expiration_settings);
        request.elastic_channel_configuration.clone_from(&seed.elastic_channel_configuration);
        request.tags = given_tags(&seed.tags);
        request.check().map_err(invalid)?;
        if let Some(configuration) = &seed.elastic_channel_configuration {
            check_elastic(&request, configuration).map_err(|reason| at_member(path, &reason))?;
        }
        check_metadata(seed.metadata.as_ref()).map_err(|reason| at_member(path, &reason))?;
        check_tags(&seed.tags).map_err(|reason| at_member(path, &reason))?;
        let arn = format!("{}/channel/{}", home.arn, seed.channel_id);
        let (created_at, updated_at) =
            times(path, seed.created_timestamp, seed.last_updated_timestamp, self.now)?;
        let new = NewChannel {
            app_instance: home.key,
            arn: &arn,
            name: &seed.name,
            mode: &seed.mode,
            privacy: &seed.privacy,
            metadata: seed.metadata.as_ref(),
            expiration_settings: seed.expiration_settings.as_ref(),
            elastic: seed.elastic_channel_configuration.as_ref(),
            created_by: creator.key,
            created_at,
            updated_at,
        };
        let key = channels::insert(self.db, &new)?;
        let key = key.ok_or_else(|| InvalidSeed::at(path, "ChannelId", DUPLICATE))?;
        self.tags(&arn, &seed.tags)?;
        if let Some(id) = &seed.channel_flow {
            let flow = home.channel_flows.get(id.as_str()).ok_or_else(|| {
                let reason = format!(
                    "{id:?} is not a channel flow; expected the ChannelFlowId of one of ChannelFlows"
                );
                InvalidSeed::at(path, "ChannelFlow", reason)
            })?;
            channel_flows::associate(self.db, key, Some(*flow))?;
        }
        self.roles(path, seed, (key, creator.key, created_at), home)?;
        if seed.memberships.len() > MEMBERS_OF_A_CHANNEL {
            let reason =
                format_args!("it has {}; expected at most {MEMBERS_OF_A_CHANNEL}", seed.memberships.len());
            return Err(InvalidSeed::at(path, "Memberships", reason));
        }
        let targets = HashSet::new();
        let pending = seed.pending_messages.iter().filter(|pending| is_kept(pending) && !pending.update);
        let pending = pending.map(|pending| pending.message_id.as_str()).collect();
        let mut loaded = LoadedChannel {
            arn: &arn,
            key,
            creator: creator.key,
            created_at,
            targets,
            pending,
            is_elastic: seed.elastic_channel_configuration.is_some(),
            sub_channels: self.sub_channels(path, seed, (&arn, key))?,
        };
        for (index, membership) in seed.memberships.iter().enumerate() {
            self.membership(&format!("{path}.Memberships[{index}]"), membership, &mut loaded, home)?;
        }
        for (index, former) in seed.former_members.iter().enumerate() {
            let member = format!("FormerMembers[{index}]");
            let user = home.named_user(path, &member, former)?;
            once(loaded.targets.insert(user.key), path, &member, "a member, or a duplicate")?;
        }
        for (index, message) in seed.messages.iter().enumerate() {
            self.message(&format!("{path}.Messages[{index}]"), message, &loaded, home)?;
        }
        for (index, pending) in seed.pending_messages.iter().enumerate() {
            self.pending_message(&format!("{path}.PendingMessages[{index}]"), pending, &loaded, home)?;
        }
        Ok(())
    }

    /// The moderators of a channel and the users who are banned from it. The channel is given by its key, the key of its
    /// creator and the time of its creation.
    fn roles(
        &self,
        path: &str,
        seed: &ChannelSeed,
        (channel, creator, created_at): (i64, i64, Time),
        home: &LoadedAppInstance,
    ) -> Result<(), InvalidSeed> {
        for (index, moderator) in seed.moderators.iter().enumerate() {
            let member = format!("Moderators[{index}]");
            let user = home.user(path, &member, &moderator.moderator)?;
            let path_of_member = &format!("{path}.{member}");
            let created_by = match &moderator.created_by {
                Some(id) => home.named_user(path_of_member, "CreatedBy", id)?.key,
                None => creator,
            };
            let since = moderator.created_timestamp.unwrap_or(created_at);
            let is_new = moderators::insert(self.db, channel, user.key, created_by, since)?;
            once(is_new, path, &member, DUPLICATE)?;
        }
        for (index, ban) in seed.bans.iter().enumerate() {
            self.ban(&format!("{path}.Bans[{index}]"), ban, (channel, creator, created_at), home)?;
        }
        Ok(())
    }

    /// The sub-channels of a channel by their IDs.
    fn sub_channels<'s>(
        &self,
        path: &str,
        seed: &'s ChannelSeed,
        (arn, channel): (&str, i64),
    ) -> Result<HashMap<&'s str, i64>, InvalidSeed> {
        let mut loaded = HashMap::new();
        if seed.elastic_channel_configuration.is_none() && !seed.sub_channels.is_empty() {
            let reason = "expected none without ElasticChannelConfiguration";
            return Err(InvalidSeed::at(path, "SubChannels", reason));
        }
        for (index, id) in seed.sub_channels.iter().enumerate() {
            let member = format!("SubChannels[{index}]");
            // It must be one that can be named.
            ChannelFlowCallback::builder()
                .channel_arn(arn)
                .callback_id("seed".repeat(8))
                .channel_message(ChannelMessageCallback::new("seed").sub_channel_id(id.as_str()))
                .build()
                .map_err(|error| InvalidSeed::at(path, &member, error.reason()))?;
            let sub_channel = sub_channels::insert(self.db, channel, id)?;
            let sub_channel = sub_channel.ok_or_else(|| InvalidSeed::at(path, &member, DUPLICATE))?;
            loaded.insert(id.as_str(), sub_channel);
        }
        Ok(loaded)
    }

    /// Bans a user from a channel, given by its key, the key of its creator and the time of its creation.
    fn ban(
        &self,
        path: &str,
        seed: &BanSeed,
        (channel, creator, created_at): (i64, i64, Time),
        home: &LoadedAppInstance,
    ) -> Result<(), InvalidSeed> {
        let user = home.user(path, "Member", &seed.member)?;
        let created_by = match &seed.created_by {
            Some(id) => home.named_user(path, "CreatedBy", id)?.key,
            None => creator,
        };
        if moderators::exists(self.db, channel, user.key)? {
            return Err(InvalidSeed::at(path, "Member", "the user is a moderator; remove one of the two"));
        }
        let since = seed.created_timestamp.unwrap_or(created_at);
        once(bans::insert(self.db, channel, user.key, created_by, since)?, path, "Member", DUPLICATE)
    }

    fn tags(&self, resource: &str, tags: &[Tag]) -> rusqlite::Result<()> {
        tags.iter().try_for_each(|tag| tags::attach(self.db, resource, tag))
    }

    fn membership(
        &mut self,
        path: &str,
        seed: &MembershipSeed,
        channel: &mut LoadedChannel<'_>,
        home: &LoadedAppInstance,
    ) -> Result<(), InvalidSeed> {
        let user = home.user(path, "Member", &seed.member)?.key;
        let invited_by = match &seed.invited_by {
            Some(id) => home.named_user(path, "InvitedBy", id)?.key,
            None => channel.creator,
        };
        if !ChannelMembershipType::NAMED.contains(&seed.r#type.as_str()) {
            let names = ChannelMembershipType::NAMED.join(" or ");
            let reason = format_args!("{:?} is not a type; expected {names}", seed.r#type.as_str());
            return Err(InvalidSeed::at(path, "Type", reason));
        }
        let (created_at, updated_at) =
            times(path, seed.created_timestamp, seed.last_updated_timestamp, channel.created_at)?;
        let channels = self.channels_of_users.entry(user).or_default();
        *channels += 1;
        if *channels > CHANNELS_OF_A_USER {
            let reason = format!(
                "{:?} is a member of more than {CHANNELS_OF_A_USER} channels; expected at most that many",
                seed.member
            );
            return Err(InvalidSeed::at(path, "Member", reason));
        }
        channel.targets.insert(user);
        if bans::exists(self.db, channel.key, user)? {
            return Err(InvalidSeed::at(path, "Member", "the user is banned; remove one of the two"));
        }
        if let Some(preferences) = &seed.preferences {
            check_preferences(preferences).map_err(|reason| at_member(path, &reason))?;
        }
        let new = NewMembership {
            channel: channel.key,
            user,
            r#type: &seed.r#type,
            invited_by,
            read_at: seed.read_marker_timestamp,
            preferences: seed.preferences.as_ref(),
            sub_channel: channel.sub_channel(path, seed.sub_channel_id.as_ref())?,
            created_at,
            updated_at,
        };
        once(memberships::insert(self.db, &new)?, path, "Member", "the user is a member already")
    }

    /// Loads a message, or a change of one, that a channel flow processes. A message that is kept is loaded already.
    fn pending_message(
        &self,
        path: &str,
        seed: &PendingMessageSeed,
        channel: &LoadedChannel<'_>,
        home: &LoadedAppInstance,
    ) -> Result<(), InvalidSeed> {
        let invalid = |error: InvalidParameter| InvalidSeed::refused(path, &error);
        let sender = home.named_user(path, "Sender", &seed.sender)?;
        let target = match &seed.target {
            Some(id) => Some(home.named_user(path, "Target", id)?.key),
            None => None,
        };
        let mut request = SendChannelMessage::builder()
            .channel_arn(channel.arn)
            .content(seed.content.clone())
            .r#type(ChannelMessageType::Standard)
            .persistence(&seed.persistence)
            .client_request_token("seed")
            .chime_bearer(&sender.arn)
            .build()
            .map_err(invalid)?;
        request.metadata.clone_from(&seed.metadata);
        request.content_type.clone_from(&seed.content_type);
        request.message_attributes.clone_from(&seed.message_attributes);
        request.push_notification.clone_from(&seed.push_notification);
        request.check().map_err(invalid)?;
        check_content(&ChannelMessageType::Standard, &seed.content, seed.metadata.as_ref())
            .and_then(|()| check_attributes(seed.message_attributes.as_ref()))
            .map_err(|reason| at_member(path, &reason))?;
        ChannelFlowCallback::builder()
            .channel_arn(channel.arn)
            .callback_id(&seed.callback_id)
            .channel_message(ChannelMessageCallback::new(&seed.message_id))
            .build()
            .map_err(invalid)?;
        CreateChannelFlow::builder()
            .app_instance_arn(&home.arn)
            .name("seed")
            .processors(seed.processors.clone())
            .client_request_token("seed")
            .build()
            .map_err(invalid)?;
        let found = messages::status_of(self.db, sender.key, channel.key, &seed.message_id)?;
        let status = if seed.update { ChannelMessageStatus::Sent } else { ChannelMessageStatus::Pending };
        if is_kept(seed) && found.is_none_or(|found| found != status) {
            let reason = format!("it is not a {status} message of the sender; expected the MessageId of one");
            return Err(InvalidSeed::at(path, "MessageId", reason));
        }
        let new = NewProcessing {
            channel: channel.key,
            message_id: &seed.message_id,
            sender: sender.key,
            is_update: seed.update,
            is_persistent: is_kept(seed),
            message: &Processed {
                content: seed.content.clone(),
                metadata: seed.metadata.clone(),
                content_type: seed.content_type.clone(),
                attributes: seed.message_attributes.clone(),
                push_notification: seed.push_notification.clone(),
            },
            target,
            created_at: seed.created_timestamp.unwrap_or(self.now),
            edited_at: seed.last_edited_timestamp,
            turn: &Turn {
                processors: seed.processors.clone(),
                callback_id: seed.callback_id.clone(),
                is_invoked: seed.invoked,
                deadline: seed.deadline.unwrap_or(self.now.after(CALLBACK_LIMIT)),
            },
        };
        once(processings::insert(self.db, &new)?, path, "CallbackId", DUPLICATE)
    }

    fn message(
        &self,
        path: &str,
        seed: &MessageSeed,
        channel: &LoadedChannel<'_>,
        home: &LoadedAppInstance,
    ) -> Result<(), InvalidSeed> {
        let invalid = |error: InvalidParameter| InvalidSeed::refused(path, &error);
        let sender = home.named_user(path, "Sender", &seed.sender)?;
        let target = match &seed.target {
            Some(id) => Some(target(path, id, channel, home)?),
            None => None,
        };
        let content = content(path, seed)?;
        let mut request = SendChannelMessage::builder()
            .channel_arn(channel.arn)
            // A redacted message had some content that was within the limits.
            .content(content.cloned().unwrap_or_else(|| "redacted".into()))
            .r#type(&seed.r#type)
            .persistence(ChannelMessagePersistenceType::Persistent)
            .client_request_token("seed")
            .chime_bearer(&sender.arn)
            .build()
            .map_err(invalid)?;
        request.metadata.clone_from(&seed.metadata);
        request.content_type.clone_from(&seed.content_type);
        request.message_attributes.clone_from(&seed.message_attributes);
        request.check().map_err(invalid)?;
        let invalid_content = |reason: String| at_member(path, &reason);
        check_content(&seed.r#type, &request.content, seed.metadata.as_ref()).map_err(invalid_content)?;
        check_attributes(seed.message_attributes.as_ref()).map_err(invalid_content)?;
        let id = seed.message_id.clone().unwrap_or_else(new_id);
        // It must be one that can be asked for.
        GetChannelMessage::builder()
            .channel_arn(channel.arn)
            .message_id(&id)
            .chime_bearer(&sender.arn)
            .build()
            .map_err(invalid)?;
        let (created_at, updated_at) =
            times(path, seed.created_timestamp, seed.last_updated_timestamp, self.now)?;
        let is_pending = seed.status == ChannelMessageStatus::Pending;
        if is_pending && !channel.pending.contains(id.as_str()) {
            let reason = "PENDING is for a message that PendingMessages has too; expected SENT or FAILED";
            return Err(InvalidSeed::at(path, "Status", reason));
        }
        if !is_pending && ![ChannelMessageStatus::Sent, ChannelMessageStatus::Failed].contains(&seed.status) {
            let reason = format_args!("{:?} is not a status; expected SENT or FAILED", seed.status.as_str());
            return Err(InvalidSeed::at(path, "Status", reason));
        }
        let new = NewMessage {
            id: &id,
            channel: channel.key,
            sender: sender.key,
            r#type: &seed.r#type,
            content,
            metadata: seed.metadata.as_ref(),
            content_type: seed.content_type.as_ref(),
            attributes: seed.message_attributes.as_ref(),
            target,
            sub_channel: channel.sub_channel(path, seed.sub_channel_id.as_ref())?,
            status: &seed.status,
            status_detail: seed.status_detail.as_deref(),
            created_at,
            updated_at,
            edited_at: seed.last_edited_timestamp,
        };
        once(messages::insert(self.db, &new)?, path, "MessageId", DUPLICATE)
    }
}

/// Whether a message is kept.
fn is_kept(pending: &PendingMessageSeed) -> bool {
    pending.persistence == ChannelMessagePersistenceType::Persistent
}

/// Tags as a request has them, which has at least one or no list of them.
fn given_tags(tags: &[Tag]) -> Option<Vec<Tag>> {
    (!tags.is_empty()).then(|| tags.to_vec())
}

/// What is wrong with the object at a path, by a reason that begins with the member.
fn at_member(path: &str, reason: &str) -> InvalidSeed {
    InvalidSeed::new(format_args!("{path}.{reason}"))
}

/// The content of a message, which a redacted message has not.
fn content<'s>(path: &str, seed: &'s MessageSeed) -> Result<Option<&'s Sensitive>, InvalidSeed> {
    let redacted = |member| {
        Err(InvalidSeed::at(path, member, "a redacted message has none; remove it, or remove Redacted"))
    };
    match (&seed.content, seed.redacted) {
        (Some(_), true) => redacted("Content"),
        (None, true) if seed.metadata.is_some() => redacted("Metadata"),
        (None, false) => Err(InvalidSeed::at(path, "Content", "missing; expected the text of the message")),
        (content, _) => Ok(content.as_ref()),
    }
}

/// The key of the user whom the message at a path is for.
fn target(
    path: &str,
    id: &str,
    channel: &LoadedChannel<'_>,
    home: &LoadedAppInstance,
) -> Result<i64, InvalidSeed> {
    let user = home.named_user(path, "Target", id)?.key;
    if channel.targets.contains(&user) {
        return Ok(user);
    }
    let reason = format!(
        "{id:?} is not a member of the channel; add it to its Memberships, or to FormerMembers if it left"
    );
    Err(InvalidSeed::at(path, "Target", reason))
}

/// Refuses a member of the object at a path if its row was not inserted, as the row exists.
fn once(inserted: bool, path: &str, member: &str, reason: impl Display) -> Result<(), InvalidSeed> {
    if inserted { Ok(()) } else { Err(InvalidSeed::at(path, member, reason)) }
}
