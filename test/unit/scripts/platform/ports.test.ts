import { createServer } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { findFreePorts, portBlock, requireFreePorts } from "../../../../scripts/platform/ports/ports.ts";

const servers: ReturnType<typeof createServer>[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

function listen(port: number): Promise<void> {
  const server = createServer();
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () => resolve());
  });
}

test("a block is ten consecutive ports, each used once", () => {
  const numbers = Object.values(portBlock(5100)).toSorted((a, b) => a - b);
  expect(numbers).toEqual([5100, 5101, 5102, 5103, 5104, 5105, 5106, 5107, 5108, 5109]);
});

test.each([Number.NaN, 80, 5100.5, 65_530])("base %s is refused", (base) => {
  expect(() => portBlock(base)).toThrow("The port base must be a whole number");
});

test("a block with a port that browsers refuse is refused", () => {
  expect(() => portBlock(6660)).toThrow("Browsers refuse port 6665");
});

test("a taken port is refused with the process that listens there, and a free block is not", async () => {
  const ports = await findFreePorts();
  await expect(requireFreePorts(ports)).resolves.toBeUndefined();
  await listen(ports.hub);
  await expect(requireFreePorts(ports)).rejects.toThrow(
    new RegExp(
      `Port ${ports.hub} \\(for hub\\) is taken by process ${process.pid}.*--port-base ${ports.page + 100}`,
      "s",
    ),
  );
});
