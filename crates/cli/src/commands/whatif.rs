//! `halligan whatif`: one sign-in, explained policy by policy.

use std::net::IpAddr;

use clap::ValueEnum;
use halligan_app::clock;
use halligan_app::prove::Subject;
use halligan_app::prove::ask::{DeviceState, Said, sign_in};
use halligan_core::ca::{
    Attribute, Client, Country, Flow, InsiderLevel, Met, OsPlatform, Risk, Standing, Target,
    WELL_KNOWN, WellKnown, what_if,
};
use halligan_core::id::{GroupId, UserId};
use halligan_core::tenant::Snapshot;
use halligan_core::time::Timestamp;

use super::ground::{Ground, Supposition, Who};
use super::person::SignInArguments;
use super::source::{Declared, TenantSource};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal;
use crate::view::proof::ProofFormat;
use crate::view::whatif::{Told, render};

/// What `--help` ends with.
pub(super) const HELP: &str = "\
Examples:
  halligan whatif --account alpha --app azure-portal
  halligan whatif --account alpha --client other --country US --sign-in-risk high
  halligan whatif --from DIR --member-of GROUP-ID --method fido2 --action register-security-info

Exit codes:
  0  the sign-in gets in
  1  it could not be done
  2  the command line makes no sense
  3  it is denied
  4  it cannot be decided with what could be read";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    source: TenantSource,
    /// How to print it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: ProofFormat,
    #[command(flatten)]
    who: Whose,
    #[command(flatten)]
    what: What,
    #[command(flatten)]
    sign_in: SignInArguments,
    #[command(flatten)]
    supposed: Supposition,
}

/// Whose sign-in it is.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Whose sign-in")]
struct Whose {
    /// A declared account, by its code name [default: the only one]
    #[arg(long, value_name = "CODE-NAME", conflicts_with = "user")]
    account: Option<String>,
    /// A user, by object id; with `--from`, the account that is meant
    #[arg(long, value_name = "ID")]
    user: Option<UserId>,
    /// With `--from` and `--user`, the object id of the group that it is in
    #[arg(long, value_name = "ID", requires_all = ["from", "user"])]
    #[arg(conflicts_with_all = ["register", "snapshot"])]
    group: Option<GroupId>,
    /// Take files that cannot be read as if they were not there
    #[arg(long, requires = "from")]
    skip_broken: bool,
}

/// The sign-in; what is not said is taken and told.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "The sign-in")]
struct What {
    /// What it is for: an application id, or a word such as `azure-portal`, `microsoft-graph`,
    /// `azure-resource-manager` or `exchange-online`
    #[arg(long, value_name = "APP", value_parser = app, conflicts_with_all = ["action", "context"])]
    app: Option<Target>,
    /// Instead of an application, a user action
    #[arg(long, value_enum, value_name = "ACTION", conflicts_with = "context")]
    action: Option<Action>,
    /// Instead of an application, an authentication context, `c1` to `c99`
    #[arg(long, value_name = "CONTEXT", value_parser = context)]
    context: Option<String>,
    /// `browser`, `mobileAppsAndDesktopClients`, `exchangeActiveSync` or `other` (legacy)
    #[arg(long, value_name = "CLIENT", value_parser = client)]
    client: Option<Client>,
    /// `android`, `iOS`, `windows`, `windowsPhone`, `macOS`, `linux` or `unknown`
    #[arg(long, value_name = "PLATFORM", value_parser = platform)]
    platform: Option<OsPlatform>,
    /// The public address
    #[arg(long, value_name = "ADDRESS")]
    ip: Option<IpAddr>,
    /// The country of the address, two letters
    #[arg(long, value_name = "COUNTRY", value_parser = country)]
    country: Option<Country>,
    /// The country of the position that the Authenticator app gives, two letters
    #[arg(long, value_name = "COUNTRY", value_parser = country)]
    position: Option<Country>,
    /// It comes through Global Secure Access of the tenant
    #[arg(long)]
    compliant_network: bool,
    /// What Entra ID knows of the device
    #[arg(long, value_enum, value_name = "DEVICE")]
    device: Option<DeviceWord>,
    /// An attribute of the device as filters see it, such as `model=X1`; repeat it for each
    #[arg(long, value_name = "NAME=VALUE", value_parser = attribute)]
    attribute: Vec<(Attribute, String)>,
    /// `none`, `low`, `medium` or `high`
    #[arg(long, value_name = "RISK", value_parser = risk)]
    sign_in_risk: Option<Risk>,
    /// `none`, `low`, `medium` or `high`
    #[arg(long, value_name = "RISK", value_parser = risk)]
    user_risk: Option<Risk>,
    /// `none`, `minor`, `moderate` or `elevated`
    #[arg(long, value_name = "RISK", value_parser = insider_risk)]
    insider_risk: Option<InsiderLevel>,
    /// `none`, `deviceCodeFlow` or `authenticationTransfer`
    #[arg(long, value_name = "FLOW", value_parser = flow)]
    flow: Option<Flow>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Action {
    /// Register security information
    RegisterSecurityInfo,
    /// Register or join a device
    RegisterDevice,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DeviceWord {
    /// Nothing
    Unmanaged,
    /// It is registered
    Registered,
    /// It is marked as compliant
    Compliant,
    /// It is hybrid joined
    Hybrid,
}

/// A word of an enumeration, in any letter case.
fn word<T: Copy + std::fmt::Display>(what: &str, text: &str, all: &[T]) -> Result<T, String> {
    let found = all.iter().copied().find(|one| one.to_string().eq_ignore_ascii_case(text));
    found.ok_or_else(|| {
        let words: Vec<String> = all.iter().map(ToString::to_string).collect();
        format!("there is no {what} `{text}`; it is one of `{}`", words.join("`, `"))
    })
}

fn client(text: &str) -> Result<Client, String> {
    word("client", text, Client::ALL)
}

fn country(text: &str) -> Result<Country, String> {
    Country::written(text).map_err(|error| error.to_string())
}

fn context(text: &str) -> Result<String, String> {
    let number = text.strip_prefix(['c', 'C']).filter(|digits| !digits.starts_with(['0', '+']));
    match number.and_then(|digits| digits.parse::<u8>().ok()) {
        Some(1..=99) => Ok(text.to_owned()),
        _ => Err("it is none of `c1` to `c99`".into()),
    }
}

fn platform(text: &str) -> Result<OsPlatform, String> {
    word("platform", text, OsPlatform::ALL)
}

fn risk(text: &str) -> Result<Risk, String> {
    word("risk", text, Risk::ALL)
}

fn insider_risk(text: &str) -> Result<InsiderLevel, String> {
    word("insider risk", text, InsiderLevel::ALL)
}

fn flow(text: &str) -> Result<Flow, String> {
    word("flow", text, Flow::ALL)
}

fn app(text: &str) -> Result<Target, String> {
    if let Some(known) = WellKnown::named(text) {
        return Ok(Target::Resource(known.id));
    }
    text.parse().map(Target::Resource).map_err(|_| {
        let words: Vec<&str> = WELL_KNOWN.iter().map(|known| known.word).collect();
        format!("it is no application id and none of `{}`", words.join("`, `"))
    })
}

fn attribute(text: &str) -> Result<(Attribute, String), String> {
    let (name, value) = text.split_once('=').ok_or("it is no `NAME=VALUE`")?;
    let attribute = word("attribute", name.trim(), Attribute::ALL)?;
    Ok((attribute, value.trim().into()))
}

impl What {
    fn said(&self) -> Said {
        let action = self.action.map(|action| {
            Target::UserAction(match action {
                Action::RegisterSecurityInfo => "urn:user:registersecurityinfo".into(),
                Action::RegisterDevice => "urn:user:registerdevice".into(),
            })
        });
        let context = self.context.as_ref().map(|one| one.to_ascii_lowercase());
        Said {
            target: self.app.clone().or(action).or(context.map(Target::AuthenticationContext)),
            client: self.client,
            platform: self.platform,
            address: self.ip,
            country: self.country,
            gps: self.position,
            is_compliant_network: self.compliant_network,
            device: self.device.map(|word| match word {
                DeviceWord::Unmanaged => DeviceState::Unmanaged,
                DeviceWord::Registered => DeviceState::Registered,
                DeviceWord::Compliant => DeviceState::Compliant,
                DeviceWord::Hybrid => DeviceState::Hybrid,
            }),
            attributes: self.attribute.clone(),
            sign_in_risk: self.sign_in_risk,
            user_risk: self.user_risk,
            insider_risk: self.insider_risk,
            flow: self.flow,
        }
    }
}

pub(super) fn run(arguments: &Arguments, verbose: bool) -> Result<Exit, Failure> {
    let now = clock::now();
    let (signing, taken) =
        sign_in(&arguments.what.said()).map_err(|error| Failure::usage(&error, error.hint()))?;
    let Arguments { source, sign_in, who, supposed, .. } = arguments;
    let declared = Declared::of(who.user, who.group, who.skip_broken);
    let ground = Ground::read(source, sign_in, &declared, supposed, verbose, now)?;
    let now = clock::now();
    let snapshot = &ground.snapshot;
    let subject = subject(&ground, who, snapshot, now)?;
    let policies = snapshot.policies.value().map_or(&[][..], Vec::as_slice);
    let what_if = what_if(snapshot, policies, &subject.standing, &signing, now);
    let told = Told { subject: &subject, sign_in: &signing, taken: &taken, policies, what_if };
    terminal::print(&render(&told, arguments.format, terminal::width()), None)?;
    Ok(match told.what_if.outcome {
        Met::Nothing | Met::By { .. } => Exit::Holds,
        Met::No(_) => Exit::Finding,
        Met::Unknown(_) => Exit::Undecided,
    })
}

/// The account whose sign-in it is.
fn subject(
    ground: &Ground,
    whose: &Whose,
    snapshot: &Snapshot,
    now: Timestamp,
) -> Result<Subject, Failure> {
    let mut subjects = ground.subjects(snapshot, now);
    let names: Vec<String> = subjects.iter().map(|one| one.code_name.clone()).collect();
    let known = names.join("`, `");
    if let Some(id) = whose.user {
        return match (subjects.iter().position(|one| one.id == id), &ground.who) {
            (Some(place), _) => Ok(subjects.swap_remove(place)),
            (None, Who::Declared(register)) => {
                let standing = Standing::of(id, register, snapshot, now);
                Ok(Subject { id, code_name: id.to_string(), standing })
            }
            (None, Who::Supposed(_)) => Err(Failure::usage(
                "`--user` names an account, and `--method` supposes another",
                "leave one of the two out",
            )),
        };
    }
    let wanted = |one: &Subject| {
        let name = whose.account.as_ref();
        name.is_none_or(|name| one.code_name.eq_ignore_ascii_case(name))
    };
    subjects.retain(wanted);
    match (subjects.len(), &whose.account) {
        (1, _) => subjects.pop().ok_or_else(nobody),
        (0, Some(name)) => Err(Failure::usage(
            format!("no account is called `{name}`"),
            &format!("the accounts are `{known}`"),
        )),
        (0, None) => Err(nobody()),
        _ => Err(Failure::usage(
            "whose sign-in it is was not said",
            &format!("add `--account` with one of `{known}`"),
        )),
    }
}

fn nobody() -> Failure {
    Failure::usage("no account is declared", "name one with `--user ID`")
}
