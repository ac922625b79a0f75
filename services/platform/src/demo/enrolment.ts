import { type JsonObject, KEY_TYP, signStatement } from '@cytoledger/attest';
import type { Cast, Member, Organisation } from './cast.ts';
import { stepId } from './identities.ts';
import type { DemoKeys } from './keys.ts';
import { momentOf } from './references.ts';
import type { RecordStep, Scenario } from './step.ts';

const NAME = '0-registry';
const OPERATOR = 'platform.admin@cytoledger-operator';
const FOUNDED = momentOf('2025-10-08 09:00');
const CAPTURE = { mode: 'import', precision: 'min', reasonLate: 'imported' };

/** Registers every organisation with its root key, enrols its staff, and the key of everybody who signs. */
export async function enrolment(cast: Cast, keys: DemoKeys): Promise<Scenario> {
  const steps: RecordStep[] = [];
  for (const organisation of cast.organisations) {
    steps.push(await site(organisation, keys));
    const staff = cast.members.filter(({ org }) => org === organisation.id);
    steps.push(...staff.map(enrolled));
    for (const member of staff.filter(({ signs }) => signs)) steps.push(await keyEnrolled(member, keys));
  }
  return {
    name: NAME,
    title: { zh: '机构、人员与密钥', en: 'Organisations, staff and keys' },
    story: { zh: '所有情景共用。', en: 'Shared by all scenarios.' },
    steps,
    points: {},
  };
}

async function site({ id, ...organisation }: Organisation, keys: DemoKeys): Promise<RecordStep> {
  const { publicJwk } = await keys.key(`root@${id}`);
  return step(OPERATOR, 'site.registered.v1', `site-${id}`, { ...organisation, rootKey: publicJwk });
}

function enrolled({ person, org, roles, name }: Member): RecordStep {
  return step(`site.admin@${org}`, 'staff.enrolled.v1', `staff-${person}`, {
    org,
    roles: [...roles],
    name: `${name.zh} ${name.en}`,
  });
}

async function keyEnrolled({ person, org, roles }: Member, keys: DemoKeys): Promise<RecordStep> {
  const root = await keys.key(`root@${org}`);
  const { kid, publicJwk, privateJwk } = await keys.key(person);
  const said = { kid, publicKey: publicJwk, org, person, roles: [...roles] };
  const statements = {
    byOrganisation: signStatement(KEY_TYP, said, root.privateJwk),
    byKey: signStatement(KEY_TYP, said, privateJwk),
  };
  return step(`site.admin@${org}`, 'key.enrolled.v1', `key-${kid}`, { ...said, statements });
}

function step(as: string, type: string, stream: string, data: JsonObject): RecordStep {
  return {
    kind: 'record',
    name: `${stream} ${type}`,
    as,
    expect: { outcome: 'recorded', rules: [] },
    path: null,
    type,
    stream,
    id: stepId(NAME, `${stream} ${type}`, Date.parse(FOUNDED)),
    occurredAt: FOUNDED,
    capture: CAPTURE,
    data,
    signedBy: [],
  };
}
