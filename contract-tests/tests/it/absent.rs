//! The operations of both services that the local service does not have: refused by name.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use chime_client::DescribeChannel;
use chime_client::operation::Operation;
use chime_local::LocalService;
use chime_transport::{Config, EndpointSettings, Transport};

use contract_tests::operations::find;
use contract_tests::recorded::requests;
use contract_tests::service_model::models;

#[tokio::test]
async fn every_operation_that_is_not_there_is_refused_by_its_name() {
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
        let start = format!("{} is not there", recorded.operation);
        assert!(refusal.message.as_ref().unwrap().starts_with(&start), "{error}");
        refused.insert(recorded.operation);
    }
    let modelled = models().into_iter().flat_map(|model| model.operations.into_keys());
    assert_eq!(refused, modelled.filter(|name| find(name).is_none()).collect());
}
