use super::*;
use std::collections::BTreeSet;

/// The detection's own answer to an event.
fn fires(detection: &Detection, event: &Event) -> Option<Found> {
    let (watched, activities) = (sample_watched(), Activities::default());
    let touches = touches(event, &watched);
    let activity = activities.of(event);
    (detection.judge)(&Seen { event, touches: &touches, activity, watched: &watched })
}

#[test]
fn every_detection_fires_where_it_should_and_nowhere_else() {
    for detection in all() {
        let samples = detection.samples;
        assert!(samples.iter().any(|one| one.fires), "{}: no sample fires", detection.id);
        assert!(samples.iter().any(|one| !one.fires), "{}: no sample is silent", detection.id);
        for sample in samples {
            let found = fires(detection, &(sample.event)());
            let said = std::format!("{}, {}: {found:?}", detection.id, sample.name);
            assert_eq!(found.is_some(), sample.fires, "{said}");
        }
    }
}

#[test]
fn ids_are_in_order_and_each_is_one() {
    let ids: Vec<&str> = all().iter().map(|one| one.id).collect();
    let sorted: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids, sorted.into_iter().collect::<Vec<_>>());
    assert!(all().iter().all(|one| !one.first_steps.is_empty()));
}

fn about() -> About<'static> {
    About {
        tenant: "CONTOSO-NORTH-EUROPE",
        severity: Severity::Critical,
        at: "2026-11-23T06:58:12Z".parse().ok(),
        seen: "2026-11-23T06:58:14Z".parse().unwrap(),
        touched: Some("account alpha"),
        effect: Some("it locks alpha and bravo out of every declared surface"),
        locks_out: true,
        record: "8f603ff7-c695-bdae-acc6-4f66af8da34d",
        source: "graph",
    }
}

#[test]
fn a_text_message_fits_in_one_part_and_names_nobody() {
    for detection in all() {
        let text = detection.sms(&about());
        assert!(text.len() <= SMS_CHARACTERS_MAX, "{text}");
        // These take one place each in the alphabet of GSM 03.38; brackets would take two.
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || " :-().,'".contains(letter);
        assert!(text.chars().all(is_plain), "{text}");
        assert!(!text.contains("breakglass"), "{text}");
    }
}

#[test]
fn a_mail_says_what_happened_what_it_does_and_what_to_do() {
    let mail = policy_changed::DETECTION.mail(&about());
    assert_eq!(
        mail.subject,
        "[Halligan] CONTOSO-NORTH-EUROPE: Conditional Access changed, locks an account out \
         (critical)"
    );
    for said in ["it locks alpha and bravo out", "account alpha", "HG-WATCH-", "\n1. ", "06:58:12"]
    {
        assert!(mail.text.contains(said), "{said}: {}", mail.text);
    }
    for detection in all() {
        let Mail { text, .. } = detection.mail(&About { effect: None, ..about() });
        assert!(text.lines().all(|line| line.chars().count() <= 78), "{text}");
        assert!(detection.first_steps.iter().all(|step| {
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            words(&text).contains(&words(step))
        }));
    }
}

#[test]
fn the_worst_comes_first_and_refusals_weigh_less() {
    let (watched, activities) = (sample_watched(), Activities::default());
    let of = |event: &Event| detect(event, &watched, &activities);
    let deleted = sample::change(
        "Delete group",
        "GroupManagement",
        alloc::vec![sample::target("Group", sample::GROUP)],
    );
    let fired = of(&deleted);
    assert_eq!(fired.first().map(|one| one.severity), Some(Severity::Critical));
    assert!(fired.is_sorted_by(|a, b| a.severity >= b.severity));
    let refused = of(&sample::refused(deleted));
    assert_eq!(refused.first().map(|one| one.severity), Some(Severity::High));
    assert!(of(&sample::sign_in(Some(sample::OTHER), "ada@contoso.com", 0)).is_empty());
}
