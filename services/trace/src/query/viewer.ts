import { createHmac } from 'node:crypto';

/**
 * For whom an answer is. The table of ARCHITECTURE.md, "Who may do what": oversight sees all pseudonyms; a laboratory its batches, and what
 * became of them as counts per site; a hospital its units and treatments, donors under an alias of its own; a patient their own treatment; an
 * auditor the batches granted.
 */
export type Viewer = {
  readonly kind: 'oversight' | 'laboratory' | 'testing-laboratory' | 'hospital' | 'carrier' | 'patient' | 'auditor';
  readonly org: string;
  /** Pseudonym, where the viewer is a patient. */
  readonly patient?: string;
  /** Streams of batches, where the viewer is an auditor with grants that still run. */
  readonly granted?: ReadonlySet<string>;
};

/** A name for a donor that only means something to one organisation: two of them cannot compare notes. */
export function donorAlias(key: Uint8Array, org: string, person: string): string {
  return `alias-${createHmac('sha256', key).update(`${org.length}:${org}${person}`).digest('base64url').slice(0, 22)}`;
}

/** What may be seen, decided for each thing that an answer would show. */
export class Sight {
  readonly viewer: Viewer;
  readonly #aliasKey: Uint8Array;

  constructor(viewer: Viewer, aliasKey: Uint8Array) {
    this.viewer = viewer;
    this.#aliasKey = aliasKey;
  }

  get everything(): boolean {
    return this.viewer.kind === 'oversight';
  }

  /** Whether the viewer sees as one of this organisation: its patients and auditors carry its name in their tokens, and are none of its staff. */
  isOf(org: string | null): boolean {
    const { kind } = this.viewer;
    return kind !== 'patient' && kind !== 'auditor' && org === this.viewer.org;
  }

  batch({ batch, owner }: { readonly batch: string; readonly owner: string | null }): boolean {
    if (this.viewer.kind === 'auditor') return this.viewer.granted?.has(batch) ?? false;
    return this.everything || this.isOf(owner);
  }

  /** A unit of a batch: seen with its batch, by who holds it, and where it is or was meant to be used. */
  unit(unit: {
    readonly batch: string;
    readonly owner: string | null;
    readonly custodian: string | null;
    readonly allocatedSite: string | null;
    readonly patient: string | null;
  }): boolean {
    if (this.viewer.kind === 'patient') return unit.patient !== null && unit.patient === this.#ownStream();
    if (this.batch(unit)) return true;
    return this.isOf(unit.custodian) || this.isOf(unit.allocatedSite);
  }

  /** Which patient, which treatment: the treating site, oversight and the patient. */
  treatment({ site, patient }: { readonly site: string | null; readonly patient: string | null }): boolean {
    if (this.viewer.kind === 'patient') return patient !== null && patient === this.#ownStream();
    return this.everything || this.isOf(site);
  }

  /** A donor as this viewer may call them: by pseudonym where they know the person anyway. */
  donor(person: string | null, knownTo: readonly (string | null)[]): string | null {
    if (person === null) return null;
    if (this.everything || knownTo.some((org) => this.isOf(org))) return person;
    if (this.viewer.kind === 'patient') return person === this.#ownStream() ? person : null;
    return this.alias(person);
  }

  /** A name for a person or a donation that only means something to this viewer's organisation. */
  alias(name: string): string {
    return donorAlias(this.#aliasKey, this.viewer.org, name);
  }

  #ownStream(): string {
    return `person-${this.viewer.patient ?? ''}`;
  }
}
