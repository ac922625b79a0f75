import { readPolicy } from '@cytoledger/attest';
import { readSigningKey } from '@cytoledger/attestation';
import { attestHere, QUICK, type Step } from '@cytoledger/attestation/specification';
import { openEventStore } from '@cytoledger/event-store';

/** What the process is told, as JSON, by its only argument. */
export type Attests = {
  readonly eventStore: string;
  readonly folder: string;
  readonly origin: string;
  readonly policy: string;
  readonly witnesses: readonly { readonly name: string; readonly url: string }[];
  /** It kills itself right after this step. */
  readonly killAfter: Step | null;
};

if (process.argv[2]?.startsWith('{')) {
  const { eventStore, folder, origin, policy, witnesses, killAfter } = JSON.parse(process.argv[2]) as Attests;
  attestHere({
    store: await openEventStore(eventStore, { readOnly: true }),
    folder,
    origin,
    logKey: (await readSigningKey(`${folder}/log.key`, origin))!,
    policy: readPolicy(policy),
    witnesses,
    pace: QUICK,
    reports: {
      state: ({ released, heads, alarm }) =>
        process.stdout.write(
          `${JSON.stringify({ released: released?.size ?? 0, heads: heads?.size ?? 0, alarm: alarm?.code })}\n`,
        ),
      log: (level, message) => process.stderr.write(`${level}: ${message}\n`),
      step: (step) => {
        if (step === killAfter) process.kill(process.pid, 'SIGKILL');
      },
    },
  });
}
