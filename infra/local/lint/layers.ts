/**
 * Which packages of ours each package may import: dependencies point one way (docs/architecture.md). A package that is not named here is a
 * fault, so that a new one takes its place on purpose.
 */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  'event-store': [],
  attest: [],
  vault: [],
  commands: ['attest', 'event-store', 'vault', 'domain'],
  'read-models': ['commands', 'attest', 'event-store', 'vault', 'domain'],
  'service-kit': ['commands', 'attest', 'event-store', 'vault', 'domain'],
  messaging: ['commands', 'attest', 'event-store', 'vault', 'domain'],
  interop: ['commands', 'attest', 'event-store', 'vault', 'domain'],
  client: ['attest', 'domain'],
  witness: ['attest'],
  cli: ['client', 'commands', 'event-store', 'attest', 'messaging', 'witness'],
};

/** What a service may import; never another service. */
export const SERVICES: readonly string[] = [
  'service-kit',
  'read-models',
  'messaging',
  'interop',
  'commands',
  'attest',
  'event-store',
  'vault',
  'domain',
  'witness',
];

/** The one process that mounts all services. */
export const HOST = 'platform';

/** Packages whose shipped code may import nothing from outside but this: no clock, no randomness, no I/O. */
export const PURE: Readonly<Record<string, readonly string[]>> = { domain: ['zod'] };
