import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type shared from '@eventstore/db-client/generated/shared_pb.js';
import type { handleUnaryCall } from '@grpc/grpc-js';

const STREAM_METHODS = ['read', 'append', 'delete', 'tombstone', 'batchappend'];

export const supportedMethods: handleUnaryCall<shared.Empty, features.SupportedMethods> = (_, answer) => {
  const methods = STREAM_METHODS.map((name) => {
    const method = new features.SupportedMethod();
    method.setMethodName(name);
    method.setServiceName('event_store.client.streams.streams');
    return method.setFeaturesList(name === 'read' ? ['position', 'events'] : []);
  });
  const supported = new features.SupportedMethods();
  supported.setEventStoreServerVersion('24.10.0');
  answer(null, supported.setMethodsList(methods));
};
