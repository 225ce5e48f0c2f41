//! Columns of rows as values.

use chime_types::InvalidValue;
use rusqlite::Row;
use rusqlite::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A column of text, as what the text stands for.
pub(crate) fn text_column<T: for<'a> From<&'a str>>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    Ok(row.get_ref(column)?.as_str().map_err(|error| unreadable(column, error))?.into())
}

/// A column of text or null.
pub(crate) fn optional_text_column<T: for<'a> From<&'a str>>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<T>> {
    let text = row.get_ref(column)?.as_str_or_null().map_err(|error| unreadable(column, error))?;
    Ok(text.map(T::from))
}

/// A column with an ARN.
pub(crate) fn arn_column<T: TryFrom<String, Error = InvalidValue>>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<T> {
    T::try_from(row.get(column)?).map_err(|error| unreadable(column, error))
}

/// A column with an ARN or null.
pub(crate) fn optional_arn_column<T: TryFrom<String, Error = InvalidValue>>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = row.get(column)?;
    text.map(T::try_from).transpose().map_err(|error| unreadable(column, error))
}

/// A column with a structure as JSON, or null.
pub(crate) fn json_column<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    let text = row.get_ref(column)?.as_str_or_null().map_err(|error| unreadable(column, error))?;
    text.map(serde_json::from_str).transpose().map_err(|error| unreadable(column, error))
}

/// A structure as JSON, for a column that [`json_column`] reads.
pub(crate) fn json_text<T: Serialize>(value: Option<&T>) -> rusqlite::Result<Option<String>> {
    let text = value.map(serde_json::to_string).transpose();
    text.map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

fn unreadable(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}
