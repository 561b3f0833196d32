import { expect, test } from "@jest/globals";
import { findCauses } from "../../../../scripts/platform/processes/log-causes.ts";

const entry = (fields: object) => JSON.stringify({ severity: "WARNING", ...fields });

test("our own entries give the message and the innermost error, each once, without stacks", () => {
  const failed = {
    message: "not reconciled",
    error: "Error: Error while making request: connect ECONNREFUSED 127.0.0.1:5102. Error code: ECONNREFUSED",
    stack: "    at fetch (api-request.js:291:19)",
    cause: "Error: connect ECONNREFUSED 127.0.0.1:5102",
  };
  const tail = [
    entry({ ...failed, user_id: "a" }),
    entry({ message: "drift", outcome: "wiped" }),
    entry({ ...failed, user_id: "b" }),
    '{"severity":"WARNING","message":"cut off',
    "2 users compared, 0 differed, and were repaired",
  ].join("\n");
  expect(findCauses(tail)).toEqual(["not reconciled: Error: connect ECONNREFUSED 127.0.0.1:5102"]);
});

test("an object dump gives its first line, and not its properties or its stack", () => {
  const tail = `node:net:1917
    const ex = new UVExceptionWithHostPort(err, 'listen', address, port);
Error: listen EADDRINUSE: address already in use 127.0.0.1:5107
    at Server.setupListenHandle [as _listen2] (node:net:1917:16)
    at failed (node:net:1900:1) {
  code: 'EADDRINUSE',
  syscall: 'listen',
  error: 'something',
}
Node.js v24.21.0`;
  expect(findCauses(tail)).toEqual(["Error: listen EADDRINUSE: address already in use 127.0.0.1:5107"]);
});

test("a database server's log gives its errors, the first ones first, and not its notes", () => {
  const tail = `2026-11-27  3:29:39 0 [Note] InnoDB: Completed initialization of buffer pool
2026-11-27  3:29:39 0 [ERROR] InnoDB: preallocating 12582912 bytes for file ./ibdata1 failed with error 28
2026-11-27  3:29:39 0 [ERROR] InnoDB: Could not set the file size of './ibdata1'. Probably out of disk space
2026-11-27  3:29:39 0 [Note] InnoDB: Starting shutdown after an error
2026-11-27  3:29:39 0 [ERROR] Aborting`;
  expect(findCauses(tail).map((line) => line.slice(22))).toEqual([
    "[ERROR] InnoDB: preallocating 12582912 bytes for file ./ibdata1 failed with error 28",
    "[ERROR] InnoDB: Could not set the file size of './ibdata1'. Probably out of disk space",
    "[ERROR] Aborting",
  ]);
});

test("a log that tells of no trouble gives nothing", () => {
  expect(findCauses("starting\nlistening on 127.0.0.1:5107\n")).toEqual([]);
  expect(findCauses("")).toEqual([]);
});
