//! Whom a command that reads a tenant may ask to sign in, and how they are told.

use std::sync::Arc;

use halligan_app::browser;
use halligan_app::live::{Contact, Flow, Invitation};
use halligan_app::sign_in::Asked;

use crate::progress::{PartProgress, Voice};
use crate::terminal::is_watched;

/// What these options stand under in help: each of them says so, because a heading for the whole
/// would also hold the options that come after it.
const HEADING: &str = "Sign-in";

/// Which tenant, and how a person signs in to it.
#[derive(Debug, clap::Args)]
pub(super) struct SignInArguments {
    /// The tenant, by id or domain, when the register does not say
    #[arg(long, value_name = "TENANT", help_heading = HEADING)]
    tenant: Option<String>,
    /// Sign in yourself, in the browser, whatever the register says
    #[arg(long, conflicts_with = "device_code", help_heading = HEADING)]
    browser: bool,
    /// Sign in yourself, with a code entered on any device
    #[arg(long, visible_alias = "use-device-code", help_heading = HEADING)]
    device_code: bool,
}

impl SignInArguments {
    /// The tenant that is named, by id or domain.
    pub(super) fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }
}

/// What says how a tenant is read, which a file is not.
pub(super) const SIGN_IN: [&str; 3] = ["tenant", "browser", "device_code"];

/// What is asked of the sign-in; a person is talked to beside what moves.
pub(super) fn asked(arguments: &SignInArguments, progress: &PartProgress) -> Asked {
    let flow = match (arguments.browser, arguments.device_code) {
        (true, _) => Some(Flow::Browser),
        (_, true) => Some(Flow::DeviceCode),
        _ => None,
    };
    Asked {
        tenant: arguments.tenant.clone(),
        flow,
        is_watched: is_watched(),
        contact: Arc::new(Terminal(progress.voice())),
    }
}

/// The person at the terminal.
struct Terminal(Voice);

impl Contact for Terminal {
    fn invite(&self, invitation: &Invitation<'_>) {
        let (lines, hint) = told(invitation, &browser::open);
        self.0.wait("waiting for you to sign in", &lines, hint.as_deref());
    }
}

/// What the person is told: lines, and a hint.
fn told(
    invitation: &Invitation<'_>,
    open: &dyn Fn(&str) -> Result<(), browser::NoBrowser>,
) -> (Vec<String>, Option<String>) {
    match invitation {
        Invitation::Browse { address, again, within } => {
            let minutes = within.as_secs().div_ceil(60);
            let why = if *again { "the tenant demands more: sign in again" } else { "sign in" };
            let (place, hint) = match open(address) {
                Ok(()) => ("in the browser that opens, or", None),
                Err(why) => ("in a browser on this machine,", Some(no_browser(&why))),
            };
            let first = format!("{why} within {minutes} minutes, {place} at this address:");
            (vec![first, (*address).to_owned()], hint)
        }
        Invitation::EnterCode { address, code, within } => {
            let minutes = within.as_secs().div_ceil(60);
            let first = format!("sign in within {minutes} minutes, on any device:");
            let lines = vec![first, format!("open {address} and enter the code {code}")];
            let hint = "enter only a code that you asked for yourself, as now. Where a policy \
                        blocks this (Microsoft-managed ones do), use `--browser`";
            (lines, Some(hint.into()))
        }
    }
}

fn no_browser(why: &browser::NoBrowser) -> String {
    format!(
        "{why}; over a remote session the browser cannot come back to it: use `--device-code`, \
         or an application under [sign-in]"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const WITHIN: Duration = Duration::from_secs(300);

    fn browse(again: bool, opened: Result<(), browser::NoBrowser>) -> String {
        let address = "https://login.example/authorize?x";
        let invitation = Invitation::Browse { address, again, within: WITHIN };
        let (lines, hint) = told(&invitation, &|asked| {
            assert_eq!(asked, address);
            opened.clone()
        });
        assert_eq!(lines.last().unwrap(), address, "the address is always shown");
        format!("{} | {}", lines.first().unwrap(), hint.unwrap_or_default())
    }

    #[test]
    fn the_address_is_always_shown_and_a_machine_without_a_browser_named() {
        assert_eq!(
            browse(false, Ok(())),
            "sign in within 5 minutes, in the browser that opens, or at this address: | "
        );
        assert!(browse(true, Ok(())).starts_with("the tenant demands more: sign in again within"));
        let headless = browse(false, Err(browser::NoBrowser::NoDisplay));
        assert!(headless.contains("shows no windows") && headless.contains("`--device-code`"));
    }

    #[test]
    fn a_code_comes_with_its_warning() {
        let address = "https://microsoft.com/devicelogin";
        let invitation = Invitation::EnterCode { address, code: "ABCD", within: WITHIN };
        let (lines, hint) = told(&invitation, &|_| unreachable!("no browser here"));
        assert_eq!(lines[1], format!("open {address} and enter the code ABCD"));
        let hint = hint.unwrap();
        assert!(hint.contains("only a code that you asked for") && hint.contains("`--browser`"));
    }
}
