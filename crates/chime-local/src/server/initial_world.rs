//! The world of an empty store.

use std::time::SystemTime;

use crate::demo::Demo;
use crate::seed::{InvalidSeed, Seed};
use crate::store::Store;
use crate::tables::{app_instances, latest_write};

/// The world of an empty store.
#[derive(Debug)]
pub(super) enum InitialWorld {
    Demo,
    Empty,
    Seeded(Seed),
}

impl InitialWorld {
    /// Fills a store and returns true, unless it has an app instance. Writes go on later than any that is in it.
    pub(super) fn fill(&self, store: &Store, now: SystemTime) -> Result<bool, InvalidSeed> {
        store.write(now, |db| {
            let is_new = app_instances::is_empty(db)?;
            if is_new {
                match self {
                    Self::Demo => Demo::seed()?.load(db)?,
                    Self::Empty => {}
                    Self::Seeded(seed) => seed.load(db)?,
                }
            }
            if let Some(time) = latest_write(db)? {
                db.continue_after(time);
            }
            Ok(is_new)
        })
    }
}
