/* Words for pictures that Gradio leaves without: files are named after what they show, and so is their alternative text.
   And which columns of controls fit on the screen, and so may stay in view. */
(() => {
  const shows = (image) => decodeURIComponent(image.src.split("/").pop()).replace(/\.\w+$/, "");
  const describe = () => {
    for (const image of document.querySelectorAll(".examples img, .slider-wrap img, .inputs .pictures img")) {
      if (image.src.startsWith("http") && (!image.alt || image.dataset.named)) {
        image.dataset.named = "yes";
        if (image.alt !== shows(image)) image.alt = shows(image);
      }
    }
    for (const button of document.querySelectorAll("button.gallery-item:has(img)")) {
      const title = button.querySelector("img").alt;
      if (title && button.title !== title) button.title = title;
    }
    for (const column of document.querySelectorAll(".bench > .inputs")) {
      const fits = column.offsetHeight < window.innerHeight - 32;
      if (column.classList.contains("fits") !== fits) column.classList.toggle("fits", fits);
    }
  };
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      describe();
    });
  };
  window.addEventListener("resize", soon);
  document.addEventListener("load", soon, true);
  new MutationObserver(soon).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["src"] });
})();

/* The page's title, for the browser's tab, its history and its bookmarks. */
(() => {
  let named = false;
  const call = () => {
    const here = document.querySelector(".bar .demos [aria-current]");
    if (!here || named) return;
    named = true;
    document.title = `${here.textContent} · ${document.title}`;
  };
  new MutationObserver(call).observe(document.documentElement, { childList: true, subtree: true });
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
