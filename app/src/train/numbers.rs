//! How numbers of the Train screen are written beyond [`crate::format`], and how typed ones are read.

use crate::format;

/// What stands where there is no number.
pub const NONE: &str = "–";

/// A metric by its name: a share as per cent, everything else with four significant digits.
pub fn metric(name: &str, value: f64) -> String {
    let is_share = matches!(super::plot::parts(name).0, "accuracy" | "f1");
    if is_share && value.is_finite() { format::percent(value) } else { format::metric(value) }
}

/// A time that has been measured: `0.84 s`, `12.3 s`, then as a clock.
pub fn seconds(value: f64) -> String {
    match value {
        value if value < 10.0 => format!("{value:.2} s"),
        value if value < 60.0 => format!("{value:.1} s"),
        value => format::clock(value),
    }
}

/// Samples per second: `85.4`, `12,345`.
pub fn rate(value: f64) -> String {
    match value {
        value if !value.is_finite() || value < 0.0 => NONE.into(),
        value if value < 100.0 => format!("{value:.1}"),
        value => format::count(value.round() as u64),
    }
}

/// A setting as a person would type it: `0.01`, `1e-4`, `0.999`.
pub fn setting(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && size.is_finite() && !(1e-3..1e6).contains(&size) {
        format!("{value:e}")
    } else {
        format!("{value}")
    }
}

/// Reads a typed number: `1e-4`, ` .5 `, `１０`. `None` for what is not a finite number.
pub fn parse(text: &str) -> Option<f64> {
    let plain: String = text.chars().map(halfwidth).filter(|character| !character.is_whitespace()).collect();
    plain.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// Reads a typed count: `32`, `10,000`, `1e3`. `None` for fractions, negatives and beyond 2⁵³.
pub fn parse_count(text: &str) -> Option<u64> {
    let plain: String = text.chars().filter(|character| !matches!(character, ',' | '，' | '_')).collect();
    // A seed may use all 64 bits; a float would round it.
    if let Ok(value) = plain.trim().parse() {
        return Some(value);
    }
    let value = parse(&plain)?;
    let whole = value >= 0.0 && value.fract() == 0.0 && value <= (1_u64 << 53) as f64;
    whole.then_some(value as u64)
}

/// Chinese input methods type full-width digits, points and signs.
fn halfwidth(character: char) -> char {
    match character {
        '。' => '.',
        '！'..='～' => char::from_u32(character as u32 - 0xFEE0).unwrap_or(character),
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T>(write: fn(T) -> String, cases: impl IntoIterator<Item = (T, &'static str)>) {
        for (value, expected) in cases {
            assert_eq!(write(value), expected);
        }
    }

    #[test]
    fn metrics_times_and_rates() {
        assert_eq!(metric("accuracy", 0.97222), "97.2 %");
        assert_eq!(metric("accuracy", f64::NAN), "NaN");
        assert_eq!(metric("loss", 0.5), "0.5000");
        check(seconds, [(0.8372, "0.84 s"), (12.34, "12.3 s"), (83.0, "1:23")]);
        check(rate, [(85.42, "85.4"), (12_345.4, "12,345"), (f64::NAN, "–")]);
    }

    #[test]
    fn settings_are_written_as_they_are_typed() {
        check(
            setting,
            [
                (0.001, "0.001"),
                (1e-4, "1e-4"),
                (2.5e-5, "2.5e-5"),
                (0.999, "0.999"),
                (0.0, "0"),
                (1e6, "1e6"),
                (32.0, "32"),
            ],
        );
        for text in ["1e-4", "0.001", "0.999", "2.5e-5", "0"] {
            assert_eq!(parse(text).map(setting).as_deref(), Some(text));
        }
    }

    #[test]
    fn typed_numbers_are_read_generously_but_never_guessed() {
        let cases = [
            ("1e-4", Some(1e-4)),
            (" .5 ", Some(0.5)),
            ("０．０１", Some(0.01)),
            ("1E－3", Some(1e-3)),
            ("", None),
            ("1e", None),
            ("0,1", None),
            ("nan", None),
            ("inf", None),
            ("1e999", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), expected, "{text:?}");
        }
    }

    #[test]
    fn typed_counts_are_whole() {
        let cases = [
            ("32", Some(32)),
            ("10,000", Some(10_000)),
            ("1e3", Some(1_000)),
            ("１６", Some(16)),
            ("18446744073709551615", Some(u64::MAX)),
            ("1.5", None),
            ("-1", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_count(text), expected, "{text:?}");
        }
    }
}
