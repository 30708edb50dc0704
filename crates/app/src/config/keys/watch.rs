//! The keys of `[watch]` and of the table within it.

use super::{Kind, Section, key, section};

pub(super) const WATCH: Section = section(
    "watch",
    "What `halligan watch` and `halligan serve` read, and what they call the tenant.",
    &[
        key(
            "code_name",
            Kind::Text,
            "\"NORTH\"",
            "What the tenant is called in what goes out, in place of its name and id: 1 to 20 \
             letters without accents, digits, `-` and `.`, which take one place each in a text \
             message.",
        )
        .default("the tenant's id"),
        key(
            "sources",
            Kind::Texts,
            "[\"graph\", \"push:127.0.0.1:8081\"]",
            "Where records come from where the command line has no `--source`: the same words, but \
             for `-`. The path of a `file:` is relative to the register's folder. At most 20.",
        )
        .default("`--source` must be given"),
    ],
);

pub(super) const CANARY: Section = section(
    "watch.canary",
    "The canary: an attempt to sign in with a decoy, an account without roles, by one password \
     that is nobody's. It must come back through the logs. Without this table none is made.",
    &[
        key("account", Kind::Text, "\"reception@contoso.com\"", "The decoy's user principal name.")
            .required(),
        key(
            "id",
            Kind::Guid,
            "\"5e11da00-0000-4000-8000-00000000dec0\"",
            "The decoy's object id. An emergency access account is tried inside of a declared \
             drill alone, and an account that holds a role never.",
        )
        .required(),
        key("every", Kind::Time, "\"12h\"", "From one attempt to the next, 30 minutes to 7 days.")
            .default("\"6h\""),
        key(
            "within",
            Kind::Time,
            "\"30m\"",
            "In which time its record must be back, 1 minute to 24 hours, and not longer than \
             `every`. What is usual for the sources, and some more.",
        )
        .default("one hour, or `every` where that is shorter"),
        key(
            "client",
            Kind::Guid,
            "\"5e11da00-0000-4000-8000-000000000a99\"",
            "The client id of the public client that asks, where it is one of your own.",
        )
        .default("\"04b07795-8ddb-461a-bbee-02f9e1bf7b46\""),
    ],
);
