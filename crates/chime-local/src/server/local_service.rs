//! The settings of a service, and its start.

use std::error::Error;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use chime_transport::{Clock, Credentials};
use chime_types::events::{ChannelFlowEvent, Event};
use chime_types::{Exception, LambdaFunctionArn, LexBotAliasArn, Timestamp};
use http::Uri;
use tokio::sync::{Mutex, Notify, mpsc};

use super::bind::{Listening, bind};
use super::initial_world::InitialWorld;
use super::running::RunningService;
use super::service::Service;
#[cfg(feature = "tls")]
use super::tls::Tls;
use crate::authentication::Accepted;
#[cfg(feature = "tls")]
use crate::authority::CertificateAuthority;
use crate::bots;
use crate::clock::MovableClock;
use crate::faults::{Fault, Faults};
use crate::feed::{self, Feed};
use crate::functions::Functions;
use crate::log::{Log, RequestRecord};
use crate::operations::Settings;
use crate::origins::Origins;
use crate::seed::Seed;
use crate::sessions::Sessions;
use crate::store::{Store, Time};
use crate::streams::{Streams, parse_endpoint};
use crate::sweep::Sweep;
use crate::throttle::{Quotas, Throttle};

/// The number of connections that may wait for a request. One more closes the one that has waited longest, so that
/// connections on which nothing is asked keep nobody out.
const WAITING: usize = 1024;

/// A service that is configured and not started yet.
///
/// ```
/// # #[tokio::main]
/// # async fn main() -> std::io::Result<()> {
/// let local = chime_local::LocalService::demo().start().await?;
/// assert!(local.endpoint_url().starts_with("http://127.0.0.1:"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "nothing listens before `start()`"]
pub struct LocalService {
    world: InitialWorld,
    data: Option<PathBuf>,
    settings: Settings,
    accepted: Accepted,
    origins: Origins,
    clock: Clock,
    /// `None` stands for both loopback addresses.
    address: Option<IpAddr>,
    port: u16,
    #[cfg(feature = "tls")]
    authority: Option<CertificateAuthority>,
    faults: Faults,
    throttle: Option<Throttle>,
    functions: Functions,
    log: Log,
    feed: Arc<Feed>,
    has_console: bool,
    /// The address of Kinesis and Firehose.
    kinesis_endpoint: Option<Uri>,
    streams: Streams,
    /// The number of connections that may wait for a request.
    pub(super) waiting: usize,
}

impl LocalService {
    /// Returns a service with the [`Demo`](crate::Demo) world.
    pub fn demo() -> Self {
        Self::new(InitialWorld::Demo)
    }

    /// Returns a service without an app instance; the identity service's operations create one.
    pub fn empty() -> Self {
        Self::new(InitialWorld::Empty)
    }

    /// Returns a service with the world of a seed.
    pub fn seeded(seed: Seed) -> Self {
        Self::new(InitialWorld::Seeded(seed))
    }

    fn new(world: InitialWorld) -> Self {
        let feed = Arc::<Feed>::default();
        Self {
            world,
            data: None,
            settings: Settings::default(),
            accepted: Accepted::default(),
            origins: Origins::default(),
            clock: Clock::default(),
            address: None,
            port: 0,
            #[cfg(feature = "tls")]
            authority: None,
            faults: Faults::new(Arc::clone(&feed)),
            throttle: None,
            functions: Functions::default(),
            log: Log::new(Arc::clone(&feed)),
            feed,
            has_console: true,
            kinesis_endpoint: None,
            streams: Streams::default(),
            waiting: WAITING,
        }
    }

    /// Sets the file that keeps the world, and creates it if it does not exist. Without a file, the world is in memory.
    ///
    /// It is a SQLite database that this service has to itself while it runs: a second service on the same file is
    /// refused. A file that has a world keeps it; only an empty file is filled with the demo world or the seed. An
    /// acknowledged write survives the end of the process. If the machine loses power, the last writes may be lost.
    pub fn data(mut self, path: impl Into<PathBuf>) -> Self {
        self.data = Some(path.into());
        self
    }

    /// Sets the answer of `DescribeChannelMembershipForAppInstanceUser` for a user who is not a member of the channel.
    ///
    /// The default is [`Exception::ForbiddenException`]; the service's own answer is not documented.
    pub fn not_a_member(mut self, exception: Exception) -> Self {
        self.settings.not_a_member = exception;
        self
    }

    /// Sets the port to listen on; 0, the default, is any free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the address to listen on, instead of 127.0.0.1 and, if the machine has IPv6, `[::1]`.
    ///
    /// If it is not a loopback address, anyone who can reach this machine can use the service: its credentials are
    /// documented, it serves plain HTTP in any case, and its administrative path needs no signature. Use `0.0.0.0` only in a
    /// container whose port is published to its host alone.
    pub fn listen(mut self, address: IpAddr) -> Self {
        self.address = Some(address);
        self
    }

    /// Serves HTTPS on the same port as HTTP.
    ///
    /// The certificate is created at the start, for `localhost`, 127.0.0.1, `::1` and the address to listen on, and signed by
    /// the authority. Clients must trust [`CertificateAuthority::certificate`]. Other names, such as those of
    /// [`allow_host`](Self::allow_host), can be called over HTTP only, since the authority cannot sign for them.
    /// Connections within the process are not encrypted.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, authority: CertificateAuthority) -> Self {
        self.authority = Some(authority);
        self
    }

    /// Adds credentials that are accepted instead of the well-known ones. It can be called several times.
    ///
    /// Where they have a session token, requests must have it too.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.accepted.add(credentials);
        self
    }

    /// Accepts every signature, with any credentials and any time, and requests without one.
    ///
    /// The bearer decides as ever who calls. A header that must be signed is refused if it is sent twice.
    pub fn unverified(mut self) -> Self {
        self.accepted.accept_all();
        self
    }

    /// Allows the pages of an origin, such as `https://app.test:3000`, to call the operations. It can be called
    /// several times.
    ///
    /// Pages of `localhost`, of names that end with `.localhost`, and of loopback addresses are allowed in any case, with
    /// any port. The text is compared with the `Origin` header, so `null` allows pages without an origin, such as files.
    ///
    /// # Errors
    /// A text that is not an origin.
    pub fn allow_origin(mut self, origin: impl Into<String>) -> io::Result<Self> {
        self.origins.allow_origin(origin.into()).map_err(invalid_input)?;
        Ok(self)
    }

    /// Answers requests to another host name, such as that of a container, with any port. It can be
    /// called several times.
    ///
    /// Without it, `Host` must be `localhost`, a name that ends with `.localhost`, or an IP address. A web page whose name
    /// leads to this machine (DNS rebinding) has that name in `Host`, so allow only names that you control.
    ///
    /// # Errors
    /// A text that is not a host name. A port is not part of a host name.
    pub fn allow_host(mut self, name: impl Into<String>) -> io::Result<Self> {
        self.origins.allow_host(name.into()).map_err(invalid_input)?;
        Ok(self)
    }

    /// Sets whether the service has the console, the page at `/_local/`. The default is that it has.
    ///
    /// Without the console, the rest of `/_local/` stays.
    pub fn console(mut self, has_console: bool) -> Self {
        self.has_console = has_console;
        self
    }

    /// Sets the time by which signatures are judged, instead of the system's.
    ///
    /// It also dates all writes; [`RunningService::advance`] moves it for these. Each write is later than the one before,
    /// even if the clock is behind the world or is set back. It must be between the years 1 and 9997.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Injects a fault from the start; see [`RunningService::fault`].
    pub fn fault(self, fault: Fault) -> Self {
        self.faults.add(fault);
        self
    }

    /// Refuses calls above a region's quotas with `ThrottledClientException`; by default, calls are not counted.
    ///
    /// A second's worth of calls passes at once, then as many as the quota allows, by the service's
    /// [`clock`](Self::clock): one that stands still never allows another. Calls above the quota use no fault up.
    pub fn throttle(mut self, quotas: Quotas) -> Self {
        self.throttle = Some(Throttle::new(quotas));
        self
    }

    /// Calls a function with each request once it is answered, before the answer is sent; see
    /// [`RunningService::requests`]. Everything waits for it: it must not block.
    pub fn on_request(mut self, listener: impl Fn(&RequestRecord) + Send + Sync + 'static) -> Self {
        self.log.listener = Some(Box::new(listener));
        self
    }

    /// Calls a function with each notice, one line about something that went wrong without a request: a processor of a
    /// channel flow that cannot be invoked, or a stream that does not take records. Everything waits for it: it must not block.
    pub fn on_notice(mut self, listener: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.log.notice_listener = Some(Box::new(listener));
        self
    }

    /// Sets the URL at which a Lambda function can be invoked: a processor of a channel flow, or the function that
    /// answers for the alias of a Lex bot. It can be called several times.
    ///
    /// It is the URL of Lambda's Invoke on this machine, as the Lambda runtime interface emulator serves it:
    /// `http://127.0.0.1:9001/2015-03-31/functions/function/invocations`.
    ///
    /// # Errors
    /// A text that is not the ARN of a Lambda function or of a Lex bot's alias, or not an `http` URL.
    pub fn lambda(mut self, arn: impl Into<String>, url: impl AsRef<str>) -> io::Result<Self> {
        let arn = arn.into();
        if arn.parse::<LexBotAliasArn>().is_err() {
            arn.parse::<LambdaFunctionArn>().map_err(|error| invalid_input(error.to_string()))?;
        }
        self.functions.map(arn, url.as_ref()).map_err(invalid_input)?;
        Ok(self)
    }

    /// Sets the function that stands for the Lambda function of a processor of a channel flow. It can be called several
    /// times.
    ///
    /// The function receives each event, and usually answers it with `ChannelFlowCallback`, at once or later. An error means
    /// that the processor cannot be reached.
    ///
    /// ```
    /// use chime_client::Client;
    /// use chime_local::LocalService;
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (events, mut received) = tokio::sync::mpsc::unbounded_channel();
    /// let moderate = "arn:aws:lambda:us-east-1:123456789012:function:moderate";
    /// let local = LocalService::demo()
    ///     .processor(moderate, move |event| {
    ///         let sent = events.send(event);
    ///         async { Ok(sent?) }
    ///     })?
    ///     .start()
    ///     .await?;
    /// let client = Client::of(&local)?;
    /// tokio::spawn(async move {
    ///     while let Some(event) = received.recv().await {
    ///         let mut callback = event.callback();
    ///         callback.channel_message.content = Some("Hello, ****".into());
    ///         client.call(callback).await.unwrap();
    ///     }
    /// });
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// A text that is not the ARN of a Lambda function.
    pub fn processor<F, Answer>(mut self, arn: impl Into<String>, function: F) -> io::Result<Self>
    where
        F: Fn(ChannelFlowEvent) -> Answer + Send + Sync + 'static,
        Answer: Future<Output = Result<(), Box<dyn Error + Send + Sync>>> + Send + 'static,
    {
        let arn =
            LambdaFunctionArn::try_from(arn.into()).map_err(|error| invalid_input(error.to_string()))?;
        self.functions.map_closure(
            arn.into(),
            Box::new(move |payload| {
                let answer = serde_json::from_slice(&payload).map(&function);
                Box::pin(async move {
                    let answer = answer.map_err(|error| error.to_string())?;
                    answer.await.map(|()| Bytes::new()).map_err(|error| error.to_string())
                })
            }),
        );
        Ok(self)
    }

    /// Delivers the records of streams to an address that speaks the protocol of Kinesis or Firehose, such as `LocalStack`
    /// or moto's server on `http://localhost:4566`.
    ///
    /// The streams must exist there. Records are in order within a channel, and are delivered at least once. While an
    /// address or a stream cannot take them, they wait in the store. Requests are signed with the credentials of this
    /// service. Without an address, [`RunningService::stream_records`] is the only place of records.
    ///
    /// # Errors
    /// A text that is not a URL of HTTP or HTTPS.
    pub fn kinesis_endpoint(mut self, url: impl AsRef<str>) -> io::Result<Self> {
        self.kinesis_endpoint = Some(parse_endpoint(url.as_ref()).map_err(invalid_input)?);
        Ok(self)
    }

    /// Starts to listen, within a tokio runtime.
    ///
    /// # Errors
    /// An address or a port that cannot be had, a file that cannot be used, a seed that describes no possible world.
    pub async fn start(self) -> io::Result<RunningService> {
        let sockets = bind(self.address, self.port).await?;
        let listening = Listening {
            sockets,
            #[cfg(feature = "tls")]
            tls: match &self.authority {
                Some(authority) => Some(Tls::new(authority, self.address)?),
                None => None,
            },
        };
        self.begin(listening)
    }

    /// Starts within this process alone, on no address: reached by [`RunningService::connector`] and [`RunningService::answer`].
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use chime_client::Client;
    /// use chime_local::{Demo, LocalService};
    ///
    /// let local = LocalService::demo().start_in_process()?;
    /// let client = Client::of(&local)?;
    /// let demo = Demo::new();
    /// let channel = client.describe_channel().channel_arn(demo.channel_arn()).chime_bearer(demo.app_instance_user_arn());
    /// assert!(channel.send().await.is_ok());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As of [`start`](Self::start), but for the address.
    pub fn start_in_process(self) -> io::Result<RunningService> {
        self.begin(Listening::default())
    }

    fn begin(mut self, listening: Listening) -> io::Result<RunningService> {
        let now = Timestamp::from(self.clock.now());
        if !Time::is_for_a_clock(now) {
            let message =
                format!("the clock: {now} is out of range; expected a time between the years 1 and 9997");
            return Err(invalid_input(message));
        }
        let mut store = match &self.data {
            Some(path) => Store::open(path)?,
            None => Store::in_memory()?,
        };
        let is_new = self
            .world
            .fill(&store, self.clock.now())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        store.started().map_err(io::Error::other)?;
        if let Some(uri) = self.kinesis_endpoint.take() {
            let (credentials, clock) = (self.accepted.first(), self.clock.clone());
            self.streams.deliver_to(uri, credentials, clock).map_err(io::Error::other)?;
        }
        let streams = Arc::new(self.streams);
        let awakened = Arc::clone(&streams);
        let faults = Arc::new(self.faults);
        let sessions = Arc::new(Sessions::new(Arc::clone(&faults), Arc::clone(&self.feed)));
        let reached = Arc::clone(&sessions);
        let (invoked, waiting) = mpsc::unbounded_channel();
        let feed = Arc::clone(&self.feed);
        store.subscribe(move |db, occurrences| {
            let deliver = reached.prepare(db, &occurrences)?;
            let told = if feed.is_read() { &occurrences[..] } else { &[] };
            let lines: Vec<_> = told.iter().map(|occurrence| feed::line("Event", occurrence)).collect();
            let mut invocations = Vec::new();
            for occurrence in &occurrences {
                if let Event::CreateChannelMessage(message) = &occurrence.event {
                    invocations.extend(bots::invocations(db, message)?);
                }
            }
            let invoked = invoked.clone();
            let is_streamed = occurrences.iter().any(|occurrence| occurrence.is_streamed);
            let (feed, awakened) = (Arc::clone(&feed), Arc::clone(&awakened));
            Ok(Box::new(move || {
                deliver();
                for line in lines {
                    feed.tell_line(&line);
                }
                // Nobody receives them once the service ends.
                for invocation in invocations {
                    drop(invoked.send(invocation));
                }
                if is_streamed {
                    awakened.wake();
                }
            }))
        });
        let service = Arc::new(Service {
            store: Arc::new(store),
            settings: self.settings,
            accepted: self.accepted,
            origins: self.origins,
            clock: MovableClock::new(self.clock, Arc::clone(&self.feed)),
            sweep: Sweep::due(),
            faults,
            throttle: self.throttle,
            functions: Arc::new(self.functions),
            log: self.log,
            feed: self.feed,
            has_console: self.has_console,
            to_invoke: Notify::new(),
            streams,
            sessions,
            bots: Mutex::new(waiting),
            deleted: Notify::new(),
        });
        RunningService::start(service, listening, self.waiting, is_new)
    }
}

/// The error of a setting that cannot be used.
fn invalid_input(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, message)
}
