//! The machines that tensors can live on here: CPU always, CUDA and Metal where built in and present.

#[cfg(feature = "cuda")]
pub(crate) mod cuda;

use candle_core::{Device, utils::metal_is_available};
use serde::{Deserialize, Serialize};

use crate::train::{DeviceChoice, TrainError};

/// A device that can train.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// `cpu`, `cuda:0`, `metal`: what `--device` takes.
    pub id: String,
    /// For people: what it is.
    pub name: String,
    /// Bytes of memory it has, where that is known.
    pub memory: Option<u64>,
}

/// Bytes of the machine's memory, or of what this process may have of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    pub total: u64,
    /// What could be had now.
    pub free: u64,
}

/// Every device that can train on this machine with this build, the best first; the CPU is the last.
pub fn list_devices() -> Vec<DeviceInfo> {
    let of = |id, name| DeviceInfo { id, name, memory: None };
    let cards = if cuda::missing_library().is_none() { cuda::cards() } else { Vec::new() };
    let cards = cards.into_iter().enumerate().map(|(index, name)| of(format!("cuda:{index}"), name));
    let metal = open_metal().map(|_| of("metal".into(), "Apple GPU".into()));
    let cpu = DeviceInfo { memory: memory().map(|memory| memory.total), ..of("cpu".into(), cpu_name()) };
    cards.chain(metal).chain([cpu]).collect()
}

/// Why the cards of this machine are not among [`list_devices`]; `None` where it has none.
pub fn unusable_cards() -> Option<TrainError> {
    let library = cuda::missing_library()?.to_owned();
    let cards = cuda::cards().join(", ");
    (!cards.is_empty()).then_some(TrainError::NoCudaLibrary { library, cards })
}

/// Opens the chosen device and names it (`cpu`, `cuda:0`, `metal`).
pub fn open(choice: DeviceChoice) -> Result<(Device, String), TrainError> {
    let device = match choice {
        DeviceChoice::Auto => {
            let here = list_devices().into_iter().filter_map(|info| info.id.parse().ok());
            let opened = here.map(open).find(Result::is_ok);
            return opened.unwrap_or_else(|| open(DeviceChoice::Cpu));
        }
        DeviceChoice::Cpu => Some(Device::Cpu),
        DeviceChoice::Cuda(index) if index < cuda::cards().len() => match unusable_cards() {
            Some(error) => return Err(error),
            None => Some(cuda::open(index)?),
        },
        DeviceChoice::Cuda(_) => None,
        DeviceChoice::Metal => open_metal(),
    };
    match device {
        Some(device) => Ok((device, choice.to_string())),
        None => Err(TrainError::NoSuchDevice {
            wanted: choice.to_string(),
            present: list_devices().into_iter().map(|device| device.id).collect::<Vec<_>>().join(", "),
        }),
    }
}

/// This build knows no CUDA.
#[cfg(not(feature = "cuda"))]
mod cuda {
    use candle_core::{Device, Result};

    pub fn cards() -> Vec<String> {
        Vec::new()
    }

    pub fn missing_library() -> Option<&'static str> {
        None
    }

    pub fn open(index: usize) -> Result<Device> {
        Device::new_cuda(index)
    }
}

fn open_metal() -> Option<Device> {
    if metal_is_available() { Device::new_metal(0).ok() } else { None }
}

/// The processor's own name where the system tells it, and its number of threads.
fn cpu_name() -> String {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let model = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    match model {
        Some(model) => format!("{model} × {threads}"),
        None => format!("{} × {threads}", std::env::consts::ARCH),
    }
}

/// The memory of the machine, within the limits of the container where there is one; `None` where the system
/// does not tell.
pub fn memory() -> Option<Memory> {
    let mut system = sysinfo::System::new().ok()?;
    system.refresh_memory();
    let (total, free) = (system.total_memory(), system.available_memory());
    Some(match system.cgroup_limits() {
        Some(limits) => Memory { total: total.min(limits.total_memory), free: free.min(limits.free_memory) },
        None => Memory { total, free },
    })
}

/// Bytes that a training on that device could have now; `None` where that is not known.
pub fn free_memory(choice: DeviceChoice) -> Option<u64> {
    let is_cpu = match choice {
        DeviceChoice::Cpu => true,
        DeviceChoice::Auto => list_devices().first().is_some_and(|best| best.id == "cpu"),
        DeviceChoice::Cuda(_) | DeviceChoice::Metal => false,
    };
    if is_cpu { memory().map(|memory| memory.free) } else { None }
}

/// Resident memory of this process in bytes; 0 where the system does not tell.
pub fn resident_bytes() -> u64 {
    const PAGE: u64 = 4096;
    std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split_whitespace().nth(1)?.parse::<u64>().ok())
        .map_or(0, |pages| pages * PAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_always_finds_a_device_and_the_cpu_is_always_listed() {
        let (_, opened) = open(DeviceChoice::Auto).unwrap();
        let here = list_devices();
        assert!(here.iter().any(|device| device.id == opened), "{opened} of {here:?}");
        assert_eq!(here.last().map(|device| device.id.as_str()), Some("cpu"));
    }

    #[test]
    fn the_machine_has_memory() {
        let Memory { total, free } = memory().unwrap();
        assert!(0 < free && free <= total, "{free} of {total} bytes");
        assert_eq!(list_devices().last().and_then(|cpu| cpu.memory), Some(total));
        assert!(free_memory(DeviceChoice::Cpu).is_some());
    }

    #[test]
    fn an_absent_device_is_named_with_those_that_are_present() {
        let error = open(DeviceChoice::Cuda(999)).unwrap_err();
        let TrainError::NoSuchDevice { wanted, present } = &error else { panic!("{error}") };
        assert_eq!(wanted, "cuda:999");
        assert!(present.contains("cpu"));
    }
}
