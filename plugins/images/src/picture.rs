//! A picture from its bytes to other bytes that show the same.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use std::error::Error;
use std::fmt;
use std::io::Cursor;

/// Pixels of a picture that is taken: those of the usual phone. Decoded, they fit into the sandbox.
pub const MAX_PIXELS: u64 = 12_600_000;
/// Pixels of the longer side of what is made: enough to read a page that was photographed.
pub const MAX_SIDE: u32 = 2_560;
/// Bytes that decoding takes beside the pixels: more is a picture made to take them.
const MAX_DECODING_BYTES: u64 = 48 << 20;
/// Letters of a photographed page stay readable.
const JPEG_QUALITY: u8 = 82;

/// A picture that was made anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remade {
    /// `image/jpeg` or `image/png`.
    pub content_type: &'static str,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Why a picture is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureError {
    /// It cannot be decoded.
    NotOne,
    /// It has more pixels than are taken.
    TooLarge,
}

/// Decodes a JPEG, PNG or WebP picture and encodes it anew: upright, and no larger than [`MAX_SIDE`].
///
/// # Errors
/// [`PictureError`].
pub fn remake(content: &[u8]) -> Result<Remade, PictureError> {
    let mut reader = ImageReader::new(Cursor::new(content)).with_guessed_format().map_err(|_| PictureError::NotOne)?;
    let format = reader.format().filter(|format| TAKEN.contains(format)).ok_or(PictureError::NotOne)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODING_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| PictureError::NotOne)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS || decoder.total_bytes() > MAX_DECODING_BYTES {
        return Err(PictureError::TooLarge);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| PictureError::NotOne)?;
    if width.max(height) > MAX_SIDE {
        picture = picture.thumbnail(MAX_SIDE, MAX_SIDE);
    }
    // After it was made smaller: turning takes the memory of another picture.
    picture.apply_orientation(orientation);
    encode(&picture, format)
}

const TAKEN: [ImageFormat; 3] = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP];

fn encode(picture: &DynamicImage, format: ImageFormat) -> Result<Remade, PictureError> {
    let mut content = Vec::new();
    let (content_type, written) = if format == ImageFormat::Jpeg {
        let encoder = JpegEncoder::new_with_quality(&mut content, JPEG_QUALITY);
        ("image/jpeg", picture.to_rgb8().write_with_encoder(encoder))
    } else if picture.color().has_alpha() {
        ("image/png", picture.to_rgba8().write_with_encoder(PngEncoder::new(&mut content)))
    } else {
        ("image/png", picture.to_rgb8().write_with_encoder(PngEncoder::new(&mut content)))
    };
    written.map_err(|_| PictureError::NotOne)?;
    Ok(Remade { content_type, content })
}

impl fmt::Display for PictureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOne => f.write_str("this is no picture that can be read: send JPEG, PNG or WebP"),
            Self::TooLarge => write!(f, "a picture has at most {} million pixels", MAX_PIXELS / 1_000_000),
        }
    }
}

impl Error for PictureError {}
