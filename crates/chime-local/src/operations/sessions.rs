//! Real-time sessions.

use chime_types::operations::{GetMessagingSessionEndpoint, GetMessagingSessionEndpointResponse};
use chime_types::shapes::MessagingSessionEndpoint;

use super::handle::{Handle, World};
use crate::refusal::Refusal;

impl Handle for GetMessagingSessionEndpoint {
    type Caller = ();

    /// Sessions have the host and the port of everything else, whatever the network type.
    fn handle(self, (): (), world: &World<'_>) -> Result<Self::Output, Refusal> {
        let endpoint = MessagingSessionEndpoint::default().url(world.host);
        Ok(GetMessagingSessionEndpointResponse::default().endpoint(endpoint))
    }
}
