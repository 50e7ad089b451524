//! Writing a container.

use super::{FileContainer, FileContainerError, MIME_TYPE_NAME, manifest_name, signature_name};
use crate::asic::MIME_TYPE;
use crate::zip::ZipWriter;

impl FileContainer {
    /// The container's bytes, the same for the same files and signatures.
    ///
    /// # Errors
    /// When they do not fit into a ZIP file, or a file has a content type and nothing is signed.
    pub fn write(&self) -> Result<Vec<u8>, FileContainerError> {
        let typed = self.files.iter().find(|(_, file)| file.content_type().is_some());
        if let (Some((name, _)), true) = (typed, self.signatures.is_empty()) {
            return Err(FileContainerError::Unsigned { name: name.clone() });
        }
        let mut zip = ZipWriter::new(Vec::new());
        zip.add(MIME_TYPE_NAME, MIME_TYPE.as_bytes())?;
        for (name, file) in &self.files {
            zip.add(name.as_str(), file.content())?;
        }
        for (index, signature) in self.signatures.iter().enumerate() {
            let number = index + 1;
            zip.add(&manifest_name(number), self.manifest(number).as_bytes())?;
            zip.add(&signature_name(number), signature)?;
        }
        Ok(zip.finish()?)
    }
}
