import { z } from 'zod';
import { authorisation, broken, type Derived, derive, record } from '../kernel/index.ts';
import { instant } from '../time/index.ts';
import { coded, Sha256, Uuid } from '../vocabulary/index.ts';
import { breakGlassRules } from './break-glass-rules.ts';
import { contentFault } from './countersigned-content.ts';
import { deviationClosed } from './deviations.ts';
import { type BatchState, batch } from './state.ts';

const MEANING = 'break-glass-countersignature';

const Assessment = coded({
  justified: { zh: '理由成立', en: 'justified' },
  'not-justified': { zh: '理由不成立', en: 'not justified' },
});

/** The second signature that break-glass owes. It closes the deviation that was opened then. */
export const breakGlassCountersigned = authorisation(batch, 'break-glass-countersigned', {
  title: { en: 'Break-glass countersigned', zh: '紧急通道补签' },
  signatures: { meaning: MEANING, count: 1 },
  schema: z.strictObject({
    event: Uuid.describe('The break-glass that is signed for the second time'),
    contentDigest: Sha256.describe('Digest of its content: what was seen when signing'),
    assessment: Assessment,
  }),

  decide: ({ event, contentDigest, assessment }, state, { signers, actor, now, event: entry }) => {
    const used = state.brokenGlass.get(event);
    if (!used) return record(broken(breakGlassRules.notUsed, '/event', { event }));
    const persons = signers.filter(({ person, org, meaning }) => person !== null && org === actor.org && meaning === MEANING);
    const decision = record(
      persons.length === 0 && broken(breakGlassRules.countersignedUnsigned, '//signatures'),
      persons.some(({ person }) => person === used.holder) &&
        broken(breakGlassRules.countersignedBySame, '//signatures', { person: used.holder }),
      contentFault(entry(event), event, contentDigest),
      used.countersigned !== null && broken(breakGlassRules.countersignedBefore, '/event', { event }),
      used.countersigned === null &&
        instant(now) > instant(used.due) &&
        broken(breakGlassRules.countersignedLate, '/event', { due: used.due }),
      assessment === 'not-justified' && broken(breakGlassRules.notJustified, '/assessment', { event }),
    );
    return { ...decision, also: used.countersigned === null ? closures(state, event, assessment) : [] };
  },

  evolve: (state, { id, data }) => {
    const used = state.brokenGlass.get(data.event);
    if (used) used.countersigned ??= id;
  },
});

/** What was opened when the glass was broken is answered by the second person's signature. */
function closures(state: BatchState, event: string, assessment: z.output<typeof Assessment>): readonly Derived[] {
  return [...state.deviations.values()]
    .filter((deviation) => deviation.event === event && deviation.rule === breakGlassRules.used.id && deviation.closed === null)
    .map(({ id }, n) =>
      derive(
        deviationClosed,
        state.id,
        { deviation: id, impact: assessment === 'justified' ? 'none' : 'not-determinable' },
        'break-glass-countersigned',
        n,
      ),
    );
}
