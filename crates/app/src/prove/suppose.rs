//! An account that no register declares: what somebody says on a command line, for a proof against
//! exported policies before there is an account, or without telling anybody which one it is.

use std::fmt;
use std::str::FromStr;

use halligan_core::ca::{CredentialKind, Standing, Supposed, supposed_credentials};
use halligan_core::id::{GroupId, Guid, UserId};
use halligan_core::register::Target;
use halligan_core::tenant::Snapshot;

use super::Subject;

/// The object id of the supposed account. It is made up, so that no policy names it; a policy that
/// names an account by its id does not see the supposed one.
pub const SUPPOSED_ACCOUNT: UserId = UserId::from_u128(0x0000_0000_0000_4000_8000_0000_0050_0000);

/// What the supposed account is called.
pub const SUPPOSED_NAME: &str = "supposed account";

/// The words for methods, as Microsoft Graph spells the configurations of its authentication
/// methods policy where it has one.
const METHODS: &[(&str, CredentialKind)] = &[
    ("fido2", CredentialKind::Passkey),
    ("certificate", CredentialKind::CertificateMultiFactor),
    ("password", CredentialKind::Password),
    ("microsoftAuthenticator", CredentialKind::AuthenticatorPush),
    ("sms", CredentialKind::Sms),
    ("voice", CredentialKind::Voice),
    ("softwareOath", CredentialKind::SoftwareOath),
    ("hardwareOath", CredentialKind::HardwareOath),
    ("windowsHello", CredentialKind::WindowsHello),
];

/// A method on a command line: its word, and for a passkey its model (`fido2:AAGUID`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MethodWord(pub Supposed);

/// A text that is no method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAMethod {
    /// There is no such word.
    Word,
    /// A model is given that is no AAGUID, or of something that has none.
    Model,
}

impl fmt::Display for NotAMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word => {
                let words: Vec<&str> = METHODS.iter().map(|(word, _)| *word).collect();
                write!(f, "it is none of `{}`", words.join("`, `"))
            }
            Self::Model => f.write_str("only `fido2` has a model, its AAGUID: `fido2:AAGUID`"),
        }
    }
}

impl std::error::Error for NotAMethod {}

impl FromStr for MethodWord {
    type Err = NotAMethod;

    fn from_str(text: &str) -> Result<Self, NotAMethod> {
        let (word, model) = match text.split_once(':') {
            Some((word, model)) => (word, Some(model)),
            None => (text, None),
        };
        let mut found = METHODS.iter().filter(|(have, _)| have.eq_ignore_ascii_case(word));
        let (_, kind) = found.next().ok_or(NotAMethod::Word)?;
        let aaguid = match model {
            None => None,
            Some(model) if *kind == CredentialKind::Passkey => {
                Some(model.parse::<Guid>().map_err(|_| NotAMethod::Model)?)
            }
            Some(_) => return Err(NotAMethod::Model),
        };
        Ok(Self(Supposed { kind: *kind, aaguid }))
    }
}

/// Targets on a command line: a group of them, or one by its word in the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetsWord(pub Vec<Target>);

/// The groups of targets that have a word of their own.
const GROUPS: &[(&str, &[Target])] = &[
    (
        "portals",
        &[
            Target::EntraAdminCenter,
            Target::AzurePortal,
            Target::IntuneAdminCenter,
            Target::Microsoft365AdminCenter,
        ],
    ),
    ("graph", &[Target::GraphPowerShell]),
    ("all", &Target::DEFAULT),
];

/// A text that is no target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotATarget;

impl fmt::Display for NotATarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups: Vec<&str> = GROUPS.iter().map(|(word, _)| *word).collect();
        let (groups, names) = (groups.join("`, `"), Target::NAMES.join("`, `"));
        write!(f, "it is none of `{groups}`, `{names}`")
    }
}

impl std::error::Error for NotATarget {}

impl FromStr for TargetsWord {
    type Err = NotATarget;

    fn from_str(text: &str) -> Result<Self, NotATarget> {
        if let Some((_, targets)) = GROUPS.iter().find(|(word, _)| *word == text) {
            return Ok(Self(targets.to_vec()));
        }
        text.parse().map(|target| Self(vec![target])).map_err(|_| NotATarget)
    }
}

/// Every target that is named, each once; those of the default environment where none is.
pub fn targets(words: &[TargetsWord]) -> Vec<Target> {
    let mut targets = Vec::new();
    for target in words.iter().flat_map(|word| &word.0) {
        if !targets.contains(target) {
            targets.push(*target);
        }
    }
    if targets.is_empty() { Target::DEFAULT.to_vec() } else { targets }
}

/// An account in these groups and no others, with these methods, before the policies of
/// `snapshot`.
pub fn suppose(groups: &[GroupId], methods: &[MethodWord], snapshot: &Snapshot) -> Subject {
    let id = SUPPOSED_ACCOUNT;
    let holds: Vec<Supposed> = methods.iter().map(|method| method.0).collect();
    let within = groups.iter().copied().collect();
    let policy = snapshot.methods_policy.value();
    let credentials = supposed_credentials(id, &within, &holds, policy);
    let mut standing = Standing::supposed(id, within, Ok(credentials));
    let names = snapshot.groups.values().filter_map(|read| match read.state.value() {
        Ok(halligan_core::tenant::GroupState::Present(group)) => {
            Some((group.id, group.display_name.clone()))
        }
        _ => None,
    });
    standing.group_names = names.filter(|(id, _)| groups.contains(id)).collect();
    Subject { id, code_name: SUPPOSED_NAME.into(), standing }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::ca::Usable;
    use halligan_core::check::Case;
    use halligan_core::tenant::{Feature, Gap, GapReason, MethodConfiguration, Part, PartKind};

    const MODEL: &str = "2fc0579f-8113-47ea-b116-bb5a8db9202a";

    #[test]
    fn methods_are_read_in_any_letter_case() {
        for (word, kind) in METHODS {
            let read: MethodWord = word.to_ascii_uppercase().parse().unwrap();
            assert_eq!(read.0, Supposed { kind: *kind, aaguid: None });
        }
        let key: MethodWord = format!("fido2:{MODEL}").parse().unwrap();
        assert_eq!(key.0.aaguid, Some(MODEL.parse().unwrap()));
        assert_eq!("fido2:blue".parse::<MethodWord>(), Err(NotAMethod::Model));
        assert_eq!(format!("sms:{MODEL}").parse::<MethodWord>(), Err(NotAMethod::Model));
        assert_eq!("carrier-pigeon".parse::<MethodWord>(), Err(NotAMethod::Word));
        assert!(NotAMethod::Word.to_string().contains("`softwareOath`"));
    }

    #[test]
    fn targets_are_named_one_by_one_or_in_groups() {
        let read = |word: &str| word.parse::<TargetsWord>();
        assert_eq!(read("portals").unwrap().0.len(), 4);
        assert_eq!(read("azure-portal").unwrap().0, [Target::AzurePortal]);
        assert_eq!(read("moon"), Err(NotATarget));
        assert_eq!(targets(&[]), Target::DEFAULT);
        let both = [read("azure-portal").unwrap(), read("portals").unwrap()];
        assert_eq!(targets(&both).len(), 4, "none of them twice");
    }

    #[test]
    fn credentials_are_taken_unless_a_methods_policy_says_otherwise() {
        let usable = |snapshot: &Snapshot, method: &str| {
            let subject = suppose(&[], &[method.parse().unwrap()], snapshot);
            let [credential] = &subject.standing.credentials.unwrap()[..] else { panic!() };
            assert_eq!(credential.method, None);
            credential.use_at_sign_in.clone()
        };
        let mut case = Case::sound();
        let of_another_model = format!("fido2:{MODEL}");
        if let Part::Read { value, .. } = &mut case.snapshot.methods_policy {
            let keys = |one: &&mut MethodConfiguration| one.id.eq_ignore_ascii_case("fido2");
            value.configurations.iter_mut().filter(keys).for_each(|one| {
                one.state = Feature::Disabled;
            });
        }
        assert!(matches!(usable(&case.snapshot, &of_another_model), Usable::No(_)));
        let gap = Gap::new(PartKind::MethodsPolicy, None, GapReason::NotInSource);
        case.snapshot.methods_policy = Part::Gap(gap);
        for method in ["fido2", &of_another_model, "certificate", "sms", "voice", "password"] {
            assert_eq!(usable(&case.snapshot, method), Usable::Yes, "{method}");
        }
    }

    #[test]
    fn the_made_up_id_is_nobodys() {
        assert_eq!(SUPPOSED_ACCOUNT.to_string(), "00000000-0000-4000-8000-000000500000");
    }
}
