//! セッション — a member of staff who has proved who they are, at one terminal, for a while.

use super::permission::Functions;
use super::proved::Proved;
use super::role::Role;
use crate::acts::Acting;
use law::Date;

/// For what a session was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Everything its roles hold.
    Full,
    /// Only to register a second factor: it holds no role.
    Enrol,
    /// Only to choose a password in place of the one that was set by somebody else: it holds no role.
    Password,
    /// Only to choose at which of several counters one sits: it holds no role.
    Seat,
}

impl Stage {
    /// Stable code, as stored.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            // Where to sit is asked of the post at every request; it is not stored.
            Self::Full | Self::Seat => 0,
            Self::Enrol => 1,
            Self::Password => 2,
        }
    }

    /// The stage of a stored code.
    #[must_use]
    pub const fn from_code(code: i64) -> Self {
        match code {
            0 => Self::Full,
            2 => Self::Password,
            _ => Self::Enrol,
        }
    }

    /// 最初のパスワード: as long as it stands, everything else is out of reach.
    #[must_use]
    pub const fn with_password(self, must_change: bool) -> Self {
        match self {
            Self::Full | Self::Seat if must_change => Self::Password,
            other => other,
        }
    }
}

/// A live session. Only [`super::login`] makes one, so holding it is proof of a log-in.
#[derive(Clone)]
pub struct Session {
    pub(super) staff_id: i64,
    pub(super) login: String,
    pub(super) name: String,
    pub(super) roles: Vec<Role>,
    pub(super) functions: Functions,
    pub(super) ward: String,
    pub(super) places: Vec<String>,
    pub(super) place: Option<String>,
    pub(super) terminal: String,
    pub(super) csrf: String,
    pub(super) expires_at: i64,
    pub(super) stage: Stage,
    pub(super) proved: Proved,
    pub(super) emergency: bool,
    pub(super) limited: bool,
}

impl Session {
    /// 職員の識別子.
    #[must_use]
    pub fn staff_id(&self) -> i64 {
        self.staff_id
    }

    /// 職員番号, what is typed at log-in.
    #[must_use]
    pub fn login(&self) -> &str {
        &self.login
    }

    /// 職員氏名.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// 役割.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// 区・支所 at which its holder sits; empty for 本庁 and where the municipality has none.
    #[must_use]
    pub fn ward(&self) -> &str {
        &self.ward
    }

    /// The places that the post of its holder names, one of which is chosen.
    #[must_use]
    pub fn places(&self) -> &[String] {
        &self.places
    }

    /// The terminal the session is bound to.
    #[must_use]
    pub fn terminal(&self) -> &str {
        &self.terminal
    }

    /// The token that every form of this session carries.
    #[must_use]
    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    /// When it ends whatever happens, microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn expires_at(&self) -> i64 {
        self.expires_at
    }

    /// Whether one of the roles holds a function; for leaving out what cannot be used, never instead of
    /// [`super::authorize`].
    #[must_use]
    pub fn may(&self, function: &str) -> bool {
        self.functions.holds(function)
    }

    /// What it may use at this moment.
    #[must_use]
    pub fn functions(&self) -> Functions {
        self.functions
    }

    /// For what it was opened.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// Whether one of its roles was taken in an emergency.
    #[must_use]
    pub fn is_emergency(&self) -> bool {
        self.emergency
    }

    /// Whether there are households or people it may not open: lists ask before they show a row.
    #[must_use]
    pub fn is_limited(&self) -> bool {
        self.limited
    }

    /// Who is acting, for an act of this session.
    #[must_use]
    pub fn acting(
        &self,
        purpose: &str,
        business_date: Date,
        now: i64,
        request_id: Option<String>,
    ) -> Acting {
        Acting {
            staff_id: self.staff_id,
            terminal: self.terminal.clone(),
            purpose: purpose.to_owned(),
            business_date,
            now,
            request_id,
        }
    }
}
