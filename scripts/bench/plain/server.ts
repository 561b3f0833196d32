/**
 * The server that a team would write in a day, to measure ours beside it: Express, socket.io, an INSERT and a SELECT, and Redis between
 * instances where REDIS_URL names one. It has no order, no idempotency, no limits and no accounts.
 *
 * Environment: PORT, MYSQL_URL, REDIS_URL.
 */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import express from "express";
import { Redis } from "ioredis";
import { createPool } from "mysql2/promise";
import { Server } from "socket.io";

const { PORT, MYSQL_URL, REDIS_URL } = process.env;
const pool = createPool({ uri: MYSQL_URL ?? "", connectionLimit: 20 });
await pool.query(`
  CREATE TABLE IF NOT EXISTS plain_comments (
    id CHAR(36) PRIMARY KEY, video_id VARCHAR(128) NOT NULL, user_id VARCHAR(36) NOT NULL, content TEXT NOT NULL,
    created_at DATETIME(3) NOT NULL, KEY plain_comments_newest (video_id, created_at)
  )`);

const app = express();
const http = createServer(app);
const sockets = new Server(http);
if (REDIS_URL) sockets.adapter(createAdapter(new Redis(REDIS_URL), new Redis(REDIS_URL)));
sockets.on("connection", (socket) => {
  socket.on("watch", async (videoId: string, acknowledge: () => void) => {
    await socket.join(videoId);
    acknowledge();
  });
});

app.use(express.json());

// oxlint-disable no-async-endpoint-handlers -- Express 5 awaits them.

app.post("/v1/videos/:videoId/comments", async (request, response) => {
  const { videoId } = request.params;
  const { content } = request.body as { content: string };
  const comment = { id: randomUUID(), video_id: videoId, user_id: "someone", content, created_at: new Date() };
  await pool.execute(
    "INSERT INTO plain_comments (id, video_id, user_id, content, created_at) VALUES (?, ?, ?, ?, ?)",
    Object.values(comment),
  );
  sockets.to(videoId).emit("comment", comment);
  response.status(201).json(comment);
});

app.get("/v1/videos/:videoId/comments", async (request, response) => {
  const [comments] = await pool.execute(
    "SELECT id, video_id, user_id, content, created_at FROM plain_comments WHERE video_id = ? ORDER BY created_at DESC LIMIT 20",
    [request.params.videoId],
  );
  response.json({ comments });
});

http.listen(Number(PORT), "127.0.0.1");
