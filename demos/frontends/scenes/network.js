/* A whole network: a picture for each layer, later ones further right, smaller maps further down, arrows for what each is
   made from. A press, or Enter, goes to a layer; arrow keys walk; the film walks from the input to the end, and to the answer.
   data: words, sets (the input's name), chosen: number of a layer, columns: how many, rows: [{label, lanes}],
   blocks: [{value, about, picture, column, row, lane}], the first is the input (value ""), arrows: [[from, to, skips]],
   end: {said, rows: [[words, share]]}, the network's answer, with which the film ends; null where the last block is it. */
export default function scene(root, send) {
    const LABEL = 74, MOST = 62, GAP = 8, BETWEEN = 18, BEAT = 700, LEAST = matchMedia("(pointer: coarse)").matches ? 38 : 24;
    let data = null, tiles = [], at = 0, size = MOST, film = 0, width = 0;

    const frame = add(root, "div", { className: "network-frame" }), stage = add(frame, "div", { className: "network-stage" });
    const svg = stage.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
    const under = add(root, "div", { className: "network-under" });
    const large = add(under, "img", { className: "network-large", alt: "" });
    const side = add(under, "div"), about = add(side, "p", { className: "network-about" });
    const play = add(side, "button", { type: "button", textContent: "Film" });
    const label = add(side, "dl", { className: "network-label", hidden: true });
    svg.setAttribute("aria-hidden", "true");
    stage.setAttribute("role", "group");
    about.setAttribute("role", "status");
    play.addEventListener("click", () => (film ? stop() : start()));

    // ------------------------------------------------------------ where everything stands

    const step = () => size + GAP;
    const x = (block) => LABEL + block.column * step();
    const y = (block) => top(block.row) + block.lane * (size + 4);
    const top = (row) => 6 + data.rows.slice(0, row).reduce((sum, { lanes }) => sum + lanes * (size + 4) + BETWEEN, 0);

    function draw() {
        width = frame.clientWidth;
        size = Math.max(LEAST, Math.min(MOST, Math.floor((width - LABEL - 12) / data.columns) - GAP));
        const wide = LABEL + data.columns * step() + 6, high = top(data.rows.length);
        stage.style.width = `${wide}px`;
        stage.style.height = `${high}px`;
        svg.setAttribute("viewBox", `0 0 ${wide} ${high}`);
        svg.setAttribute("preserveAspectRatio", "xMinYMin meet"); // on a wider stage arrows stay with their blocks
        svg.replaceChildren();
        data.rows.forEach(({ label }, row) => line("text", { x: 2, y: top(row) + size / 2 + 5, class: "row" }).append(label));
        data.arrows.forEach(([from, to, skips]) => arrow(data.blocks[from], data.blocks[to], skips));
        tiles.forEach((tile, k) => {
            const block = data.blocks[k];
            Object.assign(tile.style, { left: `${x(block)}px`, top: `${y(block)}px`, width: `${size}px`, height: `${size}px` });
        });
    }
    function line(name, attributes) {
        const element = document.createElementNS("http://www.w3.org/2000/svg", name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        return svg.appendChild(element);
    }
    /* What skips layers of its own row goes over them; what comes from above or below enters there; the rest is straight. */
    function arrow(from, to, skips) {
        const [x1, y1, x2, y2] = [x(from), y(from), x(to), y(to)], half = size / 2, apart = (x2 - x1) / step();
        const over = Math.min(y1, y2) - Math.min(BETWEEN - 5, 4 + apart);
        let path = `M${x1 + size} ${y1 + half}L${x2} ${y2 + half}`;
        if (from.row === to.row && apart > 1) path = `M${x1 + half} ${y1}C${x1 + half} ${over} ${x2 + half} ${over} ${x2 + half} ${y2}`;
        else if (from.row < to.row) path = `M${x1 + half} ${y1 + size}C${x1 + half} ${y2 - half} ${x2 + half} ${y1 + 2 * size} ${x2 + half} ${y2}`;
        else if (from.row > to.row) path = `M${x1 + half} ${y1}C${x1 + half} ${y2 + 2 * size} ${x2 + half} ${y1 - size} ${x2 + half} ${y2 + size}`;
        line("path", { d: path, class: skips ? "arrow skip" : "arrow" });
    }

    // ------------------------------------------------------------ walking

    function point(k) {
        at = k;
        label.hidden = true;
        about.textContent = data.blocks[k].about;
        large.src = data.blocks[k].picture;
        tiles.forEach((tile, j) => {
            tile.classList.toggle("pointed", j === k);
            tile.tabIndex = j === k ? 0 : -1;
        });
    }
    function show(k) {
        const left = x(data.blocks[k]);
        if (left < frame.scrollLeft || left + size > frame.scrollLeft + frame.clientWidth) frame.scrollLeft = left - frame.clientWidth / 2;
    }
    /* Left and right follow the order in which layers run; up and down lead to the nearest one above or below. */
    function beside(key) {
        const here = data.blocks[at], way = { ArrowUp: -1, ArrowDown: 1 }[key];
        if (!way) return at + { ArrowLeft: -1, ArrowRight: 1 }[key];
        const others = data.blocks.map((block, k) => ({ k, apart: Math.abs(block.column - here.column), down: way * (y(block) - y(here)) }));
        others.sort((one, other) => one.apart - other.apart || one.down - other.down);
        return others.find(({ down }) => down > 0)?.k ?? -1;
    }
    stage.addEventListener("keydown", (event) => {
        if (!["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].includes(event.key)) return;
        event.preventDefault();
        const goal = beside(event.key);
        if (!tiles[goal]) return;
        stop();
        point(goal);
        show(goal);
        tiles[goal].focus({ preventScroll: true });
    });
    function go(k) {
        stop();
        point(k);
        if (data.blocks[k].value) send({ [data.sets]: data.blocks[k].value });
    }
    function start() {
        play.textContent = "Stop";
        let next = 0;
        film = setInterval(walk, BEAT);
        function walk() {
            if (next > data.blocks.length - !data.end || !root.isConnected) return stop();
            if (next === data.blocks.length) return sayEnd(next++);
            point(next);
            show(next);
            next += 1;
        }
        walk();
    }
    function stop() {
        clearInterval(film);
        film = 0;
        play.textContent = data.end ? "Film: from pixels to the answer" : "Film: from the input to the end";
    }
    /* The film's end: the picture again, and what the network answers. */
    function sayEnd() {
        const percent = (share) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}%`;
        point(data.blocks.length - 1);
        about.textContent = data.end.said;
        large.src = data.blocks[0].picture;
        label.replaceChildren();
        for (const [words, share] of data.end.rows) {
            add(label, "dt", { textContent: words });
            add(label, "dd", { textContent: percent(share) }).style.setProperty("--share", share);
        }
        label.hidden = false;
    }

    function build() {
        tiles.forEach((tile) => tile.remove());
        tiles = data.blocks.map((block, k) => {
            const tile = add(stage, "button", { type: "button", className: "network-block" });
            tile.setAttribute("aria-label", block.about);
            tile.setAttribute("aria-pressed", k === data.chosen);
            add(tile, "img", { src: block.picture, alt: "", draggable: false });
            tile.addEventListener("click", () => go(k));
            tile.addEventListener("pointerenter", () => film || point(k));
            tile.addEventListener("focus", () => film || point(k));
            return tile;
        });
        stage.setAttribute("aria-label", `${data.words} Arrow keys walk, Enter goes to a layer.`);
    }
    stage.addEventListener("pointerleave", () => film || (!stage.contains(document.activeElement) && point(data.chosen)));
    new ResizeObserver(() => data && frame.clientWidth !== width && draw()).observe(frame);

    return (fresh) => {
        const held = tiles.some((tile) => tile === root.getRootNode().activeElement);
        data = fresh;
        stop();
        build();
        draw();
        point(data.chosen);
        show(data.chosen);
        if (held) tiles[data.chosen].focus({ preventScroll: true });
    };
}
