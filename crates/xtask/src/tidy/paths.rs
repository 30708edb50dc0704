//! Paths of one machine, and the hosts of package registries: neither belongs in the repository.

use super::Problem;
use super::tree::Tree;

const CHECKER: &str = "paths";

/// Folders at the root of somebody's machine that are not on the next one.
const FOLDERS: [&str; 5] = ["work", "root", "home", "tmp", "Users"];

/// Hosts that packages come from, which the package manager's own configuration names: name and
/// top-level domain, apart so that this list does not name them either.
const HOSTS: [(&str, &str); 9] = [
    ("index.crates", "io"),
    ("static.crates", "io"),
    ("pypi", "org"),
    ("files.pythonhosted", "org"),
    ("registry.npmjs", "org"),
    ("deb.debian", "org"),
    ("security.debian", "org"),
    ("archive.ubuntu", "com"),
    ("proxy.golang", "org"),
];

/// Checks every text file.
pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let folders = FOLDERS.map(|name| format!("/{name}/"));
    let hosts = HOSTS.map(|(name, domain)| format!("{name}.{domain}"));
    let mut problems = Vec::new();
    for file in &tree.files {
        for (number, line) in file.text.lines().enumerate() {
            let problem = |what| Problem {
                path: file.path.clone(),
                line: number + 1,
                checker: CHECKER,
                what,
            };
            let found = folders.iter().filter(|folder| names_folder(line, folder));
            problems.extend(found.map(|folder| problem(format!("`{folder}` is one machine's"))));
            let found = hosts.iter().filter(|host| line.contains(*host));
            problems.extend(found.map(|host| problem(format!("`{host}` is a registry's host"))));
        }
    }
    problems
}

/// Whether `line` holds `folder` at the beginning of a path, not in the middle of one.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(place, _)| {
        let before = line.get(..place).and_then(|before| before.chars().next_back());
        before.is_none_or(|before| !(before.is_alphanumeric() || "._-}>)$*".contains(before)))
    })
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree_of;
    use super::*;

    fn whats(text: &str) -> Vec<String> {
        let problems = check(&tree_of(&[("a.md", text)]));
        problems.into_iter().map(|problem| problem.what).collect()
    }

    #[test]
    fn addresses_and_relative_paths_pass() {
        for text in [
            "see ../work/plan and ./tmp/x",
            "https://learn.microsoft.com/home/work/tmp/x",
            "$HOME/work/x and ${X}/tmp/",
            "crates.io is where crates come from",
        ] {
            assert!(whats(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn folders_of_a_machine_and_hosts_of_registries_are_named() {
        for name in FOLDERS {
            let folder = format!("/{name}/");
            let expected = [format!("`{folder}` is one machine's")];
            for text in
                [format!("cd {folder}main"), format!("\"{folder}x\""), format!("a:{folder}")]
            {
                assert_eq!(whats(&text), expected, "{text}");
            }
        }
        for (name, domain) in HOSTS {
            let host = format!("{name}.{domain}");
            let expected = [format!("`{host}` is a registry's host")];
            assert_eq!(whats(&format!("get https://{host}/simple")), expected);
        }
    }
}
