//! Which operation the local service takes a request for.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;

use contract_tests::laws;
use contract_tests::operations::find;
use contract_tests::service_model::{ModelOperation, models};

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
                Some((operation, implemented)) => {
                    let implemented = implemented.unwrap_or_else(|| panic!("{} is missing", operation.name));
                    assert_eq!(record.operation, Some(implemented.name), "{method} {target}");
                    assert_ne!(answer.status(), 404, "{method} {target}: {body}");
                    reached.insert(&operation.name);
                }
            }
        }
    }
    assert_eq!(reached, modelled.iter().map(|operation| &operation.name).collect());
}
