//! The HTTP service: started, running, ended.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use bytes::Bytes;
use chime_transport::{Clock, Connect, Connecting, Credentials, Stream};
use chime_types::{Exception, wire};
use http::header::DATE;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::DuplexStream;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::connections::{Connection, Connections};
use crate::faults::{self, Fault, FaultKind, Faults};
use crate::log::{Log, RequestRecord};
use crate::operations::Settings;
use crate::refusal::Refusal;
use crate::router::route;
use crate::seed::{InvalidSeed, Seed};
use crate::store::Store;
use crate::tables::app_instances;
use crate::throttle::{Quotas, Throttle, quota};
use crate::{Demo, admin, authentication, tables};

/// The largest request body that is read.
const LARGEST_BODY: usize = 1024 * 1024;

/// The largest request head that is read.
const LARGEST_HEAD: usize = 32 * 1024;

/// How many connections may wait for a request. Whoever opens more closes those that have waited longest, so that
/// nobody is kept out by connections on which nothing is asked.
const WAITING: usize = 1024;

/// How long a client may take over the head of a request, the time between two requests included.
const HEAD_LIMIT: Duration = Duration::from_mins(1);

/// How much a connection within this process holds in each direction.
const PIPE: usize = 64 * 1024;

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
    waiting: usize,
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
            waiting: WAITING,
        }
    }

    /// The file to keep the world in, which is made if there is none; without it, the world is kept in memory.
    ///
    /// It is a SQLite database, which this service has to itself as long as it runs: a second one on the same file is
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
        let listener = TcpListener::bind((self.address, self.port)).await.map_err(|error| {
            io::Error::new(error.kind(), format!("{}, port {}: {error}", self.address, self.port))
        })?;
        self.begin(Some(listener))
    }

    /// Starts within this process alone, on no address: reached by [`Running::connector`] and [`Running::answer`].
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use chime_client::Client;
    /// use chime_local::{Demo, LocalService};
    ///
    /// let local = LocalService::demo().start_in_process()?;
    /// let client = Client::builder()
    ///     .endpoint_url(local.endpoint_url())
    ///     .connector(local.connector())
    ///     .credentials(local.credentials())
    ///     .build()?;
    /// let demo = Demo::new();
    /// let channel = client.describe_channel().channel_arn(demo.channel_arn()).chime_bearer(demo.app_instance_user_arn());
    /// assert!(channel.send().await.is_ok());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As of [`start`](Self::start), but for the address.
    pub fn start_in_process(self) -> io::Result<Running> {
        self.begin(None)
    }

    fn begin(self, listener: Option<TcpListener>) -> io::Result<Running> {
        let address = listener.as_ref().map(TcpListener::local_addr).transpose()?;
        let store = match &self.data {
            Some(path) => Store::open(path)?,
            None => Store::in_memory()?,
        };
        let is_new = fill(&store, self.world, &self.clock)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        let service = Arc::new(Service {
            store,
            settings: self.settings,
            credentials: self.credentials,
            clock: self.clock,
            faults: self.faults,
            throttle: self.throttle,
            log: self.log,
        });
        let (end, ended) = oneshot::channel();
        let connections = Connections::new(self.waiting);
        let (connect, connecting) = mpsc::unbounded_channel();
        let task = tokio::spawn(run(listener, connecting, Arc::clone(&service), connections, ended));
        Ok(Running { address, is_new, service, connect, end, task })
    }
}

/// Fills a store that is empty; false if it is not. Time goes on from what is in it.
fn fill(store: &Store, world: World, clock: &Clock) -> Result<bool, InvalidSeed> {
    store.write(clock.now(), |db| {
        let is_new = app_instances::is_empty(db)?;
        if is_new {
            match world {
                World::Demo => Demo::seed()?.load(db)?,
                World::Empty => {}
                World::Seeded(seed) => seed.load(db)?,
            }
        }
        if let Some(time) = tables::latest_write(db)? {
            db.continue_after(time);
        }
        Ok(is_new)
    })
}

/// A service that listens until this value is dropped.
///
/// The port is free once the runtime has got round to it; [`stop`](Self::stop) waits for that.
#[derive(Debug)]
#[must_use = "dropping it ends the service"]
pub struct Running {
    address: Option<SocketAddr>,
    is_new: bool,
    service: Arc<Service>,
    /// Takes connections from within this process.
    connect: mpsc::UnboundedSender<DuplexStream>,
    /// Ends the task when it is dropped.
    end: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    /// The address, such as `http://127.0.0.1:8090`; the loopback one where it listens on every address, and
    /// `http://localhost` where it listens on none.
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

    /// What has a client connect to this service within the process, whatever the address, without a socket.
    ///
    /// The connections are like all others: requests on them are signed, logged and meet faults.
    #[must_use]
    pub fn connector(&self) -> InProcess {
        InProcess(self.connect.clone())
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
        self.service.store.read(Seed::export).map_err(io::Error::other)
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

    /// Answers a request within this process, as one that comes over the network: for tests that want no socket
    /// between the two, and for HTTP stacks of their own. None where the fault `drop` would close the connection.
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
    /// A signature is that of the path and query of the request's URI and of its headers, `host` among them.
    pub async fn answer(&self, request: Request<Bytes>) -> Option<Response<Bytes>> {
        self.service.respond(request.map(Full::new), &Connection::default()).await.ok()
    }

    /// Ends the service, and returns when its port and its file are free and its connections are closed.
    pub async fn stop(self) {
        let Self { service, connect, end, task, .. } = self;
        drop((service, connect, end));
        // There is nothing that it could fail with.
        let _ = task.await;
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

/// Connects to a service within this process; see [`Running::connector`].
#[derive(Clone, Debug)]
pub struct InProcess(mpsc::UnboundedSender<DuplexStream>);

impl Connect for InProcess {
    fn connect(&self, _: &Uri) -> Connecting<'_> {
        let (near, far) = tokio::io::duplex(PIPE);
        let connected = self.0.send(far).map(|()| Box::new(near) as _);
        let refused = |_| io::Error::new(io::ErrorKind::ConnectionRefused, "the local service has ended");
        Box::pin(std::future::ready(connected.map_err(refused)))
    }
}

/// Serves connections until the other end of `ended` is dropped, and ends them.
async fn run(
    listener: Option<TcpListener>,
    connecting: mpsc::UnboundedReceiver<DuplexStream>,
    service: Arc<Service>,
    mut connections: Connections,
    ended: oneshot::Receiver<()>,
) {
    tokio::select! {
        _ = ended => {}
        () = accept(listener, connecting, service, &mut connections) => {}
    }
    // They have the store until they are gone.
    connections.close().await;
}

/// Accepts connections for ever.
async fn accept(
    listener: Option<TcpListener>,
    mut connecting: mpsc::UnboundedReceiver<DuplexStream>,
    service: Arc<Service>,
    connections: &mut Connections,
) {
    let accepted = async || match &listener {
        Some(listener) => listener.accept().await,
        None => std::future::pending().await,
    };
    loop {
        tokio::select! {
            Some(stream) = connecting.recv() => {
                connections.spawn(|connection| serve(stream, connection, Arc::clone(&service)));
            }
            accepted = accepted() => match accepted {
                Ok((stream, _)) => {
                    // Only a delay is lost where it fails.
                    let _ = stream.set_nodelay(true);
                    connections.spawn(|connection| serve(stream, connection, Arc::clone(&service)));
                }
                // Out of file descriptors, mostly.
                Err(_) => {
                    if !connections.make_room().await {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                }
            }
        }
    }
}

async fn serve(stream: impl Stream, connection: Connection, service: Arc<Service>) {
    let connection = Arc::new(connection);
    let handler = service_fn(move |request| {
        let (service, connection) = (Arc::clone(&service), Arc::clone(&connection));
        async move { service.respond(request, &connection).await.map(|answer| answer.map(Full::new)) }
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
    /// Answers a request whose body is still to come.
    async fn respond<B>(
        &self,
        request: Request<B>,
        connection: &Connection,
    ) -> Result<Response<Bytes>, NoAnswer>
    where
        B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
    {
        if admin::is_meant(request.uri()) {
            let request = whole(request).await;
            let _answering = connection.answering().ok_or(NoAnswer)?;
            return Ok(match request {
                Ok(request) => admin::answer(&request, &self.faults, &self.log, &self.store),
                Err(refusal) => wire::encode_error(&refusal.into_error(None)),
            });
        }
        let mut entry = self.log.begin(&request, self.clock.now());
        let record = &mut entry.record;
        let request = whole(request).await;
        let _answering = connection.answering().ok_or(NoAnswer)?;
        let answer = match request {
            Ok(request) => self.answer(&request, record).await,
            Err(refusal) => Err(refusal),
        };
        let mut response = match answer {
            Ok(Some(mut response)) => {
                if let Ok(id) = record.request_id.parse() {
                    response.headers_mut().insert("x-amzn-requestid", id);
                }
                response
            }
            Ok(None) => return Err(NoAnswer),
            Err(refusal) => {
                record.exception = Some(refusal.name().to_owned());
                wire::encode_error(&refusal.into_error(Some(&record.request_id)))
            }
        };
        // The service's own time, by which a client whose clock is off can tell.
        if let Ok(date) = DateTime::from_secs(DateTime::from(self.clock.now()).secs()).fmt(Format::HttpDate)
            && let Ok(date) = date.parse()
        {
            response.headers_mut().insert(DATE, date);
        }
        record.status = Some(response.status().as_u16());
        Ok(response)
    }

    /// The answer, or none where the connection is to be closed.
    async fn answer(
        &self,
        request: &Request<Bytes>,
        record: &mut RequestRecord,
    ) -> Result<Option<Response<Bytes>>, Refusal> {
        let route = route(request);
        record.operation = route.as_ref().ok().map(|route| route.metadata.name);
        authentication::verify(request, &self.credentials, self.clock.now()).map_err(|rejection| {
            record.signature = Some(rejection.signature);
            rejection.refusal
        })?;
        let route = route?;
        let name = route.metadata.name;
        if let Some(throttle) = &self.throttle {
            let bearer = record.bearer.as_deref().unwrap_or_default();
            throttle.check(name, quota(name), bearer, request.uri().path(), self.clock.now())?;
        }
        let delay = match self.faults.next(name) {
            Some(FaultKind::Exception(exception)) => return Err(faults::refusal(exception)),
            Some(FaultKind::Drop) => return Ok(None),
            Some(FaultKind::Delay(delay)) => Some(delay),
            None => None,
        };
        let answer = (route.respond)(&self.store, &self.settings, self.clock.now(), request);
        if let Some(delay) = delay {
            tokio::time::sleep(delay).await;
        }
        answer.map(Some)
    }
}

/// A request with its body, if that comes in time and is not too large.
async fn whole<B>(request: Request<B>) -> Result<Request<Bytes>, Refusal>
where
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
{
    let (head, body) = request.into_parts();
    let body = tokio::time::timeout(BODY_LIMIT, Limited::new(body, LARGEST_BODY).collect())
        .await
        .map_err(|_| Refusal::new("RequestTimeoutException", "the body did not arrive in time"))?
        .map_err(|error| Refusal::bad_request(format!("the body: {error}")))?;
    Ok(Request::from_parts(head, body.to_bytes()))
}

#[cfg(test)]
mod tests {
    use chime_client::Client;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;

    async fn start(waiting: usize) -> Running {
        LocalService { waiting, ..LocalService::demo() }.start().await.unwrap()
    }

    async fn open(local: &Running) -> TcpStream {
        TcpStream::connect(local.address.unwrap()).await.unwrap()
    }

    /// Asks something that is refused, which is an answer.
    async fn ask(stream: &mut TcpStream) {
        stream.write_all(b"GET /channels HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"}") {
            assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0, "closed");
        }
        assert!(answer.starts_with(b"HTTP/1.1 403 "));
    }

    async fn is_closed(stream: &mut TcpStream) -> bool {
        stream.read(&mut [0]).await.map_or(true, |read| read == 0)
    }

    #[tokio::test]
    async fn connections_that_wait_keep_nobody_out() {
        let local = start(4).await;
        let beginnings: [&[u8]; 3] = [
            b"",
            b"GET /channels HTTP/1.1\r\nhost",
            b"POST /channels HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{",
        ];
        let mut waiting = Vec::new();
        for beginning in beginnings.iter().cycle().take(60) {
            let mut stream = open(&local).await;
            // It may be closed already.
            let _ = stream.write_all(beginning).await;
            waiting.push(stream);
        }
        ask(&mut open(&local).await).await;
        for stream in &mut waiting[..57] {
            assert!(is_closed(stream).await);
        }
    }

    #[tokio::test]
    async fn the_connection_that_waits_longest_is_closed_first() {
        let local = start(2).await;
        let mut one = open(&local).await;
        ask(&mut one).await;
        let mut other = open(&local).await;
        ask(&mut other).await;
        ask(&mut one).await;
        let mut third = open(&local).await;
        ask(&mut third).await;
        assert!(is_closed(&mut other).await);
        ask(&mut one).await;
    }

    #[tokio::test]
    async fn a_connection_on_which_a_request_is_answered_is_not_closed() {
        let local = start(2).await;
        local.fault(Fault::delay(Duration::from_millis(200)).times(1));
        let client = Client::builder()
            .endpoint_url(local.endpoint_url())
            .credentials(local.credentials())
            .build()
            .unwrap();
        let alice = Demo::new().app_instance_user_arn();
        let held = tokio::spawn(async move {
            let general = Demo::new().channel_arn();
            client.describe_channel().channel_arn(general).chime_bearer(alice).send().await
        });
        while !local.faults().is_empty() {
            tokio::task::yield_now().await;
        }
        let mut waiting = Vec::new();
        for _ in 0..5 {
            waiting.push(open(&local).await);
        }
        assert!(is_closed(&mut waiting[0]).await);
        held.await.unwrap().unwrap();
        assert_eq!(local.requests().len(), 1, "the first attempt was answered");
    }
}
