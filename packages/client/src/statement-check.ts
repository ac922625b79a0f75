import { readContent } from '@cytoledger/attest';
import { Capture, checkStated, facts, OccurredAt, parseStream } from '@cytoledger/domain';
import type { Violation } from './problem.ts';

type Issue = { readonly code: string; readonly path: readonly PropertyKey[]; readonly message: string };
type Checked = { readonly success: boolean; readonly error?: { readonly issues: readonly Issue[] } };

/**
 * What the domain's own schemas say about a line before it is sent: shape, names and units. Rules that need the ledger are the platform's to judge.
 * Empty where nothing speaks against it.
 */
export function checkLine(line: unknown): readonly Violation[] {
  if (typeof line !== 'object' || line === null || Array.isArray(line))
    return [impossible('line', '', 'a line is one JSON object')];
  const given = line as Record<string, unknown>;
  if (typeof given['content'] === 'string') return checkSigned(given['content']);
  const fact = facts.get(String(given['type']));
  if (!fact || fact.kind === 'derived') return [impossible('line.type', '/type', `no fact is called ${String(given['type'])}`)];
  return [
    ...streamFaults(fact.aggregate.name, given['stream']),
    ...faults('/occurredAt', OccurredAt.safeParse(given['occurredAt'])),
    ...faults('/capture', Capture.safeParse(given['capture'])),
    ...faults('/data', fact.schema.safeParse(given['data'])),
    ...timeFaults(given),
  ];
}

function checkSigned(content: string): readonly Violation[] {
  try {
    readContent(content);
    return [];
  } catch (error) {
    return [impossible('content', '/content', (error as Error).message)];
  }
}

function streamFaults(aggregate: string, stream: unknown): readonly Violation[] {
  const parsed = typeof stream === 'string' ? parseStream(stream) : undefined;
  if (parsed?.ok && parsed.value.kind === aggregate) return [];
  return [impossible('line.stream', '/stream', `this belongs into a stream ${aggregate}-…`)];
}

function timeFaults({ occurredAt, capture }: Record<string, unknown>): readonly Violation[] {
  const time = OccurredAt.safeParse(occurredAt);
  const how = Capture.safeParse(capture);
  if (!time.success || !how.success) return [];
  const stated = checkStated({ occurredAt: time.data, precision: how.data.precision });
  return stated.ok ? [] : [impossible(stated.problem.code, '/occurredAt', stated.problem.message.en)];
}

function faults(at: string, { error }: Checked): readonly Violation[] {
  return (error?.issues ?? []).map(({ code, path, message }) =>
    impossible(`schema.${code}`, at + path.map((segment) => `/${String(segment)}`).join(''), message),
  );
}

function impossible(rule: string, pointer: string, message: string): Violation {
  return { rule, severity: 'impossible', pointer, message };
}
