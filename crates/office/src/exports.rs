//! 出力の一覧 — everything that leaves the program as a file or paper: for which purpose, on which ground, by whom, and how
//! somebody under 支援措置 is kept out of it. The table is a golden file; code that writes something out without a row here
//! turns a test red.

use crate::security::permit::{
    ExportData, Function, ImportFile, MakeBackup, ManageKeys, ManageStaff, PrintNotice,
    RegisterNumber, ReviewAccess,
};

/// How a person under 支援措置 appears in an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withheld {
    /// Left out and named to whoever made the export.
    LeftOut,
    /// Without any address.
    NoAddress,
    /// The address is needed, and stands in it after a second person's word alone.
    AfterApproval,
    /// The address is needed by law; 不開示 is said beside it.
    Flagged,
    /// Everything, sealed: only whoever holds the key of the copies can read it.
    Sealed,
    /// Holds no data of persons.
    NoPerson,
}

impl Withheld {
    /// In words.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::LeftOut => "除く",
            Self::NoAddress => "住所なし",
            Self::AfterApproval => "承認後・別封",
            Self::Flagged => "不開示を付す",
            Self::Sealed => "封のまま",
            Self::NoPerson => "個人の情報なし",
        }
    }
}

/// Something that leaves the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Export {
    /// Stable code.
    pub code: &'static str,
    /// What it is.
    pub name_ja: &'static str,
    /// 利用目的.
    pub purpose_ja: &'static str,
    /// 根拠.
    pub ground_ja: &'static str,
    /// Code of the function it takes.
    pub function: &'static str,
    /// 支援措置.
    pub withheld: Withheld,
    /// Source files that write it, below `crates/`.
    pub sources: &'static [&'static str],
}

/// An export that is handed to somebody: what makes it asks for the [`crate::provision::Cleared`] of this very export.
pub trait Handed {
    /// Its code in [`ALL`].
    const CODE: &'static str;
    /// Whether it holds the rows of the whole municipality, so that only who may open them all takes it out. An extraction is
    /// approved by two people, and the others are about one person whose row is asked.
    const WHOLE_TOWN: bool = true;
    /// The function it takes.
    type Needs: Function;
}

/// 異動のあった世帯の情報.
#[derive(Debug)]
pub struct EligibilityChanges;
/// 資格・異動・状況の引渡し.
#[derive(Debug)]
pub struct EligibilityStatus;
/// データ抽出.
#[derive(Debug)]
pub struct Extract;
/// 負担区分の判定結果.
#[derive(Debug)]
pub struct JudgementTable;
/// 特別徴収の依頼ファイル.
#[derive(Debug)]
pub struct LevySpecial;
/// 賦課台帳・元帳の表.
#[derive(Debug)]
pub struct LevyTable;
/// 国保情報集約システムへの送信ファイル.
#[derive(Debug)]
pub struct LinkageOutbox;
/// 住基ネット照会ファイル.
#[derive(Debug)]
pub struct NetworkQueryFile;
/// 住民情報.
#[derive(Debug)]
pub struct RegistryResidents;

/// 本人ごとの記録.
#[derive(Debug)]
pub struct PersonRecord;

impl Handed for PersonRecord {
    const CODE: &'static str = "record.person";
    const WHOLE_TOWN: bool = false;
    type Needs = ReviewAccess;
}
impl Handed for EligibilityChanges {
    const CODE: &'static str = "eligibility.changes";
    type Needs = ExportData;
}
impl Handed for EligibilityStatus {
    const CODE: &'static str = "eligibility.status";
    type Needs = ExportData;
}
impl Handed for Extract {
    const CODE: &'static str = "euc.extract";
    const WHOLE_TOWN: bool = false;
    type Needs = ExportData;
}
impl Handed for JudgementTable {
    const CODE: &'static str = "judgement.table";
    type Needs = ExportData;
}
impl Handed for LevySpecial {
    const CODE: &'static str = "levy.special";
    type Needs = ExportData;
}
impl Handed for LevyTable {
    const CODE: &'static str = "levy.table";
    type Needs = ExportData;
}
impl Handed for LinkageOutbox {
    const CODE: &'static str = "linkage.outbox";
    type Needs = ExportData;
}
impl Handed for NetworkQueryFile {
    const CODE: &'static str = "number.network_query";
    const WHOLE_TOWN: bool = false;
    type Needs = RegisterNumber;
}
impl Handed for RegistryResidents {
    const CODE: &'static str = "registry.residents";
    type Needs = ExportData;
}

/// What an export is called; its code where there is none of that code.
#[must_use]
pub fn name_of(code: &str) -> &str {
    ALL.iter()
        .find(|one| one.code == code)
        .map_or(code, |one| one.name_ja)
}

/// Every export, by code.
pub const ALL: &[Export] = &[
    Export {
        code: "backup.copy",
        name_ja: "データベースの控え（封をしたもの）",
        purpose_ja: "障害・災害からの復旧",
        ground_ja: "個人情報の保護に関する法律 第66条",
        function: MakeBackup::CODE,
        withheld: Withheld::Sealed,
        sources: &["kokuho/src/commands/backup.rs"],
    },
    Export {
        code: "certificate.paper",
        name_ja: "資格確認書・資格情報のお知らせ等の証と通知",
        purpose_ja: "被保険者への交付",
        ground_ja: "国民健康保険法 第9条",
        function: PrintNotice::CODE,
        withheld: Withheld::AfterApproval,
        sources: &[
            "kokuho/src/commands/certificate.rs",
            "web/src/certificate/act.rs",
            "web/src/certificate/letter.rs",
        ],
    },
    Export {
        code: "demo.sample",
        name_ja: "見本の市のファイルと見本の通知書",
        purpose_ja: "研修・試験（架空の人だけ）",
        ground_ja: "なし（個人情報を含まない）",
        function: ImportFile::CODE,
        withheld: Withheld::NoPerson,
        sources: &[
            "kokuho/src/commands/demo.rs",
            "kokuho/src/commands/demo_files.rs",
            "sim/src/files.rs",
            "sim/src/newcomers.rs",
        ],
    },
    Export {
        code: "eligibility.changes",
        name_ja: "異動のあった世帯の情報",
        purpose_ja: "都道府県単位の資格管理・高額該当回数の引継ぎ",
        ground_ja: "国民健康保険法 第113条の3",
        function: ExportData::CODE,
        withheld: Withheld::NoAddress,
        sources: &[
            "kokuho/src/commands/changes.rs",
            "office/src/eligibility/changes/file.rs",
        ],
    },
    Export {
        code: "eligibility.letter",
        name_ja: "資格の勧奨・照会の通知と資格の証明書",
        purpose_ja: "被保険者・世帯主への勧奨、照会、証明",
        ground_ja: "国民健康保険法 第9条、第113条",
        function: PrintNotice::CODE,
        withheld: Withheld::AfterApproval,
        sources: &[
            "kokuho/src/paper_eligibility.rs",
            "web/src/eligibility/letters.rs",
            "web/src/eligibility/letters/one.rs",
            "web/src/eligibility/proof.rs",
        ],
    },
    Export {
        code: "eligibility.status",
        name_ja: "資格・異動・状況の引渡し",
        purpose_ja: "後継システム・関係機関への引渡し",
        ground_ja: "国民健康保険法 第113条の3",
        function: ExportData::CODE,
        withheld: Withheld::NoAddress,
        sources: &[
            "kokuho/src/commands/handover.rs",
            "office/src/eligibility/moves.rs",
            "office/src/eligibility/status/handover.rs",
        ],
    },
    Export {
        code: "euc.extract",
        name_ja: "データ抽出（名前・住所・番号のない表）",
        purpose_ja: "承認された申請ごとの目的",
        ground_ja: "個人情報の保護に関する法律 第69条",
        function: ExportData::CODE,
        withheld: Withheld::LeftOut,
        sources: &[
            "kokuho/src/commands/extract.rs",
            "office/src/extract.rs",
            "web/src/registers/extract.rs",
        ],
    },
    Export {
        code: "judgement.table",
        name_ja: "負担区分の判定結果",
        purpose_ja: "後継システム・国保総合への引渡し",
        ground_ja: "国民健康保険法 第113条の3",
        function: ExportData::CODE,
        withheld: Withheld::NoAddress,
        sources: &[
            "office/src/judgement/export.rs",
            "office/src/judgement/handover.rs",
        ],
    },
    Export {
        code: "levy.notice",
        name_ja: "納入（納税）通知書・変更決定通知書",
        purpose_ja: "納付義務者への告知",
        ground_ja: "地方自治法 第231条、地方税法 第13条",
        function: PrintNotice::CODE,
        withheld: Withheld::AfterApproval,
        sources: &["kokuho/src/commands/notices.rs", "web/src/work/notices.rs"],
    },
    Export {
        code: "levy.special",
        name_ja: "特別徴収の依頼ファイル",
        purpose_ja: "年金からの特別徴収",
        ground_ja: "国民健康保険法 第76条の3、地方税法 第706条",
        function: ExportData::CODE,
        withheld: Withheld::NoAddress,
        sources: &[
            "kokuho/src/commands/pension.rs",
            "office/src/levy/special_files.rs",
        ],
    },
    Export {
        code: "levy.table",
        name_ja: "賦課台帳・元帳の表",
        purpose_ja: "突合・統計",
        ground_ja: "国民健康保険法 第76条",
        function: ExportData::CODE,
        withheld: Withheld::NoAddress,
        sources: &["kokuho/src/commands/export.rs"],
    },
    Export {
        code: "linkage.outbox",
        name_ja: "国保情報集約システムへの送信ファイル",
        purpose_ja: "都道府県単位の資格管理・高額該当回数の引継ぎ",
        ground_ja: "国民健康保険法 第113条の3",
        function: ExportData::CODE,
        withheld: Withheld::Flagged,
        sources: &[
            "kokuho/src/commands/messages.rs",
            "office/src/outbox/export.rs",
            "office/src/outbox/result.rs",
        ],
    },
    Export {
        code: "media.unseal",
        name_ja: "受け取った封の開封",
        purpose_ja: "引き渡されたファイルの取込",
        ground_ja: "個人情報の保護に関する法律 第66条",
        function: ImportFile::CODE,
        withheld: Withheld::Sealed,
        sources: &["kokuho/src/commands/unseal.rs", "kokuho/src/door.rs"],
    },
    Export {
        code: "number.network_query",
        name_ja: "住基ネット照会ファイル",
        purpose_ja: "個人番号の取得・確認",
        ground_ja: "住民基本台帳法 第30条の10",
        function: RegisterNumber::CODE,
        withheld: Withheld::Flagged,
        sources: &["office/src/vault/network.rs", "web/src/number/register.rs"],
    },
    Export {
        code: "record.person",
        name_ja: "本人ごとの閲覧・照会・提供の記録",
        purpose_ja: "開示請求への回答",
        ground_ja: "個人情報の保護に関する法律 第76条、番号法 第31条",
        function: ReviewAccess::CODE,
        withheld: Withheld::NoAddress,
        sources: &["kokuho/src/commands/disclosure.rs"],
    },
    Export {
        code: "registry.residents",
        name_ja: "住民情報",
        purpose_ja: "後継システムへの引渡し",
        ground_ja: "個人情報の保護に関する法律 第69条",
        function: ExportData::CODE,
        withheld: Withheld::LeftOut,
        sources: &["office/src/registry/export.rs"],
    },
    Export {
        code: "security.keys",
        name_ja: "封と番号の金庫の鍵ファイル、記録の封の控え",
        purpose_ja: "鍵の管理、記録の改ざんの検知",
        ground_ja: "行政手続における特定の個人を識別するための番号の利用等に関する法律 第12条",
        function: ManageKeys::CODE,
        withheld: Withheld::NoPerson,
        sources: &[
            "kokuho/src/commands/audit.rs",
            "kokuho/src/commands/number.rs",
        ],
    },
    Export {
        code: "security.permissions",
        name_ja: "権限の表",
        purpose_ja: "アクセス権限の棚卸し",
        ground_ja: "行政手続における特定の個人を識別するための番号の利用等に関する法律 第12条",
        function: ManageStaff::CODE,
        withheld: Withheld::NoPerson,
        sources: &["web/src/security/rules.rs"],
    },
];

/// The table as it stands in git: code, purpose, ground, function, 支援措置.
#[must_use]
pub fn table() -> String {
    let mut text = String::from("# 出力 × 目的\n");
    for one in ALL {
        text.push_str(&format!(
            "{} | {} | {} | {} | {} | {}\n",
            one.code,
            one.name_ja,
            one.purpose_ja,
            one.ground_ja,
            one.function,
            one.withheld.label_ja()
        ));
    }
    text
}
