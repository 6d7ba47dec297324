/** What is told of isolation: how far a domain is apart from its host, and whether a host can do that. */
export type * from './host-report.js';
export type * from './security-report.js';
