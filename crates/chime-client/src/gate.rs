//! Membership checks, and the unread state of many channels at once.

use chime_types::builder::{IntoParameter, names};
use chime_types::operations::DescribeChannelMembershipForAppInstanceUserResponse;
use chime_types::shapes::ChannelMembershipForAppInstanceUserSummary;
use chime_types::{AppInstanceUserArn, ChannelArn, Unread, UnreadableAnswer};
use futures_util::{StreamExt, stream};

use crate::{ActingAs, Error, ErrorKind, Pacing};

/// Whether a user is a member of a channel.
///
/// A response that does not settle this is an [`Error`], never one of these variants.
#[derive(Clone, Debug, PartialEq, Eq)]
// Exhaustive: a caller that decides must decide on each of them.
#[allow(clippy::large_enum_variant, reason = "a call returns one, and people match on the details")]
#[must_use = "look at it before you let the user through"]
pub enum Admission {
    /// The user is a member.
    Member(ChannelMembershipForAppInstanceUserSummary),
    /// The user is not a member, the channel or the user does not exist, or the bearer may not see the membership. The
    /// service does not tell these apart.
    NotMemberOrNotVisible,
}

impl Admission {
    /// Returns what the result of `DescribeChannelMembershipForAppInstanceUser` says about the membership.
    ///
    /// ```
    /// use chime_client::{Admission, Error, ErrorKind, Exception, ServiceError};
    ///
    /// let refused = |exception| Err(Error::new(ErrorKind::Service(ServiceError::new(exception))));
    /// let answer = Admission::of(refused(Exception::ForbiddenException));
    /// assert_eq!(answer.unwrap(), Admission::NotMemberOrNotVisible);
    /// assert!(Admission::of(refused(Exception::ThrottledClientException)).is_err());
    /// ```
    ///
    /// # Errors
    /// Returns every error except `ForbiddenException` and `NotFoundException`, and an error for a response without a
    /// membership, which the service should never send.
    pub fn of(
        answer: Result<DescribeChannelMembershipForAppInstanceUserResponse, Error>,
    ) -> Result<Self, Error> {
        match answer {
            Ok(answer) => answer.channel_membership.map(Self::Member).ok_or_else(|| {
                Error::new(ErrorKind::Unreadable(UnreadableAnswer::without("ChannelMembership")))
            }),
            Err(error) if error.is_forbidden() => Ok(Self::NotMemberOrNotVisible),
            Err(error) => Err(error),
        }
    }
}

impl ActingAs {
    /// Returns whether a user is a member of a channel.
    ///
    /// Makes one call. The result is [`Member`](Admission::Member) with the details of the membership,
    /// [`NotMemberOrNotVisible`](Admission::NotMemberOrNotVisible), or an error.
    ///
    /// ```
    /// use chime_client::{Admission, Client, Error};
    ///
    /// async fn may_enter(client: &Client, channel: &str, user: &str) -> Result<bool, Error> {
    ///     Ok(match client.acting_as(user).admission(channel, user).await? {
    ///         Admission::Member(_) => true,
    ///         Admission::NotMemberOrNotVisible => false,
    ///     })
    /// }
    /// ```
    ///
    /// # Errors
    /// Everything that leaves the membership undetermined: throttling, a failure of the service, a denial by IAM, bad
    /// credentials, malformed parameters, no response, or a response without a membership.
    pub async fn admission(
        &self,
        channel_arn: impl IntoParameter<ChannelArn, names::channel_arn>,
        app_instance_user_arn: impl IntoParameter<AppInstanceUserArn, names::app_instance_user_arn>,
    ) -> Result<Admission, Error> {
        let request = self
            .describe_channel_membership_for_app_instance_user()
            .channel_arn(channel_arn.into_parameter())
            .app_instance_user_arn(app_instance_user_arn.into_parameter());
        Admission::of(request.send().await)
    }

    /// Returns whether one user has unread messages in each of many channels.
    ///
    /// The result has one entry for each channel, in the same order. A failure in one does not affect the others.
    ///
    /// ```
    /// # async fn example(client: &chime_client::Client, user: &str, channels: Vec<String>) {
    /// let pacing = chime_client::Pacing::of(client);
    /// let badges = client.acting_as(user).unread(channels, user, &pacing).await;
    /// for badge in badges {
    ///     match badge {
    ///         Ok(unread) => println!("{:?}", unread.has_unread()),
    ///         Err(error) => eprintln!("{error}"),
    ///     }
    /// }
    /// # }
    /// ```
    ///
    /// At most 16 requests are open at a time, at the pace of `pacing`. For a channel that
    /// the user is not a member of, the entry is an error for which `is_forbidden()` is true. For *all* of a user's
    /// channels, `list_channel_memberships_for_app_instance_user().into_stream()` takes fewer calls.
    pub async fn unread<C: IntoParameter<ChannelArn, names::channel_arn>>(
        &self,
        channel_arns: impl IntoIterator<Item = C>,
        app_instance_user_arn: impl IntoParameter<AppInstanceUserArn, names::app_instance_user_arn>,
        pacing: &Pacing,
    ) -> Vec<Result<Unread, Error>> {
        let user = app_instance_user_arn.into_parameter();
        let requests = channel_arns.into_iter().map(|channel| {
            let request = chime_types::operations::DescribeChannelMembershipForAppInstanceUser::builder()
                .channel_arn(channel.into_parameter())
                .app_instance_user_arn(user.clone())
                .chime_bearer(self.bearer.clone())
                .build();
            ((), request)
        });
        let answers = self.client.describe_many(stream::iter(requests), pacing).in_order();
        answers.map(|((), answer)| answer.map(|answer| answer.unread())).collect().await
    }
}
