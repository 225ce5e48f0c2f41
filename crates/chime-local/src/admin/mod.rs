//! The administrative path: the console, and the interface that it uses: health, the clock, faults, the request log,
//! records, views of the world and the event stream, over HTTP and without a signature.

mod answer;
mod channels;
mod check;
mod page;
mod refused;
mod users;
mod view;

pub(crate) use answer::{Local, answer, is_admin_path, is_stream, stream, takes_a_world};
pub(crate) use check::check;
pub(crate) use page::redirect;
