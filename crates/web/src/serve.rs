//! Listening.

use crate::desk::App;
use crate::routes::router;
use std::io;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Serves the pages until the process is told to stop. `ready` is called with the address once they can be reached.
///
/// # Errors
/// When the address cannot be listened on.
pub fn serve(app: App, ready: impl FnOnce(SocketAddr)) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("web")
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(app.config().listen).await?;
        ready(listener.local_addr()?);
        let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service)
            .with_graceful_shutdown(told_to_stop())
            .await
    })
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
