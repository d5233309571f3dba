//! 一人の職員 — posts with their days, sessions ended at once, a lock lifted, factors, declarations of relatives.

use super::pages::{Sheet, or_again};
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::Fields;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, Note, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::{day_ja, moment_ja};
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::response::Response;
use db::{Conn, Span};
use office::security::permit::{ManageStaff, Permit};
use office::security::post::{self, Placed, Post, PostKind};
use office::security::proposal::{self, Change};
use office::security::staff::{self, Staff};
use office::security::{Role, enrol, factor, relation, seat};
use office::{Acting, OfficeError};

const KINDS: [(&str, &str, PostKind); 3] = [
    ("regular", "職員", PostKind::Regular),
    (
        "contractor",
        "委託先・派遣（期限つき）",
        PostKind::Contractor,
    ),
    ("migration", "移行作業者（期限つき）", PostKind::Migration),
];

/// The page.
pub async fn page(Path(staff_id): Path<i64>, desk: Desk) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ManageStaff>()?;
        desk.record("security.staff", None)?;
        show(desk, staff_id, (&Fields::default(), Vec::new()), None)
    })
    .await
}

fn find(desk: &Desk, staff_id: i64) -> Result<Option<Staff>, OfficeError> {
    let permit = desk.permit::<ManageStaff>()?;
    let all = desk
        .store()
        .read(|conn| staff::list(conn, &permit, desk.business_date()))?;
    Ok(all.into_iter().find(|one| one.staff_id == staff_id))
}

fn show(
    desk: &Desk,
    staff_id: i64,
    (fields, errors): (&Fields, Vec<FieldError>),
    note: Option<Note>,
) -> Result<Response, OfficeError> {
    let permit = desk.permit::<ManageStaff>()?;
    let Some(account) = find(desk, staff_id)? else {
        return answer::not_found(desk, "この職員");
    };
    let (posts, factors, relations) = desk.store().read(|conn| {
        Ok::<_, OfficeError>((
            post::posts(conn, &permit, staff_id)?,
            factor::of_staff(conn, staff_id)?,
            relation::of_staff(conn, staff_id)?,
        ))
    })?;
    let mut sheet = Sheet::new(&format!("職員 {} {}", account.login, account.name));
    sheet.notes.extend(note);
    sheet.cards.push(standing(desk, &account));
    let mut table = Table::new("二つ目の要素", &["名前", "種類", "登録"]);
    for one in &factors {
        table.row(vec![
            one.name.as_str().into(),
            one.kind.name_ja().into(),
            moment_ja(one.made_at).into(),
        ]);
    }
    let mut card = Card::new("二つ目の要素", "w6").with_table(table, "登録されていません。");
    let at = |what: &str| format!("/staff/{staff_id}/{what}");
    card.actions = vec![
        Action::post("登録コードを作る（初回）", &at("code"), &[]),
        Action::post("再登録を申請する（紛失・交換）", &at("new-factor"), &[]),
    ];
    sheet.cards.push(card);
    let mut table = Table::new("発令", &["期間", "種別", "役割", "所属", "根拠"]);
    for dated in &posts {
        let roles: Vec<&str> = dated.fact.roles.iter().map(|role| role.name_ja()).collect();
        let until = dated
            .valid
            .until
            .map_or_else(String::new, |until| day_ja(law::date::previous_day(until)));
        table.row(vec![
            format!("{}〜{until}", day_ja(dated.valid.from)).into(),
            KINDS
                .iter()
                .find(|(_, _, kind)| *kind == dated.fact.kind)
                .map_or("", |(_, name, _)| name)
                .into(),
            roles.join("・").into(),
            dated.fact.ward.as_str().into(),
            dated.fact.ground.as_str().into(),
        ]);
    }
    let empty = "発令はありません。職員を加えたときの役割が続いています。";
    sheet
        .cards
        .push(Card::new("発令", "w12").with_table(table, empty));
    if staff_id != desk.session().staff_id() {
        let mut card = Card::new("発令を加える", "w12");
        card.beside = "役割や窓口が増える発令は、別の管理者が承認したときから効きます".to_owned();
        card.form = Some(posting(staff_id, fields));
        sheet.cards.push(card);
    }
    let mut table = Table::new("本人・親族の申告", &["#宛名番号", "続柄", "申告"]);
    for one in &relations {
        let row = table.row(vec![
            one.person_id.to_string().into(),
            one.relation.as_str().into(),
            moment_ja(one.declared_at).into(),
        ]);
        let number = one.person_id.to_string();
        let hidden = [("person", number.as_str())];
        row.actions = vec![Action::post("申告を終える", &at("relation-end"), &hidden)];
    }
    sheet
        .cards
        .push(Card::new("本人・親族の申告", "w12").with_table(table, "申告はありません。"));
    sheet.show(desk, errors)
}

fn standing(desk: &Desk, account: &Staff) -> Card {
    let mut card = Card::new("状態", "w6");
    let roles: Vec<&str> = account.roles.iter().map(|role| role.name_ja()).collect();
    card.fact("職員番号", account.login.as_str());
    card.fact("氏名", account.name.as_str());
    card.fact("今日の役割", roles.join("・"));
    card.fact("所属", account.ward.as_str());
    let locked = account.locked_until > desk.now();
    if locked {
        card.fact(
            "失敗による停止",
            format!("{}まで", moment_ja(account.locked_until)),
        );
    }
    card.fact(
        "利用",
        if account.disabled {
            "停止中"
        } else {
            "有効"
        },
    );
    let at = |what: &str| format!("/staff/{}/{what}", account.staff_id);
    if locked {
        card.actions
            .push(Action::post("停止を解く", &at("unlock"), &[]));
    }
    card.actions.push(Action::post(
        "いまのログインを終わらせる",
        &at("revoke"),
        &[],
    ));
    card
}

fn posting(staff_id: i64, fields: &Fields) -> Form {
    let kinds = KINDS
        .iter()
        .map(|(code, name, _)| ((*code).to_owned(), (*name).to_owned()))
        .collect();
    let mut chosen = vec![
        Field::new(Input::Day, "from", "いつから", fields.text("from")),
        Field::new(Input::Day, "last", "最後の日", fields.text("last"))
            .hint("委託先・派遣・移行作業者は必ず入れます"),
        Field::new(Input::Choice(kinds), "kind", "種別", fields.text("kind")),
        Field::new(Input::Text, "ward", "所属する区・支所", fields.text("ward"))
            .hint("本庁は空。いくつもの窓口に着くときは「本庁、西支所」のように並べます"),
        Field::new(Input::Text, "ground", "根拠", fields.text("ground")).hint("発令・契約の番号"),
    ];
    chosen.extend(Role::ALL.into_iter().map(|role| {
        let name = format!("role_{}", role.code());
        let value = fields.text(&name).to_owned();
        Field::new(Input::Check, &name, role.name_ja(), &value)
    }));
    Form::post(&format!("/staff/{staff_id}/posts"))
        .fields(chosen)
        .button("発令する", "", "main")
        .back("職員の一覧へ", "/staff")
}

/// What is proposed of a member of staff: its name, and its content.
pub(super) fn words(change: &Change) -> (String, String) {
    match change {
        Change::Setting { key, value } => (key.clone(), value.clone()),
        Change::NewFactor { staff_id } => {
            ("二つ目の要素の再登録".to_owned(), format!("職員{staff_id}"))
        }
        Change::Post {
            staff_id,
            span,
            post,
        } => (format!("発令 職員{staff_id}"), post_words(*span, post)),
    }
}

/// A post in words: its days, its roles, its 所属.
fn post_words(span: Span, post: &Post) -> String {
    let until = span
        .until
        .map_or_else(String::new, |until| day_ja(law::date::previous_day(until)));
    let roles: Vec<&str> = post.roles.iter().map(|role| role.name_ja()).collect();
    let ward = if post.ward.is_empty() {
        seat::MAIN_JA
    } else {
        &post.ward
    };
    format!("{}〜{until} {} {ward}", day_ja(span.from), roles.join("・"))
}

/// Places a member of staff.
pub async fn place(Path(staff_id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<ManageStaff>()?;
            let mut errors = Vec::new();
            let today = desk.business_date();
            let from = fields.required_day("from", "いつから", today, &mut errors);
            let last = fields.day("last", "最後の日", today, &mut errors);
            let (Some(from), true) = (from, errors.is_empty()) else {
                return show(desk, staff_id, (&fields, errors), None);
            };
            let kind = KINDS
                .iter()
                .find(|(code, _, _)| *code == fields.text("kind"))
                .map_or(PostKind::Regular, |(_, _, kind)| *kind);
            let roles = Role::ALL
                .into_iter()
                .filter(|role| !fields.text(&format!("role_{}", role.code())).is_empty())
                .collect();
            let post = Post {
                kind,
                roles,
                ward: fields.text("ward").to_owned(),
                ground: fields.text("ground").to_owned(),
            };
            let span = Span::new(from, last.map(law::date::next_day));
            let acting = desk.acting("");
            let placed = desk
                .store()
                .write(|conn| post::place(conn, &acting, &permit, staff_id, (span, &post)))
                .map(|placed| match placed {
                    Placed::Holds => answer::go(&format!("/staff/{staff_id}")),
                    Placed::Proposed(_) => answer::go("/proposals"),
                });
            let ids = [("根拠", "ground"), ("期限", "last")];
            or_again(placed, &ids, |errors| {
                show(desk, staff_id, (&fields, errors), None)
            })
        })
        .await
}

/// Does one thing to an account and shows it again.
async fn order(
    posted: Posted,
    staff_id: i64,
    work: impl Fn(&mut Conn, &Acting, &Permit<ManageStaff>, &Fields) -> Result<(), OfficeError>
    + Send
    + 'static,
) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<ManageStaff>()?;
            let acting = desk.acting("");
            desk.store()
                .write(|conn| work(conn, &acting, &permit, &fields))?;
            Ok(answer::go(&format!("/staff/{staff_id}")))
        })
        .await
}

/// Lifts a lock.
pub async fn unlock(Path(staff_id): Path<i64>, posted: Posted) -> Response {
    order(posted, staff_id, move |conn, acting, permit, _| {
        staff::unlock(conn, acting, permit, staff_id)
    })
    .await
}

/// Ends every session of an account at once.
pub async fn revoke(Path(staff_id): Path<i64>, posted: Posted) -> Response {
    order(posted, staff_id, move |conn, acting, permit, _| {
        staff::revoke(conn, acting, permit, staff_id)
    })
    .await
}

/// Makes the 登録コード of somebody who never had a factor; it is shown once.
pub async fn code(Path(staff_id): Path<i64>, posted: Posted) -> Response {
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<ManageStaff>()?;
            if find(desk, staff_id)?.is_none() {
                return answer::not_found(desk, "この職員");
            }
            let acting = desk.acting("");
            let code = desk
                .store()
                .write(|conn| enrol::first(conn, &acting, &permit, staff_id))?;
            show(
                desk,
                staff_id,
                (&Fields::default(), Vec::new()),
                Some(said(&code)),
            )
        })
        .await
}

/// What is handed over in person.
pub(super) fn said(code: &str) -> Note {
    Note::new(
        Tone::Warn,
        &format!("登録コード {code}"),
        vec![
            "この画面だけに示します。本人に手渡してください。24時間のうちに一度だけ使えます。"
                .to_owned(),
        ],
    )
}

/// Proposes to begin the factors of somebody anew; another administrator agrees.
pub async fn new_factor(Path(staff_id): Path<i64>, posted: Posted) -> Response {
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<ManageStaff>()?;
            let acting = desk.acting("");
            let change = Change::NewFactor { staff_id };
            desk.store().write(|conn| {
                proposal::propose(conn, &acting, &permit, &change, "二つ目の要素の再登録")
            })?;
            Ok(answer::go("/proposals"))
        })
        .await
}

/// Ends a declaration of a relative.
pub async fn relation_end(Path(staff_id): Path<i64>, posted: Posted) -> Response {
    order(posted, staff_id, move |conn, acting, permit, fields| {
        let person = fields.text("person").parse::<i64>().unwrap_or(0);
        relation::end(conn, acting, permit, (staff_id, person))
    })
    .await
}
