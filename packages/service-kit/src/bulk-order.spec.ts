import { setImmediate as turn } from 'node:timers/promises';
import type { Commands, Outcome, Submission } from '@cytoledger/commands';
import { persons } from '@cytoledger/domain';
import { describe, expect, it } from 'vitest';
import { captureLines } from './bulk.ts';
import { said } from './office.fixture.ts';

const { registered, screened } = persons.examples;
const NURSE = { by: ['hospital.nurse'], as: ['owner'] } as const;
const routes = new Map(
  [persons.registered, persons.screened].map((fact) => [fact.type, { fact: fact as never, permission: NURSE }] as const),
);

/** Who registers a person may screen every person: what a receipt is to units, as small as it can be. */
function commandsThatAllowLate(): { readonly commands: Commands; readonly asked: string[] } {
  const asked: string[] = [];
  let allowed = false;
  const submit = async ({ fact, target, permit }: Submission): Promise<Outcome> => {
    asked.push(`${fact.type} ${target}`);
    if (fact.type === persons.screened.type) permit?.(allowed ? ['owner'] : []);
    for (let turns = 0; turns < 5; turns++) await turn();
    allowed ||= target !== 'donor-none';
    return { kind: 'recorded', replayed: false, receipt: {} as never, findings: [], warnings: [] };
  };
  return { commands: { submit } as unknown as Commands, asked };
}

async function sending(...lines: readonly (readonly [type: string, person: string, data: object])[]) {
  const { commands, asked } = commandsThatAllowLate();
  const body = lines
    .map(([type, person, data]) => JSON.stringify({ type, stream: `person-${person}`, ...said(data) }))
    .join('\n');
  const caller = { org: 'clinic-a', person: 'staff-0001', roles: ['hospital.nurse'], client: null } as never;
  const options = { commands, routes, caller, language: 'en', correlation: 'c' } as const;
  let text = '';
  for await (const part of captureLines([Buffer.from(body)] as never, options)) text += part;
  const statuses = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { status: number }).status);
  return { statuses, asked };
}

const SCREENED = ['person.screened.v1', 'donor-0002', screened()] as const;

describe('a line that rests on another record', () => {
  it('is allowed by what a line before it brings about, whichever is decided first', async () => {
    const { statuses } = await sending(['person.registered.v1', 'donor-0001', registered()], SCREENED, SCREENED);
    expect(statuses).toEqual([201, 201, 201]);
  });

  it('stays refused where nothing before it allows it, and is asked no more than twice', async () => {
    const { statuses, asked } = await sending(['person.registered.v1', 'donor-none', registered()], SCREENED);
    expect(statuses).toEqual([201, 404]);
    expect(asked.filter((each) => each.startsWith(persons.screened.type))).toHaveLength(2);
  });

  it('is not allowed by a line that comes after it', async () => {
    const { statuses } = await sending(SCREENED, ['person.registered.v1', 'donor-0001', registered()]);
    expect(statuses).toEqual([404, 201]);
  });
});
