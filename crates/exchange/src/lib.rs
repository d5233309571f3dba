//! Outside formats: declared layouts, codecs, check digits.
