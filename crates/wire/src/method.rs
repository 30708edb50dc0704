//! Registered authentication methods.

use halligan_core::id::MethodId;
use halligan_core::tenant::{AttestationLevel, Method, MethodKind, Passkey, PasskeyType};
use serde_json::{Map, Value};

use crate::body::Body;
use crate::{Entity, Members, ReadError};

impl Entity for Method {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let kind = MethodKind::from_graph(&members.required_odata_type()?);
        let is_passkey = matches!(kind, MethodKind::Fido2 | MethodKind::Passkey);
        Ok(Self {
            id: MethodId::from(members.required_text("id")?),
            kind,
            created: members.timestamp("createdDateTime")?,
            passkey: if is_passkey { Some(passkey(members)?) } else { None },
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.print("@odata.type", &self.kind);
        body.print("id", &self.id);
        body.print_nullable("createdDateTime", self.created.as_ref());
        if let Some(passkey) = &self.passkey {
            write_passkey(&mut body, passkey);
        }
        body.done()
    }
}

fn passkey(members: &mut Members<'_>) -> Result<Passkey, ReadError> {
    Ok(Passkey {
        display_name: members.text("displayName")?,
        aaguid: members.text("aaGuid")?.and_then(|text| text.parse().ok()),
        model: members.text("model")?,
        attestation: members.open("attestationLevel", AttestationLevel::from_graph)?,
        passkey_type: members.open("passkeyType", PasskeyType::from_graph)?,
    })
}

fn write_passkey(body: &mut Body, passkey: &Passkey) {
    body.nullable("displayName", passkey.display_name.as_deref());
    body.print_nullable("aaGuid", passkey.aaguid.as_ref());
    body.nullable("model", passkey.model.as_deref());
    body.print_nullable("attestationLevel", passkey.attestation.as_ref());
    body.print_nullable("passkeyType", passkey.passkey_type.as_ref());
}
