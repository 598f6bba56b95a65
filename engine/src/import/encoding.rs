//! Text in whatever encoding: which one it is, and the same in UTF-8.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

use super::{Faults, source::Source};
use crate::data::DataError;

pub(super) const UTF_8: &str = "UTF-8";

/// What a person can choose from.
pub const ENCODINGS: [&str; 10] = [
    UTF_8,
    "GB18030",
    "Big5",
    "UTF-16LE",
    "UTF-16BE",
    "Shift_JIS",
    "EUC-KR",
    "windows-1252",
    "windows-1251",
    "ISO-8859-2",
];

/// How much of a text is looked at.
const SAMPLE_BYTES: usize = 1 << 20;
/// How many faults of UTF-8 a text may have, one to so many letters that are sound.
const SOUND_LETTERS: usize = 20;

/// The text in UTF-8, and the name of the encoding that it was in: the one that is wanted, or the one that its first
/// bytes name, or the likeliest. Bytes that are no letters are listed where the encoding is not UTF-8; in UTF-8 they
/// stay, for whoever reads the rows.
pub(super) fn decode(source: &Source, wanted: Option<&str>, faults: &mut Faults) -> (Vec<u8>, &'static str) {
    let bytes = &source.bytes[..];
    let wanted = wanted.and_then(|label| Encoding::for_label(label.as_bytes()));
    let encoding = wanted.unwrap_or_else(|| guess(bytes));
    if encoding == encoding_rs::UTF_8 {
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        return (text.to_vec(), UTF_8);
    }
    let (text, _, is_broken) = encoding.decode(bytes);
    if is_broken {
        for (line, _) in (1..).zip(text.lines()).filter(|(_, line)| line.contains('\u{FFFD}')) {
            let encoding = name(encoding).into();
            faults.push(DataError::NotInEncoding { file: source.name.clone(), row: line, encoding });
        }
    }
    (text.into_owned().into_bytes(), name(encoding))
}

/// GB18030 holds all that is in GBK; the decoder is the same.
fn name(encoding: &'static Encoding) -> &'static str {
    if encoding == encoding_rs::GBK { "GB18030" } else { encoding.name() }
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let half = sample.len() / 2;
    // Letters of ASCII have a zero beside them in UTF-16.
    if half > 1 && zeros(1) * 4 > half && zeros(0) * 20 < half {
        return encoding_rs::UTF_16LE;
    }
    if half > 1 && zeros(0) * 4 > half && zeros(1) * 20 < half {
        return encoding_rs::UTF_16BE;
    }
    let (mut sound, mut broken) = (0, 0);
    for chunk in sample.utf8_chunks() {
        sound += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    if broken == 0 || broken * SOUND_LETTERS <= sound {
        return encoding_rs::UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    // Where a text is too short to tell, Chinese is what most of those who are not in UTF-8 write here.
    detector.guess(Some(b"cn"), Utf8Detection::Deny)
}
