//! Real-time sessions.

use crate::declare::structure;
use crate::open_enum::open_enum;

open_enum! {
    /// The Internet protocols of a host.
    pub enum NetworkType {
        /// Version 4 only.
        Ipv4Only = "IPV4_ONLY",
        /// Versions 4 and 6.
        DualStack = "DUAL_STACK",
    }
}

structure! {
    /// The host of real-time sessions.
    pub struct MessagingSessionEndpoint {
        /// The host's name, without a scheme or a path.
        url: String = limits(0, 4096),
    }
}
