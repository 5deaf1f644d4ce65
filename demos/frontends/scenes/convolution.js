/* A window of a photo, kernels, and every sum that they make; all reacts here, the server then does the whole photo.
   data: words, photo: address, width, height, scale: the picture's pixels for each of the photo's [across, down], corner:
   [left, top], window: its rows, pixels: base64 of (C, H, W) bytes, channels: names, mean and std for each or null,
   kernels: [{name, weights: [slices][k][k], bias}], known: {name: {k: [k][k]}}, learned: how many, network: title,
   held: {kernels, size, stride, padding, dilation, relu, pool_size, pool_stride} as the inputs hold them. */
export default function scene(root, send) {
    const MOST = 4, PAUSE = 600, STEP = 260, RESTED = 1000, OWN = "own numbers";
    const WAYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    let data = null, held = {}, kernels = [], which = 0, channel = 0, corner = [0, 0], at = [0, 0], view = "value";
    let bytes = null, x = [], maps = [], form = {}, timer = 0, waiting = false, seen = "", film = 0, shownUpTo = Infinity;

    const bar = make(root, "div", "cv-bar");
    const known = make(bar, "select", "cv-known");
    known.setAttribute("aria-label", "Kernel");
    const size = make(bar, "select");
    size.setAttribute("aria-label", "Rows and columns of the kernel");
    const numbers = [["stride", 1], ["padding", 0], ["dilation", 1]].map(([name, low]) =>
        [name, numberField(bar, name, low, 3, (value) => change({ [name]: value }))]);
    const layers = make(root, "div", "cv-bar"), chips = make(layers, "div", "cv-chips");
    const rectify = make(layers, "label", "cv-number", "ReLU "), rectified = make(rectify, "input");
    rectified.type = "checkbox";
    const play = make(layers, "button", "cv-play", "▶ Slide");
    chips.setAttribute("role", "group");
    chips.setAttribute("aria-label", "Kernels of this layer");
    const main = make(root, "div", "cv-main");
    const [input, output] = ["in", "out"].map((side) => {
        const figure = make(main, "div", `cv-${side}`), caption = make(figure, "div", "cv-caption");
        return { caption, grid: new NumberGrid(figure, `cv-${side}-grid`) };
    });
    const none = make(main, "p", "cv-none");
    const below = make(root, "div", "cv-below"), side = make(below, "div", "cv-side");
    const photo = new PhotoFrame(side, (left, top) => {
        corner = [left, top];
        later();
        work();
    });
    const tabs = make(side, "div", "cv-tabs"), panels = make(below, "div", "cv-panels");
    const worked = new Worked(panels, edit, (value) => replace({ bias: value }));
    const pooling = new Pooling(panels, change), costs = new Costs(panels);
    const views = { value: ["One value", worked], pooling: ["Pooling", pooling], cost: ["Size, cost", costs] };
    for (const [name, [words]] of Object.entries(views)) {
        const button = make(tabs, "button", "", words);
        button.dataset.view = name;
        button.addEventListener("click", () => {
            view = name;
            show();
        });
    }

    // ------------------------------------------------------------ what a person changes

    /* Waits until somebody has stopped changing things, then lets the server do the whole photo. */
    function later() {
        clearTimeout(timer);
        timer = setTimeout(() => tell(), PAUSE);
    }
    function tell(text = kernels.map(kernelAsText).join(" / ")) {
        clearTimeout(timer);
        timer = 0;
        const [left, top] = corner.map((n, k) => Math.floor((n + Math.floor(data.window / 2) + 0.5) * data.scale[k]));
        const said = { ...held, kernels: text };
        const sent = Object.fromEntries(Object.entries(said).filter(([name, value]) => value !== data.held[name]));
        if (corner.some((n, k) => n !== data.corner[k])) sent.place = [left, top];
        if (!Object.keys(sent).length) return;
        waiting = true;
        send(sent);
    }
    function change(values) {
        Object.assign(held, values);
        stop();
        later();
        work();
    }
    function replace(values) {
        kernels[which] = { ...kernels[which], ...values };
        change({});
    }
    /* A weight that is typed makes the kernel one of own numbers; of several channels it is the shown one's slice. */
    function edit(row, column, value) {
        const layer = stackKernels(kernels, x.length)[which], same = kernels[which].weights.length === 1 && x.length === 1;
        const weights = same ? [layer[0]] : layer;
        weights[channel][row][column] = value;
        replace({ name: OWN, weights, ownBias: 0 });
    }
    known.addEventListener("change", () => {
        const name = known.value, learned = name.startsWith("learned");
        if (!learned) return replace({ name, weights: [data.known[name][held.size]], bias: 0, ownBias: 0 });
        tell(kernels.map((kernel, n) => (n === which ? name : kernelAsText(kernel))).join(" / ")); // its weights are there
        seen = "";
    });
    size.addEventListener("change", () => {
        kernels = kernels.map((kernel) => (data.known[kernel.name] ? { ...kernel, weights: [data.known[kernel.name][size.value]] } : kernel));
        change({ size: size.value });
    });
    rectified.addEventListener("change", () => change({ relu: rectified.checked }));

    // ------------------------------------------------------------ the film

    function stop() {
        clearTimeout(film);
        film = 0;
        shownUpTo = Infinity;
        play.textContent = "▶ Slide";
        worked.total.setAttribute("aria-live", "polite");
    }
    function slide() {
        const width = maps[which][0]?.length ?? 0, count = width * maps[which].length;
        if (!film || !root.isConnected || shownUpTo >= count) {
            stop();
            return show();
        }
        at = [Math.floor(shownUpTo / width), shownUpTo % width];
        shownUpTo += 1;
        show();
        film = setTimeout(slide, matchMedia("(prefers-reduced-motion: reduce)").matches ? RESTED : STEP);
    }
    play.addEventListener("click", () => {
        if (film) {
            stop();
            return show();
        }
        shownUpTo = 0;
        play.textContent = "■ Stop";
        worked.total.setAttribute("aria-live", "off"); // nobody wants to hear a hundred sums
        film = -1;
        slide();
    });

    // ------------------------------------------------------------ which value

    const outGrid = output.grid.element;
    Object.assign(outGrid, { tabIndex: 0 });
    outGrid.setAttribute("role", "application");
    function choose(place) {
        if (!place || !maps[which][place[0]] || maps[which][place[0]][place[1]] === undefined) return;
        at = place;
        view = "value";
        stop();
        show();
    }
    outGrid.addEventListener("pointerdown", (event) => choose(output.grid.at(event)));
    outGrid.addEventListener("pointermove", (event) => event.buttons && choose(output.grid.at(event)));
    outGrid.addEventListener("keydown", (event) => {
        const way = WAYS[event.key];
        if (!way) return;
        event.preventDefault();
        choose([at[0] + way[0], at[1] + way[1]]);
    });

    // ------------------------------------------------------------ the arithmetic

    function take() {
        const { window: n, width, height, mean, std } = data, [left, top] = corner;
        const wide = Math.min(n, width), high = Math.min(n, height);
        x = data.channels.map((_, c) =>
            Array.from({ length: high }, (_, row) =>
                Array.from({ length: wide }, (_, column) => {
                    const value = bytes[(c * height + top + row) * width + left + column];
                    return mean ? (value / 255 - mean[c]) / std[c] : value;
                })));
    }
    function work() {
        take();
        form = { stride: held.stride, padding: held.padding, dilation: held.dilation };
        const layer = stackKernels(kernels, x.length);
        const raw = convolve(x, layer, kernels.map(({ bias }) => bias), form);
        maps = held.relu ? raw.map((map) => map.map((row) => row.map(relu))) : raw;
        channel = Math.min(channel, x.length - 1);
        show();
    }

    // ------------------------------------------------------------ what is seen

    /* The brightness of a pixel, also where it is normalised. */
    const bright = (value) => {
        const v = data.mean ? 255 * (value * data.std[channel] + data.mean[channel]) : value;
        return [v, v, v].map((part) => Math.max(0, Math.min(255, Math.round(part))));
    };
    function show() {
        const map = maps[which], there = map.length > 0 && map[0].length > 0;
        at = there ? [Math.min(at[0], map.length - 1), Math.min(at[1], map[0].length - 1)] : [0, 0];
        const layer = stackKernels(kernels, x.length)[which], k = layer[0].length;
        const first = at.map((n) => n * form.stride - form.padding);
        showInput(first, k);
        none.hidden = there;
        none.textContent = `The kernel reaches over ${reachOf(k, form.dilation)} pixels: there is no place for it in this window.`;
        output.caption.textContent = `${there ? `output ${map.length} × ${map[0].length}` : "output"}${kernels.length > 1 ? `, map ${which + 1} of ${kernels.length}` : ""}${held.relu ? ", after ReLU" : ""}`;
        output.grid.element.hidden = !there;
        if (there) output.grid.draw(map, { framed: at.join(), hidden: shownUpTo });
        outGrid.setAttribute("aria-label", `Output. Arrow keys walk. Row ${at[0] + 1}, column ${at[1] + 1}: ${there ? exact(map[at[0]][at[1]]) : "none"}`);
        showPanels(layer, first, there);
        showBar();
        photo.draw({ ...data, left: corner[0], top: corner[1], wide: x[0][0].length, high: x[0].length });
    }
    function showInput([top, left], k) {
        const edge = form.padding, wide = x[0][0].length, marked = new Set();
        const rows = Array.from({ length: x[0].length + 2 * edge }, (_, row) =>
            Array.from({ length: wide + 2 * edge }, (_, column) => x[channel][row - edge]?.[column - edge] ?? 0));
        for (let m = 0; m < k; m++) for (let n = 0; n < k; n++) marked.add(`${top + edge + m * form.dilation},${left + edge + n * form.dilation}`);
        input.grid.draw(rows, { colour: bright, marked, edge });
        input.grid.element.setAttribute("role", "img");
        input.grid.element.setAttribute("aria-label", `Pixels of the window, ${data.channels[channel]}`);
        if (input.caption.dataset.of !== data.channels.join()) {
            input.caption.dataset.of = data.channels.join();
            input.caption.replaceChildren();
            data.channels.forEach((name, c) => {
                const button = make(input.caption, "button", `cv-channel cv-${name}`, name);
                button.addEventListener("click", () => {
                    channel = c;
                    show();
                });
            });
            make(input.caption, "span");
        }
        [...input.caption.children].forEach((button, c) => button.setAttribute("aria-pressed", c === channel));
        input.caption.lastChild.removeAttribute("aria-pressed");
        input.caption.lastChild.textContent = `${x.length > 1 ? "" : `${x[0].length} × ${wide}, `}${data.mean ? "normalised" : "0 to 255"}`;
    }
    function showPanels(layer, [top, left], there) {
        for (const [name, [, panel]] of Object.entries(views)) panel.element.hidden = view !== name;
        for (const button of tabs.children) button.setAttribute("aria-pressed", button.dataset.view === view);
        const patches = x.map((one) => patchAt(one, top, left, layer[0].length, form.dilation));
        const parts = patches.map((patch, c) => ({ name: data.channels[c], sum: sumOf(productsOf(patch, layer[c])) }));
        const bias = kernels[which].bias, total = parts.reduce((sum, part) => sum + part.sum, bias);
        if (view === "value") worked.draw({ channel: { name: data.channels[channel], patch: patches[channel], slice: layer[channel] }, parts, bias, total, ground: bright });
        if (view === "pooling") pooling.draw(there ? maps[which] : [], held);
        if (view === "cost") costs.draw({ n: x[0].length, wide: x[0][0].length, channels: x.length, kernels: kernels.length, k: layer[0].length, form, h: maps[0].length, w: maps[0][0]?.length ?? 0 });
    }
    function showBar() {
        const names = [...Object.keys(data.known), OWN, ...Array.from({ length: data.learned }, (_, n) => `learned ${n}`)];
        if (known.dataset.of !== String(names)) {
            known.dataset.of = names;
            known.replaceChildren(...names.map((name) => new Option(name, name)));
            size.replaceChildren(...Object.keys(Object.values(data.known)[0]).map((k) => new Option(`${k} × ${k}`, k)));
        }
        known.querySelector(`[value="${OWN}"]`).disabled = kernels[which].name !== OWN;
        known.title = `learned: ${data.network}`;
        known.value = kernels[which].name;
        size.value = held.size;
        for (const [name, field] of numbers) if (field.value !== String(held[name])) field.value = held[name];
        rectified.checked = held.relu;
        if (chips.children.length !== kernels.length + 1 + (kernels.length > 1)) buildChips();
        kernels.forEach(({ name }, n) => {
            const chip = chips.children[n];
            chip.setAttribute("aria-pressed", n === which);
            chip.lastChild.textContent = `${n + 1} ${name}`;
            drawThumb(chip.firstChild, maps[n]);
        });
        chips.children[kernels.length].disabled = kernels.length >= MOST;
    }
    function buildChips() {
        chips.replaceChildren();
        kernels.forEach((_, n) => {
            const chip = make(chips, "button");
            make(chip, "canvas");
            make(chip, "span");
            chip.addEventListener("click", () => {
                which = n;
                show();
            });
        });
        const more = make(chips, "button", "", "+ kernel"), less = kernels.length > 1 ? make(chips, "button", "", "− kernel") : null;
        more.addEventListener("click", () => {
            kernels.push({ name: "identity", weights: [data.known.identity[held.size]], bias: 0, ownBias: 0 });
            which = kernels.length - 1;
            change({});
        });
        less?.addEventListener("click", () => {
            kernels.splice(which, 1);
            which = Math.min(which, kernels.length - 1);
            change({});
        });
    }

    return (fresh) => {
        const state = JSON.stringify([fresh.held, fresh.corner]), old = waiting && state === seen;
        data = fresh;
        bytes = Uint8Array.from(atob(data.pixels), (letter) => letter.charCodeAt(0));
        if (!timer && !old) {
            waiting = false;
            seen = state;
            held = { ...data.held };
            corner = [...data.corner];
            kernels = data.kernels.map((kernel) => ({ ...kernel }));
            which = Math.min(which, kernels.length - 1);
        }
        work();
    };
}
