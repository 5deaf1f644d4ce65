/* Numbers as squares, and how numbers are written and coloured. Needs nothing. */
function make(parent, name, style = "", words = "") {
    const element = document.createElement(name);
    if (style) element.className = style;
    if (words !== "") element.textContent = words;
    if (name === "button") element.type = "button";
    parent.append(element);
    return element;
}

/* At most four signs or so: what fits into a small square; there a hyphen, narrower than a minus. */
function written(value, largest) {
    const digits = Number.isInteger(value) || largest >= 100 ? 0 : largest >= 1 ? 1 : 2;
    const text = Math.abs(value) >= 10000 ? `${Math.round(value / 1000)}k` : value.toFixed(digits);
    return Number(text) === 0 ? "0" : text.length > 3 ? text : text.replace("-", "−");
}
/* As exactly as a sum on paper needs it. */
function exact(value) {
    const rounded = Number.isInteger(value) ? value : Number(value.toPrecision(Math.abs(value) >= 1000 ? 6 : 4));
    return String(Object.is(rounded, -0) ? 0 : rounded).replace("-", "−");
}
/* Long numbers are written smaller. */
const lengthClass = (text) => (text.length > 3 ? ` cv-l${Math.min(text.length, 8)}` : "");
const largestOf = (rows) => rows.reduce((most, row) => row.reduce((part, value) => Math.max(part, Math.abs(value)), most), 0);

const BLUE = [33, 102, 172], WHITE = [247, 247, 247], RED = [178, 24, 43], BLACK = [0, 0, 0];
const mix = (from, to, share) => from.map((value, k) => Math.round(value + share * (to[k] - value)));

/* Grey from 0 where nothing is negative, else blue, white at 0, red. */
function colouring(rows) {
    const limit = largestOf(rows) || 1, signed = rows.some((row) => row.some((value) => value < 0));
    if (!signed) return (value) => mix(BLACK, [255, 255, 255], value / limit);
    return (value) => mix(WHITE, value < 0 ? BLUE : RED, Math.abs(value) / limit);
}
/* Whether white is easier to read on it than black (relative luminance as in WCAG 2). */
function isDark(ground) {
    const [red, green, blue] = ground.map((v) => (v <= 10 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.179;
}

/* A grid of numbers. draw(rows, {colour: value, row, column -> [r, g, b], marked and framed: sets of "row,column",
   hidden: from which number on nothing is shown yet, edge: rows of padding around}). */
class NumberGrid {
    constructor(parent, style) {
        this.element = make(parent, "div", `cv-grid ${style}`);
        this.cells = [];
        this.shape = "";
    }

    build(height, width, edge) {
        const shape = `${height} ${width} ${edge}`;
        if (shape === this.shape) return;
        this.shape = shape;
        const inner = (count) => `${edge ? `repeat(${edge}, minmax(0, 0.5fr)) ` : ""}repeat(${count - 2 * edge}, minmax(0, 1fr))${edge ? ` repeat(${edge}, minmax(0, 0.5fr))` : ""}`;
        this.element.style.gridTemplateColumns = inner(width);
        this.element.style.gridTemplateRows = inner(height);
        this.element.style.aspectRatio = `${width - edge} / ${height - edge}`;
        this.element.style.setProperty("--across", width - edge);
        this.element.replaceChildren();
        this.cells = Array.from({ length: height * width }, (_, n) => {
            const cell = make(this.element, "span");
            cell.dataset.n = n;
            return cell;
        });
    }

    draw(rows, { colour = colouring(rows), marked = new Set(), framed = "", hidden = Infinity, edge = 0, write = written } = {}) {
        const height = rows.length, width = rows[0]?.length ?? 0, largest = largestOf(rows);
        this.build(height, width, edge);
        this.cells.forEach((cell, n) => {
            const row = Math.floor(n / width), column = n % width, value = rows[row][column], place = `${row},${column}`;
            const inPadding = row < edge || column < edge || row >= height - edge || column >= width - edge;
            const ground = colour(value, row, column), text = n >= hidden ? "" : write(value, largest);
            const paint = inPadding || n >= hidden ? "" : `rgb(${ground})`;
            const style = inPadding ? "cv-zero" : n >= hidden ? "cv-later" : isDark(ground) ? "cv-dark" : "cv-light";
            const kind = style + (marked.has(place) ? " cv-marked" : "") + (framed === place ? " cv-framed" : "") + lengthClass(text);
            if (cell.text !== text) cell.textContent = cell.text = text;
            if (cell.paint !== paint) cell.style.background = cell.paint = paint;
            if (cell.kind !== kind) cell.className = cell.kind = kind;
        });
    }

    /* The row and column of a number that an event hit; null beside all. */
    at(event) {
        const cell = event.target.closest?.("[data-n]"), width = Number(this.shape.split(" ")[1]);
        return cell && this.element.contains(cell) ? [Math.floor(cell.dataset.n / width), cell.dataset.n % width] : null;
    }
}

/* A small picture of a map, without numbers. */
function drawThumb(canvas, rows) {
    const colour = colouring(rows), height = rows.length, width = rows[0]?.length ?? 0;
    canvas.width = Math.max(1, width);
    canvas.height = Math.max(1, height);
    if (!width) return;
    const image = new ImageData(width, height);
    rows.flat().forEach((value, n) => image.data.set([...colour(value), 255], 4 * n));
    canvas.getContext("2d").putImageData(image, 0, 0);
}
