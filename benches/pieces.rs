//! What the pieces of a call work on.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use aws_smithy_types::DateTime;
use bytes::Bytes;
use chime_client::operations::DescribeChannelMembershipForAppInstanceUser as Describe;
use chime_client::{Client, Credentials, wire};

const ARN: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/5c2d6f1e-6d3b-4a57-9a1f-0c1f2e3d4b5a";

/// An answer with one member.
pub(crate) const SMALL: &[u8] =
    br#"{"ChannelMembership":{"AppInstanceUserMembershipSummary":{"Type":"DEFAULT"}}}"#;

pub(crate) fn channel() -> String {
    format!("{ARN}/channel/d699fc1f7cd5bb2e35cbf0f19c557067cbbe80c46d1fb6dfbdb0ae0755281220")
}

pub(crate) fn user() -> String {
    format!("{ARN}/user/alice")
}

/// An answer with every member, and metadata that needs no escapes.
pub(crate) fn full() -> Bytes {
    answer("topic=everything;color=3b82f6;pinned=welcome,rules")
}

/// The full response with JSON as metadata, and with text outside ASCII whose characters are all escaped.
pub(crate) fn escapes() -> Bytes {
    answer(
        r##"{\"topic\":\"everything\",\"color\":\"#3b82f6\",\"pinned\":[\"welcome\",\"rules\"],\"title\":\"\u00dcber uns \ud83d\ude00\"}"##,
    )
}

fn answer(metadata: &str) -> Bytes {
    Bytes::from(format!(
        r#"{{"ChannelMembership":{{"ChannelSummary":{{"Name":"General","ChannelArn":"{}","Mode":"UNRESTRICTED","Privacy":"PUBLIC","Metadata":"{metadata}","LastMessageTimestamp":1610051741.085}},"AppInstanceUserMembershipSummary":{{"Type":"DEFAULT","ReadMarkerTimestamp":1610051740.123,"SubChannelId":"part-1"}}}}}}"#,
        channel()
    ))
}

/// A page of 50 messages with 500 characters each, an answer of `ListChannelMessages`.
pub(crate) fn large() -> Bytes {
    let mut page = format!(r#"{{"ChannelArn":"{}","NextToken":"next","ChannelMessages":["#, channel());
    for number in 0..50 {
        let comma = if number == 0 { "" } else { "," };
        write!(
            page,
            r#"{comma}{{"MessageId":"{number:064}","Content":"{}","Type":"STANDARD","CreatedTimestamp":1610051741.085,"LastUpdatedTimestamp":1610051741.085,"Sender":{{"Arn":"{}","Name":"Alice"}},"Redacted":false,"Status":{{"Value":"SENT"}}}}"#,
            "Hello to everybody. ".repeat(25),
            user()
        )
        .unwrap();
    }
    page.push_str("]}");
    page.into()
}

/// The one question.
pub(crate) fn question() -> Describe {
    Describe::builder()
        .channel_arn(channel())
        .app_instance_user_arn(user())
        .chime_bearer(user())
        .build()
        .unwrap()
}

/// Its request, complete but for the signature, and who signs it when.
pub(crate) fn unsigned() -> (http::Request<Bytes>, Credentials, DateTime) {
    let mut request = wire::encode_request(&question()).unwrap();
    let host = "https://messaging-chime.us-east-1.amazonaws.com";
    *request.uri_mut() = format!("{host}{}", request.uri()).parse().unwrap();
    (request, Credentials::new("AKID", "not/a+real/secret"), DateTime::from_secs(1_780_557_291))
}

/// A client of a server that gives that answer to everything, each connection on a thread of its own.
pub(crate) fn client(body: Bytes) -> Client {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let body = body.clone();
            thread::spawn(move || serve(stream.unwrap(), &body));
        }
    });
    Client::builder()
        .region("us-east-1")
        .endpoint_url(format!("http://{address}"))
        .credentials(Credentials::new("AKID", "not/a+real/secret"))
        .build()
        .unwrap()
}

fn serve(mut stream: TcpStream, body: &[u8]) {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    let answer = [head.as_bytes(), body].concat();
    let (mut received, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut buffer).unwrap();
        if read == 0 {
            return;
        }
        received.extend(buffer.iter().take(read));
        if received.ends_with(b"\r\n\r\n") {
            stream.write_all(&answer).unwrap();
            received.clear();
        }
    }
}
