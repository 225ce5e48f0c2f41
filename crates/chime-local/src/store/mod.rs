//! The store: a SQLite database, in a file or in memory, that one process has to itself.

mod columns;
mod data_file;
mod database;
mod digest;
mod file;
mod migrations;
mod occurrence;
mod open_error;
mod time;
mod transaction;

pub(crate) use columns::{
    arn_column, json_column, json_text, optional_arn_column, optional_text_column, text_column,
};
pub(crate) use data_file::read_data_file;
pub(crate) use database::{BETWEEN_TRIES, LONGEST_WAIT, Pieces, Store};
pub(crate) use digest::json_digest;
pub(crate) use occurrence::{Audience, Occurrence};
pub(crate) use time::Time;
pub(crate) use transaction::Transaction;
