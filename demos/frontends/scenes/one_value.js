/* One value of a feature map: where it lies, what it sees of the photo, and the products and sums that made it. A press on
   the map or the photo takes another value; buttons and arrow keys walk channels and layers.
   data: words, map: address or null, rows, columns, at: [row, column], photo: address or null, field: [x1, y1, x2, y2] shares
   of the photo, source, inside: [x1, y1, x2, y2], size: [height, width] of the input, upload: [height, width],
   channel: {name, earlier, later: values or null}, layer: {name, earlier, later: {value, label} or null}, value, kind,
   terms: [{name, patch, weights or null, sum}], others: {count, sum} or null, bias, total, steps: [{words, value}]. */
export default function scene(root, send) {
    const WAYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }, NUMBERS = 5;
    let data = null;

    function add(parent, name, className = "", text = "") {
        const element = parent.appendChild(document.createElement(name));
        element.className = className;
        if (text) element.textContent = text;
        if (name === "button") element.type = "button";
        return element;
    }
    const walks = add(root, "div", "ov-walks"), [channel, layer] = ["channel", "layer"].map((kind) => walker(kind));
    const pair = add(root, "div", "ov-pair"), [map, photo] = ["ov-map", "ov-photo"].map((name) => picture(name));
    const sum = add(root, "div", "ov-sum");
    map.frame.tabIndex = 0;
    map.frame.setAttribute("role", "application");

    /* A name between two buttons; arrow keys on it walk, too: sideways the channels, up and down the layers. */
    function walker(kind) {
        const box = add(walks, "div", "ov-walk"), [before, name, after] = ["button", "strong", "button"].map((tag) => add(box, tag));
        [before.textContent, after.textContent] = kind === "channel" ? ["◀", "▶"] : ["▲", "▼"];
        const go = (way) => {
            const goal = data[kind][way];
            if (goal !== null) send({ [kind]: goal.value ?? goal });
        };
        before.addEventListener("click", () => go("earlier"));
        after.addEventListener("click", () => go("later"));
        box.addEventListener("keydown", (event) => {
            const [keys, other] = kind === "channel" ? [["ArrowLeft", "ArrowRight"], layer] : [["ArrowUp", "ArrowDown"], channel];
            const way = keys.indexOf(event.key);
            if (way < 0) return event.key in WAYS ? other.key(event) : undefined;
            event.preventDefault();
            go(["earlier", "later"][way]);
        });
        return {
            key(event) {
                const way = { ArrowLeft: 0, ArrowRight: 1, ArrowUp: 0, ArrowDown: 1 }[event.key];
                event.preventDefault();
                go(["earlier", "later"][way]);
            },
            show() {
                const { earlier, later } = data[kind];
                name.textContent = data[kind].name;
                [[before, earlier, "Earlier"], [after, later, "Next"]].forEach(([button, goal, word]) => {
                    button.disabled = goal === null;
                    button.setAttribute("aria-label", `${word} ${kind}${goal?.label ? `: ${goal.label}` : ""}`);
                });
            },
        };
    }
    function picture(name) {
        const frame = add(pair, "div", `ov-frame ${name}`), image = add(frame, "img"), mark = add(frame, "div", "ov-mark");
        image.alt = "";
        image.draggable = false;
        return { frame, image, mark };
    }
    const share = (event, frame) => {
        const box = frame.getBoundingClientRect();
        return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    };
    const within = (value, count) => Math.max(0, Math.min(count - 1, Math.floor(value)));

    /* A cell's middle in the input, and from there in the upload: the server finds the cell again. */
    function take(row, column) {
        const [x1, y1, x2, y2] = data.source, [u1, v1, u2, v2] = data.inside, [high, wide] = data.size;
        const x = x1 + ((((column + 0.5) / data.columns) * wide - u1) * (x2 - x1)) / (u2 - u1);
        const y = y1 + ((((row + 0.5) / data.rows) * high - v1) * (y2 - y1)) / (v2 - v1);
        send({ place: [within(x, data.upload[1]), within(y, data.upload[0])] });
    }
    map.frame.addEventListener("click", (event) => {
        const [across, down] = share(event, map.frame);
        take(within(down * data.rows, data.rows), within(across * data.columns, data.columns));
    });
    photo.frame.addEventListener("click", (event) => {
        const [across, down] = share(event, photo.frame);
        send({ place: [within(across * data.upload[1], data.upload[1]), within(down * data.upload[0], data.upload[0])] });
    });
    map.frame.addEventListener("keydown", (event) => {
        const way = WAYS[event.key];
        if (!way) return;
        event.preventDefault();
        take(within(data.at[0] + way[0], data.rows), within(data.at[1] + way[1], data.columns));
    });

    // ------------------------------------------------------------ the sum

    const short = (value) => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : "·");
    /* As short as a small square needs it: .25, -1.3, 240. */
    const cell = (value) => {
        const rounded = Number(Math.abs(value) < 100 ? value?.toFixed(2) : value?.toPrecision(3));
        return Number.isFinite(value) ? String(rounded).replace(/^(-?)0\./, "$1.") : "·";
    };
    function grid(parent, numbers, name) {
        const figure = add(parent, "div", "ov-figure"), cells = add(figure, "div", "ov-grid");
        const most = Math.max(...numbers.flat().filter(Number.isFinite).map(Math.abs), 1e-9), wide = numbers[0].length;
        cells.style.setProperty("--across", wide);
        cells.setAttribute("role", "img");
        cells.setAttribute("aria-label", `${name}: ${wide > NUMBERS ? `${numbers.length} × ${wide} numbers` : numbers.map((row) => row.map(short).join(" ")).join("; ")}`);
        cells.classList.toggle("small", wide > NUMBERS);
        numbers.flat().forEach((value) => {
            const tile = add(cells, "span", "", wide > NUMBERS ? "" : cell(value)), part = Number.isFinite(value) ? Math.round((70 * Math.abs(value)) / most) : 0;
            tile.style.background = `color-mix(in srgb, ${value < 0 ? "#2A84C6" : "#D55E00"} ${part}%, transparent)`;
        });
        add(figure, "div", "ov-caption", name);
    }
    function term({ name, patch, weights, sum: value }) {
        const row = add(sum, "div", "ov-term");
        grid(row, patch, name);
        if (weights) {
            add(row, "span", "ov-sign", "·");
            grid(row, weights, "kernel");
            add(row, "span", "ov-sign", "=");
            grid(row, patch.map((line, i) => line.map((number, j) => number * weights[i][j])), "products");
        }
        const end = add(row, "span", "ov-total");
        add(end, "span", "ov-sign", weights ? "Σ" : "→");
        add(end, "strong", "", short(value));
    }
    function add_up() {
        sum.replaceChildren();
        add(sum, "div", "ov-kind", data.terms.length ? `Made by: ${data.kind}` : data.kind);
        data.terms.forEach(term);
        const list = add(sum, "ol", "ov-steps");
        const step = (words, value) => {
            const row = add(list, "li", "", `${words} `);
            add(row, "strong", "", short(value));
        };
        if (data.others) step(`The ${data.others.count} other channels together:`, data.others.sum);
        if (data.bias) step("Bias:", data.bias);
        if (data.terms.length && data.terms[0].weights) step("All of it added up:", data.total);
        data.steps.forEach(({ words, value }) => step(`${words}:`, value));
        if (!data.steps.length && !data.terms.length) step("The value:", data.value);
    }

    return (fresh) => {
        data = fresh;
        [channel, layer].forEach((one) => one.show());
        map.frame.hidden = data.map === null;
        photo.frame.hidden = data.photo === null;
        if (data.map) {
            map.image.src = data.map;
            const [row, column] = data.at, [high, wide] = [100 / data.rows, 100 / data.columns];
            Object.assign(map.mark.style, { left: `${column * wide}%`, top: `${row * high}%`, width: `${wide}%`, height: `${high}%` });
            map.frame.setAttribute("aria-label", `${data.words} Arrow keys take the value beside it.`);
        }
        if (data.photo) {
            photo.image.src = data.photo;
            const [x1, y1, x2, y2] = data.field.map((one) => 100 * one);
            Object.assign(photo.mark.style, { left: `${x1}%`, top: `${y1}%`, width: `${x2 - x1}%`, height: `${y2 - y1}%` });
        }
        add_up();
    };
}
