//! Invokes the processors of channel flows, beside the calls.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use tokio::task::{Id, JoinSet};
use tokio::time::{Instant, sleep};

use super::service::Service;
use crate::functions::EVENT;
use crate::operations::{Invocation, due, invoked, not_invoked};
use crate::store::{BETWEEN_TRIES, LONGEST_WAIT};

/// How many processors are invoked at the same time.
const LARGEST: u8 = 32;

/// Invokes processors for ever.
///
/// An invocation is due until its outcome is in the store: one that the end of the service interrupts is repeated when the
/// service starts again.
pub(super) async fn invoke_processors(service: &Service) {
    // Their tasks end with it.
    let mut running = JoinSet::new();
    let mut in_flight: HashMap<Id, Invocation> = HashMap::new();
    loop {
        // Those in flight are due as well, and may be the oldest.
        let Ok(due) = service.store.read(|db| due(db, LARGEST.into())) else {
            sleep(BETWEEN_TRIES).await;
            continue;
        };
        for invocation in due {
            let callback_id = &invocation.event.callback_id;
            let is_in_flight = in_flight.values().any(|other| other.event.callback_id == *callback_id);
            if is_in_flight || in_flight.len() >= usize::from(LARGEST) {
                continue;
            }
            let functions = Arc::clone(&service.functions);
            let function = invocation.function.clone();
            let payload = serde_json::to_vec(&invocation.event).map_err(|error| error.to_string());
            let task = running.spawn(async move {
                functions.invoke(&function, EVENT, Bytes::from(payload?)).await.map(drop)
            });
            in_flight.insert(task.id(), invocation);
        }
        tokio::select! {
            () = service.to_invoke.notified() => {}
            Some(done) = running.join_next_with_id() => {
                let (task, outcome) = match done {
                    Ok(done) => done,
                    Err(error) => (error.id(), Err("it panicked".to_owned())),
                };
                if let Some(invocation) = in_flight.get(&task) {
                    record(service, invocation, outcome).await;
                }
                in_flight.remove(&task);
            }
        }
    }
}

/// Writes the outcome of an invocation to the store, again and again while another program writes to the file.
async fn record(service: &Service, Invocation { function, event }: &Invocation, outcome: Result<(), String>) {
    let began = Instant::now();
    loop {
        let recorded = service.store.write(service.clock.now(), |db| match &outcome {
            Ok(()) => invoked(db, &event.callback_id).map(|()| None),
            Err(_) => not_invoked(db, &event.callback_id),
        });
        match (recorded, &outcome) {
            (Ok(Some(then)), Err(failure)) => {
                let message = &event.channel_message;
                return service.log.notice(&format!(
                    "processor {function}: {failure}; {then}; it is {} of {}",
                    message.message_id, message.channel_arn
                ));
            }
            (Err(_), _) if began.elapsed() < LONGEST_WAIT => sleep(BETWEEN_TRIES).await,
            // One that cannot be written is still due.
            _ => return,
        }
    }
}
