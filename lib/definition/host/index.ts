/** What the host is and what it can run: types, and libvirt's XML of them. */
export { SUSPEND_TARGETS } from './capabilities.js';
export type * from './capabilities.js';
export type * from './domain-capabilities.js';
export { formatCapabilities } from './format-capabilities.js';
export { formatDomainCapabilities } from './format-domain-capabilities.js';
