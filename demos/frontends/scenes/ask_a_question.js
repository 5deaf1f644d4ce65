/* A picture with things on it, and a question whose words are menus: another word is another question. A press on a thing,
   or on a pair in the list, shows what the answer is without it. Nothing is computed here.
   data: words, photo (address), width and height of it,
   things: [{box: [x1, y1, x2, y2] in shares, name, weight: 0..1, words, faint}],
   pairs: [{one, other (numbers of things), weight: 0..1, words}], the weightiest first,
   sentence: [{word, changes: [{word, question, said}]}], kinds: [{word, question}], about: a sentence. */
export default function scene(root, send) {
    const COLOURS = ["#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#8fa0ea"];
    let data = null, chosen = null;

    function draw(parent, name, attributes) {
        const element = document.createElementNS("http://www.w3.org/2000/svg", name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        return parent.appendChild(element);
    }
    const sentence = add(root, "div", { className: "ask-sentence" });
    sentence.setAttribute("role", "group");
    sentence.setAttribute("aria-label", "The question, word by word");
    const top = add(root, "div", { className: "ask-top" });
    const frame = add(top, "div", { className: "ask-frame" });
    const photo = add(frame, "img", { alt: "", draggable: false });
    const svg = draw(frame, "svg", { "aria-hidden": "true", viewBox: "0 0 1 1", preserveAspectRatio: "none" });
    const side = add(top, "div", { className: "ask-side" });

    // ------------------------------------------------------------ the question

    function menu(word, options, label, said = (one) => one.word) {
        const select = add(sentence, "select");
        select.setAttribute("aria-label", label);
        add(select, "option", { value: "" }, word);
        for (const one of options) add(select, "option", { value: one.question }, said(one));
        select.addEventListener("change", () => select.value && send({ question: select.value }));
    }
    function ask() {
        sentence.replaceChildren();
        if (data.kinds.length) menu("Ask ...", data.kinds, "Another kind of question about this scene");
        for (const { word, changes } of data.sentence) {
            if (changes.length) menu(word, changes, `Instead of ${word}`, (one) => `${one.word} → ${one.said}`);
            else add(sentence, "span", {}, word);
        }
        sentence.hidden = !sentence.children.length;
    }

    // ------------------------------------------------------------ the things

    const middle = ({ box }) => [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
    const counts = (number) => chosen === null || chosen.includes(number);
    function rect({ box: [x1, y1, x2, y2] }, attributes) {
        draw(svg, "rect", { x: x1, y: y1, width: x2 - x1, height: y2 - y1, ...attributes });
    }
    function line({ one, other, weight }, faint) {
        const [x1, y1] = middle(data.things[one]), [x2, y2] = middle(data.things[other]);
        for (const kind of ["under", "pair"]) {
            const width = (kind === "under" ? 3 : 0) + 2 + 6 * weight;
            draw(svg, "path", { class: faint ? `${kind} faint` : kind, d: `M${x1} ${y1}L${x2} ${y2}`, "stroke-width": width });
        }
    }
    function picture() {
        svg.replaceChildren();
        for (const pair of data.pairs) if (pair.one !== pair.other) line(pair, !(counts(pair.one) && counts(pair.other)));
        data.things.forEach((thing, number) => {
            const faint = thing.faint || !counts(number) ? " faint" : "";
            rect(thing, { class: `under${faint}`, "stroke-width": 4 + 4 * thing.weight });
            rect(thing, { class: `thing${faint}`, stroke: COLOURS[number % COLOURS.length], "stroke-width": 2 + 4 * thing.weight });
        });
    }
    function mark(button, numbers) {
        const on = (now) => () => {
            chosen = now ? numbers : null;
            picture();
        };
        for (const event of ["pointerenter", "focus"]) button.addEventListener(event, on(true));
        for (const event of ["pointerleave", "blur"]) button.addEventListener(event, on(false));
    }
    function row(list, numbers, name, words) {
        const button = add(add(list, "li"), "button", { type: "button" });
        for (const number of new Set(numbers)) {
            add(button, "span", { className: "spot" }).style.background = COLOURS[number % COLOURS.length];
        }
        add(button, "span", {}, name);
        add(button, "span", { className: "without" }, words);
        mark(button, numbers);
    }
    function list() {
        side.replaceChildren();
        if (data.about) add(side, "p", {}, data.about);
        const shown = add(side, "ul");
        for (const { one, other, words } of data.pairs) {
            const names = [one, other].map((number) => data.things[number].name);
            row(shown, [one, other], one === other ? names[0] : names.join(", "), words);
        }
        if (!data.pairs.length) data.things.forEach(({ name, words }, number) => row(shown, [number], name, words));
    }

    return (fresh) => {
        data = fresh;
        chosen = null;
        if (photo.getAttribute("src") !== data.photo) photo.src = data.photo;
        photo.alt = data.words;
        frame.style.aspectRatio = `${data.width} / ${data.height}`;
        frame.style.setProperty("--ratio", data.width / data.height);
        ask();
        list();
        picture();
    };
}
