//! All ways in, each by what it needs: the other side of P3.
//!
//! [`super::failure`] asks for small sets of failures that leave no way in. An access structure
//! needs all of them, and the ways in themselves. Both come out of one search: the sets that hit
//! every way found so far are tried, one after the other; each either leaves no way in, and is a
//! cut, or shows a way that nobody had found. At the end the cuts are exactly the minimal hitting
//! sets of the ways.
//!
//! Source: Fredman and Khachiyan, "On the complexity of dualization of monotone disjunctive normal
//! forms", Journal of Algorithms 21 (1996), for why the two lists are found together.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;

use super::failure::{FAILURE_SETS_MAX, Failure, Search, per_surface};
use super::{Question, Unprovable};
use crate::register::Target;

/// A way in, by what it needs: it is open while none of these failures happens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Needs(pub Vec<Failure>);

/// The ways into one surface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurfaceWays {
    /// The surface.
    pub target: Target,
    /// Its ways in, none of which needs all that another one needs; empty where there is none.
    pub ways: Vec<Needs>,
}

/// Every way in of some accounts together, for each surface. Unlike [`super::cuts`] it knows no
/// largest number of failures: somebody gets in exactly while one of the ways is open.
///
/// # Errors
///
/// [`Unprovable`] as for [`super::cuts`].
pub fn ways(questions: &[Question<'_>]) -> Result<Vec<SurfaceWays>, Unprovable> {
    per_surface(questions, |search, target| {
        all(search, target).map(|ways| SurfaceWays { target, ways })
    })
}

type Set = BTreeSet<Failure>;

fn all(search: &mut Search<'_, '_>, target: Target) -> Result<Vec<Needs>, Unprovable> {
    let mut ways: Vec<Set> = Vec::new();
    // The minimal sets that hit every way found so far, and whether each is known to be a cut.
    let mut hitting: Vec<(Set, bool)> = Vec::from([(Set::new(), false)]);
    while let Some(at) = hitting.iter().position(|(_, is_cut)| !is_cut) {
        let Some((failures, is_cut)) = hitting.get_mut(at) else { break };
        match search.needs_after(target, failures)? {
            Some(way) => {
                let way = &way - failures;
                if way.is_empty() {
                    // Nothing takes it.
                    return Ok(Vec::from([Needs(Vec::new())]));
                }
                ways.retain(|one| !way.is_subset(one));
                hitting = hit(hitting, &way)?;
                ways.push(way);
            }
            None => *is_cut = true,
        }
    }
    let mut ways: Vec<Needs> =
        ways.into_iter().map(|way| Needs(way.into_iter().collect())).collect();
    ways.sort_by_key(|way| (way.0.len(), way.clone()));
    Ok(ways)
}

/// The minimal sets that hit one more way. A cut hits all ways there are, so that it stays.
fn hit(hitting: Vec<(Set, bool)>, way: &Set) -> Result<Vec<(Set, bool)>, Unprovable> {
    let (kept, missed): (Vec<_>, Vec<_>) =
        hitting.into_iter().partition(|(set, _)| !set.is_disjoint(way));
    let mut all = kept;
    let standing = all.len();
    for (set, _) in missed {
        for failure in way {
            let mut more = set.clone();
            more.insert(failure.clone());
            // Only sets that stood before can be smaller: two grown ones differ or are equal.
            let is_minimal = !all.iter().take(standing).any(|(one, _)| one.is_subset(&more));
            if is_minimal && !all.iter().any(|(one, _)| *one == more) {
                all.push((more, false));
            }
        }
        if all.len() > FAILURE_SETS_MAX {
            return Err(Unprovable(format!(
                "more than FAILURE_SETS_MAX ({FAILURE_SETS_MAX}) sets of failures"
            )));
        }
    }
    Ok(all)
}
