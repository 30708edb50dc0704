//! `halligan demo --watch`: somebody tries the door of the simulated tenant, and somebody locks it
//! from the inside.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use halligan_app::ingest::{Ingest, TenantNames, WatchedTenant};
use halligan_app::simulated::{Origin, Shown, Simulated};

use super::super::runtime;
use super::super::watch::print;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::say;
use crate::view::watch::Format;

/// How long what happens is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) fn run(verbose: bool) -> Result<Exit, Failure> {
    runtime()?.block_on(async {
        let (tenant, snapshot) = super::read(&Origin::Story, verbose).await?;
        let watched = WatchedTenant::of(tenant.register(), Some(&snapshot));
        let names = watched.names.clone();
        let ended = show(&tenant, watched, &names).await;
        tenant.stop().await;
        ended
    })
}

async fn show(
    tenant: &Simulated,
    watched: WatchedTenant,
    names: &TenantNames,
) -> Result<Exit, Failure> {
    let mut ingest = Ingest::new(vec![watched]);
    let (told, seen) = channel();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let watching = tenant.watch(
        &mut ingest,
        async {
            // Dropping the other end is the word as well.
            let _ = stopped.await;
        },
        move |one| drop(told.send(one.clone())),
    );
    let acting = async {
        let act: [(&str, &dyn Fn()); 3] = [
            ("somebody tries a wrong password on one of the accounts", &|| {
                tenant.attempt(0, Shown::WrongPassword);
            }),
            ("somebody signs in with the account's key", &|| tenant.attempt(0, Shown::Passkey)),
            ("somebody saves a policy that blocks everybody", &|| {
                tenant.block_everybody();
            }),
        ];
        for (what, act) in act {
            say(&format!("{what} …"));
            let begun = Instant::now();
            act();
            let detected = loop {
                match seen.try_recv() {
                    Ok(detected) => break detected,
                    Err(_) if begun.elapsed() > PATIENCE => {
                        return Err(Failure::new("nothing was detected", None));
                    }
                    Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
                }
            };
            say(&format!("… and it is told after {} ms:", begun.elapsed().as_millis()));
            print(&detected, names, Format::Human)?;
        }
        drop(stop);
        Ok(())
    };
    let (watched, acted) = tokio::join!(watching, acting);
    watched?;
    acted?;
    say("a real tenant is watched the same way: `halligan watch --source graph`");
    Ok(Exit::Holds)
}
