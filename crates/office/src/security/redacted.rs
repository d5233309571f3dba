//! 秘密は書き出さない — what opens a door never stands in a log or an error, however it gets there.

use super::factor::NewGenerator;
use super::login::{Attempt, Entered, LoggedIn};
use super::second::Proof;
use super::session::Session;
use super::staff::{NewStaff, ReadyStaff};
use std::fmt;

/// What stands in place of a secret.
const HIDDEN: &str = "…";

impl fmt::Debug for Attempt<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Attempt")
            .field("login", &self.login)
            .field("terminal", &self.terminal)
            .field("password", &HIDDEN)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for LoggedIn {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("LoggedIn")
            .field("token", &HIDDEN)
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Entered {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::In(opened) => out.debug_tuple("In").field(opened).finish(),
            Self::Second(_) => out.debug_tuple("Second").field(&HIDDEN).finish(),
        }
    }
}

impl fmt::Debug for Proof<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Totp(_) => "Totp(…)",
            Self::Passkey(_) => "Passkey(…)",
            Self::Code(_) => "Code(…)",
        })
    }
}

impl fmt::Debug for NewGenerator {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("NewGenerator(…)")
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Session")
            .field("staff_id", &self.staff_id)
            .field("roles", &self.roles)
            .field("terminal", &self.terminal)
            .field("csrf", &HIDDEN)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for NewStaff {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("NewStaff")
            .field("login", &self.login)
            .field("roles", &self.roles)
            .field("password", &HIDDEN)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ReadyStaff {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ReadyStaff")
            .field("new", &self.new)
            .field("password_hash", &HIDDEN)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::password::PasswordCost;
    use super::super::role::Role;
    use super::super::staff::prepare;
    use super::*;

    #[test]
    fn no_secret_is_printed() {
        let secret = "Correct-horse-7-battery";
        let attempt = Attempt {
            login: "levy01",
            password: secret,
            terminal: "desk-1",
            old_token: Some("0123456789abcdef"),
            now: 1,
        };
        let new = NewStaff {
            login: "levy01".to_owned(),
            name: "見本 花子".to_owned(),
            password: secret.to_owned(),
            roles: vec![Role::Levy],
            ward: String::new(),
        };
        let ready = prepare(new.clone(), PasswordCost::LOWEST).unwrap();
        for text in [
            format!("{attempt:?} {attempt:#?}"),
            format!("{new:?} {new:#?}"),
            format!("{ready:?} {ready:#?}"),
        ] {
            assert!(text.contains("levy01"), "{text}");
            for hidden in [secret, "0123456789abcdef", "$argon2"] {
                assert!(!text.contains(hidden), "{text}");
            }
        }
    }
}
