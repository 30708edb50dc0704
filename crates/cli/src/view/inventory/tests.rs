use halligan_core::check::Case;
use halligan_core::check::sample::{DAILY, EMERGENCY, member, schedule};
use halligan_core::id::{GLOBAL_ADMINISTRATOR, UserId};
use halligan_core::inventory::Inventory;
use halligan_core::tenant::{
    AccountState, GapReason, GroupAccess, GroupPolicy, ObjectKind, Part, PartKind, RoleDemand,
    RoleRule,
};

use super::{InventoryFormat, render};

const FORMATS: [InventoryFormat; 5] = [
    InventoryFormat::Human,
    InventoryFormat::Plain,
    InventoryFormat::Json,
    InventoryFormat::Csv,
    InventoryFormat::Svg,
];

/// The sound tenant with a group that holds the role and has an owner outside it.
fn case() -> Case {
    let mut case = Case::sound();
    case.assignments(&[(EMERGENCY.into(), ObjectKind::Group), (DAILY.into(), ObjectKind::User)]);
    let mut owner = member(UserId::from_u128(0xe7e), ObjectKind::User);
    owner.display_name = Some("Eve, \"the\" <owner>".into());
    let at = case.now;
    case.group_read(|group| group.owners = Part::Read { at, value: vec![owner] });
    case
}

fn printed(case: &Case, format: InventoryFormat, names: bool) -> String {
    let inventory = Inventory::take(&case.register, &case.snapshot, case.now);
    render(&inventory, format, 100, names)
}

#[test]
fn every_format_tells_the_same_ways() {
    for format in FORMATS {
        let text = printed(&case(), format, true);
        let text = anstream::adapter::strip_str(&text).to_string();
        for word in ["alpha", "bravo", "daily", "Eve", "owns the group k7 q2"] {
            assert!(text.contains(word), "{word} in {format:?}:\n{text}");
        }
        assert!(!text.contains("@sound"), "no sign-in name in {format:?}");
    }
}

#[test]
fn activating_a_membership_is_told_with_whether_another_approves() {
    let mut case = case();
    let at = case.now;
    for (is_required, words, json) in [
        (Some(true), " with approval", "true"),
        (Some(false), " without approval", "false"),
        (None, "", "null"),
    ] {
        let rule = RoleRule {
            id: "Approval_EndUser_Assignment".into(),
            demand: RoleDemand::Approval { is_required, approvers: Vec::new() },
            unknown: Default::default(),
        };
        let (id, access, unknown) = ("p".into(), GroupAccess::Member, Default::default());
        let policy = GroupPolicy { id, access, rules: vec![rule], unknown };
        case.group_read(|group| {
            let eligible = schedule(UserId::from_u128(0xe11), None);
            group.eligibilities = Part::Read { at, value: vec![eligible] };
            group.policies = Part::Read { at, value: vec![policy] };
        });
        let plain = printed(&case, InventoryFormat::Plain, true);
        let line = plain.lines().find(|line| line.contains("may activate membership of"));
        let line = line.unwrap_or_else(|| panic!("{plain}"));
        assert_eq!(
            (line.contains(" with approval"), line.contains(" without approval")),
            (is_required == Some(true), is_required == Some(false)),
            "{line}"
        );
        assert!(line.contains(words), "{line}");
        let text = printed(&case, InventoryFormat::Json, true);
        let found: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(found.to_string().contains(&format!("\"needsApproval\":{json}")), "{found}");
    }
}

#[test]
fn a_picture_calls_nobody_by_name_unless_asked() {
    let text = printed(&case(), InventoryFormat::Svg, false);
    assert!(
        text.contains(">alpha<") && !text.contains("Eve") && !text.contains(">daily<"),
        "{text}"
    );
    assert!(!text.contains("Sound"), "nor the tenant");
    assert!(printed(&case(), InventoryFormat::Svg, true).contains("&lt;owner&gt;"));
}

#[test]
fn a_picture_is_well_formed_and_bounded() {
    let mut case = case();
    let owners: Vec<_> =
        (0..500).map(|place| member(UserId::from_u128(0x1000 + place), ObjectKind::User)).collect();
    let at = case.now;
    case.group_read(|group| group.owners = Part::Read { at, value: owners });
    let text = printed(&case, InventoryFormat::Svg, false);
    assert!(text.contains("more (see the table)"));
    let mut reader = quick_xml::Reader::from_str(&text);
    let mut depth = 0_i32;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(_) => depth += 1,
            quick_xml::events::Event::End(_) => depth -= 1,
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    assert!(text.len() < 200_000, "{}", text.len());
}

#[test]
fn csv_has_a_field_for_every_column_and_no_formula() {
    let mut case = case();
    if let Some(holder) = case.snapshot.holders.get_mut(&DAILY)
        && let Part::Read { value: AccountState::Present(user), .. } = &mut holder.state
    {
        user.display_name = Some("=cmd|' /C calc'!A0".into());
    }
    let text = printed(&case, InventoryFormat::Csv, true);
    let columns = text.lines().next().unwrap().split(',').count();
    for line in text.lines().skip(1) {
        assert_eq!(line.split("\",\"").count(), columns, "{line}");
    }
    assert!(text.contains("\"'=cmd|"), "{text}");
    assert!(text.contains("Eve, \"\"the\"\" <owner>"), "{text}");
}

#[test]
fn what_was_not_read_is_said_in_every_format_that_tells_more_than_rows() {
    let mut case = case();
    let permission = String::from("RoleManagement.Read.Directory");
    case.snapshot
        .withhold(&PartKind::RoleEligibilities, &GapReason::MissingPermission { permission });
    for format in FORMATS {
        let text = printed(&case, format, false);
        let said = text.contains("eligibilit") || text.contains("roleEligibility");
        assert_eq!(said, format != InventoryFormat::Csv, "{format:?}:\n{text}");
    }
}

/// Who may activate the role, and owns a group that holds it, stands left of the group.
#[test]
fn arrows_of_a_picture_point_to_the_right() {
    let mut case = case();
    let (at, who) = (case.now, UserId::from_u128(0xe7e));
    let mut eligible = schedule(who, None);
    eligible.role = Some(GLOBAL_ADMINISTRATOR.0);
    case.snapshot.role_eligibilities = Part::Read { at, value: vec![eligible] };
    let text = printed(&case, InventoryFormat::Svg, true);
    let paths: Vec<&str> = text.split(" d=\"M").skip(1).collect();
    let ends = |path: &str| -> Option<(usize, usize)> {
        let (from, rest) = path.split_once(' ')?;
        let to = rest.split('"').next()?.rsplit(' ').nth(1)?;
        Some((from.parse().ok()?, to.parse().ok()?))
    };
    let drawn: Vec<(usize, usize)> = paths.iter().filter_map(|path| ends(path)).collect();
    assert!(drawn.len() >= 6, "{text}");
    // An arrow within a column ends within it.
    assert!(drawn.iter().all(|(from, to)| from + 20 < *to), "{drawn:?}");
}
