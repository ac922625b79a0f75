import { randomUUID } from 'node:crypto';
import { type Client, newEventId, type RecallProgress, type TraceAnswer } from '@cytoledger/client';
import { originOf, whenOf } from '../commands/trace.ts';
import { languageOf } from '../connection.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { type Io, print, printJson, tell } from '../io.ts';
import { isSet, type Options, text } from '../options.ts';
import { answersAsked, answersFromFile } from './answers.ts';
import { progressText } from './progress.ts';
import { pieces, scopeOf } from './scope.ts';

const CLASSES: readonly string[] = ['I', 'II', 'III'];
const DEFAULT_HOURS = 24;
const HOUR_MS = 3_600_000;

/**
 * The whole exercise: traces an origin, freezes the list, tells the sites, takes down what they answer, and prints how long it took and how much is
 * accounted for. Nothing is recalled by it. With `--recall`, later answers to an exercise, or to a real recall, are taken down.
 */
export async function mockRecall(options: Options, io: Io, client: Client): Promise<ExitCode> {
  const resumed = text(options, 'recall');
  const recall = resumed ?? (await begin(options, io, client));
  const path = `/v1/recalls/${recall}`;
  const before = await client.query<RecallProgress>(path, {}, { signal: io.signal });
  const waiting = before.sites.filter(({ silent }) => silent);
  const file = text(options, 'answers');
  const answers = file === undefined ? await answersAsked(waiting, io) : await answersFromFile(file, io);
  for (const site of answers.keys()) {
    if (before.sites.some((known) => known.site === site)) continue;
    throw new CliError(
      `${site} is not on the list of this recall`,
      `It has ${before.sites.map((known) => known.site).join(', ')}.`,
    );
  }
  for (const [site, counts] of answers) await say(client, `${path}/acknowledgements`, { site, ...counts }, io);
  const after = await client.query<RecallProgress>(path, {}, { signal: io.signal });
  if (isSet(options, 'json')) printJson(io, after);
  else print(io, progressText(after, languageOf(options, io)));
  tell(io, `recall: ${recall}${after.mock ? ', an exercise: no stock was touched' : ''}`);
  return after.figures.unaccounted === 0 && after.figures.silentSites.length === 0 ? EXIT.done : EXIT.no;
}

/** Until every site that holds something was told. */
async function begin(options: Options, io: Io, client: Client): Promise<string> {
  const recallClass = text(options, 'class') ?? 'I';
  if (!CLASSES.includes(recallClass)) throw new CliError(`no class ${recallClass}`, `There are ${CLASSES.join(', ')}.`);
  const hours = Number(text(options, 'hours') ?? DEFAULT_HOURS);
  if (!(hours > 0)) throw new CliError('--hours is no number of hours', 'Give by when sites answer, for instance --hours 24.');
  const knownAt = new Date().toISOString();
  const origin = originOf(options);
  const answer = await client.trace('units', origin, whenOf(options), { signal: io.signal });
  const scope = scopeOf(answer);
  const [first, ...others] = pieces(scope);
  const recall = randomUUID();
  const path = `/v1/recalls/${recall}`;
  const notice = text(options, 'notice') ?? `MOCK-${knownAt.slice(0, 10)}`;
  const [kind, id] = Object.entries(origin)[0]!;
  const supplier = 'supplier' in origin ? { supplier: origin.supplier } : {};
  await say(
    client,
    path,
    {
      ...{ mock: true, class: recallClass, reason: 'precaution', trigger: { kind: 'exercise' }, notice },
      ...{ origin: { kind, id, ...supplier }, position: answer.asOf.position, knownAt },
      ...first,
    },
    io,
  );
  for (const piece of others) await say(client, `${path}/scope`, { ...piece, continued: true }, io);
  const deadline = new Date(Date.now() + hours * HOUR_MS).toISOString();
  for (const site of new Set(scope.groups.map((group) => group.site))) {
    await say(client, `${path}/notices`, { site, notice, deadline }, io);
  }
  tellScope(answer, scope, io);
  return recall;
}

function tellScope(
  { asOf, completeness }: TraceAnswer,
  { groups, withoutHolder, notSeen }: ReturnType<typeof scopeOf>,
  io: Io,
): void {
  const units = groups.reduce((sum, group) => sum + group.units.length, 0);
  tell(io, `list frozen at position ${asOf.position}: ${units} units at ${new Set(groups.map(({ site }) => site)).size} sites`);
  if (withoutHolder.length > 0) tell(io, `units that nobody is known to hold: ${withoutHolder.length}`);
  if (notSeen > 0) tell(io, `units of others, which you may not see: ${notSeen}`);
  if (completeness.unreconciled.length > 0)
    tell(io, `unreconciled reports that name something of the list: ${completeness.unreconciled.length}`);
}

async function say(client: Client, path: string, data: object, { signal }: Io): Promise<void> {
  const occurredAt = new Date().toISOString();
  const capture = { mode: 'direct', precision: 's' };
  await client.post(path, { id: newEventId(), occurredAt, capture, data }, { signal });
}
