import { WebSocketServer } from "ws";

// A bare WebSocket server. It parses each frame and responds to it, as any server must, and does nothing else. A frame with
// `broadcast` makes it send that text to all clients.
const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
server.on("connection", (socket) => {
  socket.on("message", (data: Buffer) => {
    const message = JSON.parse(data.toString()) as { d: { r?: number; broadcast?: string } };
    const { r: number, broadcast } = message.d;
    if (broadcast !== undefined) for (const client of server.clients) client.send(broadcast);
    socket.send(JSON.stringify({ t: "d", d: { r: number, b: { s: "ok", d: "" } } }));
  });
});
server.on("listening", () => {
  const address = server.address();
  console.log(`reference: ${typeof address === "object" ? address?.port : 0}`);
});
process.on("SIGTERM", () => process.exit(0));
