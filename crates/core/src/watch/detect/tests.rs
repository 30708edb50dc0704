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

#[test]
fn a_text_message_fits_in_one_part_and_names_nobody() {
    for detection in all() {
        let text = detection.sms("CONTOSO-NORTH-EUROPE", Severity::Critical);
        assert!(text.len() <= SMS_CHARACTERS_MAX, "{text}");
        // These take one place each in the alphabet of GSM 03.38; brackets would take two.
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || " :-().,'".contains(letter);
        assert!(text.chars().all(is_plain), "{text}");
        assert!(!text.contains("breakglass"), "{text}");
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
