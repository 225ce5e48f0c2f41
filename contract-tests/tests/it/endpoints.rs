//! Endpoints, against those that botocore's rules resolve to.

use chime_client::operation::{Operation, Service};
use chime_client::{ClientBuilder, ErrorKind};
use chime_transport::EndpointSettings;
use serde::Deserialize;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use contract_tests::client::client;
use contract_tests::data;
use contract_tests::recorded::example;

#[derive(Deserialize)]
struct Case {
    region: String,
    use_fips: bool,
    use_dualstack: bool,
    url: String,
}

#[test]
fn every_region_resolves_as_botocore_resolves_it() {
    let cases: Vec<Case> = data::json("data/endpoints.json");
    assert_eq!(cases.len(), 52);
    for case in cases {
        for service in [Service::Messaging, Service::Identity] {
            let endpoint = EndpointSettings {
                service,
                region: Some(case.region.clone()),
                endpoint_url: None,
                use_fips_endpoint: case.use_fips,
                use_dualstack_endpoint: case.use_dualstack,
            }
            .resolve()
            .unwrap();
            // The rules of the two services differ by that name alone.
            let url = case.url.replace("messaging-chime", service.endpoint_prefix());
            assert_eq!((endpoint.url(), endpoint.region()), (url, case.region.as_str()));
        }
    }
}

/// A service that answers everything with nothing.
async fn service() -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string("{}")).mount(&server).await;
    server
}

#[tokio::test]
async fn each_operation_goes_to_its_service_signed_for_chime() {
    let (messaging, identity) = (service().await, service().await);
    let in_code = client(&messaging.uri()).identity_endpoint_url(identity.uri());
    let (messaging_url, identity_url) = (messaging.uri(), identity.uri());
    let from_environment = ClientBuilder::from_lookup(move |name| match name {
        "AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING" => Some(messaging_url.clone()),
        "AWS_ENDPOINT_URL_CHIME_SDK_IDENTITY" => Some(identity_url.clone()),
        "AWS_ENDPOINT_URL" => Some("http://other.invalid".to_owned()),
        "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("x".to_owned()),
        _ => None,
    });
    for client in [in_code, from_environment.unwrap()] {
        let client = client.build().unwrap();
        macro_rules! check {
            ($($method:ident: $Operation:ident, $Builder:ident, $bearer:ident;)*) => { $(
                client.call(example::<chime_client::operations::$Operation>()).await.unwrap();
                let (here, there) = match example::<chime_client::operations::$Operation>().service() {
                    Service::Identity => (&identity, &messaging),
                    _ => (&messaging, &identity),
                };
                let [request] = &here.received_requests().await.unwrap()[..] else {
                    panic!("{}: one request", stringify!($Operation))
                };
                let authorization = request.headers["authorization"].to_str().unwrap();
                assert!(authorization.contains("/us-east-1/chime/aws4_request, "), "{authorization}");
                assert!(there.received_requests().await.unwrap().is_empty(), "{}", stringify!($Operation));
                here.reset().await;
                let answer = ResponseTemplate::new(200).set_body_string("{}");
                Mock::given(any()).respond_with(answer).mount(here).await;
            )* };
        }
        chime_client::for_each_operation!(check);
    }
}

#[tokio::test]
async fn an_address_of_the_messaging_service_is_not_the_identity_services() {
    let messaging = service().await;
    let url = messaging.uri();
    let client = ClientBuilder::from_lookup(move |name| match name {
        "AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING" => Some(url.clone()),
        "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("x".to_owned()),
        _ => None,
    });
    let client = client.unwrap().build().unwrap();
    client.call(example::<chime_client::operations::ListChannels>()).await.unwrap();
    let error = client.call(example::<chime_client::operations::ListAppInstanceUsers>()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Config(_)), "{error}");
    assert!(error.to_string().starts_with("ListAppInstanceUsers: region: none is set"), "{error}");
    assert_eq!((error.attempts(), error.may_have_reached_service()), (0, false));
    assert_eq!(messaging.received_requests().await.unwrap().len(), 1);
}
