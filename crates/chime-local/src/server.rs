//! The HTTP service: started, running, ended.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
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
use uuid::Uuid;

use crate::faults::{Fault, Faults, fault};
use crate::router::{refuse, route};
use crate::store::Store;
use crate::{Demo, authentication};

/// The largest request body that is read.
const LARGEST_BODY: usize = 1024 * 1024;

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
    demo: Demo,
    credentials: Credentials,
    clock: Clock,
    port: u16,
    faults: Faults,
}

impl LocalService {
    /// A service that knows the [`Demo`] world, on a free port.
    pub fn demo() -> Self {
        Self {
            demo: Demo::new(),
            credentials: Credentials::new("CHIMELOCAL", "chime-local-secret"),
            clock: Clock::default(),
            port: 0,
            faults: Faults::default(),
        }
    }

    /// The port to listen on; 0, the default, is any that is free.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
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

    /// Answers calls with an exception from the start; see [`Running::fail`].
    pub fn fault(self, fault: Fault) -> Self {
        self.faults.add(fault);
        self
    }

    /// Starts to listen on the loopback interface, within a tokio runtime.
    ///
    /// # Errors
    /// A port that cannot be had.
    pub async fn start(self) -> io::Result<Running> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).await?;
        let address = listener.local_addr()?;
        let service = Arc::new(Service {
            store: self.demo.store(),
            credentials: self.credentials,
            clock: self.clock,
            faults: self.faults,
        });
        let task = tokio::spawn(accept(listener, Arc::clone(&service)));
        Ok(Running { address, demo: self.demo, service, task })
    }
}

/// A service that listens until this value is dropped.
///
/// The port is free once the runtime has got round to it; [`stop`](Self::stop) waits for that.
#[derive(Debug)]
#[must_use = "dropping it ends the service"]
pub struct Running {
    address: SocketAddr,
    demo: Demo,
    service: Arc<Service>,
    task: JoinHandle<()>,
}

impl Running {
    /// The address, such as `http://127.0.0.1:8090`.
    #[must_use]
    pub fn endpoint_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The credentials that requests must be signed with.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        self.service.credentials.clone()
    }

    /// Who and what there is.
    #[must_use]
    pub fn demo(&self) -> &Demo {
        &self.demo
    }

    /// Answers that many calls, or all from then on, with an exception instead of what they ask for.
    ///
    /// Calls that are refused for their signature do not count. Faults that are added later come after those
    /// that were added before.
    pub fn fail(&self, exception: Exception, times: Option<u32>) {
        self.service.faults.add(Fault { exception, times });
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
    credentials: Credentials,
    clock: Clock,
    faults: Faults,
}

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
    }
}

async fn serve(stream: TcpStream, service: Arc<Service>) {
    // Only a delay is lost where it fails.
    let _ = stream.set_nodelay(true);
    let handler = service_fn(move |request| {
        let service = Arc::clone(&service);
        async move { Ok::<_, Infallible>(service.respond(request).await.map(Full::new)) }
    });
    // What goes wrong with a connection is the client's to notice.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_LIMIT)
        .serve_connection(TokioIo::new(stream), handler)
        .await;
}

impl Service {
    async fn respond(&self, request: Request<Incoming>) -> Response<Bytes> {
        let request_id = Uuid::new_v4().to_string();
        match self.answer(request).await {
            Ok(mut response) => {
                if let Ok(id) = request_id.parse() {
                    response.headers_mut().insert("x-amzn-requestid", id);
                }
                response
            }
            Err(mut error) => {
                error.request_id = Some(request_id);
                wire::encode_error(&error)
            }
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Bytes>, ServiceError> {
        let (head, body) = request.into_parts();
        let body = tokio::time::timeout(BODY_LIMIT, Limited::new(body, LARGEST_BODY).collect())
            .await
            .map_err(|_| refuse("RequestTimeoutException", "the body did not arrive in time"))?
            .map_err(|error| refuse(Exception::BadRequestException, format!("the body: {error}")))?;
        let request = Request::from_parts(head, body.to_bytes());
        authentication::verify(&request, &self.credentials, self.clock.now())?;
        let route = route(&request)?;
        if let Some(exception) = self.faults.next() {
            return Err(fault(exception));
        }
        (route.answer)(&self.store, &request)
    }
}
