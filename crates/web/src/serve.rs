//! Listening: connections are counted, have to speak in time, and speak TLS where it is set up.

use crate::desk::App;
use crate::edge::{EdgePolicy, network, tls};
use crate::routes::router;
use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tower::util::ServiceExt;

/// So many headers, and so many bytes for all of them and the address together.
const MOST_HEADERS: usize = 64;
const LARGEST_HEAD: usize = 32 * 1024;
/// What is being answered when the program is told to stop is finished within so long.
const LAST_ANSWERS: Duration = Duration::from_secs(30);

/// Serves the pages until the process is told to stop. `ready` is called with the address once they can be reached.
///
/// # Errors
/// When the settings are too weak for the address, or it cannot be listened on.
pub fn serve(app: App, ready: impl FnOnce(SocketAddr)) -> io::Result<()> {
    check(&app).map_err(io::Error::other)?;
    let now = app.config().clock.now();
    let files = app.config().edge.tls.clone();
    let tls = files
        .map(|files| tls::acceptor(&files, now))
        .transpose()
        .map_err(io::Error::other)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("web")
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(app.config().listen).await?;
        ready(listener.local_addr()?);
        let door = Door {
            policy: app.config().edge.clone(),
            router: router(app),
            tls,
            guests: Arc::default(),
        };
        door.open(listener).await;
        Ok(())
    })
}

/// Whether the settings are strong enough for the address.
fn check(app: &App) -> Result<(), String> {
    let config = app.config();
    let address = config.listen.ip();
    let edge = &config.edge;
    if edge.tls.is_some() && !config.behind_tls {
        return Err(
            "TLSで待ち受けるときは、クッキーもTLSだけに乗せる設定にしてください".to_owned(),
        );
    }
    let plain = edge.tls.is_none() && !config.behind_tls && !edge.plain_allowed;
    if plain && !address.is_loopback() {
        return Err(format!(
            "{address} で平文のHTTPは待ち受けません。証明書と鍵（--tls-cert、--tls-key）を指定するか、\
             TLSの終端の後ろなら --behind-tls を付けてください"
        ));
    }
    if !address.is_unspecified()
        && !network::is_closed(address)
        && !edge.networks.iter().any(|one| one.holds(address))
    {
        return Err(format!(
            "{address} は閉域のアドレスではありません。閉域のアドレスで待ち受けるか、--network で許可する範囲を指定してください"
        ));
    }
    Ok(())
}

/// How many connections each address has open.
type Guests = Arc<Mutex<HashMap<IpAddr, usize>>>;

struct Door {
    policy: EdgePolicy,
    router: Router,
    tls: Option<TlsAcceptor>,
    guests: Guests,
}

impl Door {
    async fn open(self, listener: TcpListener) {
        let slots = Arc::new(Semaphore::new(self.policy.connections.max(1)));
        let graceful = GracefulShutdown::new();
        let mut stop = std::pin::pin!(told_to_stop());
        loop {
            let next = async {
                let slot = Arc::clone(&slots).acquire_owned().await;
                (slot, listener.accept().await)
            };
            let (slot, accepted) = tokio::select! {
                next = next => next,
                () = &mut stop => break,
            };
            let Ok((stream, peer)) = accepted else {
                // Out of handles or the peer is gone: the next one may fare better.
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            };
            let Some(guest) = Guest::enter(&self.guests, peer.ip(), self.policy.connections_of_one)
            else {
                continue;
            };
            let (tls, router, watcher) =
                (self.tls.clone(), self.router.clone(), graceful.watcher());
            let head_within = self.policy.head_within;
            tokio::spawn(async move {
                let _held = (slot, guest);
                serve_one(stream, peer, tls, router, head_within, watcher).await;
            });
        }
        // Whoever is still sending after that has had the time.
        let _ = tokio::time::timeout(LAST_ANSWERS, graceful.shutdown()).await;
    }
}

/// One connection among those of its address; gone when dropped.
struct Guest {
    guests: Guests,
    address: IpAddr,
}

impl Guest {
    fn enter(guests: &Guests, address: IpAddr, most: usize) -> Option<Self> {
        let mut open = guests.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_insert(0);
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Self {
            guests: Arc::clone(guests),
            address,
        })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut open = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

async fn serve_one(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<TlsAcceptor>,
    router: Router,
    head_within: Duration,
    watcher: Watcher,
) {
    // Small answers leave at once; where that cannot be set they leave a little later.
    let _ = stream.set_nodelay(true);
    match tls {
        None => speak(stream, peer, router, head_within, watcher).await,
        Some(tls) => {
            if let Ok(Ok(stream)) = tokio::time::timeout(head_within, tls.accept(stream)).await {
                speak(stream, peer, router, head_within, watcher).await;
            }
        }
    }
}

async fn speak<S>(
    stream: S,
    peer: SocketAddr,
    router: Router,
    head_within: Duration,
    watcher: Watcher,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = router.map_request(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_within)
        .max_headers(MOST_HEADERS)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(error = %error, "a connection ended early");
    }
}

async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without signals the process is ended from outside.
    let _ = tokio::signal::ctrl_c().await;
}
