//! The keys of `[custody]` and of the tables within it.

use halligan_core::register::PlaceKind;

use super::super::bounds::DAYS_MAX;
use super::super::custody::{CUSTODY_PLACES_MAX, PEOPLE_MAX};
use super::{Kind, Section, key, section};

pub(super) const CUSTODY: Section = section(
    "custody",
    "Who may hold keys, envelopes and sheets, and where they may lie. What there is, and who has \
     it, is no declaration: it is written down as it happens.",
    &[key(
        "confirm_days",
        Kind::Days(1, DAYS_MAX),
        "30",
        "After how many days the presence of an item is due for confirmation. Microsoft has \
         emergency access accounts validated at least every 90 days.",
    )
    .default("90")],
);

pub(super) const PEOPLE: Section = Section {
    repeats: true,
    most: Some(PEOPLE_MAX),
    ..section(
        "custody.people",
        "A person who may hold, open, witness or operate; one table for each, at most 500.",
        &[
            key(
                "id",
                Kind::Id,
                "\"p-1\"",
                "An opaque id: the only thing about a person that is ever written down for good. \
                 Who comes back after leaving gets a new one.",
            )
            .required(),
            key("name", Kind::Text, "\"Heron\"", "A code name for output.").default("the id"),
            key(
                "reach",
                Kind::Contacts,
                "[\"mail:ada@example.net\", \"sms:+31612345678\"]",
                "How the person is reached, at most 10 ways, outside the tenant: what lies in it \
                 is lost with it. Masked in output, and written into no stream.",
            )
            .default("[]"),
        ],
    )
};

pub(super) const PLACES: Section = Section {
    repeats: true,
    most: Some(CUSTODY_PLACES_MAX),
    ..section(
        "custody.places",
        "A place where items lie; one table for each, at most 200.",
        &[
            key("id", Kind::Id, "\"safe-1\"", "Its id.").required(),
            key("name", Kind::Text, "\"north safe\"", "A code name for output.").default("the id"),
            key("kind", Kind::Choice(PlaceKind::NAMES), "\"safe\"", "What kind of place it is.")
                .required(),
            key(
                "opened_by",
                Kind::Ids,
                "[\"p-1\", \"p-2\"]",
                "The people who can open it, or whom its keeper lets in: a bank, a notary. \
                 Without it the keeper hands out to any of the people, so that each of them \
                 reaches alone what lies there.",
            )
            .default("[]"),
            key(
                "needs",
                Kind::Count,
                "2",
                "How many of them it takes together; more than 1 is dual control.",
            )
            .with(&["opened_by"])
            .default("1"),
            key(
                "at",
                Kind::Text,
                "\"head office\"",
                "The name of the `[[environment.place]]` that it is in. Places in one share its \
                 fate.",
            )
            .default("a fate of its own"),
        ],
    )
};
