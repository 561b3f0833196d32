import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type Stats, rmSync } from "node:fs";
import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename } from "node:path";
import { Problem, messageOf } from "../platform/problem.ts";
import { confirm } from "./confirm.ts";

/** Where a command writes its result. */
export interface Output {
  /** @throws Problem if it cannot be written */
  write(text: string): Promise<void>;
  /** Everything was written. */
  finish(): Promise<void>;
  /** Not everything was written. */
  discard(): Promise<void>;
}

/**
 * Opens a file as an output, or standard output if none is named. The file appears, or replaces an earlier one, only once it is whole; until
 * then there is `FILE.….partial` beside it. A device or a pipe is written to as it is.
 * @throws Problem if it cannot be written, or exists and nobody confirms that it may be replaced
 */
export async function openOutput(file: string | undefined, { isConfirmed }: { isConfirmed: boolean }): Promise<Output> {
  if (file === undefined) return standardOutput();
  if (file === "") throw new Problem("--out needs the name of a file.");
  const existing = await stat(file).catch(() => undefined);
  if (existing?.isDirectory()) throw new Problem(`${file} is a folder. Name a file in it.`);
  if (existing && !existing.isFile()) return openAsItIs(file);
  if (existing) await confirmReplacement(file, existing, isConfirmed);
  // What a symbolic link leads to is replaced, not the link.
  return openWhole(existing ? await realpath(file) : file, existing ? existing.mode & 0o777 : PRIVATE);
}

/** What a command writes may be personal. A file that is replaced keeps its rights. */
const PRIVATE = 0o600;

async function confirmReplacement(file: string, { size }: Stats, isConfirmed: boolean): Promise<void> {
  if (size === 0 || isConfirmed) return;
  await confirm({ what: `This replaces the file ${file}`, word: basename(file), instead: "--yes" });
}

async function openWhole(file: string, mode: number): Promise<Output> {
  const partial = `${file}.${randomUUID().slice(0, 8)}.partial`;
  const failed = (error: unknown) => new Problem(`Cannot write ${file}: ${messageOf(error)}.`, { cause: error });
  const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const stop = (signal: NodeJS.Signals) => {
    const end = () => {
      rmSync(partial, { force: true });
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    };
    void opening.then(end, end);
  };
  const ignoreSignals = () => {
    for (const signal of SIGNALS) process.off(signal, stop);
  };
  // First, so that a signal that comes while the file is being opened removes it as well.
  for (const signal of SIGNALS) process.once(signal, stop);
  const opening = open(partial, "wx", mode);
  const handle = await opening.catch((error: unknown) => {
    ignoreSignals();
    throw failed(error);
  });
  const end = async () => {
    ignoreSignals();
    await handle.close().catch(() => {});
  };
  return {
    write: (text) => writeTo(handle, text, failed),
    async finish() {
      try {
        // The umask has taken rights of other users from the file. A private one has none.
        if (mode !== PRIVATE) await handle.chmod(mode);
        await handle.sync();
        await rename(partial, file);
        await end();
      } catch (error) {
        throw failed(error);
      }
    },
    async discard() {
      await end();
      await rm(partial, { force: true });
    },
  };
}

async function openAsItIs(file: string): Promise<Output> {
  const failed = (error: unknown) => new Problem(`Cannot write ${file}: ${messageOf(error)}.`, { cause: error });
  const handle = await open(file, "w").catch((error: unknown) => {
    throw failed(error);
  });
  const end = () => handle.close().catch(() => {});
  return { write: (text) => writeTo(handle, text, failed), finish: end, discard: end };
}

async function writeTo(handle: FileHandle, text: string, failed: (error: unknown) => Problem): Promise<void> {
  try {
    await handle.writeFile(text);
  } catch (error) {
    throw failed(error);
  }
}

function standardOutput(): Output {
  const { stdout } = process;
  let failure: Error | undefined;
  stdout.on("error", (error) => {
    failure = error;
  });
  const check = () => {
    if (failure) throw new Problem(`Cannot write to standard output: ${failure.message}.`, { cause: failure });
  };
  return {
    async write(text) {
      // It rejects with the error that the listener has kept.
      if (!stdout.write(text)) await once(stdout, "drain").catch(() => {});
      check();
    },
    async finish() {
      await new Promise<void>((resolve) => {
        stdout.write("", () => resolve());
      });
      check();
    },
    async discard() {},
  };
}
