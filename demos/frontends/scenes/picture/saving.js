/* The picture's file, bare or with its regions (or the other side of a divider) drawn in, offered to be kept. */
function offer(address, name) {
    const link = make("a", { href: address, download: name });
    link.click();
}

async function saveShown(image, cut, data, { entries, strength, few, nameOf }, ending) {
    const canvas = make("canvas", { width: image.naturalWidth, height: image.naturalHeight });
    const pen = canvas.getContext("2d"), scale = image.naturalWidth / data.width;
    pen.drawImage(image, 0, 0);
    if (cut) {
        const { naturalWidth, naturalHeight } = cut.picture, wide = cut.share * naturalWidth;
        pen.globalAlpha = cut.alpha;
        if (wide >= 1) pen.drawImage(cut.picture, 0, 0, wide, naturalHeight, 0, 0, cut.share * canvas.width, canvas.height);
        pen.globalAlpha = 1;
    }
    const area = ({ region: { box: [x1, y1, x2, y2] } }) => (x2 - x1) * (y2 - y1);
    for (const { region } of [...entries].sort((one, other) => area(other) - area(one))) {
        const [x1, y1, x2, y2] = region.box, path = new Path2D();
        if (region.path) path.addPath(new Path2D(region.path), new DOMMatrix([scale, 0, 0, scale, 0, 0]));
        else path.rect(x1 * scale, y1 * scale, (x2 - x1) * scale, (y2 - y1) * scale);
        pen.fillStyle = pen.strokeStyle = nameOf(region).colour;
        pen.globalAlpha = few ? strength * (region.path ? 1 : BOX_TINT) : 0;
        pen.fill(path, "evenodd");
        pen.globalAlpha = Math.min(1, 2 * strength);
        pen.lineWidth = Math.max(2, Math.max(canvas.width, canvas.height) / 250);
        pen.stroke(path);
    }
    if (few) writeTags(pen, entries.map(({ region }) => ({ ...nameOf(region), words: region.words, box: region.box.map((side) => side * scale) })));
    const file = await new Promise((done) => canvas.toBlob(done, ending === "png" ? "image/png" : "image/jpeg", 0.92));
    const address = URL.createObjectURL(file);
    offer(address, `${data.title}.${ending}`);
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function writeTags(pen, items) {
    const { width, height } = pen.canvas, size = Math.max(11, Math.max(width, height) / 40);
    pen.font = `600 ${size}px system-ui, sans-serif`;
    const places = placeTags(items, (words) => pen.measureText(words).width + size * 0.7, size * 1.5, width, height);
    items.forEach(({ words, colour, ink }, k) => {
        const [x1, y1, x2, y2] = places[k];
        pen.fillStyle = colour;
        pen.fillRect(x1, y1, x2 - x1, y2 - y1);
        pen.fillStyle = ink;
        pen.fillText(words, x1 + size * 0.35, y2 - size * 0.42);
    });
}
