//! Which operation the local service takes a request for, and that those it does not have are refused by name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use chime_client::operation::Operation;
use chime_client::operations::DescribeChannel;
use chime_local::LocalService;
use chime_transport::{Config, EndpointSettings, Transport};

use contract_tests::laws;
use contract_tests::operations::find;
use contract_tests::recorded::requests;
use contract_tests::service_model::{ModelOperation, models};

#[tokio::test]
async fn every_missing_operation_is_refused_by_its_name() {
    let local = LocalService::demo().start().await.unwrap();
    let endpoint = EndpointSettings { endpoint_url: Some(local.endpoint_url()), ..Default::default() };
    let config = Config::new(endpoint.resolve().unwrap(), Arc::new(local.credentials()));
    let transport = Transport::new(config).unwrap();

    let mut refused = BTreeSet::new();
    for recorded in requests() {
        if find(&recorded.operation).is_some() {
            continue;
        }
        let mut request = http::Request::builder().method(recorded.method.as_str()).uri(recorded.target);
        for (name, value) in recorded.headers {
            request = request.header(name, value);
        }
        let body = recorded.body.map(|body| body.to_string()).unwrap_or_default();
        let request = request.body(Bytes::from(body)).unwrap();
        // Whose metadata it is, the service does not see.
        let error = transport.call(&DescribeChannel::METADATA, &|| Ok(request.clone())).await.unwrap_err();
        let refusal = error.service_error().unwrap();
        let name = (refusal.status, refusal.exception.as_ref().unwrap().as_str());
        assert_eq!(name, (501, "NotImplementedException"), "{}: {error}", recorded.operation);
        let start = format!("{} is not implemented", recorded.operation);
        assert!(refusal.message.as_ref().unwrap().starts_with(&start), "{error}");
        refused.insert(recorded.operation);
    }
    let modelled = models().into_iter().flat_map(|model| model.operations.into_keys());
    assert_eq!(refused, modelled.filter(|name| find(name).is_none()).collect());
}

/// An operation as its model has it.
struct Modelled {
    name: String,
    method: String,
    path: String,
    query: Vec<String>,
}

impl Modelled {
    /// Whether a request is this operation, unless it is one with more in its query.
    fn matches(&self, method: &str, path: &str, query: &str) -> bool {
        let segments = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
        let (mine, given) = (segments(&self.path), segments(path));
        self.method == method
            && mine.len() == given.len()
            && mine.iter().zip(&given).all(|(mine, given)| mine.starts_with('{') || mine == given)
            && self.query.iter().all(|pair| query.split('&').any(|given| given == pair))
    }
}

/// Every operation of both services, by method, path and query.
fn modelled() -> Vec<Modelled> {
    let operations: BTreeMap<_, _> = models().into_iter().flat_map(|model| model.operations).collect();
    let modelled = |(name, operation): (String, ModelOperation)| {
        let (path, query) = operation.uri.split_once('?').unwrap_or((&operation.uri, ""));
        let query = query.split('&').filter(|pair| !pair.is_empty()).map(str::to_owned).collect();
        Modelled { name, method: operation.method, path: path.to_owned(), query }
    };
    operations.into_iter().map(modelled).collect()
}

#[tokio::test]
async fn every_method_path_and_query_of_the_models_is_the_operation_of_the_models_or_none() {
    let local = laws::start().await;
    let modelled = modelled();
    let methods: BTreeSet<&str> = modelled.iter().map(|operation| operation.method.as_str()).collect();
    let paths: BTreeSet<&str> = modelled.iter().map(|operation| operation.path.as_str()).collect();
    let queries: BTreeSet<String> = modelled.iter().map(|operation| operation.query.join("&")).collect();
    let mut reached = BTreeSet::new();
    for path in paths {
        // A label stands for a segment that no path has as a literal.
        let label = |segment: &str| if segment.starts_with('{') { "x" } else { segment }.to_owned();
        let path = path.split('/').map(label).collect::<Vec<_>>().join("/");
        for (method, query) in
            methods.iter().flat_map(|method| queries.iter().map(move |query| (method, query)))
        {
            let target = if query.is_empty() { path.clone() } else { format!("{path}?{query}") };
            let request = http::Request::builder().method(*method).uri(&target).body(Bytes::new()).unwrap();
            let answer = laws::answer(&local, laws::signed(&local, request)).await;
            let body = String::from_utf8(answer.body().to_vec()).unwrap();
            let record = local.requests().pop().unwrap();
            let expected = modelled
                .iter()
                .filter(|operation| operation.matches(method, &path, query))
                .max_by_key(|operation| operation.query.len());
            match expected.map(|operation| (operation, find(&operation.name))) {
                None => assert_eq!(answer.status(), 404, "{method} {target}: {body}"),
                Some((operation, Some(implemented))) => {
                    assert_eq!(record.operation, Some(implemented.name), "{method} {target}");
                    assert!(![404, 501].contains(&answer.status().as_u16()), "{method} {target}: {body}");
                    reached.insert(&operation.name);
                }
                Some((operation, None)) => {
                    assert_eq!(answer.status(), 501, "{method} {target}: {body}");
                    let start = format!("{} is not implemented", operation.name);
                    assert!(body.contains(&start), "{method} {target}: {body}");
                    reached.insert(&operation.name);
                }
            }
        }
    }
    assert_eq!(reached, modelled.iter().map(|operation| &operation.name).collect());
}
