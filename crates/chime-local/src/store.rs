//! What the service knows. Everything else asks it through these few methods.

use std::collections::{BTreeMap, BTreeSet};

use chime_types::{AppInstanceUserArn, AppInstanceUserMembershipSummary, ChannelArn, ChannelSummary};

/// App instances, their users and channels, in memory.
#[derive(Debug, Default)]
pub(crate) struct Store {
    users: BTreeSet<AppInstanceUserArn>,
    administrators: BTreeSet<AppInstanceUserArn>,
    channels: BTreeMap<ChannelArn, Channel>,
}

#[derive(Debug)]
struct Channel {
    summary: ChannelSummary,
    members: BTreeMap<AppInstanceUserArn, AppInstanceUserMembershipSummary>,
}

impl Store {
    pub(crate) fn add_user(&mut self, user: AppInstanceUserArn) {
        self.users.insert(user);
    }

    /// Makes a user an administrator of the app instance that the user lies in.
    pub(crate) fn add_administrator(&mut self, user: AppInstanceUserArn) {
        self.administrators.insert(user.clone());
        self.users.insert(user);
    }

    pub(crate) fn add_channel(&mut self, arn: ChannelArn, mut summary: ChannelSummary) {
        summary.channel_arn = Some(arn.clone());
        self.channels.insert(arn, Channel { summary, members: BTreeMap::new() });
    }

    pub(crate) fn add_member(
        &mut self,
        channel: &ChannelArn,
        user: AppInstanceUserArn,
        membership: AppInstanceUserMembershipSummary,
    ) {
        if let Some(channel) = self.channels.get_mut(channel) {
            channel.members.insert(user, membership);
        }
    }

    /// Whether there is such a user or bot.
    pub(crate) fn has_user(&self, user: &AppInstanceUserArn) -> bool {
        self.users.contains(user)
    }

    /// Whether a user is an administrator of the app instance with that ARN.
    pub(crate) fn is_administrator(&self, user: &AppInstanceUserArn, app_instance: Option<&str>) -> bool {
        self.administrators.contains(user) && user.app_instance_arn() == app_instance
    }

    /// A channel as its members see it, and what a user is in it; none unless the user is a member.
    pub(crate) fn membership(
        &self,
        channel: &ChannelArn,
        user: &AppInstanceUserArn,
    ) -> Option<(ChannelSummary, AppInstanceUserMembershipSummary)> {
        let channel = self.channels.get(channel)?;
        Some((channel.summary.clone(), channel.members.get(user)?.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_administrator_is_one_in_the_own_app_instance_alone() {
        let user = |instance: &str, id: &str| -> AppInstanceUserArn {
            format!("arn:aws:chime:us-east-1:1:app-instance/{instance}/user/{id}").parse().unwrap()
        };
        let mut store = Store::default();
        store.add_administrator(user("i", "admin"));
        store.add_user(user("i", "alice"));
        for (user, instance, expected) in [
            (user("i", "admin"), Some("arn:aws:chime:us-east-1:1:app-instance/i"), true),
            (user("i", "admin"), Some("arn:aws:chime:us-east-1:1:app-instance/j"), false),
            (user("i", "admin"), None, false),
            (user("i", "alice"), Some("arn:aws:chime:us-east-1:1:app-instance/i"), false),
        ] {
            assert_eq!(store.is_administrator(&user, instance), expected, "{user} {instance:?}");
        }
    }
}
