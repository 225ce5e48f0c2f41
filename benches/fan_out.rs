//! Real-time sessions: the time until a message has reached all members of a channel, and what the sessions take, beside
//! a bare broadcast of the same bytes by `tokio-websockets`. Both servers run on one thread each.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use aws_smithy_types::DateTime;
use bytes::Bytes;
use chime_client::operations::SendChannelMessage;
use chime_client::shapes::{ChannelMessagePersistenceType, ChannelMessageType};
use chime_client::{Clock, Credentials};
use chime_local::Demo;
use chime_transport::sigv4::Signer;
use chime_transport::websocket_accept;
use futures_util::SinkExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio::time::Instant;
use tokio_websockets::{Message, ServerBuilder};

use crate::{Service, memory};

/// The argument with which this program is the bare broadcast.
pub const BROADCAST: &str = "broadcast";

/// Members of the channel. Each has a session, and ten where idle ones are measured.
const MEMBERS: usize = 1_000;
const IDLE_OF_A_MEMBER: usize = 10;

/// The servers take turns, so that the machine treats both alike.
const TURNS: usize = 5;

/// Messages of a turn: some at the quota of a channel, and some as fast as they are delivered.
const PACED: usize = 120;
const BETWEEN: Duration = Duration::from_nanos(1_000_000_000 / 30);
const UNPACED: usize = 200;

/// Messages that are on their way at a time, when they are not paced.
const WINDOW: usize = 8;

/// Prints a table with a row for each server.
pub fn print(chime: &Path, directory: &Path) {
    let seed = directory.join("fan-out.json");
    std::fs::write(&seed, world()).unwrap();
    let seed = seed.to_str().unwrap();
    let mut ours = Server::chime(chime, seed);
    let frame = ours.frame();
    let mut bare = Server::bare(&frame);
    let mut fans = [&mut ours, &mut bare].map(|server| (Fan::open(server), server));
    let mut turns: [Vec<Turn>; 2] = [Vec::new(), Vec::new()];
    for _ in 0..TURNS {
        for ((fan, server), turns) in fans.iter_mut().zip(&mut turns) {
            turns.push(fan.turn(server));
        }
    }
    drop(fans);
    let idle = [idle(&Server::chime(chime, seed)), idle(&Server::bare(&frame))];

    println!();
    println!(
        "| {MEMBERS} sessions, frames of {} bytes | p50 | p99 | µs of CPU per frame, 30 messages a second | at \
         saturation | frames per second | {} idle sessions | sessions per GiB |",
        frame.len(),
        MEMBERS * IDLE_OF_A_MEMBER
    );
    println!("|---|---|---|---|---|---|---|---|");
    for ((name, turns), (before, after)) in ["chime local", "bare broadcast"].iter().zip(&turns).zip(idle) {
        let mut delays: Vec<Duration> = turns.iter().flat_map(|turn| turn.delays.clone()).collect();
        delays.sort();
        let delay = |percent: usize| delays[delays.len() * percent / 100].as_secs_f64() * 1000.0;
        #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
        let of_a_gib = (1 << 30) as f64 * (MEMBERS * IDLE_OF_A_MEMBER) as f64 / ((after - before) * 1e6);
        println!(
            "| {name} | {:.1} ms | {:.1} ms | {:.2} | {:.2} | {:.0} | {after:.0} MB | {of_a_gib:.0} |",
            delay(50),
            delay(99),
            median(turns.iter().map(|turn| turn.paced_cpu)),
            median(turns.iter().map(|turn| turn.cpu)),
            median(turns.iter().map(|turn| turn.frames)),
        );
    }
    let [ours, bare] = turns;
    let ratio = |of: fn(&Turn) -> f64| median(ours.iter().zip(&bare).map(|(ours, bare)| of(ours) / of(bare)));
    println!(
        "\nCPU per frame, ours to bare: {:.2} at 30 messages a second, {:.2} at saturation",
        ratio(|turn| turn.paced_cpu),
        ratio(|turn| turn.cpu)
    );
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The memory of a server before and after it has idle sessions, in megabytes.
fn idle(server: &Server) -> (f64, f64) {
    drop(server.connect(0));
    let before = memory(server.process());
    let members = (0..MEMBERS).cycle().take(MEMBERS * IDLE_OF_A_MEMBER);
    let sessions: Vec<TcpStream> = members.map(|member| server.connect(member)).collect();
    let after = memory(server.process());
    drop(sessions);
    (before, after)
}

/// A channel with all users.
fn world() -> String {
    let list = |item: fn(usize) -> String| (0..MEMBERS).map(item).collect::<Vec<_>>().join(",");
    format!(
        r#"{{"AppInstances":[{{"AppInstanceArn":"{}","Name":"Fan-out","Users":[{}],"Channels":[{{
            "ChannelId":"general","Name":"General","CreatedBy":"member-0","Memberships":[{}]}}]}}]}}"#,
        Demo::new().app_instance_arn(),
        list(|number| format!(r#"{{"AppInstanceUserId":"member-{number}","Name":"Member {number}"}}"#)),
        list(|number| format!(r#"{{"Member":"member-{number}"}}"#)),
    )
}

fn user(member: usize) -> String {
    format!("{}/user/member-{member}", Demo::new().app_instance_arn())
}

/// What sends messages to sessions.
enum Server {
    Chime { service: Service, sent: usize },
    Bare { process: Child, address: String, control: TcpStream, frame: Vec<u8> },
}

impl Server {
    fn chime(chime: &Path, seed: &str) -> Self {
        Self::Chime { service: Service::start(chime, &["--seed", seed]), sent: 0 }
    }

    fn bare(frame: &[u8]) -> Self {
        let program = std::env::current_exe().unwrap();
        let mut process = Command::new(program).arg(BROADCAST).stdout(Stdio::piped()).spawn().unwrap();
        let mut addresses = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut addresses).unwrap();
        let (address, control) = addresses.trim().split_once(' ').unwrap();
        let control = TcpStream::connect(control).unwrap();
        control.set_nodelay(true).unwrap();
        Self::Bare { process, address: address.to_owned(), control, frame: frame.to_vec() }
    }

    fn process(&self) -> u32 {
        match self {
            Self::Chime { service, .. } => service.process.id(),
            Self::Bare { process, .. } => process.id(),
        }
    }

    /// The processor time that all threads have used.
    fn cpu(&self) -> Duration {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.process())).unwrap();
        let used = tasks.map(|task| {
            let times = std::fs::read_to_string(task.unwrap().path().join("schedstat")).unwrap();
            times.split_whitespace().next().unwrap().parse::<u64>().unwrap()
        });
        Duration::from_nanos(used.sum())
    }

    /// A session, of which the first event has come.
    fn connect(&self, member: usize) -> TcpStream {
        let (address, target) = match self {
            Self::Chime { service, .. } => (&service.address, connect_target(&service.address, member)),
            Self::Bare { address, .. } => (address, "/".to_owned()),
        };
        let mut stream = TcpStream::connect(address).unwrap();
        let head = format!(
            "GET {target} HTTP/1.1\r\nhost: {address}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            answer.push(byte[0]);
        }
        assert!(answer.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&answer));
        read_frame(&mut stream);
        stream
    }

    /// The text of the frame that a message causes.
    fn frame(&mut self) -> Vec<u8> {
        let mut session = self.connect(0);
        self.send();
        read_frame(&mut session)
    }

    /// Sends a message to all sessions, and returns when it is accepted.
    fn send(&mut self) {
        match self {
            Self::Chime { service, sent } => {
                *sent += 1;
                let message = SendChannelMessage::builder()
                    .channel_arn(Demo::new().channel_arn())
                    .content("The quick brown fox jumps over the lazy dog.")
                    .r#type(ChannelMessageType::Standard)
                    .persistence(ChannelMessagePersistenceType::Persistent)
                    .client_request_token(format!("token-{sent}"))
                    .chime_bearer(user(0))
                    .build()
                    .unwrap();
                service.time(&service.bytes_of(&message));
            }
            Self::Bare { control, frame, .. } => {
                control.write_all(&u32::try_from(frame.len()).unwrap().to_be_bytes()).unwrap();
                control.write_all(frame).unwrap();
                control.read_exact(&mut [0]).unwrap();
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Self::Bare { process, .. } = self {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }
}

/// The path and query of a session, signed now.
fn connect_target(address: &str, member: usize) -> String {
    let arn = user(member).replace(':', "%3A").replace('/', "%2F");
    let uri = format!("http://{address}/connect?sessionId=session-{member}&userArn={arn}");
    let mut request = http::Request::get(uri).body(Bytes::new()).unwrap();
    let credentials = Credentials::new("CHIMELOCAL", "chime-local-secret");
    let (now, expires) = (DateTime::from(Clock::default().now()), Duration::from_secs(60));
    Signer::default().sign_query(&mut request, &credentials, "us-east-1", now, expires).unwrap();
    request.uri().path_and_query().unwrap().to_string()
}

/// Reads the payload of a frame.
fn read_frame(stream: &mut TcpStream) -> Vec<u8> {
    let mut buffer = Vec::new();
    loop {
        if let Some((header, payload)) = lengths(&buffer)
            && buffer.len() == header + payload
        {
            return buffer.split_off(header);
        }
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        buffer.push(byte[0]);
    }
}

/// The lengths of the header and the payload of the first frame, which has less than 64 KiB.
fn lengths(bytes: &[u8]) -> Option<(usize, usize)> {
    match *bytes {
        [_, 126, high, low, ..] => Some((4, usize::from(u16::from_be_bytes([high, low])))),
        [_, short, ..] if short < 126 => Some((2, usize::from(short))),
        _ => None,
    }
}

/// The sessions of all members, and how far messages have come.
struct Fan {
    reached: Receiver<Instant>,
}

/// What a turn has measured.
struct Turn {
    delays: Vec<Duration>,
    /// Microseconds of CPU per frame.
    paced_cpu: f64,
    cpu: f64,
    /// Frames per second at saturation.
    frames: f64,
}

impl Fan {
    fn open(server: &Server) -> Self {
        let sessions: Vec<TcpStream> = (0..MEMBERS).map(|member| server.connect(member)).collect();
        let (reaches, reached) = channel();
        std::thread::spawn(move || receive(sessions, &reaches));
        Self { reached }
    }

    fn turn(&self, server: &mut Server) -> Turn {
        let mut delays = Vec::new();
        let (began, used) = (Instant::now(), server.cpu());
        for number in 0..PACED {
            let at = began + BETWEEN * u32::try_from(number).unwrap();
            std::thread::sleep(at.saturating_duration_since(Instant::now()));
            let sent = Instant::now();
            server.send();
            delays.push(self.reached.recv().unwrap() - sent);
        }
        let paced_cpu = per_frame(server.cpu() - used, PACED);
        let (began, used) = (Instant::now(), server.cpu());
        for number in 0..UNPACED + WINDOW {
            if number < UNPACED {
                server.send();
            }
            if number >= WINDOW {
                self.reached.recv().unwrap();
            }
        }
        let frames = 1e6 / per_frame(began.elapsed(), UNPACED);
        Turn { delays, paced_cpu, cpu: per_frame(server.cpu() - used, UNPACED), frames }
    }
}

#[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
fn per_frame(time: Duration, messages: usize) -> f64 {
    time.as_secs_f64() * 1e6 / (messages * MEMBERS) as f64
}

/// Reads all sessions, and says when a message has reached all of them.
fn receive(sessions: Vec<TcpStream>, reaches: &Sender<Instant>) {
    let count = sessions.len();
    let messages = TURNS * (PACED + UNPACED);
    let counts: Arc<Vec<AtomicUsize>> = Arc::new((0..messages).map(|_| AtomicUsize::new(0)).collect());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut tasks = Vec::new();
        for stream in sessions {
            stream.set_nonblocking(true).unwrap();
            let mut stream = tokio::net::TcpStream::from_std(stream).unwrap();
            let (counts, reaches) = (Arc::clone(&counts), reaches.clone());
            tasks.push(tokio::spawn(async move {
                let (mut received, mut buffer) = (0, Vec::with_capacity(16 * 1024));
                while received < messages && stream.read_buf(&mut buffer).await.unwrap_or_default() > 0 {
                    let mut begin = 0;
                    while let Some((header, payload)) = lengths(&buffer[begin..])
                        && buffer.len() >= begin + header + payload
                    {
                        // Pings are not counted.
                        if buffer[begin] & 8 == 0 {
                            if counts[received].fetch_add(1, Ordering::Relaxed) + 1 == count {
                                let _ = reaches.send(Instant::now());
                            }
                            received += 1;
                        }
                        begin += header + payload;
                    }
                    buffer.drain(..begin);
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
    });
}

/// Serves the bare broadcast: it sends each frame that the control connection brings to all connections.
pub fn broadcast() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let sessions = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let control = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{} {}", sessions.local_addr().unwrap(), control.local_addr().unwrap());
        let (frames, _) = broadcast::channel::<Bytes>(1024);
        let (mut control, _) = control.accept().await.unwrap();
        loop {
            tokio::select! {
                accepted = sessions.accept() => {
                    tokio::spawn(serve(accepted.unwrap().0, frames.subscribe()));
                }
                length = control.read_u32() => {
                    let mut frame = vec![0; usize::try_from(length.unwrap()).unwrap()];
                    control.read_exact(&mut frame).await.unwrap();
                    let _ = frames.send(frame.into());
                    control.write_all(&[0]).await.unwrap();
                }
            }
        }
    });
}

async fn serve(mut stream: tokio::net::TcpStream, mut frames: broadcast::Receiver<Bytes>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut head).await.unwrap_or_default() == 0 {
            return;
        }
    }
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: {}\r\n\r\n",
        websocket_accept("dGhlIHNhbXBsZSBub25jZQ==")
    );
    stream.write_all(answer.as_bytes()).await.unwrap();
    let mut socket = ServerBuilder::new().serve(stream);
    socket.send(Message::text("{}")).await.unwrap();
    while let Ok(frame) = frames.recv().await {
        if socket.send(Message::text(frame)).await.is_err() {
            return;
        }
    }
}
