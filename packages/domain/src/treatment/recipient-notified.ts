import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { consentsTo, person } from '../person/index.ts';
import { InfectiousMarker, Pseudonym, SiteCode, Uuid } from '../vocabulary/index.ts';
import { NotifiedHow, NotifiedWhom, RecipientAdvice } from './codes.ts';
import { noticeRules } from './notice-rules.ts';
import { Patient, patientFault } from './patient.ts';
import { treatment } from './state.ts';

/** Somebody who was given cells is told what came out about them: by whom, what was advised, which tests were offered, and whether they were declined. */
export const recipientNotified = fact(treatment, 'recipient-notified', {
  title: { en: 'Recipient notified', zh: '告知受者' },
  corrects: ['how', 'advice', 'testsOffered', 'testsDeclined', 'acknowledged', 'form', 'occurredAt'],
  schema: withPersonal({
    patient: Patient,
    deviation: Uuid.optional().describe('Deviation of this treatment that it answers: what came out about the cells'),
    by: Pseudonym.describe('Staff pseudonym of who told them'),
    told: NotifiedWhom,
    how: NotifiedHow.optional(),
    advice: z.array(RecipientAdvice).max(10).optional(),
    testsOffered: z.array(InfectiousMarker).max(30).optional(),
    testsDeclined: z.boolean().optional(),
    acknowledged: z.boolean().optional().describe('They confirmed that they understood'),
    form: SiteCode.optional().describe('Form and version that was handed out'),
    words: personal(z.string().max(4000), '/patient').describe('What was said'),
  }),

  decide: ({ patient, deviation, told, advice, testsOffered, testsDeclined }, state, context) => {
    const known = context.state(person, patient);
    const saidNo = known !== undefined && known.consents.size > 0 && !consentsTo(known, 'contact');
    return record(
      patientFault(patient, state),
      deviation !== undefined &&
        !state.deviations.has(deviation) &&
        broken(noticeRules.deviationUnknown, '/deviation', { deviation }),
      told === 'nobody' && broken(noticeRules.notReached, '/told'),
      told !== 'nobody' && !advice?.length && broken(noticeRules.adviceMissing, '/advice'),
      testsDeclined && !testsOffered?.length && broken(noticeRules.declinedNothing, '/testsDeclined'),
      saidNo && broken(noticeRules.contactRefused, '/patient'),
    );
  },

  evolve: (state, { id, occurredAt, data }) => {
    state.notices.push({
      event: id,
      occurredAt,
      deviation: data.deviation ?? null,
      reached: data.told !== 'nobody',
      acknowledged: data.acknowledged ?? false,
    });
  },
});
