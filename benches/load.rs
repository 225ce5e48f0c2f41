//! What the local service takes: start-up time, memory, and calls per second of the operation, as a process of its
//! own that verifies signatures; and what its sessions take. `cargo build --release -p chime-cli && cargo bench --bench
//! load` prints the tables, and `cargo bench --bench load -- fan-out` only that of the sessions.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement, which ends where it goes wrong"
)]

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use aws_smithy_types::DateTime;
use chime_client::operation::Operation;
use chime_client::operations::DescribeChannelMembershipForAppInstanceUser;
use chime_client::{Clock, Credentials, wire};
use chime_local::Demo;
use chime_transport::sigv4::Signer;
use tokio::time::Instant;

mod fan_out;
mod growth;

/// How often each start is timed.
const STARTS: usize = 21;

/// How long each load lasts.
const LOAD: Duration = Duration::from_secs(5);

/// Channels, and members of each, of the large world.
const CHANNELS: usize = 10;
const MEMBERS: usize = 10_000;

fn main() {
    let argument = |name: &str| std::env::args().any(|argument| argument == name);
    if argument(fan_out::BROADCAST) {
        return fan_out::broadcast();
    }
    let chime = binary();
    let directory = std::env::temp_dir().join(format!("chime-load-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    if !argument("fan-out") {
        print_calls(&chime, &directory);
        growth::print(&chime, &directory);
    }
    fan_out::print(&chime, &directory);
    std::fs::remove_dir_all(&directory).unwrap();
}

/// Prints a table of calls, with a row for each world.
fn print_calls(chime: &Path, directory: &Path) {
    println!("binary: {:.1} MB", megabytes(std::fs::metadata(chime).unwrap().len()));
    let seed = directory.join("seed.json");
    std::fs::write(&seed, large_world()).unwrap();
    let data = directory.join("world.db");
    let data = data.to_str().unwrap();
    let worlds: [(&str, Vec<&str>); 3] = [
        ("the demo world, in memory", vec![]),
        ("100,000 memberships, in memory", vec!["--seed", seed.to_str().unwrap()]),
        ("100,000 memberships, in a file", vec!["--seed", seed.to_str().unwrap(), "--data", data]),
    ];
    println!(
        "| world | start-up | memory at rest | calls per second, 1 / 32 in flight | memory after them |"
    );
    println!("|---|---|---|---|---|");
    for (world, options) in worlds {
        // A file is filled once.
        drop(Service::start(chime, &options));
        let starts = if options.contains(&"--seed") && !options.contains(&"--data") { 3 } else { STARTS };
        let mut starts: Vec<Duration> = (0..starts).map(|_| Service::start(chime, &options).took).collect();
        starts.sort();
        let service = Service::start(chime, &options);
        let at_rest = memory(service.process.id());
        let (one, many) = (service.load(1), service.load(32));
        println!(
            "| {world} | {:.1} ms | {at_rest:.1} MB | {one:.0} / {many:.0} | {:.1} MB |",
            starts[starts.len() / 2].as_secs_f64() * 1000.0,
            memory(service.process.id()),
        );
    }
}

/// The release build of `chime`, beside this program's own directory.
fn binary() -> PathBuf {
    let path = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("chime");
    assert!(path.exists(), "{} is missing: run cargo build --release -p chime-cli", path.display());
    path
}

#[allow(clippy::cast_precision_loss, reason = "sizes of files and processes")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// The resident memory of a process, in megabytes.
fn memory(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    megabytes(kilobytes * 1024)
}

/// The demo's app instance with 10,000 users, all in each of 10 channels; alice and general among them.
fn large_world() -> String {
    let names = |what: &str, first: &str, count| {
        let rest = (1..count).map(|number| format!("{what}-{number}")).collect::<Vec<_>>();
        [vec![first.to_owned()], rest].concat()
    };
    let users = names("user", "alice", MEMBERS);
    let list = |items: Vec<String>| items.join(",");
    let all =
        list(users.iter().map(|id| format!(r#"{{"AppInstanceUserId":"{id}","Name":"{id}"}}"#)).collect());
    let members = list(users.iter().map(|id| format!(r#"{{"Member":"{id}"}}"#)).collect());
    let mut channels = String::new();
    for id in names("channel", "general", CHANNELS) {
        let comma = if channels.is_empty() { "" } else { "," };
        write!(
            channels,
            r#"{comma}{{"ChannelId":"{id}","Name":"{id}","CreatedBy":"alice","Memberships":[{members}],
                "Messages":[{{"Sender":"alice","Content":"Hello"}}]}}"#
        )
        .unwrap();
    }
    let arn = Demo::new().app_instance_arn();
    format!(
        r#"{{"AppInstances":[{{"AppInstanceArn":"{arn}","Name":"Load","Users":[{all}],"Channels":[{channels}]}}]}}"#
    )
}

/// A running `chime local`, which ends with this value.
struct Service {
    process: Child,
    address: String,
    /// From spawning it to its greeting, which it prints when it listens.
    took: Duration,
    /// The connection of single calls.
    connection: Mutex<Option<TcpStream>>,
}

impl Service {
    fn start(chime: &Path, options: &[&str]) -> Self {
        let before = Instant::now();
        let mut process = Command::new(chime)
            .args(["local", "--quiet", "--port", "0"])
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut greeting = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut greeting).unwrap();
        let took = before.elapsed();
        let address = greeting.trim().rsplit_once("http://").unwrap().1.to_owned();
        Self { process, address, took, connection: Mutex::new(None) }
    }

    /// Calls per second from that many connections, each with one call at a time.
    fn load(&self, connections: usize) -> f64 {
        let request = self.request();
        let (calls, over) = (AtomicU64::new(0), AtomicBool::new(false));
        let started = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..connections {
                scope.spawn(|| {
                    let mut stream = TcpStream::connect(&self.address).unwrap();
                    stream.set_nodelay(true).unwrap();
                    let mut answer = vec![0; 4096];
                    while !over.load(Ordering::Relaxed) {
                        stream.write_all(&request).unwrap();
                        read_answer(&mut stream, &mut answer);
                        calls.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            std::thread::sleep(LOAD);
            over.store(true, Ordering::Relaxed);
        });
        #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
        let calls = calls.into_inner() as f64;
        calls / started.elapsed().as_secs_f64()
    }

    /// The time of one call.
    fn time(&self, request: &[u8]) -> Duration {
        let mut connection = self.connection.lock().unwrap();
        let stream = connection.get_or_insert_with(|| {
            let stream = TcpStream::connect(&self.address).unwrap();
            stream.set_nodelay(true).unwrap();
            stream
        });
        let mut answer = vec![0; 64 * 1024];
        let before = Instant::now();
        stream.write_all(request).unwrap();
        read_answer(stream, &mut answer);
        before.elapsed()
    }

    /// The call that is measured most, as bytes.
    fn request(&self) -> Vec<u8> {
        let demo = Demo::new();
        let question = DescribeChannelMembershipForAppInstanceUser::builder()
            .channel_arn(demo.channel_arn())
            .app_instance_user_arn(demo.app_instance_user_arn())
            .chime_bearer(demo.app_instance_user_arn())
            .build()
            .unwrap();
        self.bytes_of(&question)
    }

    /// An operation as bytes, signed now: good for five minutes.
    fn bytes_of<O: Operation>(&self, operation: &O) -> Vec<u8> {
        let mut request = wire::encode_request(operation).unwrap();
        *request.uri_mut() = format!("http://{}{}", self.address, request.uri()).parse().unwrap();
        let credentials = Credentials::new("CHIMELOCAL", "chime-local-secret");
        Signer::default()
            .sign(&mut request, &credentials, "us-east-1", DateTime::from(Clock::default().now()))
            .unwrap();
        let mut text =
            format!("{} {} HTTP/1.1\r\n", request.method(), request.uri().path_and_query().unwrap());
        for (name, value) in request.headers() {
            write!(text, "{name}: {}\r\n", value.to_str().unwrap()).unwrap();
        }
        if !request.body().is_empty() {
            write!(text, "content-length: {}\r\n", request.body().len()).unwrap();
        }
        text.push_str("\r\n");
        [text.into_bytes(), request.body().to_vec()].concat()
    }
}

/// Reads one answer, which must be a success.
fn read_answer(stream: &mut TcpStream, buffer: &mut [u8]) {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).unwrap();
        assert!(read > 0, "the connection was closed");
        filled += read;
        let text = std::str::from_utf8(&buffer[..filled]).unwrap();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        assert!(head.starts_with("HTTP/1.1 20"), "{text}");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        if body.len() == length.parse::<usize>().unwrap() {
            return;
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}
