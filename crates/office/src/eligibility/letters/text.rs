//! The Japanese text of the letters.

use super::LetterKind;
use law::Date;
use law::era::wareki;

/// What a letter tells of. Fields that say nothing are left empty.
#[derive(Clone, Debug, Default)]
pub struct Facts<'f> {
    /// 対象の人.
    pub name: &'f str,
    /// 記号番号.
    pub number: &'f str,
    /// 他の保険者, 学校 or 施設.
    pub other: &'f str,
    /// 異動日・該当日.
    pub on: Option<Date>,
    /// 根拠と確認した資料.
    pub ground: &'f str,
}

const RETURN_JA: &str = "行き違いで手続きがお済みの場合は、ご容赦ください。";

/// The paragraphs of a letter.
pub(super) fn paragraphs(kind: LetterKind, facts: &Facts<'_>) -> Vec<String> {
    let on = facts.on.map(wareki).unwrap_or_default();
    let text: Vec<String> = match kind {
        LetterKind::OverlapAsk => vec![
            format!("オンライン資格確認等システムの情報により、{on}から{}に加入されていることが分かりました。", other(facts)),
            "職場の健康保険などに加入したときは、国民健康保険をやめる届出が必要です。加入した日の分かるものを添えて届け出てください。加入していない場合もその旨をお知らせください。".to_owned(),
            RETURN_JA.to_owned(),
        ],
        LetterKind::OverlapFinal => vec![
            format!("先にお尋ねした{}への加入について、期限までにご回答がありませんでした。", other(facts)),
            "下記の期限までに届出も回答もないときは、加入の記録に基づいて職権で資格の喪失を処理します。".to_owned(),
        ],
        LetterKind::UnreportedFirst => vec![
            "職場の健康保険などに加入していない方は、住所のある市区町村の国民健康保険に加入します。加入の届出は、資格を取得した日から14日以内に必要です。".to_owned(),
            "届出が遅れても保険料（税）は資格を取得した日にさかのぼってかかり、その間の医療費が全額自己負担になることがあります。".to_owned(),
            RETURN_JA.to_owned(),
        ],
        LetterKind::UnreportedSecond => vec![
            "先に国民健康保険の加入手続きをお願いしましたが、まだ届出がありません。".to_owned(),
            "ほかの健康保険に加入している場合は、その資格の分かるものの写しをお送りください。".to_owned(),
        ],
        LetterKind::UnreportedFinal => vec![
            "二度のお願いに届出も回答もいただいていません。".to_owned(),
            "下記の期限までに届出も回答もないときは、調査のうえ職権で資格の取得を処理し、取得の日にさかのぼって保険料（税）を賦課します。".to_owned(),
        ],
        LetterKind::ExOfficioGain => vec![format!(
            "届出がなかったため、職権により{on}に国民健康保険の資格を取得したものとして処理しました。"
        )],
        LetterKind::ExOfficioLoss => vec![format!(
            "届出がなかったため、職権により国民健康保険の資格を喪失したものとして処理しました（該当日 {on}）。"
        )],
        LetterKind::WhereaboutsInquiry => vec![
            "お送りした文書が届かずに戻りました。現在お住まいの場所を確かめるため、下記の期限までにご連絡ください。".to_owned(),
            "ご連絡がないときは、現地調査のうえ居所不明として扱うことがあります。".to_owned(),
        ],
        LetterKind::StudentCheck => vec![
            format!("修学のため親元を離れている方として、{}の在学を前提に資格を管理しています。", facts.other),
            "引き続き在学しているときは在学証明書を、卒業・退学したときはその日の分かるものを提出してください。".to_owned(),
        ],
        LetterKind::FacilityCheck => vec![
            format!("{}への入所を前提に、住所地特例として資格を管理しています。", facts.other),
            "引き続き入所しているか、退所したときはその日と新しい住所をお知らせください。".to_owned(),
        ],
        LetterKind::ResidencePeriod => vec![
            format!("登録されている在留期間の満了日は{on}です。"),
            "更新の許可を受けたときは新しい在留カードを、申請中のときは申請の分かるものをお見せください。申請中の特例期間は資格が続きます。".to_owned(),
        ],
        LetterKind::RevenueInvitation => vec![
            "70歳以上の方の医療費の負担割合は、住民税の課税所得により3割です。収入の額が次の基準に満たないときは、申請により2割になります。".to_owned(),
            facts.other.to_owned(),
            "世帯主の方が、申請書に70歳以上の方それぞれの収入の額を書き、その額の分かるもの（確定申告書の写しなど）を添えて提出してください。".to_owned(),
            RETURN_JA.to_owned(),
        ],
    };
    text
}

fn other(facts: &Facts<'_>) -> String {
    if facts.other.is_empty() {
        "ほかの健康保険".to_owned()
    } else {
        format!("「{}」", facts.other)
    }
}

/// 記.
pub(super) fn lines(facts: &Facts<'_>) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    let mut add = |label: &str, value: &str| {
        if !value.is_empty() {
            lines.push((label.to_owned(), value.to_owned()));
        }
    };
    add("対象の方", facts.name);
    add("記号番号", facts.number);
    add("異動日", &facts.on.map(wareki).unwrap_or_default());
    add("根拠・資料", facts.ground);
    lines
}

/// 教示 of a disposition.
///
/// 根拠: 国民健康保険法 第91条・第103条
pub(super) const fn instruction(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::ExOfficioGain | LetterKind::ExOfficioLoss => {
            "この処分に不服があるときは、処分があったことを知った日の翌日から起算して3か月以内に、都道府県の国民健康保険審査会に審査請求をすることができます。処分の取消しの訴えは、その裁決を経た後でなければ提起できません。"
        }
        _ => "",
    }
}

/// 回答書: what is asked, and what can be ticked.
pub(super) fn questions(kind: LetterKind) -> Vec<(String, Vec<String>)> {
    let asked: &[(&str, &[&str])] = match kind {
        LetterKind::OverlapAsk | LetterKind::OverlapFinal => &[
            (
                "職場の健康保険などに加入していますか。",
                &[
                    "加入している（加入した日　　　年　　月　　日）",
                    "加入していない",
                ],
            ),
            (
                "国民健康保険をやめる届出について",
                &[
                    "届け出た（　　　年　　月　　日）",
                    "この回答書とともに届け出る",
                    "後日、窓口で届け出る",
                ],
            ),
        ],
        LetterKind::UnreportedFirst
        | LetterKind::UnreportedSecond
        | LetterKind::UnreportedFinal => &[(
            "現在、加入している健康保険は何ですか。",
            &[
                "職場の健康保険・共済組合など（名称　　　　　　　　　　　　　）",
                "家族の健康保険の被扶養者（名称　　　　　　　　　　　　　）",
                "国民健康保険組合（名称　　　　　　　　　　　　　）",
                "生活保護を受けている",
                "どの健康保険にも加入していない（国民健康保険の加入を届け出る）",
                "住所を移した、または移す予定である",
            ],
        )],
        LetterKind::WhereaboutsInquiry => &[(
            "現在のお住まいについて",
            &[
                "登録されている住所に住んでいる",
                "ほかの場所に住んでいる（住所　　　　　　　　　　　　　　　　　　　　）",
            ],
        )],
        LetterKind::StudentCheck => &[(
            "在学の状況",
            &[
                "在学している（在学証明書を添える）",
                "卒業した（　　　年　　月　　日）",
                "退学した（　　　年　　月　　日）",
            ],
        )],
        LetterKind::FacilityCheck => &[(
            "入所の状況",
            &[
                "引き続き入所している",
                "ほかの施設に移った（　　　年　　月　　日　施設名　　　　　　　　　　）",
                "退所した（　　　年　　月　　日　住所　　　　　　　　　　　　　　　　）",
            ],
        )],
        LetterKind::ResidencePeriod => &[(
            "在留期間について",
            &[
                "更新の許可を受けた（新しい満了日　　　年　　月　　日　在留カードの写しを添える）",
                "更新を申請中（申請日　　　年　　月　　日）",
                "出国する（　　　年　　月　　日）",
            ],
        )],
        LetterKind::ExOfficioGain | LetterKind::ExOfficioLoss | LetterKind::RevenueInvitation => {
            &[]
        }
    };
    asked
        .iter()
        .map(|(question, answers)| {
            let answers = answers.iter().map(|one| (*one).to_owned()).collect();
            ((*question).to_owned(), answers)
        })
        .collect()
}
