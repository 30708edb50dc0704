//! A made log: sign-ins and changes in the shapes of diagnostic settings, with traps and decoys
//! planted among them. The mix is an assumption: 58 of 100 without a prompt, 18 with one, 19 of
//! applications, 5 changes.

use std::fmt::Write as _;
use std::io::{self, Write};

/// The watched account.
pub(super) const ACCOUNT: &str = "7a1e5c90-4b2d-4f6a-9c3e-0d8b6a5f4e21";
/// Its name.
pub(super) const NAME: &str = "breakglass1@contoso.onmicrosoft.com";
/// The group that policies exclude.
pub(super) const GROUP: &str = "e6e20000-4b1d-4c0e-9a2f-10c47b0a1001";

const ZEROS: &str = "00000000-0000-0000-0000-000000000000";

/// Numbers that are the same for the same seed (xorshift64*).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn guid(&mut self) -> String {
        let (a, b) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            a >> 32,
            a >> 16 & 0xffff,
            a & 0xffff,
            b >> 48,
            b & 0xffff_ffff_ffff
        )
    }
}

/// What is planted on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Planted {
    /// What it is.
    pub(super) name: &'static str,
    /// Whether it must be told.
    pub(super) must: bool,
    /// The line, from 1.
    pub(super) line: u64,
}

/// Traps and decoys, each planted so many times.
const EACH: u64 = 8;

type Make = fn(&mut Random) -> String;

/// What must be told, and what must not.
const PLANTS: &[(&str, bool, Make)] = &[
    ("the id in upper case", true, |random| {
        sign_in(random, "SignInLogs", &ACCOUNT.to_uppercase(), "x@contoso.com", 50126)
    }),
    ("an id of zeros and the name", true, |random| {
        sign_in(random, "SignInLogs", ZEROS, NAME, 50034)
    }),
    ("an empty id and the name in mixed case", true, |random| {
        sign_in(random, "SignInLogs", "", "BreakGlass1@Contoso.OnMicrosoft.com", 50126)
    }),
    ("the at sign as an escape", true, |random| {
        sign_in(random, "SignInLogs", ZEROS, &NAME.replace('@', "\\u0040"), 50126)
    }),
    ("a letter of the name as an escape", true, |random| {
        let name = NAME.replace("glass", "gl\\u0061ss");
        sign_in(random, "NonInteractiveUserSignInLogs", ZEROS, &name, 50126)
    }),
    ("a dash of the id as an escape", true, |random| {
        sign_in(random, "SignInLogs", &ACCOUNT.replacen('-', "\\u002d", 1), "", 0)
    }),
    ("the id in a value in a value", true, |random| {
        let old = format!("\\\"{ACCOUNT}\\\"");
        change(random, "Remove member from group", "GroupManagement", &old)
    }),
    ("a change of a policy that names nobody", true, |random| {
        change(
            random,
            "Update conditional access policy",
            "Policy",
            "{\\\"state\\\":\\\"enabled\\\"}",
        )
    }),
    ("a name that ends as the watched one does", false, |random| {
        let guid = random.guid();
        sign_in(random, "SignInLogs", &guid, &format!("x{NAME}"), 0)
    }),
    ("the id in a member that names nobody", false, |random| {
        let guid = random.guid();
        let record = sign_in(random, "SignInLogs", &guid, "ada@contoso.com", 0);
        record.replacen("\"Level\":4", &format!("\"Level\":4,\"note\":\"{ACCOUNT}\""), 1)
    }),
];

/// Writes a log of at least so many bytes; gives what was planted, and how many lines there are.
pub(super) fn write(
    out: &mut impl Write,
    bytes: u64,
    random: &mut Random,
) -> io::Result<(Vec<Planted>, u64)> {
    let total = EACH * PLANTS.len() as u64;
    let every = bytes / (total + 1);
    let (mut written, mut lines, mut planted) = (0_u64, 0_u64, Vec::new());
    while written < bytes {
        let due = written / every.max(1);
        let record = match PLANTS.get(planted.len() % PLANTS.len()) {
            Some((name, must, make)) if (planted.len() as u64) < due.min(total) => {
                planted.push(Planted { name, must: *must, line: lines + 1 });
                make(random)
            }
            _ => usual(random),
        };
        writeln!(out, "{record}")?;
        written += record.len() as u64 + 1;
        lines += 1;
    }
    Ok((planted, lines))
}

/// A record of somebody who is not watched.
fn usual(random: &mut Random) -> String {
    let name = format!("user{}@contoso.com", random.below(50_000));
    let guid = random.guid();
    match random.below(100) {
        0..58 => sign_in(random, "NonInteractiveUserSignInLogs", &guid, &name, 0),
        58..76 => sign_in(random, "SignInLogs", &guid, &name, 0),
        76..90 => sign_in(random, "ServicePrincipalSignInLogs", "", "", 0),
        90..95 => sign_in(random, "ManagedIdentitySignInLogs", "", "", 0),
        _ => change(random, "Update device", "Device", "{}"),
    }
}

/// A sign-in in the envelope of diagnostic settings, with the policies that were looked at.
pub(super) fn sign_in(
    random: &mut Random,
    category: &str,
    user: &str,
    name: &str,
    code: i64,
) -> String {
    let mut policies = String::new();
    for number in 0..8 + random.below(16) {
        let comma = if number > 0 { "," } else { "" };
        let id = random.guid();
        // Writing to a string does not fail.
        let _ = write!(
            policies,
            "{comma}{{\"id\":\"{id}\",\"displayName\":\"CA{number:03} Require something of \
             somebody\",\"enforcedGrantControls\":[\"Mfa\"],\"enforcedSessionControls\":[],\
             \"result\":\"notApplied\",\"conditionsSatisfied\":3,\"conditionsNotSatisfied\":16}}"
        );
    }
    let (id, correlation, app, device) =
        (random.guid(), random.guid(), random.guid(), random.guid());
    let address = format!("203.0.113.{}", random.below(256));
    format!(
        "{{\"time\": \"2026-11-23T07:00:00.0000000Z\", \"resourceId\": \"/tenants/\
         11111111-2222-4333-8444-555555555555/providers/Microsoft.aadiam\", \
         \"operationName\": \"Sign-in activity\", \"operationVersion\": \"1.0\", \
         \"category\": \"{category}\", \"resultType\": \"{code}\", \
         \"callerIpAddress\": \"{address}\", \"correlationId\": \"{correlation}\", \
         \"Level\":4, \"location\": \"AT\", \"properties\": {{\"id\":\"{id}\",\
         \"createdDateTime\":\"2026-11-23T06:58:12.1234567+00:00\",\
         \"userDisplayName\":\"Somebody\",\"userPrincipalName\":\"{name}\",\
         \"userId\":\"{user}\",\"appId\":\"{app}\",\"appDisplayName\":\"Microsoft Teams\",\
         \"ipAddress\":\"{address}\",\"status\":{{\"errorCode\":{code},\
         \"failureReason\":\"Other.\"}},\"clientAppUsed\":\"Browser\",\
         \"deviceDetail\":{{\"deviceId\":\"{device}\",\"operatingSystem\":\"Windows10\",\
         \"browser\":\"Edge 130.0.0\",\"isCompliant\":true,\"isManaged\":true}},\
         \"location\":{{\"city\":\"Graz\",\"state\":\"Steiermark\",\
         \"countryOrRegion\":\"AT\"}},\"appliedConditionalAccessPolicies\":[{policies}],\
         \"conditionalAccessStatus\":\"success\",\"isInteractive\":true,\
         \"authenticationDetails\":[{{\"authenticationMethod\":\"Password\",\
         \"succeeded\":true}}]}}}}"
    )
}

fn change(random: &mut Random, activity: &str, category: &str, old: &str) -> String {
    let (id, target) = (random.guid(), random.guid());
    format!(
        "{{\"time\": \"2026-11-23T07:00:00.0000000Z\", \"operationName\": \"{activity}\", \
         \"category\": \"AuditLogs\", \"properties\": {{\"id\":\"{id}\",\"category\":\
         \"{category}\",\"result\":\"success\",\"activityDisplayName\":\"{activity}\",\
         \"activityDateTime\":\"2026-11-23T06:59:00Z\",\"loggedByService\":\"Core Directory\",\
         \"initiatedBy\":{{\"user\":{{\"userPrincipalName\":\"ada@contoso.com\"}}}},\
         \"targetResources\":[{{\"id\":\"{target}\",\"type\":\"Other\",\"modifiedProperties\":\
         [{{\"displayName\":\"x\",\"oldValue\":\"{old}\"}}]}}],\"additionalDetails\":[]}}}}"
    )
}

/// Ids and names of ten accounts in each of so many tenants.
pub(super) fn identifiers(tenants: usize, random: &mut Random) -> Vec<(String, String)> {
    let one = |number: usize| {
        (random.guid(), format!("emergency{number}@tenant{}.onmicrosoft.com", number / 5))
    };
    (0..tenants * 5).map(one).collect()
}
