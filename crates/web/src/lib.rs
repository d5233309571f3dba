//! Staff pages and the API.
