//! A folder of exported files, read as a snapshot: policies, named locations, strengths, groups,
//! the authentication methods policy.
//!
//! What such a folder does not hold is a gap and not an empty list. Files that are no policy are
//! counted; files that should be one and cannot be read are errors that the caller must show.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use halligan_core::id::{GroupId, NamedLocationId, PolicyId, StrengthId};
use halligan_core::register::Register;
use halligan_core::tenant::{
    Gap, GapReason, Group, GroupRead, GroupState, MethodsPolicy, NamedLocation, Part, PartKind,
    Policy, Snapshot, Source, Strength,
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
    #[error(
        "no Conditional Access policy found in `{}` (JSON files looked at: {looked_at})",
        path.display()
    )]
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
    /// Reads every `*.json` under `path`, in the order of their paths, or the one file that `path`
    /// is; no link is followed.
    pub fn read(path: &Path, now: Timestamp) -> Result<Self, FolderError> {
        let mut collected = Collected::default();
        let mut files = Vec::new();
        let mut left = FOLDER_BYTES_MAX;
        for file in list(path)? {
            let below = match file.strip_prefix(path) {
                Ok(below) if !below.as_os_str().is_empty() => below.to_path_buf(),
                _ => file.file_name().map_or_else(|| file.clone(), PathBuf::from),
            };
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
        let mut snapshot = collected.snapshot(now);
        snapshot.incomplete = files.iter().filter_map(FileReport::gap).collect();
        Ok(Self { snapshot, files })
    }

    /// The snapshot for these declarations: of the groups, only the declared one is asked about.
    pub fn snapshot_for(&self, register: &Register) -> Snapshot {
        let mut snapshot = self.snapshot.clone();
        snapshot.groups.retain(|id, _| Some(*id) == register.group);
        snapshot
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
    /// What is missing because of this file.
    fn gap(&self) -> Option<Gap> {
        let FileFate::Refused(why) = &self.fate else { return None };
        let what = format!("`{}`: {why}", self.path.display());
        Some(Gap::new(PartKind::Policies, None, GapReason::Failed { what }))
    }

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
            what: error.io_error().map_or_else(|| error.to_string(), crate::files::system_says),
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
    methods: Option<(MethodsPolicy, PathBuf)>,
}

impl Collected {
    fn take(&mut self, file: &Path, bytes: &[u8]) -> FileFate {
        // The path below the folder: a policy without an id is named after its file, and two
        // folders may hold files of one name.
        let name = file.to_string_lossy().replace('\\', "/");
        let items = match read_file(&name, bytes) {
            Ok(items) => items,
            Err(Refusal::NotAPolicy { what, .. }) => return FileFate::NotAPolicy(what),
            Err(Refusal::Broken { error, .. }) => return FileFate::Refused(error.to_string()),
        };
        if let Some(why) = items.iter().find_map(|item| self.contradicts(item)) {
            return FileFate::Refused(why);
        }
        let (mut policies, mut others) = (0, 0);
        for item in items {
            match item {
                Item::Policy(policy) => {
                    policies += 1;
                    self.policies.entry(policy.id.clone()).or_insert((policy, file.into()));
                }
                Item::NamedLocation(location) => {
                    others += 1;
                    self.locations.insert(location.id.clone(), location);
                }
                Item::Strength(strength) => {
                    others += 1;
                    self.strengths.insert(strength.id.clone(), strength);
                }
                Item::MethodsPolicy(policy) => {
                    others += 1;
                    self.methods.get_or_insert_with(|| (policy, file.into()));
                }
                Item::Group(group) => {
                    others += 1;
                    self.groups.insert(group.id, group);
                }
            }
        }
        FileFate::Parsed { policies, others }
    }

    /// Why a policy cannot be taken beside those that are there: two versions of one policy in one
    /// folder are two exports, and nothing tells which is the tenant's.
    fn contradicts(&self, item: &Item) -> Option<String> {
        let (is_other, what, first) = match item {
            Item::Policy(policy) => {
                let (other, first) = self.policies.get(&policy.id)?;
                (other != policy, format!("policy `{}`", policy.id), first)
            }
            Item::MethodsPolicy(policy) => {
                let (other, first) = self.methods.as_ref()?;
                (other != policy, "the authentication methods policy".into(), first)
            }
            _ => return None,
        };
        is_other.then(|| {
            format!("{what} is in `{}` as well, and says something else there", first.display())
        })
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
        if let Some((value, _)) = self.methods {
            snapshot.methods_policy = Part::Read { at, value };
        }
        snapshot.groups =
            self.groups.into_iter().map(|(id, group)| (id, group_read(group, at))).collect();
        snapshot
    }
}

/// A group of which only the object is known.
fn group_read(group: Group, at: Timestamp) -> GroupRead {
    let unread = GroupRead::unread(group.id, &GapReason::NotInSource);
    GroupRead { state: Part::Read { at, value: GroupState::Present(group) }, ..unread }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use halligan_core::register::Shape;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    fn policy(id: &str, name: &str) -> String {
        format!(
            r#"{{"id": "{id}", "displayName": "{name}", "state": "enabled", "conditions":
            {{"users": {{"includeUsers": ["All"]}}, "applications": {{"includeApplications":
            ["All"]}}}}, "grantControls": {{"operator": "OR", "builtInControls": ["mfa"]}}}}"#
        )
    }

    const ID: &str = "c0a10000-0000-4000-8000-000000000001";

    /// A folder with these files, read.
    fn read(files: &[(&str, &[u8])]) -> Result<Folder, FolderError> {
        let folder = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        Folder::read(folder.path(), now())
    }

    fn fates(folder: &Folder) -> Vec<(&str, &FileFate)> {
        let files = folder.files.iter();
        files.map(|file| (file.path.to_str().unwrap(), &file.fate)).collect()
    }

    #[test]
    fn files_below_folders_are_read_in_the_order_of_their_paths() {
        let one = policy(ID, "one");
        let group = format!(
            r#"{{"id": "{ID}", "displayName": "g", "securityEnabled": true,
            "mailEnabled": false}}"#
        );
        let place = r##"{"@odata.type": "#microsoft.graph.ipNamedLocation", "id": "x",
            "displayName": "office", "isTrusted": true, "ipRanges": []}"##;
        let folder = read(&[
            ("z.JSON", place.as_bytes()),
            ("b/policy.json", one.as_bytes()),
            ("a.json", group.as_bytes()),
            ("b/notes.txt", b"{"),
        ])
        .unwrap();
        let other = FileFate::Parsed { policies: 0, others: 1 };
        let policy = FileFate::Parsed { policies: 1, others: 0 };
        let expected = [("a.json", &other), ("b/policy.json", &policy), ("z.JSON", &other)];
        assert_eq!(fates(&folder), expected);
        assert_eq!(folder.policies(), 1);
        assert_eq!(folder.snapshot.locations.value().unwrap().len(), 1);
        let group = folder.snapshot.groups.values().next().unwrap();
        assert!(matches!(group.state, Part::Read { .. }));
        assert!(matches!(group.members, Part::Gap(_)));
        let declared = Register::of(Vec::new(), Some(group.id), Shape::Exempt);
        assert_eq!(folder.snapshot_for(&declared).groups.len(), 1);
        let other = Register::of(Vec::new(), Some(GroupId::from_u128(1)), Shape::Exempt);
        assert!(folder.snapshot_for(&other).groups.is_empty());
    }

    #[test]
    fn policies_without_ids_in_files_of_one_name_are_two() {
        let text = policy(ID, "one").replace(&format!("\"id\": \"{ID}\","), "");
        assert!(!text.contains(ID));
        let folder = read(&[("a/p.json", text.as_bytes()), ("b/p.json", text.as_bytes())]).unwrap();
        assert_eq!(folder.policies(), 2);
    }

    #[test]
    fn what_a_folder_does_not_hold_is_a_gap() {
        let folder = read(&[("p.json", policy(ID, "one").as_bytes())]).unwrap();
        let snapshot = folder.snapshot;
        assert!(snapshot.strengths.value().is_err());
        assert!(snapshot.policy_ids_v1.value().is_err());
        let reasons = snapshot.gaps().into_iter().map(|gap| &gap.reason);
        assert!(reasons.clone().count() > 10);
        assert!(reasons.into_iter().all(|reason| *reason == GapReason::NotInSource));
    }

    #[test]
    fn a_broken_file_is_refused_and_names_the_member() {
        let folder = read(&[
            ("a.json", policy(ID, "one").as_bytes()),
            ("cut.json", &policy(ID, "one").as_bytes()[..80]),
            ("latin.json", b"{\"displayName\": \"M\xfcller\"}"),
            ("other.json", b"{\"assignments\": []}"),
        ])
        .unwrap();
        let refused: Vec<_> = folder.refused().map(|file| file.path.to_str().unwrap()).collect();
        assert_eq!(refused, ["cut.json", "latin.json"]);
        let missing: Vec<_> = folder.snapshot.incomplete.iter().map(ToString::to_string).collect();
        assert_eq!(missing.len(), 2);
        assert!(missing[0].contains("`cut.json`"), "{missing:?}");
        assert!(matches!(folder.files[3].fate, FileFate::NotAPolicy(_)));
    }

    #[test]
    fn one_policy_twice_is_one_and_two_versions_are_refused_whole() {
        let same = policy(ID, "one");
        let folder = read(&[("a.json", same.as_bytes()), ("b.json", same.as_bytes())]).unwrap();
        assert_eq!((folder.policies(), folder.refused().count()), (1, 0));
        let second = ID.replace("01", "02");
        let list = format!("[{}, {}]", policy(&second, "two"), policy(ID, "changed"));
        let folder = read(&[("a.json", same.as_bytes()), ("b.json", list.as_bytes())]).unwrap();
        assert_eq!(folder.policies(), 1);
        let FileFate::Refused(why) = &folder.files[1].fate else { panic!("{:?}", folder.files) };
        assert!(why.contains(ID) && why.contains("`a.json`"), "{why}");
    }

    #[test]
    fn no_policy_at_all_is_an_error_and_so_is_no_folder() {
        let none = read(&[("a.json", b"{\"assignments\": []}"), ("b.txt", b"")]).unwrap_err();
        assert!(matches!(none, FolderError::NoPolicy { looked_at: 1, .. }), "{none}");
        let absent = Folder::read(Path::new("no-such-folder"), now()).unwrap_err();
        assert!(absent.to_string().starts_with("cannot read folder `no-such-folder`"));
    }

    #[test]
    fn a_file_and_a_depth_beyond_the_limits_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let huge = fs::File::create(folder.path().join("huge.json")).unwrap();
        huge.set_len(3 << 30).unwrap();
        let read = Folder::read(folder.path(), now()).unwrap();
        let FileFate::Refused(why) = &read.files[0].fate else { panic!("{:?}", read.files) };
        assert!(why.contains("EXPORT_BYTES_MAX"), "{why}");
        let deep: PathBuf = (0..=FOLDER_DEPTH_MAX).map(|_| "d").collect();
        fs::create_dir_all(folder.path().join(deep)).unwrap();
        let refused = Folder::read(folder.path(), now()).unwrap_err();
        assert!(refused.to_string().ends_with("more than FOLDER_DEPTH_MAX (32)"), "{refused}");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("p.json"), policy(ID, "one")).unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("circle")).unwrap();
        std::os::unix::fs::symlink("p.json", folder.path().join("link.json")).unwrap();
        let read = Folder::read(folder.path(), now()).unwrap();
        assert_eq!(read.files.len(), 1);
    }
}
