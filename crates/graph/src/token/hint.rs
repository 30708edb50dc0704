//! What to do about the token service's usual refusals.

/// The next step for an `AADSTS` number; `None` for numbers that need their own description.
///
/// Source: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.
pub(crate) fn hint_for(code: u32) -> Option<&'static str> {
    application(code).or_else(|| person(code)).or_else(|| policy(code))
}

/// Applications, their credentials and addresses.
fn application(code: u32) -> Option<&'static str> {
    let hint = match code {
        7_000_215 => "give the client secret's value, not its id; a lost value needs a new secret",
        7_000_222 => "the client secret has expired: make a new one, or better use a certificate",
        700_016 => {
            "check client id and tenant: this tenant has no such application; tenants of other \
             clouds may need one of their own, `client_id` under [sign-in]"
        }
        7_000_229 | 650_052 => "the application is not consented in this tenant: grant it",
        650_053 => {
            "this cloud does not know the permission that the description names: give a \
             `client_id` of an application of your own that asks for no such permission"
        }
        7_000_112 => "the application is disabled in this tenant: enable it",
        7_000_218 | 700_025 => {
            "the application must be a public client: in its registration, under Authentication, \
             allow public client flows, and add `http://localhost` for mobile and desktop"
        }
        50_011 => {
            "add `http://localhost` to the application's redirect URIs, as mobile and desktop \
             application"
        }
        90_002 | 900_021 | 900_023 => {
            "check the tenant id; tenants of another cloud have another sign-in address, see \
             `cloud` under [tenant]"
        }
        700_027 | 7_000_213 => {
            "upload the certificate to the application; one that has expired needs a successor"
        }
        700_024 | 500_133 => {
            "set this machine's clock, or the one that made the assertion: its time is not the \
             service's"
        }
        700_023 => "check the sign-in address: the assertion was made for another one",
        50_013 => "the signature of the assertion does not fit the keys that its issuer publishes",
        700_211..=700_213 | 70_021 => {
            "the application's federated credential must name exactly the issuer, subject and \
             audience of the assertion; the description says which"
        }
        50_034 => "there is no such identity in this tenant: check tenant and client id",
        70_011 | 1_002_012 => "check the address of Graph: it belongs to another cloud",
        500_011 => {
            "check the address of Graph: it belongs to another cloud; where the unified audit log \
             was asked for, grant the permission of `Office 365 Management APIs` first"
        }
        _ => return None,
    };
    Some(hint)
}

/// Persons: consent, assignment, what they still have to do.
fn person(code: u32) -> Option<&'static str> {
    let hint = match code {
        65_001 | 90_094 | 90_095 | 90_008 => {
            "an administrator must consent once to the read permissions of this application \
             (docs/guide/assess-a-tenant.md, \"Sign in\"), or give a `client_id` that has them"
        }
        65_004 => "the consent was declined; start again to accept it",
        50_105 => {
            "assignment is required for this application: assign the person or one of their \
             groups to it, or give a `client_id` of your own"
        }
        50_020 | 50_059 => "sign in with an account of this tenant, not of another",
        50_058 => "no sign-in was found to go on with: start again and sign in",
        50_076 | 50_079 | 50_072 | 50_074 => {
            "multifactor authentication is demanded, or has to be set up first: sign in with \
             `--browser`, which can ask for it"
        }
        50_055 | 50_144 => "the password has expired: change it, then start again",
        50_057 => "the account is disabled: enable it, or use another",
        50_126 => "wrong name or password; a check needs no emergency account, use your own",
        50_053 | 50_196 => "too many attempts: wait a while, then start again",
        50_173 | 70_008 | 700_082 | 700_084 | 70_000 | 54_005 => {
            "the sign-in is over (expired, used up or revoked): start again"
        }
        70_016 | 70_020 => "the code was not entered in time: start again",
        _ => return None,
    };
    Some(hint)
}

/// Conditional Access, security defaults, risk.
fn policy(code: u32) -> Option<&'static str> {
    let hint = match code {
        53_003 => {
            "a Conditional Access policy blocks this sign-in; its entry in the sign-in log names \
             the policy (for an application: one for workload identities)"
        }
        53_000 | 53_001 => {
            "a policy demands a compliant or joined device: sign in from one with `--browser`, \
             since device code cannot prove a device"
        }
        53_002 => "a policy allows approved client applications only, which no tool of yours is",
        53_004 | 50_158 => {
            "further proof is demanded: sign in with `--browser`, which can ask for it"
        }
        53_011 | 530_031 | 530_032 | 530_034 | 53_009 => {
            "a policy, security defaults or a risk block this sign-in. If it was by device code, \
             which Microsoft-managed policies block: use `--browser`, or an application"
        }
        530_035 | 530_036 => {
            "device code flow is blocked by a policy, such as the Microsoft-managed one: use \
             `--browser`, or an application (`[sign-in]`)"
        }
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
            assert!(application(code).is_some(), "{code}");
        }
        for code in [50_076, 50_079, 50_105, 65_001, 50_058] {
            assert!(person(code).is_some(), "{code}");
        }
        for code in [53_003, 530_031, 530_032, 530_034] {
            assert!(policy(code).is_some(), "{code}");
        }
        assert!(application(500_133).is_some());
        assert_eq!(hint_for(1), None);
    }

    #[test]
    fn a_blocked_device_code_is_sent_to_the_browser() {
        for code in [530_034, 530_036, 53_000, 50_076] {
            assert!(hint_for(code).is_some_and(|hint| hint.contains("`--browser`")), "{code}");
        }
    }
}
