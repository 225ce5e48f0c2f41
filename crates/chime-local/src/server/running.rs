//! A service that runs.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chime_transport::{Clock, Credentials};
use chime_types::Exception;
use http::{Request, Response};
use http_body_util::{BodyExt, Either, Full};
use serde_json::json;
use tokio::io::DuplexStream;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::bind::Listening;
use super::http::{Slot, respond};
use super::in_process::InProcess;
use super::listener::run;
use super::service::Service;
use crate::close_codes::is_close_code;
use crate::connections::{Connection, Connections};
use crate::faults::Fault;
use crate::log::RequestRecord;
use crate::origins::Arrival;
use crate::seed::Seed;
use crate::sessions::SessionRecord;
use crate::streams::{self, StreamRecord};

/// A service that listens until this value is dropped.
///
/// The port is free once the runtime has got round to it; [`stop`](Self::stop) waits for that.
#[derive(Debug)]
#[must_use = "dropping it ends the service"]
pub struct RunningService {
    pub(super) address: Option<SocketAddr>,
    is_new: bool,
    #[cfg(feature = "tls")]
    certificate: Option<String>,
    service: Arc<Service>,
    /// Takes connections from within this process.
    connect: mpsc::UnboundedSender<DuplexStream>,
    /// Ends the task when it is dropped.
    end: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl RunningService {
    /// Starts a service that listens, or that is reached within this process alone.
    pub(super) fn start(
        service: Arc<Service>,
        listening: Listening,
        waiting: usize,
        is_new: bool,
    ) -> io::Result<Self> {
        let address = listening.sockets.first().map(TcpListener::local_addr).transpose()?;
        #[cfg(feature = "tls")]
        let certificate = listening.tls.as_ref().map(|tls| tls.certificate().to_owned());
        let (end, ended) = oneshot::channel();
        let (connect, connecting) = mpsc::unbounded_channel();
        let connections = Connections::new(waiting);
        let task =
            tokio::spawn(run(Arc::new(listening), connecting, Arc::clone(&service), connections, ended));
        Ok(Self {
            address,
            is_new,
            #[cfg(feature = "tls")]
            certificate,
            service,
            connect,
            end,
            task,
        })
    }

    /// Returns the address, such as `http://127.0.0.1:8090`.
    ///
    /// It is the loopback address if the service listens on every address, and `http://localhost` without a port if it
    /// was started in the process.
    #[must_use]
    pub fn endpoint_url(&self) -> String {
        let Some(mut address) = self.address else { return "http://localhost".to_owned() };
        match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        format!("http://{address}")
    }

    /// Returns the address for `https`, such as `https://localhost:8090`, if the service has [`tls`](crate::LocalService::tls).
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn https_url(&self) -> Option<String> {
        let (_, address) = (self.certificate.as_ref()?, self.address?);
        Some(match address.ip() {
            // Its certificate is for this machine's own names.
            ip if ip.is_loopback() && ip != Ipv4Addr::LOCALHOST => format!("https://{address}"),
            _ => format!("https://localhost:{}", address.port()),
        })
    }

    /// Returns the certificate in PEM that a client must trust to call [`https_url`](Self::https_url).
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn ca_certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    /// Returns a connector that connects a client to this service within the process, whatever the address, without a
    /// socket.
    ///
    /// Its connections are like all others: requests on them are signed and logged, and faults apply. Only their `Host` is
    /// not checked.
    #[must_use]
    pub fn connector(&self) -> InProcess {
        InProcess::new(self.connect.clone())
    }

    /// Returns the credentials that requests must be signed with, or the first of several.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        self.service.accepted.first()
    }

    /// The clock by which signatures are judged.
    pub(super) fn clock(&self) -> Clock {
        self.service.clock.unmoved().clone()
    }

    /// Moves the service's clock forward: writes are dated by it, quotas refill, channels and users expire, and messages
    /// become older than they are kept.
    ///
    /// Signatures are judged by the clock as it was, so clients need not move theirs. The clock of a service that is
    /// started again is not moved.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use chime_client::Client;
    /// use chime_client::shapes::{ExpirationCriterion, ExpirationSettings};
    /// use chime_local::{Demo, LocalService};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let local = LocalService::demo().start().await?;
    /// let client = Client::of(&local)?;
    /// let (user, instance) = ("expiring", Demo::new().app_instance_arn());
    /// let a_day = ExpirationSettings::new(1, ExpirationCriterion::CreatedTimestamp);
    /// let create = client.create_app_instance_user().app_instance_arn(&instance).app_instance_user_id(user);
    /// let created = create.name("Guest").expiration_settings(a_day).send().await?;
    ///
    /// // A day, and the six hours that the service may take.
    /// local.advance(Duration::from_hours(24 + 6))?;
    /// let arn = created.app_instance_user_arn.unwrap();
    /// assert!(client.describe_app_instance_user().app_instance_user_arn(arn).send().await.is_err());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// A time after the year 9997.
    pub fn advance(&self, by: Duration) -> io::Result<()> {
        self.service
            .advance(by)
            .map_err(|reason| io::Error::new(io::ErrorKind::InvalidInput, format!("the clock: {reason}")))
    }

    /// Returns whether the store was empty, and so was filled with the demo or the seed.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// Returns the current world as a seed.
    ///
    /// # Errors
    /// A file that cannot be read any more.
    pub fn export(&self) -> io::Result<Seed> {
        self.service.store.read_in_pieces(Seed::export).map_err(io::Error::other)
    }

    /// Restores the world that the service started with, at once: the demo, the seed, or the contents of its file.
    ///
    /// Faults and the request log stay. Time does not go back: the next write is later than all before. A file that
    /// another program writes to is waited for, up to 5 seconds.
    ///
    /// # Errors
    /// A world that was larger than 64 MiB, or a file that cannot be written.
    pub fn reset(&self) -> io::Result<()> {
        self.service.store.reset()?;
        self.service.feed.tell("World", json!({}));
        self.service.sweep_now();
        Ok(())
    }

    /// Replaces the world by that of a seed, all at once. [`reset`](Self::reset) still brings the first one back.
    ///
    /// # Errors
    /// A seed that describes no possible world, which changes nothing, or a file that cannot be written.
    pub fn replace_world(&self, seed: &Seed) -> io::Result<()> {
        seed.replace_world(&self.service.store, self.service.clock.now())?;
        self.service.feed.tell("World", json!({}));
        self.service.sweep_now();
        Ok(())
    }

    /// Answers a number of calls, or all from now on, with an exception.
    ///
    /// It is the [`fault`](Self::fault) that people want most.
    pub fn fail(&self, exception: Exception, times: Option<u32>) {
        let fault = Fault::exception(exception);
        self.fault(match times {
            Some(times) => fault.times(times),
            None => fault,
        });
    }

    /// Injects a fault from now on.
    ///
    /// At most one fault applies to a call: the first one added of those that match it and are due. Calls that are
    /// refused for their signature, for a quota or because they are not an operation use up no fault.
    pub fn fault(&self, fault: Fault) {
        self.service.faults.add(fault);
    }

    /// Returns the remaining faults, in order, with their remaining counts.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        self.service.faults.list()
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.service.faults.set(Vec::new());
    }

    /// Returns the last thousand requests and their outcomes, the oldest first.
    ///
    /// A request is in it before its answer can be seen.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.service.log.requests()
    }

    /// Returns the open sessions, the oldest first.
    #[must_use]
    pub fn sessions(&self) -> Vec<SessionRecord> {
        self.service.sessions.records()
    }

    /// Closes a session with a code, such as 1012 or 4003. Returns whether the session was open.
    ///
    /// A code that no close can have, such as 1006, counts as 1000.
    #[allow(clippy::must_use_candidate, reason = "it acts")]
    pub fn close_session(&self, id: u64, code: u16) -> bool {
        self.service.sessions.close(id, if is_close_code(code) { code } else { 1000 })
    }

    /// Returns the last thousand records of streams, the oldest first, whether they were delivered or not.
    ///
    /// An app instance has records once it has a streaming configuration. Records that wait for their delivery are kept
    /// beyond the last thousand, too.
    ///
    /// ```
    /// use chime_client::Client;
    /// use chime_client::events::Event;
    /// use chime_client::shapes::{MessagingDataType, StreamingConfiguration};
    /// use chime_local::{Demo, LocalService};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let local = LocalService::demo().start().await?;
    /// let (client, demo) = (Client::of(&local)?, Demo::new());
    /// let stream = "arn:aws:kinesis:us-east-1:123456789012:stream/chime-messaging-events";
    /// client
    ///     .put_messaging_streaming_configurations()
    ///     .app_instance_arn(demo.app_instance_arn())
    ///     .streaming_configurations([StreamingConfiguration::new(MessagingDataType::Channel, stream)])
    ///     .send()
    ///     .await?;
    /// let channel = client.update_channel().channel_arn(demo.channel_arn()).name("Everything");
    /// channel.chime_bearer(demo.administrator_arn()).send().await?;
    ///
    /// let Event::UpdateChannel(channel) = &local.stream_records()?[0].event else { panic!("another event") };
    /// assert_eq!(channel.name.as_ref().unwrap().as_str(), "Everything");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// A file that cannot be read any more.
    pub fn stream_records(&self) -> io::Result<Vec<StreamRecord>> {
        self.service.store.read(streams::last).map_err(io::Error::other)
    }

    /// Answers a request within this process, like one from the network. `None` stands for a connection that the fault
    /// `drop` closes.
    ///
    /// Use it in tests without a socket, or behind an HTTP stack of your own.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let local = chime_local::LocalService::demo().start().await?;
    /// let unsigned = http::Request::get("/channels").body(bytes::Bytes::new()).unwrap();
    /// let answer = local.answer(unsigned).await.unwrap();
    /// assert_eq!(answer.headers()["x-amzn-errortype"], "MissingAuthenticationTokenException");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The signature covers the path and query of the request's URI, and its headers including `host`. The endless
    /// stream `/_local/events` is answered without a body.
    pub async fn answer(&self, request: Request<Bytes>) -> Option<Response<Bytes>> {
        let (slot, connection) = (Slot::default(), Connection::default());
        let answer = respond(&self.service, request.map(Full::new), Arrival::Network, &connection, &slot);
        let (head, body) = answer.await.ok()?.into_parts();
        let body = match body {
            Either::Left(body) => body.collect().await.ok()?.to_bytes(),
            Either::Right(_) => Bytes::new(),
        };
        Some(Response::from_parts(head, body))
    }

    /// Stops the service, and returns when its port and its file are free and its connections are closed.
    pub async fn stop(self) {
        let Self { service, connect, end, task, .. } = self;
        let store = Arc::clone(&service.store);
        drop((service, connect, end));
        // It cannot fail.
        let _ = task.await;
        // An export runs in parallel with the connections.
        store.stop_reading();
        while Arc::strong_count(&store) > 1 {
            sleep(Duration::from_millis(1)).await;
        }
    }
}
