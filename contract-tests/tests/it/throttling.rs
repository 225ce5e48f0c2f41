//! The quotas: off unless asked for, by bearer, by the clock that is given.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use chime_client::{AppInstanceUserArn, Clock, Exception, RetryPolicy};
use chime_local::{Demo, LocalService, Quotas, RunningService};

use contract_tests::client::client_of;

/// A service whose clock shows the milliseconds that are set, and that clock.
async fn start(quotas: Option<Quotas>) -> (RunningService, Clock, Arc<AtomicU64>) {
    let milliseconds = Arc::new(AtomicU64::new(0));
    let shown = Arc::clone(&milliseconds);
    let clock = Clock::new(move || {
        SystemTime::UNIX_EPOCH
            + Duration::from_hours(24)
            + Duration::from_millis(shown.load(Ordering::Relaxed))
    });
    let mut local = LocalService::demo().clock(clock.clone());
    if let Some(quotas) = quotas {
        local = local.throttle(quotas);
    }
    (local.start().await.unwrap(), clock, milliseconds)
}

/// How many of forty questions of a user about themselves are answered. The others are throttled.
async fn answered(local: &RunningService, clock: &Clock, user: &AppInstanceUserArn) -> usize {
    let policy = RetryPolicy { max_attempts: 1, ..RetryPolicy::default() };
    let client = client_of(local).clock(clock.clone());
    let client = client.retry(policy).build().unwrap();
    let mut answered = 0;
    for _ in 0..40 {
        let call = client
            .describe_channel_membership_for_app_instance_user()
            .channel_arn(Demo::new().channel_arn())
            .app_instance_user_arn(user)
            .chime_bearer(user);
        match call.send().await {
            Ok(_) => answered += 1,
            Err(error) => {
                assert_eq!(error.exception(), Some(&Exception::ThrottledClientException), "{error}");
                assert_eq!(error.service_error().unwrap().status, 429);
            }
        }
    }
    answered
}

#[tokio::test]
async fn calls_above_the_quota_are_throttled_for_their_bearer_alone() {
    for (quotas, quota) in [(None, 40), (Some(Quotas::UsEast1), 10), (Some(Quotas::EuCentral1), 5)] {
        let (local, clock, _) = start(quotas).await;
        let demo = Demo::new();
        let [alice, bob, _] = demo.app_instance_user_arns();
        assert_eq!(answered(&local, &clock, alice).await, quota, "{quotas:?}");
        assert_eq!(answered(&local, &clock, bob).await, quota, "{quotas:?}");
    }
}

#[tokio::test]
async fn the_quota_comes_back_with_the_clock() {
    let (local, clock, milliseconds) = start(Some(Quotas::UsEast1)).await;
    let alice = Demo::new().app_instance_user_arn();
    for (time, expected) in [(0, 10), (99, 0), (100, 1), (400, 3), (1400, 10), (60_000, 10)] {
        milliseconds.store(time, Ordering::Relaxed);
        assert_eq!(answered(&local, &clock, &alice).await, expected, "after {time} ms");
    }
}

#[tokio::test]
async fn a_throttled_call_uses_up_no_fault() {
    let (local, clock, _) = start(Some(Quotas::EuCentral1)).await;
    let alice = Demo::new().app_instance_user_arn();
    answered(&local, &clock, &alice).await;
    local.fail(Exception::ConflictException, Some(1));
    assert_eq!(answered(&local, &clock, &alice).await, 0);
    assert_eq!(local.faults().len(), 1);
}
