import { describe, expect, it } from 'vitest';
import { newEvent, newStream } from '../contract/events.ts';
import { AppendQueue } from './append-queue.ts';
import type { WriterReply, WriterRequest } from './messages.ts';
import { OwnCommits } from './own-commits.ts';
import type { Thread } from './thread.ts';

const SPACE = 1024 * 1024;

/** A queue whose writer only takes note of the groups it is sent. */
function queueWithWriter() {
  const groups: WriterRequest[] = [];
  const writer = { post: (group: WriterRequest) => groups.push(group) } as unknown as Thread<WriterRequest, WriterReply>;
  const queue = new AppendQueue(writer, 'log.db', SPACE, new OwnCommits(), () => undefined);
  const append = (count: number) => {
    for (let n = 0; n < count; n++) void queue.append(newStream(), 'none', [newEvent()], undefined);
  };
  return { groups, append };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('appends on their way to the writer', () => {
  it('share one group when few come in one turn of the event loop', async () => {
    const { groups, append } = queueWithWriter();
    append(3);
    expect(groups).toHaveLength(0);
    await nextTurn();
    expect(groups).toHaveLength(1);
  });

  it('do not wait for the end of a turn that brings many', () => {
    const { groups, append } = queueWithWriter();
    append(40);
    expect(groups).not.toHaveLength(0);
  });

  it('wait in the next group while two are at the writer', async () => {
    const { groups, append } = queueWithWriter();
    append(400);
    await nextTurn();
    expect(groups).toHaveLength(2);
  });
});
