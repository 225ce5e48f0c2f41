//! Credentials that are kept, and fetched anew before they end.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use crate::clock::ServiceClock;
use crate::credentials::{Credentials, CredentialsError, ProvideCredentials};

/// The time before the expiry of credentials from which new ones are fetched, while calls use the current ones.
const EARLY: Duration = Duration::from_mins(5);

/// The time until that is tried again.
const PAUSE: Duration = Duration::from_mins(1);

/// The time that a source may take.
const LIMIT: Duration = Duration::from_secs(30);

type Fetched = Result<Credentials, CredentialsError>;

/// The credentials from a source, as long as they are valid. The source is asked by one task at a time, however many
/// calls wait for it.
#[derive(Debug)]
pub(crate) struct CredentialsCache {
    source: Arc<dyn ProvideCredentials>,
    clock: Arc<ServiceClock>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    kept: Option<Credentials>,
    /// The task that asks the source, while it does, and where its result appears. It ends with the cache.
    fetching: Option<(watch::Receiver<Option<Fetched>>, JoinSet<()>)>,
    /// When the source was last asked.
    asked: Option<Instant>,
}

impl CredentialsCache {
    pub(crate) fn new(source: Arc<dyn ProvideCredentials>, clock: Arc<ServiceClock>) -> Self {
        Self { source, clock, state: Arc::default() }
    }

    /// Returns credentials that are valid now, and waits for their source if necessary.
    pub(crate) async fn get(&self) -> Fetched {
        self.get_valid_for(Duration::ZERO).await
    }

    /// Returns credentials that are valid for that time, and waits for their source if necessary.
    pub(crate) async fn get_valid_for(&self, ahead: Duration) -> Fetched {
        loop {
            let mut result = {
                let mut state = lock(&self.state);
                let ends_before = |kept: &Credentials, ahead| {
                    kept.expires_at().is_some_and(|end| self.clock.now() + ahead >= end)
                };
                if let Some(kept) = state.kept.clone().filter(|kept| !ends_before(kept, ahead)) {
                    let soon = ends_before(&kept, EARLY);
                    let pause = state.asked.is_some_and(|asked| asked.elapsed() < PAUSE);
                    if soon && !pause {
                        self.fetch(&mut state);
                    }
                    return Ok(kept);
                }
                self.fetch(&mut state)
            };
            match result.wait_for(Option::is_some).await.as_deref() {
                Ok(Some(result)) => return result.clone(),
                // The runtime that the task was in has ended, and this call is in another.
                _ => lock(&self.state).fetching = None,
            }
        }
    }

    /// Asks the source again for credentials that do not say when they expire, since nothing else tells whether they have
    /// been replaced. If that fails, they are kept.
    pub(crate) async fn renew(&self) {
        let mut result = {
            let mut state = lock(&self.state);
            if state.kept.as_ref().is_none_or(|kept| kept.expires_at().is_some()) {
                return;
            }
            self.fetch(&mut state)
        };
        let _ = result.wait_for(Option::is_some).await;
    }

    /// Forgets credentials that the service has refused.
    pub(crate) fn forget(&self, refused: &Credentials) {
        let mut state = lock(&self.state);
        if state.kept.as_ref() == Some(refused) {
            state.kept = None;
        }
    }

    /// Has the source asked, unless it is being asked already.
    fn fetch(&self, state: &mut State) -> watch::Receiver<Option<Fetched>> {
        if let Some((result, _)) = &state.fetching {
            return result.clone();
        }
        let (sender, result) = watch::channel(None);
        let (source, shared) = (Arc::clone(&self.source), Arc::downgrade(&self.state));
        let mut task = JoinSet::new();
        task.spawn(async move {
            let fetched = ask(source).await;
            if let Err(error) = &fetched {
                tracing::warn!(%error, "no new credentials");
            }
            if let Some(shared) = shared.upgrade() {
                let mut state = lock(&shared);
                if let Ok(fresh) = &fetched {
                    state.kept = Some(fresh.clone());
                }
                // The task must not end itself before it has reported the result.
                if let Some((_, mut own)) = state.fetching.take() {
                    own.detach_all();
                }
            }
            sender.send_replace(Some(fetched));
        });
        state.asked = Some(Instant::now());
        state.fetching = Some((result.clone(), task));
        result
    }
}

/// The source's answer, within a limit, whatever it does.
async fn ask(source: Arc<dyn ProvideCredentials>) -> Fetched {
    let mut asking = JoinSet::new();
    asking.spawn(async move { source.provide().await });
    match timeout(LIMIT, asking.join_next()).await {
        Ok(Some(Ok(fetched))) => fetched,
        Ok(_) => Err(CredentialsError::new("no credentials: their source panicked")),
        Err(_) => {
            Err(CredentialsError::new(format!("no credentials: their source gave none within {LIMIT:?}")))
        }
    }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    // A panic elsewhere cannot have left half a state here.
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
