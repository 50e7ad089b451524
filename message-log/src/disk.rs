//! The seam to the disk: what can fail there, and what tests make fail.

use rustix::fs::{FallocateFlags, fallocate, statvfs};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// What the log asks of a disk beyond plain reading.
pub(crate) trait Disk: Send + Sync {
    /// Reserves the first `bytes` of a file; they read as zeros.
    fn allocate(&self, file: &File, bytes: u64) -> io::Result<()>;
    fn write(&self, file: &File, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// Returns when everything written to the file is durable.
    fn sync(&self, file: &File) -> io::Result<()>;
    /// Bytes that may still be written to the file system of `folder`.
    fn free_bytes(&self, folder: &Path) -> io::Result<u64>;
    /// Makes names created in, renamed into or removed from `folder` durable.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
}

/// The operating system's disk.
pub(crate) struct RealDisk;

impl Disk for RealDisk {
    fn allocate(&self, file: &File, bytes: u64) -> io::Result<()> {
        match fallocate(file, FallocateFlags::empty(), 0, bytes) {
            // File systems that cannot reserve (NFS, some FUSE) still work, only a full disk shows later there.
            Err(rustix::io::Errno::OPNOTSUPP) => file.set_len(bytes),
            other => other.map_err(io::Error::from),
        }
    }

    fn write(&self, file: &File, offset: u64, bytes: &[u8]) -> io::Result<()> {
        file.write_all_at(bytes, offset)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_data()
    }

    fn free_bytes(&self, folder: &Path) -> io::Result<u64> {
        let stat = statvfs(folder)?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        sync_folder(folder)
    }
}

/// Makes names created in, renamed into or removed from `folder` durable.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Puts a whole file in place durably: other readers see the old one or the new one.
pub(crate) fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_file_on(&RealDisk, path, bytes)
}

/// Puts a whole file in place durably on this disk.
pub(crate) fn replace_file_on(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".new");
    let fresh = folder.join(name);
    let file = File::create(&fresh)?;
    disk.write(&file, 0, bytes)?;
    disk.sync(&file)?;
    std::fs::rename(&fresh, path)?;
    disk.sync_folder(folder)
}

/// Overwrites a part of a file with zeros.
pub(crate) fn write_zeros(file: &File, mut offset: u64, end: u64) -> io::Result<()> {
    static ZEROS: [u8; 1 << 16] = [0; 1 << 16];
    while offset < end {
        let piece = usize::try_from(end - offset).unwrap_or(ZEROS.len()).min(ZEROS.len());
        file.write_all_at(&ZEROS[..piece], offset)?;
        offset += piece as u64;
    }
    Ok(())
}

/// Reads at most `bytes.len()` bytes; fewer only at the end of the file.
pub(crate) fn read_up_to(file: &File, mut offset: u64, bytes: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < bytes.len() {
        match file.read_at(&mut bytes[filled..], offset) {
            Ok(0) => break,
            Ok(count) => {
                filled += count;
                offset += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
