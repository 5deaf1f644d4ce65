/* Words for pictures that Gradio leaves without: files are named after what they show, and so is their alternative text.
   And what only the page can measure: how high the main picture may be, and where a long column stays. */
(() => {
  const EDGE = 16;
  const LOWEST = 220;
  const NARROW = 800;
  const set = (element, name, value) => {
    if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value);
  };
  const shows = (image) => decodeURIComponent(image.src.split("/").pop()).replace(/\.\w+$/, "");

  const describe = () => {
    for (const image of document.querySelectorAll(".examples img, .inputs .pictures img")) {
      if (image.src.startsWith("http") && (!image.alt || image.dataset.named)) {
        image.dataset.named = "yes";
        if (image.alt !== shows(image)) image.alt = shows(image);
      }
    }
    for (const button of document.querySelectorAll("button.gallery-item:has(img)")) {
      const title = button.querySelector("img").alt;
      if (title && button.title !== title) button.title = title;
    }
  };

  /* Pictures in a row or in several, whichever shows them largest within the height that there is. */
  const arrange = (grid, room) => {
    const images = [...grid.querySelectorAll("img")];
    const shape = Math.max(...images.map((image) => image.naturalHeight / image.naturalWidth || 0));
    if (!shape) return;
    const words = grid.querySelector(".caption-label") ? 44 : 0;
    const fits = (columns) => Math.ceil(images.length / columns) * ((grid.clientWidth / columns) * shape + words) <= room;
    let columns = 1;
    while (columns < images.length && !fits(columns)) columns += 1;
    set(grid, "--fit", String(columns));
    if (!grid.classList.contains("fitted")) grid.classList.add("fitted");
  };

  const measure = () => {
    for (const bench of document.querySelectorAll(".bench")) {
      const main = bench.querySelector(".stage .grid-container, .stage .scene .frame");
      if (main && window.innerWidth >= NARROW) {
        const facts = bench.querySelector(".stage .facts");
        const below = facts ? facts.offsetHeight + EDGE : 0;
        const room = Math.max(LOWEST, window.innerHeight - (main.getBoundingClientRect().top + window.scrollY) - below - EDGE);
        set(bench, "--room", `${Math.floor(room)}px`);
        if (main.matches(".grid-container")) arrange(main, room);
      }
      for (const column of bench.querySelectorAll(":scope > .inputs, :scope > .lesson")) {
        set(column, "--top", `${Math.min(EDGE, window.innerHeight - column.offsetHeight - EDGE)}px`);
      }
    }
  };

  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      describe();
      measure();
    });
  };
  window.addEventListener("resize", soon);
  document.addEventListener("load", soon, true);
  document.addEventListener("toggle", soon, true);
  new MutationObserver(soon).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["src"] });
})();

/* The page's title, for the browser's tab, its history and its bookmarks. What is new is said to those who do not see it. */
(() => {
  const QUIET = 700; // milliseconds without a change: while a slider moves nothing is said
  let said = null;
  let timer = 0;
  const words = () => {
    const headline = [...document.querySelectorAll(".stage .note.headline, .stage .error [role]")].find((e) => e.checkVisibility());
    return headline ? headline.innerText.trim() : "";
  };
  const say = () => {
    if (said.textContent !== words()) said.textContent = words();
  };
  const look = () => {
    const here = document.querySelector(".heading h2, .glossary h2");
    if (here && !document.title.startsWith(here.textContent)) document.title = `${here.textContent} · ${document.title}`;
    const stage = document.querySelector(".stage");
    if (!stage) return;
    if (!said) {
      said = document.createElement("p");
      said.className = "spoken";
      said.setAttribute("role", "status");
      document.querySelector(".gradio-container").append(said);
    }
    for (const watch of document.querySelectorAll(".block.watch:not([role])")) watch.setAttribute("role", "status");
    if (said.textContent && said.textContent !== words()) said.textContent = ""; // what no longer holds is not left standing
    clearTimeout(timer);
    timer = setTimeout(say, QUIET);
  };
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
})();

/* The start page's search, in the browser alone; a term's meaning goes with Escape; a press of "Try this" on a telephone
   shows what it did. */
document.addEventListener("input", (event) => {
  if (!event.target.matches(".start .search input")) return;
  const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  const page = event.target.closest(".start");
  let found = 0;
  for (const group of page.querySelectorAll(".group")) {
    const title = group.querySelector("h2").textContent;
    let some = false;
    for (const card of group.querySelectorAll("li")) {
      const text = `${title} ${card.textContent}`.toLowerCase();
      card.hidden = !words.every((word) => text.includes(word));
      if (!card.hidden) found += 1;
      some ||= !card.hidden;
    }
    group.hidden = !some;
  }
  for (const way of page.querySelectorAll(".ways, .led")) way.hidden = words.length > 0;
  page.querySelector(".found").textContent = words.length ? `${found} found` : "";
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (document.activeElement?.matches(".term")) document.activeElement.blur();
  document.querySelector(".choose[open]")?.removeAttribute("open");
});
document.addEventListener("click", (event) => {
  if (window.innerWidth >= 800 || !event.target.closest(".tries button")) return;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  document.querySelector(".stage").scrollIntoView({ behavior: calm ? "auto" : "smooth" });
});

/* Gradio 6.31 takes a text for changed when a key types a letter, not when it is pasted, cut, deleted or dictated: tell it. */
let typed = false;
document.addEventListener("keypress", () => (typed = true), true);
document.addEventListener("input", (event) => {
  if (!typed && event.target.matches('[data-testid="textbox"]')) {
    event.target.dispatchEvent(new KeyboardEvent("keypress", { bubbles: true }));
  }
  typed = false;
});
