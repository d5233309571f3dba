//! 用紙 — the fixed part of a page, laid out once; what differs from page to page is set into its places.
//!
//! A template draws frames and words and names its places (`slot` in `base.typ`). The layout engine sees it once; then
//! every page is the form and the letters of one person, each with the very glyph that [`crate::ink`] chose for it.

mod slot;

use crate::error::PrintError;
use crate::fit::Set;
use crate::fonts::Fonts;
use serde_json::Value;
use slot::{length, micrometres, number, points, text};
use std::borrow::Cow;
use std::collections::BTreeMap;
use typst::foundations::Value as Cell;
use typst::introspection::{MetadataElem, Tag};
use typst::layout::{Abs, Frame, FrameItem, GroupItem, Point};
use typst::syntax::Span;
use typst::text::{Glyph, Lang, TextItem};
use typst::visualize::Color;
use typst_layout::Page;

/// Where the letters of a text of one em stand on, from its upper edge; the same as in `main.typ`.
const BASELINE: f64 = 0.88;
/// From line to line of a text, as part of its size; the same as `pitch` of `ink` in `base.typ`.
const LINE: f64 = 1.15;

/// One form on a page: the data of its template, and how far it is moved down.
pub(crate) struct Part {
    /// Data of the template; `form` names it. Equal data is one form.
    pub(crate) body: Value,
    /// Micrometres.
    pub(crate) down_um: i32,
}

/// A page of forms and what is set into their places.
#[derive(Default)]
pub(crate) struct Filled {
    /// The forms, the first at the back.
    pub(crate) parts: Vec<Part>,
    /// Texts by the name of their place.
    pub(crate) fills: Vec<(Cow<'static, str>, Fill)>,
}

/// What is set into a place.
pub(crate) enum Fill {
    /// Outside texts, one a row.
    Sets(Vec<Set>),
    /// Figures and words of the program, one a row, in the font and size of the place.
    Words(Vec<String>),
    /// 宛先.
    Address(Address),
}

/// 宛先 — the address block in the window of the envelope.
pub(crate) struct Address {
    /// 郵便番号.
    pub(crate) postal: Set,
    /// 住所.
    pub(crate) lines: Vec<Set>,
    /// 宛名.
    pub(crate) name: Set,
}

/// Which edge a text keeps to.
#[derive(Clone, Copy)]
enum Side {
    Left,
    Centre,
    Right,
}

/// A place of a form.
struct Slot {
    x: Abs,
    y: Abs,
    w: Abs,
    /// From row to row.
    pitch: Abs,
    side: Side,
    /// In the middle of its row, else at its top.
    middle: bool,
    /// Font and size of [`Fill::Words`].
    pen: usize,
    size: Abs,
    /// Font of the last row of [`Fill::Words`].
    last: usize,
    /// Words of the form before the text, with their font and size.
    lead: (String, usize, Abs),
}

/// A form laid out.
pub(crate) struct Form {
    page: Page,
    frame: Frame,
    slots: BTreeMap<String, Slot>,
}

impl Form {
    /// Takes the places out of a page that a template laid out.
    pub(crate) fn of(page: &Page) -> Result<Self, PrintError> {
        let mut slots = BTreeMap::new();
        let mut frame = Frame::hard(page.frame.size());
        flatten(&page.frame, Point::zero(), &mut frame, &mut slots)?;
        let mut page = page.clone();
        page.frame = Frame::hard(frame.size());
        Ok(Self { page, frame, slots })
    }
}

/// Draws the forms of a page and sets its texts.
pub(crate) fn page(
    fonts: &Fonts,
    forms: &[(&Form, i32)],
    fills: &[(Cow<'static, str>, Fill)],
) -> Result<Page, PrintError> {
    let Some((first, _)) = forms.first() else {
        return Err(PrintError::Layout("用紙のないページです".to_owned()));
    };
    let mut page = first.page.clone();
    let mut filled = 0;
    for (form, down_um) in forms {
        let down = micrometres(*down_um);
        let group = FrameItem::Group(GroupItem::new(form.frame.clone()));
        page.frame.push(Point::with_y(down), group);
        let mut items = Vec::with_capacity(form.slots.len() * 4);
        for (name, fill) in fills {
            if let Some(slot) = form.slots.get(name.as_ref()) {
                slot.fill(fonts, fill, slot.y + down, &mut items)?;
                filled += 1;
            }
        }
        page.frame.push_multiple(items);
    }
    if filled != fills.len() {
        let names: Vec<&str> = fills.iter().map(|(name, _)| name.as_ref()).collect();
        return Err(PrintError::Layout(format!(
            "用紙の欄と記載する事項が合いません（{}）",
            names.join("、")
        )));
    }
    Ok(page)
}

/// Copies what is drawn into one level, and reads the places.
fn flatten(
    from: &Frame,
    origin: Point,
    to: &mut Frame,
    slots: &mut BTreeMap<String, Slot>,
) -> Result<(), PrintError> {
    for (point, item) in from.items() {
        let here = origin + *point;
        match item {
            FrameItem::Tag(Tag::Start(content, _)) => {
                if let Some(data) = content.to_packed::<MetadataElem>() {
                    let (name, slot) = Slot::read(&data.value)?;
                    slots.insert(name, slot);
                }
            }
            FrameItem::Tag(Tag::End(..)) => {}
            FrameItem::Group(group)
                if group.clip.is_none() && group.transform.is_only_translate() =>
            {
                let moved = here + Point::new(group.transform.tx, group.transform.ty);
                flatten(&group.frame, moved, to, slots)?;
            }
            FrameItem::Group(group) => {
                let mut inner = Frame::hard(group.frame.size());
                flatten(&group.frame, Point::zero(), &mut inner, slots)?;
                let mut group = group.clone();
                group.frame = inner.with_kind(group.frame.kind());
                to.push(here, FrameItem::Group(group));
            }
            other => to.push(here, other.clone()),
        }
    }
    Ok(())
}

impl Slot {
    fn read(value: &Cell) -> Result<(String, Self), PrintError> {
        let Cell::Dict(dict) = value else {
            return Err(PrintError::Layout(
                "欄の定義が辞書ではありません".to_owned(),
            ));
        };
        let side = match text(dict, "align")?.as_str() {
            "right" => Side::Right,
            "center" => Side::Centre,
            _ => Side::Left,
        };
        let slot = Self {
            x: length(dict, "x")?,
            y: length(dict, "y")?,
            w: length(dict, "w")?,
            pitch: length(dict, "pitch")?,
            side,
            middle: text(dict, "at")? == "middle",
            pen: number(dict, "pen")?,
            size: length(dict, "size")?,
            last: number(dict, "last")?,
            lead: (
                text(dict, "lead")?,
                number(dict, "lead-pen")?,
                length(dict, "lead-size")?,
            ),
        };
        Ok((text(dict, "slot")?, slot))
    }

    fn fill(
        &self,
        fonts: &Fonts,
        fill: &Fill,
        top: Abs,
        items: &mut Vec<(Point, FrameItem)>,
    ) -> Result<(), PrintError> {
        let mut pen = Writer { fonts, items };
        match fill {
            Fill::Sets(sets) => {
                let mut top = top;
                for set in sets {
                    self.set(&mut pen, set, top)?;
                    top += self.pitch;
                }
            }
            Fill::Words(words) => {
                let mut top = top;
                for (place, word) in words.iter().enumerate() {
                    let font = if place + 1 == words.len() {
                        self.last
                    } else {
                        self.pen
                    };
                    let y = top + self.above(self.size);
                    pen.line(&[(font, self.size, word)], self.x, y, self.w, self.side)?;
                    top += self.pitch;
                }
            }
            Fill::Address(address) => self.address(&mut pen, address, top)?,
        }
        Ok(())
    }

    /// White above a text of a height.
    fn above(&self, height: Abs) -> Abs {
        if self.middle {
            (self.pitch - height) / 2.0
        } else {
            Abs::zero()
        }
    }

    fn set(&self, pen: &mut Writer, set: &Set, top: Abs) -> Result<(), PrintError> {
        let size = points(set.s);
        let mut y = top + self.above(height(set, size));
        for line in &set.l {
            let mut runs: Vec<(usize, Abs, &str)> = Vec::with_capacity(line.len() + 1);
            if !self.lead.0.is_empty() {
                runs.push((self.lead.1, self.lead.2, &self.lead.0));
            }
            runs.extend(
                line.iter()
                    .map(|(pen, text)| (usize::from(*pen), size, text.as_str())),
            );
            pen.line(&runs, self.x, y, self.w, self.side)?;
            y += size * LINE;
        }
        Ok(())
    }

    fn address(&self, pen: &mut Writer, address: &Address, top: Abs) -> Result<(), PrintError> {
        let mark = Abs::pt(10.5);
        let code = points(address.postal.s);
        let mut runs = vec![(0, mark, "〒")];
        let postal = address.postal.l.iter().flatten();
        runs.extend(postal.map(|(pen, text)| (usize::from(*pen), code, text.as_str())));
        pen.line(&runs, self.x, top, self.w, Side::Left)?;
        let mut y = top + mark.max(code) + Abs::mm(2.0);
        for set in &address.lines {
            self.left(pen, set, y)?;
            y += height(set, points(set.s)) + Abs::mm(1.3);
        }
        y += Abs::mm(2.0);
        // 様 stands beside the middle of a name of one or two lines.
        let sama = Abs::pt(13.0);
        let name = height(&address.name, points(address.name.s));
        let room = name.max(sama);
        let right = self.left(pen, &address.name, y + (room - name) / 2.0)?;
        let x = self.x + right + sama * 0.75;
        pen.line(
            &[(0, sama, "様")],
            x,
            y + (room - sama) / 2.0,
            Abs::zero(),
            Side::Left,
        )?;
        Ok(())
    }

    /// Lines from the left edge; their greatest width.
    fn left(&self, pen: &mut Writer, set: &Set, top: Abs) -> Result<Abs, PrintError> {
        let size = points(set.s);
        let (mut y, mut widest) = (top, Abs::zero());
        for line in &set.l {
            let runs: Vec<(usize, Abs, &str)> = line
                .iter()
                .map(|(pen, text)| (usize::from(*pen), size, text.as_str()))
                .collect();
            widest = widest.max(pen.line(&runs, self.x, y, self.w, Side::Left)?);
            y += size * LINE;
        }
        Ok(widest)
    }
}

fn height(set: &Set, size: Abs) -> Abs {
    let further = set.l.iter().skip(1).map(|_| size * LINE);
    size + further.sum()
}

/// Sets lines of text.
struct Writer<'a> {
    fonts: &'a Fonts,
    items: &'a mut Vec<(Point, FrameItem)>,
}

impl Writer<'_> {
    /// One line whose upper edge is `top`; its width.
    fn line(
        &mut self,
        runs: &[(usize, Abs, &str)],
        x: Abs,
        top: Abs,
        w: Abs,
        side: Side,
    ) -> Result<Abs, PrintError> {
        let texts: Vec<TextItem> = runs
            .iter()
            .filter(|run| !run.2.is_empty())
            .map(|(pen, size, text)| text_item(self.fonts, *pen, *size, text))
            .collect::<Result<_, _>>()?;
        let width: Abs = texts.iter().map(TextItem::width).sum();
        let highest = texts
            .iter()
            .map(|text| text.size)
            .fold(Abs::zero(), Abs::max);
        let mut x = match side {
            Side::Left => x,
            Side::Centre => x + (w - width) / 2.0,
            Side::Right => x + w - width,
        };
        let y = top + highest * BASELINE;
        for text in texts {
            let after = x + text.width();
            self.items.push((Point::new(x, y), FrameItem::Text(text)));
            x = after;
        }
        Ok(width)
    }
}

/// A run of text in one font, each letter with its variation.
fn text_item(fonts: &Fonts, pen: usize, size: Abs, text: &str) -> Result<TextItem, PrintError> {
    let font = fonts
        .instance(pen)
        .ok_or_else(|| PrintError::Layout("書体の一覧が空です".to_owned()))?;
    let mut glyphs = Vec::with_capacity(text.len() / 2);
    let mut letters = text.char_indices().peekable();
    while let Some((start, base)) = letters.next() {
        let selector = letters.next_if(|next| crate::ink::is_selector(next.1));
        let end = letters.peek().map_or(text.len(), |next| next.0);
        let place = |at: usize| {
            u16::try_from(at).map_err(|_| PrintError::Layout("1行の文字が多すぎます".to_owned()))
        };
        let (id, advance) = fonts
            .drawn(pen, base, selector.map(|one| one.1))
            .ok_or_else(|| PrintError::Layout(format!("字形のない文字「{text}」")))?;
        glyphs.push(Glyph {
            id,
            x_advance: font.to_em(advance),
            x_offset: typst::layout::Em::zero(),
            y_advance: typst::layout::Em::zero(),
            y_offset: typst::layout::Em::zero(),
            range: place(start)?..place(end)?,
            span: (Span::detached(), 0),
        });
    }
    Ok(TextItem {
        font: font.clone(),
        size,
        fill: Color::BLACK.into(),
        stroke: None,
        lang: Lang::JAPANESE,
        region: None,
        text: text.into(),
        glyphs,
    })
}
