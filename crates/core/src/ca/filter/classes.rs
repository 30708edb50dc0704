//! The classes of registered devices that some rules tell apart.
//!
//! A prover cannot try every device; it need not, because a policy reads no more of a device than
//! the truth of its rule and whether it is compliant and hybrid joined. [`device_classes`] gives
//! every combination of those that some registered device has, each once, with such a device.
//!
//! That none is missing rests on the candidate values of each attribute. A comparison reads one
//! attribute, so it is enough that for every value of an attribute some candidate gives all of its
//! comparisons the same truth, and then to try all combinations of candidates.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use super::super::device::{
    Attribute, AttributeKind, AttributeValue, Device, INTUNE_APP_ID, Registered, TrustType,
};
use super::operator::Operator;
use super::{Comparison, Rule, folded};

/// How many candidates are tried, for one attribute and for all of them combined.
pub const CANDIDATES_MAX: usize = 65_536;

/// Registered devices that no policy tells apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeviceClass {
    /// One of them, with as few attributes set as possible.
    pub device: Device,
    /// Whether they match each of the rules, in the order of the rules.
    pub matches: Vec<bool>,
    /// Whether they are marked as compliant.
    pub is_compliant: bool,
    /// Whether they are hybrid joined.
    pub is_hybrid_joined: bool,
}

/// Rules that tell more devices apart than [`CANDIDATES_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyDevices {
    /// The attribute that alone has too many candidates; `None` where all together have.
    pub attribute: Option<Attribute>,
}

impl fmt::Display for TooManyDevices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the device filters tell more than ")?;
        write!(f, "{CANDIDATES_MAX} (CANDIDATES_MAX) devices apart")?;
        match self.attribute {
            None => Ok(()),
            Some(attribute) => write!(f, " by `device.{attribute}` alone"),
        }
    }
}

impl core::error::Error for TooManyDevices {}

/// Every class of registered devices, each once, plain devices first. `fixed` holds the attributes
/// whose values are given: only devices with these are counted.
///
/// # Errors
///
/// [`TooManyDevices`] where more than [`CANDIDATES_MAX`] candidates would have to be tried.
pub fn device_classes(
    rules: &[&Rule],
    fixed: &Registered,
) -> Result<Vec<DeviceClass>, TooManyDevices> {
    let mut seen = BTreeSet::new();
    let mut classes = Vec::new();
    for registered in combinations(&axes(rules, fixed)?, fixed)? {
        let is_compliant = registered.is_compliant();
        let is_hybrid_joined = registered.is_hybrid_joined();
        let device = Device::Registered(registered);
        let matches: Vec<bool> = rules.iter().map(|rule| rule.matches(&device)).collect();
        if seen.insert((matches.clone(), is_compliant, is_hybrid_joined)) {
            classes.push(DeviceClass { device, matches, is_compliant, is_hybrid_joined });
        }
    }
    Ok(classes)
}

/// An attribute that varies, with its candidate values; `None` is null.
type Axis = (Attribute, Vec<Option<AttributeValue>>);

/// The attributes that vary: those that rules name, those that grant controls read, and those that
/// decide whether extension attributes are seen.
fn axes(rules: &[&Rule], fixed: &Registered) -> Result<Vec<Axis>, TooManyDevices> {
    let mut named: BTreeMap<Attribute, Vec<&Comparison>> = BTreeMap::new();
    for comparison in rules.iter().flat_map(|rule| rule.comparisons()) {
        named.entry(comparison.attribute).or_default().push(comparison);
    }
    let shows = named.keys().any(|attribute| attribute.is_extension());
    let always = [Attribute::IsCompliant, Attribute::TrustType];
    for attribute in always.into_iter().chain(shows.then_some(Attribute::MdmAppId)) {
        named.entry(attribute).or_default();
    }
    named
        .into_iter()
        .filter(|(attribute, _)| fixed.value(*attribute).is_none())
        .map(|(attribute, comparisons)| Ok((attribute, candidates(attribute, &comparisons)?)))
        .collect()
}

/// Every device that has one of its candidates for each attribute.
fn combinations(axes: &[Axis], fixed: &Registered) -> Result<Vec<Registered>, TooManyDevices> {
    let count = axes.iter().fold(1_usize, |count, (_, values)| count.saturating_mul(values.len()));
    if count > CANDIDATES_MAX {
        return Err(TooManyDevices { attribute: None });
    }
    let mut devices = vec![fixed.clone()];
    for (attribute, values) in axes {
        devices = devices
            .iter()
            .flat_map(|device| values.iter().map(|value| with(device, *attribute, value.as_ref())))
            .collect();
    }
    Ok(devices)
}

fn with(device: &Registered, attribute: Attribute, value: Option<&AttributeValue>) -> Registered {
    match value {
        None => device.clone(),
        Some(value) => device.clone().put(attribute, value.clone()),
    }
}

/// Values of an attribute, so that each possible value has one that no comparison, no grant control
/// and no extension attribute tells from it. Plain ones come first and keep out those that are the
/// same to all of them.
fn candidates(
    attribute: Attribute,
    comparisons: &[&Comparison],
) -> Result<Vec<Option<AttributeValue>>, TooManyDevices> {
    let mut values = match attribute.kind() {
        AttributeKind::Flag => {
            vec![Some(AttributeValue::Flag(false)), Some(AttributeValue::Flag(true)), None]
        }
        AttributeKind::List => lists(attribute, comparisons)?,
        AttributeKind::Text => texts(attribute, comparisons)?,
    };
    let mut seen = BTreeSet::new();
    values.retain(|value| {
        let value = value.as_ref();
        let alone = with(&Registered::new(), attribute, value);
        let truths: Vec<bool> = comparisons.iter().map(|one| one.holds(value)).collect();
        let states = [alone.is_compliant(), alone.is_hybrid_joined(), alone.is_intune_managed()];
        seen.insert((truths, states))
    });
    Ok(values)
}

/// Null and every subset of the texts that a collection is compared with: a comparison asks for
/// one whole member, so other members change nothing.
fn lists(
    attribute: Attribute,
    comparisons: &[&Comparison],
) -> Result<Vec<Option<AttributeValue>>, TooManyDevices> {
    let literals = literals(comparisons, |_| true);
    within_limit(attribute, [subset_count(&literals)])?;
    let list = |subset: Vec<&str>| {
        let members = subset.into_iter().map(String::from).collect();
        Some(AttributeValue::List(members))
    };
    Ok([None].into_iter().chain(subsets(&literals).into_iter().map(list)).collect())
}

/// Null, every text that the attribute is compared with, and every choice of a prefix or none, a
/// suffix or none and a subset of the substrings, joined by a separator that is in no text.
///
/// No possible value is missed. Let `v` equal no literal (null and the literals are candidates
/// themselves), `p` and `s` be the longest prefix and suffix literals that it has, `C` all its
/// substring literals. The candidate of `p`, `s`, `C` has a separator, so it equals no literal; as
/// no literal has one, it begins with those that begin `p`, ends with those that end `s`, and
/// contains those in `p`, `s` or a member of `C`: each time exactly the literals of `v`.
///
/// `trustType` alone is never null and no free text: a registered device has one of the documented
/// values.
fn texts(
    attribute: Attribute,
    comparisons: &[&Comparison],
) -> Result<Vec<Option<AttributeValue>>, TooManyDevices> {
    let every = literals(comparisons, |_| true);
    let plain: Vec<Option<&str>> = match attribute {
        Attribute::TrustType => TrustType::ALL.iter().map(|one| Some(one.as_graph())).collect(),
        Attribute::MdmAppId => vec![None, Some(INTUNE_APP_ID)],
        _ => vec![None],
    };
    let plain = plain.into_iter().map(|text| text.map(String::from));
    let literal = every.iter().map(|text| Some(String::from(*text)));
    let composed = composed(attribute, comparisons, &every)?.into_iter().map(Some);
    let texts = plain.chain(literal).chain(composed);
    Ok(texts.map(|text| text.map(AttributeValue::Text)).collect())
}

/// Every choice of a prefix or none, a suffix or none and a subset of the substrings: first as
/// people would write them, last in the form that [`texts`] needs.
fn composed(
    attribute: Attribute,
    comparisons: &[&Comparison],
    every: &[&str],
) -> Result<Vec<String>, TooManyDevices> {
    let prefixes =
        literals(comparisons, |one| matches!(one, Operator::StartsWith | Operator::NotStartsWith));
    let suffixes =
        literals(comparisons, |one| matches!(one, Operator::EndsWith | Operator::NotEndsWith));
    let substrings =
        literals(comparisons, |one| matches!(one, Operator::Contains | Operator::NotContains));
    if prefixes.is_empty() && suffixes.is_empty() && substrings.is_empty() {
        return Ok(Vec::new());
    }
    let sizes = [prefixes.len() + 1, suffixes.len() + 1, subset_count(&substrings)];
    within_limit(attribute, sizes)?;
    let separator = separator(every).ok_or(TooManyDevices { attribute: Some(attribute) })?;
    let mut written = Vec::new();
    let mut exact = Vec::new();
    for prefix in or_none(&prefixes) {
        for suffix in or_none(&suffixes) {
            for members in subsets(&substrings) {
                let pieces: Vec<&str> =
                    prefix.into_iter().chain(members.iter().copied()).chain(suffix).collect();
                written.push(pieces.concat());
                written.push(pieces.join(separator.as_str()));
                let inner = members.join(separator.as_str());
                let [first, last] = [prefix, suffix].map(Option::unwrap_or_default);
                exact.push([first, inner.as_str(), last].join(separator.as_str()));
            }
        }
    }
    // Nothing chosen is a text with no literal in it, which null stands for.
    written.retain(|text| !text.is_empty());
    written.append(&mut exact);
    Ok(written)
}

/// The texts that some operators compare with, each once, in the order of the rules.
fn literals<'a>(comparisons: &[&'a Comparison], wanted: impl Fn(Operator) -> bool) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    comparisons
        .iter()
        .filter(|comparison| wanted(comparison.operator))
        .flat_map(|comparison| comparison.operand.literals())
        .filter(|literal| seen.insert(literal.folded.as_str()))
        .map(|literal| literal.text.as_str())
        .collect()
}

/// A character that is in no text, as a person would use it where it can be.
fn separator(texts: &[&str]) -> Option<String> {
    let used: BTreeSet<String> = texts
        .iter()
        .flat_map(|text| text.chars())
        .flat_map(char::to_lowercase)
        .map(String::from)
        .collect();
    ['-', ' ', '_', '.', '/']
        .into_iter()
        .chain('!'..=char::MAX)
        .map(String::from)
        .find(|one| folded(one) == *one && !used.contains(one))
}

fn or_none<'a>(texts: &[&'a str]) -> Vec<Option<&'a str>> {
    [None].into_iter().chain(texts.iter().copied().map(Some)).collect()
}

/// How many subsets there are; more than can be counted is the largest number.
fn subset_count(texts: &[&str]) -> usize {
    u32::try_from(texts.len()).ok().and_then(|len| 2_usize.checked_pow(len)).unwrap_or(usize::MAX)
}

/// Every subset, the empty one first.
fn subsets<'a>(texts: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut subsets = vec![Vec::new()];
    for text in texts {
        let with_it: Vec<Vec<&str>> =
            subsets.iter().map(|subset| [subset.as_slice(), &[*text]].concat()).collect();
        subsets.extend(with_it);
    }
    subsets
}

fn within_limit(
    attribute: Attribute,
    sizes: impl IntoIterator<Item = usize>,
) -> Result<(), TooManyDevices> {
    let count = sizes.into_iter().fold(1_usize, usize::saturating_mul);
    let attribute = Some(attribute);
    if count > CANDIDATES_MAX { Err(TooManyDevices { attribute }) } else { Ok(()) }
}
