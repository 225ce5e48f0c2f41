//! HTTPS beside HTTP on one port, and the certificate authority of the machine, which can sign for no other.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use chime_client::{Client, Network};
use chime_local::{CertificateAuthority, Demo, LocalService, RunningService};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use contract_tests::client::client_of;
use contract_tests::connection::exchange;

const HEALTH: &[u8] = b"GET /_local/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

/// A moment at which the authorities of most tests are created. They are judged by it, too.
fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_557_291)
}

/// The system's time, by which clients judge certificates.
#[allow(clippy::disallowed_methods, reason = "the client judges by the system's clock")]
fn today() -> SystemTime {
    SystemTime::now()
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// An empty directory of that name.
fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("authority-{name}"));
    let _ = std::fs::remove_dir_all(&directory);
    directory
}

fn roots(certificate: &str) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()).unwrap();
    roots
}

async fn start() -> RunningService {
    LocalService::demo().tls(CertificateAuthority::new(today()).unwrap()).start().await.unwrap()
}

fn address(local: &RunningService) -> String {
    local.endpoint_url().strip_prefix("http://").unwrap().to_owned()
}

/// A TLS connection to the service as the host of that name.
async fn connect(
    local: &RunningService,
    name: &'static str,
    versions: &[&'static SupportedProtocolVersion],
) -> std::io::Result<impl AsyncRead + AsyncWrite + Unpin> {
    let config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots(local.ca_certificate().unwrap()))
        .with_no_client_auth();
    let stream = TcpStream::connect(address(local)).await?;
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from(name).unwrap(), stream).await
}

/// What a connection answers to a question about the service's health.
async fn health(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> String {
    stream.write_all(HEALTH).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn one_port_serves_http_and_https() {
    let local = start().await;
    for name in ["localhost", "127.0.0.1", "::1"] {
        for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
            let answer = health(connect(&local, name, &[version]).await.unwrap()).await;
            assert!(
                answer.starts_with("HTTP/1.1 200 ") && answer.ends_with(r#"{"Status":"OK"}"#),
                "{answer}"
            );
        }
        let answer = exchange(&local.endpoint_url(), HEALTH).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
    // A name that the service does not have, and one that nobody has.
    for name in ["127.0.0.2", "evil.test"] {
        let refused = connect(&local, name, &[&rustls::version::TLS13]).await.map(drop).unwrap_err();
        assert!(refused.to_string().contains("not valid for name"), "{name}: {refused}");
    }
    // Bytes that are neither HTTP nor TLS end only their own connection.
    for garbage in [&b"\x15\x03\x01\0\x02\x01\0"[..], b"\x16\x03\x01\0\x05hello", b"\x16garbage\r\n\r\n"] {
        let mut stream = TcpStream::connect(address(&local)).await.unwrap();
        stream.write_all(garbage).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(!answer.starts_with(b"HTTP/1.1 2"), "{answer:?}");
    }
    assert!(exchange(&local.endpoint_url(), HEALTH).await.starts_with("HTTP/1.1 200 "));
    local.stop().await;
}

#[tokio::test]
async fn a_client_that_trusts_the_authority_calls_by_https_and_another_does_not() {
    let local = start().await;
    let url = local.https_url().unwrap();
    assert!(url.starts_with("https://localhost:"), "{url}");
    let demo = Demo::new();
    let call = async |client: Client| {
        let channel = client.describe_channel().channel_arn(demo.channel_arn());
        channel.chime_bearer(demo.app_instance_user_arn()).send().await
    };
    let bundle = |name: &str, certificate: &str| {
        let bundle = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pem"));
        std::fs::write(&bundle, certificate).unwrap();
        Network { ca_bundle: Some(bundle), ..Network::default() }
    };
    let trusting = bundle("local-authority", local.ca_certificate().unwrap());
    for url in [url.clone(), url.replace("localhost", "127.0.0.1")] {
        call(client_of(&local).endpoint_url(url).network(trusting.clone()).build().unwrap()).await.unwrap();
    }
    let other = CertificateAuthority::new(today()).unwrap();
    let other = bundle("other-authority", other.certificate());
    let refused =
        call(client_of(&local).endpoint_url(url).network(other).build().unwrap()).await.unwrap_err();
    assert!(refused.to_string().contains("name a file with its issuer in AWS_CA_BUNDLE"), "{refused}");
    // The addresses without TLS are as ever.
    call(Client::of(&local).unwrap()).await.unwrap();
    let plain = LocalService::demo().start().await.unwrap();
    assert_eq!((plain.https_url(), plain.ca_certificate()), (None, None));
}

#[tokio::test]
async fn an_address_that_the_service_listens_on_is_in_its_certificate() {
    let authority = CertificateAuthority::new(today()).unwrap();
    // Every address of 127.0.0.0/8 is this machine's on Linux alone.
    let Ok(local) = LocalService::demo().listen([127, 0, 0, 5].into()).tls(authority).start().await else {
        return;
    };
    assert!(local.https_url().unwrap().starts_with("https://127.0.0.5:"));
    health(connect(&local, "127.0.0.5", &[&rustls::version::TLS13]).await.unwrap()).await;
}

/// What signs in the name of an authority, which is what a thief of its key can do.
fn stolen(directory: &Path) -> Issuer<'static, KeyPair> {
    let text = std::fs::read_to_string(directory.join("ca-key.pem")).unwrap();
    let certificate = CertificateDer::from_pem_slice(text.as_bytes()).unwrap();
    let start = certificate.windows(12).position(|bytes| bytes == b"chime local ").unwrap();
    let name = std::str::from_utf8(&certificate[start..start + 20]).unwrap();
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    let key = &text[..text.find("-----BEGIN CERTIFICATE").unwrap()];
    Issuer::new(params, KeyPair::from_pem(key).unwrap())
}

#[test]
fn certificates_for_foreign_names_are_refused_though_the_authority_signed_them() {
    let directory = directory("stolen");
    let authority = CertificateAuthority::open(&directory, now()).unwrap();
    let issuer = stolen(&directory);
    let roots = Arc::new(roots(authority.certificate()));
    let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider()).build().unwrap();
    let at =
        |time: SystemTime| UnixTime::since_unix_epoch(time.duration_since(SystemTime::UNIX_EPOCH).unwrap());
    let sign = |names: &[&str], issuer: &Issuer<'static, KeyPair>| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let leaf = CertificateParams::new(names).unwrap();
        leaf.signed_by(&KeyPair::generate().unwrap(), issuer).unwrap().der().clone()
    };
    let verify = |leaf: &CertificateDer<'_>, others: &[CertificateDer<'_>], name: &str| {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        verifier
            .verify_server_cert(leaf, others, &name, &[], at(now()))
            .map(drop)
            .map_err(|error| error.to_string())
    };
    for (names, expected) in [
        (&["localhost"][..], true),
        (&["app.localhost"], true),
        (&["127.0.0.1"], true),
        (&["127.200.3.4"], true),
        (&["::1"], true),
        (&["localhost", "127.0.0.1"], true),
        (&["evil.test"], false),
        (&["localhost.evil.test"], false),
        (&["evillocalhost"], false),
        (&["messaging-chime.us-east-1.amazonaws.com"], false),
        (&["128.0.0.1"], false),
        (&["10.0.0.1"], false),
        (&["::2"], false),
        // A permitted name does not make up for another one.
        (&["localhost", "evil.test"], false),
    ] {
        let outcome = verify(&sign(names, &issuer), &[], names[0]);
        assert_eq!(outcome.is_ok(), expected, "{names:?}: {outcome:?}");
        if let Err(why) = outcome {
            assert!(why.contains("NameConstraintViolation"), "{names:?}: {why}");
        }
    }
    // Nor can an authority that it makes. It may make none: CA:TRUE, pathlen:0.
    let path_length = [0x30, 0x06, 0x01, 0x01, 0xff, 0x02, 0x01, 0x00];
    let certificate = CertificateDer::from_pem_slice(authority.certificate().as_bytes()).unwrap();
    assert!(certificate.windows(8).any(|bytes| bytes == path_length));
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.not_after = date_time_ymd(2030, 1, 1);
    let key = KeyPair::generate().unwrap();
    let between = params.signed_by(&key, &issuer).unwrap().der().clone();
    let leaf = sign(&["evil.test"], &Issuer::new(params, key));
    assert!(verify(&leaf, &[between], "evil.test").unwrap_err().contains("NameConstraintViolation"));
}

#[test]
fn an_authority_is_kept_until_it_expires() {
    let directory = directory("kept");
    let open = |time| CertificateAuthority::open(&directory, time).unwrap().certificate().to_owned();
    let days = |days: u64| now() + Duration::from_hours(days * 24);
    let first = open(now());
    let file = CertificateAuthority::certificate_file(&directory);
    assert_eq!(file, directory.join("ca.pem"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), first);
    assert_eq!(open(days(823)), first);
    // The copy that people trust is restored, and holds no key.
    for written in [None, Some("another")] {
        match written {
            None => std::fs::remove_file(&file).unwrap(),
            Some(text) => std::fs::write(&file, text).unwrap(),
        }
        assert_eq!(open(now()), first);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), first);
    }
    assert!(!first.contains("PRIVATE"), "{first}");
    let second = open(days(825));
    assert_ne!(second, first);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), second);
    assert_eq!(open(days(825)), second);
    // No file is left over.
    let mut names: Vec<_> =
        std::fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["ca-key.pem", "ca.pem", "lock"]);
}

#[test]
fn programs_that_open_a_directory_together_get_one_authority() {
    let directory = directory("together");
    let open = || CertificateAuthority::open(&directory, now()).unwrap().certificate().to_owned();
    let certificates: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(certificates.iter().all(|certificate| *certificate == certificates[0]), "{certificates:?}");
}

#[cfg(unix)]
#[test]
fn the_key_is_its_owners_alone_and_is_refused_if_others_can_read_it() {
    use std::fs::{Permissions, metadata, set_permissions};
    use std::os::unix::fs::PermissionsExt;
    let directory = directory("mode");
    let authority = CertificateAuthority::open(&directory, now()).unwrap();
    let key = directory.join("ca-key.pem");
    let mode = |path: &Path| metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&key), mode(&directory)), (0o600, 0o700));
    let text = std::fs::read_to_string(&key).unwrap();
    let secret = text.lines().nth(2).unwrap();
    assert!(secret.len() > 40 && !format!("{authority:?}").contains(&secret[..20]));
    set_permissions(&key, Permissions::from_mode(0o640)).unwrap();
    let refused = CertificateAuthority::open(&directory, now()).unwrap_err().to_string();
    assert!(refused.contains("ca-key.pem: other users can read the key; delete the file"), "{refused}");
    set_permissions(&key, Permissions::from_mode(0o400)).unwrap();
    CertificateAuthority::open(&directory, now()).unwrap();
}

#[test]
fn a_file_that_holds_no_authority_is_refused_and_left_as_it_is() {
    let directory = directory("malformed");
    CertificateAuthority::open(&directory, now()).unwrap();
    let key = directory.join("ca-key.pem");
    let good = std::fs::read_to_string(&key).unwrap();
    let (first, rest) = good.split_once('\n').unwrap();
    for text in [
        String::new(),
        "Expires: ".to_owned(),
        first.to_owned(),
        rest.to_owned(),
        format!("Expires: tomorrow\n{rest}"),
        format!("Expires: 1969-01-01T00:00:00Z\n{rest}"),
        good.replace("-----BEGIN CERTIFICATE", "-----BEGIN"),
        good.replace("-----BEGIN PRIVATE KEY", "-----BEGIN"),
        good[..good.len() - 40].to_owned(),
    ] {
        std::fs::write(&key, &text).unwrap();
        let refused = CertificateAuthority::open(&directory, now()).unwrap_err().to_string();
        assert!(
            refused.contains("ca-key.pem: it does not contain a certificate authority; delete the file"),
            "{text}: {refused}"
        );
        assert_eq!(std::fs::read_to_string(&key).unwrap(), text);
    }
    let file = directory.join("file");
    std::fs::write(&file, "").unwrap();
    let refused = CertificateAuthority::open(&file, now()).unwrap_err().to_string();
    assert!(refused.starts_with(file.to_str().unwrap()), "{refused}");
    for time in
        [SystemTime::UNIX_EPOCH - Duration::from_secs(1), now() + Duration::from_hours(24 * 365 * 8000)]
    {
        let refused = CertificateAuthority::new(time).unwrap_err();
        assert!(refused.to_string().contains("expected one from 1970 to 9997"), "{refused}");
    }
}

#[tokio::test]
async fn handshakes_that_do_not_end_hold_nobody_up() {
    let local = start().await;
    let beginnings: [&[u8]; 4] =
        [b"", b"\x16", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\x16\x03\x01\x40\x00"];
    let mut open = Vec::new();
    for beginning in beginnings.iter().cycle().take(300) {
        let mut stream = TcpStream::connect(address(&local)).await.unwrap();
        stream.write_all(beginning).await.unwrap();
        open.push(stream);
    }
    let answer = health(connect(&local, "localhost", &[&rustls::version::TLS13]).await.unwrap()).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(exchange(&local.endpoint_url(), HEALTH).await.starts_with("HTTP/1.1 200 "));
    local.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_takes_a_minute_is_waited_for_no_longer() {
    let local = start().await;
    for beginning in [&b""[..], b"\x16", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"] {
        let started = tokio::time::Instant::now();
        let mut stream = TcpStream::connect(address(&local)).await.unwrap();
        stream.write_all(beginning).await.unwrap();
        // It may be reset.
        let _ = timeout(Duration::from_mins(2), stream.read_to_end(&mut Vec::new())).await;
        assert_eq!(started.elapsed().as_secs(), 60, "{beginning:?}");
    }
}
