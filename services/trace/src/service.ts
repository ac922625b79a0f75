import type { EventStore } from '@cytoledger/event-store';
import { type Progress, type ReadModel, startReadModel } from '@cytoledger/read-models';
import { type Service, service } from '@cytoledger/service-kit';
import type { Vault } from '@cytoledger/vault';
import { type Disclosing, traceRoutes } from './routes.ts';
import { TraceModel } from './trace-model.ts';

export type TraceOptions = {
  readonly store: EventStore;
  /** The same log as a URL, for the thread that projects. */
  readonly eventStore: string;
  /** File of the read model. It can be deleted at any time the service is down. */
  readonly path: string;
  /** At least 32 bytes, secret, the same in every replica: hospitals' names for donors are made with it. */
  readonly aliasKey: Uint8Array;
  /** Opens personal values for those who may see them; without it none are shown. */
  readonly vault?: Pick<Vault, 'open'>;
  readonly onProgress?: (progress: Progress) => void;
  readonly log?: (level: 'info' | 'warn' | 'error', message: string) => void;
};

const PROJECTION = { module: new URL('./model/projection.ts', import.meta.url).href, name: 'traceProjection' };

/** The query side of everything recorded. It answers while it catches up, each answer saying as of when; it is ready when it has. */
export async function openTrace(options: TraceOptions): Promise<{ service: Service; trace: TraceModel; close(): Promise<void> }> {
  const { store, eventStore, path, aliasKey, vault, onProgress, log } = options;
  const model: ReadModel = await startReadModel({
    store,
    path,
    projecting: { projection: PROJECTION, eventStore },
    ...(onProgress && { onProgress }),
    ...(log && { log }),
  });
  const trace = new TraceModel(model, store, aliasKey);
  const close = () => model.close();
  const disclosing: Disclosing | undefined = vault && {
    vault,
    onOpened: ({ by, path: of, values, lookBack }) =>
      log?.(
        'info',
        `${values} personal values of ${of} opened for ${by.org}/${by.person ?? by.client}${lookBack ? ', look-back' : ''}`,
      ),
  };
  const described = service(
    'trace',
    { en: 'Traces and records', zh: '追溯与记录' },
    (routes) => {
      for (const { method, path: at, ...rest } of traceRoutes(trace, disclosing)) routes.query(`${method} ${at}`, rest);
    },
    { notReady: () => (model.isReady ? [] : ['the trace read model is catching up']), stop: close },
  );
  return { service: described, trace, close };
}
