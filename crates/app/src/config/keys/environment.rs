//! The keys of `[environment]` and of the tables within it.

use halligan_core::register::{Platform, Target, WorkstationKind};

use super::super::environment::{PLACES_MAX, WORKSTATIONS_MAX};
use super::{Kind, Section, key, section};

pub(super) const ENVIRONMENT: Section = section(
    "environment",
    "In which circumstances the accounts are to get in: with every workstation, from every place, \
     for every target, at any level of risk. What is left out has the default, which is the \
     hardest day: a borrowed computer that nobody manages, anywhere.",
    &[
        key(
            "targets",
            Kind::Choices(Target::NAMES, 1),
            "[\"entra-admin-center\", \"graph-powershell\", \"conditional-access-repair\"]",
            "What the accounts sign in for; each is judged for itself. `security-info` is setting \
             up a key or another method, `conditional-access-repair` a change to a Conditional \
             Access policy, protected actions included.",
        )
        .default(
            "[\"entra-admin-center\", \"azure-portal\", \"graph-powershell\", \
             \"azure-resource-manager\", \"conditional-access-repair\"]",
        ),
        key(
            "device_code",
            Kind::Truth,
            "true",
            "Whether signing in with a code that is entered on another device counts as a way in.",
        )
        .default("false"),
    ],
);

pub(super) const WORKSTATION: Section = Section {
    repeats: true,
    most: Some(WORKSTATIONS_MAX),
    ..section(
        "environment.workstation",
        "A kind of computer or phone that the accounts sign in on; one table for each, at most 50. \
         Without any: one that is not managed, of any platform.",
        &[
            key("name", Kind::Text, "\"spare notebook\"", "What reports call it.").required(),
            key(
                "kind",
                Kind::Choice(WorkstationKind::NAMES),
                "\"registered\"",
                "What Entra ID knows of it: nothing, that it is registered or joined, that it is \
                 marked as compliant, that it is hybrid joined, or the last two.",
            )
            .required(),
            key(
                "platforms",
                Kind::Choices(Platform::NAMES, 0),
                "[\"windows\", \"macos\"]",
                "Which platforms it may have.",
            )
            .default("any, also one that Entra ID does not know"),
            key(
                "attributes",
                Kind::Attributes,
                "{ extensionAttribute1 = \"emergency\" }",
                "What filters for devices see of it. One that is not named may have any value, or \
                 none. Not with the kind `unmanaged`, of which they see nothing.",
            ),
        ],
    )
};

pub(super) const PLACE: Section = Section {
    repeats: true,
    most: Some(PLACES_MAX),
    ..section(
        "environment.place",
        "A place that the accounts sign in from; one table for each, at most 50. Without any: \
         anywhere.",
        &[
            key("name", Kind::Text, "\"head office\"", "What reports call it.").required(),
            key(
                "addresses",
                Kind::Addresses,
                "[\"198.51.100.0/24\", \"2001:db8::/32\"]",
                "Its public addresses, at most 2000 of them and of their ranges.",
            )
            .default("any address"),
            key(
                "countries",
                Kind::Countries,
                "[\"NL\", \"BE\"]",
                "Its countries, by the codes of ISO 3166-1.",
            )
            .default("any country, also an unknown one"),
            key(
                "compliant_network",
                Kind::Truth,
                "true",
                "Whether sign-ins from there come through Global Secure Access of the tenant.",
            )
            .default("false"),
        ],
    )
};
