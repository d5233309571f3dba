//! Typed content to PDF.
