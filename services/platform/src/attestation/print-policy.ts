// `node print-policy.ts --folder F --origin O --witness VKEY… --monitor VKEY…`: a policy for a new log, whose keys are made in the folder.
import { parseArgs } from 'node:util';
import { formatVkey, POLICY_HEADER, readPolicy } from '@cytoledger/attest';
import { attestationKeys } from './keys.ts';

const several = { type: 'string', multiple: true, default: [] as string[] } as const;
const { values } = parseArgs({
  options: { folder: { type: 'string' }, origin: { type: 'string' }, witness: several, monitor: several, organisation: several },
});
const { folder, origin, witness: witnesses, monitor: monitors, organisation: organisations } = values;
if (folder === undefined || origin === undefined || witnesses.length === 0) {
  process.stderr.write('say --folder, --origin and at least one --witness\n');
  process.exitCode = 2;
} else {
  const { log, receipts } = await attestationKeys(folder, origin);
  const policy = [
    POLICY_HEADER,
    'version 1',
    `origin ${origin}`,
    `log ${formatVkey(log.vkey)}`,
    `receipts ${formatVkey(receipts.vkey)}`,
    ...witnesses.map((vkey) => `witness ${vkey.trim()}`),
    ...monitors.map((vkey) => `monitor ${vkey.trim()}`),
    ...organisations.map((vkey) => `organisation ${vkey.trim()}`),
    // One of four may lie or be away.
    `quorum ${Math.floor((2 * witnesses.length) / 3) + 1}`,
    `monitors ${Math.min(1, monitors.length)}`,
    '',
  ].join('\n');
  // Refuses what no reader of the log could read.
  readPolicy(policy);
  process.stdout.write(policy);
}
