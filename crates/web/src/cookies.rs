//! Three cookies: the session's token, the token of a log-in form before there is a session, and that of a log-in that
//! waits for its second factor.

use axum::http::{HeaderMap, HeaderValue, header};

/// Which cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The token of a session.
    Session,
    /// The token of the log-in form.
    Door,
    /// The token of a log-in that waits for its second factor.
    Step,
}

impl Cookie {
    /// Name of the cookie; the `__Host-` prefix makes browsers hold it to this host, this path and TLS.
    const fn name(self, tls: bool) -> &'static str {
        match (self, tls) {
            (Self::Session, true) => "__Host-kokuho",
            (Self::Session, false) => "kokuho",
            (Self::Door, true) => "__Host-kokuho-door",
            (Self::Door, false) => "kokuho-door",
            (Self::Step, true) => "__Host-kokuho-step",
            (Self::Step, false) => "kokuho-step",
        }
    }

    /// The value a browser sent: 64 hexadecimal digits or nothing.
    #[must_use]
    pub fn read(self, headers: &HeaderMap, tls: bool) -> Option<String> {
        let name = self.name(tls);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
            .filter(|value| value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .map(ToOwned::to_owned)
    }

    /// The header that sets it until the browser closes.
    #[must_use]
    pub fn set(self, value: &str, tls: bool) -> Option<HeaderValue> {
        self.header(value, tls, "")
    }

    /// The header that removes it.
    #[must_use]
    pub fn clear(self, tls: bool) -> Option<HeaderValue> {
        self.header("", tls, "; Max-Age=0")
    }

    fn header(self, value: &str, tls: bool, more: &str) -> Option<HeaderValue> {
        let secure = if tls { "; Secure" } else { "" };
        let name = self.name(tls);
        HeaderValue::from_str(&format!(
            "{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{more}"
        ))
        .ok()
    }
}

/// Compares two tokens without telling by time where they differ.
#[must_use]
pub fn same(left: &str, right: &str) -> bool {
    left.len() == right.len()
        && !left.is_empty()
        && left
            .bytes()
            .zip(right.bytes())
            .fold(0_u8, |differs, (one, other)| differs | (one ^ other))
            == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_tokens_are_read() {
        let token = "a1".repeat(32);
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            HeaderValue::from_str(&format!("x=1; kokuho={token}; kokuho-door=short")).unwrap(),
        );
        assert_eq!(Cookie::Session.read(&headers, false), Some(token));
        assert_eq!(Cookie::Session.read(&headers, true), None);
        assert_eq!(Cookie::Door.read(&headers, false), None);
    }

    #[test]
    fn cookies_are_kept_from_scripts_and_other_sites() {
        let set = Cookie::Session.set("v", true).unwrap();
        assert_eq!(
            set.to_str().unwrap(),
            "__Host-kokuho=v; Path=/; HttpOnly; SameSite=Strict; Secure"
        );
    }
}
