import { MessagingError, type MessagingErrorCode } from '../errors.ts';

const CODES: Readonly<Record<string, MessagingErrorCode>> = {
  INVALID_PRODUCER_EPOCH: 'fenced',
  PRODUCER_FENCED: 'fenced',
  MESSAGE_TOO_LARGE: 'message-too-large',
  RECORD_LIST_TOO_LARGE: 'message-too-large',
  TOPIC_AUTHORIZATION_FAILED: 'not-authorised',
  GROUP_AUTHORIZATION_FAILED: 'not-authorised',
  CLUSTER_AUTHORIZATION_FAILED: 'not-authorised',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'not-authorised',
  SASL_AUTHENTICATION_FAILED: 'not-authorised',
  KafkaJSSASLAuthenticationError: 'not-authorised',
  KafkaJSConnectionError: 'unavailable',
  KafkaJSConnectionClosedError: 'unavailable',
  KafkaJSBrokerNotFound: 'unavailable',
  KafkaJSNoBrokerAvailableError: 'unavailable',
  KafkaJSRequestTimeoutError: 'unavailable',
  NOT_ENOUGH_REPLICAS: 'unavailable',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'unavailable',
  LEADER_NOT_AVAILABLE: 'unavailable',
  NOT_LEADER_FOR_PARTITION: 'unavailable',
  COORDINATOR_NOT_AVAILABLE: 'unavailable',
  GROUP_COORDINATOR_NOT_AVAILABLE: 'unavailable',
  NOT_COORDINATOR_FOR_GROUP: 'unavailable',
  GROUP_LOAD_IN_PROGRESS: 'unavailable',
  REQUEST_TIMED_OUT: 'unavailable',
};

/** What the client library threw, under a code of ours. It wraps causes several times: the innermost known one counts. */
export function messagingError(error: unknown, doing: string): MessagingError {
  if (error instanceof MessagingError) return error;
  let code: MessagingErrorCode | undefined;
  for (let at: unknown = error; at instanceof Error; at = at.cause ?? firstOf(at)) {
    const { type } = at as { type?: string };
    code = (type === undefined ? undefined : CODES[type]) ?? CODES[at.name] ?? code;
    if (at.cause === at) break;
  }
  return new MessagingError(code ?? 'refused', `${doing}: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  });
}

/** Where one call was about several topics. */
function firstOf(error: Error): unknown {
  const { errors } = error as { errors?: readonly unknown[] };
  return errors?.[0];
}
