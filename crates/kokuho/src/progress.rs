//! Progress of long work in the terminal: a bar, stoppable with Ctrl-C between two chunks.

use indicatif::{ProgressBar, ProgressStyle};
use office::jobs::{Flow, Progress};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A bar over `total` units of work.
pub fn bar(title: &str, total: i64) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(total).unwrap_or(0));
    let style = ProgressStyle::with_template(
        "{prefix:<12} {wide_bar:.cyan/blue} {human_pos}/{human_len}世帯 {per_sec} 残り{eta}",
    );
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.set_prefix(title.to_owned());
    bar
}

/// A bar over rows, whose total is told with the first step.
pub fn rows(title: &str) -> ProgressBar {
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{prefix:<12} {human_pos}行 {per_sec} 経過{elapsed}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.set_prefix(title.to_owned());
    bar
}

/// Set by Ctrl-C; long work looks at it between two chunks.
#[derive(Clone, Debug, Default)]
pub struct StopSwitch(Arc<AtomicBool>);

impl StopSwitch {
    /// A switch that Ctrl-C turns on.
    pub fn on_interrupt() -> Self {
        let switch = Self::default();
        let flag = Arc::clone(&switch.0);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            if let Ok(runtime) = runtime
                && runtime.block_on(tokio::signal::ctrl_c()).is_ok()
            {
                flag.store(true, Ordering::Relaxed);
            }
        });
        switch
    }

    /// Whether to go on.
    pub fn asked(&self) -> Flow {
        if self.0.load(Ordering::Relaxed) {
            Flow::Stop
        } else {
            Flow::Continue
        }
    }

    /// What to do after a chunk.
    pub fn flow(&self, bar: &ProgressBar, progress: Progress) -> Flow {
        bar.set_length(u64::try_from(progress.total).unwrap_or(0));
        bar.set_position(u64::try_from(progress.done).unwrap_or(0));
        self.asked()
    }
}
