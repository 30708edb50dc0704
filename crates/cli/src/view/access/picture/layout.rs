//! Where everything stands: rows near what they lead to, always the same for the same chart.

use std::collections::BTreeMap;

use super::ROWS_MAX;
use super::chart::{COLUMNS, Chart, Drawn, Key, Look};

/// Sizes in pixels.
pub(super) const MARGIN: usize = 32;
pub(super) const HEAD: usize = 148;
pub(super) const BOX_WIDTH: usize = 200;
pub(super) const BOX_HEIGHT: usize = 38;
pub(super) const COLUMN_STEP: usize = 268;
const ROW_STEP: usize = 48;
/// Between the items of one credential and those of the next.
const GROUP_GAP: usize = 14;
/// Between a place and an edge that passes it.
const CLEARANCE: usize = 6;
/// How far a place moves out of the way of one edge.
const DETOUR_MAX: usize = 120;
/// Points of an edge that are looked at.
const SAMPLES: usize = 48;

/// Columns by name, as [`COLUMNS`] has them.
const PEOPLE: usize = 0;
pub(super) const PLACES: usize = 1;
const ITEMS: usize = 2;
const CREDENTIALS: usize = 3;

/// Gives every box its row, and leaves out what a column has no room for.
pub(super) fn arrange(chart: &mut Chart) {
    leave_out(chart);
    let mut rows: BTreeMap<Key, usize> = BTreeMap::new();
    let credentials = ordered(chart, CREDENTIALS, |key| account_place(chart, key));
    for (place, key) in credentials.iter().enumerate() {
        rows.insert(key.clone(), place);
    }
    let items = ordered(chart, ITEMS, |key| mean(chart, key, &rows));
    let mut y = HEAD;
    let mut group = None;
    for key in &items {
        let towards = nearest(chart, key, &rows);
        if group.is_some() && group != Some(towards) {
            y += GROUP_GAP;
        }
        group = Some(towards);
        put(chart, key, y);
        y += ROW_STEP;
    }
    let most = COLUMNS.iter().enumerate().map(|(at, _)| count(chart, at)).max().unwrap_or(0);
    let bottom = y.max(HEAD + most * ROW_STEP);
    centre(chart, &items, bottom);
    // To the right of the items each box stands beside what leads to it, to the left evenly.
    for column in CREDENTIALS..COLUMNS.len() {
        beside(chart, column, bottom);
    }
    evenly(chart, PLACES, bottom);
    evenly(chart, PEOPLE, bottom);
    clear(chart, bottom);
    chart.bottom = bottom;
}

fn count(chart: &Chart, column: usize) -> usize {
    chart.boxes.values().filter(|one| one.column == column).count()
}

/// Keeps the first [`ROWS_MAX`] of each column, holes before everything else.
fn leave_out(chart: &mut Chart) {
    for (column, left_out) in chart.left_out.iter_mut().enumerate() {
        let here = chart.boxes.iter().filter(|(_, one)| one.column == column);
        let mut here: Vec<(bool, Key)> =
            here.map(|(key, one)| (one.look != Look::Hole, key.clone())).collect();
        here.sort();
        for (_, key) in here.into_iter().skip(ROWS_MAX) {
            chart.boxes.remove(&key);
            *left_out += 1;
        }
    }
    let boxes = &chart.boxes;
    chart.edges.retain(|(from, to, _)| boxes.contains_key(from) && boxes.contains_key(to));
}

/// The boxes of a column by a rank, then by their keys.
fn ordered(chart: &Chart, column: usize, rank: impl Fn(&Key) -> usize) -> Vec<Key> {
    let here = chart.boxes.iter().filter(|(_, one)| one.column == column);
    let mut here: Vec<(usize, Key)> = here.map(|(key, _)| (rank(key), key.clone())).collect();
    here.sort();
    here.into_iter().map(|(_, key)| key).collect()
}

/// The place of a credential's account among the accounts.
fn account_place(chart: &Chart, key: &Key) -> usize {
    let mut to = chart.edges.iter().filter(|(from, ..)| from == key);
    to.find_map(|(.., number)| *number).unwrap_or(usize::MAX)
}

/// Where a box leads to, on the average, in hundredths.
fn mean(chart: &Chart, key: &Key, rows: &BTreeMap<Key, usize>) -> usize {
    let to = chart.edges.iter().filter(|(from, ..)| from == key);
    let to: Vec<usize> = to.filter_map(|(_, to, _)| rows.get(to).copied()).collect();
    match to.len() {
        0 => usize::MAX,
        count => to.iter().sum::<usize>() * 100 / count,
    }
}

/// The first box that this one leads to.
fn nearest(chart: &Chart, key: &Key, rows: &BTreeMap<Key, usize>) -> Option<usize> {
    let to = chart.edges.iter().filter(|(from, ..)| from == key);
    to.filter_map(|(_, to, _)| rows.get(to).copied()).min()
}

fn put(chart: &mut Chart, key: &Key, y: usize) {
    if let Some(drawn) = chart.boxes.get_mut(key) {
        drawn.y = y;
    }
}

fn y_of(chart: &Chart, key: &Key) -> Option<usize> {
    chart.boxes.get(key).map(|one| one.y)
}

/// Moves a column down so that it stands in the middle.
fn centre(chart: &mut Chart, keys: &[Key], bottom: usize) {
    let last = keys.last().and_then(|key| y_of(chart, key)).unwrap_or(HEAD);
    let down = (bottom - ROW_STEP).saturating_sub(last) / 2;
    for key in keys {
        let y = y_of(chart, key).unwrap_or(HEAD) + down;
        put(chart, key, y);
    }
}

/// Each box of a column beside the middle of what leads to it, none on another.
fn beside(chart: &mut Chart, column: usize, bottom: usize) {
    let wanted = |key: &Key| -> usize {
        let from = chart.edges.iter().filter(|(_, to, _)| to == key);
        let from = from.filter_map(|(from, ..)| chart.boxes.get(from));
        let from: Vec<usize> =
            from.filter(|one| one.column + 1 == column).map(|one| one.y).collect();
        match from.len() {
            0 => bottom,
            count => from.iter().sum::<usize>() / count,
        }
    };
    let keys = ordered(chart, column, wanted);
    // What all lead to alike is spread as if nothing did.
    let distinct: std::collections::BTreeSet<usize> = keys.iter().map(wanted).collect();
    if distinct.len() * 2 <= keys.len() && keys.len() > 2 {
        return evenly(chart, column, bottom);
    }
    let wanted: Vec<usize> = keys.iter().map(wanted).collect();
    let mut rows = Vec::new();
    let mut next = HEAD;
    for y in wanted {
        let y = y.max(next);
        rows.push(y);
        next = y + ROW_STEP;
    }
    let mut limit = bottom.saturating_sub(ROW_STEP);
    for (key, y) in keys.iter().zip(rows).rev() {
        let y = y.min(limit);
        put(chart, key, y);
        limit = y.saturating_sub(ROW_STEP);
    }
}

/// Moves places out of the way of the edges that pass their column, and off each other.
fn clear(chart: &mut Chart, bottom: usize) {
    let mut taken: Vec<(usize, usize)> = Vec::new();
    for (from, to, _) in &chart.edges {
        if let (Some(from), Some(to)) = (chart.boxes.get(from), chart.boxes.get(to))
            && from.column == PEOPLE
            && to.column > PLACES
        {
            taken.push(passing(from, to));
        }
    }
    let places = ordered(chart, PLACES, |key| y_of(chart, key).unwrap_or(0));
    for key in places {
        let wanted = y_of(chart, &key).unwrap_or(HEAD);
        let cost = |y: usize| {
            let (top, end) = (y.saturating_sub(CLEARANCE), y + BOX_HEIGHT + CLEARANCE);
            let hits = taken.iter().filter(|(from, to)| *from < end && *to > top).count();
            hits * DETOUR_MAX + y.abs_diff(wanted)
        };
        let rows = (HEAD..bottom.saturating_sub(BOX_HEIGHT).max(HEAD + 1)).step_by(CLEARANCE);
        if let Some(y) = rows.min_by_key(|y| cost(*y)) {
            put(chart, &key, y);
            // Several times: a box on a box is worse than one on an edge.
            taken.extend([(y, y + BOX_HEIGHT); 100]);
        }
    }
}

/// Between which rows an edge passes the column of places.
fn passing(from: &Drawn, to: &Drawn) -> (usize, usize) {
    let curve = Curve::of(from, to);
    let (left, right) = (MARGIN + PLACES * COLUMN_STEP, MARGIN + PLACES * COLUMN_STEP + BOX_WIDTH);
    let points = (0..=SAMPLES).map(|at| curve.at(at));
    let rows: Vec<usize> =
        points.filter(|(x, _)| (left..=right).contains(x)).map(|(_, y)| y).collect();
    (rows.iter().min().copied().unwrap_or(0), rows.iter().max().copied().unwrap_or(0))
}

/// An edge from the right of one box to the left of another: start, two handles, end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Curve {
    pub(super) start: (usize, usize),
    pub(super) bend: usize,
    pub(super) back: usize,
    pub(super) end: (usize, usize),
}

impl Curve {
    pub(super) fn of(from: &Drawn, to: &Drawn) -> Self {
        let x = |column: usize| MARGIN + column * COLUMN_STEP;
        let (y1, y2) = (from.y + BOX_HEIGHT / 2, to.y + BOX_HEIGHT / 2);
        if from.column < to.column {
            let (x1, x2) = (x(from.column) + BOX_WIDTH, x(to.column));
            let half = (COLUMN_STEP - BOX_WIDTH) * 6 / 10;
            let (bend, back) = (x1 + half, x2.saturating_sub(half));
            return Self { start: (x1, y1), bend, back, end: (x2, y2) };
        }
        // Back to the left: a combination that opens a place.
        let (x1, x2) = (x(from.column), x(to.column) + BOX_WIDTH);
        let half = x1.abs_diff(x2) / 2;
        Self { start: (x1, y1), bend: x1.saturating_sub(half), back: x2 + half, end: (x2, y2) }
    }

    /// A point of it, of [`SAMPLES`].
    fn at(&self, place: usize) -> (usize, usize) {
        let (t, u) = (place, SAMPLES - place);
        let mix = |a: usize, b: usize, c: usize, d: usize| {
            (u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d)
                / (SAMPLES * SAMPLES * SAMPLES)
        };
        let ((x1, y1), (x2, y2)) = (self.start, self.end);
        (mix(x1, self.bend, self.back, x2), mix(y1, y1, y2, y2))
    }
}

/// The boxes of a column over its whole height, each near what it leads to.
fn evenly(chart: &mut Chart, column: usize, bottom: usize) {
    let wanted = |key: &Key| -> usize {
        let to = chart.edges.iter().filter(|(from, ..)| from == key);
        let to: Vec<usize> = to.filter_map(|(_, to, _)| y_of(chart, to)).collect();
        match to.len() {
            0 => 0,
            count => to.iter().sum::<usize>() / count,
        }
    };
    let keys = ordered(chart, column, wanted);
    let room = bottom.saturating_sub(HEAD);
    for (place, key) in keys.iter().enumerate() {
        let middle = HEAD + room * (2 * place + 1) / (2 * keys.len().max(1));
        put(chart, key, middle.saturating_sub(ROW_STEP / 2));
    }
}
