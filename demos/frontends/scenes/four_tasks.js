/* Four columns, one for each task: the picture with the answer drawn, how many numbers the heads give, the time; below them
   the pressed one large, with the arrays on their way in and out.
   data: words, width and height of the photos, columns: [{title, asks, network, photo: address, answer,
   boxes: [{at: [x1, y1, x2, y2], name, colour}], way and heads: [[words, shape, activation]], input, outputs, seconds}]. */
export default function scene(root) {
    let data = null, chosen = 0;

    function draw(parent, name, attributes, words = "") {
        const element = document.createElementNS("http://www.w3.org/2000/svg", name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        element.textContent = words;
        return parent.appendChild(element);
    }
    const all = add(root, "div", { className: "ft-all" }), cards = add(all, "div", { className: "ft-cards" });
    const buttons = [0, 1, 2, 3].map((number) => {
        const button = add(cards, "button", { type: "button", className: "ft-card" });
        button.addEventListener("click", () => choose(number));
        button.addEventListener("keydown", (event) => walk(event, number));
        return button;
    });
    const detail = add(all, "div", { className: "ft-detail" });

    function walk(event, number) {
        const to = number + ({ ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? NaN);
        if (!buttons[to]) return;
        event.preventDefault();
        buttons[to].focus();
        choose(to);
    }
    function choose(number) {
        chosen = number;
        show();
    }
    /* A photo with its boxes; names only where it is large. */
    function photograph(parent, column, large) {
        const figure = add(parent, "span", { className: "ft-photo" }), { width, height } = data;
        figure.style.aspectRatio = `${width} / ${height}`;
        add(figure, "img", { src: column.photo, alt: "" });
        const svg = draw(figure, "svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
        for (const { at: [x1, y1, x2, y2], colour } of column.boxes) {
            const sides = { x: x1, y: y1, width: x2 - x1, height: y2 - y1, class: "around" };
            draw(svg, "rect", sides);
            draw(svg, "rect", { ...sides, class: "box", stroke: colour });
        }
        if (!large) return;
        for (const { at: [x1, y1], name, colour } of column.boxes) {
            const tag = add(figure, "span", { className: "ft-tag" }, name);
            tag.style.left = `${Math.min(70, (100 * x1) / width)}%`;
            tag.style.top = `${Math.min(85, (100 * y1) / height)}%`;
            tag.style.borderColor = colour;
        }
    }
    function rows(parent, title, found) {
        const part = add(parent, "tbody");
        const head = add(add(part, "tr"), "th", { colSpan: 3 }, title);
        head.scope = "rowgroup";
        for (const cells of found) {
            const row = add(part, "tr");
            cells.forEach((words) => add(row, "td", {}, words));
        }
    }
    function show() {
        buttons.forEach((button, number) => {
            const column = data.columns[number];
            button.replaceChildren();
            button.setAttribute("aria-pressed", number === chosen);
            add(button, "span", { className: "ft-title" }, column.title);
            photograph(button, column, false);
            add(button, "span", { className: "ft-answer" }, column.answer);
            add(button, "span", { className: "ft-count" }, `in ${column.input}`);
            add(button, "span", { className: "ft-count" }, `out ${column.outputs}`);
            add(button, "span", { className: "ft-count" }, column.seconds);
        });
        const column = data.columns[chosen];
        detail.replaceChildren();
        photograph(detail, column, true);
        const side = add(detail, "div", { className: "ft-side" });
        add(side, "p", { className: "ft-asks", role: "status" }, `${column.asks} ${column.network}`);
        const table = add(side, "table", { className: "ft-table" });
        table.setAttribute("aria-label", `What goes into and out of the heads: ${column.title}`);
        rows(table, "in", column.way);
        rows(table, `out: ${column.outputs} numbers`, column.heads);
    }

    return (fresh) => {
        data = fresh;
        show();
    };
}
