//! `POST /channels`

use crate::declare::{operation, structure};
use crate::operation::Form;
use crate::shapes::{ChannelMode, ChannelPrivacy, ElasticChannelConfiguration, ExpirationSettings, Tag};
use crate::{AppInstanceArn, AppInstanceUserArn, ChannelArn, Sensitive};

operation! {
    /// Creates a channel.
    /// The creator is its first member and moderator.
    ///
    /// ```
    #[doc = import!("operations::CreateChannel")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = CreateChannel::builder()
    ///     .app_instance_arn(instance)
    ///     .name("General")
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: any user of the app instance.
    CreateChannel, CreateChannelBuilder -> CreateChannelResponse;
    Channels Post "/channels" => 201;
    bearer required;
    errors: common, ConflictException, ResourceLimitExceededException;
    required {
        /// The app instance in which to create the channel.
        app_instance_arn: AppInstanceArn = body("AppInstanceArn"),
        /// The channel's name.
        /// It has 1 to 256 characters.
        name: Sensitive = body("Name").limits(1, 256).form(Form::Name),
    }
    token client_request_token: Sensitive;
    optional {
        /// Who may add members to the channel.
        /// The default is `UNRESTRICTED`.
        mode, set_mode: ChannelMode = body("Mode"),
        /// Who may find and read the channel.
        /// The default is `PUBLIC`. It cannot be changed later.
        privacy, set_privacy: ChannelPrivacy = body("Privacy"),
        /// The application's own data about the channel.
        /// It has up to 1,024 characters.
        metadata, set_metadata: Sensitive = body("Metadata").limits(0, 1024),
        /// The tags to attach.
        /// It has 1 to 50 items.
        tags, set_tags: Vec<Tag> = body("Tags").limits(1, 50),
        /// The channel's id, the last part of its ARN.
        /// It has 1 to 64 letters, digits and `:-_.@`; the service makes one up where none is given.
        channel_id, set_channel_id: Sensitive = body("ChannelId").limits(1, 64).form(Form::Id),
        /// The users to add as members.
        /// It has 1 to 10 items.
        member_arns, set_member_arns: Vec<AppInstanceUserArn> = body("MemberArns").limits(1, 10),
        /// The users to make moderators.
        /// It has 1 to 10 items.
        moderator_arns, set_moderator_arns: Vec<AppInstanceUserArn> = body("ModeratorArns").limits(1, 10),
        /// How an elastic channel divides its members among sub-channels.
        elastic_channel_configuration, set_elastic_channel_configuration: ElasticChannelConfiguration =
            body("ElasticChannelConfiguration"),
        /// When the channel expires.
        /// By default, it does not expire.
        expiration_settings, set_expiration_settings: ExpirationSettings = body("ExpirationSettings"),
    }
}

structure! {
    /// The new channel.
    pub struct CreateChannelResponse {
        /// The new channel's ARN.
        channel_arn: ChannelArn,
    }
}
