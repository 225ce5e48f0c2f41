//! `POST /channels`

use crate::declare::{operation, shape};
use crate::operation::{At, Form, Member};
use crate::{
    AppInstanceArn, AppInstanceUserArn, ChannelArn, ChannelMode, ChannelPrivacy, ElasticChannelConfiguration,
    ExpirationSettings, Sensitive, Tag,
};

operation! {
    /// Creates a channel. Whoever creates it is its first member and moderator.
    ///
    /// ```
    /// use chime_types::CreateChannel;
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
    /// **Who may call it**: every user of the app instance.
    ///
    /// **Quota**: 10 calls a second for each bearer in us-east-1, 5 in eu-central-1, adjustable.
    ///
    /// **Source**: the model of `chime-sdk-messaging` 2021-05-15.
    CreateChannel, CreateChannelBuilder -> CreateChannelResponse;
    Messaging Post "/channels" => 201,
    idempotent: true,
    errors: [
        "BadRequestException",
        "ForbiddenException",
        "UnauthorizedClientException",
        "ConflictException",
        "ResourceLimitExceededException",
        "ThrottledClientException",
        "ServiceUnavailableException",
        "ServiceFailureException",
    ];
    required {
        /// The app instance to create it in.
        app_instance_arn: AppInstanceArn = Member::new("AppInstanceArn", At::Body),
        /// Its name, 1 to 256 characters.
        name: Sensitive = Member::new("Name", At::Body).limits(1, 256).form(Form::Name),
        /// The user that makes the call.
        chime_bearer: AppInstanceUserArn = Member::new("ChimeBearer", At::Header("x-amz-chime-bearer")),
    }
    token {
        /// By which the service recognizes a repetition, 2 to 64 letters, digits, `-` and `_`.
        client_request_token: Sensitive =
            Member::new("ClientRequestToken", At::Body).limits(2, 64).form(Form::Token),
    }
    optional {
        /// Who may add members; `UNRESTRICTED` if not given.
        mode: ChannelMode = Member::new("Mode", At::Body),
        /// Who may find and read it; `PUBLIC` if not given. It cannot be changed later.
        privacy: ChannelPrivacy = Member::new("Privacy", At::Body),
        /// The application's own data, up to 1,024 characters.
        metadata: Sensitive = Member::new("Metadata", At::Body).limits(0, 1024),
        /// Tags, 1 to 50.
        tags: Vec<Tag> = Member::new("Tags", At::Body).limits(1, 50),
        /// Its id, the last part of its ARN: 1 to 64 letters, digits and `:-_.@`; the service makes one up
        /// if not given.
        channel_id: Sensitive = Member::new("ChannelId", At::Body).limits(1, 64).form(Form::Id),
        /// Its first members, 1 to 10.
        member_arns: Vec<AppInstanceUserArn> = Member::new("MemberArns", At::Body).limits(1, 10),
        /// Its first moderators, 1 to 10.
        moderator_arns: Vec<AppInstanceUserArn> = Member::new("ModeratorArns", At::Body).limits(1, 10),
        /// How it divides its members, if it is to be an elastic one.
        elastic_channel_configuration: ElasticChannelConfiguration =
            Member::new("ElasticChannelConfiguration", At::Body),
        /// When it expires, if ever.
        expiration_settings: ExpirationSettings = Member::new("ExpirationSettings", At::Body),
    }
}

shape! {
    /// The channel that was created.
    pub struct CreateChannelResponse {
        /// The new channel's ARN.
        channel_arn: ChannelArn,
    }
}
