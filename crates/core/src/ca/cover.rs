//! Whether boxes cover a region of a finite product, by splitting the region.
//!
//! A *dimension* has finitely many values, a *box* is a product of one subset per dimension, and a
//! *region* is the box that is still in question. Each policy that a sign-in may fail gives a few
//! boxes; a way in is a point of the environment's region that lies in none.
//!
//! The search drops boxes that miss the region, closes a region that lies within one box, and
//! splits it along the box that sticks out in the fewest dimensions otherwise. A box that sticks
//! out in one dimension only takes its part away at once: the unit cut, as in satisfiability
//! solvers. The tree of splits proves that a region is covered, and [`Layout::check`] follows it
//! without searching.
//!
//! The question is the tautology of a formula in disjunctive normal form, co-NP-complete in
//! general; [`NODES_MAX`] bounds it by name.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

/// How many regions one search may look at.
pub const NODES_MAX: usize = 100_000;

/// A search looked at [`NODES_MAX`] regions without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooManyNodes;

/// Where the values of each dimension lie in a row of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    dimensions: Vec<Span>,
    /// The words of every dimension, each with the mask of its bits there.
    masks: Vec<(usize, u64)>,
    whole: Region,
}

/// The bits of one dimension. One of at most 64 values lies within a word; a longer one begins a
/// word of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Span {
    first: usize,
    size: usize,
    /// Its places in the layout's masks.
    masks: Range<usize>,
}

impl Span {
    /// The words of so many bits, each with the mask of those there.
    fn words(first: usize, size: usize) -> impl Iterator<Item = (usize, u64)> {
        let end = first + size;
        (first / 64..end.div_ceil(64)).map(move |word| {
            let low = if word == first / 64 { first % 64 } else { 0 };
            let high = (end - word * 64).min(64);
            let mask = if high == 64 { u64::MAX } else { (1 << high) - 1 };
            (word, mask & !((1 << low) - 1))
        })
    }
}

/// A product of one subset per dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Region(Vec<u64>);

/// Points at which something holds: for certain, and perhaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Zone {
    possible: Region,
    /// `None` where that is the same.
    certain: Option<Region>,
}

impl Zone {
    /// The points at which something holds for certain, which are among those at which it may.
    pub(crate) fn new(certain: Region, possible: Region) -> Self {
        let certain = (certain != possible).then_some(certain);
        Self { possible, certain }
    }

    /// Points at which something holds, and nowhere else.
    pub(crate) const fn sure(region: Region) -> Self {
        Self { possible: region, certain: None }
    }

    /// Where it holds for certain.
    pub(crate) fn certain(&self) -> &Region {
        self.certain.as_ref().unwrap_or(&self.possible)
    }

    /// Where it may hold.
    pub(crate) const fn possible(&self) -> &Region {
        &self.possible
    }

    /// Whether it holds wherever it may.
    pub(crate) const fn is_sure(&self) -> bool {
        self.certain.is_none()
    }

    /// Keeps the points at which something else holds as well.
    pub(crate) fn narrow(&mut self, other: &Self) {
        match (&mut self.certain, &other.certain) {
            (None, None) => {}
            (None, Some(certain)) => self.certain = Some(Layout::meet(&self.possible, certain)),
            (Some(certain), _) => certain.narrow(other.certain()),
        }
        self.possible.narrow(&other.possible);
    }
}

/// A node of the tree that proves a region covered. The root is the last of a [`Tree`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// The region lies within this box.
    Closed(usize),
    /// The region is split along one dimension of a box: what lies in the box there, and the rest.
    Split {
        /// The box.
        by: usize,
        /// The dimension.
        dimension: usize,
        /// The node of the part inside.
        inside: usize,
        /// The node of the rest.
        outside: usize,
    },
}

/// The tree that proves a region covered; children come before their parents in the list, and the
/// root is the first.
pub(crate) type Tree = Vec<Node>;

/// Whether boxes cover a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Coverage {
    /// A part of the region that no box touches.
    Open(Region),
    /// They do, and this tree proves it.
    Covered(Tree),
}

impl Layout {
    /// A layout of dimensions with so many values each.
    pub(crate) fn new(sizes: &[usize]) -> Self {
        let (mut next, mut masks) = (0_usize, Vec::new());
        let place = |size: &usize| {
            let is_split = *size > 64 || next / 64 != (next + size.saturating_sub(1)) / 64;
            if is_split {
                next = next.next_multiple_of(64);
            }
            let first = next;
            next = if *size > 64 { (next + size).next_multiple_of(64) } else { next + size };
            let begin = masks.len();
            masks.extend(Span::words(first, *size));
            Span { first, size: *size, masks: begin..masks.len() }
        };
        let dimensions: Vec<Span> = sizes.iter().map(place).collect();
        let mut layout = Self { dimensions, masks, whole: Region(vec![0; next.div_ceil(64)]) };
        let mut whole = layout.whole.clone();
        for dimension in 0..layout.dimensions.len() {
            layout.keep(&mut whole, dimension, |_| true);
        }
        layout.whole = whole;
        layout
    }

    /// The region of everything.
    pub(crate) fn whole(&self) -> Region {
        self.whole.clone()
    }

    /// Makes `region` hold exactly the values of `dimension` that `is_kept` names.
    pub(crate) fn keep(
        &self,
        region: &mut Region,
        dimension: usize,
        is_kept: impl Fn(usize) -> bool,
    ) {
        let Some(span) = self.dimensions.get(dimension) else { return };
        for value in 0..span.size {
            let bit = span.first + value;
            if let Some(word) = region.0.get_mut(bit / 64) {
                let mask = 1 << (bit % 64);
                *word = if is_kept(value) { *word | mask } else { *word & !mask };
            }
        }
    }

    /// The values of `dimension` that `region` holds, in order.
    pub(crate) fn values<'a>(
        &'a self,
        region: &'a Region,
        dimension: usize,
    ) -> impl Iterator<Item = usize> + 'a {
        let span = self.dimensions.get(dimension);
        let (first, size) = span.map_or((0, 0), |span| (span.first, span.size));
        let holds = move |value: &usize| {
            let bit = first + value;
            region.0.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1)
        };
        (0..size).filter(holds)
    }

    /// The words of a dimension, each with the mask of its bits there.
    fn masks(&self, dimension: usize) -> impl Iterator<Item = (usize, u64)> + '_ {
        let span = self.dimensions.get(dimension);
        let masks = span.and_then(|span| self.masks.get(span.masks.clone()));
        masks.unwrap_or_default().iter().copied()
    }

    /// Whether two boxes share a point.
    pub(crate) fn meets(&self, one: &Region, other: &Region) -> bool {
        (0..self.dimensions.len()).all(|dimension| self.shares(one, other, dimension))
    }

    /// Whether two boxes share a value of a dimension.
    pub(crate) fn shares(&self, one: &Region, other: &Region, dimension: usize) -> bool {
        self.masks(dimension).any(|(word, mask)| one.at(word) & other.at(word) & mask != 0)
    }

    /// Whether a region holds no point.
    pub(crate) fn is_empty(&self, region: &Region) -> bool {
        !self.meets(region, region)
    }

    /// The points that both hold.
    pub(crate) fn meet(one: &Region, other: &Region) -> Region {
        Region(one.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    /// Whether a region lies within a box in a dimension.
    fn is_within(&self, region: &Region, of: &Region, dimension: usize) -> bool {
        self.masks(dimension).all(|(word, mask)| region.at(word) & !of.at(word) & mask == 0)
    }

    /// The dimensions in which a region sticks out of a box; at most `limit` of them are counted.
    fn sticks_out(&self, region: &Region, of: &Region, limit: usize) -> (usize, Option<usize>) {
        let mut count = 0;
        let mut widest: Option<(usize, u32)> = None;
        for dimension in 0..self.dimensions.len() {
            if self.is_within(region, of, dimension) {
                continue;
            }
            count += 1;
            if count >= limit {
                return (count, None);
            }
            let outside: u32 = self
                .masks(dimension)
                .map(|(word, mask)| (region.at(word) & !of.at(word) & mask).count_ones())
                .sum();
            if widest.is_none_or(|(_, least)| outside < least) {
                widest = Some((dimension, outside));
            }
        }
        (count, widest.map(|(dimension, _)| dimension))
    }

    /// The two parts of a region along one dimension of a box: inside it, and outside.
    pub(crate) fn split(&self, region: &Region, by: &Region, dimension: usize) -> (Region, Region) {
        let (mut inside, mut outside) = (region.clone(), region.clone());
        for (word, mask) in self.masks(dimension) {
            if let (Some(inside), Some(outside)) = (inside.0.get_mut(word), outside.0.get_mut(word))
            {
                *inside &= by.at(word) | !mask;
                *outside &= !by.at(word) | !mask;
            }
        }
        (inside, outside)
    }

    /// Whether `boxes` cover `region`.
    ///
    /// # Errors
    ///
    /// Names [`NODES_MAX`] when it is reached.
    pub(crate) fn cover(
        &self,
        region: &Region,
        boxes: &[&Region],
    ) -> Result<Coverage, TooManyNodes> {
        if self.is_empty(region) {
            // Nothing is covered by nothing: the empty tree.
            return Ok(Coverage::Covered(Tree::new()));
        }
        let mut tree = vec![Node::Closed(usize::MAX)];
        let all: Vec<usize> = (0..boxes.len()).collect();
        let mut open = vec![(region.clone(), all, 0_usize)];
        while let Some((region, candidates, place)) = open.pop() {
            if tree.len() > NODES_MAX {
                return Err(TooManyNodes);
            }
            let left: Vec<usize> = candidates
                .into_iter()
                .filter(|one| boxes.get(*one).is_some_and(|one| self.meets(&region, one)))
                .collect();
            let Some((by, dimension)) = self.choose(&region, boxes, &left) else {
                return Ok(Coverage::Open(region));
            };
            let Some(dimension) = dimension else {
                set(&mut tree, place, Node::Closed(by));
                continue;
            };
            let Some(chosen) = boxes.get(by) else { continue };
            let (inside, outside) = self.split(&region, chosen, dimension);
            let (first, second) = (tree.len(), tree.len() + 1);
            tree.extend([Node::Closed(usize::MAX), Node::Closed(usize::MAX)]);
            set(&mut tree, place, Node::Split { by, dimension, inside: first, outside: second });
            let within = left.iter().copied().filter(|one| *one != by).collect();
            open.push((inside, left, first));
            // What lies outside is met first: that is where a way in is.
            open.push((outside, within, second));
        }
        Ok(Coverage::Covered(tree))
    }

    /// The box that a region sticks out of in the fewest dimensions, with the one of them in which
    /// the least is left; no dimension where the region lies within the box.
    fn choose(
        &self,
        region: &Region,
        boxes: &[&Region],
        left: &[usize],
    ) -> Option<(usize, Option<usize>)> {
        let mut best: Option<(usize, usize, Option<usize>)> = None;
        for one in left {
            let limit = best.map_or(usize::MAX, |(count, ..)| count);
            let (count, dimension) = self.sticks_out(region, boxes.get(*one)?, limit);
            if count == 0 {
                return Some((*one, None));
            }
            if count < limit {
                best = Some((count, *one, dimension));
            }
        }
        best.map(|(_, one, dimension)| (one, dimension))
    }

    /// Whether `tree` proves that boxes cover `region`, where `is_within` says whether a region
    /// lies within a box and `boxes` gives what to split by. No search: one look at each node.
    pub(crate) fn check(
        &self,
        region: &Region,
        tree: &[Node],
        boxes: &[&Region],
        is_within: impl Fn(&Region, usize) -> bool,
    ) -> bool {
        if self.is_empty(region) {
            return true;
        }
        let mut open = vec![(region.clone(), 0_usize)];
        let mut seen = 0_usize;
        while let Some((region, place)) = open.pop() {
            seen += 1;
            if seen > tree.len() {
                return false;
            }
            match tree.get(place) {
                Some(Node::Closed(by)) if is_within(&region, *by) => {}
                Some(Node::Split { by, dimension, inside, outside }) => {
                    let Some(by) = boxes.get(*by) else { return false };
                    let parts = self.split(&region, by, *dimension);
                    for (part, node) in [(parts.0, *inside), (parts.1, *outside)] {
                        if !self.is_empty(&part) {
                            open.push((part, node));
                        }
                    }
                }
                _ => return false,
            }
        }
        true
    }

    /// Whether a region lies within a box.
    #[cfg(test)]
    fn lies_within(&self, region: &Region, of: &Region) -> bool {
        (0..self.dimensions.len()).all(|dimension| self.is_within(region, of, dimension))
    }

    /// How many points a region has; saturates.
    pub(crate) fn points(&self, region: &Region) -> u128 {
        (0..self.dimensions.len())
            .map(|dimension| {
                let ones = |(word, mask): (usize, u64)| (region.at(word) & mask).count_ones();
                self.masks(dimension).map(ones).map(u128::from).sum::<u128>()
            })
            .fold(1_u128, u128::saturating_mul)
    }
}

impl Region {
    /// Keeps the points that another holds as well.
    pub(crate) fn narrow(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, kept)| *word &= kept);
    }

    fn at(&self, word: usize) -> u64 {
        self.0.get(word).copied().unwrap_or(0)
    }
}

fn set(tree: &mut Tree, place: usize, node: Node) {
    if let Some(slot) = tree.get_mut(place) {
        *slot = node;
    }
}

/// The boxes that a tree closes regions with.
pub(crate) fn used(tree: &[Node]) -> impl Iterator<Item = usize> + '_ {
    tree.iter().filter_map(|node| match node {
        Node::Closed(by) => Some(*by),
        Node::Split { .. } => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A layout and boxes, each as the values it holds per dimension.
    fn build(sizes: &[usize], boxes: &[Vec<u128>]) -> (Layout, Vec<Region>) {
        let layout = Layout::new(sizes);
        let region = |masks: &Vec<u128>| {
            let mut region = layout.whole();
            for (dimension, mask) in masks.iter().enumerate() {
                layout.keep(&mut region, dimension, |value| mask >> value & 1 == 1);
            }
            region
        };
        let regions = boxes.iter().map(region).collect();
        (layout, regions)
    }

    fn refs(boxes: &[Region]) -> Vec<&Region> {
        boxes.iter().collect()
    }

    /// Every point of the whole space, by counting through it.
    fn uncovered(sizes: &[usize], boxes: &[Vec<u128>]) -> usize {
        let total: usize = sizes.iter().product();
        (0..total)
            .filter(|point| {
                let mut rest = *point;
                let values: Vec<usize> = sizes
                    .iter()
                    .map(|size| {
                        let value = rest % size;
                        rest /= size;
                        value
                    })
                    .collect();
                !boxes.iter().any(|masks| {
                    masks.iter().zip(&values).all(|(mask, value)| mask >> value & 1 == 1)
                })
            })
            .count()
    }

    proptest! {
        #[test]
        fn agrees_with_counting_through(
            sizes in prop::collection::vec(1_usize..5, 1..6),
            boxes in prop::collection::vec(prop::collection::vec(1_u128..31, 6), 0..24),
        ) {
            let boxes: Vec<Vec<u128>> =
                boxes.into_iter().map(|masks| masks[..sizes.len()].to_vec()).collect();
            let (layout, regions) = build(&sizes, &boxes);
            let whole = layout.whole();
            match layout.cover(&whole, &refs(&regions)).unwrap() {
                Coverage::Open(region) => {
                    prop_assert!(uncovered(&sizes, &boxes) > 0);
                    prop_assert!(!layout.is_empty(&region));
                    prop_assert!(regions.iter().all(|one| !layout.meets(&region, one)));
                }
                Coverage::Covered(tree) => {
                    prop_assert_eq!(uncovered(&sizes, &boxes), 0);
                    let within =
                        |region: &Region, by: usize| layout.lies_within(region, &regions[by]);
                    prop_assert!(layout.check(&whole, &tree, &refs(&regions), within));
                }
            }
        }
    }

    #[test]
    fn long_dimensions_have_words_of_their_own() {
        let sizes = [3, 200, 60, 5];
        let layout = Layout::new(&sizes);
        let whole = layout.whole();
        assert_eq!(layout.points(&whole), 3 * 200 * 60 * 5);
        for (dimension, size) in sizes.iter().enumerate() {
            assert!(layout.values(&whole, dimension).eq(0..*size), "{dimension}");
        }
        let mut one = layout.whole();
        layout.keep(&mut one, 1, |value| value == 199);
        assert_eq!(layout.points(&one), 3 * 60 * 5);
        let (inside, outside) = layout.split(&whole, &one, 1);
        assert_eq!(inside, one);
        assert!(layout.values(&outside, 1).eq(0..199));
    }

    #[test]
    fn a_tree_that_leaves_something_out_is_refused() {
        let (layout, boxes) = build(&[2, 2], &[vec![1, 3], vec![2, 1], vec![2, 2]]);
        let whole = layout.whole();
        let Coverage::Covered(tree) = layout.cover(&whole, &refs(&boxes)).unwrap() else {
            panic!("covered");
        };
        let within = |region: &Region, by: usize| {
            boxes.get(by).is_some_and(|one| layout.lies_within(region, one))
        };
        assert!(layout.check(&whole, &tree, &refs(&boxes), within));
        for place in 0..tree.len() {
            let mut wrong = tree.clone();
            wrong[place] = match &wrong[place] {
                Node::Closed(by) => Node::Closed((by + 1) % 3),
                Node::Split { by, .. } => Node::Closed(*by),
            };
            assert!(!layout.check(&whole, &wrong, &refs(&boxes), within), "{place}");
            assert!(!layout.check(&whole, &tree[..place], &refs(&boxes), within), "{place}");
        }
        let mut round = tree.clone();
        round[0] = Node::Split { by: 0, dimension: 0, inside: 0, outside: 0 };
        assert!(!layout.check(&whole, &round, &refs(&boxes), within));
    }

    #[test]
    fn nothing_is_covered_and_no_box_covers_something() {
        let layout = Layout::new(&[2, 2]);
        let mut empty = layout.whole();
        layout.keep(&mut empty, 0, |_| false);
        assert_eq!(layout.cover(&empty, &[]), Ok(Coverage::Covered(Tree::new())));
        assert_eq!(layout.cover(&layout.whole(), &[]), Ok(Coverage::Open(layout.whole())));
    }
}
