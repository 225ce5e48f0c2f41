//! `PUT /channels/{channelArn}`

use crate::declare::{operation, structure};
use crate::operation::Form;
use crate::shapes::ChannelMode;
use crate::{ChannelArn, Sensitive};

operation! {
    /// Changes a channel's name, mode or metadata.
    /// Members that are left out do not change.
    ///
    /// ```
    #[doc = import!("operations::UpdateChannel")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = UpdateChannel::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: moderators of the channel and administrators.
    UpdateChannel, UpdateChannelBuilder -> UpdateChannelResponse;
    Channels Put "/channels/{channelArn}" => 200;
    bearer required;
    errors: common, ConflictException;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
    }
    optional {
        /// The channel's new name.
        /// It has 1 to 256 characters.
        name, set_name: Sensitive = body("Name").limits(1, 256).form(Form::Name),
        /// Who may add members to the channel.
        mode, set_mode: ChannelMode = body("Mode"),
        /// The application's own data about the channel.
        /// It has up to 1,024 characters.
        metadata, set_metadata: Sensitive = body("Metadata").limits(0, 1024),
    }
}

structure! {
    /// The channel that was updated.
    pub struct UpdateChannelResponse {
        /// The channel's ARN.
        channel_arn: ChannelArn,
    }
}
