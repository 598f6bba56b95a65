//! A person at the workbench: finds controls by name, clicks, types, and waits.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use egui::accesskit::Role;
use egui_kittest::{
    Harness, Node,
    kittest::{NodeT, Queryable},
};
use engine::{graph::Graph, protocol::RunId, supervisor::Engine};
use trainyard::{
    action::Action,
    locale::{Language, Locale},
    mirror::Run,
    settings::{Settings, Theme},
    workbench::Workbench,
};

/// Longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// The time between two looks.
const PACE: Duration = Duration::from_millis(10);

/// Frames in which a dialog finds its size and place.
const SETTLING: usize = 4;

/// How the program looks.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub language: Language,
    pub theme: Theme,
}

/// The program, opened at a desk of a test's own.
pub struct Desk {
    harness: Harness<'static, Workbench>,
    words: Locale,
}

impl Desk {
    /// Opens the workbench with its projects in `folder`; drawn by the graphics adapter where `drawn`.
    pub fn open(folder: &Path, look: Look, drawn: bool) -> Self {
        let settings = Settings {
            projects_folder: folder.to_owned(),
            blocks_folder: folder.join(".blocks"),
            language: look.language,
            theme: look.theme,
            ..Settings::default()
        };
        let builder = Harness::builder().with_size([1280.0, 800.0]).with_max_steps(64);
        let builder = if drawn { builder.wgpu() } else { builder };
        let harness = builder.build_eframe(|cc| {
            let ctx = cc.egui_ctx.clone();
            let engine = Engine::start(move || ctx.request_repaint());
            Workbench::new(&cc.egui_ctx, engine, settings)
        });
        Self { harness, words: Locale::new(look.language) }
    }

    /// Lets runs go on without the window, trained by this program.
    pub fn set_program(&mut self, program: &str) {
        self.harness.state_mut().set_program(program.into());
    }

    /// The words of that key in the language of the desk.
    pub fn text(&self, key: &str) -> String {
        self.words.text(key)
    }

    /// What is said of the control of that key to who points at it.
    pub fn hint(&self, key: &str) -> String {
        self.words.hint(key)
    }

    /// The words of that key with a value put in.
    pub fn with(&self, key: &str, name: &str, value: &str) -> String {
        self.words.with(key, &[(name, value.into())])
    }

    /// The words of that key with values put in.
    pub fn with_all(&self, key: &str, values: &[(&str, &str)]) -> String {
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, (*value).into())).collect();
        self.words.with(key, &values)
    }

    pub fn harness(&mut self) -> &mut Harness<'static, Workbench> {
        &mut self.harness
    }

    pub fn bench(&self) -> &Workbench {
        self.harness.state()
    }

    /// The model on the table.
    pub fn graph(&self) -> &Graph {
        &self.bench().state().experiment().expect("an open project").graph
    }

    /// A run of the open project.
    pub fn run(&self, id: u64) -> Option<&Run> {
        let bench = self.bench();
        bench.mirror().run(&bench.state().project.as_ref()?.folder, RunId(id))
    }

    /// Does at once what a control would ask for.
    pub fn apply(&mut self, action: Action) {
        self.harness.state_mut().apply(action);
        self.step();
    }

    /// Blacks out what has this in its name, in pictures that are compared.
    pub fn hide(&mut self, part: &str) {
        let places: Vec<egui::Rect> =
            self.harness.query_all_by_label_contains(part).map(|node| node.rect()).collect();
        places.into_iter().for_each(|place| self.harness.mask(place));
    }

    /// Draws frames until what has just appeared stands still: nobody clicks quicker than that.
    pub fn settle(&mut self) {
        self.harness.run_steps(SETTLING);
    }

    /// Waits until the engine has answered everything and what it said is drawn.
    pub fn rest(&mut self) {
        self.settle();
        while self.bench().mirror().awaits(|_| true) {
            self.wait("the engine's answers", |desk| !desk.bench().mirror().awaits(|_| true));
            self.settle();
        }
    }

    /// Draws a frame.
    pub fn step(&mut self) {
        self.harness.step();
    }

    /// Whether something of that name is on the screen.
    pub fn sees(&self, name: &str) -> bool {
        self.harness.query_all_by_label(name).next().is_some()
    }

    /// Whether something on the screen has a name with this in it.
    pub fn sees_part(&self, part: &str) -> bool {
        self.harness.query_all_by_label_contains(part).next().is_some()
    }

    /// Whether the control of that name can be used.
    pub fn can(&self, name: &str) -> bool {
        self.control(name).is_some_and(|node| !node.accesskit_node().is_disabled())
    }

    /// Waits for the control of that name to be usable, and clicks it.
    pub fn click(&mut self, name: &str) {
        self.wait(&format!("'{name}' to click"), |desk| desk.can(name));
        self.settle();
        if let Some(node) = self.control(name) {
            node.click();
        }
        self.step();
        self.step();
    }

    /// Scrolls to something of that name.
    pub fn reveal(&mut self, name: &str) {
        self.wait(&format!("'{name}' to scroll to"), |desk| desk.can(name));
        self.settle();
        if let Some(node) = self.control(name) {
            node.scroll_to_me();
        }
        self.settle();
    }

    /// Clicks the button whose name has this in it.
    pub fn click_part(&mut self, part: &str) {
        self.wait(part, |desk| desk.sees_part(part));
        self.harness
            .get_by(|node| {
                node.role() == Role::Button && node.label().is_some_and(|label| label.contains(part))
            })
            .click();
        self.step();
    }

    /// Waits for something of that name.
    pub fn expect(&mut self, name: &str) {
        self.wait(&format!("'{name}'"), |desk| desk.sees(name));
    }

    /// Waits for something with this in its name.
    pub fn expect_part(&mut self, part: &str) {
        self.wait(&format!("'…{part}…'"), |desk| desk.sees_part(part));
    }

    /// Draws frames until `is_there`.
    ///
    /// # Panics
    /// When patience is at its end; says what was waited for and what is on the screen.
    pub fn wait(&mut self, what: &str, mut is_there: impl FnMut(&Self) -> bool) {
        let since = Instant::now();
        loop {
            self.step();
            if is_there(self) {
                return;
            }
            assert!(
                since.elapsed() < PATIENCE,
                "waited in vain for {what}; there is:\n{}",
                self.names().join("\n")
            );
            std::thread::sleep(PACE);
        }
    }

    /// Every name on the screen, for error texts.
    pub fn names(&self) -> Vec<String> {
        fn collect(node: Node<'_>, names: &mut Vec<String>) {
            if let Some(label) = node.accesskit_node().label().or_else(|| node.accesskit_node().value()) {
                names.push(format!("{:?} {label}", node.accesskit_node().role()));
            }
            node.children().for_each(|child| collect(child, names));
        }
        let mut names = Vec::new();
        collect(self.harness.root(), &mut names);
        names
    }

    /// Types into the field of that name, in place of what is there.
    pub fn fill(&mut self, name: &str, text: &str) {
        self.wait(&format!("the field '{name}'"), |desk| desk.field(name).is_some());
        self.settle();
        if let Some(field) = self.field(name) {
            field.click();
        }
        self.step();
        self.step();
        self.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        self.step();
        if let Some(field) = self.field(name) {
            field.type_text(text);
        }
        self.step();
        self.harness.key_press(egui::Key::Tab);
        self.step();
        self.step();
    }

    /// The field of that name; of several, the one drawn last.
    fn field<'a>(&'a self, name: &'a str) -> Option<Node<'a>> {
        let mut named = self.harness.query_all_by_label(name);
        named.rfind(|node| node.accesskit_node().role() == Role::TextInput)
    }

    /// What can be used under that name: a control rather than the label beside it, and one of the screen
    /// rather than one of the rail and the bar that are drawn before it.
    fn control<'a>(&'a self, name: &'a str) -> Option<Node<'a>> {
        let named = self.harness.query_all_by_label(name);
        named
            .enumerate()
            .max_by_key(|(place, node)| (node.accesskit_node().role() != Role::Label, *place))
            .map(|(_, node)| node)
    }
}
