/* A transposed convolution whose numbers are typed into cells; an output cell shows its sources when it is pointed at.
   data: words, small and kernel: rows of numbers, stride, padding, extra: output padding, most: rows and columns at most,
   choice: what the input "output_padding" holds, held: {decoder, kernel} as texts. */
export default function scene(root, send) {
    const PAUSE = 600, BLUE = [33, 102, 172], WHITE = [247, 247, 247], RED = [178, 24, 43];
    const WAYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    let data = null, tables = {}, form = {}, at = [0, 0], counting = false, timer = 0, waiting = false, seen = "";

    const bar = add(root, "div", "up-bar");
    const fields = [["stride", 1, 4], ["padding", 0, 2], ["extra", 0, 3]].map(([name, low, high]) => {
        const label = add(bar, "label", "", `${name === "extra" ? "output padding" : name} `), field = add(label, "input", "");
        Object.assign(field, { type: "number", min: low, max: high, step: 1 });
        field.addEventListener("input", () => {
            const value = Number(field.value);
            if (field.value === "" || !Number.isInteger(value) || value < low || value > high) return;
            form[name] = value;
            if (name === "extra") form.chosen = true;
            form.extra = form.chosen ? Math.min(form.extra, form.stride - 1) : automatic();
            later();
        });
        return [name, field];
    });
    const count = add(bar, "button", "", "Count the stamps");
    count.addEventListener("click", () => {
        counting = !counting;
        show();
    });
    const row = add(root, "div", "up-row");
    const editors = { small: editor("the decoder's map"), kernel: editor("the kernel") };
    const result = add(row, "figure", "up-out"), title = add(result, "figcaption", ""), grid = add(result, "div", "up-grid");
    Object.assign(grid, { tabIndex: 0 });
    grid.setAttribute("role", "application");
    const said = add(root, "p", "up-said");
    said.setAttribute("role", "status");

    function add(parent, name, style, words = "") {
        const element = parent.appendChild(document.createElement(name));
        if (style) element.className = style;
        if (words) element.textContent = words;
        if (name === "button") element.type = "button";
        return element;
    }
    function editor(words) {
        const figure = add(row, "figure", ""), caption = add(figure, "figcaption", "", words), cells = add(figure, "div", "up-grid");
        const name = words.includes("kernel") ? "kernel" : "small", buttons = add(figure, "div", "up-size");
        for (const [sign, wide, high] of [["− row", 0, -1], ["+ row", 0, 1], ["− column", -1, 0], ["+ column", 1, 0]])
            add(buttons, "button", "", sign).addEventListener("click", () => resize(name, high, wide));
        return { caption, cells, words };
    }

    // ------------------------------------------------------------ the arithmetic

    /* What falls on one number of the output: [value, weight, its row and column, the kernel's row and column] each. */
    function sources(row, column) {
        const found = [];
        tables.small.forEach((line, i) => line.forEach((value, j) => {
            const k = form.padding + row - i * form.stride, m = form.padding + column - j * form.stride;
            const weight = tables.kernel[k]?.[m];
            if (weight !== undefined) found.push({ value, weight, i, j, k, m });
        }));
        return found;
    }
    const side = (n, k) => (n - 1) * form.stride + k - 2 * form.padding + form.extra;
    const output = () => [side(tables.small.length, tables.kernel.length), side(tables.small[0].length, tables.kernel[0].length)];
    /* The output padding with which the output is the stride times as large, or as near to it as can be. */
    function automatic() {
        const k = Math.max(tables.kernel.length, tables.kernel[0].length);
        return Math.max(0, Math.min(form.stride - 1, form.stride - k + 2 * form.padding));
    }

    // ------------------------------------------------------------ what a person changes

    function later() {
        clearTimeout(timer);
        timer = setTimeout(tell, PAUSE);
        show();
    }
    function tell() {
        timer = 0;
        const text = (table) => table.map((line) => line.join(" ")).join("; ");
        const now = { decoder: text(tables.small), kernel: text(tables.kernel), stride: form.stride, padding: form.padding };
        const before = { ...data.held, stride: data.stride, padding: data.padding };
        const sent = Object.fromEntries(Object.entries(now).filter(([name, value]) => value !== before[name]));
        if (form.chosen && String(form.extra) !== data.choice) sent.output_padding = String(form.extra);
        if (!Object.keys(sent).length) return;
        waiting = true;
        send(sent);
    }
    function resize(name, high, wide) {
        const table = tables[name], rows = table.length + high, columns = table[0].length + wide;
        if (Math.min(rows, columns) < 1 || Math.max(rows, columns) > data.most) return;
        tables[name] = Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => table[r]?.[c] ?? 0));
        if (!form.chosen) form.extra = automatic();
        later();
    }
    function choose(place) {
        const [rows, columns] = output();
        if (place[0] < 0 || place[1] < 0 || place[0] >= rows || place[1] >= columns) return;
        at = place;
        show();
    }
    const placeOf = (event) => event.target.closest("[data-place]")?.dataset.place.split(",").map(Number);
    for (const kind of ["pointerover", "click"]) grid.addEventListener(kind, (event) => placeOf(event) && choose(placeOf(event)));
    grid.addEventListener("keydown", (event) => {
        const way = WAYS[event.key];
        if (!way) return;
        event.preventDefault();
        choose([at[0] + way[0], at[1] + way[1]]);
    });

    // ------------------------------------------------------------ what is seen

    const written = (value) => String(Number(value.toPrecision(4))).replace("-", "−");
    function paint(cell, value, limit, marked) {
        const to = value < 0 ? BLUE : RED, share = limit ? Math.abs(value) / limit / 2 : 0; // half the range: black is readable
        cell.style.background = `rgb(${WHITE.map((part, k) => Math.round(part + share * (to[k] - part)))})`;
        cell.classList.toggle("up-marked", marked);
    }
    const largest = (table) => Math.max(...table.flat().map(Math.abs));
    function fit(cells, rows, columns, make) {
        const shape = `${rows} ${columns}`;
        if (cells.dataset.shape === shape) return;
        cells.dataset.shape = shape;
        cells.style.setProperty("--across", columns);
        cells.replaceChildren(...Array.from({ length: rows * columns }, (_, n) => make(Math.floor(n / columns), n % columns)));
    }
    function showEditor(name, marked) {
        const { caption, cells, words } = editors[name], table = tables[name], limit = largest(table), columns = table[0].length;
        caption.textContent = `${words.replace("the ", "")}, ${table.length} × ${columns}`;
        fit(cells, table.length, columns, (r, c) => {
            const field = Object.assign(document.createElement("input"), { type: "text", inputMode: "decimal", autocomplete: "off" });
            field.setAttribute("aria-label", `${words}, row ${r + 1}, column ${c + 1}`);
            field.addEventListener("input", () => {
                const value = Number(field.value.replace(",", "."));
                const good = field.value.trim() !== "" && Number.isFinite(value) && Math.abs(value) <= 1e6;
                field.setAttribute("aria-invalid", !good);
                if (!good) return;
                tables[name][r][c] = value;
                later();
            });
            field.addEventListener("blur", show);
            return field;
        });
        [...cells.children].forEach((field, n) => {
            const place = [Math.floor(n / columns), n % columns], value = table[place[0]][place[1]];
            if (document.activeElement !== field && root.getRootNode().activeElement !== field) field.value = value;
            paint(field, value, limit, marked.has(place.join()));
        });
    }
    function show() {
        const [rows, columns] = output(), there = rows > 0 && columns > 0;
        at = there ? [Math.min(at[0], rows - 1), Math.min(at[1], columns - 1)] : [0, 0];
        const parts = there ? sources(...at) : [];
        showEditor("small", new Set(parts.map(({ i, j }) => `${i},${j}`)));
        showEditor("kernel", new Set(parts.map(({ k, m }) => `${k},${m}`)));
        for (const [name, field] of fields) if (field.value !== String(form[name])) field.value = form[name];
        fields[2][1].max = form.stride - 1;
        count.setAttribute("aria-pressed", counting);
        title.textContent = there ? `${counting ? "stamps on each number" : "output"}, ${rows} × ${columns}` : "no output";
        if (!there) {
            fit(grid, 0, 1);
            said.textContent = "The padding takes everything away: less padding, a larger kernel or a larger map leaves something.";
            return;
        }
        fit(grid, rows, columns, (r, c) => {
            const cell = document.createElement("span");
            cell.dataset.place = `${r},${c}`;
            return cell;
        });
        const all = Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => sources(r, c)));
        const values = all.map((line) => line.map((found) => (counting ? found.length : found.reduce((sum, { value, weight }) => sum + value * weight, 0))));
        const limit = largest(values);
        [...grid.children].forEach((cell, n) => {
            const [r, c] = [Math.floor(n / columns), n % columns], text = written(values[r][c]);
            if (cell.textContent !== text) cell.textContent = text;
            paint(cell, values[r][c], limit, r === at[0] && c === at[1]);
        });
        const sum = parts.map(({ value, weight }) => `${written(value)}·${written(weight)}`).join(" + ") || "nothing";
        const total = written(parts.reduce((part, { value, weight }) => part + value * weight, 0));
        said.textContent = `Row ${at[0] + 1}, column ${at[1] + 1}: ${sum} = ${total}, from ${parts.length} stamp${parts.length === 1 ? "" : "s"}. ` +
            `Rows: (${tables.small.length} − 1) · ${form.stride} + ${tables.kernel.length} − 2 · ${form.padding} + ${form.extra} = ${rows}`;
        grid.setAttribute("aria-label", `Output. Arrow keys walk. ${said.textContent}`);
    }

    return (fresh) => {
        const { words, ...rest } = fresh, state = JSON.stringify(rest), old = waiting && state === seen;
        data = fresh;
        if (!timer && !old) {
            waiting = false;
            seen = state;
            tables = { small: data.small.map((line) => [...line]), kernel: data.kernel.map((line) => [...line]) };
            form = { stride: data.stride, padding: data.padding, extra: data.extra, chosen: data.choice !== "auto" };
        }
        show();
    };
}
