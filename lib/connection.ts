/** The connection: where domains are listed, looked up, defined and created. */
import { parseDomain, requireGuest, type DomainDefinition } from './definition/domain/index.js';
import {
  formatCapabilities,
  formatDomainCapabilities,
  type Capabilities,
  type DomainCapabilities,
  type DomainCapabilitiesOptions,
} from './definition/host/index.js';
import {
  domainToNative,
  nativeXml,
  type NativeExport,
  type NativeExportFormat,
  type NativeImportFormat,
  type NativeXml,
} from './definition/native/index.js';
import { Domain } from './domain.js';
import { admits, type DomainFilter } from './domain-filter.js';
import { readDefinition, type DefineOptions } from './domain-source.js';
import { checkGroups } from './domain-statistics.js';
import type { ActiveSecurityModel, Driver, LookupKey } from './driver.js';
import { VirtError } from './errors.js';
import { streamRequest, type EventsOptions } from './event-options.js';
import type { EventStream } from './event-stream.js';
import type { ConnectionEvents, Listener } from './events.js';
import { Session } from './session.js';
import type { DomainStats } from './statistics.js';
import type { StatsOptions } from './stats-stream.js';
import { VERSION, versionNumber } from './version.js';

const UUID = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/u;

/**
 * A connection to a set of domains, made by {@link open}. Mirrors `virConnect`.
 *
 * Closing it, explicitly or by `await using`, never stops a domain. It ends what lives on the
 * connection: event iterators, consoles, and commands started by {@link Domain.exec}.
 *
 * Every method rejects with INVALID_CONN after {@link Connection.close}.
 */
export class Connection implements AsyncDisposable {
  readonly #session: Session;

  /** @internal */
  constructor(driver: Driver, options: { readonly readOnly: boolean }) {
    this.#session = new Session(driver, options);
  }

  /** The canonical URI. */
  get uri(): string {
    return this.#session.uri;
  }

  /** True when everything that changes something is refused. */
  get readOnly(): boolean {
    return this.#session.readOnly;
  }

  /** True from the first call of {@link Connection.close} on. */
  get closed(): boolean {
    return this.#session.closed;
  }

  /** Closes the connection; domains go on running. Calling it again does nothing. Mirrors `virConnectClose`. */
  close(): Promise<void> {
    return this.#session.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** `'LXC'` or `'TEST'`. Mirrors `virConnectGetType`. */
  async getType(): Promise<Driver['type']> {
    return Promise.resolve(this.#session.reading('virConnectGetType').type);
  }

  /** The canonical URI. Mirrors `virConnectGetURI`. */
  async getURI(): Promise<string> {
    return Promise.resolve(this.#session.reading('virConnectGetURI').uri);
  }

  /** Version of the hypervisor (for containers: the kernel), major * 1000000 + minor * 1000 + release. Mirrors `virConnectGetVersion`. */
  async getVersion(): Promise<number> {
    return this.#session.reading('virConnectGetVersion').getVersion();
  }

  /** Version of this package, major * 1000000 + minor * 1000 + release. Mirrors `virConnectGetLibVersion`. */
  async getLibVersion(): Promise<number> {
    this.#session.reading('virConnectGetLibVersion');
    return Promise.resolve(versionNumber(VERSION));
  }

  /** Name of the host. Mirrors `virConnectGetHostname`. */
  async getHostname(): Promise<string> {
    return this.#session.reading('virConnectGetHostname').getHostname();
  }

  /** False once the connection is closed; never rejects. Mirrors `virConnectIsAlive`. */
  async isAlive(): Promise<boolean> {
    return Promise.resolve(!this.closed);
  }

  /** What the host offers. Mirrors `virConnectGetCapabilities`. */
  async getCapabilities(): Promise<Capabilities> {
    return this.#session.reading('virConnectGetCapabilities').getCapabilities();
  }

  /**
   * The kernel module that labels containers on this host, and its domain of interpretation; empty texts when there
   * is none. Mirrors `virNodeGetSecurityModel`.
   * @throws VirtError INVALID_CONN when the connection is closed.
   */
  async getSecurityModel(): Promise<ActiveSecurityModel> {
    const [first] = await this.#session.reading('virNodeGetSecurityModel').getSecurityModels();
    return first ? { model: first.model, doi: first.doi } : { model: '', doi: '' };
  }

  /** {@link Connection.getCapabilities} as libvirt's XML document. */
  async getCapabilitiesXML(): Promise<string> {
    return formatCapabilities(await this.getCapabilities());
  }

  /**
   * What a definition may ask for when its container is to start, on this host and with this version.
   * Mirrors `virConnectGetDomainCapabilities`.
   * @throws VirtError INVALID_ARG for an architecture that the host does not run, or a type other than `lxc`.
   */
  async getDomainCapabilities(options: DomainCapabilitiesOptions = {}): Promise<DomainCapabilities> {
    const driver = this.#session.reading('virConnectGetDomainCapabilities');
    const { arch = driver.host.arch, virttype } = options;
    return driver.getDomainCapabilities(requireGuest(driver.host, arch, virttype));
  }

  /** {@link Connection.getDomainCapabilities} as libvirt's XML document. */
  async getDomainCapabilitiesXML(options: DomainCapabilitiesOptions = {}): Promise<string> {
    return formatDomainCapabilities(await this.getDomainCapabilities(options));
  }

  /** All domains, active or not, that pass the filter. Mirrors `virConnectListAllDomains`. */
  async listAllDomains(filter: DomainFilter = {}): Promise<Domain[]> {
    const domains = await this.#session.reading('virConnectListAllDomains').listDomains();
    return domains
      .filter((domain) => admits(filter, domain))
      .map((domain) => new Domain(this.#session, domain));
  }

  /**
   * One reading of every running domain, with the groups asked for (all of them when absent). A domain that ends
   * meanwhile is left out. Mirrors `virConnectGetAllDomainStats`.
   * @throws VirtError INVALID_ARG for an unknown group.
   * @example
   * const readings = await connection.getAllDomainStats({ groups: ['cpu', 'memory'] });
   */
  async getAllDomainStats(options: StatsOptions = {}): Promise<readonly DomainStats[]> {
    const driver = this.#session.reading('virConnectGetAllDomainStats');
    return driver.getAllStats(checkGroups(options.groups));
  }

  /**
   * Mirrors `virDomainLookupByName`.
   * @throws VirtError NO_DOMAIN when there is none.
   */
  async lookupDomainByName(name: string): Promise<Domain> {
    return this.#lookup('virDomainLookupByName', { by: 'name', value: name }, `name '${name}'`);
  }

  /**
   * Mirrors `virDomainLookupByUUIDString`: upper case and missing dashes are accepted.
   * @throws VirtError NO_DOMAIN when there is none; INVALID_ARG when the text is not a UUID.
   */
  async lookupDomainByUUID(uuid: string): Promise<Domain> {
    const match = UUID.exec(uuid.toLowerCase());
    if (!match) {
      throw new VirtError(
        'INVALID_ARG',
        `uuidstr in virDomainLookupByUUIDString must be a valid UUID: '${uuid}'`,
      );
    }
    const value = match.slice(1).join('-');
    return this.#lookup('virDomainLookupByUUIDString', { by: 'uuid', value }, `uuid '${value}'`);
  }

  /**
   * Only active domains have an id. Mirrors `virDomainLookupByID`.
   * @throws VirtError NO_DOMAIN when there is none; INVALID_ARG for a negative or broken number.
   */
  async lookupDomainByID(id: number): Promise<Domain> {
    if (!Number.isSafeInteger(id) || id < 0) {
      throw new VirtError('INVALID_ARG', `id in virDomainLookupByID must be zero or greater: ${id}`);
    }
    return this.#lookup('virDomainLookupByID', { by: 'id', value: String(id) }, `id ${id}`);
  }

  /**
   * Stores a definition under its name and UUID, for good: a persistent domain. A domain of the same
   * name and UUID is redefined; when it is active, the new definition counts from its next start.
   * Mirrors `virDomainDefineXMLFlags`.
   *
   * @param source - domain XML, or the same as an object.
   * @throws VirtError XML_ERROR and its kin for a bad definition; CONFIG_UNSUPPORTED for one that can't run;
   * OPERATION_FAILED when another domain has the name or the UUID; OPERATION_DENIED when read-only.
   */
  async defineDomain(source: string | DomainDefinition, options: DefineOptions = {}): Promise<Domain> {
    const driver = await this.#session.changing('virDomainDefineXMLFlags');
    const domain = await driver.defineDomain(readDefinition(source, options, driver.host));
    return new Domain(this.#session, domain);
  }

  /**
   * Starts a domain without storing its definition: a transient domain, gone when it stops. With the
   * name and UUID of an inactive persistent domain, the definition counts for this one run of it.
   * Mirrors `virDomainCreateXML`.
   *
   * @throws VirtError as {@link Connection.defineDomain}; OPERATION_INVALID when the domain is active;
   * and whatever keeps the container from starting.
   */
  async createDomain(source: string | DomainDefinition, options: DefineOptions = {}): Promise<Domain> {
    const driver = await this.#session.changing('virDomainCreateXML');
    const domain = await driver.createDomain(readDefinition(source, options, driver.host));
    return new Domain(this.#session, domain);
  }

  /**
   * Turns the configuration of another container program into domain XML; nothing is defined.
   * Mirrors `virConnectDomainXMLFromNative`.
   *
   * @param format - `lxc-tools`: the text of a container's `config` file, of any version.
   * @throws VirtError INVALID_ARG for another format; CONF_SYNTAX, NO_NAME, CONFIG_UNSUPPORTED,
   * ARGUMENT_UNSUPPORTED, INTERNAL_ERROR and the codes of definitions for what is in it; OPERATION_DENIED when
   * read-only, as in libvirt.
   */
  async domainXMLFromNative(format: NativeImportFormat, config: string): Promise<NativeXml> {
    const { host } = await this.#session.changing('virConnectDomainXMLFromNative');
    return nativeXml(format, config, host);
  }

  /**
   * Turns a definition into the configuration of another container program, with a list of what that lacks.
   * Mirrors `virConnectDomainXMLToNative`.
   *
   * @param format - `lxc-tools`: a `config` file of lxc-tools 3 or later; `oci`: `config.json` of a runtime bundle.
   * @param source - domain XML, or the same as an object.
   * @throws VirtError INVALID_ARG for another format; the codes of definitions; OPERATION_DENIED when read-only.
   */
  async domainXMLToNative(
    format: NativeExportFormat,
    source: string | DomainDefinition,
  ): Promise<NativeExport> {
    await this.#session.changing('virConnectDomainXMLToNative');
    return domainToNative(format, typeof source === 'string' ? parseDomain(source) : source);
  }

  /**
   * Calls the listener for each event from now on, in order. An event may come after the call that
   * caused it has resolved. A listener that throws disturbs nobody: see the `error` event.
   * Mirrors `virConnectDomainEventRegisterAny`.
   */
  on<Name extends keyof ConnectionEvents>(name: Name, listener: Listener<Name>): this {
    this.#session.reading('virConnectDomainEventRegisterAny');
    this.#session.events.on(name, listener);
    return this;
  }

  /** As {@link Connection.on}, for the next event only. */
  once<Name extends keyof ConnectionEvents>(name: Name, listener: Listener<Name>): this {
    this.#session.reading('virConnectDomainEventRegisterAny');
    this.#session.events.once(name, listener);
    return this;
  }

  /** Ends what {@link Connection.on} or {@link Connection.once} began. Mirrors `virConnectDomainEventDeregisterAny`. */
  off<Name extends keyof ConnectionEvents>(name: Name, listener: Listener<Name>): this {
    this.#session.events.off(name, listener);
    return this;
  }

  /**
   * Events as an async iterator. Nothing that happens after this call is missed, even before the first
   * `next()`; with `since`, nor is what happened before.
   *
   * @throws VirtError INVALID_ARG for a bad `since` or `buffer`.
   * @example
   * for await (const event of connection.events({ domain: 'web' })) {
   *   if (event.type === 'lifecycle' && event.event === 'stopped') break;
   * }
   */
  events(options: EventsOptions = {}): EventStream {
    this.#session.reading('virConnectDomainEventRegisterAny');
    return this.#session.events.stream(streamRequest(options));
  }

  async #lookup(name: string, key: LookupKey, description: string): Promise<Domain> {
    const domain = await this.#session.reading(name).lookupDomain(key);
    if (domain) return new Domain(this.#session, domain);
    throw new VirtError('NO_DOMAIN', `No domain with matching ${description}`);
  }
}
