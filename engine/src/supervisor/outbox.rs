//! Events on their way to the app: never waited for, and never lost where loss would lie.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crossbeam_channel::{Sender, TrySendError};

use crate::protocol::{Event, Outcome, RequestId};

/// The sending end of the event channel, shared by all of the engine's threads.
pub(super) struct Outbox {
    events: Sender<Event>,
    waiting: Mutex<Waiting>,
    wake: Box<dyn Fn() + Send + Sync>,
}

#[derive(Default)]
struct Waiting {
    /// Answers and states that found no room. As many as there are commands and runs, so not many.
    events: VecDeque<Event>,
    /// Whether a preview found no room, and the app has to read the store again.
    lost: bool,
}

impl Outbox {
    pub(super) fn new(events: Sender<Event>, wake: Box<dyn Fn() + Send + Sync>) -> Self {
        Self { events, waiting: Mutex::default(), wake }
    }

    pub(super) fn answer(&self, request: RequestId, outcome: Outcome) {
        self.send(Event::Answered { request, outcome });
    }

    /// Sends an event after those that wait. Where there is no room, previews are dropped.
    pub(super) fn send(&self, event: Event) {
        let mut waiting = self.lock();
        self.flush(&mut waiting);
        let preview = matches!(
            event,
            Event::Metrics { .. } | Event::RunProgress { .. } | Event::Probed { .. } | Event::Progress { .. }
        );
        if waiting.events.is_empty() {
            if let Err(TrySendError::Full(event)) = self.events.try_send(event) {
                if preview {
                    waiting.lost = true;
                } else {
                    waiting.events.push_back(event);
                }
            }
        } else if preview {
            waiting.lost = true;
        } else {
            waiting.events.push_back(event);
        }
        drop(waiting);
        (self.wake)();
    }

    /// Whether anything found no room.
    pub(super) fn has_waiting(&self) -> bool {
        let waiting = self.lock();
        waiting.lost || !waiting.events.is_empty()
    }

    /// Offers what found no room again.
    pub(super) fn retry(&self) {
        let mut waiting = self.lock();
        self.flush(&mut waiting);
        drop(waiting);
        (self.wake)();
    }

    fn flush(&self, waiting: &mut Waiting) {
        while let Some(event) = waiting.events.pop_front() {
            if let Err(TrySendError::Full(event)) = self.events.try_send(event) {
                waiting.events.push_front(event);
                return;
            }
        }
        if waiting.lost && !matches!(self.events.try_send(Event::Resync), Err(TrySendError::Full(_))) {
            waiting.lost = false;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::bounded;

    use super::*;

    fn answer(id: u64) -> Event {
        Event::Answered { request: RequestId(id), outcome: Outcome::Cancelled }
    }

    fn preview() -> Event {
        Event::Progress { request: RequestId(0), done: 1, total: 2 }
    }

    #[test]
    fn a_full_queue_drops_previews_says_so_and_keeps_answers_in_order() {
        let (sender, events) = bounded(2);
        let outbox = Outbox::new(sender, Box::new(|| ()));
        for event in [answer(1), answer(2), preview(), answer(3), preview()] {
            outbox.send(event);
        }
        assert!(outbox.has_waiting());
        let mut seen = Vec::new();
        for _ in 0..4 {
            seen.extend(events.try_iter().map(|event| match event {
                Event::Answered { request, .. } => format!("answer {}", request.0),
                Event::Resync => "resync".into(),
                _ => "preview".into(),
            }));
            outbox.retry();
        }
        assert_eq!(seen, ["answer 1", "answer 2", "answer 3", "resync"]);
        assert!(!outbox.has_waiting());
    }
}
