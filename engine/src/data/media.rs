//! Pictures and sounds on their way through a recipe: what its steps say is kept, and done when numbers are asked for.

use rayon::prelude::*;

use super::{Column, DataError, Files, error::within, feature::Ground, picture, sound::Spectrogram};
use crate::project::RecipeStep;

/// Largest side that pictures are resized to.
const MAX_SIDE: usize = 1024;
/// What a spectrogram may be asked for.
const RATES: (f64, f64) = (1000.0, 48_000.0);
const SECONDS: (f64, f64) = (0.05, 60.0);
const MELS: (f64, f64) = (8.0, 256.0);

/// Files of a column, and what numbers they become.
pub(super) struct Media<'a> {
    files: &'a Files,
    becomes: Becomes,
    /// Every number is divided by it.
    divisor: f64,
}

enum Becomes {
    /// `[C, H, W]`; whether a step has said the size, so that pictures of any are taken.
    Pixels { shape: [usize; 3], resized: bool },
    /// `None` until a step has said how.
    Spectrogram(Option<Spectrogram>),
}

impl<'a> Media<'a> {
    /// Pictures, of the size of the first, coloured if one of them is.
    pub fn pictures(files: &'a Files) -> Self {
        let sizes = || files.iter().filter_map(|file| picture::size(file).ok());
        let [_, height, width] = sizes().next().unwrap_or([1, 1, 1]);
        let channels = if sizes().any(|[channels, ..]| channels == 3) { 3 } else { 1 };
        let becomes = Becomes::Pixels { shape: [channels, height, width], resized: false };
        Self { files, becomes, divisor: 1.0 }
    }

    pub fn sounds(files: &'a Files) -> Self {
        Self { files, becomes: Becomes::Spectrogram(None), divisor: 1.0 }
    }

    /// Keeps what a step asks for, if it is for columns of this kind.
    pub fn apply(&mut self, step: &RecipeStep) -> Result<(), DataError> {
        match (step, &mut self.becomes) {
            (RecipeStep::Resize { height, width }, Becomes::Pixels { shape, resized }) => {
                for (setting, side) in [("height", height), ("width", width)] {
                    within("resize", setting, *side as f64, (1.0, MAX_SIDE as f64))?;
                }
                (*shape, *resized) = ([shape[0], *height, *width], true);
            }
            (RecipeStep::Grey, Becomes::Pixels { shape, .. }) => shape[0] = 1,
            (RecipeStep::Spectrogram { rate, seconds, mels }, Becomes::Spectrogram(said)) => {
                within("spectrogram", "rate", f64::from(*rate), RATES)?;
                within("spectrogram", "seconds", *seconds, SECONDS)?;
                within("spectrogram", "mels", *mels as f64, MELS)?;
                *said = Some(Spectrogram { rate: *rate, seconds: *seconds, mels: *mels });
            }
            (RecipeStep::Divide { by }, _) => {
                if !by.is_finite() || *by == 0.0 {
                    return Err(DataError::BadDivisor { by: *by });
                }
                self.divisor *= by;
            }
            _ => {}
        }
        Ok(())
    }

    /// `[C, H, W]`; of sounds 1, bands, columns.
    pub fn shape(&self) -> [usize; 3] {
        match &self.becomes {
            Becomes::Pixels { shape, .. } => *shape,
            Becomes::Spectrogram(said) => said.map_or([1, 1, 1], |said| said.shape()),
        }
    }

    /// Writes its numbers into columns `at …` of `[rows, width]`, rows shared out to threads.
    pub fn write(
        &self,
        column: &Column,
        ground: &Ground<'_>,
        out: &mut [f32],
        at: usize,
        width: usize,
    ) -> Result<(), DataError> {
        if let Becomes::Spectrogram(None) = self.becomes {
            let (file, column) = (ground.table.file.clone(), column.name.clone());
            return Err(DataError::MediaColumn { file, column, kind: "audio".into() });
        }
        let count: usize = self.shape().iter().product();
        let fault =
            out.par_chunks_exact_mut(width).enumerate().filter(|(row, _)| ground.used[*row]).find_map_first(
                |(row, out)| self.write_row(column, ground, row, &mut out[at..at + count]).err(),
            );
        fault.map_or(Ok(()), Err)
    }

    fn write_row(
        &self,
        column: &Column,
        ground: &Ground<'_>,
        row: usize,
        out: &mut [f32],
    ) -> Result<(), DataError> {
        let (bytes, table) = (self.files.get(row), ground.table);
        let (file, name, line) = (|| table.file.clone(), || column.name.clone(), table.lines[row]);
        if bytes.is_empty() {
            return Err(DataError::Gap { file: file(), row: line, column: name() });
        }
        let broken = |cause| DataError::BrokenMedia {
            file: file(),
            row: line,
            column: name(),
            kind: column.cells.kind().name().into(),
            cause,
        };
        match &self.becomes {
            Becomes::Pixels { shape, resized } => {
                let [_, height, width] = picture::size(bytes).map_err(broken)?;
                if !resized && [height, width] != shape[1..] {
                    let size = |height, width| format!("{width}×{height}");
                    let (found, expected) = (size(height, width), size(shape[1], shape[2]));
                    let (file, column) = (file(), name());
                    return Err(DataError::PictureSize { file, row: line, column, found, expected });
                }
                picture::write(bytes, *shape, out).map_err(broken)?;
            }
            Becomes::Spectrogram(said) => {
                said.map_or(Ok(()), |said| said.write(bytes, out)).map_err(broken)?;
            }
        }
        let factor = (1.0 / self.divisor) as f32;
        out.iter_mut().for_each(|number| *number *= factor);
        Ok(())
    }
}
