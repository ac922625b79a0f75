/**
 * Writes what other verifiers are compared with: `node test/attacks/write-mutants.ts FOLDER [COUNT] [SEED]` makes `bundle.ndjson`, `policy.txt`,
 * `report.ndjson` (of the bundle itself) and `mutants.ndjson`, one mutant a line: {n, what, from, to, with, code, line, report}. The mutant is the bundle
 * with the bytes [from, to) replaced by the base64 `with`; code and line are the verdict, report the hex SHA-256 of the report's text.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalText, type JsonObject, sha256 } from '@cytoledger/attest';
import { reportText, verifyEvidence } from '@cytoledger/attest/evidence';
import { mutantsOf, spliceOf } from './mutants.ts';
import { storyOf } from './story.fixture.ts';

const [folder = '.', count = '10000', seed = '1'] = process.argv.slice(2);
const { ledger, options } = storyOf();
const { policy, policyText } = ledger;
const bundle = Buffer.from(await ledger.bundle(options));
const verdicts = new Map<string, number>();
const lines = [...mutantsOf(bundle, Number(count), Number(seed))].map(({ n, what, bundle: mutant }) => {
  const { report } = verifyEvidence([mutant], policy);
  const { code, line } = report;
  verdicts.set(code, (verdicts.get(code) ?? 0) + 1);
  const splice: JsonObject = { ...spliceOf(bundle, mutant) };
  return canonicalText({ n, what, ...splice, code, line, report: sha256(reportText(report)).toString('hex') });
});
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'bundle.ndjson'), bundle);
writeFileSync(join(folder, 'policy.txt'), policyText);
writeFileSync(join(folder, 'report.ndjson'), reportText(verifyEvidence([bundle], policy).report));
writeFileSync(join(folder, 'mutants.ndjson'), lines.map((line) => `${line}\n`).join(''));
for (const [code, times] of [...verdicts].sort((a, b) => b[1] - a[1]))
  process.stdout.write(`${String(times).padStart(6)} ${code}\n`);
