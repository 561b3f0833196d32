// Runs in a page: draws eight seconds of moons around a planet, and records them. Gives both files in base64.
(async () => {
  const WIDTH = 640;
  const HEIGHT = 360;
  const SECONDS = 8;
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext("2d");

  /** @param {number} turn from 0 to 1: the end meets the beginning */
  function draw(turn) {
    const sky = context.createLinearGradient(0, 0, 0, HEIGHT);
    sky.addColorStop(0, "#0b1230");
    sky.addColorStop(1, "#2a3f7d");
    context.fillStyle = sky;
    context.fillRect(0, 0, WIDTH, HEIGHT);
    context.fillStyle = "#c9d6ff";
    for (let n = 0; n < 60; n += 1) context.fillRect((n * 137) % WIDTH, (n * 89) % HEIGHT, 1 + (n % 2), 1 + (n % 2));
    const planet = context.createRadialGradient(290, 150, 10, 320, 180, 80);
    planet.addColorStop(0, "#ffd9a0");
    planet.addColorStop(1, "#c8553d");
    const moons = [0, 1, 2].map((n) => ({ angle: 2 * Math.PI * (turn * (n + 1) + n / 3), n }));
    const drawMoon = ({ angle, n }) => {
      context.fillStyle = ["#f4f1de", "#9ad1d4", "#e0b1cb"][n];
      const x = 320 + Math.cos(angle) * (120 + 45 * n);
      const y = 180 + Math.sin(angle) * (30 + 14 * n);
      context.beginPath();
      context.arc(x, y, 9 + 3 * n, 0, 2 * Math.PI);
      context.fill();
    };
    moons.filter(({ angle }) => Math.sin(angle) < 0).forEach(drawMoon);
    context.fillStyle = planet;
    context.beginPath();
    context.arc(320, 180, 72, 0, 2 * Math.PI);
    context.fill();
    moons.filter(({ angle }) => Math.sin(angle) >= 0).forEach(drawMoon);
  }

  const toBase64 = async (blob) => {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  };

  draw(0.08);
  const poster = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const recorder = new MediaRecorder(canvas.captureStream(24), {
    mimeType: "video/webm;codecs=vp9",
    videoBitsPerSecond: 140_000,
  });
  const chunks = [];
  recorder.addEventListener("dataavailable", ({ data }) => chunks.push(data));
  const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve));
  recorder.start();
  const begin = performance.now();
  await new Promise((resolve) => {
    const step = () => {
      const seconds = (performance.now() - begin) / 1_000;
      draw(seconds / SECONDS);
      if (seconds < SECONDS) requestAnimationFrame(step);
      else resolve();
    };
    step();
  });
  recorder.stop();
  await stopped;
  return { clip: await toBase64(new Blob(chunks)), poster: await toBase64(poster) };
})();
