/* A photo with a target box that is dragged, moved and resized, the network's own box, and what comes of both: the label
   vector with its loss, YOLO's grid cell, SSD's default boxes, FCOS's cells. Nothing is computed here: a new box is sent.
   data: words, photo: address, width and height of it, box and said: [x1, y1, x2, y2] in shares, present, truth, order,
   vector: {said: [sentences], rows: [{part, symbol, name, target, said, made, loss, counts}]},
   views: three of {said, columns, rows, grid?, marked?: boxes in shares}. */
export default function scene(root, send) {
    const NAMES = ["Label vector", "YOLO: a cell", "SSD: default boxes", "FCOS: cells"], LEAST = 0.02, STEP = 0.02, WAIT = 400;
    const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const CORNERS = [[0, 1], [2, 1], [0, 3], [2, 3]];
    let data = null, view = 0, box = null, drag = null, later = null;

    function draw(parent, name, attributes) {
        const element = document.createElementNS("http://www.w3.org/2000/svg", name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        return parent.appendChild(element);
    }
    const bar = add(root, "div", { className: "lv-bar" });
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", "What is shown");
    const buttons = NAMES.map((name, number) => {
        const button = add(bar, "button", { type: "button" }, name);
        button.addEventListener("click", () => turn(number));
        return button;
    });
    const top = add(root, "div", { className: "lv-top" });
    const frame = add(top, "div", { className: "lv-frame", tabIndex: 0 });
    frame.setAttribute("role", "application");
    const photo = add(frame, "img", { alt: "", draggable: false });
    const svg = draw(frame, "svg", { "aria-hidden": "true", viewBox: "0 0 1 1", preserveAspectRatio: "none" });
    const side = add(top, "div", { className: "lv-side" });
    const table = add(root, "table", { className: "lv-table" });

    // ------------------------------------------------------------ the box

    const rounded = () => box.map((value) => value.toFixed(3)).join(" ");
    function place(event) {
        const sides = frame.getBoundingClientRect(), within = (value) => Math.max(0, Math.min(1, value));
        return [within((event.clientX - sides.left) / sides.width), within((event.clientY - sides.top) / sides.height)];
    }
    /* Which corner, or the whole box, or null for a new one, lies under a place. */
    function grabbed([x, y]) {
        const near = (corner) => Math.hypot((x - box[corner[0]]) * frame.clientWidth, (y - box[corner[1]]) * frame.clientHeight);
        const best = CORNERS.reduce((a, b) => (near(b) < near(a) ? b : a));
        if (near(best) < 22) return best;
        return x > box[0] && x < box[2] && y > box[1] && y < box[3] ? "whole" : null;
    }
    const shift = (from, across, down) => {
        const x = Math.max(-from[0], Math.min(1 - from[2], across)), y = Math.max(-from[1], Math.min(1 - from[3], down));
        return [from[0] + x, from[1] + y, from[2] + x, from[3] + y];
    };
    const ordered = ([x1, y1, x2, y2]) => [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
    function resized(from, corner, [x, y]) {
        const next = [...from];
        [next[corner[0]], next[corner[1]]] = [x, y];
        return ordered(next);
    }
    frame.addEventListener("pointerdown", (event) => {
        if (event.button) return;
        const at = place(event);
        drag = { at, from: box, what: data.present ? grabbed(at) : null };
        frame.setPointerCapture(event.pointerId);
    });
    frame.addEventListener("pointermove", (event) => {
        if (!drag) return;
        const [x, y] = place(event);
        if (drag.what === "whole") box = shift(drag.from, x - drag.at[0], y - drag.at[1]);
        else if (drag.what) box = resized(drag.from, drag.what, [x, y]);
        else box = ordered([...drag.at, x, y]);
        picture();
    });
    frame.addEventListener("pointerup", () => {
        if (!drag) return;
        const from = drag.from;
        drag = null;
        if (box[2] - box[0] < LEAST || box[3] - box[1] < LEAST) box = from;
        if (box !== from) tell();
        picture();
    });
    frame.addEventListener("pointercancel", () => {
        box = drag?.from ?? box;
        drag = null;
        picture();
    });
    frame.addEventListener("keydown", (event) => {
        const way = KEYS[event.key];
        if (!way) return;
        event.preventDefault();
        const [x, y] = [STEP * way[0], STEP * way[1]];
        const far = [Math.max(box[0] + LEAST, Math.min(1, box[2] + x)), Math.max(box[1] + LEAST, Math.min(1, box[3] + y))];
        box = event.shiftKey ? [box[0], box[1], ...far] : shift(box, x, y);
        picture();
        clearTimeout(later);
        later = setTimeout(tell, WAIT);
    });
    function tell() {
        send(data.present ? { box: rounded() } : { box: rounded(), truth: "likeliest" });
    }

    // ------------------------------------------------------------ what is seen

    function turn(number) {
        view = number;
        show();
    }
    const rect = ([x1, y1, x2, y2], kind) => draw(svg, "rect", { x: x1, y: y1, width: x2 - x1, height: y2 - y1, class: kind });
    function picture() {
        const { grid, marked = [] } = view ? data.views[view - 1] : {};
        svg.replaceChildren();
        for (let n = 1; n < (grid ?? 0); n++) draw(svg, "path", { class: "grid", d: `M${n / grid} 0V1M0 ${n / grid}H1` });
        marked.forEach((one, n) => rect(one, n ? "marked" : "marked first"));
        if (!view) rect(data.said, "said");
        if (!data.present && !drag) return;
        rect(box, "under");
        rect(box, "target");
        if (view === 1) draw(svg, "ellipse", { class: "centre", cx: (box[0] + box[2]) / 2, cy: (box[1] + box[3]) / 2, rx: 0.012, ry: (0.012 * data.width) / data.height });
        for (const [x, y] of CORNERS) draw(svg, "path", { class: "corner", d: `M${box[x]} ${box[y]}h0` });
    }
    function head(names) {
        const row = add(add(table, "thead"), "tr");
        for (const name of names) add(row, "th", { scope: "col" }, name);
        return add(table, "tbody");
    }
    function vector() {
        const body = head(["number", "target", "network", "made by", "loss"]);
        for (const one of data.vector.rows) {
            const row = add(body, "tr", { className: one.counts ? one.part : `${one.part} out` });
            const first = add(row, "th", { scope: "row" }, one.symbol);
            add(first, "span", {}, ` ${one.name}`);
            const target = add(row, "td", {}, one.counts ? one.target : "?"), said = add(row, "td", {}, one.said);
            said.style.setProperty("--much", `${Math.min(100, 100 * Number(one.said))}%`);
            target.style.setProperty("--much", one.counts ? `${Math.min(100, 100 * Number(one.target))}%` : "0%");
            add(row, "td", { className: "made" }, one.made);
            add(row, "td", {}, one.counts ? one.loss : "does not count");
        }
    }
    function list({ columns, rows }) {
        if (!rows.length) return;
        const body = head(columns);
        for (const cells of rows) {
            const row = add(body, "tr");
            cells.forEach((words) => add(row, "td", {}, words));
        }
    }
    function show() {
        buttons.forEach((button, number) => button.setAttribute("aria-pressed", number === view));
        root.classList.toggle("lv-nothing", !data.present);
        side.replaceChildren();
        const sentences = view ? [data.views[view - 1].said] : data.vector.said;
        for (const sentence of sentences) add(side, "p", {}, sentence);
        if (!view) {
            const legend = add(side, "p", { className: "lv-legend" });
            if (data.present) add(legend, "span", { className: "target" }, "target");
            add(legend, "span", { className: "said" }, "the network's box");
        }
        if (!view && !data.present) add(side, "p", { className: "lv-hint" }, "Draw a box to say that there is something.");
        table.replaceChildren();
        table.setAttribute("aria-label", NAMES[view]);
        if (view) list(data.views[view - 1]);
        else vector();
        picture();
    }

    return (fresh) => {
        data = fresh;
        box = data.box;
        drag = null;
        clearTimeout(later);
        if (photo.getAttribute("src") !== data.photo) photo.src = data.photo;
        frame.style.aspectRatio = `${data.width} / ${data.height}`;
        frame.style.setProperty("--ratio", data.width / data.height);
        frame.setAttribute("aria-label", `${data.words} Arrow keys move the target, with Shift they change its size.`);
        show();
    };
}
