//! How the front page of a notice shares its height.

/// Most members on the front page.
const FRONT_MEMBERS: i64 = 8;
/// Lines of reasons for which the front page makes room before it takes members.
const FRONT_LINES: i64 = 4;

/// Where the parts of the front page lie, in micrometres, and how much of the lists it takes.
pub(super) struct Places {
    pub(super) table_pitch_um: i64,
    pub(super) due_pitch_um: i64,
    pub(super) payment_um: i32,
    pub(super) members_um: i32,
    pub(super) reasons_um: i32,
    /// How many go to the front page.
    pub(super) front_members: usize,
    /// How many go to the front page.
    pub(super) front_lines: usize,
}

impl Places {
    const TABLE_TOP: i64 = 106_200;
    const TABLE_ROOM: i64 = 58_000;
    const WIDEST_PITCH: i64 = 5_400;
    /// Whom to ask.
    pub(super) const CONTACT: i64 = 243_800;
    /// Heading and table head above the members.
    const MEMBER_HEAD: i64 = 12_200;
    const MEMBER_PITCH: i64 = 5_000;
    /// White and heading above the reasons.
    const REASON_HEAD: i64 = 7_400;
    const REASON_PITCH: i64 = 4_100;

    /// Shares the page between tables, members and lines of reasons.
    pub(super) fn of(table_rows: usize, dues: usize, members: usize, lines: usize) -> Self {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let pitch = |rows: i64| (Self::TABLE_ROOM / rows).min(Self::WIDEST_PITCH);
        let (table_rows, due_rows) = (count(table_rows) + 1, count(dues) + 2);
        let (table_pitch, due_pitch) = (pitch(table_rows), pitch(due_rows));
        let height = (table_pitch * table_rows).max(due_pitch * due_rows);
        let payment = Self::TABLE_TOP + height + 1_800;
        let top = payment + 6_400;
        let room = Self::CONTACT - 1_000 - top - Self::MEMBER_HEAD;
        let wanted = match count(lines).min(FRONT_LINES) {
            0 => 0,
            lines => Self::REASON_HEAD + Self::REASON_PITCH * lines,
        };
        let rows = ((room - wanted) / Self::MEMBER_PITCH).clamp(1, FRONT_MEMBERS);
        let rows = rows.min(count(members));
        let left = (room - rows * Self::MEMBER_PITCH - Self::REASON_HEAD) / Self::REASON_PITCH;
        // One line is kept for 「続きは続紙」.
        let kept = if count(lines) <= left {
            count(lines)
        } else {
            (left - 1).max(0)
        };
        Self {
            table_pitch_um: table_pitch,
            due_pitch_um: due_pitch,
            payment_um: down(payment),
            members_um: down(top),
            reasons_um: down(top + Self::MEMBER_HEAD + rows * Self::MEMBER_PITCH + 2_200),
            front_members: usize::try_from(rows).unwrap_or(0),
            front_lines: usize::try_from(kept).unwrap_or(0),
        }
    }
}

/// A height on the page.
fn down(um: i64) -> i32 {
    i32::try_from(um).unwrap_or(i32::MAX)
}
