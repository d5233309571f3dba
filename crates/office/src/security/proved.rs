//! 何で本人を確かめたか — the proof a session was opened with. A role holds in it only while that proof is what the role asks
//! for: one that begins during the day, by the hour, a post or an emergency, is not carried by a password alone.

use super::factor::FactorKind;
use super::hours::{self, in_japan, open_roles};
use super::role::Role;
use super::second::FactorRule;
use super::setting::Settings;
use super::{emergency, post};
use crate::error::OfficeError;
use db::Conn;

/// By what the holder of a session has proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proved {
    /// The password alone.
    Password,
    /// The password and a second factor.
    Factor(FactorKind),
    /// The operating system of the server let them in: a command, which asks for no factor.
    Server,
}

impl Proved {
    /// Stable code, as stored with a session. What the server let in has no row.
    pub(super) const fn code(self) -> i64 {
        match self {
            Self::Password | Self::Server => 0,
            Self::Factor(kind) => kind.code(),
        }
    }

    /// The proof of a stored code.
    pub(super) const fn from_code(code: i64) -> Self {
        match code {
            0 => Self::Password,
            _ => Self::Factor(FactorKind::from_code(code)),
        }
    }

    /// Whether it is what a rule asks for. Log-in asks for the strictest of all, so what answers that answers the milder.
    #[must_use]
    pub fn meets(self, rule: FactorRule) -> bool {
        let most = match self {
            Self::Password => FactorRule::None,
            Self::Factor(FactorKind::Totp) => FactorRule::Totp,
            Self::Factor(FactorKind::Passkey) | Self::Server => FactorRule::Passkey,
        };
        rule <= most
    }
}

/// What a member of staff is at a moment, whatever they have proved.
pub(super) struct Standing {
    /// By the post of the day, within their hours.
    pub roles: Vec<Role>,
    /// By an emergency.
    pub emergency: Vec<Role>,
    /// 所属 of the post.
    pub ward: String,
}

impl Standing {
    /// Every role: what log-in asks the second factor for.
    pub fn all(&self) -> Vec<Role> {
        let mut all = [self.roles.as_slice(), &self.emergency].concat();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// What holds under a proof.
    pub fn under(mut self, settings: &Settings, proved: Proved) -> Self {
        let holds = |role: &Role| proved.meets(FactorRule::of(settings, *role));
        self.roles.retain(holds);
        self.emergency.retain(holds);
        self
    }
}

/// What a member of staff is at a moment: the one answer for log-in, for its second half and for every request.
pub(super) fn standing(
    conn: &mut Conn,
    staff_id: i64,
    opened_with: (Vec<Role>, String),
    now: i64,
) -> Result<Standing, OfficeError> {
    let today = in_japan(now).0;
    let (roles, ward) = post::on(conn, staff_id, today, opened_with)?;
    Ok(Standing {
        roles: open_roles(&hours::on(conn, today)?, roles, now),
        emergency: emergency::roles(conn, staff_id, now)?,
        ward,
    })
}

#[cfg(test)]
mod tests {
    use super::Proved::{Factor, Password, Server};
    use crate::security::factor::FactorKind::{Passkey, Totp};
    use crate::security::second::FactorRule;

    #[test]
    fn a_proof_meets_what_is_milder_and_nothing_stricter() {
        let met = |proved: super::Proved| FactorRule::ALL.map(|rule| proved.meets(rule));
        assert_eq!(met(Password), [true, false, false, false]);
        assert_eq!(met(Factor(Totp)), [true, true, true, false]);
        assert_eq!(met(Factor(Passkey)), [true; 4]);
        assert_eq!(met(Server), [true; 4]);
    }
}
