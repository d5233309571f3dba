//! 段階 — what a night consists of, in order.

use super::{
    ages, asked, candidates, deadlines, fits, invited, judged, kept, levies, papers, renewed,
    residence, told,
};
use crate::acts::{Act, Acting};
use crate::eligibility::Books;
use crate::error::OfficeError;
use crate::levy::relevy;
use crate::worklist::{self, Kind, NewItem};
use db::Conn;
use law::Date;
use law::rules::OfficePractice;

/// What every step of a night works with.
#[derive(Clone, Debug)]
pub struct Night<'n> {
    /// Rules of eligibility and levy.
    pub books: &'n Books<'n>,
    /// 事務の定め on the day.
    pub practice: &'n OfficePractice,
    /// Who acts.
    pub acting: &'n Acting,
    /// 業務日付: the day of the night.
    pub on: Date,
    /// The last day this step covered before; what became due after it, by [`Night::on`], is found.
    pub after: Date,
    /// The moment at which this step had last looked, microseconds since 1970 UTC.
    pub known_after: i64,
}

impl Night<'_> {
    /// The last day that is looked ahead at.
    #[must_use]
    pub fn ahead(&self) -> Date {
        days_later(self.on, self.practice.look_ahead_days.into())
    }
}

/// A day so many days after, or before, another.
pub(super) fn days_later(on: Date, days: i64) -> Date {
    let span = jiff::Span::new().try_days(days);
    span.and_then(|span| on.checked_add(span)).unwrap_or(on)
}

/// What a page of a step came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Findings, new or known.
    pub found: i64,
    /// Matters that are new on the work list.
    pub opened: i64,
    /// Matters taken off the list.
    pub settled: i64,
    /// Letters written, milestones confirmed.
    pub written: i64,
    /// The key after which the next page begins; none when the step is done.
    pub next: Option<i64>,
}

impl Page {
    /// A step of one page that found so many and put so many new ones on the list.
    pub(super) fn only((found, opened): (i64, i64)) -> Self {
        Self {
            found,
            opened,
            ..Self::default()
        }
    }
}

/// 前の夜の後に事実が変わった世帯.
pub(super) enum Touched {
    /// Each is looked at.
    Few(Vec<i64>),
    /// A whole file or city: the matter of a run, and one matter on the list.
    Many(Page),
}

/// The households whose facts changed since the step last looked. `what_ja` says what to do where they are too many.
pub(super) fn touched(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    (kind, what_ja): (Kind, &str),
) -> Result<Touched, OfficeError> {
    let touched = relevy::touched_since(conn, night.known_after)?;
    let count = i64::try_from(touched.len()).unwrap_or(i64::MAX);
    if count <= night.practice.many.saturating_mul(10) {
        return Ok(Touched::Few(touched));
    }
    let title = format!("{count}世帯の事実が変わりました: {what_ja}");
    let source = format!("night/{}", night.on);
    let item = NewItem {
        person_id: None,
        ..NewItem::about_person(kind, 0, &source, &title, night.on)
    };
    let opened = worklist::open_all(conn, act, &[item])?;
    Ok(Touched::Many(Page::only((count, opened))))
}

/// How often a step is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// 毎日.
    Day,
    /// 年度に1回: on the first night of a fiscal year that is run.
    FiscalYear,
}

/// One page of a step: what lies after a key, under an act that is begun.
pub type Work = fn(&mut Conn, &Act, &Night<'_>, i64) -> Result<Page, OfficeError>;

/// One step of the night.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Stable code.
    pub code: &'static str,
    /// Name on pages.
    pub label_ja: &'static str,
    /// What it does, in one sentence.
    pub what_ja: &'static str,
    /// How often.
    pub every: Every,
    /// The work.
    pub work: Work,
}

const fn daily(
    code: &'static str,
    label_ja: &'static str,
    what_ja: &'static str,
    work: Work,
) -> Step {
    Step {
        code,
        label_ja,
        what_ja,
        every: Every::Day,
        work,
    }
}

/// Every step, in the order of the night: what other steps look at comes first.
pub const ALL: &[Step] = &[
    daily(
        "age",
        "年齢到達",
        "40・65・70・75歳などに達した人を挙げる（自動確定の団体では確定する）",
        ages::page,
    ),
    daily(
        "candidates",
        "済んだ候補の整理",
        "登録済みの異動で要らなくなった資格異動の候補を外す",
        candidates::page,
    ),
    daily(
        "whereabouts",
        "居所不明の保留",
        "住所が変わった人の保留を解き、期限を過ぎた保留を挙げる",
        deadlines::whereabouts,
    ),
    daily(
        "unreported",
        "未届者の抽出",
        "加入している保険の分からない住民を挙げる",
        asked::unreported,
    ),
    daily(
        "unreported_letters",
        "未届者の勧奨",
        "回答の期限を過ぎた人に次の文書を作り、最後の文書の後は職権取得の候補にする",
        asked::letters,
    ),
    daily(
        "overlap",
        "資格重複の督促",
        "回答の期限を過ぎた人に最後の文書を作り、その後は職権喪失の候補にする",
        asked::overlap,
    ),
    daily(
        "stay",
        "在留期間の満了",
        "在留期間がまもなく満了する人と、満了日を過ぎた人を挙げる",
        deadlines::stay,
    ),
    Step {
        code: "student",
        label_ja: "修学の年次確認",
        what_ja: "修学中の人に在学証明を求める（年度に1回）",
        every: Every::FiscalYear,
        work: deadlines::students,
    },
    daily(
        "student_end",
        "修学の終わり",
        "卒業した人と、世帯が転出した修学中の人を資格異動の候補にする",
        deadlines::graduates,
    ),
    Step {
        code: "facility",
        label_ja: "住所地特例の年次確認",
        what_ja: "施設に入所している人を確かめる（年度に1回）",
        every: Every::FiscalYear,
        work: deadlines::facilities,
    },
    daily(
        "residence",
        "住民票と資格の照合",
        "住民票が消除されたのに資格の続いている人を、資格異動の候補として挙げる（修学・住所地特例の人を除く）",
        residence::page,
    ),
    daily(
        "support",
        "支援措置の期限",
        "期限の近い支援措置を挙げる（住所は自動では出さない）",
        deadlines::support,
    ),
    daily(
        "destination",
        "送付先の期限",
        "期限の近い送付先を挙げる",
        deadlines::destinations,
    ),
    daily(
        "nonresident",
        "住登外の期限",
        "期限の近い住登外者を挙げる",
        deadlines::nonresidents,
    ),
    daily(
        "registers",
        "台帳の期限",
        "次の手続の期限を過ぎた台帳の記入を挙げる（処理済にしても、手続をするまで翌夜に戻す）",
        deadlines::registers,
    ),
    daily(
        "levy",
        "賦課に関わる異動",
        "前の夜の後に事実が変わり、賦課額が変わる世帯を挙げる",
        levies::page,
    ),
    daily(
        "judgement",
        "区分・負担割合の再判定",
        "前の夜の後に所得・世帯・生年月日などの記録が変わった世帯を判定し直し、合わなくなった証の差替えを挙げる",
        judged::page,
    ),
    daily(
        "revenue_invite",
        "基準収入額適用申請の勧奨",
        "3割の世帯のうち、分かっている収入が基準に満たず、申請すれば2割になり得る世帯を挙げる（申請した世帯は外す）",
        invited::page,
    ),
    daily(
        "certificate_fit",
        "証と事実の照合",
        "前の夜の後に氏名・住所・資格などの記録か、適用される区分・負担割合が変わった世帯の証を照らし、差替え・回収・交付を挙げる",
        fits::page,
    ),
    daily(
        "renewal",
        "一斉更新の後の異動",
        "証が庁内に残る一斉更新について、前の夜の後に事実が変わった人の追加・抜取・差替えを挙げる",
        renewed::page,
    ),
    daily(
        "certificate_end",
        "証の期限",
        "まもなく期限が切れ、次の証のない人を挙げる",
        papers::ending,
    ),
    daily(
        "come_back",
        "返戻された証",
        "返戻されたまま日のたった証を挙げる",
        papers::come_back,
    ),
    daily(
        "particulars",
        "住所等の連携",
        "前の夜の後に氏名・住所・不開示の別が変わった被保険者と世帯主を、集約システムに送り直す",
        told::particulars,
    ),
    daily(
        "messages",
        "連携の結果確認",
        "送ったまま結果の確かめられていない連携と、受け付けられなかった連携を挙げる",
        told::page,
    ),
    daily(
        "retention",
        "保存期間の満了",
        "保存期間を過ぎた記録の区分と件数を挙げる（自動では消去しない）",
        kept::page,
    ),
];
