import { broken, type Check, type Context } from '../kernel/index.ts';
import { linkRules } from './link-rules.ts';
import { type PersonState, person } from './state.ts';

/** Nobody goes under more names than that; whoever does is looked at by people. */
const MOST_NAMES = 100;

/** Pseudonyms that are linked directly, and not undone. */
export function linkedTo({ links }: Pick<PersonState, 'links'>): string[] {
  return [...new Set([...links.values()].filter(({ undone }) => undone === null).map((link) => link.with))];
}

/**
 * Every pseudonym of the person, the one asked for included, through links of links. Reads one stream for each; each of them is named in the
 * decision's basis.
 */
export function namesOfPerson(pseudonym: string, { state }: Pick<Context, 'state'>): ReadonlySet<string> {
  const names = new Set([pseudonym]);
  for (const name of names) {
    if (names.size >= MOST_NAMES) break;
    const known = state(person, name);
    if (known) for (const other of linkedTo(known)) names.add(other);
  }
  return names;
}

/** Whether all these pseudonyms are of one person. */
export function areOnePerson(pseudonyms: readonly string[], context: Pick<Context, 'state'>): boolean {
  const [first, ...others] = [...new Set(pseudonyms)];
  if (first === undefined || others.length === 0) return true;
  const names = namesOfPerson(first, context);
  return others.every((other) => names.has(other));
}

/** Two of them, both of whom sign what they approve. */
export function approvalFaults(approvers: readonly string[], meaning: string, { signers }: Context): Check {
  return [
    new Set(approvers).size < approvers.length && broken(linkRules.approversSame, '/approvers'),
    approvers.map(
      (approver, n) =>
        !signers.some((signer) => signer.person === approver && signer.meaning === meaning) &&
        broken(linkRules.unsigned, `/approvers/${n}`, { approver }),
    ),
  ];
}
