import { readFile } from 'node:fs/promises';
import { AttestError, type Policy, readPolicy } from '@cytoledger/attest';
import { ApiProblem, type Checked, type Client, ClientError, type Outbox, openOutbox } from '@cytoledger/client';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { type Io, print, printJson, tell } from '../io.ts';
import { isSet, needed, type Options, text } from '../options.ts';

export const RECEIPTS_ACTIONS = ['audit'];

type Tally = Record<Checked['finding']['status'], number> & { unsigned: number };

/**
 * Checks every receipt of an outbox, and ends with {@link EXIT.no} where one is evidence against the platform. Without a platform to ask, it checks the
 * signatures, and the proofs that are kept.
 *
 * @param connect null where no platform was named
 */
export async function receipts(
  action: string,
  options: Options,
  io: Io,
  connect: (() => Promise<Client>) | null,
): Promise<ExitCode> {
  if (action !== 'audit') throw new CliError(`receipts cannot ${action}`, `They can ${RECEIPTS_ACTIONS.join(', ')}.`);
  const policy = await policyIn(
    needed(options, 'policy', 'Name the policy file that you and the other readers of the log have pinned.'),
  );
  const box = await openOutbox({ dir: outboxFolder(options, io) });
  const client = await connect?.();
  const tally: Tally = { included: 0, pending: 0, overdue: 0, contradicted: 0, invalid: 0, 'not-asked': 0, unsigned: 0 };
  const wrong: Checked[] = [];
  const away = await audit(box, policy, client, io, (checked) => {
    tally[checked.finding.status]++;
    if ('includeBy' in checked.finding && checked.finding.includeBy === null) tally.unsigned++;
    if (isWrong(checked)) wrong.push(checked);
  });
  if (isSet(options, 'json')) printJson(io, { ...tally, wrong, stopped: away });
  else tellAll(tally, wrong, policy, io);
  if (away !== null) tell(io, `cytoledger: not everything could be asked: ${away}`);
  if (wrong.length > 0) return EXIT.no;
  return away === null ? EXIT.done : EXIT.unreachable;
}

/** Ends the asking where the platform is away, and goes on with what can be seen without it. Gives why. */
async function audit(
  box: Outbox,
  policy: Policy,
  client: Client | undefined,
  { signal }: Io,
  each: (checked: Checked) => void,
): Promise<string | null> {
  const seen = new Set<string>();
  try {
    for await (const checked of box.audit(policy, client, { signal })) {
      seen.add(checked.file);
      each(checked);
    }
    return null;
  } catch (error) {
    if (!(error instanceof ClientError) && !(error instanceof ApiProblem)) throw error;
    for await (const checked of box.audit(policy)) if (!seen.has(checked.file)) each(checked);
    return error.message;
  }
}

function isWrong({ finding: { status } }: Checked): boolean {
  return status === 'overdue' || status === 'contradicted' || status === 'invalid';
}

function tellAll(tally: Tally, wrong: readonly Checked[], policy: Policy, io: Io): void {
  for (const { entry, file, finding } of wrong) {
    print(io, `${finding.status.toUpperCase()}: ${entry.id} ${entry.type} ${entry.stream}: ${sentence(finding)}`);
    print(io, `  ${file}`);
  }
  const { included, pending, overdue, contradicted, invalid, unsigned } = tally;
  const counts = [
    `${included} included`,
    `${pending} pending`,
    `${overdue} overdue`,
    `${contradicted} contradicted`,
    `${invalid} invalid`,
  ];
  if (tally['not-asked'] > 0) counts.push(`${tally['not-asked']} not asked for`);
  if (unsigned > 0) counts.push(`${unsigned} of these unsigned: they promise nothing`);
  print(io, counts.join(', '));
  if (overdue + contradicted > 0) {
    const witnesses = policy.witnesses.filter(({ ofOperator }) => !ofOperator).map(({ name }) => name);
    print(
      io,
      `Hand copies of the files above, and the output of --json, to your authority and to whoever runs the witnesses and monitors`,
    );
    print(
      io,
      `of ${policy.origin} (${[...witnesses, ...policy.monitors.map(({ name }) => name)].join(', ')}). With the policy alone they see`,
    );
    print(io, 'that the platform acknowledged these events. Keep the originals, and enter the events again.');
  }
}

function sentence(finding: Checked['finding']): string {
  switch (finding.status) {
    case 'overdue': {
      const by =
        finding.by === 'witnesses' ? 'a checkpoint without proof of it was cosigned at' : 'by the clock of this machine it is';
      return `promised by ${finding.includeBy}, ${by} ${finding.at} (${reasonFor(finding.because)})`;
    }
    case 'contradicted':
    case 'invalid':
      return `${finding.message} (${finding.code})`;
    default:
      return '';
  }
}

function reasonFor(because: string): string {
  if (because === 'not-found') return 'the platform says that it knows no such event, or may not tell this caller of it';
  if (because === 'not-released-yet') return 'the platform says that witnesses have not cosigned it yet';
  return `the proof that the platform gives does not hold: ${because}`;
}

/** @throws CliError */
export async function policyIn(path: string): Promise<Policy> {
  try {
    return readPolicy(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof AttestError) throw new CliError(`${path} is no policy: ${error.message}`);
    throw new CliError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`, 'Check the name of the file.');
  }
}

/** @throws CliError */
export function outboxFolder(options: Options, io: Io): string {
  const dir = text(options, 'dir') ?? io.env['CYTOLEDGER_OUTBOX'];
  if (dir) return dir;
  throw new CliError('no folder', 'Set --dir or CYTOLEDGER_OUTBOX to a folder on a local disk.');
}
