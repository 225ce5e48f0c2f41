//! The local service: who may ask about whom, and what it answers on the wire.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use chime_client::operation::Operation;
use chime_client::operations::DescribeChannelMembershipForAppInstanceUser;
use chime_client::{AppInstanceUserArn, ChannelArn, Client, Clock, Credentials, Exception, wire};
use chime_local::{Demo, LocalService, RunningService};
use chime_transport::sigv4::Signer;
use chime_transport::{Config, EndpointSettings, Error, Transport};
use http::{Request, Response};

use contract_tests::arns::{BEARER, CHANNEL, USER};
use contract_tests::client::{client, client_of};

async fn start() -> RunningService {
    LocalService::demo().start().await.unwrap()
}

fn connect(local: &RunningService) -> Client {
    client_of(local).build().unwrap()
}

fn question(
    channel: &ChannelArn,
    user: &AppInstanceUserArn,
    bearer: &AppInstanceUserArn,
) -> DescribeChannelMembershipForAppInstanceUser {
    DescribeChannelMembershipForAppInstanceUser::builder()
        .channel_arn(channel.clone())
        .app_instance_user_arn(user.clone())
        .chime_bearer(bearer.clone())
        .build()
        .unwrap()
}

/// Sends a request that is signed properly and made in no other way.
async fn send(local: &RunningService, request: Request<Bytes>) -> Result<Response<Bytes>, Error> {
    let endpoint = EndpointSettings { endpoint_url: Some(local.endpoint_url()), ..Default::default() }
        .resolve()
        .unwrap();
    let mut config = Config::new(endpoint, Arc::new(local.credentials()));
    config.retry.max_attempts = 1;
    let transport = Transport::new(config).unwrap();
    let metadata = &DescribeChannelMembershipForAppInstanceUser::METADATA;
    let answer = transport.call(metadata, &|| Ok(request.clone())).await?;
    let debug = format!("{answer:?}");
    assert!(debug.contains("bytes]") && !debug.contains("General"), "{debug}");
    Ok(answer.response)
}

/// The refusal of a request that is made from the demo user's own by `change`.
async fn refusal(local: &RunningService, change: impl FnOnce(&mut Request<Bytes>)) -> Error {
    let demo = Demo::new();
    let alice = demo.app_instance_user_arn();
    let mut request = wire::encode_request(&question(&demo.channel_arn(), &alice, &alice)).unwrap();
    change(&mut request);
    send(local, request).await.unwrap_err()
}

#[tokio::test]
async fn the_roles_decide_who_may_ask_about_whom() {
    let local = start().await;
    let client = connect(&local);
    let demo = Demo::new();
    let [alice, bob, carol] = demo.app_instance_user_arns();
    let [general, board] = demo.channel_arns();
    let admin = &demo.administrator_arn();
    let nobody: AppInstanceUserArn = format!("{}/user/nobody", demo.app_instance_arn()).parse().unwrap();
    let nowhere: ChannelArn = format!("{}/channel/nowhere", demo.app_instance_arn()).parse().unwrap();
    let elsewhere: ChannelArn = CHANNEL.parse().unwrap();
    let stranger: AppInstanceUserArn = USER.parse().unwrap();
    let (forbidden, unauthorized) = ("ForbiddenException", "UnauthorizedClientException");

    // channel, user, bearer; name of the channel and type of the membership, or the exception
    let cases = [
        // Members, about themselves.
        (general, alice, alice, Ok(("General", "DEFAULT"))),
        (general, bob, bob, Ok(("General", "DEFAULT"))),
        (general, carol, carol, Ok(("General", "HIDDEN"))),
        (board, alice, alice, Ok(("Board", "DEFAULT"))),
        // Members, about others.
        (general, bob, alice, Err(forbidden)),
        (board, alice, bob, Err(forbidden)),
        // A user who is not a member, about themselves.
        (board, bob, bob, Err(forbidden)),
        (general, admin, admin, Err(forbidden)),
        // The administrator, about everybody.
        (general, alice, admin, Ok(("General", "DEFAULT"))),
        (general, carol, admin, Ok(("General", "HIDDEN"))),
        (board, alice, admin, Ok(("Board", "DEFAULT"))),
        (board, bob, admin, Err(forbidden)),
        (general, &nobody, admin, Err(forbidden)),
        // What does not exist.
        (&nowhere, alice, alice, Err(forbidden)),
        (&nowhere, alice, admin, Err(forbidden)),
        (&elsewhere, alice, admin, Err(forbidden)),
        (general, &nobody, &nobody, Err(unauthorized)),
        (general, alice, &stranger, Err(unauthorized)),
    ];
    for (channel, user, bearer, expected) in cases {
        let context = format!("{channel} {user} by {bearer}");
        let answer = client.call(question(channel, user, bearer)).await;
        match expected {
            Ok((name, r#type)) => {
                let membership = answer.expect(&context).channel_membership.unwrap();
                let summary = membership.channel_summary.unwrap();
                assert_eq!(
                    (summary.name.unwrap().as_str(), summary.channel_arn.as_ref()),
                    (name, Some(channel))
                );
                let user = membership.app_instance_user_membership_summary.unwrap();
                assert_eq!(user.r#type.unwrap().as_str(), r#type, "{context}");
            }
            Err(exception) => {
                let error = answer.expect_err(&context);
                assert_eq!(error.exception().map(Exception::as_str), Some(exception), "{context}");
            }
        }
    }
}

#[tokio::test]
async fn the_demo_world_has_the_read_and_the_unread() {
    let local = start().await;
    let client = connect(&local);
    let demo = Demo::new();
    let [alice, bob, carol] = demo.app_instance_user_arns();
    let [general, board] = demo.channel_arns();
    // Whether the marker is earlier than the last message, equal to it, or missing.
    let cases = [
        (general, alice, Some(std::cmp::Ordering::Less)),
        (general, bob, None),
        (general, carol, Some(std::cmp::Ordering::Equal)),
        (board, alice, Some(std::cmp::Ordering::Equal)),
    ];
    for (channel, user, expected) in cases {
        let answer = client.call(question(channel, user, user)).await.unwrap().channel_membership.unwrap();
        let last = answer.channel_summary.unwrap().last_message_timestamp.unwrap();
        let marker = answer.app_instance_user_membership_summary.unwrap().read_marker_timestamp;
        assert_eq!(marker.map(|marker| marker.cmp(&last)), expected, "{channel} {user}");
    }
}

#[tokio::test]
async fn a_missing_or_malformed_parameter_gets_the_answer_of_the_service() {
    let local = start().await;
    let uri = |request: &Request<Bytes>, from: &str, to: &str| {
        request.uri().to_string().replacen(from, to, 1).parse::<http::Uri>().unwrap()
    };

    // A bearer that is absent, malformed or of an unknown user.
    for bearer in [None, Some("alice"), Some(BEARER)] {
        let error = refusal(&local, |request| {
            request.headers_mut().remove("x-amz-chime-bearer");
            if let Some(bearer) = bearer {
                request.headers_mut().insert("x-amz-chime-bearer", bearer.parse().unwrap());
            }
        })
        .await;
        assert_eq!(error.exception(), Some(&Exception::UnauthorizedClientException), "{bearer:?}");
        assert_eq!(error.service_error().unwrap().status, 401);
        let message = error.service_error().unwrap().message.clone().unwrap();
        assert!(message.contains("invalid app instance user ARN"), "{message}");
    }

    // Parameters.
    let cases = [
        ("app-instance-user-arn=", "app-instance-user-arnx=", "AppInstanceUserArn"),
        ("app-instance-user-arn=arn", "app-instance-user-arn=", "AppInstanceUserArn"),
        ("/channels/arn", "/channels/x", "ChannelArn"),
        ("%2Fchannel%2F", "%2Fuser%2F", "ChannelArn"),
        ("%2Fchannel%2F", "%FF", "ChannelArn"),
    ];
    for (from, to, parameter) in cases {
        let error = refusal(&local, |request| *request.uri_mut() = uri(request, from, to)).await;
        assert_eq!(error.exception(), Some(&Exception::BadRequestException), "{from} {to}");
        let message = error.service_error().unwrap().message.clone().unwrap();
        assert!(message.starts_with(parameter), "{message}");
    }

    // A request that is not an operation.
    for (from, to) in [("/channels/", "/flows/"), ("/channels/", "/channels/x/")] {
        let error = refusal(&local, |request| *request.uri_mut() = uri(request, from, to)).await;
        assert_eq!(error.exception().unwrap().as_str(), "UnknownOperationException");
        assert_eq!(error.service_error().unwrap().status, 404);
    }
}

#[tokio::test]
async fn every_documented_exception_can_be_asked_for_and_looks_like_the_services() {
    for name in DescribeChannelMembershipForAppInstanceUser::METADATA.errors {
        let local = LocalService::demo().fault(format!("{name}:1").parse().unwrap()).start().await.unwrap();
        let alice = Demo::new().app_instance_user_arn();
        let question = || question(&Demo::new().channel_arn(), &alice, &alice);
        let error = send(&local, wire::encode_request(&question()).unwrap()).await.unwrap_err();
        let refusal = error.service_error().unwrap();
        let exception = Exception::from(*name);
        assert_eq!(refusal.exception, Some(exception.clone()));
        assert_eq!(Some(refusal.status), exception.status());
        assert_eq!(refusal.code.as_deref(), exception.code());
        assert!(refusal.body.starts_with(b"{\"Code\":"), "{:?}", refusal.body);
        let id = refusal.request_id.as_deref().unwrap();
        assert_eq!(id.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{id} is not a UUID");
        // It applies once.
        assert!(connect(&local).call(question()).await.is_ok());
    }
}

#[tokio::test]
async fn faults_are_answered_in_their_order_and_retries_get_past_them() {
    let local = start().await;
    let client = connect(&local);
    let alice = Demo::new().app_instance_user_arn();
    let ask = || client.call(question(&Demo::new().channel_arn(), &alice, &alice));
    local.fail(Exception::ThrottledClientException, Some(2));
    assert!(ask().await.is_ok(), "two failures, three attempts");
    local.fail(Exception::ServiceUnavailableException, Some(2));
    local.fail(Exception::ForbiddenException, Some(1));
    let error = ask().await.unwrap_err();
    assert!(error.is_forbidden() && error.attempts() == 3, "{error}");
    local.fail(Exception::ThrottledClientException, None);
    for _ in 0..3 {
        let error = ask().await.unwrap_err();
        assert!(error.is_throttled() && error.attempts() == 3, "{error}");
    }
}

#[tokio::test]
async fn iams_denial_can_be_asked_for_too() {
    let local = start().await;
    local.fail("AccessDeniedException".into(), Some(1));
    let alice = Demo::new().app_instance_user_arn();
    let error = connect(&local).call(question(&Demo::new().channel_arn(), &alice, &alice)).await.unwrap_err();
    assert!(error.is_access_denied() && !error.is_forbidden(), "{error}");
    assert_eq!(error.service_error().unwrap().status, 403);
}

#[tokio::test]
async fn a_refused_signature_uses_no_fault_up() {
    let local = start().await;
    local.fail(Exception::ConflictException, Some(1));
    let alice = Demo::new().app_instance_user_arn();
    let question = || question(&Demo::new().channel_arn(), &alice, &alice);
    let stranger = client(&local.endpoint_url()).build().unwrap();
    let error = stranger.call(question()).await.unwrap_err();
    assert_eq!(error.exception().unwrap().as_str(), "UnrecognizedClientException");
    let error = connect(&local).call(question()).await.unwrap_err();
    assert_eq!(error.exception(), Some(&Exception::ConflictException));
}

#[tokio::test]
async fn an_answer_has_a_request_id_of_its_own() {
    let local = start().await;
    let alice = Demo::new().app_instance_user_arn();
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..3 {
        let request = wire::encode_request(&question(&Demo::new().channel_arn(), &alice, &alice)).unwrap();
        let answer = send(&local, request).await.unwrap();
        ids.insert(answer.headers()["x-amzn-requestid"].to_str().unwrap().to_owned());
    }
    assert!(ids.len() == 3 && ids.iter().all(|id| id.len() == 36), "{ids:?}");
}

#[tokio::test]
async fn once_it_is_stopped_its_port_is_free() {
    let local = start().await;
    let port = local.endpoint_url().rsplit(':').next().unwrap().parse().unwrap();
    local.stop().await;
    LocalService::demo().port(port).start().await.unwrap().stop().await;
}

#[tokio::test]
async fn dropping_it_ends_it() {
    let local = start().await;
    let client = connect(&local);
    let alice = Demo::new().app_instance_user_arn();
    let question = || question(&Demo::new().channel_arn(), &alice, &alice);
    client.call(question()).await.unwrap();
    let again = question();
    drop(local);
    let error = client.call(again).await.unwrap_err();
    assert!(error.service_error().is_none(), "{error}");
}

#[tokio::test]
async fn a_signature_is_accepted_within_five_minutes_of_the_clock_and_by_its_credentials_alone() {
    const LIMIT: Duration = Duration::from_mins(5);
    const BEYOND: Duration = Duration::from_secs(301);

    let now = SystemTime::UNIX_EPOCH + Duration::from_hours(1);
    let at = |time: SystemTime| Clock::new(move || time);
    let with_token = |id, secret, token| Credentials::new(id, secret).with_session_token(token);
    let right = with_token("AKID", "secret", "token");
    let local = LocalService::demo().credentials(right.clone()).clock(at(now)).start().await.unwrap();
    let cases: [(Credentials, SystemTime, Option<&str>); 9] = [
        (right.clone(), now, None),
        (right.clone(), now - LIMIT, None),
        (right.clone(), now + LIMIT, None),
        (right.clone(), now - BEYOND, Some("Signature expired")),
        (right, now + BEYOND, Some("Signature not yet current")),
        (Credentials::new("AKID", "secret"), now, Some("security token")),
        (with_token("AKID", "secret", "other"), now, Some("security token")),
        (with_token("OTHER", "secret", "token"), now, Some("security token")),
        (with_token("AKID", "other", "token"), now, Some("does not match")),
    ];
    let alice = Demo::new().app_instance_user_arn();
    for (credentials, time, refusal) in cases {
        let mut request =
            wire::encode_request(&question(&Demo::new().channel_arn(), &alice, &alice)).unwrap();
        *request.uri_mut() = format!("{}{}", local.endpoint_url(), request.uri()).parse().unwrap();
        Signer::default().sign(&mut request, &credentials, "us-east-1", time.into()).unwrap();
        let answer = local.answer(request).await.unwrap();
        let body = String::from_utf8_lossy(answer.body());
        assert_eq!(answer.status(), if refusal.is_some() { 403 } else { 200 }, "{body}");
        assert!(body.contains(refusal.unwrap_or_default()), "{body} does not say {refusal:?}");
    }
}

#[tokio::test]
async fn signatures_of_several_credentials_regions_and_days_are_accepted_in_turns() {
    let midnight = SystemTime::UNIX_EPOCH + Duration::from_hours(24);
    let credentials = [Credentials::new("ONE", "secret"), Credentials::new("OTHER", "another")];
    let mut service = LocalService::demo().clock(Clock::new(move || midnight));
    for accepted in &credentials {
        service = service.credentials(accepted.clone());
    }
    let local = service.start().await.unwrap();
    let alice = Demo::new().app_instance_user_arn();
    for number in 0..16 {
        // From one to the next, one bit changes: the Gray code.
        let turn = number ^ (number >> 1);
        let credentials = &credentials[turn & 1];
        let region = ["us-east-1", "eu-central-1"][(turn >> 1) & 1];
        let time = [midnight - Duration::from_secs(1), midnight][(turn >> 2) & 1];
        let mut request =
            wire::encode_request(&question(&Demo::new().channel_arn(), &alice, &alice)).unwrap();
        *request.uri_mut() = format!("{}{}", local.endpoint_url(), request.uri()).parse().unwrap();
        Signer::default().sign(&mut request, credentials, region, time.into()).unwrap();
        let answer = local.answer(request).await.unwrap();
        assert_eq!(answer.status(), 200, "{number}: {}", String::from_utf8_lossy(answer.body()));
    }
}

#[tokio::test]
async fn a_client_whose_clock_is_off_learns_the_time_from_a_refusal() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_hours(1);
    let at = |time: SystemTime| Clock::new(move || time);
    let local = LocalService::demo().clock(at(now)).start().await.unwrap();
    let alice = Demo::new().app_instance_user_arn();
    let mut refused = 0;
    for off in [now - Duration::from_secs(301), now + Duration::from_secs(301), now + Duration::from_hours(9)]
    {
        let client = client_of(&local).clock(at(off)).build().unwrap();
        for _ in 0..3 {
            client.call(question(&Demo::new().channel_arn(), &alice, &alice)).await.unwrap();
        }
        // Once for each client, not for each call.
        refused += 1;
        let statuses = local.requests().into_iter().map(|record| record.status);
        assert_eq!(statuses.filter(|status| *status == Some(403)).count(), refused, "{off:?}");
    }
}
