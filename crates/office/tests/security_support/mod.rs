//! An authenticator made of software, for tests of log-in.

use ciborium::Value;
use office::security::factor::Assertion;
use office::security::second::Proof;
use office::security::totp;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use sha2::{Digest, Sha256};

/// An authenticator made of software: what it signs is what a test tells it to.
pub struct Authenticator {
    key: EcdsaKeyPair,
    pub credential: Vec<u8>,
    pub host: String,
    pub flags: u8,
    pub count: u32,
}

impl Authenticator {
    pub fn new(credential: u8) -> Self {
        let random = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, made.as_ref(), &random)
            .unwrap();
        Self {
            key,
            credential: vec![credential; 32],
            host: "kokuho.example.lg.jp".to_owned(),
            flags: 0x05,
            count: 1,
        }
    }

    pub fn client_data(kind: &str, challenge: &[u8], origin: &str) -> Vec<u8> {
        let challenge = totp::base64url(challenge);
        format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}","crossOrigin":false}}"#)
            .into_bytes()
    }

    pub fn data(&self, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(self.host.as_bytes()).to_vec();
        data.push(flags);
        data.extend(self.count.to_be_bytes());
        data
    }

    pub fn attestation(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let pair = |name: i64, value: Value| (Value::from(name), value);
        let key = Value::Map(vec![
            pair(1, Value::from(2)),
            pair(3, Value::from(-7)),
            pair(-1, Value::from(1)),
            pair(-2, Value::Bytes(point[1..33].to_vec())),
            pair(-3, Value::Bytes(point[33..65].to_vec())),
        ]);
        let mut data = self.data(self.flags | 0x40);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.credential.len()).unwrap().to_be_bytes());
        data.extend(&self.credential);
        ciborium::into_writer(&key, &mut data).unwrap();
        let object = Value::Map(vec![
            (Value::from("fmt"), Value::from("none")),
            (Value::from("attStmt"), Value::Map(Vec::new())),
            (Value::from("authData"), Value::Bytes(data)),
        ]);
        let mut bytes = Vec::new();
        ciborium::into_writer(&object, &mut bytes).unwrap();
        bytes
    }

    pub fn answer(&self, challenge: &[u8], origin: &str) -> Answer {
        let client_data = Self::client_data("webauthn.get", challenge, origin);
        let data = self.data(self.flags);
        let signed = [data.as_slice(), &Sha256::digest(&client_data)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        Answer {
            credential: hex(&self.credential),
            client_data,
            data,
            signature: signature.as_ref().to_vec(),
        }
    }
}

pub struct Answer {
    pub credential: String,
    client_data: Vec<u8>,
    data: Vec<u8>,
    signature: Vec<u8>,
}

impl Answer {
    pub fn proof(&self) -> Proof<'_> {
        Proof::Passkey(Assertion {
            credential: &self.credential,
            client_data: &self.client_data,
            data: &self.data,
            signature: &self.signature,
        })
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
