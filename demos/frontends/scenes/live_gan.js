/* A GAN of points in the plane that learns here: the discriminator's field with real and generated points, both losses.
   data: words, key: what makes it another training, cells: of the field on one side, colours: {field: three "#RRGGBB" from
   generated to real, real, generated, discriminator, generator}, guessing: {discriminator, generator}, and what Gan takes. */
export default function scene(root, send) {
    const SIDE = 640, MOST = 20, RESTED = 1000;
    let gan = null, data = null, key = null, playing = false, seen = false, awake = false, drawn = -RESTED, last = 0, atOnce = 1;

    const bar = add(root, "div", "gan-bar");
    const play = press("Play", () => turn(!playing));
    press("Step D", () => once("discriminator"), "One update of the discriminator alone");
    press("Step G", () => once("generator"), "One update of the generator alone");
    press("Start anew", () => begin(), "Back to the untrained networks");
    const pair = add(root, "div", "gan-pair");
    const plane = add(add(pair, "div", "gan-plane"), "canvas", "");
    plane.width = plane.height = SIDE;
    plane.setAttribute("role", "img");
    const names = add(plane.parentElement, "div", "gan-names");
    const side = add(pair, "div", "gan-losses"), said = add(side, "div", "gan-said");
    const chart = side.appendChild(svg("svg", { role: "img" }));
    const values = add(side, "div", "gan-names");
    const small = document.createElement("canvas");

    function add(parent, name, style) {
        const element = parent.appendChild(document.createElement(name));
        element.className = style;
        return element;
    }
    function svg(name, attributes, words) {
        const element = document.createElementNS("http://www.w3.org/2000/svg", name);
        for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
        if (words !== undefined) element.textContent = words;
        return element;
    }
    function press(words, act, title = "") {
        const button = add(bar, "button", "");
        Object.assign(button, { type: "button", textContent: words, title });
        button.addEventListener("click", act);
        return button;
    }

    // ------------------------------------------------------------ time

    function begin() {
        gan = new Gan(data);
        turn(false);
        show();
    }
    function once(name) {
        turn(false);
        gan.stepOf(name);
        show();
    }
    function turn(on) {
        playing = on;
        play.textContent = on ? "Pause" : "Play";
        wake();
    }
    function wake() {
        if (awake || !playing || !seen) return;
        awake = true;
        requestAnimationFrame(frame);
    }
    /* As many steps at once as leave about 25 pictures a second; where a person wants little motion, there is one a second. */
    function frame(now) {
        awake = false;
        if (!playing || !seen || !root.isConnected) return;
        if (now - last > 45) atOnce = Math.max(1, atOnce - 1);
        if (now - last < 30) atOnce = Math.min(MOST, atOnce + 1);
        last = now;
        for (let k = 0; k < atOnce; k++) gan.step();
        const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
        if (!still || now - drawn >= RESTED) {
            drawn = now;
            show();
        }
        wake();
    }
    new IntersectionObserver((entries) => {
        seen = entries.at(-1).isIntersecting;
        wake();
    }).observe(plane);

    // ------------------------------------------------------------ what is seen

    function show() {
        const points = gan.generated();
        const made = Float64Array.from(points), count = data.centres.length;
        const { clouds, share } = gan.reached(made);
        const reached = count ? `: ${clouds} of ${count} clouds reached, ${Math.round(100 * share)}% of the points near one` : "";
        said.textContent = `Step ${gan.steps}${reached}`;
        plane.setAttribute("aria-label", `Real and generated points over the discriminator's probability of real. ${said.textContent}.`);
        drawPlane(made);
        drawLosses();
    }
    function drawPlane(made) {
        const { cells, reach, colours } = data, pen = plane.getContext("2d");
        if (small.width !== cells) small.width = small.height = cells;
        const ground = new ImageData(cells, cells);
        gan.field(cells).forEach((share, n) => ground.data.set([...mix(share), 255], 4 * n));
        small.getContext("2d").putImageData(ground, 0, 0);
        const edge = SIDE / (cells - 1) / 2; // the outer places lie on the rim, so half a cell stands out
        pen.drawImage(small, -edge, -edge, SIDE + 2 * edge, SIDE + 2 * edge);
        dots(pen, data.marks, 3, colours.real, "");
        dots(pen, made, 4, colours.generated, "#00000099");
        function mix(share) {
            const [low, middle, high] = data.ramp, part = 2 * share;
            const [from, to, t] = part < 1 ? [low, middle, part] : [middle, high, part - 1];
            return from.map((value, k) => value + t * (to[k] - value));
        }
        function dots(pen, places, radius, colour, rim) {
            pen.beginPath();
            for (let n = 0; n < places.length; n += 2) {
                const x = (SIDE * (places[n] + reach)) / (2 * reach), y = (SIDE * (reach - places[n + 1])) / (2 * reach);
                pen.moveTo(x + radius, y);
                pen.arc(x, y, radius, 0, 2 * Math.PI);
            }
            pen.fillStyle = colour;
            pen.fill();
            pen.strokeStyle = rim || "transparent";
            pen.stroke();
        }
    }
    function drawLosses() {
        const width = Math.max(chart.clientWidth, 120), LEFT = 24, RIGHT = width - 8, TOP = 12, FOOT = TOP + 0.6 * width;
        const last = Math.max(gan.steps, 10);
        chart.setAttribute("viewBox", `0 0 ${width} ${FOOT + 24}`); // in the page's own pixels: its text stays legible
        const lines = Object.entries(gan.losses).map(([name, all]) => [name, means(all)]);
        const highest = Math.max(2, ...lines.flatMap(([, line]) => line.map(([, y]) => y)));
        const across = (x) => LEFT + ((RIGHT - LEFT) * x) / last, down = (y) => FOOT - ((FOOT - TOP) * y) / highest;
        const parts = [svg("path", { class: "gan-axis", d: `M${LEFT} ${TOP}V${FOOT}H${RIGHT}` })];
        for (let y = 0; y <= highest; y += highest > 4 ? 2 : 1) parts.push(svg("text", { x: LEFT - 8, y: down(y) + 5, "text-anchor": "end" }, y));
        parts.push(svg("text", { x: RIGHT, y: FOOT + 20, "text-anchor": "end" }, last), svg("text", { x: LEFT, y: FOOT + 20 }, "step"));
        for (const [name, line] of lines) {
            const stroke = data.colours[name], y = down(data.guessing[name]).toFixed(1);
            parts.push(svg("path", { class: "gan-guess", stroke, d: `M${LEFT} ${y}H${RIGHT}` }));
            const path = line.map(([x, y], k) => `${k ? "L" : "M"}${across(x).toFixed(1)} ${down(y).toFixed(1)}`).join("");
            parts.push(svg("path", { class: "gan-loss", stroke, d: path }));
        }
        chart.replaceChildren(...parts);
        const now = lines.map(([name, line]) => `${name} ${line.length ? line.at(-1)[1].toFixed(2) : "not yet"}`);
        chart.setAttribute("aria-label", `Losses: ${now.join(", ")}.`);
        values.replaceChildren(...Object.keys(gan.losses).map((name, k) => named(data.colours[name], `${now[k]} (guessing: ${data.guessing[name].toFixed(2)})`)));
    }
    /* At most about a hundred points of a curve: each the mean of as many steps. */
    function means(all) {
        const width = Math.max(1, Math.floor(all.length / 100)), found = [];
        for (let from = 0; from + width <= all.length; from += width) {
            let sum = 0;
            for (let k = 0; k < width; k++) sum += all[from + k][1];
            found.push([all[from + width - 1][0], sum / width]);
        }
        return found;
    }
    function named(colour, words) {
        const name = document.createElement("span");
        add(name, "i", "").style.background = colour;
        name.append(words);
        return name;
    }
    const rgb = (colour) => [1, 3, 5].map((k) => parseInt(colour.slice(k, k + 2), 16));

    return (fresh) => {
        const { colours } = fresh;
        data = { ...fresh, marks: floats(fresh.points), ramp: colours.field.map(rgb) };
        names.replaceChildren(
            named(colours.real, "real"), named(colours.generated, "generated"),
            named(colours.field[2], "D says real"), named(colours.field[0], "D says generated"),
        );
        if (gan && key === fresh.key) return gan.set(data);
        key = fresh.key;
        begin();
    };
}
