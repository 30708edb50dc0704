//! The members of a record that are read, each as the text that it came as.

use std::sync::LazyLock;

macro_rules! members {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// A member that is read, whatever its letter case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Member { $($variant),+ }

        const MEMBERS: &[(Member, &str)] = &[$((Member::$variant, $name)),+];
    };
}

members! {
    ActivityDateTime = "activityDateTime",
    ActivityDisplayName = "activityDisplayName",
    AadTenantId = "aadTenantId",
    AdditionalDetails = "additionalDetails",
    AlternateSignInName = "alternateSignInName",
    AppDisplayName = "appDisplayName",
    AppId = "appId",
    AuthenticationDetails = "authenticationDetails",
    Caller = "caller",
    CallerIpAddress = "callerIpAddress",
    Category = "category",
    ClientAppUsed = "clientAppUsed",
    ConditionalAccessStatus = "conditionalAccessStatus",
    CorrelationId = "correlationId",
    CreatedDateTime = "createdDateTime",
    DeviceDetail = "deviceDetail",
    Id = "id",
    Identity = "identity",
    InitiatedBy = "initiatedBy",
    IpAddress = "ipAddress",
    IsInteractive = "isInteractive",
    Location = "location",
    LocationDetails = "locationDetails",
    LoggedByService = "loggedByService",
    OperationName = "operationName",
    OriginalRequestId = "originalRequestId",
    ResourceDisplayName = "resourceDisplayName",
    ResourceId = "resourceId",
    ResourceIdentity = "resourceIdentity",
    Result = "result",
    ResultDescription = "resultDescription",
    ResultReason = "resultReason",
    ResultType = "resultType",
    ServicePrincipalId = "servicePrincipalId",
    SignInEventTypes = "signInEventTypes",
    SignInIdentifier = "signInIdentifier",
    Status = "status",
    TargetResources = "targetResources",
    TenantId = "tenantId",
    Time = "time",
    TimeGenerated = "timeGenerated",
    Type = "type",
    UserId = "userId",
    UserPrincipalName = "userPrincipalName",
}

/// What a member's name says, in any letter case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// The place of a member that is read.
    Member(usize),
    /// The event of an envelope.
    Properties,
    /// What holds the records of a message: `records`, `value`.
    List,
    /// What holds the tables of an answer to a query.
    Tables,
    /// What an answer that is none says instead.
    Error,
    /// What is not read.
    Other,
}

impl Key {
    /// The key that a name is.
    pub(super) fn of(name: &str) -> Self {
        let known = slot(name).and_then(|slot| KEYS.get(slot)).into_iter().flatten();
        // Most are spelled as here, and equal bytes are found at once.
        let is_it = |known: &str| known == name || known.eq_ignore_ascii_case(name);
        let mut same = known.filter(|(known, _)| is_it(known));
        same.next().map_or(Self::Other, |(_, key)| *key)
    }
}

/// The names that are known by their [`slot`], so that a name is compared with one or two of them.
static KEYS: LazyLock<Vec<Vec<(&str, Key)>>> = LazyLock::new(|| {
    let members = MEMBERS.iter().enumerate().map(|(place, (_, name))| (*name, Key::Member(place)));
    let others = [
        ("properties", Key::Properties),
        ("records", Key::List),
        ("value", Key::List),
        ("tables", Key::Tables),
        ("error", Key::Error),
    ];
    let known: Vec<(&str, Key)> = members.chain(others).collect();
    let of =
        |number| known.iter().copied().filter(|(name, _)| slot(name) == Some(number)).collect();
    (0..SLOTS).map(of).collect()
});

const SLOTS: usize = 256;

/// A number from a name's length and three of its letters, the same in every letter case. The
/// factors keep the names that are known apart.
fn slot(name: &str) -> Option<usize> {
    let letter = |at: usize| name.as_bytes().get(at).map(|byte| usize::from(byte | 0x20));
    let last = name.len().checked_sub(1)?;
    let sum = name.len() + 3 * letter(0)? + 31 * letter(name.len() / 2)? + letter(last)?;
    Some(sum % SLOTS)
}

/// The members of one object that are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fields<'a> {
    all: [Option<&'a str>; MEMBERS.len()],
    /// Whether a member is there that Graph's `signIn` alone has, be it `null`.
    pub(super) has_sign_in_member: bool,
    /// Whether a member is there twice and says two things.
    pub(super) has_copies: bool,
}

impl Default for Fields<'_> {
    fn default() -> Self {
        Self { all: [None; MEMBERS.len()], has_sign_in_member: false, has_copies: false }
    }
}

impl<'a> Fields<'a> {
    /// The member as it stands; `null` is the same as absent.
    pub(super) fn raw(&self, member: Member) -> Option<&'a str> {
        // The enumeration and the table come from one list, in one order.
        self.all.get(member as usize).copied().flatten()
    }

    /// Takes a member, where it is one that is read.
    pub(super) fn take(&mut self, key: Key, value: &'a str) {
        if let Key::Member(place) = key {
            self.keep(place, value);
        }
    }

    /// Of a member that is there twice, the first that says something counts; of categories, one
    /// of sign-ins, for that is what the scan of `halligan-core` goes by.
    fn keep(&mut self, place: usize, value: &'a str) {
        let is_category = place == Member::Category as usize;
        let of_sign_ins = [Member::IsInteractive, Member::ConditionalAccessStatus];
        self.has_sign_in_member |= of_sign_ins.iter().any(|member| *member as usize == place);
        let Some(slot) = self.all.get_mut(place).filter(|_| value != "null") else { return };
        self.has_copies |= slot.is_some_and(|first| first != value);
        if slot.is_none() || (is_category && value.ends_with("SignInLogs\"")) {
            *slot = Some(value);
        }
    }
}
