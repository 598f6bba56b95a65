//! Dates as text: the proleptic Gregorian calendar, days and seconds since 1970.

/// Year, month and day of a day since 1970 (Hinnant, "chrono-compatible low-level date algorithms").
fn civil(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month + 2) / 5 + 1) as u32;
    let month = if month < 10 { month + 3 } else { month - 9 } as u32;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// A day since 1970 as `2024-02-29`.
pub fn day_text(day: i64) -> String {
    let (year, month, day) = civil(day.clamp(-4_000_000, 4_000_000));
    format!("{year:04}-{month:02}-{day:02}")
}

/// A second since 1970 as `2024-02-29 13:05:00`; at midnight the day alone.
pub fn second_text(seconds: i64) -> String {
    let (day, second) = (day_text(seconds.div_euclid(86_400)), seconds.rem_euclid(86_400));
    match second {
        0 => day,
        _ => format!("{day} {:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_the_calendar_does() {
        for (day, text) in
            [(0, "1970-01-01"), (11_016, "2000-02-29"), (-1, "1969-12-31"), (20_088, "2024-12-31")]
        {
            assert_eq!(day_text(day), text);
        }
        assert_eq!(second_text(13 * 3600 + 5 * 60), "1970-01-01 13:05:00");
        assert_eq!(second_text(86_400), "1970-01-02");
    }
}
