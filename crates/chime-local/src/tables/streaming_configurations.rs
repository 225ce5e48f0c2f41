//! The streams that receive the events of app instances.

use chime_types::StreamArn;
use chime_types::shapes::{MessagingDataType, StreamingConfiguration};

use crate::store::{Transaction, arn_column, text_column};

/// Makes a stream receive one type of an app instance's events, instead of the stream that receives them.
pub(crate) fn put(
    db: &Transaction<'_>,
    app_instance: i64,
    configuration: &StreamingConfiguration,
) -> rusqlite::Result<()> {
    db.execute(
        "INSERT INTO streaming_configurations (app_instance_id, data_type, stream_arn) VALUES (?1, ?2, ?3)
         ON CONFLICT (app_instance_id, data_type) DO UPDATE SET stream_arn = excluded.stream_arn",
        (app_instance, configuration.data_type.as_str(), configuration.resource_arn.as_str()),
    )?;
    Ok(())
}

/// Removes all configurations of an app instance.
pub(crate) fn delete_all(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<()> {
    db.execute("DELETE FROM streaming_configurations WHERE app_instance_id = ?1", [app_instance])?;
    Ok(())
}

/// The stream that receives one type of an app instance's events.
pub(crate) fn find(
    db: &Transaction<'_>,
    app_instance: i64,
    data_type: &MessagingDataType,
) -> rusqlite::Result<Option<StreamArn>> {
    db.find(
        "SELECT stream_arn FROM streaming_configurations WHERE app_instance_id = ?1 AND data_type = ?2",
        (app_instance, data_type.as_str()),
        |row| arn_column(row, 0),
    )
}

/// The configurations of an app instance, by type of data.
pub(crate) fn all(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<Vec<StreamingConfiguration>> {
    db.list(
        "SELECT data_type, stream_arn FROM streaming_configurations WHERE app_instance_id = ?1 ORDER BY data_type",
        [app_instance],
        |row| {
            let data_type: MessagingDataType = text_column(row, 0)?;
            Ok(StreamingConfiguration::new(data_type, arn_column::<StreamArn>(row, 1)?))
        },
    )
}
