//! A text with some tokens hidden: the model says what stood there, of all of them at once.

use super::{GenerateError, STEP, Said, Tape, Writer, row};
use crate::{data::Masking, generate::Sampling, protocol::Problem, train::TrainError};

impl Writer {
    /// The prompt with the likeliest token in the place of each [`Masking::MASK`]; each part of it is told, those that
    /// were hidden with the tokens that might have stood there.
    ///
    /// # Errors
    /// If nothing is hidden in the prompt, it has more tokens than the model sees, or cannot be cut into tokens.
    pub(super) fn fill(
        &self,
        prompt: &str,
        masking: &Masking,
        tell: &mut (dyn FnMut(Said) -> bool + Send),
    ) -> Result<String, Problem> {
        let parts: Vec<&str> = prompt.split(Masking::MASK).collect();
        if parts.len() < 2 {
            return Err(GenerateError::NothingHidden { mask: Masking::MASK.into() }.into());
        }
        let [before, behind] = self.tokenizer.around();
        let mut ids = [before, &masking.encode(&self.tokenizer, prompt)?, behind].concat();
        let places: Vec<usize> = (0..ids.len()).filter(|place| ids[*place] == masking.mask()).collect();
        if ids.len() > self.length {
            return Err(GenerateError::TextTooLong { tokens: ids.len(), most: self.length }.into());
        }
        ids.resize(self.length, self.tokenizer.specials().padding);
        let logits = self.of_steps(ids, &places).map_err(TrainError::from)?;
        let mut logits = logits.into_iter();
        let mut filled = String::new();
        for (number, part) in parts.iter().enumerate() {
            // A token was hidden before each part but the first.
            if let Some(mut logits) = (number > 0).then(|| logits.next()).flatten() {
                self.silence(&mut logits);
                let usual = Sampling { temperature: 0.0, ..Sampling::default() };
                let (taken, told) = usual.choose(&logits, &[], 0)?;
                let text = self.tokenizer.decode(&[taken.id]);
                filled.push_str(&text);
                if !tell(self.said(taken, text, &told)) {
                    break;
                }
            }
            filled.push_str(part);
            let given = Said { id: 0, text: (*part).to_owned(), probability: 1.0, alternatives: Vec::new() };
            if !part.is_empty() && !tell(given) {
                break;
            }
        }
        Ok(filled)
    }

    /// The logits `[V]` of these steps of a whole row of tokens.
    fn of_steps(&self, ids: Vec<u32>, places: &[usize]) -> candle_core::Result<Vec<Vec<f32>>> {
        let mut tape = Tape::new(STEP);
        let input = tape.leaf(row(ids)?, false);
        let forward = self.model.forward(&mut tape, &[input])?;
        let logits = tape.value(forward.logits)?;
        places.iter().map(|place| logits.narrow(1, *place, 1)?.flatten_all()?.to_vec1()).collect()
    }
}
