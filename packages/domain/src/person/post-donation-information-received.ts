import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { LocalDate, localDateOf } from '../time/index.ts';
import { Pseudonym, Uuid } from '../vocabulary/index.ts';
import { InformationKind, InformationSource } from './codes.ts';
import { lookBackRules } from './look-back-rules.ts';
import { person } from './state.ts';

/**
 * Something about the donor that was not known at the donation. Every batch downstream waits for an assessment (policy
 * `post-donation-information`), which is a new determination of eligibility.
 */
export const postDonationInformationReceived = fact(person, 'post-donation-information-received', {
  title: { en: 'Information received after the donation', zh: '采集后获知信息' },
  corrects: ['source', 'knownSince', 'occurredAt'],
  schema: withPersonal({
    information: Uuid.describe('Chosen by the sender'),
    kind: InformationKind,
    knownSince: LocalDate.optional().describe('Since when the source has known it'),
    source: InformationSource,
    receivedBy: Pseudonym.optional().describe('Staff pseudonym'),
    words: personal(z.string().max(4000), 'stream').describe('What was said'),
  }),

  decide: ({ information, kind, knownSince }, state, { now, occurredAt }) =>
    record(
      broken(lookBackRules.informationOpen, '/kind', { kind }),
      knownSince !== undefined &&
        knownSince > localDateOf(occurredAt ?? now) &&
        broken(lookBackRules.informationFuture, '/knownSince', { since: knownSince }),
      state.information.has(information) && broken(lookBackRules.informationAgain, '/information', { information }),
    ),

  evolve: (state, { id, data }) => {
    state.information.set(data.information, { event: id, kind: data.kind, assessed: null });
  },
});
