//! Features that are token ids.

/// The id that a feature says; `None` where it is not one of 0, 1 … `vocabulary` − 1: a row of a table other
/// than the one that was meant must not be read.
pub(super) fn id(value: f32, vocabulary: usize) -> Option<u32> {
    // Ids are below 2²⁴ (the most a vocabulary can have), where `f32` has every whole number.
    let is_id = value >= 0.0 && value.fract() == 0.0 && (value as usize) < vocabulary;
    is_id.then_some(value as u32)
}

#[cfg(test)]
mod tests {
    use super::id;

    #[test]
    fn ids_are_whole_and_of_the_vocabulary() {
        for (value, expected) in [(0.0, Some(0)), (2.0, Some(2)), (-0.0, Some(0)), (3.0, None), (0.5, None)] {
            assert_eq!(id(value, 3), expected, "{value}");
        }
        for value in [-1.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e20] {
            assert_eq!(id(value, usize::MAX), None, "{value}");
        }
        assert_eq!(id(16_777_215.0, 1 << 24), Some(16_777_215));
    }
}
