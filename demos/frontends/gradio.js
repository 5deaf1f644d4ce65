/* Words for pictures that Gradio leaves without: files are named after what they show, and so is their alternative text. */
(() => {
  const shows = (image) => decodeURIComponent(image.src.split("/").pop()).replace(/\.\w+$/, "");
  const describe = () => {
    for (const image of document.querySelectorAll(".examples img, .slider-wrap img")) {
      if (image.src.startsWith("http") && image.alt !== shows(image)) image.alt = shows(image);
    }
    for (const button of document.querySelectorAll("button.gallery-item:has(img)")) {
      const title = button.querySelector("img").alt;
      if (title && button.title !== title) button.title = title;
    }
  };
  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      describe();
    });
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["src"] });
})();

/* Gradio 6.31 takes a text for changed when a key types a letter, not when it is pasted, cut, deleted or dictated: tell it. */
let typed = false;
document.addEventListener("keypress", () => (typed = true), true);
document.addEventListener("input", (event) => {
  if (!typed && event.target.matches('[data-testid="textbox"]')) {
    event.target.dispatchEvent(new KeyboardEvent("keypress", { bubbles: true }));
  }
  typed = false;
});
