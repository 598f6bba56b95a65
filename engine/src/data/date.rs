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

/// A moment, as a calendar and a clock show it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    pub year: i64,
    pub month: u32,
    pub day: u32,
    /// Since midnight.
    pub second: f64,
}

impl Moment {
    /// Since 1970, with their fraction (Hinnant, as above).
    pub fn days(&self) -> f64 {
        self.whole_days() as f64 + self.second / 86_400.0
    }

    fn whole_days(&self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let month = i64::from(self.month);
        let day_of_year =
            (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + i64::from(self.day) - 1;
        let year_of_era = year.rem_euclid(400);
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// From 0, Monday.
    pub fn weekday(&self) -> u32 {
        // 1970 began on a Thursday.
        (self.whole_days() + 3).rem_euclid(7) as u32
    }
}

/// `2024-02-29`, `2024/2/29`, `20240229`, `2024年2月29日`, `29.02.2024`, and, the month first unless it is said
/// otherwise, `2/29/2024`; then, behind a space or a `T`, `13:05`, `13:05:00.5`. What follows the time (a zone) is
/// passed over: times are read as they stand there.
pub fn read(text: &str, day_first: bool) -> Option<Moment> {
    let text = text.trim();
    let (date, time) = match text.split_once(['T', ' ']) {
        Some((date, time)) => (date, time.trim()),
        None => (text, ""),
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let date = date.trim_end_matches('日');
    let parts: Vec<&str> = match is_digits(date) && date.len() == 8 {
        true => vec![&date[..4], &date[4..6], &date[6..]],
        false => date.split(['-', '/', '.', '年', '月']).collect(),
    };
    let &[first, second, third] = &parts[..] else { return None };
    if ![first, second, third].into_iter().all(is_digits) {
        return None;
    }
    let (year, month, day) = match (first.len(), third.len()) {
        (4, 1..=2) => (first, second, third),
        (1..=2, 4) if day_first || date.contains('.') => (third, second, first),
        (1..=2, 4) => (third, first, second),
        _ => return None,
    };
    let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let moment = Moment { year, month, day, second: clock(time)? };
    // A day that the calendar does not have comes back as another one.
    ((1..=12).contains(&month) && civil(moment.whole_days()) == (year, month, day)).then_some(moment)
}

/// Seconds since midnight; 0 of nothing.
fn clock(text: &str) -> Option<f64> {
    if text.is_empty() {
        return Some(0.0);
    }
    let end = text.find(|letter: char| !letter.is_ascii_digit() && !matches!(letter, ':' | '.'));
    let mut parts = text[..end.unwrap_or(text.len())].split(':');
    let hour: f64 = parts.next()?.parse().ok()?;
    let minute: f64 = parts.next()?.parse().ok()?;
    let second: f64 = parts.next().map_or(Some(0.0), |part| part.parse().ok())?;
    let fits = hour < 24.0 && minute < 60.0 && second < 61.0 && hour.fract() == 0.0 && minute.fract() == 0.0;
    fits.then_some(hour * 3600.0 + minute * 60.0 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_people_write_them() {
        for (text, expected) in [
            ("2024-02-29", Some((2024, 2, 29, 0.0))),
            ("2024/2/9", Some((2024, 2, 9, 0.0))),
            ("20240229", Some((2024, 2, 29, 0.0))),
            ("2024年2月29日", Some((2024, 2, 29, 0.0))),
            ("29.2.2024", Some((2024, 2, 29, 0.0))),
            ("2/3/2024", Some((2024, 2, 3, 0.0))),
            ("2024-02-29T13:05:30.5+08:00", Some((2024, 2, 29, 47_130.5))),
            ("1969-12-31 23:59", Some((1969, 12, 31, 86_340.0))),
            ("2023-02-29", None),
            ("2024-13-01", None),
            ("2024-00-01", None),
            ("2024-02-29 25:00", None),
            ("12", None),
            ("1-2", None),
            ("a-b-c", None),
            ("2024-02-29 x", None),
            ("", None),
            ("北京", None),
        ] {
            let found = read(text, false).map(|at| (at.year, at.month, at.day, at.second));
            assert_eq!(found, expected, "{text}");
        }
        assert_eq!(read("2/3/2024", true).map(|at| (at.month, at.day)), Some((3, 2)));
        for (text, day, weekday) in
            [("1970-01-01", 0.0, 3), ("2000-02-29", 11_016.0, 1), ("2026-11-22 12:00", 20_779.5, 6)]
        {
            let found = read(text, false).map(|at| (at.days(), at.weekday()));
            assert_eq!(found, Some((day, weekday)), "{text}");
        }
    }

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
