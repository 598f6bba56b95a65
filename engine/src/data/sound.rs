//! Sounds as numbers: samples, resampled, as a spectrogram of mel bands.
//!
//! The numbers are those of Whisper (Radford et al. 2022, `whisper/audio.py`): Hann windows, powers, Slaney's mel
//! bands, log10 within 8 of the loudest, then `(x + 4) / 4`.

use std::io::Cursor;

use hound::{SampleFormat, WavReader};
use rustfft::{FftPlanner, num_complex::Complex};

/// Longest sound, in samples of all channels: ten minutes of stereo at 48 kHz.
pub const MAX_SAMPLES: u32 = 2 * 48_000 * 600;
/// Lobes of the windowed sine that sounds are resampled with, to each side.
const LOBES: f64 = 16.0;

/// How a spectrogram is taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spectrogram {
    /// Samples a second that the sound is brought to.
    pub rate: u32,
    /// What is looked at: longer sounds are cut, shorter ones end in silence.
    pub seconds: f64,
    /// Bands.
    pub mels: usize,
}

impl Spectrogram {
    /// A column each 10 ms, of a window of 32 ms.
    const HOP_SECONDS: f64 = 0.010;
    const WINDOW_SECONDS: f64 = 0.032;

    fn hop(&self) -> usize {
        ((f64::from(self.rate) * Self::HOP_SECONDS) as usize).max(1)
    }

    fn window(&self) -> usize {
        ((f64::from(self.rate) * Self::WINDOW_SECONDS) as usize).max(2)
    }

    fn samples(&self) -> usize {
        (f64::from(self.rate) * self.seconds) as usize
    }

    /// Channels, bands, columns.
    pub fn shape(&self) -> [usize; 3] {
        [1, self.mels, (self.samples() / self.hop()).max(1)]
    }

    /// Writes a sound as `[1, mels, columns]` numbers.
    ///
    /// # Errors
    /// Why it cannot be decoded, in English.
    pub fn write(&self, bytes: &[u8], out: &mut [f32]) -> Result<(), String> {
        let (samples, rate) = decode(bytes)?;
        let samples = resample(&samples, rate, self.rate, self.samples());
        let (window, hop) = (self.window(), self.hop());
        let [_, mels, columns] = self.shape();
        let bands = mel_bands(self.rate, window, mels);
        let hann: Vec<f32> = (0..window)
            .map(|n| (0.5 - 0.5 * (std::f64::consts::TAU * n as f64 / window as f64).cos()) as f32)
            .collect();
        let fft = FftPlanner::new().plan_fft_forward(window);
        let mut spectrum = vec![Complex::new(0.0, 0.0); window];
        for column in 0..columns {
            // Centred: the first window lies half before the beginning.
            let start = (column * hop) as isize - (window / 2) as isize;
            for (n, (slot, weight)) in spectrum.iter_mut().zip(&hann).enumerate() {
                let sample = usize::try_from(start + n as isize).ok().and_then(|at| samples.get(at));
                *slot = Complex::new(sample.copied().unwrap_or(0.0) * weight, 0.0);
            }
            fft.process(&mut spectrum);
            for (band, weights) in bands.iter().enumerate() {
                let power: f32 = weights.iter().map(|&(bin, weight)| spectrum[bin].norm_sqr() * weight).sum();
                out[band * columns + column] = power.max(1e-10).log10();
            }
        }
        let loudest = out.iter().copied().fold(f32::MIN, f32::max);
        out.iter_mut().for_each(|value| *value = (value.max(loudest - 8.0) + 4.0) / 4.0);
        Ok(())
    }
}

/// Whether a file begins as a sound of a kind that can be read.
pub fn is_sound(bytes: &[u8]) -> bool {
    matches!(bytes, [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..])
}

/// How long a sound is, from the file's first bytes.
///
/// # Errors
/// Why it is no sound, in English.
pub fn seconds(bytes: &[u8]) -> Result<f64, String> {
    let reader = open(bytes)?;
    Ok(f64::from(reader.duration()) / f64::from(reader.spec().sample_rate))
}

/// Samples a second.
///
/// # Errors
/// Why it is no sound, in English.
pub fn rate(bytes: &[u8]) -> Result<u32, String> {
    open(bytes).map(|reader| reader.spec().sample_rate)
}

/// Samples from −1 to 1, all channels mixed into one, and how many make a second.
///
/// # Errors
/// Why it cannot be decoded, in English.
pub fn decode(bytes: &[u8]) -> Result<(Vec<f32>, u32), String> {
    let mut reader = open(bytes)?;
    let spec = reader.spec();
    let scale = 1.0 / 2_f32.powi(i32::from(spec.bits_per_sample) - 1);
    let samples: Result<Vec<f32>, hound::Error> = match spec.sample_format {
        SampleFormat::Float => reader.samples::<f32>().collect(),
        SampleFormat::Int => reader.samples::<i32>().map(|sample| Ok(sample? as f32 * scale)).collect(),
    };
    let samples = samples.map_err(|error| error.to_string())?;
    let channels = usize::from(spec.channels);
    let mixed = samples.chunks(channels).map(|frame| frame.iter().sum::<f32>() / channels as f32);
    let finite = mixed.map(|sample| if sample.is_finite() { sample } else { 0.0 });
    Ok((finite.collect(), spec.sample_rate))
}

fn open(bytes: &[u8]) -> Result<WavReader<Cursor<&[u8]>>, String> {
    let reader = WavReader::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let spec = reader.spec();
    if spec.channels == 0 || spec.sample_rate == 0 || spec.bits_per_sample == 0 {
        return Err("its header says that it has no channel, rate or bits".into());
    }
    if reader.len() > MAX_SAMPLES {
        return Err(format!("it has {} samples; at most {MAX_SAMPLES} are taken", reader.len()));
    }
    if u64::from(reader.len()) * u64::from(spec.bits_per_sample.div_ceil(8)) > bytes.len() as u64 {
        return Err("it ends before its last sample".into());
    }
    Ok(reader)
}

/// The first `wanted` samples at another rate, by a windowed sine that cuts off what the lower rate cannot hold.
fn resample(samples: &[f32], from: u32, to: u32, wanted: usize) -> Vec<f32> {
    if from == to {
        return samples[..samples.len().min(wanted)].to_vec();
    }
    let step = f64::from(from) / f64::from(to);
    let cutoff = (1.0 / step).min(1.0);
    let reach = LOBES / cutoff;
    let count = ((samples.len() as f64 / step) as usize).min(wanted);
    let sinc =
        |x: f64| if x == 0.0 { 1.0 } else { (std::f64::consts::PI * x).sin() / (std::f64::consts::PI * x) };
    let at = |index: usize| {
        let centre = index as f64 * step;
        let first = (centre - reach).ceil().max(0.0) as usize;
        let last = ((centre + reach) as usize + 1).min(samples.len());
        let near = samples.iter().enumerate().take(last).skip(first);
        near.map(|(place, sample)| {
            let x = place as f64 - centre;
            let hann = 0.5 + 0.5 * (std::f64::consts::PI * x / reach).cos();
            f64::from(*sample) * cutoff * sinc(cutoff * x) * hann
        })
        .sum::<f64>() as f32
    };
    (0..count).map(at).collect()
}

/// Of each band the bins of the spectrum and their weights: triangles between points that are equally far apart on
/// Slaney's mel scale, each of area one (librosa's `filters.mel`).
fn mel_bands(rate: u32, window: usize, mels: usize) -> Vec<Vec<(usize, f32)>> {
    let mel = |hertz: f64| {
        if hertz < 1000.0 { hertz * 3.0 / 200.0 } else { 15.0 + (hertz / 1000.0).ln() / LOG_STEP }
    };
    let hertz =
        |mel: f64| if mel < 15.0 { mel * 200.0 / 3.0 } else { 1000.0 * (LOG_STEP * (mel - 15.0)).exp() };
    let top = mel(f64::from(rate) / 2.0);
    let edges: Vec<f64> = (0..mels + 2).map(|n| hertz(top * n as f64 / (mels + 1) as f64)).collect();
    edges
        .windows(3)
        .map(|edge| {
            let weight = |bin: usize| {
                let at = bin as f64 * f64::from(rate) / window as f64;
                let up = (at - edge[0]) / (edge[1] - edge[0]);
                let down = (edge[2] - at) / (edge[2] - edge[1]);
                up.min(down).max(0.0) * 2.0 / (edge[2] - edge[0])
            };
            let bins = (0..=window / 2).map(|bin| (bin, weight(bin) as f32));
            bins.filter(|(_, weight)| *weight > 0.0).collect()
        })
        .collect()
}

/// A step of the logarithmic part of Slaney's scale: 27 to a factor of 6.4.
const LOG_STEP: f64 = 0.068_751_777_420_949_12;

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A WAV file of a tone.
    pub(crate) fn tone(hertz: f64, rate: u32, seconds: f64) -> Vec<u8> {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: rate,
            bits_per_sample: 16,
            sample_format: SampleFormat::Int,
        };
        let mut file = Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut file, spec).expect("a file");
        for n in 0..(f64::from(rate) * seconds) as u32 {
            let phase = std::f64::consts::TAU * hertz * f64::from(n) / f64::from(rate);
            writer.write_sample((phase.sin() * 16_000.0) as i16).expect("a sample");
        }
        writer.finalize().expect("its end");
        file.into_inner()
    }

    /// The band that is loudest on average.
    fn loudest(file: &[u8], of: Spectrogram) -> usize {
        let [_, mels, columns] = of.shape();
        let mut out = vec![0.0; mels * columns];
        of.write(file, &mut out).expect("a spectrogram");
        let sums: Vec<f32> = out.chunks(columns).map(|band| band.iter().sum()).collect();
        (0..mels).max_by(|a, b| sums[*a].total_cmp(&sums[*b])).expect("bands")
    }

    #[test]
    fn a_tone_is_loud_in_its_band_at_any_rate() {
        let of = Spectrogram { rate: 8000, seconds: 0.5, mels: 40 };
        assert_eq!(of.shape(), [1, 40, 50]);
        let low = loudest(&tone(300.0, 8000, 0.5), of);
        let high = loudest(&tone(2000.0, 8000, 0.5), of);
        assert!(low + 10 < high, "{low} and {high}");
        assert_eq!(loudest(&tone(2000.0, 44_100, 0.5), of), high, "resampled");
        assert_eq!(seconds(&tone(300.0, 8000, 0.5)), Ok(0.5));
    }

    #[test]
    fn what_is_no_sound_or_lies_is_an_error() {
        assert!(decode(b"RIFF....WAVE").is_err());
        let file = tone(300.0, 8000, 0.1);
        assert!(is_sound(&file));
        assert!(decode(&file[..200]).is_err());
        let mut huge = file;
        // Where the length of the samples stands.
        huge[40..44].copy_from_slice(&0x7FFF_FFF0_u32.to_le_bytes());
        assert!(decode(&huge).is_err());
    }
}
