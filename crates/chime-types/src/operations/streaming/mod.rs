//! Operations on streaming configurations.

mod delete_messaging_streaming_configurations;
mod get_messaging_streaming_configurations;
mod put_messaging_streaming_configurations;

pub use delete_messaging_streaming_configurations::*;
pub use get_messaging_streaming_configurations::*;
pub use put_messaging_streaming_configurations::*;
