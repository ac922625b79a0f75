import type { Client } from '@cytoledger/client';
import { EXIT, type ExitCode } from '../exit.ts';
import { type Io, print, printJson } from '../io.ts';
import { isSet, type Options, text } from '../options.ts';

type Decided = {
  readonly subject: string;
  readonly outcome: 'erased' | 'restricted';
  readonly until?: string | null;
  readonly begun?: boolean;
  readonly dryRun: boolean;
  readonly reasons: readonly { readonly rule: string; readonly message: string; readonly citation: string }[];
};

/** Ends with {@link EXIT.no} where the law does not allow it yet, and the subject is restricted instead. */
export async function erase(subject: string, options: Options, io: Io, client: Client): Promise<ExitCode> {
  const studyEnded = text(options, 'studyEnded');
  const decided = await client.post<Decided>(`/v1/subjects/${encodeURIComponent(subject)}/erasure`, {
    dryRun: isSet(options, 'dryRun'),
    ...(studyEnded !== undefined && { studyEnded }),
    ...(isSet(options, 'offspring') && { offspring: true }),
  });
  if (isSet(options, 'json')) printJson(io, decided);
  else for (const line of said(decided)) print(io, line);
  return decided.outcome === 'erased' ? EXIT.done : EXIT.no;
}

function said({ subject, outcome, until, begun, dryRun, reasons }: Decided): string[] {
  const would = dryRun ? 'would be ' : '';
  const first =
    outcome === 'erased'
      ? `${subject}: ${would}erased${dryRun ? '' : '. The key is destroyed; every digest, proof and bundle stays valid'}`
      : `${subject}: ${would}restricted, not erased, ${untilWhen(until ?? null, begun ?? true)}`;
  return [first, ...reasons.map(({ message, citation }) => `  ${message} [${citation}]`)];
}

function untilWhen(until: string | null, begun: boolean): string {
  if (until === null) return 'without end';
  return begun ? `until ${until}` : `at least until ${until}; ask again when the term has begun`;
}
