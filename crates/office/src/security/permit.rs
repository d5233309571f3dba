//! 許可 — a use case can only be called with the permit that authorization handed out for it.

use std::marker::PhantomData;

/// A function of the office that a role may or may not hold.
pub trait Function {
    /// Stable code, `area.verb`.
    const CODE: &'static str;
    /// Name on the page of permissions.
    const NAME_JA: &'static str;
    /// Its place in [`ALL`], and in a set of functions.
    const BIT: u32 = bit_of(Self::CODE);
}

/// The place of a code in [`ALL`]; one after the last for a code that is no function, which no set holds.
#[must_use]
pub const fn bit_of(code: &str) -> u32 {
    let mut bit = 0_u32;
    let mut rest: &[(&str, &str)] = ALL;
    while let [(known, _), after @ ..] = rest {
        if same(known.as_bytes(), code.as_bytes()) {
            return bit;
        }
        bit += 1;
        rest = after;
    }
    bit
}

const fn same(mut left: &[u8], mut right: &[u8]) -> bool {
    while let ([one, after_one @ ..], [other, after_other @ ..]) = (left, right) {
        if *one != *other {
            return false;
        }
        left = after_one;
        right = after_other;
    }
    left.is_empty() && right.is_empty()
}

/// Proof that authorization was asked and said yes. Only `security` can make one.
///
/// A use case asks for the permit of its function:
///
/// ```
/// use office::security::Session;
/// use office::security::authorize;
/// use office::security::permit::{Permit, PublishLevy};
///
/// fn publish(permit: &Permit<PublishLevy>) -> &'static str {
///     permit.code()
/// }
/// fn page(session: &Session) -> Option<&'static str> {
///     authorize::<PublishLevy>(session).ok().map(|permit| publish(&permit))
/// }
/// ```
///
/// Without it, nothing compiles: not with the permit of another function,
///
/// ```compile_fail,E0308
/// use office::security::permit::{Permit, PublishLevy, ViewLevy};
///
/// fn publish(permit: &Permit<PublishLevy>) -> &'static str {
///     permit.code()
/// }
/// fn page(permit: &Permit<ViewLevy>) -> &'static str {
///     publish(permit)
/// }
/// ```
///
/// not with one that was forged,
///
/// ```compile_fail,E0624
/// use office::security::permit::{Permit, PublishLevy};
///
/// let forged = Permit::<PublishLevy>::grant(1);
/// ```
///
/// and not without having asked a real use case's question.
///
/// ```compile_fail,E0061
/// fn publish(store: &db::Store, acting: &office::Acting) {
///     let _ = office::levy::publish::begin(store, acting, 1);
/// }
/// ```
#[derive(Debug)]
pub struct Permit<F> {
    code: &'static str,
    staff_id: i64,
    function: PhantomData<F>,
}

impl<F: Function> Permit<F> {
    pub(crate) fn grant(staff_id: i64) -> Self {
        Self {
            code: F::CODE,
            staff_id,
            function: PhantomData,
        }
    }
}

impl<F> Permit<F> {
    /// Code of the function, as written into the act.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Whom it was granted to.
    #[must_use]
    pub fn staff_id(&self) -> i64 {
        self.staff_id
    }
}

macro_rules! functions {
    ($($name:ident, $code:literal, $ja:literal;)*) => {
        $(
            #[doc = $ja]
            #[derive(Debug)]
            pub struct $name;
            impl Function for $name {
                const CODE: &'static str = $code;
                const NAME_JA: &'static str = $ja;
            }
        )*
        /// Every function: code and name, in the order of the page of permissions.
        pub const ALL: &[(&str, &str)] = &[$(($code, $ja)),*];
    };
}

functions! {
    ImportFile, "import.file", "ファイル取込";
    SettleHeld, "import.held", "取込の保留行の確認・処理";
    SearchPerson, "registry.search", "宛名検索";
    ViewHousehold, "registry.view", "世帯照会";
    RegisterFact, "registry.register", "異動登録";
    RegisterResident, "registry.resident", "住民・住登外登録";
    RegisterContact, "registry.contact", "送付先・口座・連絡先登録";
    MergePerson, "registry.merge", "名寄せ";
    ApproveMerge, "registry.merge_approve", "名寄せ承認";
    RegisterEligibility, "eligibility.register", "資格異動登録";
    ApproveEligibility, "eligibility.approve", "資格異動承認";
    RunEligibility, "eligibility.run", "資格一括処理";
    Judge, "judgement.decide", "負担区分判定";
    RunJudgement, "judgement.run", "判定一括処理";
    ReceiveApplication, "certificate.receive", "証申請受付";
    IssueCertificate, "certificate.issue", "証交付";
    ApproveCertificate, "certificate.approve", "証認定・承認";
    RunRenewal, "certificate.run", "証一斉更新";
    HandleWork, "work.handle", "処理待ち対応";
    ViewLevy, "levy.view", "賦課照会";
    TrialLevy, "levy.trial", "試算";
    RunLevy, "levy.run", "賦課処理";
    ApproveLevy, "levy.approve", "賦課承認";
    PublishLevy, "levy.publish", "賦課確定";
    GrantRelief, "levy.relief", "減免決定";
    PrintNotice, "notice.print", "通知書発行";
    ReleaseWithheld, "support.release", "支援措置対象者の書類の承認";
    UndoAct, "act.undo", "処理取消";
    UndoOwnAct, "act.undo_own", "自分の当日の処理の取消";
    ExportData, "export.file", "データ出力";
    RegisterNumber, "number.register", "個人番号登録";
    UseNumber, "number.use", "個人番号利用（検索・表示）";
    SettleNumber, "number.settle", "番号紐付け確認リスト解消";
    ApproveNumber, "number.approve", "番号紐付け確認リスト承認";
    ManageKeys, "number.keys", "番号の鍵管理";
    KeepRegister, "register.keep", "台帳記入";
    ConfirmRegister, "register.confirm", "台帳確認（二人目）";
    ManageStaff, "security.staff", "職員管理";
    ReviewAccess, "security.audit", "操作の記録・警告の点検";
    ApproveEmergency, "security.emergency", "緊急利用の承認";
    MakeBackup, "backup.make", "バックアップ作成";
    RestoreBackup, "backup.restore", "バックアップ復元";
    ProposeErasure, "retention.propose", "保存期間満了の消去提案・保留";
    ApproveErasure, "retention.approve", "消去の承認と実行";
}
