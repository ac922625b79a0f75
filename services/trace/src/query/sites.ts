import type { Snapshot } from './snapshot.ts';

export type SiteFound = { readonly kind: string; readonly name_en: string; readonly name_zh: string };

/** Who answers for an organisation in a recall. A role, never a name: the organisation knows whose it is today. */
const CONTACTS: Readonly<Record<string, string>> = {
  laboratory: 'lab.qa',
  hospital: 'hospital.physician',
  'qc-laboratory': 'qc.analyst',
  carrier: 'courier',
  oversight: 'oversight',
  operator: 'platform.admin',
};

/** Organisations as the registry has them, each looked up once. */
export class Sites {
  readonly #found = new Map<string, SiteFound | undefined>();
  readonly #snapshot: Snapshot;

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  of(org: string | null): SiteFound | undefined {
    if (org === null) return undefined;
    if (!this.#found.has(org)) {
      this.#found.set(
        org,
        this.#snapshot.get<SiteFound>(
          'SELECT s.kind, s.name_en, s.name_zh FROM streams n CROSS JOIN sites s WHERE n.name = :site AND s.stream = n.number AND {rows s}',
          { site: `site-${org}` },
        ),
      );
    }
    return this.#found.get(org);
  }

  /** Role to be spoken to; null for an organisation that was not registered by then. */
  contact(org: string | null): string | null {
    const site = this.of(org);
    return (site && CONTACTS[site.kind]) ?? null;
  }
}
