/* What a test measures on a page: where the parts of a demo stand, and which words are too faint. */
const LOWEST = 4.5;
const LARGE = 3; // of words of 24 pixels, or bold ones of 18.7

/* Chromium draws no frame of a window that it thinks nobody sees, and may never decode a picture that was exchanged meanwhile. */
const soon = (promise) => Promise.race([promise, new Promise((done) => setTimeout(done, 3000))]);
const frames = (n) => new Promise((done) => (n ? requestAnimationFrame(() => frames(n - 1).then(done)) : done()));

const settled = async () => {
  window.scrollTo(0, 0);
  for (const image of document.querySelectorAll(".stage img")) image.loading = "eager";
  await soon(Promise.all([...document.querySelectorAll(".stage img")].map((image) => image.decode().catch(() => {}))));
  await soon(frames(4));
};

window.lookAt = async () => {
  await settled();
  const first = (selector) =>
    [...document.querySelectorAll(selector)].find((e) => e.checkVisibility() && e.getBoundingClientRect().height > 1);
  const box = (element) => {
    if (!element) return null;
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return { left, top, right: Math.floor(right), bottom: Math.floor(bottom) };
  };
  const controls = ".inputs > .buttons button, .inputs > .form > .block, .inputs > .block:not(.examples, .spoken), .inputs > .pictured";
  return {
    headline: box(first(".stage .note.headline")),
    picture: box(first(window.PICTURES)),
    control: box(first(".inputs > .buttons button, .inputs > .form > .block") || first(controls)),
    hint: box(first(".lesson h4 + p") || first(".lesson .question summary")),
    width: document.documentElement.scrollWidth,
  };
};

/* Any colour that CSS computes -> red, green, blue 0..255 and alpha 0..1, by painting it. */
const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
const known = new Map();
const rgba = (colour) => {
  if (!known.has(colour)) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    known.set(colour, [red, green, blue, alpha / 255]);
  }
  return known.get(colour);
};
const over = (above, below) => [0, 1, 2].map((k) => above[k] * above[3] + below[k] * (1 - above[3]));
const luminance = (colour) =>
  colour
    .slice(0, 3)
    .map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, k) => sum + value * [0.2126, 0.7152, 0.0722][k], 0);

/* WCAG 2: relative luminances of a word and of what is behind it. */
const contrast = (element) => {
  const layers = [];
  for (let e = element; e; e = e.parentElement) layers.push(rgba(getComputedStyle(e).backgroundColor));
  const behind = layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  const [light, dark] = [luminance(behind), luminance(over(rgba(getComputedStyle(element).color), behind))].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};

window.faintWords = async () => {
  await settled();
  const found = [];
  for (const element of document.querySelectorAll(".bar *, .heading *, .bench *")) {
    const words = [...element.childNodes].filter((n) => n.nodeType === 3 && n.textContent.trim()).map((n) => n.textContent.trim());
    if (!words.length || element.closest(":disabled, svg, .icon") || !element.checkVisibility({ opacityProperty: true })) continue;
    const { fontSize, fontWeight } = getComputedStyle(element);
    const size = parseFloat(fontSize);
    const lowest = size >= 24 || (size >= 18.66 && fontWeight >= 700) ? LARGE : LOWEST;
    const ratio = contrast(element);
    if (ratio < lowest) found.push(`${words.join(" ").slice(0, 40)}: ${ratio.toFixed(2)} (${element.className})`);
  }
  return [...new Set(found)];
};
