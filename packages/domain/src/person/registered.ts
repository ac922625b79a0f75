import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { LocalDate } from '../time/index.ts';
import { Pseudonym } from '../vocabulary/index.ts';
import { PersonRole, Sex } from './codes.ts';
import { personRules } from './person-rules.ts';
import { person } from './state.ts';

export const registered = fact(person, 'registered', {
  title: { en: 'Person registered', zh: '人员登记' },
  opens: 'either',
  corrects: ['sex', 'newborn', 'occurredAt'],
  schema: withPersonal({
    role: PersonRole.describe('A person who is registered again takes on a further role'),
    newborn: z.boolean().optional().describe('Donor of one month or less when the cells are taken: the birth mother is tested'),
    birthMother: Pseudonym.optional().describe('Pseudonym of the birth mother, where the donor is a child'),
    sex: Sex.optional(),
    name: personal(z.string().min(1).max(200), 'stream').describe('As on the identity document'),
    dateOfBirth: personal(LocalDate, 'stream'),
    nationalId: personal(z.string().min(1).max(40), 'stream').describe('Resident identity number or passport number'),
    hospitalNumber: personal(z.string().min(1).max(40), 'stream').describe('Medical record number at the registering site'),
    contact: personal(z.string().min(1).max(500), 'stream').describe('Telephone or address for look-back and follow-up'),
  }),

  decide: ({ newborn, birthMother }, state) =>
    record(
      newborn && !birthMother && !state.birthMother && broken(personRules.birthMotherMissing, '/birthMother'),
      birthMother !== undefined &&
        state.birthMother !== null &&
        birthMother !== state.birthMother &&
        broken(personRules.birthMotherDiffers, '/birthMother', { registered: state.birthMother, birthMother }),
    ),

  evolve: (state, { data, actor }) => {
    state.registered = true;
    state.registeredBy ??= actor.org;
    state.roles.add(data.role);
    state.newborn ||= data.newborn ?? false;
    state.birthMother ??= data.birthMother ?? null;
  },
});
