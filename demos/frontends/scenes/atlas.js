/* Small pictures of a layer's channels on one sheet: a press chooses that channel; two buttons lead to the layers beside.
   data: words, key: what makes it another sheet, sheet: base64 of a picture, side: pixels of a small one, columns: in a row
   of the sheet, names: of the channels, chosen: number, -1 for none, title, made: how, earlier, later: {value, label} of
   layers or null. */
export default function scene(root, send) {
    const bar = add(root, "div", "atlas-bar");
    const earlier = add(bar, "button", ""), title = add(bar, "strong", ""), later = add(bar, "button", "");
    const grid = add(root, "div", "atlas-grid"), said = add(root, "div", "atlas-said"), made = add(root, "div", "atlas-made");
    let data = null, key = null, tiles = [];
    grid.setAttribute("role", "group");
    earlier.addEventListener("click", () => send({ layer: data.earlier.value }));
    later.addEventListener("click", () => send({ layer: data.later.value }));

    function add(parent, name, style) {
        const element = parent.appendChild(document.createElement(name));
        element.className = style;
        if (name === "button") element.type = "button";
        return element;
    }
    /* A sheet is decoded once; each small picture is a canvas of its own in a button. */
    async function build() {
        grid.replaceChildren();
        tiles = data.names.map((name, k) => {
            const tile = add(grid, "button", "atlas-tile");
            tile.setAttribute("aria-label", name);
            tile.title = name;
            const picture = add(tile, "canvas", "");
            picture.width = picture.height = data.side;
            tile.addEventListener("click", () => send({ channel: String(k) }));
            tile.addEventListener("pointerenter", () => say(k));
            tile.addEventListener("focus", () => say(k));
            return tile;
        });
        grid.scrollTop = 0;
        const shown = key, bytes = Uint8Array.from(atob(data.sheet), (letter) => letter.charCodeAt(0));
        const sheet = await createImageBitmap(new Blob([bytes], { type: "image/webp" }));
        if (shown !== key) return; // another sheet came while this one was decoded
        const { side, columns } = data;
        tiles.forEach((tile, k) => {
            const x = (k % columns) * side, y = Math.floor(k / columns) * side;
            tile.firstChild.getContext("2d").drawImage(sheet, x, y, side, side, 0, 0, side, side);
        });
    }
    function say(k) {
        said.textContent = k in data.names ? data.names[k] : "";
    }
    /* One picture can be reached by the tab key, the others from there by arrow keys. */
    function mark(chosen) {
        tiles.forEach((tile, k) => {
            tile.tabIndex = k === Math.max(chosen, 0) ? 0 : -1;
            tile.setAttribute("aria-pressed", k === chosen);
        });
    }
    grid.addEventListener("keydown", (event) => {
        const row = Math.max(1, Math.round(grid.clientWidth / tiles[0].offsetWidth));
        const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: row, ArrowUp: -row }[event.key];
        const from = tiles.findIndex((tile) => tile.contains(event.target)), to = from + step;
        if (!step || from < 0 || !tiles[to]) return;
        event.preventDefault();
        tiles[from].tabIndex = -1;
        tiles[to].tabIndex = 0;
        tiles[to].focus();
    });
    function lead(button, words, layer) {
        button.hidden = !layer;
        button.textContent = words;
        button.title = layer ? layer.label : "";
    }

    return (fresh) => {
        data = fresh;
        title.textContent = data.title;
        made.textContent = data.made;
        grid.setAttribute("aria-label", data.words);
        lead(earlier, "← Earlier layer", data.earlier);
        lead(later, "Later layer →", data.later);
        if (key !== data.key) {
            key = data.key;
            build();
        }
        mark(data.chosen);
        say(data.chosen);
    };
}
