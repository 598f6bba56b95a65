//! One run as the app knows it: its summary, its card, its curves, its result.

use std::hash::{DefaultHasher, Hash, Hasher};

use engine::{
    data::Counts,
    diagnosis::{Curves, Finding, Patient, diagnose},
    project::{Experiment, Setting},
    protocol::{MetricPoint, Problem, Report, RunCard, RunDetail, RunProgress, RunState, RunSummary, Split},
    train::{Steered, steering},
};

/// A curve with more points than this is thinned to half.
pub const MAX_CURVE_POINTS: usize = 20_000;
/// Looks that a finding outlasts without being found again, while its run trains.
const MAX_AGE: u32 = 5;

/// A run with everything that has been heard of it.
#[derive(Debug, Clone)]
pub struct Run {
    pub summary: RunSummary,
    /// Its labels, settings and bests; once read from the store.
    pub card: Option<Card>,
    /// Whether the store has been asked for its card since it last changed its state.
    pub(super) is_card_asked_for: bool,
    /// Where it stands, while it trains.
    pub progress: Option<RunProgress>,
    /// What it cannot be kept for, since it last trained.
    pub held_by: Option<Problem>,
    /// In the order in which they were first heard of.
    pub curves: Vec<Curve>,
    /// The same epoch by epoch, for the diagnosis.
    by_epoch: Curves,
    /// The epochs that had been validated when they were last looked at.
    looked_at: usize,
    /// The frozen copy it was begun with; once read from the store.
    pub experiment: Option<Experiment>,
    /// What was changed of it since, in order of step.
    pub steered: Vec<Steered>,
    /// The steps of its checkpoints when the store was read, oldest first.
    pub checkpoints: Vec<u64>,
    /// The steps of its probes, in order.
    pub probes: Vec<u64>,
    /// The experiment as it is trained now: as frozen, with all changes.
    pub running: Option<Experiment>,
    /// How many rows it learns from; once read from the store.
    pub counts: Option<Counts>,
    /// What its curves say, the worst first; looked at again after every epoch.
    pub findings: Vec<Diagnosed>,
    /// Its result; once it has ended and been read from the store.
    pub report: Option<Report>,
    /// Whether the store has been asked for it since it last changed its state.
    pub is_asked_for: bool,
}

/// A run's card, with its words ready to be searched.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    pub card: RunCard,
    /// Tags, note and settings, in small letters.
    pub words: String,
    /// Of all settings that change what is learned, but for the seed.
    family: u64,
}

impl Card {
    pub fn new(card: RunCard) -> Self {
        let mut words = String::new();
        let labels = card.labels.tags.iter().chain([&card.labels.note]).map(String::as_str);
        let settings = card.settings.values().filter_map(|value| value.as_str());
        for text in labels.chain(settings) {
            words.push_str(&text.to_lowercase());
            words.push('\n');
        }
        let mut family = DefaultHasher::new();
        for (path, value) in engine::compare::but_for_the_seed(&card.settings) {
            (path, value.to_string()).hash(&mut family);
        }
        Self { card, words, family: family.finish() }
    }
}

/// Something that stands out in a run's curves.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosed {
    pub finding: Finding,
    /// The settings that would mend it.
    pub change: Vec<Setting>,
    /// How many looks ago it was last found.
    pub age: u32,
}

/// One metric over one split.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// `loss`, `accuracy` …
    pub metric: String,
    pub split: Split,
    /// In order of step.
    pub points: Vec<CurvePoint>,
}

/// One point of a curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    pub step: u64,
    /// Epochs done, with the fraction of the present one.
    pub epoch: f64,
    pub value: f64,
    /// Training time so far, where it is known.
    pub seconds: Option<f64>,
}

impl Run {
    pub fn new(summary: RunSummary) -> Self {
        Self {
            summary,
            card: None,
            is_card_asked_for: false,
            progress: None,
            held_by: None,
            curves: Vec::new(),
            by_epoch: Curves::default(),
            looked_at: 0,
            experiment: None,
            steered: Vec::new(),
            checkpoints: Vec::new(),
            probes: Vec::new(),
            running: None,
            counts: None,
            findings: Vec::new(),
            report: None,
            is_asked_for: false,
        }
    }

    /// A run as the store tells of it.
    pub fn of(detail: RunDetail) -> Self {
        let mut run = Self::new(detail.summary.clone());
        run.read(detail);
        run
    }

    /// Whether it trains or is paused.
    pub fn is_underway(&self) -> bool {
        matches!(self.summary.state, RunState::Running | RunState::Paused)
    }

    /// Whether a search has begun it.
    pub fn is_trial(&self) -> bool {
        let tags = self.card.as_ref().map(|card| &card.card.labels.tags);
        tags.is_some_and(|tags| tags.iter().any(|tag| tag.starts_with("search-")))
    }

    /// What it shares with the runs that differ from it in the seed alone; once its card is known.
    pub fn family(&self) -> Option<u64> {
        // Of a foreign one no setting is known.
        self.card.as_ref().filter(|_| !self.summary.is_foreign).map(|card| card.family)
    }

    /// Whether it is kept out of the way.
    pub fn is_archived(&self) -> bool {
        self.card.as_ref().is_some_and(|card| card.card.labels.archived)
    }

    pub fn curve(&self, metric: &str, split: Split) -> Option<&Curve> {
        self.curves.iter().find(|curve| curve.metric == metric && curve.split == split)
    }

    /// The first point of the training loss that a step counts in, or the last there is.
    pub fn point_at(&self, step: u64) -> Option<&CurvePoint> {
        let points = &self.curve("loss", Split::Training)?.points;
        let reached = points.partition_point(|point| point.step < step).min(points.len().checked_sub(1)?);
        points.get(reached)
    }

    /// The training time that the run had come to at a step, as far as its curves tell.
    pub fn seconds_at(&self, step: u64) -> Option<f64> {
        self.point_at(step)?.seconds
    }

    /// The epochs that the run had done at a step, as far as its curves tell.
    pub fn epoch_at(&self, step: u64) -> Option<f64> {
        let point = self.point_at(step)?;
        Some(point.epoch * step as f64 / point.step.max(1) as f64)
    }

    /// The newest value of a metric.
    pub fn latest(&self, metric: &str, split: Split) -> Option<f64> {
        Some(self.curve(metric, split)?.points.last()?.value)
    }

    /// Share of the training that is done, 0 to 1.
    pub fn share_done(&self) -> f32 {
        let (done, total) = match &self.progress {
            Some(progress) => (progress.step as f32, progress.steps as f32),
            None => (self.summary.epochs_done as f32, self.summary.epochs as f32),
        };
        if total > 0.0 { (done / total).clamp(0.0, 1.0) } else { 0.0 }
    }

    pub(super) fn change(&mut self, summary: RunSummary) {
        if summary.state.name() != self.summary.state.name() {
            self.is_asked_for = false;
            self.is_card_asked_for = false;
        }
        let ends = summary.state.is_over() && !self.summary.state.is_over();
        if summary.state.is_over() {
            self.progress = None;
        }
        if summary.state != RunState::Paused {
            self.held_by = None;
        }
        if summary.state == RunState::Running {
            // It may go on from an earlier step than it had come to.
            let is_done = |point: &CurvePoint| point.step <= summary.step;
            let points = |run: &Self| run.curves.iter().map(|curve| curve.points.len()).sum::<usize>();
            let before = points(self);
            self.curves.iter_mut().for_each(|curve| curve.points.retain(is_done));
            self.probes.retain(|step| *step <= summary.step);
            if points(self) < before {
                self.sum_up();
            }
            self.report = None;
        }
        self.summary = summary;
        if ends {
            self.diagnose();
        }
    }

    /// Epochs that have been validated.
    pub fn epochs_seen(&self) -> usize {
        self.curve("loss", Split::Validation).map_or(0, |curve| curve.points.len())
    }

    /// Looks at what the curves say.
    fn diagnose(&mut self) {
        self.looked_at = self.epochs_seen();
        let Some(experiment) = &self.running else { return };
        let curves = &self.by_epoch;
        let (counts, is_over) = (self.counts.as_ref(), self.summary.state.is_over());
        let patient = Patient { experiment, curves, counts, is_over };
        let diagnosed = |finding: Finding| Diagnosed { change: finding.change(&patient), finding, age: 0 };
        let mut found: Vec<Diagnosed> = diagnose(&patient).into_iter().map(diagnosed).collect();
        // What comes and goes with every epoch stays for a while: nobody could click it.
        let is_found = |old: &Diagnosed| {
            found
                .iter()
                .any(|new| std::mem::discriminant(&new.finding) == std::mem::discriminant(&old.finding))
        };
        let old = std::mem::take(&mut self.findings).into_iter();
        let kept = old.filter(|old| !is_over && old.age < MAX_AGE && !is_found(old));
        let kept: Vec<Diagnosed> = kept.map(|old| Diagnosed { age: old.age + 1, ..old }).collect();
        found.extend(kept);
        self.findings = found;
    }

    /// Makes [`Self::by_epoch`] anew.
    fn sum_up(&mut self) {
        self.by_epoch = Curves::default();
        for curve in &self.curves {
            for point in &curve.points {
                self.by_epoch.add(curve.split, &curve.metric, point.epoch, point.value);
            }
        }
    }

    /// Adds points that are newer than those already there; the longer a run has become, the more epochs pass between
    /// two looks at it.
    pub(super) fn add(&mut self, points: Vec<MetricPoint>) {
        let ends_epoch = points.iter().any(|point| point.split == Split::Validation);
        self.extend(points);
        // (A very long curve is thinned to half, and has fewer than it had.)
        let is_known = self.looked_at..=self.looked_at + self.looked_at / 100;
        if ends_epoch && !is_known.contains(&self.epochs_seen()) {
            self.diagnose();
        }
    }

    fn extend(&mut self, points: Vec<MetricPoint>) {
        for point in points {
            let MetricPoint { step, epoch, split, metric, value, seconds } = point;
            let known = self.curves.iter().position(|curve| curve.metric == metric && curve.split == split);
            let index = known.unwrap_or_else(|| {
                self.curves.push(Curve { metric, split, points: Vec::new() });
                self.curves.len() - 1
            });
            let curve = &mut self.curves[index];
            if curve.add(CurvePoint { step, epoch, value, seconds }) {
                self.by_epoch.add(split, &curve.metric, epoch, value);
            }
        }
    }

    /// Takes a change, which makes those of the same setting at later steps void; one that is known is not taken
    /// twice.
    pub(super) fn steer(&mut self, change: Steered) {
        if self.steered.contains(&change) {
            return;
        }
        self.steered.retain(|other| other.path != change.path || other.step <= change.step);
        let place = self.steered.partition_point(|other| other.step <= change.step);
        self.steered.insert(place, change);
        self.survey_course();
    }

    pub(super) fn add_probe(&mut self, step: u64) {
        if let Err(place) = self.probes.binary_search(&step) {
            self.probes.insert(place, step);
        }
    }

    /// The steps that can be looked into, in order: of probes and checkpoints.
    pub fn moments(&self) -> Vec<u64> {
        let mut moments: Vec<u64> = self.probes.iter().chain(&self.checkpoints).copied().collect();
        moments.sort_unstable();
        moments.dedup();
        moments
    }

    /// The newest step that can be looked into.
    pub fn newest_moment(&self) -> Option<u64> {
        self.summary.checkpoint.max(self.probes.last().copied())
    }

    fn survey_course(&mut self) {
        let steered = |experiment| steering::after(experiment, &self.steered).ok();
        self.running = self.experiment.as_ref().and_then(steered);
    }

    /// Takes what the store knows; what was heard live beyond it is kept.
    pub(super) fn read(&mut self, detail: RunDetail) {
        let live = std::mem::take(&mut self.curves);
        self.by_epoch = Curves::default();
        self.extend(detail.points);
        for curve in live {
            let Curve { metric, split, points } = curve;
            let newer = |point: CurvePoint| {
                let CurvePoint { step, epoch, value, seconds } = point;
                MetricPoint { step, epoch, split, metric: metric.clone(), value, seconds }
            };
            self.extend(points.into_iter().map(newer).collect());
        }
        self.checkpoints = detail.checkpoints;
        let live = std::mem::replace(&mut self.probes, detail.probes);
        live.into_iter().for_each(|step| self.add_probe(step));
        self.experiment = detail.experiment;
        let live = std::mem::replace(&mut self.steered, detail.steered);
        live.into_iter().for_each(|change| self.steer(change));
        self.survey_course();
        self.counts = detail.counts;
        self.report = detail.report;
        self.diagnose();
    }
}

impl Curve {
    /// Adds a point that is newer than those already there; gives whether it is.
    fn add(&mut self, point: CurvePoint) -> bool {
        if self.points.last().is_some_and(|last| point.step <= last.step) {
            return false;
        }
        if self.points.len() >= MAX_CURVE_POINTS {
            let mut keep = false;
            self.points.retain(|_| {
                keep = !keep;
                keep
            });
        }
        self.points.push(point);
        true
    }
}
