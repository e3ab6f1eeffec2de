//! Listening: connections with timers and a cap, served until a stop is asked for; then what is under way is ended.
//!
//! Driven by hyper itself: axum's own `serve` has no timer, so that a client which never ends its headers would hold a
//! connection for ever.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::Router;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use mainstay_app::App;
use mainstay_core::{Error, Result};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, oneshot},
};

use crate::{
    call::Shared, gate, gate::Peer, metrics::Metrics, rate::Counts, routes::all_routes, settings::Settings,
};

/// How long what was cut off may take to let go of the application.
const LAST_WAIT: Duration = Duration::from_secs(2);

/// A server that runs.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Running {
    /// Takes no more connections, lets requests end, and returns when all have ended or the time for that is over.
    pub fn stop(mut self) {
        self.end();
    }

    /// Waits until the server ends.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }

    /// What stops the server from elsewhere, such as a signal.
    pub fn stopper(&mut self) -> Option<oneshot::Sender<()>> {
        self.stop.take()
    }

    fn end(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// Starts to serve on threads of its own.
///
/// # Errors
/// Unavailable when the address is taken.
pub fn serve(app: Arc<App>, settings: Settings) -> Result<Running> {
    let unavailable = |error: std::io::Error| {
        Error::unavailable(format!("{} cannot be listened on", settings.listen), error)
            .hint("Another program may use it; name another address with --listen.")
    };
    let listener = std::net::TcpListener::bind(settings.listen).map_err(unavailable)?;
    listener.set_nonblocking(true).map_err(unavailable)?;
    let address = listener.local_addr().map_err(unavailable)?;
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores)
        // Acts wait for their commit; more threads than this would only wait in another place.
        .max_blocking_threads(cores * 32)
        .enable_all()
        .thread_name("mainstay-http")
        .build()
        .map_err(|error| Error::unavailable("threads cannot be made", error))?;
    let mut settings = settings;
    settings.listen = address;
    let shared = Arc::new(Shared { app, settings, metrics: Metrics::default(), counts: Counts::default() });
    let router = gate::router(shared.clone(), &all_routes());
    let (stop, stopped) = oneshot::channel::<()>();
    let thread = std::thread::Builder::new()
        .name("mainstay-server".into())
        .spawn(move || {
            // The application ends here and not on a thread of the runtime, where a connection of PostgreSQL cannot be
            // closed: what is still under way there lets go of it first.
            let app = shared.app.clone();
            runtime.block_on(accept(shared, router, listener, stopped));
            runtime.shutdown_timeout(LAST_WAIT);
            drop(app);
        })
        .map_err(|error| Error::unavailable("a thread cannot be made", error))?;
    Ok(Running { address, stop: Some(stop), thread: Some(thread) })
}

async fn accept(
    shared: Arc<Shared>,
    router: Router,
    listener: std::net::TcpListener,
    mut stopped: oneshot::Receiver<()>,
) {
    let listener = match TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(error = error.to_string(), "the listener cannot be used");
            return;
        }
    };
    let places = Arc::new(Semaphore::new(shared.settings.limits.connections));
    let crowd = Arc::new(Crowd::default());
    let graceful = GracefulShutdown::new();
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Too many open files, most likely: wait until some are closed.
                    tracing::warn!(error = error.to_string(), "a connection could not be taken");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            _ = &mut stopped => break,
        };
        let Ok(place) = places.clone().try_acquire_owned() else { continue };
        let Some(guest) = crowd.enter(peer.ip(), shared.settings.limits.connections_of_an_address) else {
            continue;
        };
        let connection = graceful.watch(connection(&shared, router.clone(), stream, peer));
        let shared = shared.clone();
        tokio::spawn(async move {
            shared.metrics.connections.inc();
            // A client that goes away is no event.
            let _ = connection.await;
            shared.metrics.connections.dec();
            drop((place, guest));
        });
    }
    drop(listener);
    let waited = tokio::time::timeout(shared.settings.limits.stop_time, graceful.shutdown()).await;
    if waited.is_err() {
        tracing::warn!("some requests did not end in time and were cut off");
    }
}

fn connection(
    shared: &Shared,
    router: Router,
    stream: TcpStream,
    peer: SocketAddr,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = Box<dyn std::error::Error + Send + Sync>>
+ Send
+ 'static {
    let _ = stream.set_nodelay(true);
    let limits = &shared.settings.limits;
    let service = tower_service(router, peer);
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        // Some more than are taken, so that the gate and not a closed connection answers.
        .max_headers(limits.headers * 2)
        .max_buf_size((limits.header_bytes + limits.address_bytes).max(8192 * 2))
        .pipeline_flush(true);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(64)
        .keep_alive_interval(limits.header_time);
    builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)).into_owned()
}

fn tower_service(
    router: Router,
    peer: SocketAddr,
) -> impl tower::Service<
    hyper::Request<hyper::body::Incoming>,
    Response = axum::response::Response,
    Error = std::convert::Infallible,
    Future = impl Future<Output = std::result::Result<axum::response::Response, std::convert::Infallible>>
             + Send
             + 'static,
> + Clone
+ Send
+ 'static {
    tower::service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        let mut router = router.clone();
        tower::Service::call(&mut router, request)
    })
}

/// Connections by address.
#[derive(Default)]
struct Crowd(Mutex<HashMap<IpAddr, usize>>);

/// One connection's place among those of its address.
struct Guest(Arc<Crowd>, IpAddr);

impl Crowd {
    fn enter(self: &Arc<Self>, address: IpAddr, most: usize) -> Option<Guest> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Guest(self.clone(), address))
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut counts = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.1) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.1);
            }
        }
    }
}
