//! 世帯の年表 — members' insurance, levies, due days and notices in one dated picture.

use super::format::{day_ja, day_short};
use askama::Template;
use law::{Date, FiscalYear};

/// What a stretch of time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanKind {
    /// 被保険者.
    Insured,
    /// 特定同一世帯所属者.
    Former,
    /// 擬制世帯主, 世帯員 who is not insured here.
    Outside,
    /// 介護2号 (40 to 64): a thin line below.
    Care,
    /// 非自発的失業, 産前産後, 旧被扶養者: a thin line above.
    Special,
    /// 負担区分.
    Class,
    /// 証.
    Paper,
}

impl SpanKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Insured => "span",
            Self::Former => "span former",
            Self::Outside => "span outside",
            Self::Care => "span care",
            Self::Special => "span special",
            Self::Class => "span class",
            Self::Paper => "span paper",
        }
    }
}

/// A stretch of time of one person.
#[derive(Clone, Debug)]
pub struct SpanFact {
    /// What.
    pub kind: SpanKind,
    /// First day.
    pub from: Date,
    /// First day after; open where it goes on.
    pub until: Option<Date>,
    /// In words.
    pub label: String,
}

/// One person's lane.
#[derive(Clone, Debug)]
pub struct Lane {
    /// 氏名.
    pub name: String,
    /// Stretches.
    pub spans: Vec<SpanFact>,
}

/// What a mark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// 賦課決定.
    Decision,
    /// 通知.
    Notice,
    /// 納期限.
    Due,
}

/// Something that happened on a day.
#[derive(Clone, Debug)]
pub struct MarkFact {
    /// What.
    pub kind: MarkKind,
    /// When.
    pub on: Date,
    /// In words.
    pub label: String,
}

/// A rectangle of the picture.
#[derive(Clone, Debug)]
pub struct Block {
    /// Left edge.
    pub x: i64,
    /// Upper edge.
    pub y: i64,
    /// Width.
    pub width: i64,
    /// Height.
    pub height: i64,
    /// Class.
    pub class: &'static str,
    /// Spoken.
    pub title: String,
    /// Written inside; empty where there is no room.
    pub text: String,
}

/// A mark of the picture.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Centre.
    pub x: i64,
    /// Centre.
    pub y: i64,
    /// Which shape and class.
    pub kind: MarkKind,
    /// Spoken.
    pub title: String,
}

/// A word of the picture.
#[derive(Clone, Debug)]
pub struct Word {
    /// Anchor.
    pub x: i64,
    /// Base line.
    pub y: i64,
    /// Class.
    pub class: &'static str,
    /// The word.
    pub text: String,
}

/// The picture.
#[derive(Clone, Debug, Template)]
#[template(path = "timeline.html")]
pub struct Timeline {
    /// View box.
    pub width: i64,
    /// View box.
    pub height: i64,
    /// Month lines: x and whether a year begins.
    pub months: Vec<(i64, bool)>,
    /// Shaded every other lane: y and height.
    pub bands: Vec<(i64, i64)>,
    /// Stretches.
    pub blocks: Vec<Block>,
    /// Marks.
    pub marks: Vec<Mark>,
    /// Words.
    pub words: Vec<Word>,
    /// Where the day asked for stands.
    pub today: Option<i64>,
    /// What it is called.
    pub today_label: String,
    /// The same in lines of text: when, who or what, what.
    pub lines: Vec<(String, String, String)>,
    /// First and last day shown, in words.
    pub range: String,
}

const LEFT: i64 = 124;
const MONTH: i64 = 44;
const LANE: i64 = 32;
const TOP: i64 = 40;

/// Where a day stands: whole months are equally wide.
struct Scale {
    from: Date,
    until: Date,
}

impl Scale {
    fn months_since(&self, day: Date) -> i64 {
        (i64::from(day.year()) - i64::from(self.from.year())) * 12 + i64::from(day.month())
            - i64::from(self.from.month())
    }

    fn x(&self, day: Date) -> i64 {
        let day = day.clamp(self.from, self.until);
        let inside = (i64::from(day.day()) - 1) * MONTH / i64::from(day.days_in_month());
        LEFT + self.months_since(day) * MONTH + inside
    }

    fn shows(&self, day: Date) -> bool {
        self.from <= day && day < self.until
    }
}

/// Draws two fiscal years: the one before the day asked for and its own.
#[must_use]
pub fn draw(as_of: Date, lanes: &[Lane], marks: &[MarkFact]) -> Timeline {
    let year = FiscalYear::of(as_of);
    let scale = Scale {
        from: year.previous().assessment_day(),
        until: year.end(),
    };
    let count = i64::try_from(lanes.len()).unwrap_or(0);
    let height = TOP + (count + 3) * LANE + 20;
    let mut picture = Timeline {
        width: LEFT + 24 * MONTH + 8,
        height,
        months: (0..=24)
            .map(|index| (LEFT + index * MONTH, index % 12 == 0))
            .collect(),
        bands: (0..count + 3)
            .step_by(2)
            .map(|lane| (TOP + lane * LANE, LANE))
            .collect(),
        blocks: Vec::new(),
        marks: Vec::new(),
        words: Vec::new(),
        today: scale.shows(as_of).then(|| scale.x(as_of)),
        today_label: day_short(as_of),
        lines: Vec::new(),
        range: format!(
            "{}から{}まで",
            day_ja(scale.from),
            day_ja(law::date::previous_day(scale.until))
        ),
    };
    head(&mut picture, year);
    let mut y = TOP;
    for lane in lanes {
        picture.words.push(lane_name(y, &lane.name));
        for span in &lane.spans {
            add_span(&mut picture, &scale, y, &lane.name, span);
        }
        y += LANE;
    }
    for (kind, name) in [
        (MarkKind::Decision, "賦課決定"),
        (MarkKind::Notice, "通知"),
        (MarkKind::Due, "納期限"),
    ] {
        picture.words.push(lane_name(y, name));
        for mark in marks.iter().filter(|mark| mark.kind == kind) {
            picture
                .lines
                .push((day_ja(mark.on), name.to_owned(), mark.label.clone()));
            if scale.shows(mark.on) {
                picture.marks.push(Mark {
                    x: scale.x(mark.on),
                    y: y + LANE / 2,
                    kind,
                    title: format!("{} {}", day_ja(mark.on), mark.label),
                });
            }
        }
        y += LANE;
    }
    picture
}

fn head(picture: &mut Timeline, year: FiscalYear) {
    for (start, year) in [(0_i64, year.previous()), (12, year)] {
        picture.words.push(Word {
            x: LEFT + start * MONTH + 6,
            y: 15,
            class: "strong",
            text: super::format::year_ja(year),
        });
        for index in 0..12_i64 {
            let month = (index + 3) % 12 + 1;
            picture.words.push(Word {
                x: LEFT + (start + index) * MONTH + MONTH / 2,
                y: 33,
                class: "m soft",
                text: format!("{month}月"),
            });
        }
    }
}

fn lane_name(y: i64, name: &str) -> Word {
    let short: String = name.chars().take(9).collect();
    Word {
        x: LEFT - 10,
        y: y + 21,
        class: "r",
        text: short,
    }
}

fn add_span(picture: &mut Timeline, scale: &Scale, y: i64, name: &str, span: &SpanFact) {
    let until = span.until.unwrap_or(scale.until);
    let range = match span.until {
        Some(until) => format!("{}から{}の前日まで", day_ja(span.from), day_ja(until)),
        None => format!("{}から", day_ja(span.from)),
    };
    picture
        .lines
        .push((range.clone(), name.to_owned(), span.label.clone()));
    if until <= scale.from || span.from >= scale.until || until <= span.from {
        return;
    }
    let (left, right) = (scale.x(span.from), scale.x(until));
    let (offset, height) = match span.kind {
        SpanKind::Care => (LANE - 7, 3),
        SpanKind::Special => (3, 3),
        _ => (7, LANE - 15),
    };
    let width = (right - left).max(2);
    let room = usize::try_from(width / 12).unwrap_or(0);
    let text = if matches!(span.kind, SpanKind::Care | SpanKind::Special)
        || span.label.chars().count() > room
    {
        String::new()
    } else {
        span.label.clone()
    };
    picture.blocks.push(Block {
        x: left,
        y: y + offset,
        width,
        height,
        class: span.kind.class(),
        title: format!("{name} {} {range}", span.label),
        text,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use law::day;

    fn lane(from: Date, until: Option<Date>) -> Lane {
        Lane {
            name: "港 花子".to_owned(),
            spans: vec![SpanFact {
                kind: SpanKind::Insured,
                from,
                until,
                label: "加入".to_owned(),
            }],
        }
    }

    #[test]
    fn stretches_are_cut_to_the_years_shown_and_never_lost_from_the_text() {
        let as_of = day(2026, 6, 15);
        let whole = draw(as_of, &[lane(day(1990, 1, 1), None)], &[]);
        assert_eq!(whole.blocks[0].x, LEFT);
        assert_eq!(whole.blocks[0].width, 24 * MONTH);
        let past = draw(as_of, &[lane(day(2001, 1, 1), Some(day(2002, 1, 1)))], &[]);
        assert!(past.blocks.is_empty());
        assert_eq!(past.lines.len(), 1);
    }

    #[test]
    fn the_day_asked_for_stands_in_its_month() {
        let picture = draw(day(2026, 4, 1), &[], &[]);
        assert_eq!(picture.today, Some(LEFT + 12 * MONTH));
    }
}
