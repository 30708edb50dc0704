//! The sign-in of Azure CLI: whoever ran `az login`, a person or a service principal.
//!
//! Source: <https://learn.microsoft.com/cli/azure/account#az-account-get-access-token>.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use halligan_core::time::Timestamp;
use halligan_wire::{Members, Node, ReadError};
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::problem::SignInProblem;
use super::{Token, answer};
use crate::problem::Problem;
use crate::secret::SecretText;
use crate::text::one_line;

/// Longest time that Azure CLI may take; it starts slowly and may renew a token.
pub const AZURE_CLI_TIMEOUT: Duration = Duration::from_secs(60);

/// Longest output that is read, in bytes.
const OUTPUT_BYTES_MAX: u64 = 64 << 10;

/// How long a token is believed to last where Azure CLI does not say (before 2.54).
const LIFETIME_UNKNOWN: Duration = Duration::from_secs(300);

/// How it is called.
const PROGRAM: &str = if cfg!(windows) { "az.cmd" } else { "az" };

/// Azure CLI on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AzureCli {
    /// The program; `None` for `az` (`az.cmd` on Windows) on the path.
    pub program: Option<PathBuf>,
    /// See [`AZURE_CLI_TIMEOUT`].
    pub timeout: Duration,
}

impl Default for AzureCli {
    fn default() -> Self {
        Self { program: None, timeout: AZURE_CLI_TIMEOUT }
    }
}

/// A token for Graph in `tenant`.
pub(super) async fn fetch(
    cli: &AzureCli,
    tenant: &str,
    graph: &str,
    now: Timestamp,
) -> Result<Token, Problem> {
    let asked = Instant::now();
    let program = cli.program.clone().unwrap_or_else(|| PROGRAM.into());
    let child = Command::new(program)
        .args(["account", "get-access-token", "--output", "json", "--resource", graph])
        .args(["--tenant", tenant])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let mut child = child.map_err(|_| Problem::SignIn(SignInProblem::NoAzureCli(PROGRAM)))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let ended = tokio::time::timeout(cli.timeout, async {
        let (output, complaint) = tokio::join!(whole(out), whole(err));
        (output, complaint, child.wait().await)
    });
    let Ok((output, complaint, status)) = ended.await else {
        let (name, seconds) = ("AZURE_CLI_TIMEOUT", cli.timeout.as_secs());
        return Err(Problem::SignIn(SignInProblem::AzureCliTooLate { name, seconds }));
    };
    if !status.is_ok_and(|status| status.success()) {
        return Err(Problem::SignIn(complained(&complaint)));
    }
    let unreadable = |why: ReadError| {
        let what = format!("what it printed cannot be read: {}", one_line(&why.to_string()));
        Problem::SignIn(SignInProblem::AzureCli(what))
    };
    printed(&output, asked, now).map_err(unreadable)
}

/// All that comes out of a pipe, up to the limit. What is cut is not JSON, and said to be so.
async fn whole(pipe: Option<impl tokio::io::AsyncRead + Unpin>) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(8 << 10));
    if let Some(pipe) = pipe {
        // What was read until an error is judged like any other output.
        let _ = pipe.take(OUTPUT_BYTES_MAX).read_to_end(&mut bytes).await;
    }
    bytes
}

/// What its complaint means. Its last lines advise; the first one that says `ERROR` tells.
fn complained(complaint: &[u8]) -> SignInProblem {
    let text = String::from_utf8_lossy(complaint);
    let told = text.lines().find_map(|line| line.trim().strip_prefix("ERROR:"));
    let told = told.or_else(|| text.lines().find(|line| !line.trim().is_empty()));
    let line = one_line(told.unwrap_or("it says nothing"));
    let lower = text.to_ascii_lowercase();
    if ["az login", "az account set", "aadsts"].iter().any(|sign| lower.contains(sign)) {
        SignInProblem::AzureCliSignedOut(line)
    } else {
        SignInProblem::AzureCli(line)
    }
}

fn printed(output: &[u8], asked: Instant, now: Timestamp) -> Result<Token, ReadError> {
    let mut members = Members::of(Node::parse(output)?)?;
    let lasts = answer::until(members.integer("expires_on")?, now);
    let text = SecretText::from(members.required_text("accessToken")?);
    answer::token(text, asked, lasts.unwrap_or(LIFETIME_UNKNOWN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T10:00:00Z".parse().unwrap()
    }

    /// A program that does what a line of shell says.
    #[cfg(unix)]
    fn fake(script: &str) -> (tempfile::TempDir, AzureCli) {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("az");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let cli = AzureCli { program: Some(program), timeout: Duration::from_secs(20) };
        (folder, cli)
    }

    #[cfg(unix)]
    async fn asked(script: &str) -> Result<Token, Problem> {
        let (_folder, cli) = fake(script);
        fetch(&cli, "contoso.example", "https://graph.microsoft.com", now()).await
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn it_is_asked_for_this_tenant_and_this_graph() {
        let script = r#"[ "$*" = "account get-access-token --output json --resource \
https://graph.microsoft.com --tenant contoso.example" ] || exit 9
echo '{"accessToken":"abc","expires_on":1795341900,"expiresOn":"x","tokenType":"Bearer"}'"#;
        let token = asked(script).await.unwrap();
        assert_eq!(token.header(), "Bearer abc");
        // 300 seconds are left, of which half is used.
        let left = token.renew_at() - Instant::now();
        assert!((100..=150).contains(&left.as_secs()), "{left:?}");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn each_way_to_fail_is_told_apart_with_what_to_do() {
        let signed_out = "echo 'Please run '\\''az login'\\'' to setup account.' >&2; exit 1";
        let expired = "echo 'ERROR: AADSTS50173: The grant has expired' >&2; exit 1";
        for (script, told, hint) in [
            (signed_out, "is not signed in to this tenant: Please run 'az login'", "az login"),
            (expired, "is not signed in to this tenant: AADSTS50173", "az login"),
            ("echo 'ERROR: no subscription' >&2; exit 2", "no token: no subscription", "by itself"),
            ("exit 3", "no token: it says nothing", "by itself"),
            ("echo hello", "what it printed cannot be read", "by itself"),
            ("echo '{}'", "what it printed cannot be read: accessToken", "by itself"),
        ] {
            let problem = asked(script).await.unwrap_err();
            assert!(problem.to_string().contains(told), "{problem}");
            assert!(problem.hint().is_some_and(|text| text.contains(hint)), "{problem}");
        }
        let secret = "echo '{\"accessToken\":\"hunter2\",\"expires_on\":\"x\"}'";
        let problem = asked(secret).await.unwrap_err();
        assert!(!format!("{problem} {problem:?}").contains("hunter2"), "{problem:?}");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn one_that_hangs_is_ended_and_one_that_is_not_there_is_said() {
        let (_folder, mut cli) = fake("exec sleep 60");
        cli.timeout = Duration::from_millis(50);
        let problem = fetch(&cli, "x.example", "https://g.example", now()).await.unwrap_err();
        assert!(problem.to_string().contains("AZURE_CLI_TIMEOUT"), "{problem}");
        cli.program = Some("/no/such/az".into());
        let problem = fetch(&cli, "x.example", "https://g.example", now()).await.unwrap_err();
        assert_eq!(problem, Problem::SignIn(SignInProblem::NoAzureCli("az")));
    }

    #[test]
    fn an_old_version_says_no_end() {
        let token = printed(br#"{"accessToken":"a"}"#, Instant::now(), now()).unwrap();
        assert!((token.renew_at() - Instant::now()).as_secs() <= 150);
    }
}
