//! The members of a record that are read, each as the text that it came as.
//!
//! One pass over the record: what is wanted is kept as a slice of it, everything else is skipped,
//! and the members of `properties` are taken in the same pass.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::LazyLock;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

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

/// For each length of a name, the places of its members.
static BY_LENGTH: LazyLock<Vec<Vec<usize>>> = LazyLock::new(|| {
    let longest = MEMBERS.iter().map(|(_, name)| name.len()).max().unwrap_or(0);
    let of = |length| {
        let places = MEMBERS.iter().enumerate().filter(move |(_, (_, name))| name.len() == length);
        places.map(|(place, _)| place).collect()
    };
    (0..=longest).map(of).collect()
});

/// The place in [`MEMBERS`] of a name in any letter case.
fn place(name: &str) -> Option<usize> {
    let is_it = |place: &&usize| {
        MEMBERS.get(**place).is_some_and(|(_, known)| known.eq_ignore_ascii_case(name))
    };
    BY_LENGTH.get(name.len())?.iter().find(is_it).copied()
}

/// The members of one object that are read.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    all: [Option<&'a RawValue>; MEMBERS.len()],
    /// Whether a member is there that Graph's `signIn` alone has, be it `null`.
    pub(super) has_sign_in_member: bool,
}

impl Default for Fields<'_> {
    fn default() -> Self {
        Self { all: [None; MEMBERS.len()], has_sign_in_member: false }
    }
}

impl<'a> Fields<'a> {
    /// The member as it stands; `null` is the same as absent.
    pub(super) fn raw(&self, member: Member) -> Option<&'a RawValue> {
        // The enumeration and the table come from one list, in one order.
        self.all.get(member as usize).copied().flatten()
    }

    /// The same for a shorter life.
    pub(super) fn shortened<'b>(self) -> Fields<'b>
    where
        'a: 'b,
    {
        Fields { all: self.all, has_sign_in_member: self.has_sign_in_member }
    }

    /// Of a member that is there twice, the first that says something counts; of categories, one
    /// of sign-ins, for that is what the scan of `halligan-core` goes by.
    fn keep(&mut self, place: usize, value: &'a RawValue) {
        let is_category = place == Member::Category as usize;
        let of_sign_ins = [Member::IsInteractive, Member::ConditionalAccessStatus];
        self.has_sign_in_member |= of_sign_ins.iter().any(|member| *member as usize == place);
        if let Some(slot) = self.all.get_mut(place)
            && value.get() != "null"
            && (slot.is_none() || (is_category && value.get().ends_with("SignInLogs\"")))
        {
            *slot = Some(value);
        }
    }
}

/// What stands in `properties`.
#[derive(Clone, Debug)]
pub(super) enum Properties<'a> {
    /// Nothing, or nothing that has members.
    None,
    /// An object.
    Opened(Box<Fields<'a>>),
    /// An object in a string.
    Text(Cow<'a, str>),
}

/// A record: its members, and those of its `properties`.
#[derive(Clone, Debug)]
pub(super) struct Record<'a> {
    pub(super) outer: Fields<'a>,
    pub(super) properties: Properties<'a>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Record<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RecordVisitor { depth: 0, life: PhantomData })
    }
}

/// Takes the members of an object, and, of a record's own level, those of `properties`.
struct RecordVisitor<'a> {
    depth: u8,
    life: PhantomData<&'a ()>,
}

impl<'de: 'a, 'a> Visitor<'de> for RecordVisitor<'a> {
    type Value = Record<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record: a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Record<'a>, A::Error> {
        let mut record = Record { outer: Fields::default(), properties: Properties::None };
        while let Some(key) = map.next_key_seed(KeySeed)? {
            match key {
                Key::Member(place) => record.outer.keep(place, map.next_value()?),
                Key::Properties if self.depth == 0 => {
                    record.properties = map.next_value_seed(PropertiesSeed(PhantomData))?;
                }
                Key::Properties | Key::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(record)
    }
}

/// What a member's name says.
enum Key {
    Member(usize),
    Properties,
    Other,
}

struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Key, E> {
        Ok(match place(name) {
            Some(place) => Key::Member(place),
            None if name.eq_ignore_ascii_case("properties") => Key::Properties,
            None => Key::Other,
        })
    }
}

struct PropertiesSeed<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> DeserializeSeed<'de> for PropertiesSeed<'a> {
    type Value = Properties<'a>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de: 'a, 'a> Visitor<'de> for PropertiesSeed<'a> {
    type Value = Properties<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object, or one in a string")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let visitor = RecordVisitor { depth: 1, life: PhantomData };
        visitor.visit_map(map).map(|record| Properties::Opened(Box::new(record.outer)))
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Properties::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Properties::Text(Cow::Owned(text.into())))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Properties::None)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Properties::None)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Properties::None)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Properties::None)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Properties::None)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Properties::None)
    }
}

/// The records in an object's member `records` or `value`; `None` where it has no such list.
pub(super) struct List<'a>(pub(super) Option<Vec<&'a RawValue>>);

impl<'de: 'a, 'a> Deserialize<'de> for List<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ListVisitor(PhantomData))
    }
}

struct ListVisitor<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for ListVisitor<'a> {
    type Value = List<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record or a list of records")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<List<'a>, A::Error> {
        let mut found = None;
        while let Some(name) = map.next_key::<Cow<'_, str>>()? {
            let is_list = ["records", "value"].iter().any(|one| one.eq_ignore_ascii_case(&name));
            if is_list {
                let raw: &RawValue = map.next_value()?;
                let list: Option<Vec<&RawValue>> = serde_json::from_str(raw.get()).ok();
                found = found.or(list);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(List(found))
    }
}
