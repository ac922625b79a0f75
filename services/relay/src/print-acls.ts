// `node print-acls.ts --platform User:relay --oversight User:qc-centre --laboratory User:lab-x`: the broker's access list, as calls of kafka-acls.sh.
import { parseArgs } from 'node:util';
import { aclArguments, topicAcls } from '@cytoledger/messaging';

const several = { type: 'string', multiple: true, default: [] as string[] } as const;
const { values } = parseArgs({ options: { platform: several, oversight: several, laboratory: several } });
const { platform, oversight, laboratory: laboratories } = values;
const unfit = [...platform, ...oversight, ...laboratories].find((principal) => !/^[A-Za-z]+:[\w.@=,-]+$/.test(principal));
if (unfit !== undefined) {
  process.stderr.write(`${unfit} is not a principal such as User:relay\n`);
  process.exitCode = 2;
} else {
  for (const acl of topicAcls({ platform, oversight, laboratories })) {
    process.stdout.write(
      `kafka-acls.sh --bootstrap-server "$KAFKA_BROKERS" --command-config admin.properties ${aclArguments(acl).join(' ')}\n`,
    );
  }
}
