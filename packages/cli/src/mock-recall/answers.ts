import { isJsonObject, type JsonValue } from '@cytoledger/attest';
import { CliError } from '../exit.ts';
import { type Io, tell } from '../io.ts';
import { readJsonObject } from '../json-file.ts';

/** What a site has of what it was sent. */
export type SiteAnswer = {
  readonly onHand: number;
  readonly used: number;
  readonly quarantined: number;
  readonly destroyed: number;
};

const COUNTS = ['onHand', 'used', 'quarantined', 'destroyed'] as const;

/** `{"hospital-b": {"onHand": 1, "used": 2, "quarantined": 0, "destroyed": 0}, …}`; who is not in it was silent. @throws CliError */
export async function answersFromFile(path: string, io: Io): Promise<ReadonlyMap<string, SiteAnswer>> {
  const said = await readJsonObject(path, io);
  return new Map(Object.entries(said).map(([site, counts]) => [site, checked(site, counts as JsonValue)]));
}

function checked(site: string, said: JsonValue): SiteAnswer {
  const advice = `Give {${COUNTS.map((name) => `"${name}": 0`).join(', ')}} for each site that answered.`;
  if (!isJsonObject(said)) throw new CliError(`the answer of ${site} is no object`, advice);
  const counts = COUNTS.map((name) => {
    const count = said[name] ?? 0;
    if (!Number.isInteger(count) || (count as number) < 0) throw new CliError(`${name} of ${site} is no count`, advice);
    return [name, count as number] as const;
  });
  return Object.fromEntries(counts) as SiteAnswer;
}

/** Asks for each site; four numbers, or nothing where it was silent. */
export async function answersAsked(
  sites: readonly { readonly site: string; readonly sent: number }[],
  io: Io,
): Promise<ReadonlyMap<string, SiteAnswer>> {
  const lines = linesOf(io.stdin);
  const answers = new Map<string, SiteAnswer>();
  for (const { site, sent } of sites) {
    for (;;) {
      tell(io, `${site}, ${sent} units: on hand, used, quarantined, destroyed (nothing: it is silent)?`);
      const { value = '', done } = await lines.next();
      if (done === true || value.trim() === '') break;
      const counts = value
        .trim()
        .split(/[\s,;，；]+/)
        .map(Number);
      if (counts.length === COUNTS.length && counts.every((count: number) => Number.isInteger(count) && count >= 0)) {
        const [onHand = 0, used = 0, quarantined = 0, destroyed = 0] = counts;
        answers.set(site, { onHand, used, quarantined, destroyed });
        break;
      }
      tell(io, 'Four whole numbers, please, with blanks or commas between.');
    }
  }
  return answers;
}

async function* linesOf(input: Io['stdin']): AsyncGenerator<string> {
  let held = '';
  for await (const chunk of input) {
    held += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    const lines = held.split('\n');
    held = lines.pop()!;
    yield* lines;
  }
  if (held !== '') yield held;
}
