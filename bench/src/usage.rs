//! What processes and disks used, as the kernel counts it.

use anyhow::{Context as _, Result};
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Processor time of a process since its start, in microseconds.
pub(crate) fn cpu_microseconds(process: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // proc(5): the second field is in parentheses and may hold spaces; user and system time are fields 14 and 15.
    let fields: Vec<&str> = stat.rsplit_once(')').context("no process")?.1.split_whitespace().collect();
    let ticks: f64 = fields[11].parse::<f64>()? + fields[12].parse::<f64>()?;
    let per_second = rustix::param::clock_ticks_per_second() as f64;
    Ok(ticks / per_second * 1_000_000.0)
}

/// Largest resident memory of a process so far, in MB.
pub(crate) fn peak_memory_mb(process: u32) -> Result<f64> {
    memory_bytes(&process.to_string(), "VmHWM:").map(|bytes| bytes / 1_000_000.0)
}

/// Resident memory of this process, and the most that it had so far, in MiB.
pub(crate) fn own_memory_mib() -> Result<(f64, f64)> {
    let of = |what| memory_bytes("self", what).map(|bytes| bytes / 1_048_576.0);
    Ok((of("VmRSS:")?, of("VmHWM:")?))
}

fn memory_bytes(process: &str, what: &'static str) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(what)).context("no such memory in /proc")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse::<f64>()? * 1024.0)
}

/// Bytes written to the device under a folder since the machine started; none where the device is not to be seen.
pub(crate) fn device_bytes_written(folder: &Path) -> Option<f64> {
    let device = fs::metadata(folder).ok()?.dev();
    let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
    let stat = fs::read_to_string(format!("/sys/dev/block/{major}:{minor}/stat")).ok()?;
    // The seventh figure is sectors of 512 bytes written.
    let sectors: f64 = stat.split_whitespace().nth(6)?.parse().ok()?;
    Some(sectors * 512.0)
}
