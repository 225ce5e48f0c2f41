//! An authorizer that guards a route: only members of the channel get through.

#![allow(clippy::print_stderr, reason = "the example has no other log")]

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chime_client::{Admission, AppInstanceArn, Client, ErrorKind};

/// The client that the authorizer uses, and the app instance whose channels it guards.
#[derive(Clone)]
struct Gate {
    client: Client,
    app_instance: AppInstanceArn,
}

/// Lets members through and answers 403 to everyone else. If the membership is unknown, it answers 503 instead of 403.
async fn members_only(
    State(gate): State<Gate>,
    Path(channel): Path<String>,
    request: Request,
    next: Next,
) -> Response {
    // The authentication layer, which runs first, sets this header.
    let Some(user) = request.headers().get("x-user").and_then(|user| user.to_str().ok()) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let user = format!("{}/user/{user}", gate.app_instance);
    let channel = format!("{}/channel/{channel}", gate.app_instance);
    match gate.client.acting_as(&user).admission(channel, &user).await {
        Ok(Admission::Member(_)) => next.run(request).await,
        Ok(Admission::NotMemberOrNotVisible) => StatusCode::FORBIDDEN.into_response(),
        Err(error) if matches!(error.kind(), ErrorKind::InvalidParameter(_)) => {
            StatusCode::BAD_REQUEST.into_response()
        }
        // Throttled, unavailable, denied by IAM, no credentials: the membership is unknown.
        Err(error) => {
            eprintln!("{error}");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

fn router(gate: Gate) -> Router {
    Router::new()
        .route("/channels/{channel}/files", get(|| async { "the files" }))
        .route_layer(from_fn_with_state(gate, members_only))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app_instance =
        "arn:aws:chime:us-east-1:123456789012:app-instance/5c2d6f1e-6d3b-4a57-9a1f-0c1f2e3d4b5a".parse()?;
    let gate = Gate { client: Client::from_env()?, app_instance };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    axum::serve(listener, router(gate)).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use chime_client::{Exception, RetryPolicy};
    use chime_local::{Demo, LocalService};
    use tower_service::Service;

    use super::*;

    #[tokio::test]
    async fn only_members_get_through_and_a_failing_service_answers_503_to_everyone() {
        let local = LocalService::demo().start().await.unwrap();
        let client = Client::builder()
            .endpoint_url(local.endpoint_url())
            .credentials(local.credentials())
            .retry(RetryPolicy { max_attempts: 1, ..RetryPolicy::default() })
            .build()
            .unwrap();
        let mut router = router(Gate { client, app_instance: Demo::new().app_instance_arn() });
        let mut ask = async |channel: &str, user: &str| {
            let request = Request::get(format!("/channels/{channel}/files"))
                .header("x-user", user)
                .body(Body::empty())
                .unwrap();
            router.call(request).await.unwrap().status().as_u16()
        };
        assert_eq!(ask("board", "alice").await, 200);
        assert_eq!(ask("board", "bob").await, 403);
        assert_eq!(ask("nowhere", "alice").await, 403);
        assert_eq!(ask("board", "").await, 400);
        for exception in [
            Exception::ThrottledClientException,
            Exception::ServiceUnavailableException,
            "AccessDeniedException".into(),
            "ExpiredTokenException".into(),
        ] {
            local.fail(exception.clone(), Some(2));
            assert_eq!(ask("board", "alice").await, 503, "{exception}");
            assert_eq!(ask("board", "bob").await, 503, "{exception}");
        }
        assert_eq!(ask("board", "alice").await, 200);
    }
}
