//! `GET /channels/{channelArn}?scope=app-instance-user-membership`

use serde::{Deserialize, Serialize};

use crate::builder::builder;
use crate::operation::{At, Member, Metadata, Method, Operation};
use crate::{AppInstanceUserArn, ChannelArn, ChannelMembershipForAppInstanceUserSummary};

/// Asks for one user's membership of one channel, together with a summary of that channel.
///
/// ```
/// use chime_types::DescribeChannelMembershipForAppInstanceUser;
///
/// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
/// let request = DescribeChannelMembershipForAppInstanceUser::builder()
///     .channel_arn(format!("{instance}/channel/general"))
///     .app_instance_user_arn(format!("{instance}/user/alice"))
///     .chime_bearer(format!("{instance}/user/alice"))
///     .build()?;
/// assert_eq!(request.channel_arn.app_instance_arn(), Some(instance));
/// # Ok::<(), chime_types::InvalidParameter>(())
/// ```
///
/// A request without one of its parameters does not compile,
///
/// ```compile_fail,E0277
/// use chime_types::DescribeChannelMembershipForAppInstanceUser;
///
/// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
/// let request = DescribeChannelMembershipForAppInstanceUser::builder()
///     .channel_arn(format!("{instance}/channel/general"))
///     .app_instance_user_arn(format!("{instance}/user/alice"))
///     .build()?;
/// # Ok::<(), chime_types::InvalidParameter>(())
/// ```
///
/// nor does one with channel and user exchanged.
///
/// ```compile_fail,E0277
/// use chime_types::{AppInstanceUserArn, ChannelArn, DescribeChannelMembershipForAppInstanceUser};
///
/// fn ask(channel: ChannelArn, user: AppInstanceUserArn) {
///     let request = DescribeChannelMembershipForAppInstanceUser::builder()
///         .channel_arn(user)
///         .app_instance_user_arn(channel);
/// }
/// ```
///
/// **Who may ask**: an app instance administrator about any user; everybody else about themselves.
///
/// **Quota**: 10 calls a second for each bearer in us-east-1, 5 in eu-central-1, adjustable.
///
/// **Errors**: `BadRequestException`, `ForbiddenException`, `UnauthorizedClientException`,
/// `ThrottledClientException`, `ServiceUnavailableException`, `ServiceFailureException`. What a user who is
/// no member gets is documented nowhere; `ForbiddenException` is likely, since the operation lists no
/// `NotFoundException`.
///
/// **Source**: `Chime.Client.describe_channel_membership_for_app_instance_user` of boto3 up to 1.37.0, and
/// the model of `chime-sdk-messaging` 2021-05-15.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct DescribeChannelMembershipForAppInstanceUser {
    /// The channel.
    #[serde(deserialize_with = "crate::arn::strict")]
    pub channel_arn: ChannelArn,
    /// The user whose membership is asked for.
    #[serde(deserialize_with = "crate::arn::strict")]
    pub app_instance_user_arn: AppInstanceUserArn,
    /// The user that makes the call.
    #[serde(deserialize_with = "crate::arn::strict")]
    pub chime_bearer: AppInstanceUserArn,
}

impl Operation for DescribeChannelMembershipForAppInstanceUser {
    type Output = DescribeChannelMembershipForAppInstanceUserResponse;

    const METADATA: Metadata = Metadata {
        name: "DescribeChannelMembershipForAppInstanceUser",
        method: Method::Get,
        path: "/channels/{channelArn}",
        query: &[("scope", "app-instance-user-membership")],
        input: &[
            Member::required("ChannelArn", At::Label("channelArn")),
            Member::required("AppInstanceUserArn", At::Query("app-instance-user-arn")),
            Member::required("ChimeBearer", At::Header("x-amz-chime-bearer")),
        ],
        success: 200,
        idempotent: true,
        errors: &[
            "BadRequestException",
            "ForbiddenException",
            "UnauthorizedClientException",
            "ThrottledClientException",
            "ServiceUnavailableException",
            "ServiceFailureException",
        ],
    }
    .checked();
}

builder! {
    DescribeChannelMembershipForAppInstanceUser, DescribeChannelMembershipForAppInstanceUserBuilder {
        /// The channel, as a `ChannelArn` or as text.
        channel_arn: ChannelArn = "ChannelArn",
        /// The user whose membership is asked for, as an `AppInstanceUserArn` or as text.
        app_instance_user_arn: AppInstanceUserArn = "AppInstanceUserArn",
        /// The user that makes the call, as an `AppInstanceUserArn` or as text.
        chime_bearer: AppInstanceUserArn = "ChimeBearer",
    }
}

/// One user's membership of one channel.
///
/// ```
/// use chime_types::DescribeChannelMembershipForAppInstanceUserResponse;
///
/// let answer: DescribeChannelMembershipForAppInstanceUserResponse = serde_json::from_str(
///     r#"{"ChannelMembership":{"ChannelSummary":{"Mode":"RESTRICTED"},"NewerThanThisCrate":1}}"#,
/// )?;
/// let channel = answer.channel_membership.unwrap().channel_summary.unwrap();
/// assert_eq!(channel.mode.unwrap().as_str(), "RESTRICTED");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct DescribeChannelMembershipForAppInstanceUserResponse {
    /// The channel and what the user is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_membership: Option<ChannelMembershipForAppInstanceUserSummary>,
}
