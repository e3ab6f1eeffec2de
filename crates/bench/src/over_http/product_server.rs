//! Mainstay as `mainstay serve` runs it: pages and REST interface, clockwork and checkpoints beside them.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use mainstay_app::accounts::{By, NewPerson, NewToken};
use mainstay_app::ledger::Ledger;
use mainstay_app::{App, Clockwork, Config};
use mainstay_kinds::{REGISTRY, role_assignment::Role};
use mainstay_server::{Settings, serve};
use mainstay_store::SystemClock;

use crate::subject::Outcome;

/// Serves a data folder until the standard input ends; says where on the standard output. With `found` it first makes
/// an installation as `mainstay init` does, with an administrator and an agent of the service desk, and says the
/// agent's token too.
pub(crate) fn run(data: &Path, database_url: Option<String>, found: bool) -> Outcome<()> {
    let mut config = Config::new(data, Arc::new(SystemClock));
    config.database_url = database_url;
    let app = Arc::new(App::open(config, &REGISTRY)?);
    let token = if found { agent(&app)? } else { String::new() };
    let mut settings = Settings::new("127.0.0.1:0".parse()?, None, false)?;
    // What the server can do is measured, not what it lets one person do.
    settings.limits.rates = mainstay_server::Rates::UNLIMITED;
    let running = serve(app.clone(), settings)?;
    let clockwork = Clockwork::start(app.clone(), format!("bench-{}", std::process::id()))?;
    let ledger = Ledger::open(app.config(), &REGISTRY)?;
    let (end, ended) = channel::<()>();
    let checkpoints = std::thread::spawn(move || {
        while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(Duration::from_secs(1)) {
            if let Err(error) = ledger.checkpoint_if_due(app.config().clock.now_ms()) {
                eprintln!("a checkpoint could not be made: {error}");
            }
        }
    });
    println!("{} {token}", running.address);
    super::child::wait_for_end();
    running.stop();
    drop(end);
    let _ = checkpoints.join();
    drop(clockwork);
    Ok(())
}

fn agent(app: &App) -> Outcome<String> {
    let accounts = app.accounts();
    let person = |email: &str, name: &str, role: Role| {
        let (email, name) = (email.to_owned(), Some(name.to_owned()));
        accounts.add(&NewPerson { email, name, roles: vec![role], customer: None, team: None })
    };
    person("admin@example.org", "Administrator", Role::Administrator)?;
    let agent = person("desk@example.org", "Agent", Role::ServiceDeskAgent)?;
    let new = NewToken { name: "bench".into(), read_only: false, days: 1 };
    Ok(accounts.make_token(agent, &new, By::Operator)?.0.expose().to_owned())
}
