//! Language models: what a loss of so many nats means.

/// exp of the mean loss of a token, in nats: among how many tokens, all as likely, the model might as well have
/// guessed.
pub fn perplexity(loss: f64) -> f64 {
    loss.exp()
}

/// The bits that a model takes for a character of the text: the losses of all its tokens together, in nats, over its
/// characters. Comparable between tokenisers, as perplexity is not. 0 for no characters.
pub fn bits_per_character(losses: f64, characters: u64) -> f64 {
    super::ratio(losses / std::f64::consts::LN_2, characters as f64)
}
