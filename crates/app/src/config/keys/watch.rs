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
