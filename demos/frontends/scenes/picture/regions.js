/* Boxes and masks over a picture, as vectors: names beside them, their numbers on hover and focus, a legend of switches. */
const BOX_TINT = 0.24; // a box is tinted a quarter as strongly as a mask
const letters = new OffscreenCanvas(1, 1).getContext("2d");

function regionsOver(frame, clip, below, card, strength) {
    const layer = makeSvg("svg", { class: "layer" });
    const shapes = makeSvg("g"), tags = makeSvg("g", { class: "tags", "aria-hidden": "true" });
    layer.append(shapes, tags);
    clip.append(layer);
    const legend = make("ul", { class: "legend" });
    below.append(legend);
    const hidden = new Set();
    let data = { regions: [], names: [] }, drawn = [], shown = null, held = false;

    const nameOf = (region) => data.names[region.of];
    const visible = () => drawn.filter(({ region }) => !hidden.has(nameOf(region).name));

    /* ---- numbers of one */
    const tell = (entry, px, py) => {
        shown?.shape.classList.remove("told");
        shown = entry;
        if (!entry) return card.hide();
        entry.shape.classList.add("told");
        const { words, numbers } = entry.region;
        card.show([make("b", {}, words), ...numbers], px, py);
    };
    const pointed = (entry, event) => {
        const box = frame.getBoundingClientRect();
        tell(entry, event.clientX - box.left, event.clientY - box.top);
    };
    const focused = (entry) => {
        const box = frame.getBoundingClientRect(), own = entry.shape.getBoundingClientRect();
        tell(entry, Math.max(0, own.left - box.left), Math.max(0, own.top - box.top));
    };
    const step = (entry, by) => {
        const all = visible();
        const next = all[(all.indexOf(entry) + by + all.length) % all.length];
        next?.shape.focus();
    };
    const draw = (region) => {
        const { colour } = nameOf(region), [x1, y1, x2, y2] = region.box;
        const place = region.path ? { d: region.path, "fill-rule": "evenodd" } : { x: x1, y: y1, width: x2 - x1, height: y2 - y1 };
        const said = [region.words, ...region.numbers].join(", ");
        const shape = makeSvg(region.path ? "path" : "rect", { class: `shape ${region.path ? "mask" : "box"}`, role: "img", "aria-label": said, ...place });
        shape.style.color = colour;
        const entry = { region, shape };
        shape.addEventListener("pointermove", (event) => !event.buttons && !held && pointed(entry, event));
        shape.addEventListener("pointerout", (event) => event.pointerType === "mouse" && !held && tell(null));
        shape.addEventListener("focus", () => shape.matches(":focus-visible") && focused(entry));
        shape.addEventListener("blur", () => tell(null));
        shape.addEventListener("keydown", (event) => {
            const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
            if (by) step(entry, by);
            else if (event.key === "Escape") tell(null);
            if (by) event.preventDefault();
        });
        return entry;
    };

    /* ---- the legend */
    const switchOf = ({ name, colour, scores }) => {
        const swatch = make("i", { class: "swatch" });
        swatch.style.color = colour;
        const button = make("button", { type: "button", class: "switch", "aria-pressed": !hidden.has(name) }, swatch, make("b", {}, name));
        button.addEventListener("click", () => {
            if (!hidden.delete(name)) hidden.add(name);
            button.setAttribute("aria-pressed", !hidden.has(name));
            tell(null);
            place(last);
        });
        return make("li", {}, button, ...(scores ? [make("span", {}, scores)] : []));
    };
    /* ---- where all stands when the picture is at (x, y), k times as large */
    let last = { k: 1, x: 0, y: 0 };
    const place = (at) => {
        last = at;
        const scale = (at.k * frame.clientWidth) / (data.width || 1);
        shapes.setAttribute("transform", `translate(${at.x} ${at.y}) scale(${scale})`);
        const here = new Set(visible());
        for (const entry of drawn) entry.shape.style.display = here.has(entry) ? "" : "none";
        const size = 0.82 * parseFloat(getComputedStyle(document.documentElement).fontSize), high = Math.round(size * 1.5);
        const seen = data.few ? [...here].map(({ region }) => tagOf(region, scale, at)).filter((item) => item) : [];
        letters.font = `600 ${size}px system-ui, sans-serif`;
        const places = placeTags(seen, (words) => letters.measureText(words).width + size * 0.7, high, frame.clientWidth, frame.clientHeight);
        tags.replaceChildren(...seen.map((item, k) => drawTag(item, places[k], size)).reverse());
    };
    const tagOf = (region, scale, at) => {
        const box = region.box.map((side, k) => side * scale + (k % 2 ? at.y : at.x));
        const out = box[2] < 0 || box[3] < 0 || box[0] > frame.clientWidth || box[1] > frame.clientHeight;
        return out ? null : { box, words: region.words, ...nameOf(region) };
    };
    const drawTag = ({ words, colour, ink }, [x1, y1, x2, y2], size) => {
        const ground = makeSvg("rect", { x: x1, y: y1, width: x2 - x1, height: y2 - y1, fill: colour });
        const text = makeSvg("text", { x: x1 + size * 0.35, y: y2 - size * 0.42 }, words);
        text.style.cssText = `fill: ${ink}; font: 600 ${size}px system-ui, sans-serif`;
        return makeSvg("g", {}, ground, text);
    };

    const show = (fresh) => {
        data = { few: true, regions: [], names: [], ...fresh };
        if (shown) tell(null);
        held = false;
        const area = ({ box: [x1, y1, x2, y2] }) => (x2 - x1) * (y2 - y1);
        drawn = data.regions.map(draw);
        drawn.forEach(({ shape }, k) => shape.setAttribute("tabindex", data.few || !k ? 0 : -1));
        shapes.classList.toggle("edges", !data.few);
        shapes.replaceChildren(...[...drawn].sort((one, other) => area(other.region) - area(one.region)).map(({ shape }) => shape));
        legend.replaceChildren(...data.names.map(switchOf));
        legend.hidden = !data.names.length;
    };
    /* A press holds the numbers of what it meets, until another press. */
    const tap = (event) => {
        if (!drawn.length) return;
        const entry = drawn.find(({ shape }) => event.composedPath().includes(shape));
        held = Boolean(entry) && !(held && entry === shown);
        if (entry) pointed(entry, event);
        else tell(null);
    };
    const painted = () => ({ entries: visible(), strength: strength(), few: data.few, nameOf });
    return { show, place, tap, painted };
}
