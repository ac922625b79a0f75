import { join } from 'node:path';
import type { JsonObject } from '@cytoledger/attest';
import type { TokenClaims } from '../issuer.ts';
import { readObject } from './reading.ts';
import { type Bilingual, ScenarioError } from './step.ts';

export type Organisation = {
  readonly id: string;
  readonly kind: string;
  readonly name: Bilingual;
  readonly province?: string;
  readonly city?: string;
};

export type Member = {
  /** Staff pseudonym. */
  readonly person: string;
  readonly org: string;
  readonly roles: readonly string[];
  readonly name: Bilingual;
  /** Holds an enrolled key. */
  readonly signs: boolean;
};

/** Who plays: organisations and their staff, the same in every scenario. */
export class Cast {
  readonly organisations: readonly Organisation[];
  readonly members: readonly Member[];

  constructor(organisations: readonly Organisation[], members: readonly Member[]) {
    this.organisations = organisations;
    this.members = members;
  }

  /** The first member of an organisation with a role, both said as `role@organisation`. @throws ScenarioError */
  member(as: string): Member {
    const [role, org] = as.split('@');
    const found = this.members.find((member) => member.org === org && member.roles.includes(role!));
    if (!found) throw new ScenarioError(`nobody in the cast is ${as}`);
    return found;
  }

  /** What the token of `role@organisation` says; of the role alone where a person has several. */
  claims(as: string): TokenClaims {
    const { org, person } = this.member(as);
    return { org, person, roles: [as.split('@')[0]!] };
  }
}

/** @throws ScenarioError */
export async function readCast(folder: string): Promise<Cast> {
  const { organisations, staff } = (await readObject(join(folder, 'cast.json'))) as JsonObject & {
    organisations: Organisation[];
    staff: Member[];
  };
  const members = staff.map((member) => ({ ...member, signs: member.signs === true }));
  return new Cast(organisations, [...members, ...organisations.map(administrator)]);
}

/** Every organisation has somebody who enrols its staff and keys. */
function administrator({ id, name }: Organisation): Member {
  return {
    person: `staff-${id}-admin`,
    org: id,
    roles: ['site.admin'],
    name: { zh: `${name.zh}管理员`, en: `administrator of ${name.en}` },
    signs: false,
  };
}
