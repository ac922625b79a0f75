export type KafkaServerErrorCode = 'no-java' | 'no-maven' | 'no-artefacts' | 'did-not-start';

/** A local Kafka that could not be had; the message tells what to install or what it said. */
export class KafkaServerError extends Error {
  readonly code: KafkaServerErrorCode;

  constructor(code: KafkaServerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KafkaServerError';
    this.code = code;
  }
}
