import type { StreamNumber } from '../query/snapshot.ts';
import { seesStream } from '../query/stream-sight.ts';
import type { Asking } from './answer.ts';
import { donorKnownTo } from './permission.ts';

/**
 * Donations as the viewer may call them: by their number where they know the donor, or it is their own batch that is made of it; else by an alias of
 * their own. The number and the day would tell two hospitals of one donor.
 */
export class DonationsSeen {
  readonly #asking: Asking;
  readonly #known = new Map<StreamNumber, boolean>();

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  isKnown(donation: StreamNumber): boolean {
    let known = this.#known.get(donation);
    if (known === undefined) {
      known = this.#look(donation);
      this.#known.set(donation, known);
    }
    return known;
  }

  /** @param isOwn whether it leads to a batch of the viewer's */
  path(names: readonly string[], isOwn: boolean): readonly string[] {
    const { snapshot, sight } = this.#asking;
    if (isOwn || sight.everything || !names.some((name) => name.startsWith('donation-'))) return names;
    return names.map((name) =>
      name.startsWith('donation-') && !this.isKnown(snapshot.number(name)!) ? sight.alias(name) : name,
    );
  }

  #look(donation: StreamNumber): boolean {
    const { snapshot, sight } = this.#asking;
    if (seesStream(snapshot, sight, donation)) return true;
    const given = snapshot.get<{ donor: StreamNumber | null }>(
      'SELECT d.donor FROM donations d WHERE d.stream = :donation AND {rows d}',
      { donation },
    );
    return given?.donor != null && donorKnownTo(snapshot, given.donor).some((org) => sight.isOf(org));
  }
}
