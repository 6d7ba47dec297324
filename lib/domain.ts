/** A domain: a handle by which a container is controlled. */
import { attachConsole, type ConsoleOptions, type ConsoleStream } from './console-stream.js';
import type { CompleteDomain, Device } from './definition/domain/index.js';
import type { SecurityReport } from './definition/security/index.js';
import { readDomain, readXml, type DefinitionOptions, type XMLDescOptions } from './domain-definition.js';
import { changeDeviceOf, type DeviceOptions } from './domain-devices.js';
import {
  changeMetadata,
  readMetadata,
  type GetMetadataOptions,
  type SetMetadataOptions,
} from './domain-metadata.js';
import { stateOf, type StateAndReason } from './domain-view.js';
import { TunableDomain } from './domain-tuning.js';
import type { DomainInfo, SecurityLabel } from './driver.js';
import { startExec } from './domain-exec.js';
import type { ExecProcess } from './exec-process.js';
import type { ExecOptions } from './exec/options.js';
import { processNumber, signalNumber } from './signals.js';
import { stopRequest, type StopOptions } from './stop-options.js';

/**
 * A handle of a domain. Mirrors `virDomain`. Having one costs nothing and keeps nothing alive: disposing
 * it only releases the handle, and the domain goes on as it was.
 *
 * Every method rejects with NO_DOMAIN when the domain no longer exists, with INVALID_CONN when the
 * connection is closed, and, when it changes something, with OPERATION_DENIED on a read-only connection.
 */
export class Domain extends TunableDomain {
  /**
   * Starts the domain; resolves when its init runs. Mirrors `virDomainCreate`.
   * @throws VirtError OPERATION_INVALID when it is active; whatever keeps the container from starting.
   */
  async create(): Promise<void> {
    const driver = await this.view.session.changing('virDomainCreate');
    await driver.startDomain(this.uuid);
    await this.view.lookWith(driver);
  }

  /**
   * Asks the container to stop; resolves when it is off. After `timeoutMs` it is killed.
   * Mirrors `virDomainShutdown`, which does not wait.
   * @throws VirtError OPERATION_INVALID when it is not active; INVALID_ARG for a bad time;
   * OPERATION_FAILED when `signal` aborts, with its reason as `cause`.
   */
  async shutdown(options: StopOptions = {}): Promise<void> {
    const driver = await this.view.session.changing('virDomainShutdown');
    await driver.shutdownDomain(this.uuid, stopRequest(`shutdown of domain '${this.name}'`, options));
    this.view.sawItStop();
  }

  /**
   * Asks the container to reboot; resolves when its new init runs. After `timeoutMs` it is killed and
   * started again. Mirrors `virDomainReboot`, which does not wait.
   * @throws VirtError as {@link Domain.shutdown}.
   */
  async reboot(options: StopOptions = {}): Promise<void> {
    const driver = await this.view.session.changing('virDomainReboot');
    await driver.rebootDomain(this.uuid, stopRequest(`reboot of domain '${this.name}'`, options));
    await this.view.lookWith(driver);
  }

  /**
   * Kills the container; resolves when nothing of it is left. A transient domain no longer exists then.
   * Mirrors `virDomainDestroy`.
   * @throws VirtError OPERATION_INVALID when it is not active.
   */
  async destroy(): Promise<void> {
    const driver = await this.view.session.changing('virDomainDestroy');
    await driver.destroyDomain(this.uuid);
    this.view.sawItStop();
  }

  /**
   * Freezes every process of the container; no effect when it is paused. Mirrors `virDomainSuspend`.
   * @throws VirtError OPERATION_INVALID when it is not active; OPERATION_FAILED when it can't be frozen.
   */
  async suspend(): Promise<void> {
    const driver = await this.view.session.changing('virDomainSuspend');
    await driver.suspendDomain(this.uuid);
  }

  /**
   * Lets a paused container go on. Mirrors `virDomainResume`.
   * @throws VirtError OPERATION_INVALID when it is not active, or not paused.
   */
  async resume(): Promise<void> {
    const driver = await this.view.session.changing('virDomainResume');
    await driver.resumeDomain(this.uuid);
  }

  /**
   * Removes the stored definition and the autostart mark. An active domain goes on as a transient one.
   * Mirrors `virDomainUndefine`.
   * @throws VirtError OPERATION_INVALID when it is transient.
   */
  async undefine(): Promise<void> {
    const driver = await this.view.session.changing('virDomainUndefine');
    await driver.undefineDomain(this.uuid);
  }

  /** Mirrors `virDomainGetState`. */
  async getState(): Promise<StateAndReason> {
    return stateOf(await this.view.look('virDomainGetState'));
  }

  /** Memory in KiB, CPU time in nanoseconds. Mirrors `virDomainGetInfo`. */
  async getInfo(): Promise<DomainInfo> {
    return this.view.session.reading('virDomainGetInfo').getInfo(this.uuid);
  }

  /**
   * The label of the container's init; undefined when the domain is not active, or the host labels nothing.
   * Mirrors `virDomainGetSecurityLabel`, whose label is empty then. @throws VirtError NO_DOMAIN, INVALID_CONN.
   */
  async getSecurityLabel(): Promise<SecurityLabel | undefined> {
    const [first] = await this.view.session.reading('virDomainGetSecurityLabel').getSecurityLabels(this.uuid);
    return first;
  }

  /**
   * The labels of the container's init, one per security module of the host; empty when the domain is not active.
   * Mirrors `virDomainGetSecurityLabelList`. @throws VirtError NO_DOMAIN, INVALID_CONN..
   */
  async getSecurityLabelList(): Promise<readonly SecurityLabel[]> {
    return this.view.session.reading('virDomainGetSecurityLabelList').getSecurityLabels(this.uuid);
  }

  /** Running or paused. Mirrors `virDomainIsActive`. */
  async isActive(): Promise<boolean> {
    return (await this.view.look('virDomainIsActive')).id !== -1;
  }

  /** Has a stored definition. Mirrors `virDomainIsPersistent`. */
  async isPersistent(): Promise<boolean> {
    return (await this.view.look('virDomainIsPersistent')).persistent;
  }

  /** Starts with the host. Mirrors `virDomainGetAutostart`. */
  async getAutostart(): Promise<boolean> {
    return (await this.view.look('virDomainGetAutostart')).autostart;
  }

  /**
   * Mirrors `virDomainSetAutostart`.
   * @throws VirtError OPERATION_INVALID when the domain is transient.
   */
  async setAutostart(autostart: boolean): Promise<void> {
    const driver = await this.view.session.changing('virDomainSetAutostart');
    await driver.setAutostart(this.uuid, autostart);
  }

  /** Always `'exe'`, libvirt's word for containers. Mirrors `virDomainGetOSType`. */
  async getOSType(): Promise<'exe'> {
    await this.view.look('virDomainGetOSType');
    return 'exe';
  }

  /**
   * The definition as libvirt's domain XML, with every default written out. Mirrors `virDomainGetXMLDesc`.
   * @throws VirtError OPERATION_DENIED for `secure` on a read-only connection.
   */
  async getXMLDesc(options: XMLDescOptions = {}): Promise<string> {
    return readXml(this.view, options);
  }

  /** The definition as an object, with every default filled in: what {@link Domain.getXMLDesc} prints. */
  async getDefinition(options: DefinitionOptions = {}): Promise<CompleteDomain> {
    return (await readDomain(this.view, options)).definition;
  }

  /** The container's walls, and what lowers them. @throws VirtError NO_DOMAIN, INVALID_CONN. */
  async getSecurityReport(): Promise<SecurityReport> {
    return this.view.session.reading('getSecurityReport').getSecurityReport(this.uuid);
  }

  /**
   * Title, description, or the metadata element of a namespace. Mirrors `virDomainGetMetadata`.
   * @throws VirtError NO_DOMAIN_METADATA when there is none; INVALID_ARG for `live` and `config` at once;
   * OPERATION_INVALID for a definition the domain does not have.
   */
  async getMetadata(options: GetMetadataOptions): Promise<string> {
    return readMetadata(this.view, options);
  }

  /**
   * Sets or, with a `value` of null, removes title, description, or the metadata element of a
   * namespace, in the live definition, the stored one, or both. Mirrors `virDomainSetMetadata`.
   * @throws VirtError INVALID_ARG for a title of several lines or a missing `uri` or `key`;
   * OPERATION_INVALID for a definition the domain does not have; OPERATION_UNSUPPORTED for the live form of the
   * elements in the namespace `urn:virtainer:domain:1`.
   */
  async setMetadata(options: SetMetadataOptions): Promise<void> {
    await changeMetadata(this.view, options);
  }

  /**
   * Adds a device, given typed or as XML, to the stored definition: the container has it from its next start on.
   * Mirrors `virDomainAttachDeviceFlags`.
   * @throws VirtError INVALID_ARG or OPERATION_INVALID when there is one already; OPERATION_UNSUPPORTED for the
   * live definition, which is the default of an active domain; CONFIG_UNSUPPORTED for other kinds of devices.
   * @example
   * await domain.attachDevice("<disk type='block'><source dev='/dev/sdb'/><target dev='sda'/></disk>", { config: true });
   */
  async attachDevice(device: string | Device, options: DeviceOptions = {}): Promise<void> {
    await changeDeviceOf(this.view, 'attach', { device, options });
  }

  /**
   * Removes a device from the stored definition: a disk or file system of this target, an interface of this MAC
   * address (of any when it has none), a host device that is the same. Mirrors `virDomainDetachDeviceFlags`.
   * @throws VirtError INVALID_ARG, OPERATION_FAILED or DEVICE_MISSING when there is none, OPERATION_FAILED when there
   * are several; else as {@link Domain.attachDevice}.
   */
  async detachDevice(device: string | Device, options: DeviceOptions = {}): Promise<void> {
    await changeDeviceOf(this.view, 'detach', { device, options });
  }

  /**
   * Puts a device in the place of the one that {@link Domain.detachDevice} would remove.
   * Mirrors `virDomainUpdateDeviceFlags`.
   * @throws VirtError as {@link Domain.detachDevice}; CONFIG_UNSUPPORTED for host devices.
   */
  async updateDevice(device: string | Device, options: DeviceOptions = {}): Promise<void> {
    await changeDeviceOf(this.view, 'update', { device, options });
  }

  /**
   * Sends a signal to a process of the container. Mirrors `virDomainSendProcessSignal`.
   * @param pid - its number inside the container: 1 is init.
   * @param signal - name or number; 0 only asks whether the process is there.
   * @throws VirtError INVALID_ARG for a signal or pid that can't be; OPERATION_INVALID when the domain is not active.
   */
  async sendProcessSignal(pid: number, signal: NodeJS.Signals | number): Promise<void> {
    const driver = await this.view.session.changing('virDomainSendProcessSignal');
    await driver.sendProcessSignal(this.uuid, processNumber(pid), signalNumber(signal));
  }

  /**
   * Runs a command in the container. Returns at once: await the process for its result, iterate it for
   * its lines, or use its streams. Errors, also of the arguments, reject the result.
   * @param argv - the command and its arguments; no shell is involved. A name without a slash is
   * looked up in the container's PATH.
   * @example
   * const { stdout, exitCode } = await domain.exec(['ls', '-l'], { cwd: '/etc', timeoutMs: 5000 });
   */
  exec(
    argv: readonly string[],
    options: ExecOptions & { readonly encoding: 'buffer' },
  ): ExecProcess<Uint8Array>;
  exec(argv: readonly string[], options?: ExecOptions & { readonly encoding?: 'utf8' }): ExecProcess;
  exec(argv: readonly string[], options: ExecOptions): ExecProcess | ExecProcess<Uint8Array>;
  exec(argv: readonly string[], options: ExecOptions = {}): ExecProcess | ExecProcess<Uint8Array> {
    return startExec(this.view.session, this, argv, options);
  }

  /**
   * Attaches a console. Every attachment sees the whole output, from the oldest byte still kept.
   * Mirrors `virDomainOpenConsole`.
   * @throws VirtError INTERNAL_ERROR when there is no such console; OPERATION_INVALID when the domain is not active.
   */
  async openConsole(options: ConsoleOptions = {}): Promise<ConsoleStream> {
    return attachConsole(this.view.session, this.uuid, options);
  }
}
