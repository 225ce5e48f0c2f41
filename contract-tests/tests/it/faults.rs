//! Faults on demand: what goes wrong, with which operation, how often, and by which of the ways it is set.

use std::time::Duration;

use chime_client::operations::{DescribeChannelMembershipForAppInstanceUser, ListChannels};
use chime_client::{Client, Credentials, Error, Exception, RetryPolicy, Timeouts};
use chime_local::{Demo, Fault, LocalService, RunningService};
use http::StatusCode;

use contract_tests::client::client_of;
use contract_tests::connection::{administrative, connect, send, signed};

/// A client that attempts a call once.
fn once(local: &RunningService) -> Client {
    let policy = RetryPolicy { max_attempts: 1, ..RetryPolicy::default() };
    client_of(local).retry(policy).build().unwrap()
}

/// The demo user's own question.
async fn ask(client: &Client) -> Result<(), Error> {
    let demo = Demo::new();
    let call = client
        .describe_channel_membership_for_app_instance_user()
        .channel_arn(demo.channel_arn())
        .app_instance_user_arn(demo.app_instance_user_arn())
        .chime_bearer(demo.app_instance_user_arn());
    call.send().await.map(|_| ())
}

/// What that many calls meet: nothing, an exception, or a connection that was closed.
async fn meet(local: &RunningService, calls: usize) -> Vec<String> {
    let mut met = Vec::new();
    for _ in 0..calls {
        // On a connection of its own: one that is closed before it brings a second answer is not the call's fault.
        met.push(match ask(&once(local)).await {
            Ok(()) => "ok".to_owned(),
            Err(error) => match error.exception() {
                Some(exception) => exception.as_str().to_owned(),
                None => "closed".to_owned(),
            },
        });
    }
    met
}

#[tokio::test]
async fn a_fault_strikes_however_it_was_set() {
    let cases: [(&[&str], &[&str]); 6] = [
        (&["ConflictException:2"], &["ConflictException", "ConflictException", "ok"]),
        (&["drop:2"], &["closed", "closed", "ok"]),
        (&["drop@0", "ExpiredTokenException:1"], &["ExpiredTokenException", "ok"]),
        (&["delay(1ms):1", "NotFoundException:1"], &["ok", "NotFoundException", "ok"]),
        (&["drop@1", "NotFoundException:1"], &["closed", "closed"]),
        (
            &["DescribeChannelMembershipForAppInstanceUser=ForbiddenException:1", "drop:1"],
            &["ForbiddenException", "closed", "ok"],
        ),
    ];
    for (texts, expected) in cases {
        let faults: Vec<Fault> = texts.iter().map(|text| text.parse().unwrap()).collect();

        let configured = faults.iter().cloned().fold(LocalService::demo(), LocalService::fault);
        let local = configured.start().await.unwrap();
        assert_eq!(meet(&local, expected.len()).await, expected, "{texts:?} from the start");

        let local = LocalService::demo().start().await.unwrap();
        for fault in &faults {
            local.fault(fault.clone());
        }
        assert_eq!(local.faults(), faults);
        assert_eq!(meet(&local, expected.len()).await, expected, "{texts:?} while it runs");

        let local = LocalService::demo().start().await.unwrap();
        let mut sender = connect(&local.endpoint_url()).await;
        let request = administrative("PUT", "faults", serde_json::to_vec(&faults).unwrap());
        assert_eq!(send(&mut sender, request).await.status(), StatusCode::OK);
        assert_eq!(meet(&local, expected.len()).await, expected, "{texts:?} over HTTP");
    }
}

#[tokio::test]
async fn a_fault_of_another_operation_is_passed_by() {
    let local = LocalService::demo().start().await.unwrap();
    local.fault(Fault::drop_connection().on::<ListChannels>());
    local.fault(Fault::exception(Exception::ConflictException).on::<ListChannels>().times(1));
    local.fault(
        Fault::exception(Exception::NotFoundException)
            .on::<DescribeChannelMembershipForAppInstanceUser>()
            .times(1),
    );
    assert_eq!(meet(&local, 2).await, ["NotFoundException", "ok"]);
    assert_eq!(local.faults().len(), 2);
    local.clear_faults();
    assert_eq!(local.faults(), []);
}

#[tokio::test]
async fn retries_get_past_a_connection_that_was_closed() {
    let local = LocalService::demo().fault("drop:2".parse().unwrap()).start().await.unwrap();
    let patient = client_of(&local).build().unwrap();
    ask(&patient).await.unwrap();
    let statuses: Vec<_> = local.requests().into_iter().map(|request| request.status).collect();
    assert_eq!(statuses, [None, None, Some(200)]);
}

#[tokio::test]
async fn a_delay_holds_up_its_own_call_and_no_other() {
    const DELAY: Duration = Duration::from_millis(200);
    let local = LocalService::demo().start().await.unwrap();
    local.fault(Fault::delay(DELAY).times(1));
    let client = once(&local);
    let started = tokio::time::Instant::now();
    ask(&client).await.unwrap();
    assert!(started.elapsed() >= DELAY, "{:?}", started.elapsed());
    assert!(local.requests()[0].duration >= DELAY, "{:?}", local.requests());

    // One call is held up for an hour; others are answered in the meantime.
    local.fault(Fault::delay(Duration::from_hours(1)).times(1));
    let mut held = connect(&local.endpoint_url()).await;
    held.ready().await.unwrap();
    let answer = held.send_request(signed(&local).map(http_body_util::Full::new));
    let mut answer = std::pin::pin!(answer);
    while !local.faults().is_empty() {
        tokio::select! {
            _ = &mut answer => panic!("answered at once"),
            () = tokio::task::yield_now() => {}
        }
    }
    ask(&client).await.unwrap();
    assert_eq!(local.requests().len(), 2);
}

#[tokio::test]
async fn a_seed_strikes_the_same_calls_again() {
    let mut struck = Vec::new();
    for seed in [7, 7, 8] {
        let fault = Fault::exception(Exception::ServiceFailureException).rate(0.5, seed);
        let local = LocalService::demo().fault(fault).start().await.unwrap();
        struck.push(meet(&local, 64).await);
    }
    let failures = struck[0].iter().filter(|met| *met == "ServiceFailureException").count();
    assert!((16..48).contains(&failures), "{failures} of 64");
    assert_eq!(struck[0], struck[1]);
    assert_ne!(struck[0], struck[2]);
}

#[tokio::test]
async fn a_call_refused_earlier_uses_up_no_fault() {
    let local = LocalService::demo().fault("ConflictException:1".parse().unwrap()).start().await.unwrap();
    let mut sender = connect(&local.endpoint_url()).await;
    let mut unsigned = signed(&local);
    unsigned.headers_mut().remove("authorization");
    assert_eq!(send(&mut sender, unsigned).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(local.faults().len(), 1);
    assert_eq!(send(&mut sender, signed(&local)).await.status(), StatusCode::CONFLICT);
    assert_eq!(send(&mut sender, signed(&local)).await.status(), StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn within_the_process_time_is_tokios() {
    let local = LocalService::demo().fault("delay(3600s):2".parse().unwrap()).start_in_process().unwrap();
    let client = |timeouts| {
        let builder = Client::builder().endpoint_url(local.endpoint_url()).credentials(local.credentials());
        builder.connector(local.connector()).timeouts(timeouts).build().unwrap()
    };
    let patient = Duration::from_hours(2);
    ask(&client(Timeouts { attempt: patient, call: patient, ..Timeouts::default() })).await.unwrap();
    // The second is given up after ten seconds, and asked again.
    let start = tokio::time::Instant::now();
    ask(&client(Timeouts::default())).await.unwrap();
    assert!((10..11).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    let statuses: Vec<_> = local.requests().into_iter().map(|record| record.status).collect();
    assert_eq!(statuses, [Some(200), None, Some(200)]);

    let connector = local.connector();
    local.stop().await;
    let gone =
        Client::builder().endpoint_url("http://localhost").credentials(Credentials::new("AKID", "secret"));
    let error = ask(&gone.connector(connector).build().unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("no connection: the local service has ended"), "{error}");
}
