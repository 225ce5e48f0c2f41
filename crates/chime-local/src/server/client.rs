//! The settings of a client for a service that runs.

use std::sync::Arc;
use std::time::Duration;

use chime_transport::{Config, EndpointSettings, Error, RetryPolicy};

use super::running::RunningService;

/// The settings of a client for this service, which `chime_client::Client::of` takes.
///
/// The client has the service's credentials and its clock. Its retries do not wait. If the service listens on no address,
/// the client connects within the process.
///
/// ```
/// use chime_client::Client;
/// use chime_local::{Demo, LocalService};
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let local = LocalService::demo().start_in_process()?;
/// let client = Client::of(&local)?;
/// # let demo = Demo::new();
/// # let channel = client.describe_channel().channel_arn(demo.channel_arn());
/// # channel.chime_bearer(demo.app_instance_user_arn()).send().await?;
/// # Ok(())
/// # }
/// ```
impl TryFrom<&RunningService> for Config {
    type Error = Error;

    fn try_from(local: &RunningService) -> Result<Self, Error> {
        let settings =
            EndpointSettings { endpoint_url: Some(local.endpoint_url()), ..EndpointSettings::default() };
        let mut config = Self::new(settings.resolve()?, Arc::new(local.credentials()));
        config.retry =
            RetryPolicy { base: Duration::ZERO, throttling_base: Duration::ZERO, ..RetryPolicy::default() };
        config.clock = local.clock();
        if local.address.is_none() {
            config.network.connector = Some(Arc::new(local.connector()));
        }
        Ok(config)
    }
}
