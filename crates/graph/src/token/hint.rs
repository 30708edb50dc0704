//! What to do about the token service's usual refusals.

/// The next step for an `AADSTS` number; `None` for numbers that need their own description.
///
/// Source: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.
pub(crate) fn hint_for(code: u32) -> Option<&'static str> {
    let hint = match code {
        7_000_215 => "give the client secret's value, not its id; a lost value needs a new secret",
        7_000_222 => "the client secret has expired: make a new one, or better use a certificate",
        700_016 => "check client id and tenant: this tenant has no such application",
        7_000_229 | 650_052 => "the application is not consented in this tenant: grant it",
        7_000_112 => "the application is disabled in this tenant: enable it",
        90_002 | 900_021 | 900_023 => {
            "check the tenant id; tenants of another cloud have another sign-in address"
        }
        700_027 | 7_000_213 => {
            "upload the certificate to the application; one that has expired needs a successor"
        }
        700_024 => "set this machine's clock: the assertion's time is not the service's",
        700_023 => "check the sign-in address: the assertion was made for another one",
        50_034 => "there is no such identity in this tenant: check tenant and client id",
        53_003 | 53_000 | 53_011 => {
            "a Conditional Access policy for workload identities blocks the application"
        }
        70_011 | 1_002_012 | 500_011 => "check the address of Graph: it belongs to another cloud",
        _ => return None,
    };
    Some(hint)
}

/// The number behind the first `AADSTS` of a description.
pub(crate) fn aadsts(description: &str) -> Option<u32> {
    let (_, after) = description.split_once("AADSTS")?;
    let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    after.get(..end)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_found_where_it_stands() {
        assert_eq!(aadsts("AADSTS7000215: Invalid client secret provided."), Some(7_000_215));
        assert_eq!(aadsts("error AADSTS90002"), Some(90_002));
        for none in ["", "AADSTS", "AADSTS: x", "AADSTS99999999999999: x", "7000215"] {
            assert_eq!(aadsts(none), None, "{none}");
        }
    }

    #[test]
    fn the_usual_refusals_have_a_next_step() {
        for code in [7_000_215, 7_000_222, 700_016, 90_002, 700_027, 700_024, 50_034] {
            assert!(hint_for(code).is_some(), "{code}");
        }
        assert_eq!(hint_for(1), None);
    }
}
