//! What stands in the way beside Conditional Access. None of it knows exclusions.

use alloc::format;
use alloc::string::ToString as _;
use alloc::vec::Vec;
use core::fmt;

use super::control::{Met, Purse, Setting, multifactor};
use super::credentials::Usable;
use super::fact::Fact;
use super::surface::Surface;
use super::truth::{Doubt, Truth};
use crate::tenant::{Gap, GapReason, PartKind, Snapshot, Source};

/// Something beside Conditional Access that can deny a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barrier {
    /// Without a credential that begins a sign-in there is none.
    FirstFactor,
    /// A disabled or deleted account does not sign in.
    Disabled,
    /// Microsoft demands multifactor authentication by this fact.
    MandatoryMfa(&'static Fact),
    /// Security defaults demand multifactor authentication of every administrator.
    SecurityDefaults,
    /// Per-user MFA.
    PerUserMfa,
    /// A member of more groups than a token carries may be refused.
    TooManyGroups,
    /// Protected actions could not be read.
    ProtectedActions,
}

/// How many groups an account may be a member of, nested ones counted, before access may be
/// blocked.
///
/// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-users-groups>.
pub const GROUPS_MAX: usize = 2_048;

impl fmt::Display for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FirstFactor => f.write_str("the first factor"),
            Self::Disabled => f.write_str("the account's state"),
            Self::MandatoryMfa(fact) => write!(f, "mandatory MFA ({})", fact.id),
            Self::SecurityDefaults => f.write_str("security defaults"),
            Self::PerUserMfa => f.write_str("per-user MFA"),
            Self::TooManyGroups => f.write_str("the number of groups"),
            Self::ProtectedActions => f.write_str("protected actions"),
        }
    }
}

/// Every barrier on the way of an account to a surface.
pub(crate) fn barriers(surface: &Surface) -> Vec<Barrier> {
    let mut barriers = Vec::from([Barrier::Disabled, Barrier::FirstFactor]);
    barriers.extend(surface.mandatory_mfa().map(Barrier::MandatoryMfa));
    barriers.extend([Barrier::SecurityDefaults, Barrier::PerUserMfa, Barrier::TooManyGroups]);
    if !surface.more.is_no() {
        barriers.push(Barrier::ProtectedActions);
    }
    barriers
}

impl Barrier {
    /// Whether a sign-in in `setting` gets past it.
    pub(crate) fn met(
        self,
        surface: &Surface,
        snapshot: &Snapshot,
        purse: Purse<'_>,
        setting: Setting,
    ) -> Met {
        let standing = purse.standing;
        match self {
            Self::Disabled => match &standing.is_enabled {
                Truth::Yes => Met::Nothing,
                Truth::No => Met::No("the account is disabled or does not exist".into()),
                Truth::Unknown(doubt) => Met::Unknown(doubt.clone()),
            },
            Self::FirstFactor => first_factor(snapshot, purse, setting),
            Self::MandatoryMfa(_) => multifactor(purse, setting),
            Self::SecurityDefaults => match snapshot.security_defaults.value() {
                Ok(defaults) if defaults.is_enabled => multifactor(purse, setting),
                Ok(_) => Met::Nothing,
                Err(gap) => unless_met(multifactor(purse, setting), unread(snapshot, gap)),
            },
            Self::PerUserMfa => match &standing.has_per_user_mfa {
                Truth::Yes => multifactor(purse, setting),
                Truth::No => Met::Nothing,
                Truth::Unknown(Doubt::Gap(gap)) => {
                    unless_met(multifactor(purse, setting), unread(snapshot, gap))
                }
                Truth::Unknown(doubt) => Met::Unknown(doubt.clone()),
            },
            Self::TooManyGroups => match standing.groups.len() > GROUPS_MAX {
                true => Met::Unknown(Doubt::Unclear(format!(
                    "the account is a member of {} groups: beyond {GROUPS_MAX} access may be \
                     blocked",
                    standing.groups.len()
                ))),
                false => Met::Nothing,
            },
            Self::ProtectedActions => match &surface.more {
                Truth::Unknown(doubt) => Met::Unknown(doubt.clone()),
                _ => Met::Nothing,
            },
        }
    }
}

/// A part that exported files do not hold is assumed not to stand in the way, and the proof says
/// so; one that could not be read is in doubt.
fn unread(snapshot: &Snapshot, gap: &Gap) -> Met {
    match is_assumed(snapshot, gap) {
        true => Met::Nothing,
        false => Met::Unknown(gap.clone().into()),
    }
}

/// Whether a part is missing because exported files do not hold it.
pub(crate) fn is_assumed(snapshot: &Snapshot, gap: &Gap) -> bool {
    snapshot.source == Source::Files && gap.reason == GapReason::NotInSource
}

/// Nothing is in doubt that would be met in any case.
fn unless_met(met: Met, otherwise: Met) -> Met {
    if met.may_fail() { otherwise } else { met }
}

fn first_factor(snapshot: &Snapshot, purse: Purse<'_>, setting: Setting) -> Met {
    let mut left = match purse.credentials(setting) {
        Ok(left) => left.filter(|(_, one)| one.kind.is_first_factor()).collect::<Vec<_>>(),
        Err(Doubt::Gap(gap)) if is_assumed(snapshot, &gap) => return Met::Nothing,
        Err(doubt) => return Met::Unknown(doubt),
    };
    // What serves as multifactor authentication as well comes first.
    left.sort_by_key(|(place, one)| (!one.kind.is_key(), *place));
    if let Some((place, one)) = left.iter().find(|(_, one)| one.use_at_sign_in == Usable::Yes) {
        let what = one.kind.title().to_string();
        return Met::By { what, credentials: Vec::from([*place]) };
    }
    let unknown = left.iter().find_map(|(_, one)| match &one.use_at_sign_in {
        Usable::Unknown(gap) => Some(gap.clone()),
        _ => None,
    });
    match unknown {
        Some(gap) => Met::Unknown(gap.into()),
        None => Met::No("the account has no credential that begins a sign-in".into()),
    }
}

impl Barrier {
    /// The part of the tenant that decides it.
    pub const fn reads(self) -> PartKind {
        match self {
            Self::FirstFactor | Self::MandatoryMfa(_) => PartKind::AccountMethods,
            Self::Disabled => PartKind::Account,
            Self::SecurityDefaults => PartKind::SecurityDefaults,
            Self::PerUserMfa => PartKind::AccountPerUserMfa,
            Self::TooManyGroups => PartKind::AccountMemberships,
            Self::ProtectedActions => PartKind::ProtectedActions,
        }
    }
}
