//! パスキー — what an authenticator of the terminal says, checked: a registration and a log-in, each for one challenge,
//! from one origin, with the person verified by finger, face or PIN.
//!
//! 根拠: W3C Web Authentication Level 2 第7.1節・第7.2節

use super::totp::base64url;
use ciborium::Value;
use law::Refusal;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use sha2::{Digest, Sha256};

/// Where passkeys belong: fixed by configuration, never taken from a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// `https://kokuho.example.lg.jp`, scheme, host and port as the browser says them.
    pub origin: String,
    /// Its host: the identifier a key is bound to.
    pub host: String,
}

impl Origin {
    /// From the address of the pages: `https://` and a host, or `http://localhost` for trying out.
    ///
    /// # Errors
    /// A [`Refusal`] where keys could not be bound to it.
    pub fn read(address: &str) -> Result<Self, Refusal> {
        let address = address.trim_end_matches('/');
        let wrong = || {
            no(
                "passkey.origin",
                "パスキーの接続元は https://ホスト名 の形で指定してください（試用では http://localhost も使えます）",
            )
        };
        let (scheme, rest) = address.split_once("://").ok_or_else(wrong)?;
        let host = rest.split(':').next().unwrap_or_default();
        let named = !host.is_empty()
            && !rest.contains('/')
            && host.bytes().any(|byte| byte.is_ascii_alphabetic());
        if !named || !(scheme == "https" || scheme == "http" && host == "localhost") {
            return Err(wrong());
        }
        Ok(Self {
            origin: address.to_owned(),
            host: host.to_owned(),
        })
    }
}

/// A key that an authenticator has made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// Its name.
    pub credential: Vec<u8>,
    /// The public key in COSE.
    pub public: Vec<u8>,
    /// Signatures so far.
    pub counter: i64,
}

/// What was asked of the authenticator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ceremony {
    Create,
    Get,
}

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const COPIABLE: u8 = 0x08;
const NEW_KEY: u8 = 0x40;

fn no(code: &'static str, message: &str) -> Refusal {
    Refusal::new(code, message.to_owned())
}

fn broken() -> Refusal {
    no(
        "passkey.form",
        "認証器の答えを読めません。もう一度やり直してください",
    )
}

/// Checks what an authenticator made for a challenge.
///
/// # Errors
/// A [`Refusal`]: `passkey.form`, `.kind`, `.challenge`, `.origin`, `.host`, `.verified`, `.copiable`, `.algorithm`.
pub fn registered(
    origin: &Origin,
    challenge: &[u8],
    client_data: &[u8],
    attestation: &[u8],
) -> Result<NewKey, Refusal> {
    said(origin, challenge, client_data, Ceremony::Create)?;
    let object: Value = ciborium::from_reader(attestation).map_err(|_| broken())?;
    let data = entry(&object, &Value::Text("authData".to_owned()))
        .and_then(Value::as_bytes)
        .ok_or_else(broken)?;
    let (flags, counter) = about(origin, data)?;
    if flags & COPIABLE != 0 {
        return Err(no(
            "passkey.copiable",
            "この端末のパスキーはほかの機器へ写せる種類です。端末から出ないパスキー（指紋・顔・PIN）を選んでください",
        ));
    }
    if flags & NEW_KEY == 0 {
        return Err(broken());
    }
    // 16 bytes of model, two of length, the name of the key, the key.
    let rest = data.get(37 + 16..).ok_or_else(broken)?;
    let (length, rest) = rest.split_at_checked(2).ok_or_else(broken)?;
    let length = <[u8; 2]>::try_from(length).map_or(0, u16::from_be_bytes);
    let (credential, mut key) = rest
        .split_at_checked(usize::from(length))
        .filter(|(name, _)| (16..=1023).contains(&name.len()))
        .ok_or_else(broken)?;
    let whole = key;
    let _: Value = ciborium::from_reader(&mut key).map_err(|_| broken())?;
    let public = whole
        .get(..whole.len() - key.len())
        .ok_or_else(broken)?
        .to_vec();
    PublicKey::read(&public)?;
    Ok(NewKey {
        credential: credential.to_vec(),
        public,
        counter,
    })
}

/// Checks a log-in; the new count of signatures is handed back.
///
/// # Errors
/// As [`registered`], and `passkey.signature`, `passkey.counter`.
pub fn asserted(
    origin: &Origin,
    challenge: &[u8],
    (public, counter): (&[u8], i64),
    client_data: &[u8],
    data: &[u8],
    signature: &[u8],
) -> Result<i64, Refusal> {
    said(origin, challenge, client_data, Ceremony::Get)?;
    let (_, count) = about(origin, data)?;
    let signed = [data, &Sha256::digest(client_data)].concat();
    PublicKey::read(public)?.verify(&signed, signature)?;
    if (count != 0 || counter != 0) && count <= counter {
        return Err(no(
            "passkey.counter",
            "このパスキーは写しが使われたおそれがあります。使用を止め、管理者へ知らせてください",
        ));
    }
    Ok(count)
}

/// What the browser says was asked, for which challenge, by whom.
fn said(origin: &Origin, challenge: &[u8], json: &[u8], what: Ceremony) -> Result<(), Refusal> {
    let said: serde_json::Value = serde_json::from_slice(json).map_err(|_| broken())?;
    let text = |name: &str| {
        said.get(name)
            .and_then(|value| value.as_str())
            .unwrap_or("")
    };
    let kind = match what {
        Ceremony::Create => "webauthn.create",
        Ceremony::Get => "webauthn.get",
    };
    if text("type") != kind {
        return Err(no(
            "passkey.kind",
            "登録とログインの答えが入れ違っています。もう一度やり直してください",
        ));
    }
    if challenge.is_empty() || text("challenge") != base64url(challenge) {
        return Err(no(
            "passkey.challenge",
            "確認の期限が過ぎたか、同じ答えが二度送られました。もう一度やり直してください",
        ));
    }
    let framed = said.get("crossOrigin").and_then(serde_json::Value::as_bool) == Some(true);
    if text("origin") != origin.origin || framed {
        return Err(no(
            "passkey.origin",
            "このシステムの画面からの答えではありません。画面のアドレスを確かめてください",
        ));
    }
    Ok(())
}

/// Flags and count of the authenticator's own words.
fn about(origin: &Origin, data: &[u8]) -> Result<(u8, i64), Refusal> {
    let (host, rest) = data.split_at_checked(32).ok_or_else(broken)?;
    if host != Sha256::digest(origin.host.as_bytes()).as_slice() {
        return Err(no(
            "passkey.host",
            "ほかの接続先のパスキーです。このシステムに登録したものを使ってください",
        ));
    }
    let flags = *rest.first().ok_or_else(broken)?;
    let count = rest
        .get(1..5)
        .and_then(|four| <[u8; 4]>::try_from(four).ok())
        .map(u32::from_be_bytes)
        .ok_or_else(broken)?;
    if flags & PRESENT == 0 || flags & VERIFIED == 0 {
        return Err(no(
            "passkey.verified",
            "本人の確認（指紋・顔・PIN）がされていません。認証器の設定を確かめてください",
        ));
    }
    Ok((flags, i64::from(count)))
}

fn entry<'a>(map: &'a Value, key: &Value) -> Option<&'a Value> {
    map.as_map()?
        .iter()
        .find(|(name, _)| name == key)
        .map(|(_, value)| value)
}

enum PublicKey {
    Es256(Vec<u8>),
    Rs256(Vec<u8>, Vec<u8>),
    Ed25519(Vec<u8>),
}

impl PublicKey {
    /// 根拠: RFC 9053 第7節, RFC 8230 第4節
    fn read(cose: &[u8]) -> Result<Self, Refusal> {
        let key: Value = ciborium::from_reader(cose).map_err(|_| broken())?;
        let number = |name: i64| {
            entry(&key, &Value::from(name))
                .and_then(Value::as_integer)
                .and_then(|value| i64::try_from(value).ok())
        };
        let bytes = |name: i64, length: Option<usize>| {
            entry(&key, &Value::from(name))
                .and_then(Value::as_bytes)
                .filter(|bytes| length.is_none_or(|length| bytes.len() == length))
                .cloned()
                .ok_or_else(broken)
        };
        match (number(1), number(3), number(-1)) {
            (Some(2), Some(-7), Some(1)) => Ok(Self::Es256(
                [vec![4], bytes(-2, Some(32))?, bytes(-3, Some(32))?].concat(),
            )),
            (Some(3), Some(-257), _) => Ok(Self::Rs256(bytes(-1, None)?, bytes(-2, None)?)),
            (Some(1), Some(-8), Some(6)) => Ok(Self::Ed25519(bytes(-2, Some(32))?)),
            _ => Err(no(
                "passkey.algorithm",
                "この認証器の署名方式は使えません（ES256・RS256・EdDSAのいずれかが要ります）",
            )),
        }
    }

    fn verify(&self, signed: &[u8], signature: &[u8]) -> Result<(), Refusal> {
        match self {
            Self::Es256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(signed, signature)
            }
            Self::Rs256(n, e) => RsaPublicKeyComponents { n, e }.verify(
                &RSA_PKCS1_2048_8192_SHA256,
                signed,
                signature,
            ),
            Self::Ed25519(point) => {
                UnparsedPublicKey::new(&ED25519, point).verify(signed, signature)
            }
        }
        .map_err(|_| {
            no(
                "passkey.signature",
                "パスキーの署名が登録されたものと合いません。登録した認証器を使ってください",
            )
        })
    }
}
