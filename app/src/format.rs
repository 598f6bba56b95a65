//! Numbers as people read them; the same in both languages. Durations, which need words, are in
//! [`crate::locale::Locale`].

/// `1234567` as `1,234,567`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A loss or an error: four significant digits, `1.234e-6` where it is tiny or huge.
pub fn metric(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    let size = value.abs();
    match size {
        0.0 => "0".into(),
        _ if !(1e-4..1e6).contains(&size) => format!("{value:.3e}"),
        _ => {
            let digits = (3 - size.log10().floor() as i32).clamp(0, 7) as usize;
            format!("{value:.digits$}")
        }
    }
}

/// A share (0 to 1) as `97.2 %`.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// Mean and standard deviation (of a sample; 0 of one number); `None` of no number.
pub fn mean_and_deviation(numbers: &[f64]) -> Option<(f64, f64)> {
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
    (!numbers.is_empty()).then(|| (mean, (squares / (count - 1.0).max(1.0)).sqrt()))
}

/// Bytes as `34.0 MB`, in powers of 1,000.
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 999.95 && unit + 1 < UNITS.len() {
        size /= 1000.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{size:.1} {}", UNITS[unit]) }
}

/// A count in about three digits: `650`, `18.5 k`, `1.24 M`.
pub fn short(number: u64) -> String {
    const UNITS: [&str; 5] = ["k", "M", "G", "T", "P"];
    if number < 1000 {
        return number.to_string();
    }
    let (mut size, mut unit) = (number as f64 / 1000.0, 0);
    while size >= 999.5 && unit + 1 < UNITS.len() {
        size /= 1000.0;
        unit += 1;
    }
    let digits = if size < 9.995 {
        2
    } else if size < 99.95 {
        1
    } else {
        0
    };
    format!("{size:.digits$} {}", UNITS[unit])
}

/// A date and time of day: `2026-11-22 13:30 UTC`.
///
/// The calendar is computed as by Hinnant ("chrono-compatible low-level date algorithms", `civil_from_days`).
pub fn date(unix_secs: u64) -> String {
    let (days, minutes) = (unix_secs / 86_400 + 719_468, unix_secs % 86_400 / 60);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year}-{month:02}-{day:02} {:02}:{:02} UTC", minutes / 60, minutes % 60)
}

/// A duration with its unit, two digits of it below a minute: `4.2 ms`, `38 s`, `12:34`.
pub fn span(seconds: f64) -> String {
    let two = |value: f64| if value < 9.95 { format!("{value:.1}") } else { format!("{value:.0}") };
    match seconds {
        short if short < 0.9995 => format!("{} ms", two(short * 1000.0)),
        middle if middle < 59.5 => format!("{} s", two(middle)),
        long => clock(long),
    }
}

/// A duration as a clock shows it: `0:07`, `12:34`, `1:02:03`.
pub fn clock(seconds: f64) -> String {
    let seconds = if seconds.is_finite() { seconds.max(0.0) as u64 } else { 0 };
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_thousands() {
        for (number, expected) in [(0, "0"), (999, "999"), (1797, "1,797"), (1_000_000, "1,000,000")] {
            assert_eq!(count(number), expected);
        }
    }

    #[test]
    fn metrics_keep_four_digits() {
        for (value, expected) in [
            (0.0, "0"),
            (0.123_456, "0.1235"),
            (2.345_67, "2.346"),
            (1234.5, "1234"),
            (-0.012_345_6, "-0.01235"),
            (1.5e-9, "1.500e-9"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(metric(value), expected);
        }
    }

    #[test]
    fn large_counts_are_cut_to_three_digits() {
        let cases = [(0, "0"), (999, "999"), (1000, "1.00 k"), (18_532, "18.5 k"), (999_700, "1.00 M")];
        for (number, expected) in cases {
            assert_eq!(short(number), expected);
        }
        assert_eq!(short(124_439_808), "124 M");
    }

    #[test]
    fn bytes_and_clocks_read_well() {
        assert_eq!(bytes(512), "512 B");
        assert_eq!(bytes(999_999), "1.0 MB");
        assert_eq!(bytes(34_000_000), "34.0 MB");
        let spans = [(0.0042, "4.2 ms"), (0.04, "40 ms"), (1.0, "1.0 s"), (38.2, "38 s"), (754.0, "12:34")];
        for (seconds, expected) in spans {
            assert_eq!(span(seconds), expected);
        }
        assert_eq!(clock(7.9), "0:07");
        assert_eq!(clock(3723.0), "1:02:03");
        assert_eq!(clock(f64::NAN), "0:00");
        assert_eq!(percent(0.9722), "97.2 %");
    }
}
