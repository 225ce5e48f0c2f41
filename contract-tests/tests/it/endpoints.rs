//! Endpoints, against those that botocore's rules resolve to.

use chime_client::operation::Service;
use chime_transport::EndpointSettings;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    region: String,
    use_fips: bool,
    use_dualstack: bool,
    url: String,
}

#[test]
fn every_region_resolves_as_botocore_resolves_it() {
    let cases: Vec<Case> = crate::data("endpoints.json");
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
