/* One value, worked: patch times kernel, the products, their sum, bias, ReLU. The kernel's weights are fields to type in.
   Needs grids.js. `edited(row, column, value)` and `biased(value)` tell what a person typed. */
class Worked {
    constructor(parent, edited, biased) {
        this.edited = edited;
        this.element = make(parent, "div", "cv-worked");
        const line = make(this.element, "div", "cv-sum");
        this.sum = make(line, "span");
        const label = make(line, "label", "cv-bias", " + bias ");
        this.bias = this.field(label, "bias", biased);
        this.total = make(line, "span");
        this.total.setAttribute("role", "status");
        const row = make(this.element, "div", "cv-terms");
        this.patch = this.term(row, "patch");
        make(row, "span", "cv-sign", "×");
        const kernel = make(row, "div", "cv-term");
        this.title = make(kernel, "small", "", "kernel");
        this.weights = make(kernel, "div", "cv-weights");
        make(row, "span", "cv-sign", "=");
        this.products = this.term(row, "products");
        this.fields = [];
    }

    term(parent, words) {
        const term = make(parent, "div", "cv-term");
        make(term, "small", "", words);
        return new NumberGrid(term, "cv-small");
    }

    /* A number to type; arrow keys add and take away. */
    field(parent, words, told) {
        const field = make(parent, "input");
        Object.assign(field, { type: "text", inputMode: "decimal", autocomplete: "off" });
        field.setAttribute("aria-label", words);
        const tell = () => {
            const value = Number(field.value.replace(",", ".").replace("−", "-"));
            const good = field.value.trim() !== "" && Number.isFinite(value) && Math.abs(value) <= 1e6;
            field.setAttribute("aria-invalid", !good);
            if (good) told(value);
        };
        field.addEventListener("input", tell);
        field.addEventListener("focus", () => field.select());
        field.addEventListener("blur", () => this.put(field, field.held, true));
        field.addEventListener("keydown", (event) => {
            const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
            if (!step) return;
            event.preventDefault();
            field.value = String(Number((Number(field.value) + step).toPrecision(6)));
            tell();
        });
        return field;
    }

    put(field, value, always = false) {
        field.held = value;
        if (!always && document.activeElement === field && Number(field.value) === value) return;
        const text = String(Number(value.toPrecision(this.fields.length > 9 ? 2 : 3)));
        if (field.value !== text) field.value = text;
        field.className = lengthClass(text);
        field.title = exact(value);
        field.setAttribute("aria-invalid", false);
    }

    build(k) {
        if (this.fields.length === k * k) return;
        this.weights.replaceChildren();
        this.weights.style.gridTemplateColumns = `repeat(${k}, 1fr)`;
        this.element.style.setProperty("--k", k);
        this.fields = Array.from({ length: k * k }, (_, n) => {
            const [row, column] = [Math.floor(n / k), n % k];
            return this.field(this.weights, `weight in row ${row + 1}, column ${column + 1}`, (value) => this.edited(row, column, value));
        });
    }

    /* channel: {name, patch, slice}; parts: [{name, sum}] of all channels. */
    draw({ channel, parts, bias, total, ground }) {
        const products = productsOf(channel.patch, channel.slice), k = channel.slice.length;
        this.build(k);
        const title = parts.length > 1 ? `kernel, ${channel.name} slice` : "kernel";
        if (this.title.textContent !== title) this.title.textContent = title;
        this.patch.draw(channel.patch, { colour: ground, write: (value) => exact(Number(value.toFixed(k > 3 ? 1 : 2))) });
        this.products.draw(products, { write: (value) => exact(Number(value.toPrecision(k > 3 ? 2 : 3))) });
        const colour = colouring(channel.slice);
        this.fields.forEach((field, n) => {
            const value = channel.slice[Math.floor(n / k)][n % k], paint = colour(value);
            this.put(field, value);
            field.style.background = `rgb(${paint})`;
            field.style.color = isDark(paint) ? "#fff" : "#000";
        });
        this.put(this.bias, bias);
        const sums = parts.map(({ name, sum }) => `${name} ${exact(sum)}`).join(" + ");
        this.sum.textContent = parts.length > 1 ? sums : `Sum of ${k * k} products ${exact(parts[0].sum)}`;
        this.total.textContent = ` = ${exact(total)}. ReLU: ${exact(relu(total))}`;
    }
}
