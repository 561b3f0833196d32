// Runs in a page of scripts/develop/clip.ts: draws moons around a planet, and records them.

const WIDTH = 640;
const HEIGHT = 360;
const SECONDS = 8;
const FRAMES_PER_SECOND = 24;
const BITS_PER_SECOND = 140_000;
const FULL_CIRCLE = 2 * Math.PI;
const MOONS = ["#f4f1de", "#9ad1d4", "#e0b1cb"];

/** Both files, in base64. */
export async function record(): Promise<{ clip: string; poster: string }> {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser has no canvas");
  draw(context, 0.08);
  const poster = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));

  const recorder = new MediaRecorder(canvas.captureStream(FRAMES_PER_SECOND), {
    mimeType: "video/webm;codecs=vp9",
    videoBitsPerSecond: BITS_PER_SECOND,
  });
  const chunks: Blob[] = [];
  recorder.addEventListener("dataavailable", ({ data }) => chunks.push(data));
  const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve));
  recorder.start();
  await animate((turn) => draw(context, turn));
  recorder.stop();
  await stopped;
  return { clip: await toBase64(new Blob(chunks)), poster: await toBase64(poster ?? new Blob()) };
}

function animate(drawAt: (turn: number) => void): Promise<void> {
  const begin = performance.now();
  return new Promise((resolve) => {
    const step = () => {
      const turn = (performance.now() - begin) / 1_000 / SECONDS;
      drawAt(turn);
      if (turn < 1) requestAnimationFrame(step);
      else resolve();
    };
    step();
  });
}

/** @param turn from 0 to 1: the end meets the beginning */
function draw(context: CanvasRenderingContext2D, turn: number): void {
  const sky = context.createLinearGradient(0, 0, 0, HEIGHT);
  sky.addColorStop(0, "#0b1230");
  sky.addColorStop(1, "#2a3f7d");
  context.fillStyle = sky;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = "#c9d6ff";
  for (let n = 1; n <= 70; n += 1) {
    const size = 1 + (n % 2);
    context.fillRect((n * n * 137) % WIDTH, (n * n * n * 89) % HEIGHT, size, size);
  }
  const angles = MOONS.map((_, n) => FULL_CIRCLE * (turn * (n + 1) + n / 3));
  drawMoons(context, angles, (angle) => Math.sin(angle) < 0);
  const planet = context.createRadialGradient(290, 150, 10, 320, 180, 80);
  planet.addColorStop(0, "#ffd9a0");
  planet.addColorStop(1, "#c8553d");
  context.fillStyle = planet;
  context.beginPath();
  context.arc(320, 180, 72, 0, FULL_CIRCLE);
  context.fill();
  drawMoons(context, angles, (angle) => Math.sin(angle) >= 0);
}

function drawMoons(context: CanvasRenderingContext2D, angles: number[], isDrawn: (angle: number) => boolean): void {
  for (const [n, angle] of angles.entries()) {
    if (!isDrawn(angle)) continue;
    context.fillStyle = MOONS[n] ?? "";
    context.beginPath();
    context.arc(
      320 + Math.cos(angle) * (120 + 45 * n),
      180 + Math.sin(angle) * (30 + 14 * n),
      9 + 3 * n,
      0,
      FULL_CIRCLE,
    );
    context.fill();
  }
}

async function toBase64(blob: Blob): Promise<string> {
  let text = "";
  for (const byte of new Uint8Array(await blob.arrayBuffer())) text += String.fromCharCode(byte);
  return btoa(text);
}
