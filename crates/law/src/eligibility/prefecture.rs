//! 都道府県の資格 — 資格取得・喪失年月日, which a move inside the prefecture does not touch.
//!
//! 根拠: 国民健康保険法 第5条・第7条・第8条（2018-04-01 から）
//!
//! 適用開始・適用終了 are this municipality's own pair; this is the other pair.

use crate::Date;
use crate::date::previous_day;

/// One stretch of the prefecture's 資格.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrefectureSpan {
    /// 資格取得年月日.
    pub since: Date,
    /// The day is known; otherwise it began in another municipality of the prefecture and `since` is 適用開始.
    pub since_known: bool,
    /// 資格喪失年月日; open while insured here or in another municipality of the prefecture.
    pub until: Option<Date>,
    /// The day is known; otherwise it ended elsewhere, at the latest on `until`.
    pub until_known: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Nowhere,
    Here,
    ElsewhereInPrefecture,
}

/// Follows the prefecture's 資格 through a person's events.
#[derive(Debug, Default)]
pub(super) struct Tracker {
    place: Place,
    /// The last end was by 第6条, and not by leaving.
    excluded: bool,
    spans: Vec<PrefectureSpan>,
}

impl Tracker {
    pub(super) fn gain(&mut self, on: Date, came_from_prefecture: bool, since: Option<Date>) {
        let went_on = self.place == Place::ElsewhereInPrefecture;
        self.place = Place::Here;
        let told = since.filter(|_| came_from_prefecture);
        if went_on && let Some((last, before)) = self.spans.split_last_mut() {
            // The day of a 資格 that was held here all along: it began then, also where that was not known or told later.
            if let Some(since) = told.filter(|since| *since <= last.since) {
                let ended = before.last().and_then(|before| before.until);
                if ended.is_none_or(|ended| ended <= since) {
                    (last.since, last.since_known) = (since, true);
                }
                return;
            }
            last.until = Some(since.unwrap_or(on).clamp(last.since, on));
            last.until_known = false;
        }
        let begins = if came_from_prefecture {
            since.map(|since| since.min(on))
        } else {
            Some(on)
        };
        // What ended before cannot have begun again earlier: then the day given is not the day.
        let ended = self.spans.last().and_then(|last| last.until);
        let begins = begins.filter(|since| ended.is_none_or(|ended| ended <= *since));
        self.spans.push(PrefectureSpan {
            since: begins.unwrap_or(on),
            since_known: begins.is_some(),
            until: None,
            until_known: true,
        });
    }

    /// 職権回復 and the like with a 資格取得年月日 before the end of the last 資格: somebody who had only been taken for gone never lost
    /// it. What ended it by 第6条 stays.
    pub(super) fn resumes(&mut self, since: Option<Date>) {
        let before = |until: Date| since.is_some_and(|since| since < until);
        if self.place == Place::Nowhere
            && !self.excluded
            && let Some(last) = self.spans.last_mut()
            && last.until.is_some_and(before)
        {
            last.until = None;
            self.place = Place::ElsewhereInPrefecture;
        }
    }

    /// Held elsewhere in the prefecture until this very day, be it not known since when: at least on the day before.
    pub(super) fn held_until(&mut self, on: Date) {
        let eve = previous_day(on);
        if let Some((last, before)) = self.spans.split_last_mut() {
            let ended = before.last().and_then(|before| before.until);
            if !last.since_known && last.since == on && ended.is_none_or(|ended| ended <= eve) {
                last.since = eve;
            }
        }
    }

    pub(super) fn lose(&mut self, on: Date, stays_in_prefecture: bool, excluded: bool) {
        if stays_in_prefecture {
            self.place = Place::ElsewhereInPrefecture;
            return;
        }
        self.place = Place::Nowhere;
        self.excluded = excluded;
        if let Some(last) = self.spans.last_mut() {
            last.until = Some(on);
        }
    }

    /// The stretches that have a day, none reaching into the next.
    pub(super) fn finish(mut self) -> Vec<PrefectureSpan> {
        let nexts: Vec<Date> = self.spans.iter().skip(1).map(|next| next.since).collect();
        for (span, next) in self.spans.iter_mut().zip(nexts) {
            if span.until.is_some_and(|until| next < until) {
                span.until = Some(next);
            }
        }
        self.spans
            .retain(|span| span.until.is_none_or(|until| span.since < until));
        self.spans
    }
}
