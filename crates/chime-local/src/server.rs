//! The HTTP service: started, running, ended.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chime_transport::{Clock, Credentials};
use chime_types::{Exception, ServiceError, wire};
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::faults::{Fault, FaultKind, Faults, fault};
use crate::log::{Log, RequestRecord};
use crate::router::{refuse, route};
use crate::seed::Seed;
use crate::store::{Settings, Store};
use crate::throttle::{Quotas, Throttle};
use crate::{Demo, admin, authentication};

/// The largest request body that is read.
const LARGEST_BODY: usize = 1024 * 1024;

/// The largest request head that is read.
const LARGEST_HEAD: usize = 32 * 1024;

/// How many connections there are at a time; others wait until one of them ends.
const CONNECTIONS: usize = 1024;

/// How long a client may take over the head of a request, the time between two requests included.
const HEAD_LIMIT: Duration = Duration::from_mins(1);

/// How long a client may take over the body of a request.
const BODY_LIMIT: Duration = Duration::from_secs(10);

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
    world: World,
    data: Option<PathBuf>,
    settings: Settings,
    credentials: Credentials,
    clock: Clock,
    address: IpAddr,
    port: u16,
    faults: Faults,
    throttle: Option<Throttle>,
    log: Log,
}

/// What a store is filled with that is empty.
#[derive(Debug)]
enum World {
    Demo,
    Empty,
    Seeded(Seed),
}

impl LocalService {
    /// A service that knows the [`Demo`](crate::Demo) world.
    pub fn demo() -> Self {
        Self::new(World::Demo)
    }

    /// A service without an app instance: the identity service's operations make one.
    pub fn empty() -> Self {
        Self::new(World::Empty)
    }

    /// A service that knows the world of a seed.
    pub fn seeded(seed: Seed) -> Self {
        Self::new(World::Seeded(seed))
    }

    fn new(world: World) -> Self {
        Self {
            world,
            data: None,
            settings: Settings::default(),
            credentials: Credentials::new("CHIMELOCAL", "chime-local-secret"),
            clock: Clock::default(),
            address: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            faults: Faults::default(),
            throttle: None,
            log: Log::default(),
        }
    }

    /// The file to keep the world in, which is made if there is none; without it, the world is kept in memory.
    ///
    /// It is a `SQLite` database, which this service has to itself as long as it runs: a second one on the same file is
    /// refused. A file that has a world already is used as it is; only an empty one is filled with the demo or the
    /// seed. A write that was answered is in it, whatever becomes of the process; when the machine loses power, the
    /// last writes may be lost.
    pub fn data(mut self, path: impl Into<PathBuf>) -> Self {
        self.data = Some(path.into());
        self
    }

    /// What `DescribeChannelMembershipForAppInstanceUser` answers about a user who is no member of the channel:
    /// [`Exception::ForbiddenException`] by default, since what the service answers is documented nowhere.
    pub fn not_a_member(mut self, exception: Exception) -> Self {
        self.settings.not_a_member = exception;
        self
    }

    /// The port to listen on; 0, the default, is any that is free.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The address to listen on, instead of 127.0.0.1.
    ///
    /// With any that is not a loopback address, whoever can reach this machine can reach the service: its
    /// credentials are in the documentation, its traffic is not encrypted, and its administrative path wants no
    /// signature. `0.0.0.0` is for a container whose port is published to its host alone.
    pub fn listen(mut self, address: IpAddr) -> Self {
        self.address = address;
        self
    }

    /// The credentials that requests must be signed with, instead of the well-known ones.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = credentials;
        self
    }

    /// The time by which signatures are judged, instead of the system's.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// A fault from the start; see [`Running::fault`].
    pub fn fault(self, fault: Fault) -> Self {
        self.faults.add(fault);
        self
    }

    /// Refuses calls above a region's quotas with `ThrottledClientException`; without it nothing is counted.
    ///
    /// A second's worth of calls passes at once, then as many as the quota allows, by the service's
    /// [`clock`](Self::clock): one that stands still never allows another. Calls above the quota use no fault up.
    pub fn throttle(mut self, quotas: Quotas) -> Self {
        self.throttle = Some(Throttle::new(quotas));
        self
    }

    /// Calls a function with each request once it is answered, before the answer is sent; see
    /// [`Running::requests`]. Everything waits for it: it must not block.
    pub fn on_request(mut self, listener: impl Fn(&RequestRecord) + Send + Sync + 'static) -> Self {
        self.log.listener = Some(Box::new(listener));
        self
    }

    /// Starts to listen, within a tokio runtime.
    ///
    /// # Errors
    /// An address or a port that cannot be had, a file that cannot be used, a seed that describes no possible world.
    pub async fn start(self) -> io::Result<Running> {
        let listener = TcpListener::bind((self.address, self.port)).await?;
        let address = listener.local_addr()?;
        let store = match &self.data {
            Some(path) => Store::open(path)?,
            None => Store::in_memory()?,
        };
        let is_new = store.is_empty().map_err(io::Error::other)?;
        if is_new {
            let seed = match self.world {
                World::Demo => Some(Demo::seed()),
                World::Empty => None,
                World::Seeded(seed) => Some(Ok(seed)),
            };
            if let Some(seed) = seed {
                seed.and_then(|seed| store.load(&seed, self.clock.now()))
                    .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
            }
        }
        let service = Arc::new(Service {
            store,
            settings: self.settings,
            credentials: self.credentials,
            clock: self.clock,
            faults: self.faults,
            throttle: self.throttle,
            log: self.log,
        });
        let task = tokio::spawn(accept(listener, Arc::clone(&service)));
        Ok(Running { address, is_new, service, task })
    }
}

/// A service that listens until this value is dropped.
///
/// The port is free once the runtime has got round to it; [`stop`](Self::stop) waits for that.
#[derive(Debug)]
#[must_use = "dropping it ends the service"]
pub struct Running {
    address: SocketAddr,
    is_new: bool,
    service: Arc<Service>,
    task: JoinHandle<()>,
}

impl Running {
    /// The address, such as `http://127.0.0.1:8090`; the loopback one where it listens on every address.
    #[must_use]
    pub fn endpoint_url(&self) -> String {
        let mut address = self.address;
        match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        format!("http://{address}")
    }

    /// The credentials that requests must be signed with.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        self.service.credentials.clone()
    }

    /// Whether the store was empty, and so was filled with the demo or the seed.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// The world as it is now, as a seed.
    ///
    /// # Errors
    /// A file that cannot be read any more.
    pub fn export(&self) -> io::Result<Seed> {
        self.service.store.export().map_err(io::Error::other)
    }

    /// Answers that many calls, or all from then on, with an exception instead of what they ask for.
    ///
    /// It is the [`fault`](Self::fault) that people want most.
    pub fn fail(&self, exception: Exception, times: Option<u32>) {
        let fault = Fault::exception(exception);
        self.fault(match times {
            Some(times) => fault.times(times),
            None => fault,
        });
    }

    /// Makes something go wrong from now on.
    ///
    /// A call meets one fault at most: of those that are for it and whose turn it is, the one that was added first.
    /// Calls that are refused for their signature, for a quota or because they are no operation use none up.
    pub fn fault(&self, fault: Fault) {
        self.service.faults.add(fault);
    }

    /// The faults that are still to come, in order, with the counts that are left.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        self.service.faults.list()
    }

    /// Lets nothing go wrong any more.
    pub fn clear_faults(&self) {
        self.service.faults.set(Vec::new());
    }

    /// The last thousand requests and what became of them, the oldest first.
    ///
    /// A request is in it before its answer can be seen.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.service.log.requests()
    }

    /// Ends the service, and returns when its port is free and its connections are closed.
    pub async fn stop(mut self) {
        self.task.abort();
        // Only that it was aborted.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Debug)]
struct Service {
    store: Store,
    settings: Settings,
    credentials: Credentials,
    clock: Clock,
    faults: Faults,
    throttle: Option<Throttle>,
    log: Log,
}

/// That a connection is to be closed without an answer.
#[derive(Debug)]
struct NoAnswer;

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no answer was asked for")
    }
}

impl std::error::Error for NoAnswer {}

/// Accepts connections until the task is aborted, which ends them with it.
async fn accept(listener: TcpListener, service: Arc<Service>) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(serve(stream, Arc::clone(&service)));
            }
            // Out of file descriptors, mostly: some will be free again.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
        while connections.try_join_next().is_some() {}
        // The rest wait in the listener's queue.
        while connections.len() >= CONNECTIONS {
            connections.join_next().await;
        }
    }
}

async fn serve(stream: TcpStream, service: Arc<Service>) {
    // Only a delay is lost where it fails.
    let _ = stream.set_nodelay(true);
    let handler = service_fn(move |request| {
        let service = Arc::clone(&service);
        async move { Ok::<_, NoAnswer>(service.respond(request).await?.map(Full::new)) }
    });
    // What goes wrong with a connection is the client's to notice.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_LIMIT)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(stream), handler)
        .await;
}

impl Service {
    async fn respond(&self, request: Request<Incoming>) -> Result<Response<Bytes>, NoAnswer> {
        if admin::is_meant(request.uri()) {
            return Ok(match whole(request).await {
                Ok(request) => admin::answer(&request, &self.faults, &self.log),
                Err(error) => wire::encode_error(&error),
            });
        }
        let mut entry = self.log.begin(&request, self.clock.now());
        let record = &mut entry.record;
        let response = match self.answer(request, record).await {
            Ok(Some(mut response)) => {
                if let Ok(id) = record.request_id.parse() {
                    response.headers_mut().insert("x-amzn-requestid", id);
                }
                response
            }
            Ok(None) => return Err(NoAnswer),
            Err(mut error) => {
                record.exception = Some(error.name().to_owned());
                error.request_id = Some(record.request_id.clone());
                wire::encode_error(&error)
            }
        };
        record.status = Some(response.status().as_u16());
        Ok(response)
    }

    /// The answer, or none where the connection is to be closed.
    async fn answer(
        &self,
        request: Request<Incoming>,
        record: &mut RequestRecord,
    ) -> Result<Option<Response<Bytes>>, ServiceError> {
        let request = whole(request).await?;
        let route = route(&request);
        record.operation = route.as_ref().ok().map(|route| route.metadata.name);
        authentication::verify(&request, &self.credentials, self.clock.now()).map_err(|refused| {
            record.signature = Some(refused.signature);
            refused.error
        })?;
        let route = route?;
        let name = route.metadata.name;
        if let Some(throttle) = &self.throttle {
            let bearer = record.bearer.as_deref().unwrap_or_default();
            throttle.check(name, bearer, request.uri().path(), self.clock.now())?;
        }
        let delay = match self.faults.next(name) {
            Some(FaultKind::Exception(exception)) => return Err(fault(exception)),
            Some(FaultKind::Drop) => return Ok(None),
            Some(FaultKind::Delay(delay)) => Some(delay),
            None => None,
        };
        let answer = (route.answer)(&self.store, &self.settings, self.clock.now(), &request);
        if let Some(delay) = delay {
            tokio::time::sleep(delay).await;
        }
        answer.map(Some)
    }
}

/// A request with its body, if that comes in time and is not too large.
async fn whole(request: Request<Incoming>) -> Result<Request<Bytes>, ServiceError> {
    let (head, body) = request.into_parts();
    let body = tokio::time::timeout(BODY_LIMIT, Limited::new(body, LARGEST_BODY).collect())
        .await
        .map_err(|_| refuse("RequestTimeoutException", "the body did not arrive in time"))?
        .map_err(|error| refuse(Exception::BadRequestException, format!("the body: {error}")))?;
    Ok(Request::from_parts(head, body.to_bytes()))
}
