/* Names beside what they name. `items`: {box: [x1, y1, x2, y2], words}; `measure(words)`: their width; all in the same pixels.
   Each tag stands above its box, below it or in a corner of it: where it hides least of the others. As in regions.py. */
function placeTags(items, measure, high, width, height) {
    const taken = [];
    return items.map(({ box: [x1, y1, x2, y2], words }) => {
        const wide = measure(words);
        const places = [];
        if (y1 >= high) places.push([x1, y1 - high]);
        if (y2 <= height - high) places.push([x1, y2]);
        places.push([x1, y1], [x2 - wide, y2 - high]);
        const inside = places.map(([x, y]) => {
            const left = Math.max(0, Math.min(x, width - wide)), top = Math.max(0, Math.min(y, height - high));
            return [left, top, left + wide, top + high];
        });
        const hides = (place) => taken.reduce((sum, other) => sum + shared(place, other), 0);
        const best = inside.reduce((one, other) => (hides(other) < hides(one) ? other : one));
        taken.push(best);
        return best;
    });
}

/* How many pixels two boxes share. */
function shared([a, b, c, d], [e, f, g, h]) {
    return Math.max(0, Math.min(c, g) - Math.max(a, e)) * Math.max(0, Math.min(d, h) - Math.max(b, f));
}
