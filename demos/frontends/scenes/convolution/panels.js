/* Beside the worked value: pooling of the output, and what the convolution costs. Needs arithmetic.js and grids.js. */
class Pooling {
    constructor(parent, chosen) {
        this.element = make(parent, "div", "cv-pooling");
        this.said = make(this.element, "p", "cv-sum");
        this.said.setAttribute("role", "status");
        const row = make(this.element, "div", "cv-terms"), controls = make(row, "div", "cv-controls");
        this.size = numberField(controls, "Pooling windows of", 2, 3, (value) => chosen({ pool_size: value }));
        this.stride = numberField(controls, "Stride", 1, 3, (value) => chosen({ pool_stride: value }));
        this.grids = ["max", "average"].map((kind) => {
            const term = make(row, "div", "cv-term");
            make(term, "small", "", `${kind} pooling`);
            const grid = new NumberGrid(term, "cv-pooled");
            grid.element.addEventListener("pointerover", (event) => this.look(grid.at(event)));
            grid.element.addEventListener("click", (event) => this.look(grid.at(event)));
            return grid;
        });
        this.at = [0, 0];
    }

    look(place) {
        if (!place) return;
        this.at = place;
        this.draw(this.map, this.held);
    }

    draw(map, held) {
        Object.assign(this, { map, held });
        this.size.value = held.pool_size;
        this.stride.value = held.pool_stride;
        const all = windowsOf(map, held.pool_size, held.pool_stride), [row, column] = this.at.map((n, k) => Math.min(n, (k ? all[0]?.length ?? 0 : all.length) - 1));
        const pooled = [maxPool(map, held.pool_size, held.pool_stride), averagePool(map, held.pool_size, held.pool_stride)];
        this.grids.forEach((grid, k) => grid.draw(pooled[k], { framed: `${row},${column}` }));
        if (!all[0]?.length) {
            this.said.textContent = `The output is smaller than a window of ${held.pool_size} × ${held.pool_size}.`;
            return;
        }
        const values = all[row][column].map(exact), some = values.length > 4 ? `${values.slice(0, 4).join(", ")}, …` : values.join(", ");
        this.said.textContent = `${map.length} × ${map[0].length} becomes ${all.length} × ${all[0].length}. Of ${some}: largest ${exact(pooled[0][row][column])}, average ${exact(pooled[1][row][column])}`;
    }
}

/* Weights and multiply-adds beside a dense layer's, and one row of each drawn: equal colours are the same weight. */
class Costs {
    constructor(parent) {
        this.element = make(parent, "div", "cv-costs");
        this.said = make(this.element, "p", "cv-sum");
        const row = make(this.element, "div", "cv-terms");
        this.pictures = ["convolution", "dense layer"].map((name) => {
            const term = make(row, "div", "cv-term"), words = make(term, "small", "", name);
            const picture = term.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
            picture.setAttribute("viewBox", "0 0 220 70");
            picture.setAttribute("role", "img");
            return { name, words, picture, numbers: make(term, "div", "cv-numbers") };
        });
    }

    draw({ n, wide, channels, kernels, k, form, h, w }) {
        const { stride, padding, dilation } = form, costs = costsOf(channels, n, wide, kernels, k, h, w);
        const formula = `floor((${wide} + 2 · ${padding} − ${dilation} · (${k} − 1) − 1) / ${stride}) + 1 = ${outputSize(wide, k, form)}`;
        this.said.textContent = `In a row: ${formula}. Counted: ${startsOf(wide, k, form).length} places`;
        const starts = startsOf(wide, k, form), links = [[], []];
        starts.forEach((start, o) => {
            for (let m = 0; m < k; m++) if (start + m * dilation >= 0 && start + m * dilation < wide) links[0].push([start + m * dilation, o, m]);
            for (let i = 0; i < wide; i++) links[1].push([i, o, -1]);
        });
        const count = (number) => number.toLocaleString("en");
        const said = [[costs.weights, costs.multiplyAdds], [costs.dense, costs.dense]];
        this.pictures.forEach(({ name, picture, numbers }, which) => {
            numbers.textContent = `${count(said[which][0])} weights, ${count(said[which][1])} multiply-adds`;
            picture.setAttribute("aria-label", `One row of the ${name}: ${links[which].length} links between ${wide} inputs and ${starts.length} outputs`);
            this.link(picture, links[which], wide, starts.length, k);
        });
    }

    link(picture, links, inputs, outputs, k) {
        const along = (n, count) => (220 * (n + 0.5)) / count, parts = [];
        const add = (name, attributes) => {
            const element = document.createElementNS("http://www.w3.org/2000/svg", name);
            for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
            parts.push(element);
        };
        for (const [i, o, m] of links) {
            const stroke = m < 0 ? "" : `stroke: hsl(${Math.round((360 * m) / k)} 70% 45%)`;
            add("path", { class: "cv-link", d: `M${along(i, inputs).toFixed(1)} 6L${along(o, outputs).toFixed(1)} 64`, style: stroke });
        }
        for (let i = 0; i < inputs; i++) add("circle", { class: "cv-node", cx: along(i, inputs), cy: 6, r: 4 });
        for (let o = 0; o < outputs; o++) add("circle", { class: "cv-node", cx: along(o, outputs), cy: 64, r: 4 });
        picture.replaceChildren(...parts);
    }
}

/* A whole number between two others, as a field with its label. */
function numberField(parent, words, low, high, told) {
    const label = make(parent, "label", "cv-number", `${words} `), field = make(label, "input");
    Object.assign(field, { type: "number", min: low, max: high, step: 1 });
    field.addEventListener("input", () => {
        const value = Number(field.value);
        if (Number.isInteger(value) && value >= low && value <= high) told(value);
    });
    return field;
}
