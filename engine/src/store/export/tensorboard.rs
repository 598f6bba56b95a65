//! Curves as a TensorBoard event file: records (length, data, checksums) of `Event` messages, written by hand, for
//! of both formats little is needed.
//!
//! Formats: `tensorflow/core/lib/io/record_writer.h` and `tensorflow/core/util/event.proto`.

use std::collections::BTreeMap;

use crate::protocol::{MetricPoint, Split};

/// What the first record of every event file says.
const VERSION: &str = "brain.Event:2";

/// The file's bytes: a scalar `loss/training`, `loss/validation` … a point, dated by when its training reached it
/// (`started` plus its training time), in order of step.
pub(super) fn events(points: &[MetricPoint], started_unix_secs: u64) -> Vec<u8> {
    let started = started_unix_secs as f64;
    let mut file = Vec::new();
    record(&mut file, &[double(1, started), text(3, VERSION.as_bytes())].concat());
    let mut steps: BTreeMap<u64, Vec<&MetricPoint>> = BTreeMap::new();
    for point in points {
        steps.entry(point.step).or_default().push(point);
    }
    for (step, points) in steps {
        let seconds = points.iter().filter_map(|point| point.seconds).fold(0.0, f64::max);
        let values: Vec<u8> = points.into_iter().flat_map(value).collect();
        let event = [double(1, started + seconds), number(2, step), text(5, &values)].concat();
        record(&mut file, &event);
    }
    file
}

/// A value of a summary: its name and its number.
fn value(point: &MetricPoint) -> Vec<u8> {
    let name = match (point.split, &*point.metric) {
        (_, "learning_rate") => "learning_rate".to_owned(),
        (Split::Training, metric) => format!("{metric}/training"),
        (Split::Validation, metric) => format!("{metric}/validation"),
        (Split::Test, metric) => format!("{metric}/test"),
    };
    text(1, &[text(1, name.as_bytes()), float(2, point.value as f32)].concat())
}

fn record(file: &mut Vec<u8>, data: &[u8]) {
    let length = (data.len() as u64).to_le_bytes();
    file.extend(length);
    file.extend(masked(crc32c(&length)).to_le_bytes());
    file.extend(data);
    file.extend(masked(crc32c(data)).to_le_bytes());
}

/// A checksum that may itself be among what is summed (LevelDB's).
fn masked(crc: u32) -> u32 {
    crc.rotate_right(15).wrapping_add(0xa282_ead8)
}

/// Castagnoli's checksum (RFC 3720, appendix B.4), bit by bit: the files are small.
fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0x82f6_3b78 * (crc & 1)))
    })
}

// Fields of a protocol buffer's message: their number and kind, then their value.

fn double(field: u8, value: f64) -> Vec<u8> {
    [&[field << 3 | 1][..], &value.to_le_bytes()].concat()
}

fn float(field: u8, value: f32) -> Vec<u8> {
    [&[field << 3 | 5][..], &value.to_le_bytes()].concat()
}

fn number(field: u8, value: u64) -> Vec<u8> {
    [vec![field << 3], varint(value)].concat()
}

fn text(field: u8, bytes: &[u8]) -> Vec<u8> {
    [vec![field << 3 | 2], varint(bytes.len() as u64), bytes.to_vec()].concat()
}

/// Seven bits a byte, the lowest first.
fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3720, B.4, and the check value of the catalogue of checksums.
    #[test]
    fn checksums_are_castagnolis() {
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
        assert_eq!(crc32c(&[0; 32]), 0x8a91_36aa);
        assert_eq!(crc32c(&[0xff; 32]), 0x62a8_ab43);
    }

    /// What TensorBoard's own writer (2.21.0) makes of the same events.
    #[test]
    fn the_bytes_are_tensorboards() {
        let point = |step, split, metric: &str, value, seconds| MetricPoint {
            step,
            epoch: 1.0,
            split,
            metric: metric.into(),
            value,
            seconds,
        };
        let points = [
            point(1, Split::Training, "loss", 0.5, Some(0.25)),
            point(1, Split::Training, "learning_rate", 1e-3, Some(0.25)),
            point(300, Split::Validation, "accuracy", 0.975, None),
        ];
        let hex: String = events(&points, 1_700_000_000).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, GOLDEN);
    }

    const GOLDEN: &str = "\
        1800000000000000a37f4b220900000040fc54d9411a0d627261696e2e4576656e743a32eced8f9d\
        39000000000000008b0737f10900001040fc54d94110012a2c0a140a0d6c6f73732f747261696e696e67150000003f\
        0a140a0d6c6561726e696e675f72617465156f12833a9c8d8cbc\
        2a00000000000000ae8d91f50900000040fc54d94110ac022a1c0a1a0a1361636375726163792f76616c69646174696f6e\
        159a99793ff5cceecf";
}
