//! From options and answers to what is chosen.

use std::str::FromStr;

use halligan_app::config::check_code_name;
use halligan_app::init::proposed_code_name;
use halligan_core::id::{GroupId, PolicyId, UserId};
use halligan_core::proposal::{Candidate, Proposal, ShapeProposal};
use halligan_core::register::{DeclaredAccount, Shape};

use super::ask::{Ask, NoAnswer};
use crate::failure::Failure;
use crate::view::clean;

/// `ID` or `ID=CODE-NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    id: UserId,
    code_name: Option<String>,
}

impl FromStr for Named {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (id, code_name) = match text.split_once('=') {
            Some((id, name)) => (id, Some(name)),
            None => (text, None),
        };
        let id = id.parse().map_err(|error: halligan_core::id::NotAGuid| error.to_string())?;
        if let Some(name) = code_name {
            check_code_name(name).map_err(|what| format!("the code name {what}"))?;
        }
        Ok(Self { id, code_name: code_name.map(Into::into) })
    }
}

/// What the command line says.
#[derive(Clone, Debug, Default)]
pub(super) struct Options {
    pub(super) accounts: Vec<Named>,
    pub(super) group: Option<GroupId>,
    pub(super) shape: Option<Shape>,
}

/// What is to be written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Chosen {
    pub(super) accounts: Vec<DeclaredAccount>,
    pub(super) group: Option<GroupId>,
    pub(super) shape: Shape,
}

impl Options {
    /// Whether nothing is left to ask.
    pub(super) fn is_complete(&self) -> bool {
        !self.accounts.is_empty() && self.shape.is_some()
    }

    /// What is chosen when nothing is left to ask.
    pub(super) fn finish(self) -> Result<Chosen, Failure> {
        let Self { accounts, group, shape: Some(shape) } = self else { return Err(incomplete()) };
        Ok(Chosen { accounts: named(&accounts)?, group, shape })
    }
}

fn incomplete() -> Failure {
    let hint = "name each account with `--account ID`, and the shape with `--shape SHAPE`";
    Failure::usage("what is to be written was not chosen", hint)
}

/// Every account with a code name: its own, or the next word that is free.
fn named(accounts: &[Named]) -> Result<Vec<DeclaredAccount>, Failure> {
    let mut taken: Vec<String> =
        accounts.iter().filter_map(|account| account.code_name.clone()).collect();
    let mut declared: Vec<DeclaredAccount> = Vec::new();
    for account in accounts {
        let code_name = account.code_name.clone().unwrap_or_else(|| {
            let free = free_code_name(&taken);
            taken.push(free.clone());
            free
        });
        if declared.iter().any(|other| other.id == account.id) {
            let what = format!("the account {} is named twice", account.id);
            return Err(Failure::usage(what, "name each account once"));
        }
        if declared.iter().any(|other| other.code_name == code_name) {
            let what = format!("two accounts have the code name `{code_name}`");
            return Err(Failure::usage(what, "give each a word of its own"));
        }
        declared.push(DeclaredAccount { id: account.id, code_name });
    }
    Ok(declared)
}

fn free_code_name(taken: &[String]) -> String {
    let mut words = (0..=taken.len()).map(proposed_code_name);
    words.find(|word| !taken.contains(word)).unwrap_or_else(|| proposed_code_name(taken.len()))
}

/// Asks for what the options left out. Nothing is chosen beforehand.
pub(super) fn ask(
    options: Options,
    proposal: &Proposal,
    shapes: &dyn Fn(&[UserId]) -> Option<ShapeProposal>,
    ask: &mut dyn Ask,
) -> Result<Chosen, Failure> {
    let accounts = match options.accounts.is_empty() {
        true => ask_accounts(proposal, ask)?,
        false => named(&options.accounts)?,
    };
    let group = match options.group {
        None if !proposal.groups.is_empty() => ask_group(proposal, ask)?,
        given => given,
    };
    let ids: Vec<UserId> = accounts.iter().map(|account| account.id).collect();
    let shape = match options.shape {
        Some(shape) => shape,
        None => ask_shape(shapes(&ids), ask)?,
    };
    Ok(Chosen { accounts, group, shape })
}

fn ask_accounts(proposal: &Proposal, ask: &mut dyn Ask) -> Result<Vec<DeclaredAccount>, Failure> {
    if proposal.candidates.is_empty() {
        let what = "nobody was found who could be an emergency access account";
        let hint = "create two accounts that hold Global Administrator for good, or name them with \
                    `--account ID`";
        return Err(Failure::new(what, Some(hint.into())));
    }
    let items: Vec<String> = proposal.candidates.iter().map(item).collect();
    let prompt = "Which are your emergency access accounts? (space chooses, enter goes on)";
    let places = ask.many(prompt, &items)?;
    let chosen = places.into_iter().filter_map(|place| proposal.candidates.get(place));
    let mut declared: Vec<DeclaredAccount> = Vec::new();
    for candidate in chosen {
        let taken: Vec<String> = declared.iter().map(|one| one.code_name.clone()).collect();
        let prompt = format!("Code name of {}", who(candidate));
        let is_valid = |name: &str| match taken.iter().any(|other| other == name) {
            true => Err(format!("`{name}` is another account's")),
            false => check_code_name(name),
        };
        let code_name = ask.text(&prompt, &free_code_name(&taken), &is_valid)?;
        declared.push(DeclaredAccount { id: candidate.id, code_name });
    }
    match declared.is_empty() {
        true => Err(NoAnswer::Nothing.into()),
        false => Ok(declared),
    }
}

fn who(candidate: &Candidate) -> String {
    let name = candidate.name.as_deref().unwrap_or("an account without a name");
    clean(&format!("{name} ({})", candidate.id)).into_owned()
}

fn item(candidate: &Candidate) -> String {
    format!("{}: {}", who(candidate), candidate.fit.word())
}

fn ask_group(proposal: &Proposal, ask: &mut dyn Ask) -> Result<Option<GroupId>, Failure> {
    let mut items: Vec<String> = proposal
        .groups
        .iter()
        .map(|group| {
            let name = group.name.as_deref().unwrap_or("a group without a name");
            clean(&format!("{name} ({}): {}", group.id, group.fit.word())).into_owned()
        })
        .collect();
    items.push("no group: policies name the accounts".into());
    let place = ask.one("Which group do policies exclude for them?", &items)?;
    Ok(proposal.groups.get(place).map(|group| group.id))
}

fn ask_shape(proposed: Option<ShapeProposal>, ask: &mut dyn Ask) -> Result<Shape, Failure> {
    let policy = match &proposed {
        Some(ShapeProposal { shape: Shape::ExemptWithStrength { policy }, .. }) => {
            Some(policy.clone())
        }
        _ => None,
    };
    let fits = |shape: &str| match &proposed {
        Some(one) if one.shape.to_string() == shape => format!(" (fits: {})", one.reason),
        _ => String::new(),
    };
    let items = [
        ("exempt", "excluded from every policy"),
        ("exempt+strength", "excluded from every policy but one that asks for their keys"),
        ("paper", "a password on paper and no key"),
    ];
    let texts = items.map(|(shape, meaning)| format!("{shape}: {meaning}{}", fits(shape)));
    match ask.one("How do they get past Conditional Access?", &texts)? {
        0 => Ok(Shape::Exempt),
        1 => {
            let proposed = policy.map(|policy| policy.to_string()).unwrap_or_default();
            let is_valid = |text: &str| match text.trim().is_empty() {
                true => Err("name the policy by its id".to_owned()),
                false => Ok(()),
            };
            let id = ask.text("Id of that one policy", &proposed, &is_valid)?;
            Ok(Shape::ExemptWithStrength { policy: PolicyId::from(id.trim()) })
        }
        _ => Ok(Shape::Paper),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    use halligan_core::check::Case;
    use halligan_core::check::sample::{ALPHA, BRAVO, DAILY, EMERGENCY};
    use halligan_core::proposal::propose_shape;

    /// Answers in the order of the questions; a text of `None` takes what is proposed.
    enum Answer {
        Many(&'static [usize]),
        One(usize),
        Text(Option<&'static str>),
    }

    struct Script {
        answers: VecDeque<Answer>,
        asked: Vec<String>,
    }

    impl Script {
        fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
            Self { answers: answers.into_iter().collect(), asked: Vec::new() }
        }

        fn next(&mut self, prompt: &str, items: &[String]) -> Answer {
            self.asked.push(format!("{prompt} {}", items.join(" | ")));
            self.answers.pop_front().expect(prompt)
        }
    }

    impl Ask for Script {
        fn many(&mut self, prompt: &str, items: &[String]) -> Result<Vec<usize>, NoAnswer> {
            match self.next(prompt, items) {
                Answer::Many(places) => Ok(places.to_vec()),
                _ => panic!("{prompt}"),
            }
        }

        fn one(&mut self, prompt: &str, items: &[String]) -> Result<usize, NoAnswer> {
            match self.next(prompt, items) {
                Answer::One(place) => Ok(place),
                _ => panic!("{prompt}"),
            }
        }

        fn text(
            &mut self,
            prompt: &str,
            proposed: &str,
            is_valid: &dyn Fn(&str) -> Result<(), String>,
        ) -> Result<String, NoAnswer> {
            match self.next(prompt, &[proposed.into()]) {
                Answer::Text(text) => {
                    let text = text.unwrap_or(proposed);
                    is_valid(text).unwrap();
                    Ok(text.into())
                }
                _ => panic!("{prompt}"),
            }
        }
    }

    fn chosen(options: Options, script: &mut Script) -> Result<Chosen, Failure> {
        let mut case = Case::sound();
        case.now = "1971-03-01T00:00:00Z".parse().unwrap();
        let proposal = Proposal::of(&case.snapshot, case.now);
        let shapes = |accounts: &[UserId]| propose_shape(&case.snapshot, accounts, case.now);
        ask(options, &proposal, &shapes, script)
    }

    fn account(id: UserId, code_name: &str) -> DeclaredAccount {
        DeclaredAccount { id, code_name: code_name.into() }
    }

    #[test]
    fn answers_and_options_choose_the_same() {
        let mut script = Script::new([
            Answer::Many(&[0, 1]),
            Answer::Text(None),
            Answer::Text(Some("otter")),
            Answer::One(0),
            Answer::One(0),
        ]);
        let answered = chosen(Options::default(), &mut script).unwrap();
        let named = |text: String| text.parse::<Named>().unwrap();
        let accounts = vec![named(ALPHA.to_string()), named(format!("{BRAVO}=otter"))];
        let options = Options { accounts, group: Some(EMERGENCY), shape: Some(Shape::Exempt) };
        assert!(options.is_complete());
        assert_eq!(options.finish().unwrap(), answered);
        assert_eq!(answered.accounts, [account(ALPHA, "alpha"), account(BRAVO, "otter")]);
        let shape = script.asked.last().unwrap();
        assert!(shape.contains("exempt: excluded from every policy (fits: no policy"), "{shape}");
        assert!(script.asked[0].contains(": likely | "), "{}", script.asked[0]);
        let upn = script.asked.iter().find(|asked| asked.contains("onmicrosoft"));
        assert_eq!(upn, None, "no sign-in name is shown");
    }

    #[test]
    fn nothing_is_chosen_for_a_person_who_chooses_nothing() {
        let mut script = Script::new([Answer::Many(&[])]);
        let failure = chosen(Options::default(), &mut script).unwrap_err();
        assert_eq!(failure, NoAnswer::Nothing.into());
        assert!(Options::default().finish().is_err());
    }

    #[test]
    fn what_options_say_is_not_asked() {
        let options = Options {
            accounts: vec![DAILY.to_string().parse().unwrap()],
            group: None,
            shape: None,
        };
        let mut script = Script::new([Answer::One(1), Answer::One(1), Answer::Text(Some("ca-1"))]);
        let got = chosen(options, &mut script).unwrap();
        assert_eq!((script.asked.len(), got.group), (3, None));
        assert_eq!(got.shape, Shape::ExemptWithStrength { policy: "ca-1".into() });
        assert_eq!(got.accounts, [account(DAILY, "alpha")]);
    }

    #[test]
    fn mistakes_in_options_are_named() {
        for (text, told) in [
            ("alpha", "is not a GUID"),
            ("00000000-0000-0000-0000-00000000a1fa=a b", "the code name must be made of letters"),
            ("00000000-0000-0000-0000-00000000a1fa=", "the code name must have 1 to 40"),
        ] {
            let error = text.parse::<Named>().unwrap_err();
            assert!(error.contains(told), "{error}");
        }
        let twice = |names: [String; 2]| {
            let accounts = names.iter().map(|name| name.parse().unwrap()).collect();
            Options { accounts, group: None, shape: Some(Shape::Paper) }.finish().unwrap_err()
        };
        let same = twice([ALPHA.to_string(), format!("{ALPHA}=x")]);
        assert!(format!("{same:?}").contains("is named twice"));
        let names = twice([format!("{ALPHA}=x"), format!("{BRAVO}=x")]);
        assert!(format!("{names:?}").contains("two accounts have the code name `x`"));
    }

    #[test]
    fn a_proposed_word_is_never_one_that_is_taken() {
        let accounts: Vec<Named> = [ALPHA.to_string(), format!("{BRAVO}=alpha"), DAILY.to_string()]
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        let names: Vec<String> =
            named(&accounts).unwrap().into_iter().map(|one| one.code_name).collect();
        assert_eq!(names, ["bravo", "alpha", "charlie"]);
    }
}
