//! The service: what a request meets on its way to the operation.

use bytes::Bytes;
use chime_transport::{Clock, Credentials};
use http::{Request, Response};

use crate::authentication;
use crate::faults::{self, FaultKind, Faults};
use crate::log::{Log, RequestRecord};
use crate::operations::Settings;
use crate::refusal::Refusal;
use crate::router::route;
use crate::store::Store;
use crate::throttle::Throttle;

/// A service, whose requests come from anywhere.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) store: Store,
    pub(super) settings: Settings,
    pub(super) credentials: Credentials,
    pub(super) clock: Clock,
    pub(super) faults: Faults,
    pub(super) throttle: Option<Throttle>,
    pub(super) log: Log,
}

impl Service {
    /// The answer, or none where the connection is to be closed.
    pub(super) async fn answer(
        &self,
        request: &Request<Bytes>,
        record: &mut RequestRecord,
    ) -> Result<Option<Response<Bytes>>, Refusal> {
        let route = route(request);
        record.operation = route.as_ref().ok().map(|route| route.metadata.name);
        authentication::verify(request, &self.credentials, self.clock.now()).map_err(|rejection| {
            record.signature = Some(rejection.signature);
            rejection.refusal
        })?;
        let route = route?;
        let name = route.metadata.name;
        if let Some(throttle) = &self.throttle {
            let bearer = record.bearer.as_deref().unwrap_or_default();
            throttle.check(&route.metadata, bearer, request.uri().path(), self.clock.now())?;
        }
        let delay = match self.faults.next(name) {
            Some(FaultKind::Exception(exception)) => return Err(faults::refusal(exception)),
            Some(FaultKind::Drop) => return Ok(None),
            Some(FaultKind::Delay(delay)) => Some(delay),
            None => None,
        };
        let answer = (route.respond)(&self.store, &self.settings, self.clock.now(), request);
        if let Some(delay) = delay {
            tokio::time::sleep(delay).await;
        }
        answer.map(Some)
    }
}
