//! A moderator in a seed: a user's ID, or an object that also says who made the user a moderator, and when.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::store::Time;

#[derive(Clone)]
pub(super) struct ModeratorSeed {
    pub(super) moderator: String,
    /// The creator of the channel, if it is missing.
    pub(super) created_by: Option<String>,
    /// The creation of the channel, if it is missing.
    pub(super) created_timestamp: Option<Time>,
}

/// The object.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Full {
    moderator: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created_timestamp: Option<Time>,
}

impl Serialize for ModeratorSeed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { moderator, created_by, created_timestamp } = self.clone();
        if created_by.is_none() && created_timestamp.is_none() {
            return serializer.serialize_str(&moderator);
        }
        Full { moderator, created_by, created_timestamp }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ModeratorSeed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IdOrObject)
    }
}

struct IdOrObject;

impl<'de> Visitor<'de> for IdOrObject {
    type Value = ModeratorSeed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the ID of a user, or an object with a Moderator")
    }

    fn visit_str<E: de::Error>(self, id: &str) -> Result<ModeratorSeed, E> {
        Ok(ModeratorSeed { moderator: id.to_owned(), created_by: None, created_timestamp: None })
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<ModeratorSeed, A::Error> {
        let Full { moderator, created_by, created_timestamp } =
            Full::deserialize(MapAccessDeserializer::new(map))?;
        Ok(ModeratorSeed { moderator, created_by, created_timestamp })
    }
}
