//! `mainstay serve`

use std::{net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};

use jiff::tz::TimeZone;
use mainstay_app::{App, Clockwork, conformity, ledger::Ledger};
use mainstay_core::{Error, Result};
use mainstay_kinds::REGISTRY;
use mainstay_server::{Rates, Settings, serve};
use serde_json::json;

use crate::{config::Place, output::Output};

/// How often it is looked whether a checkpoint is due.
const TICK: Duration = Duration::from_secs(1);
/// How often it is looked whether a file of the past should be kept, in ticks.
const SNAPSHOT_SECONDS: u64 = 60;

/// How often it is looked whether checks should be run, in ticks.
const CHECK_SECONDS: u64 = 60;

/// Serve pages and the REST interface until Ctrl+C
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub network: Network,
}

/// Where and for whom the server answers.
#[derive(Debug, Clone, clap::Args)]
pub struct Network {
    /// Where to listen
    #[arg(long, env = "MAINSTAY_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub listen: SocketAddr,

    /// The address under which people reach the server, through a proxy with TLS, such as `https://desk.example.org`
    #[arg(long, env = "MAINSTAY_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,

    /// Listen beyond this machine without TLS all the same
    #[arg(long)]
    pub allow_plain_http: bool,

    /// Name of the provider, for the sign-in page
    #[arg(long, env = "MAINSTAY_PROVIDER", default_value = "Mainstay", value_name = "NAME")]
    pub provider: String,

    /// Zone in which pages show times, such as Europe/Zurich
    #[arg(long, env = "MAINSTAY_ZONE", default_value = "UTC", value_name = "ZONE")]
    pub zone: String,

    /// Answer however often somebody asks: for measuring and for tests, not where others can reach it
    #[arg(long)]
    pub no_rate_limits: bool,
}

impl Network {
    /// The settings.
    pub fn settings(&self) -> Result<Settings> {
        let mut settings = Settings::new(self.listen, self.public_url.as_deref(), self.allow_plain_http)?;
        settings.provider.clone_from(&self.provider);
        settings.zone = TimeZone::get(&self.zone).map_err(|_| {
            Error::field("zone", format!("\"{}\" is no zone; write it like Europe/Zurich", self.zone))
        })?;
        if self.no_rate_limits {
            settings.limits.rates = Rates::UNLIMITED;
        }
        Ok(settings)
    }
}

/// Opens the data folder and serves.
pub fn run(args: &Args, place: &Place, output: &mut Output) -> Result<ExitCode> {
    let settings = args.network.settings()?;
    let app = Arc::new(place.open()?);
    start_log();
    serve_until_stopped(app, settings, output, "")
}

/// Structured lines on the standard error output, one an event.
pub fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("MAINSTAY_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let _ = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// Serves, runs the clockwork beside it, and stops in order when asked to.
pub fn serve_until_stopped(
    app: Arc<App>,
    settings: Settings,
    output: &mut Output,
    more: &str,
) -> Result<ExitCode> {
    let origin = settings.origin();
    let mut running = serve(app.clone(), settings)?;
    let json = json!({"listening": running.address.to_string(), "address": origin});
    let first = if app.accounts().list()?.is_empty() {
        "\nNobody has an account yet: `mainstay init --admin YOUR-ADDRESS` makes the first."
    } else {
        ""
    };
    output.answer(&json, &format!("{more}Serving at {origin} (Ctrl+C stops).{first}"));
    let stop = running.stopper().ok_or_else(|| Error::bug("the server has no stop"))?;
    let holder = format!("{}-{}", running.address, std::process::id());
    let clockwork = Clockwork::start(app.clone(), holder.clone())?;
    let ledger = Ledger::open(app.config(), &REGISTRY)?;
    let (ended, is_ended) = std::sync::mpsc::channel::<()>();
    let upkeep = std::thread::Builder::new()
        .name("mainstay-upkeep".into())
        .spawn(move || keep_up(&app, &ledger, &holder, &is_ended))
        .map_err(|error| Error::unavailable("a thread cannot be made", error))?;
    std::thread::spawn(move || {
        wait_for_signal();
        drop(stop);
    });
    running.wait();
    drop(ended);
    let _ = upkeep.join();
    drop(clockwork);
    Ok(ExitCode::SUCCESS)
}

fn wait_for_signal() {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    runtime.block_on(async {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        let Ok(mut terminate) = terminate else {
            let _ = tokio::signal::ctrl_c().await;
            return;
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    });
}

/// Signs checkpoints, keeps files of the past and runs checks when they are due, until the server ends.
fn keep_up(app: &App, ledger: &Ledger, holder: &str, ended: &std::sync::mpsc::Receiver<()>) {
    let mut seconds = 0;
    while let Err(std::sync::mpsc::RecvTimeoutError::Timeout) = ended.recv_timeout(TICK) {
        if let Err(error) = ledger.checkpoint_if_due(app.config().clock.now_ms()) {
            tracing::error!(error = error.to_string(), "a checkpoint could not be made");
        }
        seconds += 1;
        if seconds % SNAPSHOT_SECONDS == 0
            && let Err(error) = app.keep_snapshots()
        {
            tracing::error!(error = error.to_string(), "a file of the past could not be kept");
        }
        if seconds % CHECK_SECONDS == 0
            && let Err(error) = conformity::keep_fresh(app, holder)
        {
            tracing::error!(error = error.to_string(), "the checks could not be run");
        }
    }
}
