//! What every proof takes for granted. It is printed with each proof, so that nobody reads more
//! out of the word *proved* than it says.

/// Something that a proof takes for granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// Its name in output, never reused.
    pub id: &'static str,
    /// One line: what is taken for granted.
    pub says: &'static str,
    when: When,
}

/// On which proofs an assumption bears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Always,
    /// The tenant is known from exported files.
    Files,
    /// The account was not read.
    Supposed,
    /// A declared workstation is one that Entra ID knows.
    KnownDevice,
    /// An account signs in at a federated identity provider.
    Federated,
}

/// What a proof stands on, as far as its assumptions go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grounds {
    /// Whether the tenant is known from exported files alone.
    pub is_from_files: bool,
    /// Whether an account's memberships were taken as declared and not read.
    pub is_supposed: bool,
    /// Whether a declared workstation is one that Entra ID knows.
    pub has_known_device: bool,
    /// Whether an account signs in at a federated identity provider.
    pub is_federated: bool,
}

/// Every assumption, in the order in which they are printed.
pub const ASSUMPTIONS: &[Assumption] = &[
    Assumption {
        id: "documented-semantics",
        says: "Entra ID decides as Microsoft's documentation says it does, as of the days on which \
               it was last read",
        when: When::Always,
    },
    Assumption {
        id: "snapshot-age",
        says: "nothing has changed in the tenant since it was read",
        when: When::Always,
    },
    Assumption {
        id: "service-dependencies",
        says: "a portal or tool signs in to the resources that Halligan lists for it and to no \
               others",
        when: When::Always,
    },
    Assumption {
        id: "protocol-tracking",
        says: "the session did not begin with a device code or an authentication transfer, which \
               Entra ID remembers through every refresh",
        when: When::Always,
    },
    Assumption {
        id: "no-outage",
        says: "Microsoft Entra ID itself is up: in an outage its backup lets no new session begin, \
               whatever `disableResilienceDefaults` says",
        when: When::Always,
    },
    Assumption {
        id: "device-state",
        says: "the browser shows the device that it runs on: a private window or a browser without \
               single sign-on shows none",
        when: When::KnownDevice,
    },
    Assumption {
        id: "extension-attributes",
        says: "Entra ID shows no extension attribute of a registered device that nobody manages, \
               so that rules with negative operators match it",
        when: When::KnownDevice,
    },
    Assumption {
        id: "federated-mfa",
        says: "a federated identity provider that is trusted to do multifactor authentication does \
               it when it is asked",
        when: When::Federated,
    },
    Assumption {
        id: "dynamic-groups",
        says: "memberships are as they were read: dynamic groups follow a change with a delay",
        when: When::Always,
    },
    Assumption {
        id: "active-roles",
        says: "roles count as they are active: one that is only eligible must be activated first, \
               and from then on policies for that role count as well",
        when: When::Always,
    },
    Assumption {
        id: "first-factor",
        says: "the first factor works: the password is known, or the key and its PIN are at hand, \
               and smart lockout has not shut the account",
        when: When::Always,
    },
    Assumption {
        id: "temporary-access-pass",
        says: "a Temporary Access Pass does not count, because it ends within hours",
        when: When::Always,
    },
    Assumption {
        id: "keys-on-workstations",
        says: "keys work on the declared workstations: they have a port or a reader for them, and \
               a browser that knows passkeys",
        when: When::Always,
    },
    Assumption {
        id: "exports",
        says: "what exported files do not hold (security defaults, per-user MFA, protected \
               actions, the authentication methods policy, accounts) stands in nobody's way",
        when: When::Files,
    },
    Assumption {
        id: "supposed-account",
        says: "the account is an enabled member of a managed domain, a Global Administrator, in \
               the groups that are named and in no other",
        when: When::Supposed,
    },
];

/// The assumptions of a proof that stands on `grounds`, in the order of [`ASSUMPTIONS`].
pub fn assumptions(grounds: Grounds) -> impl Iterator<Item = &'static Assumption> {
    ASSUMPTIONS.iter().filter(move |one| match one.when {
        When::Always => true,
        When::Files => grounds.is_from_files,
        When::Supposed => grounds.is_supposed,
        When::KnownDevice => grounds.has_known_device,
        When::Federated => grounds.is_federated,
    })
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_is_one_line_under_a_name_of_its_own() {
        let ids: BTreeSet<_> = ASSUMPTIONS.iter().map(|one| one.id).collect();
        assert_eq!(ids.len(), ASSUMPTIONS.len());
        for one in ASSUMPTIONS {
            assert!(!one.says.contains('\n') && !one.says.ends_with('.'), "{}", one.id);
            assert!(!one.says.contains("  "), "{}", one.id);
        }
    }

    #[test]
    fn what_bears_on_some_proofs_is_said_of_those_alone() {
        let ids = |grounds| -> BTreeSet<_> { assumptions(grounds).map(|one| one.id).collect() };
        let live = Grounds {
            is_from_files: false,
            is_supposed: false,
            has_known_device: false,
            is_federated: false,
        };
        assert!(ids(live).contains("snapshot-age"));
        for (grounds, id) in [
            (Grounds { is_from_files: true, ..live }, "exports"),
            (Grounds { is_supposed: true, ..live }, "supposed-account"),
            (Grounds { has_known_device: true, ..live }, "device-state"),
            (Grounds { is_federated: true, ..live }, "federated-mfa"),
        ] {
            assert!(ids(grounds).contains(id) && !ids(live).contains(id), "{id}");
        }
    }
}
