import type { Deviations } from '../deviation/index.ts';
import { aggregate, type RegimeId } from '../kernel/index.ts';
import type { Limit } from '../quantity/index.ts';
import type { SiteKind, TestStage } from './codes.ts';
import type { StaffTask } from './staff-tasks.ts';

export type Jwk = { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string };

/** An organisation's site; its id is the organisation id that tokens carry. */
export type SiteState = {
  readonly id: string;
  readonly deviations: Deviations;
  registered: boolean;
  kind: SiteKind | null;
  name: { readonly zh: string; readonly en: string } | null;
  /** ISO 3166-2, e.g. CN-GD. */
  province: string | null;
  /** Root public key of the organisation: signs `key.enrolled` and `key.revoked`. */
  rootKey: Jwk | null;
};

export type StudyState = {
  readonly id: string;
  readonly deviations: Deviations;
  filed: boolean;
  regime: RegimeId | undefined;
  /** Opaque: a strange shape only warns. */
  filingNumber: string | null;
  /** Organisation that filed it. */
  owner: string | null;
  sites: readonly string[];
  /** By site, or for the whole study. */
  readonly suspensions: Map<string, { readonly event: string; readonly since: string | null }>;
  /** Newest of each site. */
  readonly approvals: Map<string, { readonly event: string; readonly from: string; readonly to: string | null }>;
};

export type ProductState = {
  readonly id: string;
  readonly deviations: Deviations;
  /** Organisation that specifies it. */
  owner: string | null;
  /** By version, from 1. */
  readonly specifications: Map<number, Specification>;
};

export type Specification = {
  readonly version: number;
  readonly event: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly autologous: boolean;
  /** Never frozen: made, released and given within hours. */
  readonly fresh?: boolean;
  readonly lines: readonly SpecificationLine[];
  /** In transit: °C as decimal strings, cumulative minutes outside. */
  readonly transport: { readonly minimum: string; readonly maximum: string; readonly cumulativeMinutes: number } | null;
  /** Longest time from thaw to the start of the infusion, minutes. */
  readonly thawToInfusionMinutes: number | null;
};

export type SpecificationLine = {
  readonly line: string;
  readonly test: string;
  readonly method: string;
  readonly stage: TestStage;
  readonly limit: Limit;
  readonly mandatory: boolean;
};

export type StaffState = {
  readonly id: string;
  readonly deviations: Deviations;
  org: string | null;
  roles: readonly string[];
  /** In order of arrival. */
  readonly authorisations: Authorisation[];
};

export type Authorisation = {
  readonly event: string;
  readonly task: StaffTask;
  /** Procedure and version that was trained. */
  readonly sop: string | null;
  /** Local days, both included. */
  readonly from: string;
  readonly to: string | null;
  /** First local day on which it no longer holds. */
  suspendedFrom: string | null;
};

export type KeyState = {
  /** RFC 7638 thumbprint. */
  readonly id: string;
  readonly deviations: Deviations;
  publicKey: Jwk | null;
  org: string | null;
  /** Staff pseudonym; null for a client's key. */
  person: string | null;
  roles: readonly string[];
  revoked: { readonly event: string; readonly compromisedFrom: string | null } | null;
};

export const site = aggregate<SiteState>('site', {
  initial: (id) => ({ id, deviations: new Map(), registered: false, kind: null, name: null, province: null, rootKey: null }),
  relations: (state, org) => (state.id === org ? ['owner'] : []),
});

export const study = aggregate<StudyState>('study', {
  initial: (id) => ({
    id,
    deviations: new Map(),
    filed: false,
    regime: undefined,
    filingNumber: null,
    owner: null,
    sites: [],
    suspensions: new Map(),
    approvals: new Map(),
  }),
  relations: (state, org) => [
    ...(state.owner === org ? (['owner'] as const) : []),
    ...(state.sites.includes(org) ? (['treating-site'] as const) : []),
  ],
  regime: (state) => state.regime,
});

export const product = aggregate<ProductState>('product', {
  initial: (id) => ({ id, deviations: new Map(), owner: null, specifications: new Map() }),
  relations: (state, org) => (state.owner === org ? ['owner'] : []),
});

export const staff = aggregate<StaffState>('staff', {
  initial: (id) => ({ id, deviations: new Map(), org: null, roles: [], authorisations: [] }),
  relations: (state, org) => (state.org === org ? ['owner'] : []),
});

export const key = aggregate<KeyState>('key', {
  initial: (id) => ({ id, deviations: new Map(), publicKey: null, org: null, person: null, roles: [], revoked: null }),
  relations: (state, org) => (state.org === org ? ['owner'] : []),
});
