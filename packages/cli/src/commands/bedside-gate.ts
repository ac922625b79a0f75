import type { BedsideLight, Client } from '@cytoledger/client';
import { languageOf } from '../connection.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type Io, print, printJson } from '../io.ts';
import { isSet, needed, type Options } from '../options.ts';
import { lightInWords } from './light-in-words.ts';

/** May this bag go into this patient now? Both as they are scanned at the bed. Red ends with 1. */
export async function bedsideGate(options: Options, io: Io, connecting: () => Promise<Client>): Promise<ExitCode> {
  const unit = needed(options, 'unit', 'Name a batch, or scan the bag (--unit) and the patient (--patient).');
  const patient = needed(options, 'patient', 'Scan or type the code of the patient.');
  const client = await connecting();
  const answer = await client.query<BedsideLight>('/v1/bedside/light', { unit, patient }, { signal: io.signal });
  if (isSet(options, 'json')) printJson(io, answer);
  else print(io, `${answer.unit ?? unit}: ${lightInWords(answer, languageOf(options, io))}`);
  return answer.light === 'red' ? EXIT.no : EXIT.done;
}
