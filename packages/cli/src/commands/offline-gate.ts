import { stat, utimes } from 'node:fs/promises';
import { ageInWords, type BedsideLight, type GateSnapshot, judgeBedside, openGateSnapshot } from '@cytoledger/client';
import { languageOf } from '../connection.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type Io, print, printJson } from '../io.ts';
import { fileText } from '../json-file.ts';
import { isSet, needed, type Options } from '../options.ts';
import { lightInWords } from './light-in-words.ts';
import { policyIn } from './receipts.ts';

/** May this bag go into this patient, by what was known when the snapshot was made? Needs no network. Red ends with 1. */
export async function offlineGate(file: string, options: Options, io: Io): Promise<ExitCode> {
  const unit = needed(options, 'unit', 'Scan or type the code of the bag.');
  const patient = needed(options, 'patient', 'Scan or type the code of the patient’s treatment.');
  const policy = await policyIn(needed(options, 'policy', 'Name the policy file that you keep of this log: it names the key.'));
  const opened = openGateSnapshot(await fileText(file), policy);
  if (!opened.ok) {
    tell(io, options, { light: 'red', ageMinutes: 0, unit: null, reasons: [unsigned(opened.why)] }, null);
    return EXIT.no;
  }
  const now = Date.now();
  const answer = judgeBedside(opened.snapshot, { unit, patient, now, lastSeen: await lastSeen(file) });
  await remember(file, now);
  tell(io, options, answer, opened.snapshot);
  return answer.light === 'red' ? EXIT.no : EXIT.done;
}

function unsigned(why: string) {
  return {
    rule: 'snapshot.not-signed',
    en: `This file is not a snapshot that the log of the policy has signed (${why}): it answers nothing.`,
    zh: `该文件不是所持策略对应日志签名的快照（${why}）：不作答。`,
  };
}

function tell(io: Io, options: Options, answer: BedsideLight, snapshot: GateSnapshot | null): void {
  const times = snapshot && { madeAt: snapshot.madeAt, expiresAt: snapshot.expiresAt, position: snapshot.position };
  if (isSet(options, 'json')) {
    printJson(io, { ...answer, ...times });
    return;
  }
  const language = languageOf(options, io);
  const age = ageInWords(answer.ageMinutes)[language];
  if (times) {
    print(
      io,
      language === 'zh'
        ? `*** 快照已有 ${age} *** 生成于 ${times.madeAt}，有效至 ${times.expiresAt}`
        : `*** AGE ${age} *** made ${times.madeAt}, answers until ${times.expiresAt}`,
    );
  }
  print(io, lightInWords(answer, language));
}

/** The file itself remembers when it was asked last: a clock that was set back is before that. */
async function lastSeen(file: string): Promise<number> {
  return (await stat(file)).mtimeMs;
}

async function remember(file: string, now: number): Promise<void> {
  const seen = Math.max(now, await lastSeen(file)) / 1000;
  // On a medium that cannot be written, the signed time alone has to do.
  await utimes(file, seen, seen).catch(() => undefined);
}
