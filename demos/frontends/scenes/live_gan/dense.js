/* Fully connected layers with leaky ReLU between them, and Adam: what torch does for cnn_core/tasks/live_gan.py.
   Matrices of samples are flat: sample after sample. */
class Dense {
    /* sizes: numbers of inputs, of each hidden layer, of outputs; numbers: a layer's weights (outputs, inputs), its biases,
       the next layer's, ... as torch lists them; adam: {m, v, count}, the moments of each number and the updates so far. */
    constructor(sizes, numbers, adam, slope) {
        Object.assign(this, { numbers: Float64Array.from(numbers), slope, layers: [] });
        this.moments = { m: Float64Array.from(adam.m), v: Float64Array.from(adam.v), count: adam.count };
        this.gradient = new Float64Array(this.numbers.length);
        let at = 0;
        for (let k = 1; k < sizes.length; k++) {
            const [inputs, outputs] = [sizes[k - 1], sizes[k]], bias = at + inputs * outputs;
            const cut = (array) => ({ weight: array.subarray(at, bias), bias: array.subarray(bias, bias + outputs) });
            this.layers.push({ inputs, outputs, ...cut(this.numbers), slopes: cut(this.gradient), last: k === sizes.length - 1 });
            at = bias + outputs;
        }
    }

    /* `count` samples -> their outputs; what each layer got and gave is kept for `back`. */
    forward(samples, count) {
        let x = samples;
        for (const layer of this.layers) {
            if (!layer.out || layer.out.length < count * layer.outputs) layer.out = new Float64Array(count * layer.outputs);
            layer.x = x;
            this.multiply(layer, x, layer.out, count);
            x = layer.out;
        }
        return x.subarray(0, count * this.layers.at(-1).outputs);
    }

    /* Two samples and four outputs at a time: what is fetched once serves several sums. */
    multiply({ inputs, outputs, weight, bias, last }, x, out, count) {
        const whole = outputs - (outputs % 4);
        for (let n = 0; n < count; n += 2) {
            const other = Math.min(n + 1, count - 1), from = n * inputs, next = other * inputs;
            for (let j = 0; j < whole; j += 4) {
                let a = bias[j], b = bias[j + 1], c = bias[j + 2], d = bias[j + 3], e = a, f = b, g = c, h = d, row = j * inputs;
                for (let k = 0; k < inputs; k++, row++) {
                    const one = x[from + k], two = x[next + k];
                    const p = weight[row], q = weight[row + inputs], r = weight[row + 2 * inputs], s = weight[row + 3 * inputs];
                    a += one * p;
                    b += one * q;
                    c += one * r;
                    d += one * s;
                    e += two * p;
                    f += two * q;
                    g += two * r;
                    h += two * s;
                }
                const to = n * outputs + j, also = other * outputs + j;
                out[to] = a;
                out[to + 1] = b;
                out[to + 2] = c;
                out[to + 3] = d;
                out[also] = e;
                out[also + 1] = f;
                out[also + 2] = g;
                out[also + 3] = h;
            }
            for (let j = whole; j < outputs; j++) {
                let a = bias[j], e = a;
                for (let k = 0; k < inputs; k++) {
                    a += x[from + k] * weight[j * inputs + k];
                    e += x[next + k] * weight[j * inputs + k];
                }
                out[n * outputs + j] = a;
                out[other * outputs + j] = e;
            }
        }
        if (!last) for (let k = 0; k < count * outputs; k++) if (out[k] < 0) out[k] *= this.slope;
    }

    /* Slopes of the cost with respect to the outputs of the last `forward` -> those with respect to its samples.
       learns: whether the slopes with respect to weights and biases are wanted, too, which go to `gradient`. */
    back(slopes, count, learns) {
        if (learns) this.gradient.fill(0);
        let given = slopes;
        for (const layer of [...this.layers].reverse()) {
            if (!layer.back || layer.back.length < count * layer.inputs) layer.back = new Float64Array(count * layer.inputs);
            if (!layer.last) this.bend(layer, given, count);
            if (learns) this.collect(layer, given, count);
            this.spread(layer, given, count);
            given = layer.back;
        }
        return given;
    }

    bend({ out, outputs }, slopes, count) {
        for (let k = 0; k < count * outputs; k++) if (out[k] <= 0) slopes[k] *= this.slope;
    }

    collect({ x, inputs, outputs, slopes: { weight, bias } }, given, count) {
        for (let n = 0; n < count; n++) for (let j = 0; j < outputs; j++) bias[j] += given[n * outputs + j];
        for (let j = 0; j < outputs; j++) sumRows(weight, j * inputs, given, j, outputs, x, inputs, count);
    }

    spread({ back, inputs, outputs, weight }, given, count) {
        back.fill(0, 0, count * inputs);
        for (let n = 0; n < count; n++) sumRows(back, n * inputs, given, n * outputs, 1, weight, inputs, outputs);
    }

    /* One update by Adam, with what `back` has collected. */
    update(rate, [first, second]) {
        const { numbers, gradient, moments } = this, { m, v } = moments;
        moments.count += 1;
        const part = 1 - first ** moments.count, root = Math.sqrt(1 - second ** moments.count);
        for (let k = 0; k < numbers.length; k++) {
            m[k] = first * m[k] + (1 - first) * gradient[k];
            v[k] = second * v[k] + (1 - second) * gradient[k] ** 2;
            numbers[k] -= ((rate / part) * m[k]) / (Math.sqrt(v[k]) / root + 1e-8);
        }
    }
}

/* Adds to `width` numbers of `to` from `at` on the sum of `count` rows of `rows`, the n-th times factors[from + n * apart];
   eight rows at a time, so that each sum is fetched and put back once for all eight. */
function sumRows(to, at, factors, from, apart, rows, width, count) {
    const whole = count - (count % 8);
    for (let n = 0; n < whole; n += 8) {
        const i = from + n * apart, j = i + 4 * apart;
        const a = factors[i], b = factors[i + apart], c = factors[i + 2 * apart], d = factors[i + 3 * apart];
        const e = factors[j], f = factors[j + apart], g = factors[j + 2 * apart], h = factors[j + 3 * apart];
        let row = n * width;
        for (let k = at; k < at + width; k++, row++) {
            const first = a * rows[row] + b * rows[row + width] + c * rows[row + 2 * width] + d * rows[row + 3 * width];
            const last = e * rows[row + 4 * width] + f * rows[row + 5 * width] + g * rows[row + 6 * width] + h * rows[row + 7 * width];
            to[k] += first + last;
        }
    }
    for (let n = whole; n < count; n++) for (let k = 0; k < width; k++) to[at + k] += factors[from + n * apart] * rows[n * width + k];
}
