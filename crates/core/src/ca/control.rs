//! What a policy demands of a sign-in that it hits, and whether the account meets it.
//!
//! A control that this version does not know cannot be met. What a person can do only beforehand
//! or only with a phone or a managed computer is met when the account and the device have it, and
//! not otherwise.
//!
//! Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-grant>,
//! <https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-session>,
//! <https://learn.microsoft.com/entra/identity/authentication/concept-authentication-strength-how-it-works>.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::credentials::{Credential, CredentialKind, Usable};
use super::network::needs_position;
use super::standing::Standing;
use super::truth::{Doubt, Truth};
use super::{Device, Flow, SignIn, strength};
use crate::tenant::{
    FrequencyInterval, Gap, GapReason, GrantControl, GrantControls, GrantOperator, NamedLocation,
    PartKind, Policy, SessionControls, Snapshot, Strength, said,
};

/// Whether a sign-in meets a demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Met {
    /// Nothing was demanded that could deny access.
    Nothing,
    /// It does, with these credentials (by their place in the account's list).
    By {
        /// What was demanded.
        what: String,
        /// The credentials used.
        credentials: Vec<usize>,
    },
    /// It does not, and why.
    No(String),
    /// It cannot be told.
    Unknown(Doubt),
}

/// What of a sign-in bears on controls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Setting {
    /// Whether the client can do multifactor authentication and show its device.
    pub(crate) is_modern: bool,
    /// Whether the flow is one that cannot carry the state of a device.
    pub(crate) is_device_code: bool,
    /// Whether Entra ID knows the device.
    pub(crate) is_registered: bool,
    /// Whether Intune calls it compliant.
    pub(crate) is_compliant: bool,
    /// Whether it is hybrid joined.
    pub(crate) is_hybrid_joined: bool,
}

impl Setting {
    pub(crate) fn of(sign_in: &SignIn) -> Self {
        let device = &sign_in.device;
        Self {
            is_modern: sign_in.client.is_modern(),
            is_device_code: sign_in.flow == Flow::DeviceCode,
            is_registered: *device != Device::Unregistered,
            is_compliant: device.is_compliant(),
            is_hybrid_joined: device.is_hybrid_joined(),
        }
    }

    /// Whether the sign-in shows the state of its device: legacy clients and the device code flow
    /// do not.
    const fn shows_device(self) -> bool {
        self.is_modern && !self.is_device_code
    }
}

/// What an account can prove, less what is lost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Purse<'a> {
    /// The account.
    pub(crate) standing: &'a Standing,
    /// The tenant's strengths, for policies that name theirs by id only.
    pub(crate) strengths: Result<&'a [Strength], &'a Gap>,
    /// What is lost.
    pub(crate) losses: Losses,
}

/// What is lost on the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Losses {
    /// Credentials, one bit for the place of each in the account's list.
    pub(crate) credentials: u128,
}

/// How many credentials of an account are told apart: as many as [`Losses`] has bits.
pub(crate) const CREDENTIALS_MAX: usize = 128;

impl<'a> Purse<'a> {
    /// The credentials that are left and work in a setting, with their places.
    pub(crate) fn credentials(
        self,
        setting: Setting,
    ) -> Result<impl Iterator<Item = (usize, &'a Credential)>, Doubt> {
        // A legacy client knows names and passwords.
        let works = move |one: &Credential| match setting.is_modern {
            true => setting.is_registered || !one.kind.is_bound(),
            false => one.kind.is_password(),
        };
        self.left().map(|left| left.filter(move |(_, one)| works(one)))
    }

    /// The credentials that are left on one computer or another, with their places.
    fn left(self) -> Result<impl Iterator<Item = (usize, &'a Credential)>, Doubt> {
        let all = self.standing.credentials.as_ref().map_err(|gap| Doubt::Gap(gap.clone()))?;
        let lost = self.losses.credentials;
        let is_left = move |place: usize| place < CREDENTIALS_MAX && lost >> place & 1 == 0;
        Ok(all.iter().enumerate().filter(move |(place, _)| is_left(*place)))
    }

    /// Whether the account can give its position: by the Authenticator app, and not where it signs
    /// in without a password.
    ///
    /// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-assignment-network>.
    pub(crate) fn can_give_position(self) -> bool {
        self.gives_position_with().is_some()
    }

    /// The credentials with which it does, by their places.
    fn gives_position_with(self) -> Option<Vec<usize>> {
        let place = |kind: CredentialKind| {
            let mut left = self.left().into_iter().flatten();
            left.find(|(_, one)| one.kind == kind && one.use_at_sign_in == Usable::Yes)
                .map(|(place, _)| place)
        };
        let both = [place(CredentialKind::Password)?, place(CredentialKind::AuthenticatorPush)?];
        Some(both.to_vec())
    }
}

/// Whether an account meets what a condition on locations asks of a sign-in by itself: a position,
/// where a country is found by the Authenticator app.
pub(crate) fn position(
    policy: &Policy,
    purse: Purse<'_>,
    named: Result<&[NamedLocation], &Gap>,
) -> Met {
    let Some(locations) = &policy.conditions.locations else { return Met::Nothing };
    let needs = needs_position(locations, named);
    if let Some(credentials) = purse.gives_position_with() {
        return match needs {
            Ok(false) => Met::Nothing,
            _ => Met::By { what: "a position of the Authenticator app".into(), credentials },
        };
    }
    match (needs, &purse.standing.credentials) {
        (Ok(false), _) => Met::Nothing,
        (Ok(true), Ok(_)) => Met::No(
            "it asks for the position of the Authenticator app, which no passwordless sign-in gives"
                .into(),
        ),
        (Ok(true), Err(gap)) => Met::Unknown(gap.clone().into()),
        (Err(doubt), _) => Met::Unknown(Doubt::Unclear(doubt.to_string())),
    }
}

/// Whether a sign-in in `setting` meets what `policy` demands.
pub(crate) fn met(policy: &Policy, purse: Purse<'_>, setting: Setting) -> Met {
    let session = policy.session.as_ref().map_or(Met::Nothing, |one| session(one, setting));
    let grant = policy.grant.as_ref().map_or(Met::Nothing, |one| grant(one, purse, setting));
    session.and(grant)
}

fn grant(grant: &GrantControls, purse: Purse<'_>, setting: Setting) -> Met {
    let mut demands: Vec<Met> = grant
        .built_in
        .iter()
        // Not enforced since 2026-06-30: Microsoft treats it as if it were not selected.
        // <https://learn.microsoft.com/entra/identity/conditional-access/migrate-approved-client-app>
        .filter(|control| **control != GrantControl::ApprovedApplication)
        .map(|one| control(one, purse, setting))
        .collect();
    demands.extend(grant.strength.as_ref().map(|one| strength::met(one, purse, setting)));
    let other = |what: &str| Met::No(format!("it requires {what}"));
    demands.extend(grant.custom.first().map(|_| other("a custom control")));
    demands.extend(grant.terms_of_use.first().map(|_| other("acceptance of terms of use")));
    demands.extend(said(&grant.unknown).map(|name| other(&format!("the control `{name}`"))));
    let any_suffices = grant.operator == Some(GrantOperator::Or);
    let combine = if any_suffices { Met::or } else { Met::and };
    demands.into_iter().reduce(combine).unwrap_or(Met::Nothing)
}

fn control(control: &GrantControl, purse: Purse<'_>, setting: Setting) -> Met {
    let no = |what: &str| Met::No(format!("it requires {what}"));
    let shown = |has: bool, what: &str| match (has, setting.shows_device()) {
        (true, true) => Met::By { what: what.into(), credentials: Vec::new() },
        (true, false) => no(&format!("{what}, which this client does not show")),
        (false, _) => no(what),
    };
    match control {
        GrantControl::Block => Met::No("it blocks access".into()),
        GrantControl::Mfa => multifactor(purse, setting),
        GrantControl::CompliantDevice => shown(setting.is_compliant, "a compliant device"),
        GrantControl::DomainJoinedDevice => {
            shown(setting.is_hybrid_joined, "a hybrid joined device")
        }
        GrantControl::CompliantApplication => no("an app protection policy"),
        // It resets a password that a sealed envelope holds, and asks for methods to do so with.
        GrantControl::PasswordChange => no("a password change"),
        GrantControl::RiskRemediation => no("risk remediation"),
        GrantControl::ApprovedApplication => Met::Nothing,
        GrantControl::Other(name) => no(&format!("`{name}`")),
    }
}

/// Whether the account does multifactor authentication in this setting.
pub(crate) fn multifactor(purse: Purse<'_>, setting: Setting) -> Met {
    const WHAT: &str = "multifactor authentication";
    if !setting.is_modern {
        return Met::No(format!("it requires {WHAT}, which legacy clients cannot do"));
    }
    let by_strength =
        strength::any_of(strength::MULTIFACTOR, WHAT, (purse, setting), |_, _| Ok(true));
    if matches!(by_strength, Met::By { .. }) {
        return by_strength;
    }
    // A method of another provider counts for the control, though no strength takes it.
    let places = |kind: CredentialKind| -> Option<usize> {
        let mut left = purse.credentials(setting).ok()?;
        left.find(|(_, one)| one.kind == kind && one.use_at_sign_in == Usable::Yes)
            .map(|(place, _)| place)
    };
    match (places(CredentialKind::Password), places(CredentialKind::External)) {
        (Some(password), Some(external)) => {
            Met::By { what: WHAT.into(), credentials: Vec::from([password, external]) }
        }
        _ => by_strength,
    }
}

/// Session controls that deny some sign-ins; the others shape the session.
fn session(session: &SessionControls, setting: Setting) -> Met {
    let mut met = Met::Nothing;
    if session.secure_sign_in_session == Some(true) {
        let what = "token protection, and so a registered device";
        met = met.and(match setting.is_registered && setting.shows_device() {
            true => Met::By { what: what.into(), credentials: Vec::new() },
            false => Met::No(format!("it requires {what}")),
        });
    }
    if let Some(mode) = &session.continuous_access_evaluation
        && mode.eq_ignore_ascii_case("strictLocation")
    {
        let what =
            "it enforces locations strictly, and which address the resource sees is not known";
        met = met.and(Met::Unknown(Doubt::Unclear(what.into())));
    }
    if let Some(frequency) = &session.sign_in_frequency
        && frequency.is_enabled != Some(false)
        && frequency.interval == Some(FrequencyInterval::EveryTime)
        && !setting.is_modern
    {
        met = met.and(Met::No("it asks for a fresh sign-in every time".into()));
    }
    // A profile of Global Secure Access filters what a session reaches; it denies no sign-in.
    let unknown = said(&session.unknown).find(|name| *name != "globalSecureAccessFilteringProfile");
    match unknown {
        Some(name) => {
            let what = format!("this version does not know the session control `{name}`");
            let gap = Gap::new(PartKind::Policies, None, GapReason::Failed { what });
            met.and(Met::Unknown(gap.into()))
        }
        None => met,
    }
}

impl Met {
    /// Both must be met: the worse of the two.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::By { what, mut credentials }, Self::By { what: also, credentials: others }) => {
                credentials.extend(others);
                credentials.sort_unstable();
                credentials.dedup();
                let what = if also == what { what } else { format!("{what} and {also}") };
                Self::By { what, credentials }
            }
            (one, other) if one.rank() >= other.rank() => one,
            (_, other) => other,
        }
    }

    /// Either suffices: the better of the two.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::No(one), Self::No(other)) if one != other => {
                let other = other.strip_prefix("it requires ").unwrap_or(&other).to_string();
                Self::No(format!("{one} or {other}"))
            }
            (one, other) if one.rank() <= other.rank() => one,
            (_, other) => other,
        }
    }

    /// What a demand amounts to where it may not be made: one that is met anyway stays met.
    pub(crate) fn where_made(self, is_made: &Truth) -> Self {
        match is_made {
            Truth::No => Self::Nothing,
            Truth::Unknown(doubt) if self.may_fail() => Self::Unknown(doubt.clone()),
            Truth::Yes | Truth::Unknown(_) => self,
        }
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Nothing => 0,
            Self::By { .. } => 1,
            Self::Unknown(_) => 2,
            Self::No(_) => 3,
        }
    }

    /// Whether it may be that the sign-in does not meet it.
    pub(crate) const fn may_fail(&self) -> bool {
        matches!(self, Self::No(_) | Self::Unknown(_))
    }

    /// Whether it is certain that the sign-in does not meet it.
    pub(crate) const fn fails(&self) -> bool {
        matches!(self, Self::No(_))
    }
}

/// Whether an account meets what a policy demands, in a browser on a computer that nobody manages.
pub(crate) fn met_unmanaged(policy: &Policy, standing: &Standing, snapshot: &Snapshot) -> Met {
    let strengths = snapshot.strengths.value().map(Vec::as_slice);
    let purse = Purse { standing, strengths, losses: Losses::default() };
    let setting = Setting {
        is_modern: true,
        is_device_code: false,
        is_registered: false,
        is_compliant: false,
        is_hybrid_joined: false,
    };
    met(policy, purse, setting)
}
