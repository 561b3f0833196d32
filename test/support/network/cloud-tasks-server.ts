import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { join } from "node:path";
import { root } from "../../../scripts/platform/paths.ts";

const protosOf = (name: string) => join(root, "node_modules", name, "build/protos");

/** A CreateTask request as it arrived. */
export interface CreateTask {
  parent: string;
  task: {
    name?: string;
    dispatch_deadline: { seconds: string } | null;
    schedule_time?: { seconds: string };
    http_request: {
      url: string;
      http_method: string;
      headers: Record<string, string>;
      body: Buffer;
      oidc_token: { service_account_email: string; audience: string };
    };
  };
}

export interface CloudTasksServer {
  readonly port: number;
  readonly received: CreateTask[];
  /** The responses to the next calls, in order; `silent` sends none. After the last, every call succeeds. */
  answers: (keyof typeof status | "silent")[];
  close(): void;
}

/** Cloud Tasks on this machine: a gRPC server made from the client package's own proto. */
export async function startCloudTasksServer(): Promise<CloudTasksServer> {
  const definition = loadSync("google/cloud/tasks/v2/cloudtasks.proto", {
    keepCase: true,
    longs: String,
    enums: String,
    includeDirs: [protosOf("@google-cloud/tasks"), protosOf("google-gax")],
  });
  const api = loadPackageDefinition(definition) as unknown as {
    google: { cloud: { tasks: { v2: { CloudTasks: { service: Parameters<Server["addService"]>[0] } } } } };
  };
  const received: CreateTask[] = [];
  const state = { answers: [] as CloudTasksServer["answers"] };
  const implementation: UntypedServiceImplementation = {
    CreateTask(call: ServerUnaryCall<CreateTask, unknown>, callback: sendUnaryData<unknown>) {
      received.push(call.request);
      const answer = state.answers.shift() ?? "OK";
      if (answer === "silent") return;
      if (answer === "OK") callback(null, { name: `${call.request.parent}/tasks/1` });
      else callback({ code: status[answer], details: `told to answer ${answer}` });
    },
  };
  const server = new Server();
  server.addService(api.google.cloud.tasks.v2.CloudTasks.service, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    port,
    received,
    get answers() {
      return state.answers;
    },
    set answers(answers) {
      state.answers = answers;
    },
    close: () => server.forceShutdown(),
  };
}
