//! Lists, page after page.

use chime_client::operation::Paginated;
use chime_client::operations::ListChannels;
use chime_client::{Client, ErrorKind, Exception, Pages, wire};
use serde_json::json;
use wiremock::matchers::{any, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use chime_client::operations::ALL;
use contract_tests::arns::{APP_INSTANCE, BEARER};
use contract_tests::client::client;
use contract_tests::recorded::example;
use contract_tests::service_model::model_of;

/// The token of the second page, which must be escaped.
const SECOND: &str = "a/+ =&é";

/// A page of channels of these names.
fn page(names: &[&str], token: Option<&str>) -> ResponseTemplate {
    let channels: Vec<_> = names.iter().map(|name| json!({ "Name": name })).collect();
    ResponseTemplate::new(200).set_body_json(json!({ "Channels": channels, "NextToken": token }))
}

async fn first(server: &MockServer, answer: ResponseTemplate) {
    Mock::given(query_param_is_missing("next-token")).respond_with(answer).mount(server).await;
}

async fn then(server: &MockServer, token: &str, answer: ResponseTemplate) {
    Mock::given(query_param("next-token", token)).respond_with(answer).mount(server).await;
}

fn channels(server: &MockServer) -> Pages<Client, ListChannels> {
    let client = client(&server.uri()).build().unwrap();
    client.list_channels().app_instance_arn(APP_INSTANCE).chime_bearer(BEARER).max_results(2).into_stream()
}

/// The names until the stream ends, and the errors in between.
async fn read(mut pages: Pages<Client, ListChannels>) -> Vec<Result<String, chime_client::Error>> {
    let mut items = Vec::new();
    while let Some(item) = pages.next().await {
        items.push(item.map(|channel| channel.name.unwrap().into_string()));
        assert!(items.len() < 10, "it does not end: {items:?}");
    }
    assert!(pages.next().await.is_none(), "it stays at its end");
    items
}

async fn received(server: &MockServer) -> Vec<Request> {
    server.received_requests().await.unwrap()
}

#[tokio::test]
async fn the_pages_follow_one_another_past_empty_ones_to_the_last() {
    let server = MockServer::start().await;
    first(&server, page(&["a", "b"], Some(SECOND))).await;
    then(&server, SECOND, page(&[], Some("third"))).await;
    then(&server, "third", page(&["c"], None)).await;
    let names: Vec<_> = read(channels(&server)).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(names, ["a", "b", "c"]);
    let requests = received(&server).await;
    assert_eq!(requests.len(), 3);
    for request in requests {
        let query = request.url.query().unwrap();
        assert!(query.contains("max-results=2") && query.contains("app-instance-arn=arn%3A"), "{query}");
        assert_eq!(request.headers["x-amz-chime-bearer"], BEARER);
    }
}

#[tokio::test]
async fn a_page_is_asked_for_when_it_is_needed() {
    let server = MockServer::start().await;
    first(&server, page(&["a", "b"], Some("second"))).await;
    then(&server, "second", page(&["c"], None)).await;
    let mut pages = channels(&server);
    for asked in [1, 1, 2] {
        pages.next().await.unwrap().unwrap();
        assert_eq!(received(&server).await.len(), asked);
    }
    drop(channels(&server));
    assert_eq!(received(&server).await.len(), 2, "an unneeded page is not requested");
}

#[tokio::test]
async fn a_page_without_a_token_is_the_last() {
    for last in ["{}", r#"{"NextToken":null}"#, r#"{"NextToken":"","Channels":[]}"#, r#"{"Channels":null}"#] {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(200).set_body_string(last);
        Mock::given(any()).respond_with(answer).mount(&server).await;
        assert!(read(channels(&server)).await.is_empty(), "{last}");
        assert_eq!(received(&server).await.len(), 1, "{last}");
    }
}

#[tokio::test]
async fn a_stream_ends_after_an_error() {
    let server = MockServer::start().await;
    first(&server, page(&["a"], Some("second"))).await;
    let refusal = ResponseTemplate::new(403).insert_header("x-amzn-ErrorType", "ForbiddenException");
    then(&server, "second", refusal).await;
    let items = read(channels(&server)).await;
    let [Ok(name), Err(error)] = &items[..] else { panic!("{items:?}") };
    assert_eq!((name.as_str(), error.exception()), ("a", Some(&Exception::ForbiddenException)));
    assert_eq!(received(&server).await.len(), 2);
}

#[tokio::test]
async fn a_page_is_attempted_again_as_any_call_is() {
    let server = MockServer::start().await;
    first(&server, page(&["a"], Some("second"))).await;
    let failure = ResponseTemplate::new(503);
    Mock::given(query_param("next-token", "second"))
        .respond_with(failure)
        .up_to_n_times(2)
        .mount(&server)
        .await;
    then(&server, "second", page(&["b"], None)).await;
    let names: Vec<_> = read(channels(&server)).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(received(&server).await.len(), 4);
}

#[tokio::test]
async fn a_repeated_token_ends_a_list_with_an_error() {
    // The first token, and the tokens of the pages in their order, of which the last one is a repetition.
    let cases: [(Option<&str>, &[&str]); 5] = [
        (None, &["A", "A"]),
        (None, &["A", "B", "A"]),
        (None, &["A", "B", "C", "B"]),
        (Some("A"), &["A"]),
        (Some("A"), &["B", "A"]),
    ];
    for (start, tokens) in cases {
        let server = MockServer::start().await;
        let mut asked = start;
        for token in tokens {
            match asked {
                None => first(&server, page(&[token], Some(token))).await,
                Some(asked) => then(&server, asked, page(&[token], Some(token))).await,
            }
            asked = Some(token);
        }
        let list = client(&server.uri()).build().unwrap().list_channels();
        let list = list.app_instance_arn(APP_INSTANCE).chime_bearer(BEARER);
        let pages = match start {
            None => list.into_stream(),
            Some(start) => list.next_token(start).into_stream(),
        };
        let mut items = read(pages).await;
        let error = items.pop().unwrap().unwrap_err();
        // The items beside the token are given first.
        let names: Vec<_> = items.into_iter().map(Result::unwrap).collect();
        assert_eq!(names, tokens);
        assert!(
            error.to_string().starts_with("ListChannels: NextToken: the service repeats a token"),
            "{error}"
        );
        assert_eq!(received(&server).await.len(), tokens.len(), "{tokens:?}");
    }
}

#[tokio::test]
async fn an_error_about_a_token_does_not_show_it() {
    let server = MockServer::start().await;
    first(&server, page(&["a"], Some("S3CRET"))).await;
    then(&server, "S3CRET", page(&[], Some("S3CRET"))).await;
    let items = read(channels(&server)).await;
    let [Ok(_), Err(error)] = &items[..] else { panic!("{items:?}") };
    assert!(!format!("{error} {error:?}").contains("S3CRET"), "{error:?}");
}

#[tokio::test]
async fn a_malformed_request_is_an_error_before_anything_is_sent() {
    let server = MockServer::start().await;
    let list = || client(&server.uri()).build().unwrap().list_channels().chime_bearer(BEARER);
    for (pages, parameter) in [
        (list().app_instance_arn("general").into_stream(), "AppInstanceArn"),
        (list().app_instance_arn(APP_INSTANCE).max_results(51).into_stream(), "MaxResults"),
    ] {
        let items = read(pages).await;
        let [Err(error)] = &items[..] else { panic!("{items:?}") };
        let ErrorKind::InvalidParameter(invalid) = error.kind() else { panic!("{error}") };
        assert_eq!(invalid.parameter(), Some(parameter));
    }
    assert!(received(&server).await.is_empty());
}

#[test]
fn every_operation_with_a_token_of_the_next_page_has_pages() {
    use chime_client as c;

    let mut paginated = [
        check::<c::operations::ListChannels>("Channels"),
        check::<c::operations::ListChannelMemberships>("ChannelMemberships"),
        check::<c::operations::ListChannelMembershipsForAppInstanceUser>("ChannelMemberships"),
        check::<c::operations::ListChannelMessages>("ChannelMessages"),
        check::<c::operations::ListChannelModerators>("ChannelModerators"),
        check::<c::operations::ListChannelsModeratedByAppInstanceUser>("Channels"),
        check::<c::operations::ListChannelBans>("ChannelBans"),
        check::<c::operations::SearchChannels>("Channels"),
        check::<c::operations::ListSubChannels>("SubChannels"),
        check::<c::operations::ListChannelFlows>("ChannelFlows"),
        check::<c::operations::ListChannelsAssociatedWithChannelFlow>("Channels"),
        check::<c::operations::ListAppInstances>("AppInstances"),
        check::<c::operations::ListAppInstanceAdmins>("AppInstanceAdmins"),
        check::<c::operations::ListAppInstanceUsers>("AppInstanceUsers"),
        check::<c::operations::ListAppInstanceBots>("AppInstanceBots"),
        check::<c::operations::ListAppInstanceUserEndpoints>("AppInstanceUserEndpoints"),
    ];
    paginated.sort_unstable();
    let mut with_token: Vec<_> = ALL
        .iter()
        .filter(|metadata| metadata.member("NextToken").is_some())
        .map(|metadata| metadata.name)
        .collect();
    with_token.sort_unstable();
    assert_eq!(with_token, paginated);
}

/// Takes a page of two items apart and asks for the next one. Returns the operation's name.
fn check<O: Paginated>(list: &str) -> &'static str {
    let name = O::METADATA.name;
    let model = model_of(&O::METADATA);
    let output = model.operation(name).output.as_deref().unwrap();
    assert_eq!(model.shape(&model.shape(output).members[list].shape).r#type, "list", "{name}");
    let page = json!({ list: [{}, {}], "NextToken": "next" });
    let (items, token) = O::page(serde_json::from_value(page).unwrap());
    assert_eq!((items.len(), token.clone()), (2, Some("next".into())), "{name}");

    let mut request: O = example();
    request.replace_next_token(token.unwrap());
    let sent = wire::encode_request(&request).unwrap();
    assert!(sent.uri().query().unwrap().contains("next-token=next"), "{name}: {}", sent.uri());
    assert_eq!(request.replace_next_token("other".into()), Some("next".into()), "{name}");
    name
}
