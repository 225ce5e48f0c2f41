//! TLS, proxies and certificates, over sockets on loopback.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chime_client::{Client, ClientBuilder, Credentials, Error, ErrorKind, Network, RetryPolicy};
use rcgen::{CertificateParams, CertifiedIssuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use contract_tests::client::describe;
use contract_tests::peer::{Act, Peer, ok};

/// An authority of its own, in a file.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    bundle: PathBuf,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let bundle = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pem"));
        std::fs::write(&bundle, issuer.pem()).unwrap();
        Self { issuer, bundle }
    }

    /// What a server needs to be one of that name, until the end of that year.
    fn server(&self, name: &str, year: i32) -> TlsAcceptor {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_after = date_time_ymd(year, 12, 31);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let config =
            ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(
                    vec![certificate.der().clone()],
                    PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
                )
                .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// A service behind TLS on loopback, which answers each connection once. Its port.
async fn serve(tls: TlsAcceptor) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let tls = tls.clone();
            tokio::spawn(async move {
                // A client that does not trust the certificate goes away.
                if let Ok(mut stream) = tls.accept(stream).await {
                    let peer = Peer::new([vec![]]);
                    peer.play(vec![Act::Read, ok()], &mut stream).await;
                    let _ = stream.shutdown().await;
                }
            });
        }
    });
    port
}

/// A proxy that gives this answer to `CONNECT`, and forwards bytes if it agrees. Returns its port and its requests.
async fn proxy(answer: &'static str) -> (u16, Peer) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let peer = Peer::new([vec![]]);
    let asked = peer.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let peer = peer.clone();
            tokio::spawn(async move {
                peer.clone().play(vec![Act::Read, Act::Send(answer.to_owned())], &mut stream).await;
                let head = peer.requests().pop().unwrap();
                let port = head.split(' ').nth(1).unwrap().rsplit(':').next().unwrap().parse().unwrap();
                if answer.starts_with("HTTP/1.1 200") {
                    let mut target = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                    let _ = copy_bidirectional(&mut stream, &mut target).await;
                } else {
                    // Unread bytes would reset the connection.
                    let _ = stream.read(&mut [0; 1]).await;
                }
            });
        }
    });
    (port, asked)
}

fn client(url: &str, network: Network) -> ClientBuilder {
    Client::builder()
        .endpoint_url(url)
        .credentials(Credentials::new("AKID", "secret"))
        .retry(RetryPolicy { base: Duration::ZERO, ..RetryPolicy::default() })
        .network(network)
}

async fn call(url: &str, network: Network) -> Result<(), Error> {
    client(url, network).build()?.call(describe()).await.map(|_| ())
}

#[tokio::test]
async fn a_certificate_must_be_trusted_valid_and_of_that_name() {
    let (trusted, unknown) = (Authority::new("trusted"), Authority::new("unknown"));
    let cases = [
        (trusted.server("localhost", 4000), None),
        (trusted.server("elsewhere.example", 4000), Some("not valid for name")),
        (trusted.server("localhost", 2020), Some("expired")),
        (unknown.server("localhost", 4000), Some("UnknownIssuer")),
    ];
    for (server, reason) in cases {
        let url = format!("https://localhost:{}", serve(server).await);
        let network = Network { ca_bundle: Some(trusted.bundle.clone()), ..Network::default() };
        let result = call(&url, network).await;
        let Some(reason) = reason else {
            result.unwrap();
            continue;
        };
        let error = result.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Connect(_)), "{error}");
        assert!(error.to_string().contains(reason), "{error} does not say {reason:?}");
        assert_eq!((error.attempts(), error.may_have_reached_service()), (3, false));
    }
}

#[tokio::test]
async fn a_malformed_bundle_is_named() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("no-bundle.pem");
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (text, reason) in
        [("", "has no certificate"), ("nonsense", "has no certificate"), (broken, "unusable")]
    {
        std::fs::write(&path, text).unwrap();
        let network = Network { ca_bundle: Some(path.clone()), ..Network::default() };
        let error = call("https://localhost", network).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Config(_)), "{error}");
        let said = error.to_string();
        assert!(said.starts_with("AWS_CA_BUNDLE: ") && said.contains(reason), "{said}");
        assert!(said.contains("no-bundle.pem") && said.contains("expected certificates in PEM"), "{said}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_stalls_ends_with_the_connections_limit() {
    let peer = Peer::new([vec![Act::Hang]]);
    let trusted = Authority::new("stalled");
    let network = Network { ca_bundle: Some(trusted.bundle), ..Network::default() };
    let client = client("https://localhost", network).connector(peer.clone()).build().unwrap();
    let error = client.call(describe()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Connect(_)), "{error}");
    assert!(error.to_string().contains("localhost:443 could not be reached within 3s"), "{error}");
    assert_eq!((error.attempts(), error.may_have_reached_service()), (3, false));
    assert_eq!((error.elapsed(), peer.connections()), (Duration::from_secs(9), 3));
}

#[tokio::test]
async fn an_unknown_host_is_a_connect_error() {
    // Too long a label for any name server to be asked.
    let name = "a".repeat(64);
    let error = call(&format!("http://{name}.example"), Network::default()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Connect(_)), "{error}");
    assert!(error.to_string().contains("failed to lookup address"), "{error}");
    assert_eq!((error.attempts(), error.may_have_reached_service()), (3, false));
}

#[tokio::test]
async fn a_proxy_carries_tls_and_sees_nothing_of_it() {
    let trusted = Authority::new("proxied");
    let url = format!("https://localhost:{}", serve(trusted.server("localhost", 4000)).await);
    let (port, asked) = proxy("HTTP/1.1 200 Connection established\r\n\r\n").await;
    // proxy, no_proxy, whether it is used
    let cases = [
        (format!("http://user:SECRET@127.0.0.1:{port}"), None, true),
        (format!("127.0.0.1:{port}"), Some("elsewhere.example"), true),
        (format!("http://127.0.0.1:{port}"), Some("localhost"), false),
        (format!("http://127.0.0.1:{port}"), Some("*"), false),
    ];
    for (address, no_proxy, is_used) in cases {
        let network = Network {
            https_proxy: Some(address.clone()),
            no_proxy: no_proxy.map(str::to_owned),
            ca_bundle: Some(trusted.bundle.clone()),
            ..Network::default()
        };
        assert!(!format!("{network:?}").contains("SECRET"));
        let before = asked.requests().len();
        call(&url, network).await.unwrap();
        let heads = asked.requests();
        assert_eq!(heads.len() - before, usize::from(is_used), "{address} {no_proxy:?}");
        for head in &heads[before..] {
            let has_password = head.contains("Proxy-Authorization: Basic dXNlcjpTRUNSRVQ=\r\n");
            assert_eq!(has_password, address.contains("SECRET"), "{head}");
        }
        assert!(heads.iter().all(|head| head.starts_with("CONNECT localhost:") && !head.contains("chime")));
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_without_its_password() {
    let trusted = Authority::new("refused");
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    for (answer, reason) in [
        ("HTTP/1.1 403 Forbidden\r\n\r\n", "tunnel error: unsuccessful"),
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "proxy authorization required"),
        ("nonsense\r\n\r\n", "tunnel error: unsuccessful"),
        ("", "onnection refused"),
    ] {
        let port = if answer.is_empty() { gone } else { proxy(answer).await.0 };
        let network = Network {
            https_proxy: Some(format!("http://user:SECRET@127.0.0.1:{port}")),
            ca_bundle: Some(trusted.bundle.clone()),
            ..Network::default()
        };
        let error = call("https://localhost:1", network).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Connect(_)), "{error}");
        let said = format!("{error} {error:?}");
        assert!(said.contains("the proxy 127.0.0.1: ") && said.contains(reason), "{said}");
        assert!(!said.contains("SECRET") && !said.contains("dXNlcjpTRUNSRVQ="), "{said}");
        assert_eq!((error.attempts(), error.may_have_reached_service()), (3, false));
    }
}

#[tokio::test]
async fn plain_http_is_called_without_a_proxy() {
    let server = wiremock::MockServer::start().await;
    let network = Network { https_proxy: Some("http://127.0.0.1:1".to_owned()), ..Network::default() };
    let error = call(&server.uri(), network).await.unwrap_err();
    assert_eq!(error.service_error().unwrap().status, 404);
}
