/* A GAN of points in the plane: the same losses and turns as cnn_core/tasks/live_gan.py. Needs dense.js.
   data: generator, discriminator: {numbers, m, v: base64 of float32, count}; width, latent, slope, betas; rates: {generator,
   discriminator}, turns, batch; real: base64 of points to draw from; shown: base64 of noise, always the same; seed; centres,
   near: what counts as reached; reach: of the plane; losses: those of the steps done before.
   data.drawn, for tests: {real, noise}, numbers that are taken before any of its own. */
class Gan {
    constructor(data) {
        const network = ({ numbers, ...adam }, inputs, outputs) => {
            const moments = { m: floats(adam.m), v: floats(adam.v), count: adam.count };
            return new Dense([inputs, data.width, data.width, outputs], floats(numbers), moments, data.slope);
        };
        this.generator = network(data.generator, data.latent, 2);
        this.discriminator = network(data.discriminator, 2, 1);
        this.real = floats(data.real);
        this.shown = floats(data.shown);
        this.chance = uniform(data.seed);
        this.drawn = { real: [...(data.drawn?.real ?? [])], noise: [...(data.drawn?.noise ?? [])] };
        this.losses = { discriminator: data.losses.map((pair, k) => [k + 1, pair[0]]), generator: data.losses.map((pair, k) => [k + 1, pair[1]]) };
        this.steps = data.losses.length;
        this.set(data);
    }

    /* What may change while it trains: rates and turns. */
    set(data) {
        this.data = data;
    }

    noise(count) {
        const size = count * this.data.latent;
        if (this.drawn.noise.length >= size) return Float64Array.from(this.drawn.noise.splice(0, size));
        return Float64Array.from({ length: size }, () => normal(this.chance));
    }

    samples(count) {
        if (this.drawn.real.length >= 2 * count) return this.drawn.real.splice(0, 2 * count);
        const found = [], from = this.real.length / 2;
        for (let n = 0; n < count; n++) {
            const k = Math.floor(this.chance() * from);
            found.push(this.real[2 * k], this.real[2 * k + 1]);
        }
        return found;
    }

    /* One update of the discriminator: -log D(x) for real samples plus -log(1 - D(G(z))) for as many generated ones. */
    teachDiscriminator() {
        const { batch, rates, betas } = this.data;
        const both = new Float64Array(4 * batch);
        both.set(this.samples(batch));
        both.set(this.generator.forward(this.noise(batch), batch), 2 * batch);
        const logits = this.discriminator.forward(both, 2 * batch), slopes = new Float64Array(2 * batch);
        let loss = 0;
        logits.forEach((logit, n) => {
            const label = n < batch ? 1 : 0;
            loss += softplus(label ? -logit : logit) / batch;
            slopes[n] = (sigmoid(logit) - label) / batch;
        });
        this.discriminator.back(slopes, 2 * batch, true);
        this.discriminator.update(rates.discriminator, betas);
        return loss;
    }

    /* One update of the generator: -log D(G(z)), the non-saturating loss. */
    teachGenerator() {
        const { batch, rates, betas } = this.data;
        const logits = this.discriminator.forward(this.generator.forward(this.noise(batch), batch), batch);
        const slopes = new Float64Array(batch);
        let loss = 0;
        logits.forEach((logit, n) => {
            loss += softplus(-logit) / batch;
            slopes[n] = (sigmoid(logit) - 1) / batch;
        });
        this.generator.back(this.discriminator.back(slopes, batch, false), batch, true);
        this.generator.update(rates.generator, betas);
        return loss;
    }

    /* A step: as many updates of the discriminator as asked, one of the generator. */
    step() {
        let loss = 0;
        for (let k = 0; k < this.data.turns; k++) loss = this.teachDiscriminator();
        this.note({ discriminator: loss, generator: this.teachGenerator() });
    }

    /* A step in which only one of the two learns. */
    stepOf(name) {
        this.note({ [name]: name === "generator" ? this.teachGenerator() : this.teachDiscriminator() });
    }

    note(losses) {
        this.steps += 1;
        for (const [name, loss] of Object.entries(losses)) this.losses[name].push([this.steps, loss]);
    }

    /* What the generator makes of the noise that is always the same: x, y, x, y, ... */
    generated() {
        return this.generator.forward(this.shown, this.shown.length / this.data.latent);
    }

    /* The discriminator's probability of "real" on cells x cells places, the highest y first, as a screen is filled. */
    field(cells) {
        const { reach } = this.data, places = new Float64Array(2 * cells * cells);
        const along = (k) => -reach + (2 * reach * k) / (cells - 1);
        for (let n = 0; n < cells * cells; n++) {
            places[2 * n] = along(n % cells);
            places[2 * n + 1] = -along(Math.floor(n / cells));
        }
        return this.discriminator.forward(places, cells * cells).map(sigmoid);
    }

    /* How many clouds have at least one in a hundred of the generated points near their centre, and the share of the points
       that are near any. */
    reached(points) {
        const { centres, near } = this.data, count = points.length / 2, found = centres.map(() => 0);
        let close = 0;
        for (let n = 0; n < count; n++) {
            const here = centres.map(([x, y]) => Math.hypot(points[2 * n] - x, points[2 * n + 1] - y) < near);
            here.forEach((yes, k) => (found[k] += yes));
            close += here.includes(true);
        }
        return { clouds: found.filter((each) => each >= 0.01 * count).length, share: close / count };
    }
}

const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/* base64 of float32, the lowest byte first -> numbers. */
function floats(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)), view = new DataView(bytes.buffer);
    return Float64Array.from({ length: bytes.length / 4 }, (_, k) => view.getFloat32(4 * k, true));
}

/* A source of numbers from 0 to 1, the same for the same seed (mulberry32). */
function uniform(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

/* One number from the normal distribution (Box and Muller). */
function normal(chance) {
    return Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
}
