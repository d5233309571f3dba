//! 役割 — what a member of staff is in the office, and the functions that go with it.

use super::permit::{
    ApproveCertificate, ApproveEligibility, ApproveEmergency, ApproveErasure, ApproveLevy,
    ApproveMerge, ApproveNumber, ConfirmRegister, ExportData, Function, GrantRelief, HandleWork,
    ImportFile, IssueCertificate, Judge, KeepRegister, MakeBackup, ManageKeys, ManageStaff,
    MergePerson, PrintNotice, ProposeErasure, PublishLevy, ReceiveApplication, RegisterContact,
    RegisterEligibility, RegisterFact, RegisterNumber, RegisterResident, ReleaseWithheld,
    RestoreBackup, ReviewAccess, RunEligibility, RunJudgement, RunLevy, RunRenewal, SearchPerson,
    SettleHeld, SettleNumber, TrialLevy, UndoAct, UndoOwnAct, UseNumber, ViewHousehold, ViewLevy,
};

/// 役割. A member of staff holds one or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// 窓口担当: looks people up, explains, reports changes, hands papers over.
    Counter,
    /// 資格担当: eligibility, judgement and certificates of the whole municipality.
    Eligibility,
    /// 資格責任者: approves what another has registered or recognised.
    EligibilitySupervisor,
    /// 賦課担当: runs the levy and takes files in.
    Levy,
    /// 賦課責任者: approves and publishes what another has run.
    Supervisor,
    /// 照会のみ: other departments and ward offices.
    Viewer,
    /// 個人番号利用者: in addition to another role, for the few who register numbers or search by them.
    NumberUser,
    /// 個人番号責任者: agrees to what another has proposed for the confirmation list.
    NumberSupervisor,
    /// システム管理者: accounts, imports and exports; sees no household, nor the rows of a file that are held.
    Administrator,
    /// 監査担当: who looked at whom, and what was conspicuous; changes nothing and sees no household.
    Auditor,
    /// 委託窓口担当: staff of the contractor at the counter, within the eight items of the contract and with a card.
    CounterContractor,
}

const VIEW: &[&str] = &[SearchPerson::CODE, ViewHousehold::CODE, ViewLevy::CODE];
const COUNTER: &[&str] = &[
    SearchPerson::CODE,
    ViewHousehold::CODE,
    RegisterFact::CODE,
    RegisterResident::CODE,
    RegisterContact::CODE,
    RegisterEligibility::CODE,
    Judge::CODE,
    ReceiveApplication::CODE,
    IssueCertificate::CODE,
    HandleWork::CODE,
    ViewLevy::CODE,
    TrialLevy::CODE,
    PrintNotice::CODE,
    UndoOwnAct::CODE,
];
const ELIGIBILITY: &[&str] = &[
    ImportFile::CODE,
    SettleHeld::CODE,
    SearchPerson::CODE,
    ViewHousehold::CODE,
    RegisterFact::CODE,
    RegisterResident::CODE,
    RegisterContact::CODE,
    MergePerson::CODE,
    RegisterEligibility::CODE,
    RunEligibility::CODE,
    Judge::CODE,
    RunJudgement::CODE,
    ReceiveApplication::CODE,
    IssueCertificate::CODE,
    RunRenewal::CODE,
    HandleWork::CODE,
    ViewLevy::CODE,
    TrialLevy::CODE,
    PrintNotice::CODE,
    UndoAct::CODE,
    ExportData::CODE,
];
const ELIGIBILITY_SUPERVISOR: &[&str] = &[
    ApproveEmergency::CODE,
    ReleaseWithheld::CODE,
    ProposeErasure::CODE,
    ApproveErasure::CODE,
    KeepRegister::CODE,
    ConfirmRegister::CODE,
    SearchPerson::CODE,
    ViewHousehold::CODE,
    ApproveMerge::CODE,
    ApproveEligibility::CODE,
    ApproveCertificate::CODE,
    HandleWork::CODE,
    ViewLevy::CODE,
    TrialLevy::CODE,
    UndoAct::CODE,
    ExportData::CODE,
];
const LEVY: &[&str] = &[
    ImportFile::CODE,
    SettleHeld::CODE,
    SearchPerson::CODE,
    ViewHousehold::CODE,
    RegisterFact::CODE,
    ViewLevy::CODE,
    TrialLevy::CODE,
    RunLevy::CODE,
    GrantRelief::CODE,
    HandleWork::CODE,
    PrintNotice::CODE,
    UndoAct::CODE,
    ExportData::CODE,
];
const SUPERVISOR: &[&str] = &[
    ApproveEmergency::CODE,
    ReleaseWithheld::CODE,
    ProposeErasure::CODE,
    ApproveErasure::CODE,
    KeepRegister::CODE,
    ConfirmRegister::CODE,
    SearchPerson::CODE,
    ViewHousehold::CODE,
    ViewLevy::CODE,
    TrialLevy::CODE,
    ApproveLevy::CODE,
    PublishLevy::CODE,
    GrantRelief::CODE,
    HandleWork::CODE,
    PrintNotice::CODE,
    UndoAct::CODE,
    ExportData::CODE,
];
const NUMBER_USER: &[&str] = &[RegisterNumber::CODE, UseNumber::CODE, SettleNumber::CODE];
const NUMBER_SUPERVISOR: &[&str] = &[UseNumber::CODE, ApproveNumber::CODE];
const ADMINISTRATOR: &[&str] = &[
    ImportFile::CODE,
    ExportData::CODE,
    KeepRegister::CODE,
    ConfirmRegister::CODE,
    ManageKeys::CODE,
    ManageStaff::CODE,
    ApproveEmergency::CODE,
    MakeBackup::CODE,
    RestoreBackup::CODE,
    ProposeErasure::CODE,
    ApproveErasure::CODE,
];
const AUDITOR: &[&str] = &[ReviewAccess::CODE];

/// 窓口包括業務委託の業務の範囲: the eight items of the contract, each with the functions of this program that belong to it. An item
/// without any is work of a system that is not part of this program yet.
pub const OUTSOURCED: [(&str, &[&str]); 8] = [
    ("療養の給付", &[]),
    ("療養費等の支給", &[]),
    ("不当（不正）利得の徴収", &[]),
    ("保険料（税）の徴収", &[]),
    ("保険料（税）の還付", &[]),
    (
        "資格の取得・喪失",
        &[
            SearchPerson::CODE,
            ViewHousehold::CODE,
            RegisterEligibility::CODE,
            UndoOwnAct::CODE,
        ],
    ),
    (
        "保険料（税）の賦課",
        &[ViewLevy::CODE, TrialLevy::CODE, PrintNotice::CODE],
    ),
    (
        "証の交付・返還",
        &[ReceiveApplication::CODE, IssueCertificate::CODE],
    ),
];
const COUNTER_CONTRACTOR: &[&str] = &[
    SearchPerson::CODE,
    ViewHousehold::CODE,
    RegisterEligibility::CODE,
    ReceiveApplication::CODE,
    IssueCertificate::CODE,
    ViewLevy::CODE,
    TrialLevy::CODE,
    PrintNotice::CODE,
    UndoOwnAct::CODE,
];

impl Role {
    /// Every role, in the order of the page of permissions.
    pub const ALL: [Self; 11] = [
        Self::Counter,
        Self::Eligibility,
        Self::EligibilitySupervisor,
        Self::Levy,
        Self::Supervisor,
        Self::Viewer,
        Self::NumberUser,
        Self::NumberSupervisor,
        Self::Administrator,
        Self::Auditor,
        Self::CounterContractor,
    ];

    /// Stable code, as stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Eligibility => "eligibility",
            Self::EligibilitySupervisor => "eligibility_supervisor",
            Self::Levy => "levy",
            Self::Supervisor => "supervisor",
            Self::Viewer => "viewer",
            Self::NumberUser => "number_user",
            Self::NumberSupervisor => "number_supervisor",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
            Self::CounterContractor => "counter_contractor",
        }
    }

    /// Name on pages.
    #[must_use]
    pub const fn name_ja(self) -> &'static str {
        match self {
            Self::Counter => "窓口担当",
            Self::Eligibility => "資格担当",
            Self::EligibilitySupervisor => "資格責任者",
            Self::Levy => "賦課担当",
            Self::Supervisor => "賦課責任者",
            Self::Viewer => "照会のみ",
            Self::NumberUser => "個人番号利用者",
            Self::NumberSupervisor => "個人番号責任者",
            Self::Administrator => "システム管理者",
            Self::Auditor => "監査担当",
            Self::CounterContractor => "委託窓口担当",
        }
    }

    /// The role of a stored code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Codes of the functions the role holds.
    #[must_use]
    pub const fn functions(self) -> &'static [&'static str] {
        match self {
            Self::Counter => COUNTER,
            Self::Eligibility => ELIGIBILITY,
            Self::EligibilitySupervisor => ELIGIBILITY_SUPERVISOR,
            Self::Levy => LEVY,
            Self::Supervisor => SUPERVISOR,
            Self::Viewer => VIEW,
            Self::NumberUser => NUMBER_USER,
            Self::NumberSupervisor => NUMBER_SUPERVISOR,
            Self::Administrator => ADMINISTRATOR,
            Self::Auditor => AUDITOR,
            Self::CounterContractor => COUNTER_CONTRACTOR,
        }
    }

    /// Whether somebody from outside may hold it under a contract: the counter's own work within the eight items, the care of
    /// the system, and looking up; never what the municipality decides, approves or checks, and no individual number.
    #[must_use]
    pub const fn may_be_outsourced(self) -> bool {
        matches!(
            self,
            Self::CounterContractor | Self::Administrator | Self::Viewer
        )
    }

    /// Whether the role holds a function.
    #[must_use]
    pub fn holds(self, function: &str) -> bool {
        self.functions().contains(&function)
    }

    /// Reads the stored list, codes separated by commas. An unknown code gives nobody anything: it is left out.
    #[must_use]
    pub fn read_list(stored: &str) -> Vec<Self> {
        let mut roles: Vec<Self> = stored.split(',').filter_map(Self::from_code).collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }

    /// The list as stored.
    #[must_use]
    pub fn write_list(roles: &[Self]) -> String {
        let codes: Vec<&str> = roles.iter().map(|role| role.code()).collect();
        codes.join(",")
    }
}
