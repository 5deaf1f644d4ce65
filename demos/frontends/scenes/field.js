/* What one value sees of a picture: squares for the fields of a stack's layers, orange for what moves it. The layers are
   changed beside it and the squares follow at once; a press on the picture, or arrow keys, choose another value.
   data: words, picture and heat (addresses), width and height (pixels), at: [x, y], whole numbers are pixels' middles,
   side: of the field in theory, source and inside: [x1, y1, x2, y2], the part of the upload and where it lies in here,
   layers: [[kernel, stride, dilation]], none for a network, most: so many layers, allowed: {kernel, stride, dilation: numbers}. */
export default function scene(root, send) {
    const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    let data = null, layers = [], at = [0, 0];

    function draw(name, attributes) {
        const element = document.createElementNS("http://www.w3.org/2000/svg", name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        return svg.appendChild(element);
    }
    const pair = add(root, "div", { className: "field-pair" });
    const frame = add(pair, "div", { className: "field-frame", tabIndex: 0 });
    const [photo, heat] = ["photo", "heat"].map((name) => add(frame, "img", { className: name, alt: "", draggable: false }));
    const svg = frame.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
    const side = add(pair, "div", { className: "field-side" });
    const said = add(side, "p", { className: "field-said" }), rows = add(side, "div", { className: "field-rows" });
    const label = add(side, "label"), shown = add(label, "input", { type: "checkbox", checked: true });
    said.setAttribute("role", "status");
    frame.setAttribute("role", "application");
    label.append(" what moves it (orange)");
    shown.addEventListener("change", () => (heat.hidden = !shown.checked));

    /* Field and step after each layer: field + (kernel - 1) · dilation · step, and step · stride. */
    function grown() {
        let field = 1, step = 1;
        return layers.map(([kernel, stride, dilation]) => {
            field += (kernel - 1) * dilation * step;
            step *= stride;
            return { field, step };
        });
    }

    // ------------------------------------------------------------ the picture

    function show() {
        const { width, height } = data, fields = layers.length ? grown().map(({ field }) => field) : [data.side];
        svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
        svg.replaceChildren();
        fields.forEach((field, k) => {
            const last = k === fields.length - 1, x = at[0] + 0.5 - field / 2, y = at[1] + 0.5 - field / 2;
            draw("rect", { x, y, width: field, height: field, class: last ? "last" : "earlier" });
        });
        const field = fields.at(-1), { step } = grown().at(-1) ?? {};
        said.textContent = layers.length ? `After the last layer: ${field} × ${field} pixels, neighbours ${step} apart.` : `${field} × ${field} pixels.`;
    }
    function place(x, y) {
        at = [Math.max(0, Math.min(data.width - 1, x)), Math.max(0, Math.min(data.height - 1, y))];
        heat.classList.add("old");
        show();
        const [x1, y1, x2, y2] = data.source, [u1, v1, u2, v2] = data.inside;
        const across = x1 + ((at[0] + 0.5 - u1) * (x2 - x1)) / (u2 - u1), down = y1 + ((at[1] + 0.5 - v1) * (y2 - y1)) / (v2 - v1);
        send({ place: [Math.max(0, Math.min(Math.ceil(x2) - 1, Math.floor(across))), Math.max(0, Math.min(Math.ceil(y2) - 1, Math.floor(down)))] });
    }
    frame.addEventListener("click", (event) => {
        const box = frame.getBoundingClientRect();
        place(Math.floor(((event.clientX - box.left) / box.width) * data.width), Math.floor(((event.clientY - box.top) / box.height) * data.height));
    });
    frame.addEventListener("keydown", (event) => {
        const way = WAYS[event.key];
        if (!way) return;
        event.preventDefault();
        const step = layers.length ? grown().at(-1).step : Math.max(1, Math.round(data.width / 20));
        place(at[0] + way[0] * step, at[1] + way[1] * step);
    });

    // ------------------------------------------------------------ the layers

    function change() {
        heat.classList.add("old");
        show();
        send({ layers: layers.map((layer) => layer.join(" ")).join("; ") });
    }
    function choice(parent, words, options, chosen, change) {
        const select = add(parent, "select");
        select.setAttribute("aria-label", words);
        options.forEach((value) => add(select, "option", { value, textContent: value, selected: value === chosen }));
        select.addEventListener("change", () => change(Number(select.value)));
    }
    function press(parent, words, name, act, disabled) {
        const button = add(parent, "button", { type: "button", textContent: words, disabled });
        button.setAttribute("aria-label", name);
        button.addEventListener("click", act);
    }
    function list() {
        rows.replaceChildren();
        pair.classList.toggle("alone", !layers.length);
        if (!layers.length) return;
        const head = add(rows, "div", { className: "field-row head" });
        ["", ...Object.keys(data.allowed), "field", ""].forEach((words) => add(head, "span", { textContent: words }));
        const after = grown();
        layers.forEach((layer, k) => {
            const row = add(rows, "div", { className: "field-row" });
            add(row, "span", { textContent: k + 1 });
            Object.entries(data.allowed).forEach(([name, options], part) =>
                choice(row, `Layer ${k + 1}, ${name}`, options, layer[part], (value) => {
                    layer[part] = value;
                    change();
                    row.parentElement.querySelectorAll(".grown").forEach((cell, n) => (cell.textContent = grown()[n].field));
                }),
            );
            add(row, "span", { className: "grown", textContent: after[k].field });
            press(row, "−", `Take layer ${k + 1} away`, () => alter(() => layers.splice(k, 1)), layers.length === 1);
        });
        press(rows, "+ a layer", "Add a layer", () => alter(() => layers.push([3, 1, 1])), layers.length >= data.most);
    }
    function alter(act) {
        act();
        list();
        change();
    }

    return (fresh) => {
        const same = JSON.stringify(fresh.layers) === JSON.stringify(layers);
        data = fresh;
        [layers, at] = [fresh.layers.map((layer) => [...layer]), fresh.at];
        photo.src = data.picture;
        heat.src = data.heat;
        heat.classList.remove("old");
        frame.style.aspectRatio = `${data.width} / ${data.height}`;
        frame.setAttribute("aria-label", `${data.words} Arrow keys choose another value.`);
        if (!same || !rows.children.length) list();
        show();
    };
}
