//! The same call over TLS.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, Stream};

use crate::{APP_INSTANCE, OPERATION, chime, failure, stdout};

/// A service on `https://localhost` that answers `{}`, and the file with its certificate.
fn start() -> (String, PathBuf) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key.into())
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut connection) =
                (stream.unwrap(), ServerConnection::new(Arc::clone(&config)).unwrap());
            let mut tls = Stream::new(&mut connection, &mut stream);
            let mut head = Vec::new();
            let mut byte = [0];
            // A client that does not trust the certificate goes away.
            while !head.ends_with(b"\r\n\r\n") && matches!(tls.read(&mut byte), Ok(1)) {
                head.extend(byte);
            }
            let _ = tls.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
        }
    });
    let certificate = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("certificate-{port}.pem"));
    std::fs::write(&certificate, cert.pem()).unwrap();
    (format!("https://localhost:{port}"), certificate)
}

#[test]
fn a_certificate_is_trusted_if_the_platform_trusts_it() {
    let (url, certificate) = start();
    let (_, another) = start();
    let by_address = url.replace("localhost", "127.0.0.1");
    let channel = format!("{APP_INSTANCE}/channel/general");
    let user = format!("{APP_INSTANCE}/user/alice");
    let call = |url: &str, roots: &PathBuf| {
        chime(
            &[
                OPERATION,
                "--channel-arn",
                &channel,
                "--app-instance-user-arn",
                &user,
                "--chime-bearer",
                &user,
            ],
            &[
                ("AWS_ENDPOINT_URL", url),
                ("AWS_ACCESS_KEY_ID", "AKID"),
                ("AWS_SECRET_ACCESS_KEY", "secret"),
                ("AWS_MAX_ATTEMPTS", "1"),
                // How the platform's roots are exchanged.
                ("SSL_CERT_FILE", roots.to_str().unwrap()),
            ],
        )
    };
    assert_eq!(stdout(&call(&url, &certificate)), "{}\n");

    for (url, roots, reason) in
        [(&url, &another, "invalid peer certificate"), (&by_address, &certificate, "not valid for name")]
    {
        let output = call(url, roots);
        let (code, said) = failure(&output);
        assert_eq!((code, said.lines().count()), (255, 1), "{said}");
        assert!(said.contains("no connection") && said.contains(reason), "{said} does not say {reason:?}");
    }

    let output = call(&url, &PathBuf::from("/nonexistent/roots.pem"));
    let (code, said) = failure(&output);
    assert_eq!(code, 253, "{said}");
    assert!(said.contains("no root certificates"), "{said}");
}
