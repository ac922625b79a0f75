import type { Client, GateAnswer, UnitGate, Violation } from '@cytoledger/client';
import { languageOf } from '../connection.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { type Io, print, printJson } from '../io.ts';
import { isSet, type Options, text } from '../options.ts';

/** May this batch be released, or this bag go into this patient, now? Green ends with 0, red with 1. */
export async function gate(batch: string, options: Options, io: Io, client: Client): Promise<ExitCode> {
  const [unit, treatment] = [text(options, 'unit'), text(options, 'treatment')];
  if ((unit === undefined) !== (treatment === undefined)) {
    throw new CliError(
      'a bag is judged for a treatment',
      'Give both --unit and --treatment, or neither for the release of the batch.',
    );
  }
  const call = { signal: io.signal };
  const answer =
    unit === undefined || treatment === undefined
      ? await client.releaseGate(batch, call)
      : await client.unitGate({ batch, unit, treatment, label: text(options, 'label') }, call);
  if (isSet(options, 'json')) printJson(io, answer);
  else print(io, spoken(answer, VERDICTS[unit === undefined ? 'release' : 'unit'][languageOf(options, io)]));
  return answer.allowed ? EXIT.done : EXIT.no;
}

/** [green, red] */
type Verdict = readonly [string, string];

const VERDICTS: Readonly<Record<'release' | 'unit', Readonly<Record<'zh' | 'en', Verdict>>>> = {
  release: { en: ['the batch may be released', 'the batch may not be released'], zh: ['该批次可以放行', '该批次不可放行'] },
  unit: { en: ['this bag may be given', 'this bag must not be given'], zh: ['这袋细胞可以输注', '这袋细胞不可输注'] },
};

function spoken(answer: GateAnswer & Partial<Pick<UnitGate, 'light'>>, [green, red]: Verdict): string {
  const { allowed, reasons, warnings } = answer;
  const light = answer.light === 'amber' ? 'AMBER' : allowed ? 'GREEN' : 'RED';
  return [
    `${light}: ${allowed ? green : red}`,
    ...reasons.map((reason) => `  - ${sentence(reason)}`),
    ...warnings.map((warning) => `  (${sentence(warning)})`),
  ].join('\n');
}

function sentence({ message, rule, citation }: Violation): string {
  return `${message} [${rule}${citation === undefined ? '' : `; ${citation}`}]`;
}
