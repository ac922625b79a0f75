import { openOutbox } from './outbox.ts';

/** Enqueues without end and says each id once it is safe. */
const outbox = await openOutbox({ dir: process.argv[2]! });
for (let n = 0; ; n++) {
  const id = await outbox.enqueue({
    type: 'person.registered.v1',
    stream: `person-donor-${n % 3}`,
    occurredAt: null,
    capture: { mode: 'direct', precision: 'unknown' },
    data: { role: 'donor' },
  });
  process.stdout.write(`${id}\n`);
}
