//! What comes out is the same picture and nothing else, and what is no picture is refused.

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, GenericImageView as _, ImageEncoder as _, ImageFormat, Rgb, RgbImage, RgbaImage};
use images::{MAX_SIDE, PictureError, remake};
use proptest::prelude::{any, proptest};
use std::io::Cursor;

/// Red at the left, blue at the right.
fn two_halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([250, 0, 0]) } else { Rgb([0, 0, 250]) })
}

fn encoded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), format).expect("a picture");
    bytes
}

/// A JPEG whose metadata say that it lies on its side, and where it was taken.
fn with_metadata(picture: &RgbImage) -> Vec<u8> {
    // TIFF header, one directory with one entry: tag 0x0112 (orientation), SHORT, 1 value, 6 (a quarter to the right).
    let mut metadata = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    metadata.extend_from_slice(b"LA PAZ, CALLE SECRETA 1");
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new(&mut bytes);
    encoder.set_exif_metadata(metadata).expect("metadata");
    let (width, height) = picture.dimensions();
    encoder.write_image(picture.as_raw(), width, height, ExtendedColorType::Rgb8).expect("a picture");
    bytes
}

#[test]
fn a_picture_stays_what_it_shows_in_its_format() {
    for (format, content_type) in
        [(ImageFormat::Jpeg, "image/jpeg"), (ImageFormat::Png, "image/png"), (ImageFormat::WebP, "image/png")]
    {
        let made = remake(&encoded(&two_halves(40, 20), format)).expect("a picture");
        assert_eq!(made.content_type, content_type);
        let shown = image::load_from_memory(&made.content).expect("a picture");
        assert_eq!(shown.dimensions(), (40, 20));
        let (left, right) = (shown.to_rgb8()[(4, 10)], shown.to_rgb8()[(36, 10)]);
        assert!(left[0] > 200 && left[2] < 50 && right[2] > 200 && right[0] < 50, "{left:?} {right:?}");
    }
}

#[test]
fn what_is_not_seen_does_not_come_out_and_the_picture_stands_upright() {
    let sent = with_metadata(&two_halves(40, 20));
    assert!(sent.windows(6).any(|piece| piece == b"LA PAZ"));
    let made = remake(&sent).expect("a picture");
    assert!(!made.content.windows(6).any(|piece| piece == b"LA PAZ"), "where it was taken");
    let shown = image::load_from_memory(&made.content).expect("a picture").to_rgb8();
    assert_eq!(shown.dimensions(), (20, 40), "it was turned");
    assert!(shown[(10, 4)][0] > 200 && shown[(10, 36)][2] > 200, "left is up now");
    // A script behind the picture is gone as well.
    let mut with_script = encoded(&two_halves(40, 20), ImageFormat::Png);
    with_script.extend_from_slice(b"<script>alert(1)</script>");
    let made = remake(&with_script).expect("a picture");
    assert!(!made.content.windows(8).any(|piece| piece == b"<script>"));
}

#[test]
fn what_is_seen_through_stays_so() {
    let mut bytes = Vec::new();
    RgbaImage::from_pixel(3, 3, image::Rgba([1, 2, 3, 0]))
        .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
        .expect("a picture");
    let made = remake(&bytes).expect("a picture");
    assert_eq!(image::load_from_memory(&made.content).expect("a picture").to_rgba8()[(1, 1)].0[3], 0);
}

#[test]
fn a_large_picture_is_made_smaller_and_a_bomb_refused_before_it_is_decoded() {
    let made = remake(&encoded(&two_halves(3_000, 1_000), ImageFormat::Png)).expect("a picture");
    let (width, height) = image::load_from_memory(&made.content).expect("a picture").dimensions();
    assert_eq!((width, height), (MAX_SIDE, 853));
    // A few bytes that say they are 3.6 gigabytes of pixels.
    let mut bomb = encoded(&two_halves(1, 1), ImageFormat::Png);
    bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let sum = crc(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&sum.to_be_bytes());
    assert_eq!(remake(&bomb), Err(PictureError::TooLarge));
}

#[test]
fn refuses_what_is_no_picture_of_the_three_formats() {
    let whole = encoded(&two_halves(40, 20), ImageFormat::Jpeg);
    let bmp = [b"BM".as_slice(), &[0; 100]].concat();
    for bytes in [b"".as_slice(), b"<svg/>", b"%PDF-1.7", &whole[..20], b"\x89PNG\r\n\x1a\n", &bmp, b"GIF89a"] {
        assert_eq!(remake(bytes), Err(PictureError::NotOne), "{bytes:?}");
    }
}

proptest! {
    #[test]
    fn a_broken_picture_is_refused_or_made_and_never_more(
        at in any::<proptest::sample::Index>(), to in any::<u8>(), png in any::<bool>(),
    ) {
        let format = if png { ImageFormat::Png } else { ImageFormat::Jpeg };
        let mut bytes = encoded(&two_halves(16, 8), format);
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(made) = remake(&bytes) {
            image::load_from_memory(&made.content).expect("what is made can be shown");
        }
    }
}

/// ISO/IEC 15948 Annex D.
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 })
    };
    !bytes.iter().fold(!0, step)
}
