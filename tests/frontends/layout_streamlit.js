/* What a test measures on a Streamlit page: where the parts of a demo stand. */
window.lookAt = async () => {
  const soon = (promise) => Promise.race([promise, new Promise((done) => setTimeout(done, 3000))]); // see layout.js
  const frames = (n) => new Promise((done) => (n ? requestAnimationFrame(() => frames(n - 1).then(done)) : done()));
  document.querySelector("[data-testid=stMain]").scrollTo(0, 0);
  await soon(Promise.all([...document.querySelectorAll(".st-key-bench img")].map((image) => image.decode().catch(() => {}))));
  await soon(frames(4));
  const first = (selector) =>
    [...document.querySelectorAll(selector)].find((e) => e.checkVisibility() && e.getBoundingClientRect().height > 1);
  const box = (element) => {
    if (!element) return null;
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return { left, top, right: Math.floor(right), bottom: Math.floor(bottom) };
  };
  const shown = ["[class*=st-key-picture] img", "[class*=st-key-pixelated] img", "[data-testid=stBidiComponentIsolated]", ".vega-embed"];
  const results = ".st-key-results ";
  return {
    headline: box(first(results + "[class*=st-key-headline] p")),
    picture: box(first(shown.map((part) => results + part).join(", "))),
    control: box(first(".st-key-inputs [data-testid=stWidgetLabel], .st-key-inputs [data-testid=stButton] button, .st-key-inputs [data-testid=stFileUploader]")),
    hint: box(first(".st-key-lesson h4 + p") || first(".st-key-lesson p")),
    width: document.querySelector("[data-testid=stMain]").scrollWidth,
  };
};
