//! A folder of exported files, read as a snapshot: policies, named locations, strengths, groups.
//!
//! What such a folder does not hold is a gap and not an empty list. Files that are no policy are
//! counted; files that should be one and cannot be read are errors that the caller must show.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use halligan_core::id::{GroupId, NamedLocationId, PolicyId, StrengthId};
use halligan_core::tenant::{
    Gap, GapReason, Group, GroupRead, GroupState, NamedLocation, Part, PartKind, Policy, Snapshot,
    Source, Strength,
};
use halligan_core::time::Timestamp;
use halligan_wire::export::{Item, Refusal, read_file};
use thiserror::Error;
use walkdir::WalkDir;

use crate::files::read_limited;

/// The most files that are read from one folder.
pub const FOLDER_FILES_MAX: usize = 10_000;
/// How deep folders may be nested.
pub const FOLDER_DEPTH_MAX: usize = 32;
/// The largest exported file.
pub const EXPORT_BYTES_MAX: u64 = 64 << 20;
/// The most that is read from one folder.
pub const FOLDER_BYTES_MAX: u64 = 512 << 20;

/// What was found in a folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Folder {
    /// What the files say, as a snapshot.
    pub snapshot: Snapshot,
    /// Every JSON file, in the order of their paths.
    pub files: Vec<FileReport>,
}

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    /// The file, below the folder.
    pub path: PathBuf,
    /// What became of it.
    pub fate: FileFate,
}

/// What becomes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileFate {
    /// It was read.
    Parsed {
        /// Policies in it.
        policies: usize,
        /// Other objects in it that are of use.
        others: usize,
    },
    /// It is something else, and nothing is wrong with that: what it looks like.
    NotAPolicy(String),
    /// It should be read and cannot be: why.
    Refused(String),
}

/// Why a folder gives no snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FolderError {
    /// The folder cannot be listed.
    #[error("cannot read folder `{}`: {what}", path.display())]
    List {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        what: String,
    },
    /// There is more than a limit allows.
    #[error("folder `{}` holds more than {limit} ({value})", path.display())]
    Limit {
        /// The folder.
        path: PathBuf,
        /// The limit's name.
        limit: &'static str,
        /// Its value.
        value: u64,
    },
    /// There is no policy in it.
    #[error("no Conditional Access policy found in `{}` ({looked_at} JSON files looked at)", path.display())]
    NoPolicy {
        /// The folder.
        path: PathBuf,
        /// How many JSON files there are.
        looked_at: usize,
    },
}

impl FolderError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoPolicy { .. } => Some(
                "give the folder that an export tool wrote, with one JSON file per policy or a \
                 list of them"
                    .into(),
            ),
            Self::Limit { .. } => Some("give the folder of one tenant's export".into()),
            Self::List { .. } => None,
        }
    }
}

impl Folder {
    /// Reads every `*.json` under `path`, in the order of their paths; no link is followed.
    pub fn read(path: &Path, now: Timestamp) -> Result<Self, FolderError> {
        let mut collected = Collected::default();
        let mut files = Vec::new();
        let mut left = FOLDER_BYTES_MAX;
        for file in list(path)? {
            let below = file.strip_prefix(path).unwrap_or(&file).to_path_buf();
            let fate = match read_limited(&file, "EXPORT_BYTES_MAX", EXPORT_BYTES_MAX) {
                Ok(bytes) => {
                    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                    left = left.checked_sub(size).ok_or_else(|| FolderError::Limit {
                        path: path.into(),
                        limit: "FOLDER_BYTES_MAX",
                        value: FOLDER_BYTES_MAX,
                    })?;
                    collected.take(&below, &bytes)
                }
                Err(error) => FileFate::Refused(error.to_string()),
            };
            files.push(FileReport { path: below, fate });
        }
        if collected.policies.is_empty() && !files.iter().any(FileReport::is_refused) {
            return Err(FolderError::NoPolicy { path: path.into(), looked_at: files.len() });
        }
        let snapshot = collected.snapshot(now);
        Ok(Self { snapshot, files })
    }

    /// The files that should be read and cannot be.
    pub fn refused(&self) -> impl Iterator<Item = &FileReport> {
        self.files.iter().filter(|file| file.is_refused())
    }

    /// How many policies there are.
    pub fn policies(&self) -> usize {
        self.snapshot.policies.value().map_or(0, Vec::len)
    }
}

impl FileReport {
    /// Whether it should be read and cannot be.
    pub fn is_refused(&self) -> bool {
        matches!(self.fate, FileFate::Refused(_))
    }
}

fn list(path: &Path) -> Result<Vec<PathBuf>, FolderError> {
    let mut files = Vec::new();
    let limit = |limit, value: usize| FolderError::Limit {
        path: path.into(),
        limit,
        value: u64::try_from(value).unwrap_or(u64::MAX),
    };
    let walk =
        WalkDir::new(path).follow_links(false).max_depth(FOLDER_DEPTH_MAX + 1).sort_by_file_name();
    for entry in walk {
        let entry = entry.map_err(|error| FolderError::List {
            path: error.path().unwrap_or(path).into(),
            what: error.io_error().map_or_else(|| error.to_string(), ToString::to_string),
        })?;
        if entry.depth() > FOLDER_DEPTH_MAX {
            return Err(limit("FOLDER_DEPTH_MAX", FOLDER_DEPTH_MAX));
        }
        let is_json = entry
            .path()
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        if entry.file_type().is_file() && is_json {
            files.push(entry.into_path());
        }
        if files.len() > FOLDER_FILES_MAX {
            return Err(limit("FOLDER_FILES_MAX", FOLDER_FILES_MAX));
        }
    }
    Ok(files)
}

/// The objects of all files so far, each with the file that it came from.
#[derive(Default)]
struct Collected {
    policies: BTreeMap<PolicyId, (Policy, PathBuf)>,
    locations: BTreeMap<NamedLocationId, NamedLocation>,
    strengths: BTreeMap<StrengthId, Strength>,
    groups: BTreeMap<GroupId, Group>,
}

impl Collected {
    fn take(&mut self, file: &Path, bytes: &[u8]) -> FileFate {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let items = match read_file(&name, bytes) {
            Ok(items) => items,
            Err(Refusal::NotAPolicy { what, .. }) => return FileFate::NotAPolicy(what),
            Err(Refusal::Broken { error, .. }) => return FileFate::Refused(error.to_string()),
        };
        let (mut policies, mut others) = (0, 0);
        for item in items {
            match item {
                Item::Policy(policy) => {
                    policies += 1;
                    if let Err(other) = self.policy(policy, file) {
                        return FileFate::Refused(other);
                    }
                }
                Item::NamedLocation(location) => {
                    others += 1;
                    self.locations.insert(location.id.clone(), location);
                }
                Item::Strength(strength) => {
                    others += 1;
                    self.strengths.insert(strength.id.clone(), strength);
                }
                Item::Group(group) => {
                    others += 1;
                    self.groups.insert(group.id, group);
                }
            }
        }
        FileFate::Parsed { policies, others }
    }

    /// Takes a policy in. One that is there already must say the same: two versions of a policy
    /// in one folder are two exports, and nothing tells which is the tenant's.
    fn policy(&mut self, policy: Policy, file: &Path) -> Result<(), String> {
        match self.policies.get(&policy.id) {
            Some((same, _)) if *same == policy => {}
            Some((_, first)) => {
                return Err(format!(
                    "policy `{}` is in `{}` as well, and says something else there",
                    policy.id,
                    first.display()
                ));
            }
            None => {
                self.policies.insert(policy.id.clone(), (policy, file.into()));
            }
        }
        Ok(())
    }

    fn snapshot(self, at: Timestamp) -> Snapshot {
        let mut snapshot = Snapshot::unread(at, Source::Files, &GapReason::NotInSource);
        let value = self.policies.into_values().map(|(policy, _)| policy).collect();
        snapshot.policies = Part::Read { at, value };
        if !self.locations.is_empty() {
            let value = self.locations.into_values().collect();
            snapshot.locations = Part::Read { at, value };
        }
        if !self.strengths.is_empty() {
            let value = self.strengths.into_values().collect();
            snapshot.strengths = Part::Read { at, value };
        }
        snapshot.groups =
            self.groups.into_iter().map(|(id, group)| (id, group_read(group, at))).collect();
        snapshot
    }
}

/// A group of which only the object is known.
fn group_read(group: Group, at: Timestamp) -> GroupRead {
    fn gap<T>(kind: PartKind, group: &Group) -> Part<T> {
        Part::Gap(Gap::new(kind, Some(group.id.0), GapReason::NotInSource))
    }
    GroupRead {
        id: group.id,
        members: gap(PartKind::GroupMembers, &group),
        transitive: gap(PartKind::GroupTransitiveMembers, &group),
        owners: gap(PartKind::GroupOwners, &group),
        eligibilities: gap(PartKind::GroupEligibilities, &group),
        state: Part::Read { at, value: GroupState::Present(group) },
    }
}
