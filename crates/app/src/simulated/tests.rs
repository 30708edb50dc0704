use super::*;
use crate::ingest::WatchedTenant;
use crate::live::PartOutcome;
use halligan_core::id::Guid;
use halligan_core::tenant::PartKind;
use halligan_core::watch::detect::Severity;
use std::sync::Arc;
use std::time::Instant;

struct Quiet;

impl Progress for Quiet {
    fn part(&self, _: &PartKind, _: Option<Guid>, _: PartOutcome<'_>) {}
}

/// What was detected, with the moment at which it was.
type Seen = Arc<std::sync::Mutex<Vec<(&'static str, Severity, String, Instant)>>>;

async fn started() -> (Simulated, Ingest) {
    let options = TwinOptions { throttling: Throttling::Off, ..TwinOptions::default() };
    let tenant = Simulated::start(&Origin::Story, options).await.unwrap();
    let snapshot = tenant.read(&Quiet).await.unwrap();
    let watched = WatchedTenant::of(tenant.register(), Some(&snapshot));
    (tenant, Ingest::new(vec![watched]))
}

/// Waits until so many detections are there.
async fn wait_for(seen: &Seen, count: usize) {
    for _ in 0..200 {
        if seen.lock().unwrap().len() >= count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{count} detections did not come: {:?}", seen.lock().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_and_a_change_at_the_twin_are_told_over_http_within_a_second() {
    let (tenant, mut ingest) = started().await;
    let seen = Seen::default();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let taken = seen.clone();
    let watching = tenant.watch(
        &mut ingest,
        async {
            _ = stopped.await;
        },
        move |one| {
            let fired = &one.fired;
            let told = (fired.detection.id, fired.severity, fired.what.clone(), Instant::now());
            taken.lock().unwrap().push(told);
        },
    );
    let acting = async {
        let begun = Instant::now();
        tenant.attempt(0, Shown::WrongPassword);
        wait_for(&seen, 1).await;
        let (id, severity, _, at) = seen.lock().unwrap()[0].clone();
        assert_eq!((id, severity), ("HG-WATCH-02", Severity::High));
        assert!(at - begun < Duration::from_secs(1), "{:?}", at - begun);

        let begun = Instant::now();
        let name = tenant.block_everybody();
        wait_for(&seen, 2).await;
        let (id, severity, what, at) = seen.lock().unwrap()[1].clone();
        assert_eq!((id, severity), ("HG-WATCH-08", Severity::Critical), "{what}");
        assert!(what.contains(name) && what.contains("it locks alpha"), "{what}");
        assert!(at - begun < Duration::from_secs(1), "{:?}", at - begun);

        // The watcher's own permission is taken away.
        tenant.running().change(|directory| {
            let watcher = directory.apps.get_mut(&story::WATCHER.0).unwrap();
            watcher.permissions.remove("AuditLog.Read.All");
        });
        tenant.running().revoke_tokens();
        wait_for(&seen, 3).await;
        let (id, _, what, _) = seen.lock().unwrap()[2].clone();
        assert_eq!(id, "HG-WATCH-22", "{what}");
        drop(stop);
    };
    let (watched, ()) = tokio::join!(watching, acting);
    watched.unwrap();
    // Each is told once, though every round reads them again.
    let ids: Vec<&str> = seen.lock().unwrap().iter().map(|one| one.0).collect();
    assert_eq!(ids.iter().filter(|id| **id == "HG-WATCH-02").count(), 1, "{ids:?}");
    assert_eq!(ids.iter().filter(|id| **id == "HG-WATCH-08").count(), 1, "{ids:?}");
    tenant.stop().await;
}
