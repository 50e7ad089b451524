//! Borrowed pieces of a DER message, kept byte for byte.

use der::{
    Decode, DecodeValue, Encode, EncodeValue, FixedTag, Header, Length, Reader, SliceReader, Tag, Writer, asn1::AnyRef,
};

/// One complete TLV exactly as it was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Raw<'a>(&'a [u8]);

impl<'a> Raw<'a> {
    /// The received bytes, header included.
    pub(crate) fn bytes(self) -> &'a [u8] {
        self.0
    }

    /// Reads the TLV as `T`.
    pub(crate) fn decode_as<T: Decode<'a>>(self) -> Result<T, T::Error> {
        T::from_der(self.0)
    }
}

impl<'a> Decode<'a> for Raw<'a> {
    type Error = der::Error;

    fn decode<R: Reader<'a>>(reader: &mut R) -> der::Result<Self> {
        Ok(Self(reader.tlv_bytes()?))
    }
}

impl Encode for Raw<'_> {
    fn encoded_len(&self) -> der::Result<Length> {
        Length::try_from(self.0.len())
    }

    fn encode(&self, encoder: &mut impl Writer) -> der::Result<()> {
        encoder.write(self.0)
    }
}

/// The elements of a `SET OF` in the order they were received: nothing is sorted, nothing is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RawSet<'a>(&'a [u8]);

impl<'a> RawSet<'a> {
    /// The concatenated elements without the header of the set.
    pub(crate) fn contents(self) -> &'a [u8] {
        self.0
    }

    /// The elements, at most `limit` of them.
    pub(crate) fn elements(self, limit: usize) -> der::Result<Vec<Raw<'a>>> {
        let mut reader = SliceReader::new(self.0)?;
        let mut elements = Vec::new();
        while !reader.is_finished() {
            if elements.len() == limit {
                return Err(der::ErrorKind::Overlength.into());
            }
            elements.push(Raw::decode(&mut reader)?);
        }
        Ok(elements)
    }

    /// The only element.
    pub(crate) fn only(self) -> der::Result<Raw<'a>> {
        Ok(Raw(AnyRef::from_der(self.0).map(|_| self.0)?))
    }
}

impl<'a> DecodeValue<'a> for RawSet<'a> {
    type Error = der::Error;

    fn decode_value<R: Reader<'a>>(reader: &mut R, header: Header) -> der::Result<Self> {
        Ok(Self(reader.read_slice(header.length())?))
    }
}

impl EncodeValue for RawSet<'_> {
    fn value_len(&self) -> der::Result<Length> {
        Length::try_from(self.0.len())
    }

    fn encode_value(&self, encoder: &mut impl Writer) -> der::Result<()> {
        encoder.write(self.0)
    }
}

impl FixedTag for RawSet<'_> {
    const TAG: Tag = Tag::Set;
}
