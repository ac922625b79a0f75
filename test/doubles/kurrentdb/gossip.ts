import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { handleUnaryCall } from '@grpc/grpc-js';

/** A cluster of one, which leads. */
export function gossipCall(port: () => number): handleUnaryCall<shared.Empty, gossip.ClusterInfo> {
  const instance = new shared.UUID().setString(crypto.randomUUID());
  return (_, answer) => {
    const endpoint = new gossip.EndPoint();
    endpoint.setAddress('127.0.0.1');
    endpoint.setPort(port());
    const member = new gossip.MemberInfo();
    member.setInstanceId(instance);
    member.setTimeStamp(Date.now().toString());
    member.setState(gossip.MemberInfo.VNodeState.LEADER);
    member.setIsAlive(true);
    member.setHttpEndPoint(endpoint);
    answer(null, new gossip.ClusterInfo().setMembersList([member]));
  };
}
