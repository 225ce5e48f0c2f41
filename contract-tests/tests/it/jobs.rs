//! The gate, the badge, many requests at a time, and acting as somebody.

use std::time::{Duration, UNIX_EPOCH};

use chime_client::operations::DescribeChannelMembershipForAppInstanceUser as Describe;
use chime_client::{
    Admission, Client, Clock, Error, ErrorKind, Exception, Pacing, RetryPolicy, ServiceError, Unread,
};
use chime_local::{Demo, Fault, LocalService, RunningService};
use futures_util::{StreamExt, stream};

async fn local() -> (RunningService, Client) {
    let local = LocalService::demo().start().await.unwrap();
    let client = Client::builder()
        .endpoint_url(local.endpoint_url())
        .credentials(local.credentials())
        .retry(RetryPolicy { max_attempts: 1, ..RetryPolicy::default() })
        .build()
        .unwrap();
    (local, client)
}

/// What the gate makes of each answer that the service, IAM or something between may give.
#[tokio::test]
async fn every_exception_is_one_of_the_three() {
    let (local, client) = local().await;
    let demo = Demo::new();
    let alice = client.acting_as(demo.app_instance_user_arn());
    let ask = || alice.admission(demo.channel_arn(), demo.app_instance_user_arn());
    assert!(matches!(ask().await, Ok(Admission::Member(membership)) if membership.channel_summary.is_some()));

    for exception in Exception::NAMED {
        local.fail((*exception).into(), Some(1));
        let answer = ask().await;
        match *exception {
            "ForbiddenException" | "NotFoundException" => {
                assert_eq!(answer.unwrap(), Admission::NotMemberOrNotVisible, "{exception}");
            }
            _ => assert!(answer.is_err(), "{exception}"),
        }
    }
    let others = [
        "AccessDeniedException",
        "AccessDenied",
        "ThrottlingException",
        "TooManyRequestsException",
        "ExpiredTokenException",
        "UnrecognizedClientException",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "InternalFailure",
    ];
    for exception in others {
        local.fail(exception.into(), Some(1));
        assert!(ask().await.is_err(), "{exception}");
    }
    local.fault(Fault::drop_connection().times(8));
    assert!(matches!(ask().await.unwrap_err().kind(), ErrorKind::Io(_)));
    local.clear_faults();

    assert!(matches!(alice.admission("general", demo.app_instance_user_arn()).await.unwrap_err().kind(),
        ErrorKind::InvalidParameter(invalid) if invalid.parameter() == Some("ChannelArn")));
    assert!(
        matches!(client.acting_as("alice").admission(demo.channel_arn(), demo.app_instance_user_arn()).await
        .unwrap_err().kind(), ErrorKind::InvalidParameter(invalid) if invalid.parameter() == Some("ChimeBearer"))
    );
}

#[test]
fn an_answer_that_names_nothing_or_has_no_membership_is_an_error() {
    for status in [400, 401, 403, 404, 429, 500, 503] {
        let mut proxy = ServiceError::new(Exception::ForbiddenException);
        (proxy.exception, proxy.code, proxy.status) = (None, None, status);
        assert!(Admission::of(Err(Error::new(ErrorKind::Service(proxy)))).is_err(), "{status}");
    }
    for answer in ["{}", r#"{"ChannelMembership":null}"#] {
        let error = Admission::of(Ok(serde_json::from_str(answer).unwrap())).unwrap_err();
        assert!(error.to_string().contains("ChannelMembership is missing"), "{error}");
    }
}

#[tokio::test]
async fn acting_as_sets_the_bearer_of_every_call() {
    let (local, client) = local().await;
    let demo = Demo::new();
    let alice = client.acting_as(demo.app_instance_user_arn());
    let channel = alice.describe_channel().channel_arn(demo.channel_arn()).send().await.unwrap();
    assert!(channel.channel.is_some());
    let mut memberships = alice.list_channel_memberships_for_app_instance_user().into_stream();
    assert!(memberships.next().await.unwrap().is_ok());
    // The identity service has no bearers.
    alice.describe_app_instance().app_instance_arn(demo.app_instance_arn()).send().await.unwrap();
    assert_eq!(local.requests().len(), 3);
}

#[tokio::test]
async fn badges_are_in_order_and_a_failure_is_its_channels_own() {
    let (_local, client) = local().await;
    let demo = Demo::new();
    let [general, board] = demo.channel_arns().clone().map(|arn| arn.to_string());
    let user = demo.app_instance_user_arn();
    let nowhere = format!("{general}-2");
    let channels = [&general, &nowhere, &board, &"malformed".to_owned(), &general].map(Clone::clone);
    let badges = client.acting_as(&user).unread(channels, &user, &Pacing::new(100)).await;
    let badges: Vec<_> =
        badges.into_iter().map(|badge| badge.map_err(|error| error.is_forbidden())).collect();
    let expected =
        [Ok(Unread::AfterMarker), Err(true), Ok(Unread::Read), Err(false), Ok(Unread::AfterMarker)];
    assert_eq!(badges, expected);
}

/// A service that throttles at its quota, asked faster than that: every request has its answer.
#[tokio::test]
async fn throttling_slows_down_and_loses_nothing() {
    let (local, client) = local().await;
    local.fail(Exception::ThrottledClientException, Some(5));
    local.fail(Exception::ServiceFailureException, Some(1));
    let demo = Demo::new();
    let user = demo.app_instance_user_arn();
    let requests = (0..40).map(|number| {
        let request = Describe::builder()
            .channel_arn(demo.channel_arn())
            .app_instance_user_arn(&user)
            .chime_bearer(&user)
            .build();
        (number, request)
    });
    let pacing = Pacing::new(1000);
    let answers = client.describe_many(stream::iter(requests), &pacing).concurrency(7).as_they_come();
    let mut numbers: Vec<_> = answers
        .map(|(number, answer)| {
            answer.unwrap();
            number
        })
        .collect()
        .await;
    numbers.sort_unstable();
    assert_eq!(numbers, (0..40).collect::<Vec<_>>());
    assert_eq!((local.requests().len(), pacing.throttles()), (46, 5));
}

/// Asks one question, on a clock that waits for nobody.
async fn ask_one(local: &RunningService) -> Result<Unread, Error> {
    let client = Client::of(local).unwrap();
    let demo = Demo::new();
    let user = demo.app_instance_user_arn();
    let answers = client.acting_as(&user).unread([demo.channel_arn()], &user, &Pacing::new(10)).await;
    answers.into_iter().next().unwrap()
}

#[tokio::test(start_paused = true)]
async fn throttling_alone_fails_no_question_within_five_minutes() {
    let local = LocalService::demo().start_in_process().unwrap();
    local.fail(Exception::ThrottledClientException, Some(60));
    ask_one(&local).await.unwrap();
    assert_eq!(local.requests().len(), 61);

    local.fail(Exception::ThrottledClientException, None);
    let start = tokio::time::Instant::now();
    let error = ask_one(&local).await.unwrap_err();
    assert!(error.is_throttled(), "{error}");
    let took = start.elapsed().as_secs();
    // An attempt may have been waited for.
    assert!((300..340).contains(&took), "{took} s");
    let asked = local.requests().len() - 61;
    assert_eq!(usize::try_from(error.attempts()).unwrap(), asked);
    assert!(error.to_string().contains(&format!("after {asked} attempts in 3")), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_error_has_the_number_of_all_attempts() {
    let local = LocalService::demo().start_in_process().unwrap();
    for (exception, times, attempts) in [
        (Exception::BadRequestException, 1, "after 1 attempt in"),
        (Exception::ServiceFailureException, 3, "after 3 attempts in"),
    ] {
        local.fail(exception, Some(times));
        let error = ask_one(&local).await.unwrap_err();
        assert!(error.to_string().contains(attempts), "{error}");
    }
    // Throttling beside another failure counts too.
    local.fail(Exception::ThrottledClientException, Some(12));
    local.fail(Exception::ServiceFailureException, None);
    let error = ask_one(&local).await.unwrap_err();
    assert!(error.to_string().contains("after 15 attempts in"), "{error}");
}

/// On a clock that waits for nobody: a hundred calls of one bearer at ten a second take nine seconds, and the service,
/// which counts them, throttles none.
#[tokio::test(start_paused = true)]
async fn at_the_quota_nothing_is_throttled() {
    let start = tokio::time::Instant::now();
    let clock = Clock::new(move || UNIX_EPOCH + Duration::from_hours(24 * 20_000) + start.elapsed());
    let local =
        LocalService::demo().clock(clock).throttle(chime_local::Quotas::UsEast1).start_in_process().unwrap();
    let client = Client::of(&local).unwrap();
    let demo = Demo::new();
    let user = demo.app_instance_user_arn();
    let (pacing, channels) = (Pacing::of_region("us-east-1"), vec![demo.channel_arn(); 100]);
    let badges = client.acting_as(&user).unread(channels, &user, &pacing).await;
    assert!(badges.iter().all(Result::is_ok));
    assert_eq!(pacing.throttles(), 0);
    assert_eq!(start.elapsed().as_secs(), 9);
    assert!(start.elapsed() < Duration::from_millis(9200), "{:?}", start.elapsed());
}

/// One line makes a client of a service that runs: over a socket or within the process, for both services, with other
/// credentials and another time than the usual ones, and without waits.
#[tokio::test(start_paused = true)]
async fn a_client_of_a_local_service_calls_it_and_does_not_wait() {
    let service = || {
        let long_ago = UNIX_EPOCH + Duration::from_hours(24 * 10_000);
        LocalService::demo()
            .clock(Clock::new(move || long_ago))
            .credentials(chime_client::Credentials::new("AKIDTEST", "other"))
    };
    for local in [service().start_in_process().unwrap(), service().start().await.unwrap()] {
        let client = Client::of(&local).unwrap();
        let demo = Demo::new();
        client.describe_app_instance().app_instance_arn(demo.app_instance_arn()).send().await.unwrap();
        let user = demo.app_instance_user_arn();
        local.fail(Exception::ThrottledClientException, Some(2));
        let start = tokio::time::Instant::now();
        let admission = client.acting_as(&user).admission(demo.channel_arn(), &user).await.unwrap();
        assert!(matches!(admission, Admission::Member(_)));
        assert!(start.elapsed() < Duration::from_millis(10), "{:?}", start.elapsed());
        assert_eq!(local.requests().len(), 4);
    }
}
