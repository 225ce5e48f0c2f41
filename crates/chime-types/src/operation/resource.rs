//! The two services, and the kinds of resources that their operations are about.

/// One of the services that Amazon Chime SDK messaging consists of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Service {
    #[default]
    /// Channels, memberships, messages: `chime-sdk-messaging`.
    Messaging,
    /// App instances, their users and administrators: `chime-sdk-identity`.
    Identity,
}

impl Service {
    /// Returns the first part of the host's name.
    #[must_use]
    pub const fn endpoint_prefix(self) -> &'static str {
        match self {
            Self::Messaging => "messaging-chime",
            Self::Identity => "identity-chime",
        }
    }
}

/// The resource that an operation is about. Files, the command's headings and the documentation are ordered by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Resource {
    /// Channels, including elastic ones.
    Channels,
    /// Memberships of channels, with their preferences and read markers.
    Memberships,
    /// Moderators of channels.
    Moderators,
    /// Bans from channels.
    Bans,
    /// Messages of channels.
    Messages,
    /// Channel flows, which process messages before they are delivered.
    ChannelFlows,
    /// Streaming configurations, which send an app instance's events to Kinesis.
    Streaming,
    /// Real-time sessions.
    Sessions,
    /// Tags of any resource.
    Tags,
    /// App instances.
    AppInstances,
    /// Administrators of app instances.
    Admins,
    /// Users of app instances.
    Users,
    /// Bots of app instances.
    Bots,
    /// Devices of users, to which push notifications go.
    Endpoints,
}

impl Resource {
    /// Every kind of resource, in the order in which they are listed.
    pub const ALL: &'static [Self] = &[
        Self::Channels,
        Self::Memberships,
        Self::Moderators,
        Self::Bans,
        Self::Messages,
        Self::ChannelFlows,
        Self::Streaming,
        Self::Sessions,
        Self::AppInstances,
        Self::Admins,
        Self::Users,
        Self::Bots,
        Self::Endpoints,
        Self::Tags,
    ];

    /// Returns the heading under which its operations are listed.
    ///
    /// ```
    #[doc = import!("operation::Resource")]
    ///
    /// assert_eq!(Resource::AppInstances.title(), "App instances");
    /// ```
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Channels => "Channels",
            Self::Memberships => "Memberships",
            Self::Moderators => "Moderators",
            Self::Bans => "Bans",
            Self::Messages => "Messages",
            Self::ChannelFlows => "Channel flows",
            Self::Streaming => "Streaming",
            Self::Sessions => "Sessions",
            Self::Tags => "Tags",
            Self::AppInstances => "App instances",
            Self::Admins => "Administrators",
            Self::Users => "Users",
            Self::Bots => "Bots",
            Self::Endpoints => "Endpoints",
        }
    }

    /// Returns the service that has its operations, or `None` for tags, which both have.
    #[must_use]
    pub const fn service(self) -> Option<Service> {
        match self {
            Self::Channels
            | Self::Memberships
            | Self::Moderators
            | Self::Bans
            | Self::Messages
            | Self::ChannelFlows
            | Self::Streaming
            | Self::Sessions => Some(Service::Messaging),
            Self::AppInstances | Self::Admins | Self::Users | Self::Bots | Self::Endpoints => {
                Some(Service::Identity)
            }
            Self::Tags => None,
        }
    }
}
