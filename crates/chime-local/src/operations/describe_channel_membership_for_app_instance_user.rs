use chime_types::{
    ChannelMembershipForAppInstanceUserSummary, DescribeChannelMembershipForAppInstanceUser,
    DescribeChannelMembershipForAppInstanceUserResponse, ServiceError,
};

use super::{Handle, forbidden};
use crate::store::Store;

impl Handle for DescribeChannelMembershipForAppInstanceUser {
    /// Administrators may ask about any user of their app instance, everybody else about themselves. What a
    /// user who is no member gets is not documented; the operation lists no `NotFoundException`, so it is
    /// Forbidden here, as for a channel that does not exist.
    fn handle(self, store: &Store) -> Result<Self::Output, ServiceError> {
        let bearer = &self.chime_bearer;
        let may_ask = *bearer == self.app_instance_user_arn
            || store.is_administrator(bearer, self.channel_arn.app_instance_arn());
        let membership = may_ask.then(|| store.membership(&self.channel_arn, &self.app_instance_user_arn));
        let (channel, membership) = membership.flatten().ok_or_else(forbidden)?;

        let mut summary = ChannelMembershipForAppInstanceUserSummary::default();
        summary.channel_summary = Some(channel);
        summary.app_instance_user_membership_summary = Some(membership);
        let mut answer = DescribeChannelMembershipForAppInstanceUserResponse::default();
        answer.channel_membership = Some(summary);
        Ok(answer)
    }
}
