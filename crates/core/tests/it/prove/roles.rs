//! Which roles policies match.

use halligan_core::ca::Verdict;
use halligan_core::check::Case;
use halligan_core::check::sample::ALPHA;
use halligan_core::id::RoleTemplateId;
use halligan_core::tenant::{GrantControl, ObjectKind, Part, RoleRef, Users};

use super::{for_everybody, proof};

#[test]
fn policies_match_no_role_that_the_tenant_defined() {
    let custom = RoleTemplateId::from_u128(0xc057);
    let mut case = Case::sound();
    case.assignments(&[(ALPHA.into(), ObjectKind::User)]);
    case.schedules(|all| all.iter_mut().for_each(|one| one.role = Some(custom.0)));
    if let Part::Read { value, .. } = &mut case.snapshot.role_assignments {
        value.iter_mut().for_each(|one| one.role = custom.0);
    }
    let mut block = for_everybody("block", GrantControl::Block);
    let include_roles = vec![RoleRef::Id(custom)];
    block.conditions.users = Some(Users { include_roles, ..Users::default() });
    case.add_policy(block);
    assert_eq!(proof(&case).verdict(), Verdict::LockedOut, "a built-in role is matched");
    if let Part::Read { value, .. } = &mut case.snapshot.role_definitions {
        let mut definition = value[0].clone();
        definition.id = custom.0;
        definition.is_built_in = false;
        value.push(definition);
    }
    assert_eq!(proof(&case).verdict(), Verdict::Proved);
}
