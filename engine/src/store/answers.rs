//! A run's answers to the test rows: `runs/<id>/answers.safetensors` with `rows`, `truth` and `predicted`, and the
//! names of the classes, or of the target, among its words.

use std::{collections::HashMap, fs, path::PathBuf};

use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use super::{Store, StoreError, disk, text_of, value_of};
use crate::{
    compare::{Answers, Said},
    protocol::RunId,
};

const FILE: &str = "answers.safetensors";
const DRAFT: &str = "answers.draft";
/// The largest file that is read.
const MAX_BYTES: u64 = 1 << 30;
const CLASSES: &str = "classes";
const TARGET: &str = "target";

impl Store {
    /// Keeps what a run answered, in place of what it answered before; whole or not at all.
    pub fn keep_answers(&mut self, run: RunId, answers: &Answers) -> Result<(), StoreError> {
        let folder = self.run_folder(run);
        let (file, draft) = (folder.join(FILE), folder.join(DRAFT));
        disk::write(&draft, &encode(answers)?)?;
        disk::rename(&draft, &file)
    }

    /// What a run answered; `None` where it was not tested, or before answers were kept.
    pub fn answers(&self, run: RunId) -> Result<Option<Answers>, StoreError> {
        let report = "SELECT report IS NOT NULL FROM runs WHERE id = ?1";
        let is_tested = self.connection.query_row(report, [run.0 as i64], |row| row.get(0));
        match is_tested {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(rusqlite::Error::QueryReturnedNoRows) => return Err(StoreError::NoSuchRun { run: run.0 }),
            Err(error) => return Err(error.into()),
        }
        let file: PathBuf = self.run_folder(run).join(FILE);
        let Ok(found) = fs::metadata(&file) else { return Ok(None) };
        if found.len() > MAX_BYTES {
            return Err(damaged("it is too large"));
        }
        let bytes = fs::read(&file).map_err(|error| StoreError::unreadable(&file, &error))?;
        decode(&bytes).map(Some)
    }
}

fn damaged(cause: impl ToString) -> StoreError {
    StoreError::Damaged { cause: format!("{FILE}: {}", cause.to_string()) }
}

fn encode(answers: &Answers) -> Result<Vec<u8>, StoreError> {
    let ids = |ids: &[u32]| (Dtype::U32, ids.iter().flat_map(|id| id.to_le_bytes()).collect::<Vec<u8>>());
    let numbers = |numbers: &[f32]| (Dtype::F32, numbers.iter().flat_map(|n| n.to_le_bytes()).collect());
    let (words, truth, predicted) = match &answers.said {
        Said::Classes { names, truth, predicted } => ((CLASSES, text_of(names)?), ids(truth), ids(predicted)),
        Said::Numbers { target, truth, predicted } => {
            ((TARGET, target.clone()), numbers(truth), numbers(predicted))
        }
    };
    let tensors = [("rows", ids(&answers.rows)), ("truth", truth), ("predicted", predicted)];
    let views: Vec<(&str, TensorView<'_>)> = tensors
        .iter()
        .map(|(name, (kind, bytes))| Ok((*name, TensorView::new(*kind, vec![bytes.len() / 4], bytes)?)))
        .collect::<Result<_, safetensors::SafeTensorError>>()
        .map_err(damaged)?;
    let words = HashMap::from([(words.0.to_owned(), words.1)]);
    safetensors::serialize(views, Some(words)).map_err(damaged)
}

fn decode(bytes: &[u8]) -> Result<Answers, StoreError> {
    let (_, head) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
    let tensors = SafeTensors::deserialize(bytes).map_err(damaged)?;
    let words = |name: &str| head.metadata().as_ref().and_then(|words| words.get(name));
    let four = |name: &str, kind: Dtype| -> Result<Vec<[u8; 4]>, StoreError> {
        let tensor = tensors.tensor(name).map_err(damaged)?;
        if tensor.dtype() != kind {
            return Err(damaged(format!("{name} is {:?}", tensor.dtype())));
        }
        Ok(tensor.data().as_chunks::<4>().0.to_vec())
    };
    let ids = |name: &str| -> Result<Vec<u32>, StoreError> {
        Ok(four(name, Dtype::U32)?.into_iter().map(u32::from_le_bytes).collect())
    };
    let numbers = |name: &str| -> Result<Vec<f32>, StoreError> {
        Ok(four(name, Dtype::F32)?.into_iter().map(f32::from_le_bytes).collect())
    };
    let rows = ids("rows")?;
    let (said, lengths) = match (words(CLASSES), words(TARGET)) {
        (Some(names), _) => {
            let (names, truth, predicted): (Vec<String>, _, _) =
                (value_of(names)?, ids("truth")?, ids("predicted")?);
            let lengths = [truth.len(), predicted.len()];
            (Said::Classes { names, truth, predicted }, lengths)
        }
        (None, Some(target)) => {
            let (truth, predicted) = (numbers("truth")?, numbers("predicted")?);
            let lengths = [truth.len(), predicted.len()];
            (Said::Numbers { target: target.clone(), truth, predicted }, lengths)
        }
        (None, None) => return Err(damaged("it does not say of what")),
    };
    if lengths != [rows.len(); 2] {
        return Err(damaged("its lists are not equally long"));
    }
    Ok(Answers { rows, said })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes() -> Answers {
        let names = ["是", "no"].map(str::to_owned).into();
        Answers {
            rows: vec![2, 5, 9],
            said: Said::Classes { names, truth: vec![0, 1, 1], predicted: vec![0, 0, 1] },
        }
    }

    #[test]
    fn answers_come_back_as_they_went() {
        let numbers =
            Said::Numbers { target: "y".into(), truth: vec![0.5, -1.0], predicted: vec![f32::NAN, 1e30] };
        let numbers = Answers { rows: vec![0, 7], said: numbers };
        assert_eq!(decode(&encode(&classes()).unwrap()).unwrap(), classes());
        let back = decode(&encode(&numbers).unwrap()).unwrap();
        assert_eq!(format!("{back:?}"), format!("{numbers:?}"));
        let none = Answers {
            rows: Vec::new(),
            said: Said::Numbers { target: "y".into(), truth: vec![], predicted: vec![] },
        };
        assert_eq!(decode(&encode(&none).unwrap()).unwrap(), none);
    }

    #[test]
    fn a_damaged_file_is_an_error_and_no_panic() {
        let bytes = encode(&classes()).unwrap();
        for end in 0..bytes.len() {
            assert!(decode(&bytes[..end]).is_err(), "cut at {end}");
        }
        let mut uneven = classes();
        uneven.rows.pop();
        assert!(decode(&encode(&uneven).unwrap()).is_err());
    }
}
