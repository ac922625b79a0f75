import { enrolmentStatements, newEventId, type Revocation, revocationStatement } from '@cytoledger/client';
import { EXIT, type ExitCode } from '../exit.ts';
import { type Io, printJson } from '../io.ts';
import { kidOf, readPrivateKey } from '../json-file.ts';
import { needed, type Options, text, texts } from '../options.ts';

const ROOT = 'Name the file with the root key of the organisation.';

/** Prints the body for `POST /v1/keys/<kid>`. */
export async function enrol(options: Options, io: Io): Promise<ExitCode> {
  const root = await readPrivateKey(needed(options, 'root', ROOT));
  const key = await readPrivateKey(needed(options, 'key', 'Name the file with the new key; its holder proves possession.'));
  const org = needed(options, 'org', 'Name the organisation whose root key it is.');
  const data = enrolmentStatements({ key, org, person: text(options, 'person') ?? null, roles: texts(options, 'role') }, root);
  return printBody(io, data);
}

/** Prints the body for `POST /v1/keys/<kid>/revocation`. */
export async function revoke(options: Options, io: Io): Promise<ExitCode> {
  const root = await readPrivateKey(needed(options, 'root', ROOT));
  const file = text(options, 'key');
  const kid = file === undefined ? needed(options, 'kid', 'Name the key.') : kidOf(await readPrivateKey(file));
  const reason = needed(
    options,
    'reason',
    'One of compromised, left-organisation, lost, replaced, role-ended.',
  ) as Revocation['reason'];
  const compromisedFrom = text(options, 'compromisedFrom');
  return printBody(io, revocationStatement({ kid, reason, ...(compromisedFrom !== undefined && { compromisedFrom }) }, root));
}

function printBody(io: Io, data: object): ExitCode {
  printJson(io, { id: newEventId(), occurredAt: new Date().toISOString(), capture: { mode: 'direct', precision: 's' }, data });
  return EXIT.done;
}
