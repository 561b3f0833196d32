import { WebSocketServer } from "ws";

// A bare WebSocket server: it parses each frame and answers it, as any server must, and knows nothing else.
const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
server.on("connection", (socket) => {
  socket.on("message", (data: Buffer) => {
    const message = JSON.parse(data.toString()) as { d: { r?: number; all?: string } };
    if (message.d.all !== undefined) for (const client of server.clients) client.send(message.d.all);
    socket.send(JSON.stringify({ t: "d", d: { r: message.d.r, b: { s: "ok", d: "" } } }));
  });
});
server.on("listening", () => {
  const address = server.address();
  console.log(`reference: ${typeof address === "object" ? address?.port : 0}`);
});
process.on("SIGTERM", () => process.exit(0));
