//! Names of people who do not exist, and addresses without a house.

use crate::dice::Dice;

/// Surnames with their reading.
const SURNAMES: &[(&str, &str)] = &[
    ("佐藤", "サトウ"),
    ("鈴木", "スズキ"),
    ("高橋", "タカハシ"),
    ("田中", "タナカ"),
    ("伊藤", "イトウ"),
    ("渡辺", "ワタナベ"),
    ("山本", "ヤマモト"),
    ("中村", "ナカムラ"),
    ("小林", "コバヤシ"),
    ("加藤", "カトウ"),
    ("吉田", "ヨシダ"),
    ("山田", "ヤマダ"),
    ("佐々木", "ササキ"),
    ("山口", "ヤマグチ"),
    ("松本", "マツモト"),
    ("井上", "イノウエ"),
    ("木村", "キムラ"),
    ("林", "ハヤシ"),
    ("斎藤", "サイトウ"),
    ("清水", "シミズ"),
    ("山崎", "ヤマザキ"),
    ("森", "モリ"),
    ("池田", "イケダ"),
    ("橋本", "ハシモト"),
    ("阿部", "アベ"),
    ("石川", "イシカワ"),
    ("山下", "ヤマシタ"),
    ("中島", "ナカジマ"),
    ("石井", "イシイ"),
    ("小川", "オガワ"),
    ("前田", "マエダ"),
    ("岡田", "オカダ"),
    ("長谷川", "ハセガワ"),
    ("藤田", "フジタ"),
    ("後藤", "ゴトウ"),
    ("近藤", "コンドウ"),
    ("村上", "ムラカミ"),
    ("遠藤", "エンドウ"),
    ("青木", "アオキ"),
    ("坂本", "サカモト"),
    ("福田", "フクダ"),
    ("太田", "オオタ"),
    ("西村", "ニシムラ"),
    ("藤井", "フジイ"),
    ("金子", "カネコ"),
    ("岡本", "オカモト"),
    ("藤原", "フジワラ"),
    ("三浦", "ミウラ"),
    ("中野", "ナカノ"),
    ("原田", "ハラダ"),
    ("松田", "マツダ"),
    ("竹内", "タケウチ"),
    ("小野", "オノ"),
    ("田村", "タムラ"),
    ("中山", "ナカヤマ"),
    ("和田", "ワダ"),
    ("石田", "イシダ"),
    ("森田", "モリタ"),
    ("上田", "ウエダ"),
    ("原", "ハラ"),
    ("内田", "ウチダ"),
    ("柴田", "シバタ"),
    ("酒井", "サカイ"),
    ("宮崎", "ミヤザキ"),
    ("横山", "ヨコヤマ"),
    ("𠮷野", "ヨシノ"),
    ("渡邉", "ワタナベ"),
    ("髙木", "タカギ"),
    ("濵田", "ハマダ"),
    ("齋藤", "サイトウ"),
    ("葛\u{E0102}西", "カサイ"),
    ("辻\u{E0102}", "ツジ"),
    ("德永", "トクナガ"),
    ("黑田", "クロダ"),
    ("﨑山", "サキヤマ"),
];

const MALE: &[(&str, &str)] = &[
    ("太郎", "タロウ"),
    ("健", "ケン"),
    ("誠", "マコト"),
    ("隆", "タカシ"),
    ("大輔", "ダイスケ"),
    ("翔", "ショウ"),
    ("拓也", "タクヤ"),
    ("和也", "カズヤ"),
    ("博", "ヒロシ"),
    ("茂", "シゲル"),
    ("清", "キヨシ"),
    ("正", "タダシ"),
    ("修", "オサム"),
    ("浩二", "コウジ"),
    ("勇", "イサム"),
    ("陽翔", "ハルト"),
    ("蓮", "レン"),
    ("湊", "ミナト"),
    ("悠真", "ユウマ"),
    ("直樹", "ナオキ"),
    ("哲也", "テツヤ"),
    ("学", "マナブ"),
    ("豊", "ユタカ"),
    ("進", "ススム"),
    ("昭", "アキラ"),
];

const FEMALE: &[(&str, &str)] = &[
    ("花子", "ハナコ"),
    ("恵子", "ケイコ"),
    ("和子", "カズコ"),
    ("幸子", "サチコ"),
    ("洋子", "ヨウコ"),
    ("節子", "セツコ"),
    ("美咲", "ミサキ"),
    ("愛", "アイ"),
    ("陽子", "ヨウコ"),
    ("久美子", "クミコ"),
    ("由美", "ユミ"),
    ("真由美", "マユミ"),
    ("智子", "トモコ"),
    ("陽葵", "ヒマリ"),
    ("結菜", "ユイナ"),
    ("葵", "アオイ"),
    ("凛", "リン"),
    ("さくら", "サクラ"),
    ("千代", "チヨ"),
    ("文子", "フミコ"),
    ("京子", "キョウコ"),
    ("直美", "ナオミ"),
    ("裕子", "ユウコ"),
    ("麻衣", "マイ"),
    ("彩", "アヤ"),
];

const FOREIGN: &[(&str, &str)] = &[
    ("TANAKA MARIA LUISA", "タナカ マリア ルイサ"),
    ("NGUYEN THI HOA", "グエン ティ ホア"),
    ("KIM MINJUN", "キム ミンジュン"),
    ("WANG XIAOMING", "ワン シャオミン"),
    ("SANTOS JOSE PAULO", "サントス ジョゼ パウロ"),
    ("SMITH JOHN ALEXANDER", "スミス ジョン アレクサンダー"),
];

/// A family name with its reading.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// As written.
    pub name: &'static str,
    /// Reading in katakana.
    pub kana: &'static str,
}

/// A family name; the commoner ones more often.
pub fn family(dice: &mut Dice) -> Family {
    // Half of the families bear one of the first twenty names.
    let among = if dice.chance(5_000) {
        SURNAMES.get(..20).unwrap_or(SURNAMES)
    } else {
        SURNAMES
    };
    let (name, kana) = dice.one(among).copied().unwrap_or(("国保", "コクホ"));
    Family { name, kana }
}

/// A full name with its reading, surname and given name apart by a space.
pub fn person(dice: &mut Dice, family: Family, female: bool) -> (String, String) {
    let given = dice.one(if female { FEMALE } else { MALE });
    let (name, kana) = given.copied().unwrap_or(("一", "ハジメ"));
    (
        format!("{}　{name}", family.name),
        format!("{} {kana}", family.kana),
    )
}

/// A foreign resident's name in Latin capitals with its reading.
pub fn foreigner(dice: &mut Dice) -> (String, String) {
    let (name, kana) = dice
        .one(FOREIGN)
        .copied()
        .unwrap_or(("DOE JANE", "ドウ ジェーン"));
    (name.to_owned(), kana.to_owned())
}

/// Towns of an imaginary city, with an imaginary postal code each.
const TOWNS: &[(&str, &str)] = &[
    ("見本町", "9990001"),
    ("例示台", "9990002"),
    ("試験町", "9990003"),
    ("桜見本", "9990004"),
    ("東仮名町", "9990005"),
    ("西仮名町", "9990006"),
    ("架空が丘", "9990007"),
    ("沼ノ端見本", "9990008"),
];

/// Postal code, address and building of a house that is not there.
pub fn address(dice: &mut Dice, city: &str) -> (String, String, String) {
    let (town, postal) = dice.one(TOWNS).copied().unwrap_or(("見本町", "9990001"));
    let address = format!(
        "{city}{town}{}丁目{}番{}号",
        dice.between(1, 6),
        dice.between(1, 40),
        dice.between(1, 30)
    );
    let building = if dice.chance(4_500) {
        format!("見本マンション{}号室", dice.between(101, 1_208))
    } else {
        String::new()
    };
    (postal.to_owned(), address, building)
}
