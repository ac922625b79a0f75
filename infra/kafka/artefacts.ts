import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { KafkaServerError } from './errors.ts';

const run = promisify(execFile);

const KAFKA_VERSION = '4.1.1';
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
const LIBRARIES = join(CACHE, `kafka-${KAFKA_VERSION}`);
/** 43 MB over a slow line. */
const DOWNLOAD_MS = 300_000;
const PROBE_MS = 10_000;

/** Why a broker cannot be started on this machine; undefined where it can. Nothing is downloaded to find out. */
export async function whyNoKafka(): Promise<string | undefined> {
  if (!(await answers('java', '-version'))) return 'no JDK (java) is installed';
  if (await exists(LIBRARIES)) return undefined;
  return (await answers('mvn', '-v')) ? undefined : 'no Maven (mvn) is installed, which fetches Apache Kafka';
}

/**
 * The folder with Kafka's jars; the first time Maven fetches them from the repository that it is configured for.
 *
 * @throws KafkaServerError `no-java`, `no-maven`, `no-artefacts`
 */
export async function kafkaLibraries(): Promise<string> {
  if (!(await answers('java', '-version'))) throw new KafkaServerError('no-java', 'Kafka needs a JDK: install Java 17 or later');
  if (await exists(LIBRARIES)) return LIBRARIES;
  if (!(await answers('mvn', '-v'))) throw new KafkaServerError('no-maven', 'Kafka is fetched by Maven: install mvn');
  await mkdir(CACHE, { recursive: true });
  const fetched = await mkdtemp(`${LIBRARIES}-`);
  try {
    const pom = fileURLToPath(new URL('pom.xml', import.meta.url));
    await run('mvn', ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${fetched}`], {
      timeout: DOWNLOAD_MS,
    });
    // Complete or not there at all; who comes second finds it.
    await rename(fetched, LIBRARIES).catch(async (error: unknown) => {
      if (!(await exists(LIBRARIES))) throw error;
    });
  } catch (cause) {
    const said = (cause as { stdout?: string }).stdout ?? '';
    const line = said.split('\n').find((text) => text.includes('ERROR')) ?? String(cause);
    throw new KafkaServerError('no-artefacts', `Maven could not fetch Apache Kafka ${KAFKA_VERSION}: ${line}`, { cause });
  } finally {
    await rm(fetched, { recursive: true, force: true });
  }
  return LIBRARIES;
}

function answers(program: string, argument: string): Promise<boolean> {
  return run(program, [argument], { timeout: PROBE_MS }).then(
    () => true,
    () => false,
  );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
