//! `POST /channels?operation=search`

use crate::Sensitive;
use crate::declare::{operation, structure};
use crate::shapes::{ChannelSummary, SearchField};

operation! {
    /// Lists the channels whose members match a search.
    ///
    /// ```
    #[doc = import!("operations::SearchChannels")]
    #[doc = import!("shapes::{SearchField, SearchFieldKey, SearchFieldOperator}")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = SearchChannels::builder()
    ///     .fields([SearchField::new(
    ///         SearchFieldKey::Members,
    ///         SearchFieldOperator::Includes,
    ///         [format!("{instance}/user/bob")],
    ///     )])
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: administrators, for all channels; any other user, for the channels of which they are a member; without a bearer, anyone with the account's credentials.
    SearchChannels, SearchChannelsBuilder -> SearchChannelsResponse;
    Channels Post "/channels" ["operation" = "search"] => 200;
    bearer optional;
    idempotent: true;
    required {
        /// The conditions, all of which a channel must meet.
        fields: Vec<SearchField> = body("Fields").limits(1, 20),
    }
    lists channels: ChannelSummary;
}

structure! {
    /// A page of channels.
    pub struct SearchChannelsResponse {
        /// The channels.
        channels: Vec<ChannelSummary>,
        /// The token of the next page.
        /// The last page has none.
        next_token: Sensitive,
    }
}
