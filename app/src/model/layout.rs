//! Where the nodes of a drawing stand: in columns from left to right, every node right of all it reads; a long
//! drawing goes on in rows, as text does.
//!
//! Layered drawing (Sugiyama, Tagawa & Toda 1981): the column is the longest way from the start, a wire that
//! passes columns holds a place in each, and each column is sorted by where its neighbours stand. A row ends
//! only where a single node holds all that comes after, so that nothing but its wires goes around the corner.

use std::{f32::consts::FRAC_PI_2, ops::Range};

use egui::{Pos2, Rect, Vec2, pos2, vec2};
use engine::graph::Survey;

use crate::theme::space;

/// The size of a node.
pub const NODE: Vec2 = vec2(184.0, 72.0);
/// Between two columns, and between two nodes of one.
const GAPS: Vec2 = vec2(56.0, 28.0);
/// Between two rows.
const ROWS: f32 = 64.0;
/// The height that a passing wire holds.
const LANE: f32 = 12.0;
/// The page that rows are made to fill. Not the window's: a drawing stays as it is when that changes.
const PAGE: Vec2 = vec2(900.0, 760.0);
/// Times the columns are sorted, there and back.
const SWEEPS: usize = 4;
/// Points of a curve and of a corner, and a corner's radius.
const CURVE: usize = 20;
const CORNER: usize = 6;
const RADIUS: f32 = 12.0;

/// A drawing laid out.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// As in the graph's nodes.
    pub nodes: Vec<Rect>,
    pub wires: Vec<Wire>,
}

/// A wire from node `from` to an input of node `to`.
#[derive(Debug, Clone, PartialEq)]
pub struct Wire {
    pub from: usize,
    pub to: usize,
    /// The way it takes, bends included.
    pub points: Vec<Pos2>,
}

/// Something that holds a place in a column.
struct Item {
    height: f32,
    /// The items of the column before that lead here, and of the one behind that this leads to.
    before: Vec<usize>,
    after: Vec<usize>,
    /// Of its middle.
    y: f32,
}

impl Item {
    fn new(height: f32) -> Self {
        Self { height, before: Vec::new(), after: Vec::new(), y: 0.0 }
    }
}

/// A wire as it goes through the columns.
struct Way {
    from: usize,
    to: usize,
    /// The places it holds on its way.
    passed: Vec<usize>,
}

/// The columns and what stands in them: the nodes, as in the graph, then the wires that pass.
struct Grid {
    items: Vec<Item>,
    columns: Vec<Vec<usize>>,
    ways: Vec<Way>,
}

impl Layout {
    pub fn of(survey: &Survey) -> Self {
        Self::with(survey, NODE.y)
    }

    /// With nodes of another height.
    pub fn with(survey: &Survey, tall: f32) -> Self {
        let mut grid = Grid::of(survey, tall);
        grid.stack();
        for sweep in 0..SWEEPS {
            grid.sort(sweep % 2 == 0);
        }
        grid.straighten();
        let (places, tops) = grid.places();
        let above = |y: f32| tops.iter().rev().find(|top| **top <= y).map_or(0.0, |top| top - ROWS / 2.0);
        let nodes: Vec<Rect> = (0..survey.nodes.len()).map(|node| places[node]).collect();
        let ports = grid.ports(&places);
        let wires = grid.ways.iter().zip(ports).map(|(way, port)| {
            let end = port_at(nodes[way.to], port, survey.nodes[way.to].inputs.len());
            let mut points = vec![nodes[way.from].right_center()];
            let entries = way.passed.iter().map(|item| (places[*item].left_center(), Some(places[*item])));
            for (entry, passed) in entries.chain([(end, None)]) {
                let from = points[points.len() - 1];
                // Behind the end of a row, the way goes around the corner, in the middle between the rows.
                let is_around = entry.x <= from.x && entry.y > from.y;
                points.extend(if is_around {
                    around(from, entry, above(entry.y))
                } else {
                    curve(from, entry)
                });
                points.extend(passed.map(|place| place.right_center()));
            }
            Wire { from: way.from, to: way.to, points }
        });
        Self { wires: wires.collect(), nodes }
    }

    /// All of it, with some air.
    pub fn bounds(&self) -> Rect {
        let all = self.nodes.iter().fold(Rect::NOTHING, |all, node| all.union(*node));
        if all.is_positive() { all.expand(space::XXL) } else { Rect::from_min_size(Pos2::ZERO, NODE) }
    }
}

/// Where an input's wire ends.
pub fn port_at(node: Rect, port: usize, ports: usize) -> Pos2 {
    let share = (port + 1) as f32 / (ports + 1) as f32;
    pos2(node.left(), egui::lerp(node.top()..=node.bottom(), share))
}

/// The way from a port to a place, level at both ends; without its beginning.
pub fn curve(from: Pos2, to: Pos2) -> Vec<Pos2> {
    if from.y == to.y {
        return vec![to];
    }
    let bend = vec2(((to.x - from.x).abs() / 2.0).max(space::XL), 0.0);
    let along = |step: usize| {
        let t = step as f32 / CURVE as f32;
        let [a, b, c, d] =
            [(1.0 - t).powi(3), 3.0 * t * (1.0 - t).powi(2), 3.0 * t * t * (1.0 - t), t.powi(3)];
        (from.to_vec2() * a + (from + bend).to_vec2() * b + (to - bend).to_vec2() * c + to.to_vec2() * d)
            .to_pos2()
    };
    (1..=CURVE).map(along).collect()
}

/// The way from the end of a row to the beginning of the next, level with `lane` between them.
fn around(from: Pos2, to: Pos2, lane: f32) -> Vec<Pos2> {
    let (right, left) = (from.x + GAPS.x / 2.0, to.x - GAPS.x / 2.0);
    let quarter = |middle: Pos2, start: f32, turn: f32| {
        (0..=CORNER).map(move |step| {
            let angle = start + turn * step as f32 / CORNER as f32;
            middle + RADIUS * vec2(angle.cos(), angle.sin())
        })
    };
    let down = quarter(pos2(right - RADIUS, from.y + RADIUS), -FRAC_PI_2, FRAC_PI_2);
    let back = quarter(pos2(right - RADIUS, lane - RADIUS), 0.0, FRAC_PI_2);
    let out = quarter(pos2(left + RADIUS, lane + RADIUS), -FRAC_PI_2, -FRAC_PI_2);
    let turn = quarter(pos2(left + RADIUS, to.y - RADIUS), 2.0 * FRAC_PI_2, -FRAC_PI_2);
    down.chain(back).chain(out).chain(turn).chain([to]).collect()
}

impl Grid {
    fn of(survey: &Survey, tall: f32) -> Self {
        let column_of = columns(survey);
        let count = column_of.iter().max().map_or(0, |last| last + 1);
        let mut columns = vec![Vec::new(); count];
        column_of.iter().enumerate().for_each(|(node, column)| columns[*column].push(node));
        let mut items: Vec<Item> = survey.nodes.iter().map(|_| Item::new(tall)).collect();
        let mut ways = Vec::new();
        for (to, node) in survey.nodes.iter().enumerate() {
            for from in node.inputs.iter().flatten().copied() {
                let mut passed = Vec::new();
                for column in column_of[from] + 1..column_of[to] {
                    columns[column].push(items.len());
                    passed.push(items.len());
                    items.push(Item::new(LANE));
                }
                // A wire of a circle leads back, and counts for nothing here.
                if column_of[from] < column_of[to] {
                    let way: Vec<usize> = [&[from], &passed[..], &[to]].concat();
                    for pair in way.windows(2) {
                        items[pair[0]].after.push(pair[1]);
                        items[pair[1]].before.push(pair[0]);
                    }
                }
                ways.push(Way { from, to, passed });
            }
        }
        Self { items, columns, ways }
    }

    /// Puts the items of each column one below the other, the middle at 0.
    fn stack(&mut self) {
        (0..self.columns.len()).for_each(|column| self.stack_one(column));
    }

    fn stack_one(&mut self, column: usize) {
        let column = &self.columns[column];
        let whole: f32 = column.iter().map(|item| self.items[*item].height + GAPS.y).sum::<f32>() - GAPS.y;
        let mut top = -whole / 2.0;
        for &item in column {
            let tall = self.items[item].height;
            self.items[item].y = top + tall / 2.0;
            top += tall + GAPS.y;
        }
    }

    /// The mean height of some items; `None` of none.
    fn level(&self, of: &[usize]) -> Option<f32> {
        let sum: f32 = of.iter().map(|item| self.items[*item].y).sum();
        (!of.is_empty()).then(|| sum / of.len() as f32)
    }

    /// Sorts each column by the middle of what leads to it, or of what it leads to.
    fn sort(&mut self, forwards: bool) {
        let count = self.columns.len();
        for step in 0..count {
            let column = if forwards { step } else { count - 1 - step };
            let wish =
                |item: &Item| self.level(if forwards { &item.before } else { &item.after }).unwrap_or(item.y);
            let mut wishes: Vec<(f32, usize)> =
                self.columns[column].iter().map(|item| (wish(&self.items[*item]), *item)).collect();
            wishes.sort_by(|a, b| a.0.total_cmp(&b.0));
            self.columns[column] = wishes.into_iter().map(|(_, item)| item).collect();
            self.stack_one(column);
        }
    }

    /// Moves items level with what leads to them, as far as their neighbours let them.
    fn straighten(&mut self) {
        for column in 0..self.columns.len() {
            let column = self.columns[column].clone();
            let wish = |item: &usize| self.level(&self.items[*item].before).unwrap_or(self.items[*item].y);
            let wishes: Vec<f32> = column.iter().map(wish).collect();
            let mut free = f32::NEG_INFINITY;
            for (&item, wish) in column.iter().zip(&wishes) {
                let half = self.items[item].height / 2.0;
                self.items[item].y = wish.max(free + half);
                free = self.items[item].y + half + GAPS.y;
            }
            // Who made room moved down; all together move back by what they moved on average.
            let moved: f32 = column.iter().zip(&wishes).map(|(item, wish)| self.items[*item].y - wish).sum();
            let drift = moved / column.len().max(1) as f32;
            column.iter().for_each(|item| self.items[*item].y -= drift);
        }
    }

    /// The columns of each row: as many as let the page be seen largest.
    fn rows(&self) -> Vec<Range<usize>> {
        let count = self.columns.len();
        let filled = |most: usize| {
            let (mut rows, mut start, mut last) = (Vec::new(), 0, None);
            for end in 1..=count {
                if end - start > most
                    && let Some(cut) = last.take()
                {
                    rows.push(start..cut);
                    start = cut;
                }
                if self.columns[end - 1].len() == 1 {
                    last = Some(end);
                }
            }
            rows.push(start..count);
            rows
        };
        let scale = |rows: &Vec<Range<usize>>| {
            let wide = rows.iter().map(|row| row.len()).max().unwrap_or(1) as f32 * (NODE.x + GAPS.x);
            let tall: f32 = rows.iter().map(|row| self.extent(row).1 + ROWS).sum();
            (PAGE / vec2(wide, tall)).min_elem()
        };
        let all = (1..=count).map(filled);
        all.max_by(|a, b| scale(a).min(1.0).total_cmp(&scale(b).min(1.0))).unwrap_or_default()
    }

    /// The upper end of a row and its height.
    fn extent(&self, row: &Range<usize>) -> (f32, f32) {
        let items = self.columns[row.clone()].iter().flatten().map(|item| &self.items[*item]);
        let ends = items.map(|item| (item.y - item.height / 2.0, item.y + item.height / 2.0));
        let (top, bottom) =
            ends.fold((f32::INFINITY, f32::NEG_INFINITY), |all, item| (all.0.min(item.0), all.1.max(item.1)));
        (top, (bottom - top).max(0.0))
    }

    /// Where each item stands, and the upper end of each row.
    fn places(&self) -> (Vec<Rect>, Vec<f32>) {
        let mut places = vec![Rect::ZERO; self.items.len()];
        let (mut tops, mut below) = (Vec::new(), 0.0);
        for row in self.rows() {
            let (top, tall) = self.extent(&row);
            for (column, items) in self.columns[row].iter().enumerate() {
                let x = column as f32 * (NODE.x + GAPS.x) + NODE.x / 2.0;
                for &item in items {
                    let middle = pos2(x, self.items[item].y - top + below);
                    places[item] = Rect::from_center_size(middle, vec2(NODE.x, self.items[item].height));
                }
            }
            tops.push(below);
            below += tall + ROWS;
        }
        (places, tops)
    }

    /// For each wire the port it ends at: those of one node in the order in which they arrive, so that they do
    /// not cross.
    fn ports(&self, places: &[Rect]) -> Vec<usize> {
        let height = |way: &Way| places[way.passed.last().copied().unwrap_or(way.from)].center().y;
        let arrives_before = |(index, way): (usize, &Way), (other, others): (usize, &Way)| {
            way.to == others.to && (height(way), index) < (height(others), other)
        };
        let ways = || self.ways.iter().enumerate();
        ways().map(|way| ways().filter(|other| arrives_before(*other, way)).count()).collect()
    }
}

/// The length of the longest way to each node; nodes in a circle stand in the first column.
fn columns(survey: &Survey) -> Vec<usize> {
    let mut columns = vec![0; survey.nodes.len()];
    for &node in &survey.order {
        let before = survey.nodes[node].inputs.iter().flatten().map(|read| columns[*read] + 1);
        columns[node] = before.max().unwrap_or(0);
    }
    columns
}

#[cfg(test)]
mod tests {
    use engine::graph::{Graph, Layer, Node};

    use super::*;

    fn layout(nodes: &[(&str, &str, &[&str])]) -> Layout {
        let node = |(name, kind, inputs): &(&str, &str, &[&str])| {
            let inputs = inputs.iter().map(|input| (*input).into()).collect();
            Node::new(*name, Layer::of_kind(kind).unwrap(), inputs)
        };
        Layout::of(&Graph { nodes: nodes.iter().map(node).collect() }.survey())
    }

    /// No node lies on another, and no wire runs through one.
    fn check(layout: &Layout) {
        for (index, node) in layout.nodes.iter().enumerate() {
            assert!(layout.nodes[..index].iter().all(|other| !other.intersects(*node)), "node {index}");
        }
        for wire in &layout.wires {
            assert_eq!(wire.points[0], layout.nodes[wire.from].right_center());
            assert_eq!(wire.points[wire.points.len() - 1].x, layout.nodes[wire.to].left());
            for point in &wire.points {
                let hit = layout.nodes.iter().position(|node| node.shrink(1.0).contains(*point));
                assert_eq!(hit, None, "{} to {} at {point:?}", wire.from, wire.to);
            }
        }
    }

    #[test]
    fn a_short_chain_is_a_straight_line() {
        let layout = layout(&[("x", "input", &[]), ("a", "dense", &["x"]), ("y", "dense", &["a"])]);
        check(&layout);
        assert!(layout.nodes.windows(2).all(|pair| pair[0].right() < pair[1].left()));
        assert!(layout.nodes.iter().all(|node| node.center().y == layout.nodes[0].center().y));
        assert!(layout.wires.iter().all(|wire| wire.points.len() == 2));
    }

    #[test]
    fn a_long_chain_goes_on_in_rows() {
        let names: Vec<String> = (0..20).map(|node| format!("node{node}")).collect();
        let reads: Vec<Vec<&str>> =
            (0..20).map(|node| if node == 0 { Vec::new() } else { vec![names[node - 1].as_str()] }).collect();
        let kind = |node: usize| if node == 0 { "input" } else { "dense" };
        let nodes: Vec<(&str, &str, &[&str])> =
            (0..20).map(|node| (names[node].as_str(), kind(node), reads[node].as_slice())).collect();
        let layout = layout(&nodes);
        check(&layout);
        let rows = 1 + layout.nodes.windows(2).filter(|pair| pair[1].left() < pair[0].left()).count();
        assert!((3..10).contains(&rows), "{rows} rows");
        let bounds = layout.bounds();
        assert!((0.5..2.5).contains(&bounds.aspect_ratio()), "{bounds:?}");
    }

    #[test]
    fn wires_pass_beside_nodes_and_end_at_ports_one_below_the_other() {
        let layout = layout(&[
            ("x", "input", &[]),
            ("a", "dense", &["x"]),
            ("b", "dense", &["a"]),
            ("c", "dense", &["x"]),
            ("sum", "add", &["b", "c", "x"]),
            ("y", "dense", &["sum"]),
        ]);
        check(&layout);
        let ends =
            layout.wires.iter().filter(|wire| wire.to == 4).map(|wire| wire.points[wire.points.len() - 1].y);
        assert!(ends.collect::<Vec<f32>>().windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn what_does_not_fit_together_can_still_be_drawn() {
        let circle = layout(&[("x", "input", &[]), ("a", "add", &["x", "b"]), ("b", "dense", &["a"])]);
        assert_eq!(circle.nodes.len(), 3);
        assert_eq!(layout(&[]).bounds().size(), NODE);
        assert_eq!(layout(&[("a", "dense", &["nobody"])]).wires, []);
    }
}
