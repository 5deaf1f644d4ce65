/* A training as it stands: accuracy and loss of training and held-out data, kernels, feature maps, what is still wrong.
   data: words, trouble: a sentence or "", guess: {accuracy, loss} of a blind guess, networks: [{name, colour, words, steps, accuracy, loss,
   heldOutAccuracy, heldOutLoss}], where null is no number; side, channels: 1 or 3 (c), kernels: [[25 * c numbers or null] of each], picture: {number,
   pixels, is, said}, first: {side, maps}, second: {side, maps}, wrong: {words, pictures: [{number, pixels, is, said}]};
   pixels: base64 of c bytes for each pixel; maps: of one. A press on a wrong picture sends {picture: number}. */
export default function scene(root, send) {
    const HIGHEST = 6, STILL_LOW = 2.5;
    const main = add(root, "div", "tl-main"), charts = add(main, "div", "tl-charts"), names = add(main, "div", "tl-names");
    const learned = add(main, "div", "tl-learned"), second = add(root, "div", "tl-second"), wrong = add(root, "div", "tl-wrong");

    function add(parent, name, style, words = "") {
        const element = parent.appendChild(document.createElement(name));
        element.className = style;
        element.textContent = words;
        return element;
    }
    function svg(name, attributes, words) {
        const element = document.createElementNS("http://www.w3.org/2000/svg", name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        if (words !== undefined) element.textContent = words;
        return element;
    }
    const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

    // ------------------------------------------------------------ curves

    function drawCharts(data) {
        const losses = data.networks.flatMap((each) => [...each.loss, ...each.heldOutLoss]).filter((value) => value !== null);
        const top = Math.min(HIGHEST, Math.max(STILL_LOW, ...losses));
        charts.replaceChildren();
        const boxes = ["Accuracy", "Loss"].map((title) => add(charts, "div", "tl-chart", title)); // both, then they have their width
        curves(boxes[0], data, ["accuracy", "heldOutAccuracy"], data.guess.accuracy, 1, [0, 0.25, 0.5, 0.75, 1], (y) => `${100 * y}%`);
        curves(boxes[1], data, ["loss", "heldOutLoss"], data.guess.loss, top, top > 3 ? [0, 2, 4, 6] : [0, 1, 2], String);
    }
    function curves(box, data, [learned, heldOut], guess, top, ticks, say) {
        const title = box.textContent, width = Math.max(box.clientWidth, 160), LEFT = 52, FOOT = 0.36 * width;
        const last = Math.max(10, ...data.networks.flatMap((each) => each.steps));
        const across = (x) => LEFT + ((width - LEFT - 4) * x) / last;
        const down = (y) => FOOT - ((FOOT - 8) * Math.min(y, top)) / top; // a loss that leaves the chart runs along its top
        const parts = ticks.filter((y) => y <= top).flatMap((y) => [
            svg("path", { class: "tl-grid", d: `M${LEFT} ${down(y)}H${width - 4}` }),
            svg("text", { x: LEFT - 6, y: down(y) + 5, "text-anchor": "end" }, say(y)),
        ]);
        parts.push(svg("path", { class: "tl-guess", d: `M${LEFT} ${down(guess)}H${width - 4}` }));
        parts.push(svg("text", { x: LEFT, y: FOOT + 18 }, "step 0"), svg("text", { x: width - 4, y: FOOT + 18, "text-anchor": "end" }, last));
        for (const each of data.networks) {
            for (const [key, style] of [[learned, "tl-line training"], [heldOut, "tl-line"]]) {
                parts.push(svg("path", { class: style, stroke: each.colour, d: line(each.steps.map(across), each[key], down) }));
            }
        }
        const chart = svg("svg", { role: "img", viewBox: `0 0 ${width} ${FOOT + 24}`, "aria-label": `${title}: ${read(data, learned, heldOut)}` });
        chart.replaceChildren(...parts);
        box.append(chart);
    }
    /* A path through what are numbers; where one is none, the line begins anew. */
    function line(xs, ys, down) {
        let pen = "M", path = "";
        ys.forEach((y, k) => {
            if (y === null) pen = "M";
            else {
                path += `${pen}${xs[k].toFixed(1)} ${down(y).toFixed(1)}`;
                pen = "L";
            }
        });
        return path;
    }
    function read(data, learned, heldOut) {
        const last = (values) => (values.at(-1) ?? null) === null ? "no number" : values.at(-1).toFixed(2);
        return data.networks.map((each) => `${each.name} ${last(each[learned])} in training, ${last(each[heldOut])} held out`).join("; ");
    }

    // ------------------------------------------------------------ pictures

    /* A small canvas of side x side pixels, each in the colour that `tone` gives of its `channels` values. */
    function pixels(parent, side, values, tone, words, channels = 1) {
        const canvas = add(parent, "canvas", "");
        canvas.width = canvas.height = side;
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", words);
        const image = new ImageData(side, side);
        for (let n = 0; n < side * side; n++) image.data.set([...tone(...values.slice(channels * n, channels * (n + 1))), 255], 4 * n);
        canvas.getContext("2d").putImageData(image, 0, 0);
        return canvas;
    }
    const grey = (value) => [value, value, value], colour = (...values) => values;
    /* A picture as it is, in grey or in colour. */
    const photo = (parent, { side, channels }, text, words) => pixels(parent, side, bytes(text), channels === 3 ? colour : grey, words, channels);
    function drawLearned(data) {
        const { picture, first } = data, largest = Math.max(1e-9, ...data.kernels.flat().map((value) => Math.abs(value ?? 0)));
        const signed = (value) => {
            const share = (value ?? 0) / largest, [r, g, b] = share < 0 ? [213, 94, 0] : [42, 132, 198];
            return [r, g, b].map((tone) => 247 + Math.abs(share) * (tone - 247));
        };
        const around = (...values) => values.map((value) => 127.5 * (1 + (value ?? 0) / largest));
        learned.replaceChildren();
        const given = add(learned, "figure", "tl-given");
        photo(given, data, picture.pixels, `Held-out picture ${picture.number}: ${picture.is}`);
        add(given, "figcaption", "", `It is: ${picture.is}. CNN: ${picture.said}`);
        const rows = add(learned, "div", "tl-rows");
        add(rows, "div", "tl-title", `First layer: kernels (${data.channels === 3 ? "grey is 0" : "blue +, orange −"}), feature maps`);
        const grid = add(rows, "div", "tl-grid-of-maps");
        data.kernels.forEach((kernel, k) => {
            const column = add(grid, "div", "tl-column");
            pixels(column, 5, kernel, data.channels === 3 ? around : signed, `Kernel ${k + 1}`, data.channels);
            pixels(column, first.side, bytes(first.maps[k]), grey, `Feature map of kernel ${k + 1}`);
        });
        second.replaceChildren();
        add(second, "div", "tl-title", "Second layer: feature maps");
        const maps = add(second, "div", "tl-maps");
        data.second.maps.forEach((map, k) => pixels(maps, data.second.side, bytes(map), grey, `Second layer, feature map ${k + 1}`));
    }
    function drawWrong(data) {
        const { wrong: { words, pictures }, picture } = data;
        const held = wrong.querySelector(":focus")?.dataset.number;
        wrong.replaceChildren();
        add(wrong, "div", "tl-title", words);
        const row = add(wrong, "div", "tl-row");
        for (const each of pictures) {
            const button = add(row, "button", "");
            button.type = "button";
            button.dataset.number = each.number;
            button.setAttribute("aria-pressed", String(each.number === picture.number));
            button.setAttribute("aria-label", `Held-out picture ${each.number}: ${each.is}, called ${each.said}. Show its feature maps.`);
            photo(button, data, each.pixels, "").setAttribute("aria-hidden", "true");
            add(button, "span", "", each.said);
            button.addEventListener("click", () => send({ picture: each.number }));
            if (String(each.number) === held) button.focus();
        }
    }
    function drawNames(data) {
        names.replaceChildren();
        for (const each of data.networks) {
            const name = add(names, "span", "");
            add(name, "i", "").style.background = each.colour;
            name.append(each.words);
        }
        if (data.trouble) add(names, "p", "tl-trouble", data.trouble).setAttribute("role", "status");
        add(names, "span", "tl-key", "Solid: held out. Dashed: training. Grey: a blind guess.");
    }

    return (data) => {
        drawNames(data);
        drawCharts(data);
        drawLearned(data);
        drawWrong(data);
    };
}
