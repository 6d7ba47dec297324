/** Every type of a definition. */
export type { Blkiotune, BlkiotuneDevice } from './blkiotune.js';
export type {
  CapabilitiesFeature,
  CapabilitiesPolicy,
  CapabilityName,
  CapabilityState,
} from './capabilities.js';
export type { AbsoluteClock, Clock, ClockBasis, PlainClock, TimezoneClock, VariableClock } from './clock.js';
export type { CompleteConsole, Console } from './console.js';
export type { Cputune } from './cputune.js';
export type { CpuBandwidth } from './cputune/bandwidth.js';
export type { CpuPins, Iothreadpin, PinnedCpus, Vcpupin } from './cputune/pins.js';
export type {
  CacheAllocation,
  CacheMonitor,
  CacheType,
  Cachetune,
  CpuResources,
  MemoryBandwidth,
  MemoryMonitor,
  Memorytune,
} from './cputune/resctrl.js';
export type {
  CpuSchedulers,
  Iothreadsched,
  Scheduler,
  ThreadScheduler,
  Vcpusched,
} from './cputune/schedulers.js';
export type { CompleteDevices, CompleteDomain, Devices, DomainDefinition, HostFacts } from './definition.js';
export type { DeviceAddress, DriveAddress, GuestAddress } from './device-address.js';
export type { DeviceBoot, DeviceInfo } from './device-info.js';
export type { DiskDriver } from './disk/driver.js';
export type { DiskIotune } from './disk/iotune.js';
export type { DiskBus, DiskDevice } from './disk/target.js';
export type {
  BlockDisk,
  CompleteDisk,
  Disk,
  DiskBlockio,
  DiskGeometry,
  FileDisk,
  StartupPolicy,
} from './disk/types.js';
export type { Extensions } from './extensions.js';
export type { HealthAction, HealthCheck } from './extensions/health.js';
export type { HugetlbLimit } from './extensions/hugetlb.js';
export type { ImageReference } from './extensions/image.js';
export type { OomScore } from './extensions/oom-score.js';
export type { PathList, PathListName } from './extensions/path-list.js';
export type { Pids } from './extensions/pids.js';
export type { PortProtocol, PublishedPort } from './extensions/ports.js';
export type { ResourceView } from './extensions/resource-view.js';
export type { AnyRestart, FailureRestart, NoRestart, Restart, RestartPolicy } from './extensions/restart.js';
export type { Rlimit, RlimitName } from './extensions/rlimits.js';
export type { NamedSeccomp, Seccomp, SeccompFile } from './extensions/seccomp.js';
export type { Security, SecurityKind } from './extensions/security.js';
export type { TimeOffset, TimeOffsets } from './extensions/time-offsets.js';
export type {
  AutoUserNamespace,
  NoUserNamespace,
  UserNamespace,
  UserNamespaceMode,
} from './extensions/user-namespace.js';
export type { FeatureSwitch } from './feature-switches.js';
export type { Features } from './features.js';
export type { FilesystemBinary } from './filesystem/binary.js';
export type { FilesystemDriver, FilesystemDriverType } from './filesystem/driver.js';
export type {
  BindFilesystem,
  BlockFilesystem,
  FileFilesystem,
  Filesystem,
  FilesystemAccessmode,
  FilesystemCommon,
  FilesystemType,
  MountFilesystem,
  RamFilesystem,
  TemplateFilesystem,
  VolumeFilesystem,
} from './filesystem/types.js';
export type { Generate } from './generate.js';
export type { Hostdev } from './hostdev.js';
export type { CapabilitiesHostdev, MiscHostdev, NetHostdev, StorageHostdev } from './hostdev/capabilities.js';
export type { UsbAddress, UsbHostdev } from './hostdev/usb.js';
export type { Idmap, IdmapEntry } from './idmap.js';
export type { IpFamily } from './interface/address.js';
export type { Bandwidth, InterfaceBandwidth } from './interface/bandwidth.js';
export type { FilterParameter, Filterref } from './interface/filterref.js';
export type { Ip } from './interface/ip.js';
export type { Mac } from './interface/mac.js';
export type { PortForward, PortRange } from './interface/port-forward.js';
export type { Route } from './interface/route.js';
export type { InterfaceSettings } from './interface/settings.js';
export type {
  BridgeInterface,
  CompleteInterface,
  DirectInterface,
  EthernetInterface,
  Interface,
  InterfaceCommon,
  InterfaceType,
  MachineInterface,
  NetworkInterface,
} from './interface/types.js';
export type {
  MidonetVirtualport,
  OpenvswitchVirtualport,
  UntypedVirtualport,
  VepaVirtualport,
  Virtualport,
  VnTagVirtualport,
} from './interface/virtualport.js';
export type { Vlan, VlanTag } from './interface/vlan.js';
export type { Kept } from './kept.js';
export type { CrashAction, LifecycleAction, LockFailureAction } from './lifecycle.js';
export type { LxcNamespace, NamedNetworkNamespace, SharedNamespace } from './lxc-namespace.js';
export type {
  Hugepage,
  Hugepages,
  MemoryAccess,
  MemoryAllocation,
  MemoryAllocationOptions,
  MemoryBacking,
  MemorySource,
} from './memory-backing.js';
export type { Memtune } from './memtune.js';
export type {
  Numatune,
  NumatuneMemnode,
  NumatuneMemory,
  NumatuneMode,
  NumatunePlacement,
} from './numatune.js';
export type { CompleteOs, InitEnv, Os, SmbiosMode } from './os.js';
export type { Resource } from './resource.js';
export type { DynamicSeclabel, NoSeclabel, Seclabel, StaticSeclabel } from './seclabel.js';
export type { StorageFormat } from './storage-format.js';
export type { Timer, TimerCatchup, TimerMode, TimerName, TimerTickpolicy, TimerTrack } from './timer.js';
export type { VcpuPlacement } from './vcpu.js';
export type { VirtioModel, VirtioOptions } from './virtio.js';
export type { CpusetPlace } from './cpuset.js';
export type { KernelLimit } from './extensions/values.js';
