//! `GET /endpoints/messaging-session`

use crate::declare::{operation, structure};
use crate::shapes::{MessagingSessionEndpoint, NetworkType};

operation! {
    /// Returns the host of real-time sessions.
    ///
    /// ```
    #[doc = import!("operations::GetMessagingSessionEndpoint")]
    ///
    /// let request = GetMessagingSessionEndpoint::builder().build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    GetMessagingSessionEndpoint, GetMessagingSessionEndpointBuilder -> GetMessagingSessionEndpointResponse;
    Sessions Get "/endpoints/messaging-session" => 200;
    errors: ForbiddenException, ServiceFailureException, ServiceUnavailableException, ThrottledClientException, UnauthorizedClientException;
    optional {
        /// The Internet protocols that the host must have.
        network_type, set_network_type: NetworkType = query("NetworkType", "network-type"),
    }
}

structure! {
    /// The host of real-time sessions.
    pub struct GetMessagingSessionEndpointResponse {
        /// The host.
        endpoint: MessagingSessionEndpoint,
    }
}
