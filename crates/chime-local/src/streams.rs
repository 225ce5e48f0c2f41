//! Records for streams, and their delivery to Kinesis and Firehose.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::time::Duration;

use aws_smithy_types::base64;
use bytes::Bytes;
use chime_transport::sigv4::Signer;
use chime_transport::{Clock, Credentials, HttpClient, Network, Timeouts};
use chime_types::events::Event;
use chime_types::{ChannelArn, StreamArn, Timestamp};
use http::header::{CONTENT_TYPE, HeaderName};
use http::uri::Scheme;
use http::{Request, Uri};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::json;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};

use crate::clock::MovableClock;
use crate::log::Log;
use crate::store::{BETWEEN_TRIES, LONGEST_WAIT, Store, Transaction};
use crate::tables::stream_records::{self, WaitingRecord};
use crate::text::cut;

/// A record that a stream receives, as [`RunningService::stream_records`](crate::RunningService::stream_records) returns
/// it.
///
/// `Serialize` writes the members in `PascalCase`, and the event as the record's `Data`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct StreamRecord {
    /// The time of the write, by the service's clock.
    #[serde(serialize_with = "as_text")]
    pub time: Timestamp,
    /// The stream.
    pub stream_arn: StreamArn,
    /// The channel, whose records stay in order.
    pub partition_key: ChannelArn,
    /// The event. Its JSON is the record's data.
    #[serde(rename = "Data")]
    pub event: Event,
    /// Whether Kinesis or Firehose has accepted the record.
    #[serde(rename = "Delivered")]
    pub is_delivered: bool,
}

/// The last thousand records, the oldest first.
pub(crate) fn last(db: &Transaction<'_>) -> rusqlite::Result<Vec<StreamRecord>> {
    let rows = stream_records::last(db)?.into_iter().map(|row| {
        let event = serde_json::from_str(&row.data)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        Ok(StreamRecord {
            time: row.created_at.into(),
            stream_arn: row.stream,
            partition_key: row.channel,
            event,
            is_delivered: row.is_delivered,
        })
    });
    rows.collect()
}

fn as_text<S: Serializer>(value: &impl fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// What the delivery needs of the service: its store, its time, and where it says what goes wrong.
pub(crate) struct Surroundings<'s> {
    pub(crate) store: &'s Store,
    pub(crate) clock: &'s MovableClock,
    pub(crate) log: &'s Log,
}

/// The largest number of records of one request.
const LARGEST_REQUEST: usize = 500;

/// How many waiting records of a stream are read at a time.
const WINDOW: u32 = 500;

/// The longest partition key, in characters.
const LONGEST_KEY: usize = 256;

/// The longest reason of an outage, in bytes.
const LONGEST_CAUSE: usize = 256;

/// The shortest and the longest wait before records are sent again.
const WAITS: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// A service that takes records.
struct Protocol {
    service: &'static str,
    target: &'static str,
    /// The member of a request with the stream's name.
    stream: &'static str,
    /// Whether records have a partition key.
    has_keys: bool,
    /// The member of a response with the number of failures.
    failures: &'static str,
    /// The member of a response with the outcome of each record.
    outcomes: &'static str,
    /// The largest number of bytes of one request, before base64.
    bytes: usize,
}

const KINESIS: Protocol = Protocol {
    service: "kinesis",
    target: "Kinesis_20131202.PutRecords",
    stream: "StreamName",
    has_keys: true,
    failures: "FailedRecordCount",
    outcomes: "Records",
    bytes: 5 * 1024 * 1024,
};

const FIREHOSE: Protocol = Protocol {
    service: "firehose",
    target: "Firehose_20150804.PutRecordBatch",
    stream: "DeliveryStreamName",
    has_keys: false,
    failures: "FailedPutCount",
    outcomes: "RequestResponses",
    bytes: 4 * 1024 * 1024,
};

/// A stream, as its ARN says.
struct Destination<'a> {
    protocol: &'static Protocol,
    region: &'a str,
    name: &'a str,
}

impl<'a> Destination<'a> {
    fn of(stream: &'a StreamArn) -> Self {
        // `arn:aws:kinesis:REGION:ACCOUNT:stream/NAME`
        let mut parts = stream.as_str().splitn(6, ':').skip(2);
        let service = parts.next().unwrap_or_default();
        let region = parts.next().unwrap_or_default();
        let name = parts.nth(1).and_then(|resource| resource.split_once('/')).unwrap_or_default().1;
        let protocol = if service == FIREHOSE.service { &FIREHOSE } else { &KINESIS };
        Self { protocol, region, name }
    }
}

/// The outcome of each record of a request: why it was not accepted, if it was not.
type Outcomes = Vec<Option<String>>;

/// The address that takes records, and what is needed to call it.
struct Endpoint {
    uri: Uri,
    client: HttpClient,
    credentials: Credentials,
    clock: Clock,
    kinesis: Signer,
    firehose: Signer,
}

impl Endpoint {
    /// Sends records in one request.
    async fn put(&self, stream: &StreamArn, records: &[WaitingRecord]) -> Result<Outcomes, String> {
        let destination = Destination::of(stream);
        let protocol = destination.protocol;
        let entries: Vec<_> = records
            .iter()
            .map(|record| {
                let data = base64::encode(&record.data);
                if protocol.has_keys {
                    json!({ "Data": data, "PartitionKey": partition_key(&record.channel) })
                } else {
                    json!({ "Data": data })
                }
            })
            .collect();
        let body = json!({ protocol.stream: destination.name, "Records": entries }).to_string();
        let failed = |error: &dyn fmt::Display| error.to_string();
        let mut request = Request::post(&self.uri)
            .header(CONTENT_TYPE, "application/x-amz-json-1.1")
            .header(HeaderName::from_static("x-amz-target"), protocol.target)
            .body(Bytes::from(body))
            .map_err(|error| failed(&error))?;
        let signer = if protocol.service == KINESIS.service { &self.kinesis } else { &self.firehose };
        signer
            .sign(&mut request, &self.credentials, destination.region, self.clock.now().into())
            .map_err(|error| failed(&error))?;
        let response = self.client.send(request).await.map_err(|error| failed(&error))?;
        outcomes(protocol, &response, records.len())
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("uri", &self.uri).finish_non_exhaustive()
    }
}

/// The partition key of a channel: its ARN, or the end of it, which tells channels apart.
fn partition_key(channel: &str) -> &str {
    match channel.char_indices().rev().nth(LONGEST_KEY - 1) {
        Some((start, _)) => channel.get(start..).unwrap_or(channel),
        None => channel,
    }
}

/// The outcome of one record.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Outcome {
    error_code: Option<String>,
}

/// Reads the outcomes of a request with a number of records.
fn outcomes(protocol: &Protocol, response: &http::Response<Bytes>, count: usize) -> Result<Outcomes, String> {
    let service = protocol.service;
    let body: serde_json::Map<_, _> = serde_json::from_slice(response.body()).unwrap_or_default();
    if !response.status().is_success() {
        let member = |name| body.get(name).and_then(serde_json::Value::as_str);
        let name = member("__type").unwrap_or_default();
        let text = member("message").or_else(|| member("Message")).unwrap_or_default();
        let status = response.status().as_u16();
        return Err(format!("{service} answered with status {status} {name} {text}").trim_end().to_owned());
    }
    let unreadable = || format!("{service} answered with a body that cannot be read");
    let outcomes: Vec<Outcome> =
        serde_json::from_value(body.get(protocol.outcomes).cloned().unwrap_or_default())
            .map_err(|_| unreadable())?;
    let has_failures = body.get(protocol.failures).is_some_and(serde_json::Value::is_u64);
    if outcomes.len() != count || !has_failures {
        return Err(unreadable());
    }
    Ok(outcomes.into_iter().map(|outcome| outcome.error_code).collect())
}

/// An outage of a stream that lasts.
struct Outage {
    failures: u32,
    retry_at: Instant,
}

impl Outage {
    /// The outage after one more failure.
    fn after(before: Option<&Self>) -> Self {
        let failures = before.map_or(0, |outage| outage.failures).saturating_add(1);
        let (shortest, longest) = WAITS;
        let wait = shortest.saturating_mul(1 << (failures - 1).min(16)).min(longest);
        Self { failures, retry_at: Instant::now() + wait }
    }
}

/// The delivery of records.
#[derive(Default)]
pub(crate) struct Streams {
    endpoint: Option<Endpoint>,
    /// That records may have been added.
    added: Notify,
}

impl fmt::Debug for Streams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streams").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// The address of Kinesis and Firehose that a URL names, or why it names none.
pub(crate) fn parse_endpoint(url: &str) -> Result<Uri, String> {
    let reason = || {
        let url = cut(url, LONGEST_CAUSE);
        format!("{url:?} is not a URL; expected one such as http://localhost:4566")
    };
    let uri: Uri = url.parse().map_err(|_| reason())?;
    let is_http = uri.scheme() == Some(&Scheme::HTTP) || uri.scheme() == Some(&Scheme::HTTPS);
    if is_http && uri.host().is_some_and(|host| !host.is_empty()) { Ok(uri) } else { Err(reason()) }
}

impl Streams {
    /// Delivers records to an address from now on.
    pub(crate) fn deliver_to(
        &mut self,
        uri: Uri,
        credentials: Credentials,
        clock: Clock,
    ) -> Result<(), chime_transport::Error> {
        let client = HttpClient::new(&Network::default(), Timeouts::default())?;
        let signers = (Signer::for_service(KINESIS.service), Signer::for_service(FIREHOSE.service));
        let (kinesis, firehose) = signers;
        self.endpoint = Some(Endpoint { uri, client, credentials, clock, kinesis, firehose });
        Ok(())
    }

    /// Looks for records that were added.
    pub(crate) fn wake(&self) {
        self.added.notify_one();
    }

    /// Delivers records as they are added, and removes old ones, for ever.
    pub(crate) async fn run(&self, surroundings: &Surroundings<'_>) {
        let mut outages = BTreeMap::new();
        loop {
            if let Some(endpoint) = &self.endpoint {
                self.deliver(endpoint, surroundings, &mut outages).await;
            }
            self.remove_old(surroundings);
            let retry_at = outages.values().map(|outage: &Outage| outage.retry_at).min();
            tokio::select! {
                () = self.added.notified() => {}
                () = async { sleep_until(retry_at.unwrap_or_else(Instant::now)).await }, if retry_at.is_some() => {}
            }
        }
    }

    /// Removes the oldest records. A failure is repeated with the next record.
    fn remove_old(&self, Surroundings { store, clock, .. }: &Surroundings<'_>) {
        let with_waiting = self.endpoint.is_none();
        if store.read(|db| stream_records::is_any_old(db, with_waiting)).unwrap_or_default() {
            let _ = store.write(clock.now(), |db| stream_records::delete_old(db, with_waiting));
        }
    }

    /// Delivers what waits for each stream, except those whose outage lasts.
    async fn deliver(
        &self,
        endpoint: &Endpoint,
        surroundings: &Surroundings<'_>,
        outages: &mut BTreeMap<StreamArn, Outage>,
    ) {
        let Surroundings { store, log, .. } = surroundings;
        let mut waiting = HashSet::new();
        let mut after = String::new();
        // A store that cannot be read now can be read later.
        while let Ok(Some(stream)) = store.read(|db| stream_records::next_waiting_stream(db, &after)) {
            stream.as_str().clone_into(&mut after);
            waiting.insert(stream.clone());
            let before = outages.get(&stream);
            if before.is_some_and(|outage| outage.retry_at > Instant::now()) {
                continue;
            }
            match deliver_stream(endpoint, surroundings, &stream).await {
                Ok(()) => {
                    if outages.remove(&stream).is_some() {
                        log.notice(&format!("stream {}: it accepts records again", stream.as_str()));
                    }
                }
                Err(cause) => {
                    if before.is_none() {
                        let cause = cut(&cause, LONGEST_CAUSE);
                        let text =
                            format!("stream {}: {cause}; its records wait and are retried", stream.as_str());
                        log.notice(&text);
                    }
                    let outage = Outage::after(before);
                    outages.insert(stream, outage);
                }
            }
        }
        // Of a world that was replaced, or whose records were removed.
        outages.retain(|stream, _| waiting.contains(stream));
    }
}

/// Delivers all that waits for a stream, in order; or else, why some of it still waits.
async fn deliver_stream(
    endpoint: &Endpoint,
    surroundings: &Surroundings<'_>,
    stream: &StreamArn,
) -> Result<(), String> {
    loop {
        let window = surroundings
            .store
            .read(|db| stream_records::waiting(db, stream, WINDOW))
            .map_err(|error| format!("the store: {error}"))?;
        if window.is_empty() {
            return Ok(());
        }
        deliver_window(endpoint, surroundings, stream, window).await?;
    }
}

/// Delivers records of a stream. Once one has failed, later ones of its channel wait, and those of others do not.
async fn deliver_window(
    endpoint: &Endpoint,
    surroundings: &Surroundings<'_>,
    stream: &StreamArn,
    mut left: Vec<WaitingRecord>,
) -> Result<(), String> {
    let largest = Destination::of(stream).protocol.bytes;
    let mut failed: Option<String> = None;
    while !left.is_empty() {
        let (batch, rest) = next_batch(left, largest);
        let outcomes = endpoint.put(stream, &batch).await?;
        let mut delivered = Vec::new();
        let mut blocked = HashSet::new();
        for (record, outcome) in batch.into_iter().zip(outcomes) {
            match outcome {
                None => delivered.push(record),
                Some(code) => {
                    blocked.insert(record.channel);
                    failed.get_or_insert_with(|| format!("some records were not accepted: {code}"));
                }
            }
        }
        set_delivered(surroundings, &delivered).await?;
        left = rest.into_iter().filter(|record| !blocked.contains(&record.channel)).collect();
    }
    failed.map_or(Ok(()), Err)
}

/// Takes the first record of each channel, as many as a request may have. Any of a request may fail, so two records of
/// a channel in one request could end up in the wrong order.
fn next_batch(left: Vec<WaitingRecord>, largest: usize) -> (Vec<WaitingRecord>, Vec<WaitingRecord>) {
    let (mut batch, mut rest): (Vec<WaitingRecord>, Vec<WaitingRecord>) = (Vec::new(), Vec::new());
    let mut channels = HashSet::new();
    let mut bytes = 0;
    for record in left {
        let size = record.data.len() + record.channel.len();
        let is_first = channels.insert(record.channel.clone());
        let fits = batch.len() < LARGEST_REQUEST && (bytes + size <= largest || batch.is_empty());
        if is_first && fits {
            bytes += size;
            batch.push(record);
        } else {
            rest.push(record);
        }
    }
    (batch, rest)
}

/// Notes that records were delivered, once no other program writes to the file.
async fn set_delivered(
    Surroundings { store, clock, .. }: &Surroundings<'_>,
    delivered: &[WaitingRecord],
) -> Result<(), String> {
    let began = Instant::now();
    loop {
        match store.write(clock.now(), |db| stream_records::set_delivered(db, delivered)) {
            Err(_) if began.elapsed() < LONGEST_WAIT => sleep(BETWEEN_TRIES).await,
            written => return written.map_err(|error| format!("the store: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(key: i64, channel: &str, bytes: usize) -> WaitingRecord {
        WaitingRecord { key, channel: channel.to_owned(), data: "x".repeat(bytes) }
    }

    fn keys(records: &[WaitingRecord]) -> Vec<i64> {
        records.iter().map(|record| record.key).collect()
    }

    #[test]
    fn a_request_has_the_first_record_of_each_channel() {
        let left = vec![record(1, "a", 1), record(2, "b", 1), record(3, "a", 1), record(4, "c", 1)];
        let (batch, rest) = next_batch(left, 1000);
        assert_eq!((keys(&batch), keys(&rest)), (vec![1, 2, 4], vec![3]));
    }

    #[test]
    fn a_record_that_does_not_fit_waits_before_later_ones_of_its_channel() {
        let left = vec![record(1, "a", 50), record(2, "b", 90), record(3, "b", 10), record(4, "c", 10)];
        let (batch, rest) = next_batch(left, 100);
        assert_eq!((keys(&batch), keys(&rest)), (vec![1, 4], vec![2, 3]));
        let (batch, rest) = next_batch(vec![record(1, "a", 5000), record(2, "b", 1)], 100);
        assert_eq!((keys(&batch), keys(&rest)), (vec![1], vec![2]));
    }

    #[test]
    fn a_request_has_at_most_five_hundred_records() {
        let left = (0..1200).map(|key| record(key, &key.to_string(), 1)).collect();
        let (batch, rest) = next_batch(left, KINESIS.bytes);
        assert_eq!((batch.len(), rest.len()), (500, 700));
    }

    #[test]
    fn a_partition_key_has_at_most_256_characters() {
        assert_eq!(partition_key("arn:é"), "arn:é");
        let long = format!("arn:{}/channel/é", "x".repeat(1000));
        assert_eq!(partition_key(&long).chars().count(), 256);
        assert!(partition_key(&long).ends_with("x/channel/é"));
    }

    #[test]
    fn a_destination_is_in_the_arn() {
        for (arn, service, region, name) in [
            (
                "arn:aws:kinesis:eu-central-1:123456789012:stream/chime-messaging-a",
                "kinesis",
                "eu-central-1",
                "chime-messaging-a",
            ),
            (
                "arn:aws:firehose:us-east-1:123456789012:deliverystream/chime-messaging-b",
                "firehose",
                "us-east-1",
                "chime-messaging-b",
            ),
        ] {
            let stream = arn.parse().unwrap();
            let destination = Destination::of(&stream);
            assert_eq!(destination.protocol.service, service);
            assert_eq!((destination.region, destination.name), (region, name));
        }
    }

    #[tokio::test]
    async fn waits_grow_up_to_a_limit() {
        let mut outage = Outage::after(None);
        assert!(outage.retry_at <= Instant::now() + WAITS.0);
        for _ in 0..100 {
            outage = Outage::after(Some(&outage));
        }
        assert!(outage.retry_at <= Instant::now() + WAITS.1);
    }

    #[test]
    fn an_endpoint_is_an_http_url() {
        for url in ["http://localhost:4566", "https://kinesis.us-east-1.amazonaws.com/", "http://[::1]:1"] {
            assert!(parse_endpoint(url).is_ok(), "{url}");
        }
        for url in ["", "localhost:4566", "ftp://localhost", "/path", "http://"] {
            assert!(parse_endpoint(url).unwrap_err().contains("is not a URL"), "{url}");
        }
    }
}
