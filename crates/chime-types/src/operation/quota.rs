//! The quotas of operations.

/// The number of calls of an operation that the service answers within a second, before it throttles. AWS raises it on
/// request.
///
/// ```
#[doc = import!("operation::{Operation, Per, Quota}")]
#[doc = import!("operations::SendChannelMessage")]
///
/// let quota = SendChannelMessage::METADATA.quota;
/// assert_eq!(quota, Quota { us_east_1: 30, eu_central_1: 10, per: Per::Channel });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "the documentation has these columns")]
pub struct Quota {
    /// Calls a second in us-east-1.
    pub us_east_1: u32,
    /// Calls a second in eu-central-1.
    pub eu_central_1: u32,
    /// The unit for which calls are counted.
    pub per: Per,
}

impl Quota {
    /// Returns the quota in a region. Where a region's is not documented, it is the lower of the two.
    #[must_use]
    pub fn in_region(self, region: &str) -> u32 {
        if region == "us-east-1" { self.us_east_1 } else { self.eu_central_1 }
    }
}

/// The unit for which the calls of a quota are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Per {
    /// Calls of each user or bot, by their `ChimeBearer`.
    Bearer,
    /// Calls about each channel.
    Channel,
    /// Calls of the whole account.
    Account,
}
