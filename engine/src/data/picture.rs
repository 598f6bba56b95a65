//! Pictures as numbers: decoded, resized, their channels one plane after the other.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageReader, Limits, codecs::png::PngEncoder,
    imageops::FilterType,
};

/// Longest side, in pixels.
pub const MAX_SIDE: u32 = 16_384;
/// What decoding one picture may take.
const MAX_BYTES: u64 = 256 << 20;

/// Whether a file begins as a picture of a kind that can be read: JPEG, PNG, BMP, WebP or GIF.
pub fn is_picture(bytes: &[u8]) -> bool {
    matches!(bytes, [0xFF, 0xD8, 0xFF, ..] | [0x89, b'P', b'N', b'G', ..] | [b'G', b'I', b'F', b'8', ..])
        || matches!(bytes, [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..])
        || matches!(bytes, [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..])
}

/// Channels (1 grey, 3 coloured), height and width, from the file's first bytes.
///
/// # Errors
/// Why it is no picture, in English.
pub fn size(bytes: &[u8]) -> Result<[usize; 3], String> {
    let decoder = decoder(bytes)?;
    let (width, height) = decoder.dimensions();
    let channels = if decoder.color_type().has_color() { 3 } else { 1 };
    Ok([channels, height as usize, width as usize])
}

/// Writes a picture of any size as `[C, H, W]` numbers from 0 to 255: resized by triangles (bilinear, wider where it
/// shrinks), grey by the luma of BT.709, transparency left out; of a moving one the first frame.
///
/// # Errors
/// Why it cannot be decoded, in English.
pub fn write(bytes: &[u8], [channels, height, width]: [usize; 3], out: &mut [f32]) -> Result<(), String> {
    let mut picture = decode(bytes)?;
    let (wide, high) = (width as u32, height as u32);
    if (picture.width(), picture.height()) != (wide, high) {
        picture = picture.resize_exact(wide, high, FilterType::Triangle);
    }
    let plane = height * width;
    if channels == 1 {
        let grey = picture.into_luma8();
        out.iter_mut().zip(grey.as_raw()).for_each(|(out, pixel)| *out = f32::from(*pixel));
    } else {
        let colours = picture.into_rgb8();
        for (at, pixel) in colours.pixels().enumerate() {
            for (channel, value) in pixel.0.iter().enumerate() {
                out[channel * plane + at] = f32::from(*value);
            }
        }
    }
    Ok(())
}

/// Whether a picture can be decoded to its last pixel.
///
/// # Errors
/// Why it cannot, in English.
pub fn check(bytes: &[u8]) -> Result<(), String> {
    decode(bytes).map(drop)
}

/// A picture at most so many pixels wide and high, for the screen: width, height, and `[R, G, B]` a pixel.
///
/// # Errors
/// Why it cannot be decoded, in English.
pub fn thumbnail(bytes: &[u8], side: u32) -> Result<(usize, usize, Vec<u8>), String> {
    let picture = decode(bytes)?;
    let fits = picture.width() <= side && picture.height() <= side;
    let small = if fits { picture } else { picture.thumbnail(side, side) }.into_rgb8();
    Ok((small.width() as usize, small.height() as usize, small.into_raw()))
}

/// Pixels as a PNG file: grey, or three channels a pixel.
///
/// # Errors
/// Where there are not as many pixels as the size says, in English.
pub fn encode(pixels: &[u8], [channels, height, width]: [usize; 3]) -> Result<Vec<u8>, String> {
    let kind = if channels == 1 { image::ExtendedColorType::L8 } else { image::ExtendedColorType::Rgb8 };
    if channels.checked_mul(height).and_then(|n| n.checked_mul(width)) != Some(pixels.len()) {
        return Err(format!("{} bytes are no picture of {channels}×{height}×{width}", pixels.len()));
    }
    let mut file = Vec::new();
    PngEncoder::new(&mut file)
        .write_image(pixels, width as u32, height as u32, kind)
        .map_err(|error| error.to_string())?;
    Ok(file)
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, String> {
    DynamicImage::from_decoder(decoder(bytes)?).map_err(|error| error.to_string())
}

/// Reads no more than the header; what follows from it is within the limits.
fn decoder(bytes: &[u8]) -> Result<impl ImageDecoder + '_, String> {
    let mut reader = ImageReader::new(Cursor::new(bytes));
    reader = reader.with_guessed_format().map_err(|error| error.to_string())?;
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(MAX_SIDE), Some(MAX_SIDE));
    limits.max_alloc = Some(MAX_BYTES);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|error| error.to_string())?;
    let bytes = decoder.total_bytes();
    if bytes > MAX_BYTES {
        return Err(format!("decoded it takes {bytes} bytes; at most {MAX_BYTES} are taken"));
    }
    Ok(decoder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_come_back_plane_by_plane() {
        let pixels: Vec<u8> = (0..2 * 3 * 3).map(|n| n * 10).collect();
        let file = encode(&pixels, [3, 2, 3]).expect("a picture");
        assert!(is_picture(&file));
        assert_eq!(size(&file), Ok([3, 2, 3]));
        let mut planes = vec![0.0; 18];
        write(&file, [3, 2, 3], &mut planes).expect("its pixels");
        let expected: Vec<f32> =
            (0..3).flat_map(|c| (0..6).map(move |at| f32::from(10 * (3 * at + c) as u8))).collect();
        assert_eq!(planes, expected);
    }

    #[test]
    fn a_picture_is_resized_and_made_grey() {
        let pixels = [[255, 0, 0]; 16].concat();
        let file = encode(&pixels, [3, 4, 4]).expect("a picture");
        let mut grey = vec![0.0; 4];
        write(&file, [1, 2, 2], &mut grey).expect("its pixels");
        // 0.2126 of full red (BT.709).
        assert!(grey.iter().all(|pixel| (pixel - 54.0).abs() <= 1.0), "{grey:?}");
        let (width, height, small) = thumbnail(&file, 2).expect("a thumbnail");
        assert_eq!((width, height, &small[..3]), (2, 2, &[255, 0, 0][..]));
    }

    #[test]
    fn what_is_no_picture_or_lies_is_an_error() {
        assert!(size(b"not a picture").is_err());
        let mut file = encode(&[7; 16], [1, 4, 4]).expect("a picture");
        let mut out = vec![0.0; 16];
        assert!(write(&file[..file.len() / 2], [1, 4, 4], &mut out).is_err());
        // A PNG's width stands at byte 16.
        file[16..20].copy_from_slice(&u32::MAX.to_be_bytes());
        assert!(size(&file).is_err());
        assert!(encode(&[0; 5], [1, 2, 2]).is_err());
    }
}
