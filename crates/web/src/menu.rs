//! 主なメニュー — every entry, where it leads and the function it takes to see it.

use office::security::permit::{self, Function};

/// Label, address, and the code of the function; empty for everybody.
pub const ALL: &[(&str, &str, &str)] = &[
    ("ホーム", "/", ""),
    ("宛名検索", "/search", permit::SearchPerson::CODE),
    ("処理待ち", "/work", permit::HandleWork::CODE),
    ("夜間処理", "/nightly", permit::HandleWork::CODE),
    ("連携", "/messages", permit::HandleWork::CODE),
    ("年齢到達", "/ages", permit::RunEligibility::CODE),
    ("証", "/certificates", permit::IssueCertificate::CODE),
    ("年次判定", "/cut-over", permit::RunJudgement::CODE),
    ("年次更新", "/renewals", permit::RunRenewal::CODE),
    (
        "転入・出生",
        "/people/arrive",
        permit::RegisterResident::CODE,
    ),
    ("住登外", "/people/new", permit::RegisterResident::CODE),
    ("名寄せ", "/merge", permit::MergePerson::CODE),
    ("承認待ち", "/approvals", permit::ApproveEligibility::CODE),
    ("賦課処理", "/runs", permit::ViewLevy::CODE),
    ("通知書", "/notices", permit::ViewLevy::CODE),
    ("試算", "/trial", permit::TrialLevy::CODE),
    ("料率の試算", "/what-if", permit::RunLevy::CODE),
    ("受付簿", "/files", permit::ImportFile::CODE),
    ("保留", "/held", permit::ImportFile::CODE),
    ("全件差異", "/missing", permit::ImportFile::CODE),
    ("処理状況", "/jobs", permit::ViewLevy::CODE),
    ("個人番号", "/number", permit::UseNumber::CODE),
    ("データ抽出", "/extractions", permit::ExportData::CODE),
    ("台帳", "/registers", permit::KeepRegister::CODE),
    ("職員", "/staff", permit::ManageStaff::CODE),
    ("安全管理", "/security", permit::ManageStaff::CODE),
    ("緊急利用", "/emergencies", permit::ApproveEmergency::CODE),
    ("操作の記録", "/access-log", permit::ReviewAccess::CODE),
    ("警告", "/alerts", permit::ReviewAccess::CODE),
    ("本人の設定", "/me", ""),
    ("手引き", "/manual", ""),
];
