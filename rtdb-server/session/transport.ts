/** What carries a session's messages: a WebSocket, or long polling. Ending it ends the session later, never within the call. */
export interface Transport {
  send(message: string): void;
  /** Ends the connection after the messages sent so far. */
  close(): void;
  /** Ends the connection at once. */
  abort(): void;
}
